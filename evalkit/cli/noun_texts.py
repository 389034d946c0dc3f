"""A text to start from for each noun; every one registers as it is."""

ORGANISATION = """\
form: evalkit/organisation/1
id: derby-city-council  # lower-case letters, digits and hyphens; never changes
name: Derby City Council
kind: local-authority  # police, fire, voluntary-and-community ...
duty: specified  # under the Serious Violence Duty: specified, relevant, local-policing-body, none
areas: [E06000015]  # evalkit area list
champion:  # the post of its Violence Reduction Champion, never a person's name
contact: Community safety lead  # a post, never a person's name
"""

DEFINITION = """\
form: evalkit/definition/1
id: serious-violence-strategy-2018
version: "1.0"  # in quotes; a new wording is a new version
title: Serious violence, Home Office 2018
wording: >-
  Homicide, knife crime, gun crime, and areas where serious violence or its threat is inherent, such
  as gangs and county lines.
source: Home Office, Serious Violence Strategy (2018)
status: agreed  # draft, agreed or replaced
area:  # whose it is (evalkit area list); empty for a national one
effective_from: 2018  # YYYY, YYYY-MM or YYYY-MM-DD
note: A summary; a partnership's own definition has to cover at least this.
"""

MEASURE = """\
form: evalkit/measure/1
id: recorded-robbery
version: "1.0"  # in quotes; other offences are a new version
title: recorded robbery
definition:  # id of the definition that it puts into practice; empty for a plain count
source: police-uk
unit: offences
better: lower
counts:  # police-uk, home-office-code, home-office-subgroup, icd-10, flag or column
  - {scheme: police-uk, include: [Robbery]}
sees: Robberies of people and of businesses that the police recorded
misses: Robberies that nobody reported; whether a knife was used; anybody's age
note:
"""

WEIGHT_TABLE = """\
form: evalkit/weight-table/1
id: police-uk-harm  # an example and never a default: read what it rests on, or write your own
version: "1.0"  # in quotes; other weights are a new version
title: Crime harm by category of data.police.uk, derived by a third party
unit: harm-days  # of what a weighted sum is
level: category  # offence, or category: one weight for offences of very different gravity
scheme: police-uk  # police-uk, home-office-code, home-office-subgroup, icd-10, flag or column
weights:  # each above 0
  Bicycle theft: 2
  Burglary: 244.68
  Criminal damage and arson: 11.18
  Drugs: 3.66
  Other crime: 10
  Other theft: 2
  Possession of weapons: 273.75
  Public order: 7.5
  Robbery: 365
  Shoplifting: 1
  Theft from the person: 2
  Vehicle crime: 5
  Violence and sexual offences: 194.21
without:  # offences that the source gives no weight, and why; they cannot be weighted
  Anti-social behaviour: the index has no value for it
source: >-
  Cambridge Crime Harm Index (Sherman, Neyroud and Neyroud 2016, Policing 10(3), 171-183): days in
  prison at the starting point of the sentencing guideline. Averaged over the offences of 2024/25.
derived_by: a student project (cbl-realcrime), from medians by offence; not by the index's authors
licence: not verified; the project says Creative Commons and not which, the index freely available
licence_verified: false
note: Violence and sexual offences runs from 159 to 235 by force, so a shift within it is not seen.
"""

SOURCE = """\
form: evalkit/data-source/1
id: police-uk
name: Street-level crime, data.police.uk
owner: Home Office
measures: Crimes that the police recorded, by month and approximate place
misses: Crimes that nobody reported; victims' ages; whether a knife was used
contact:  # a post, never a person's name
lawful_basis: open  # open, pcsc-2022-s16, cda-1998-s115, other or not known
suppression: open  # how small numbers are hidden: hes-2018, ons-ls, uk-llc, police-5 or open
agreement:  # id of the agreement that allows its use; empty for open data
cadence: monthly
breaks: []  # known breaks, such as {on: 2019-07, what: a force left out}
"""

AGREEMENT = """\
form: evalkit/agreement/1
id: ambulance-assault
kind: data-sharing  # data-sharing, data-protection-impact-assessment or ethics
title: Assault call-outs of the ambulance service
parties: [Derby City Council, East Midlands Ambulance Service]
valid_from: 2025-04-01
valid_to: 2028-03-31  # the last day; empty where no end was agreed
reference:  # the owner's number, or where the signed text is kept
note: An example. Replace every line with what was signed.
"""

NEED = """\
form: evalkit/need/1
id: derby-2024/N1  # the assessment, and N with the need's number
area: E06000015  # evalkit area list
text: Fewer young people hurt in public places at night
source: Derby strategic needs assessment 2024, an example
priority: not set  # high, medium, low or not set
evidence:  # what the assessment rests it on
"""

DUTY = """\
form: evalkit/duty-product/1
id: derbyshire-strategy
area: E23000018  # evalkit area list
kind: strategy  # definition, data-sharing, needs-assessment, strategy or annual-review
due: 2024-01-31
done:  # when it was published or agreed; empty while it is not
link:  # https://..., where it can be read
reference:  # its title or number
note:
"""

ASSESSMENT = """\
form: evalkit/self-assessment/1
id: derby-2026  # one for each time
area: E06000015  # evalkit area list
day: 2026-04-20
# For each of the five Cs: emerging, developing, established or not-assessed, and why.
collaboration: {stage: developing, note: Health joined the meetings this year}
co_production: {stage: emerging, note: Two sessions with young people so far}
co_operation: {stage: not-assessed}  # in sharing data
counter_narratives: {stage: not-assessed}
community_consensus: {stage: not-assessed}
# Private: for your own use, never on the hub.
visibility: private
"""

EVENT = """\
form: evalkit/learning-event/1
id: regional-learning-2026
name: Regional learning event
date: 2026-11-12
place: Leicester
status: planned  # planned, held or cancelled
# strategic-needs-assessments, partnership-knowledge-and-collaboration, community-consensus or
# evaluation-and-monitoring
themes: [evaluation-and-monitoring]
sessions:
  - time: "10:00"  # in quotes
    title: What worked, and how sure are we
    sentence: Findings of the year, each with what it rests on.
    theme: evaluation-and-monitoring
findings: []  # ids of the findings that are shown
"""

SYNTHESIS = """\
form: evalkit/synthesis/1
id: robbery-after-patrols
question: Did robbery change after hot-spot patrols began?
kinds: [hot-spot-policing]  # every finding about these takes part, those still to come too
outcome: robbery  # as the findings name it
also_called: []  # other names of the same outcome
leave_out: []  # such as {finding: EM-2026-0007-F01, reason: The same months as F03}
"""
