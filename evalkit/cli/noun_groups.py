"""``evalkit organisation``, ``definition``, ``measure``, ``source``, ``agreement``, ``need`` and so on."""

from evalkit.cli import noun_texts
from evalkit.cli.nouns import Noun, noun_group

organisation = noun_group(
    Noun(
        kind="organisation",
        many="organisations",
        one="an organisation",
        help="Who takes part, and its standing under the Duty.",
        template=noun_texts.ORGANISATION,
        file="organisations/derby-city-council.yaml",
        id="derby-city-council",
        change="duty=specified",
        reason="Named in the Act",
        columns=("name", "kind", "duty", "areas"),
    )
)
definition = noun_group(
    Noun(
        kind="definition",
        many="definitions",
        one="a definition",
        help="What a partnership means by serious violence.",
        template=noun_texts.DEFINITION,
        file="definitions/serious-violence-strategy-2018.yaml",
        id="serious-violence-strategy-2018",
        change="status=replaced",
        reason="The board agreed a new one",
        columns=("title", "version", "status", "area"),
    )
)
measure = noun_group(
    Noun(
        kind="measure",
        many="measures",
        one="a measure",
        help="What is counted, in which source, for which definition.",
        template=noun_texts.MEASURE,
        file="measures/recorded-robbery.yaml",
        id="recorded-robbery",
        columns=("title", "version", "source", "definition"),
        change="note='robbery of businesses included'",
        reason="Asked what it counts",
    )
)
weight_table = noun_group(
    Noun(
        kind="weight-table",
        many="weight tables",
        one="a weight table",
        help="What each offence weighs, for harm instead of counts.",
        template=noun_texts.WEIGHT_TABLE,
        file="weight_tables/police-uk-harm.yaml",
        id="police-uk-harm",
        columns=("title", "version", "unit", "level"),
        change="version='1.1'",
        reason="New sentencing guideline",
    )
)
source = noun_group(
    Noun(
        kind="source",
        many="sources",
        one="a source of data",
        help="Where data come from, and what they miss.",
        template=noun_texts.SOURCE,
        file="sources/police-uk.yaml",
        id="police-uk",
        change="cadence=quarterly",
        reason="The publisher said so",
        columns=("name", "owner", "lawful_basis", "agreement"),
    )
)
agreement = noun_group(
    Noun(
        kind="agreement",
        many="agreements",
        one="an agreement",
        help="What allows data to be used, and until when.",
        template=noun_texts.AGREEMENT,
        file="agreements/ambulance-assault.yaml",
        id="ambulance-assault",
        change="valid_to=2029-03-31",
        reason="Renewed",
        columns=("title", "kind", "valid_from", "valid_to"),
    )
)
need = noun_group(
    Noun(
        kind="need",
        many="needs",
        one="a need",
        help="What a strategic needs assessment says is needed.",
        template=noun_texts.NEED,
        file="needs/derby-2024-n1.yaml",
        id="derby-2024/N1",
        change="priority=high",
        reason="Agreed in May",
        columns=("area", "priority", "text"),
    )
)
duty = noun_group(
    Noun(
        kind="duty",
        many="duty products",
        one="a product of the Duty",
        help="What the Serious Violence Duty asks for, and when.",
        template=noun_texts.DUTY,
        file="duties/derbyshire-strategy.yaml",
        id="derbyshire-strategy",
        change="done=2024-01-30",
        reason="It was published",
        columns=("area", "kind", "due", "done"),
    )
)
event = noun_group(
    Noun(
        kind="event",
        many="events",
        one="a learning event",
        help="Where what was learnt is passed on.",
        template=noun_texts.EVENT,
        file="events/regional-learning-2026.yaml",
        id="regional-learning-2026",
        change="status=held",
        reason="It took place",
        columns=("date", "name", "place", "status"),
    )
)
