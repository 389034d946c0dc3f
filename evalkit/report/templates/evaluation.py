# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] tags=["title"]
# # The question of the plan
#
# Plan, version, label and hash.

# %% tags=["parameters"]
protocol_id = ""
registry = "registry.db"

# %% [markdown] tags=["did"]
# ## What this notebook is
#
# An evaluation by difference-in-differences: units that were treated against units that were not, or
# not yet. It runs the locked plan and nothing else, down to the line *Exploratory: not in the plan*.

# %% [markdown] tags=["its"]
# ## What this notebook is
#
# An evaluation by interrupted time series: one series against its own past.
# It runs the locked plan and nothing else, down to the line *Exploratory: not in the plan*.

# %% [markdown] tags=["controlled_its"]
# ## What this notebook is
#
# An evaluation by controlled interrupted time series: one series against its own past, beside what happened
# to a comparison. It runs the locked plan and nothing else, down to the line *Exploratory: not in the plan*.

# %%
from IPython.display import display

import evalkit as ek
from evalkit import workflow
from evalkit.report import cells, data_figures, tables

run = workflow.open_run(protocol_id, registry=registry)

# %% [markdown]
# ## The plan

# %%
tables.plan_table(run.plan, run.protocol)

# %% [markdown]
# The words of a finding follow from its interval, the smallest change that would matter and the checks:

# %%
tables.rule_table(run.plan)

# %% [markdown]
# ## The data

# %%
data_figures.data_figure(run.data, run.plan)

# %% [markdown]
# ## The evaluation
#
# One call: what was locked, on the data that the plan names.

# %%
evaluation = workflow.compared(
    run, ek.evaluate(run.protocol, run.data, lighter=run.lighter, others=run.others)
)
findings = workflow.findings_of(run, evaluation)
tables.provenance_table(evaluation)

# %% tags=["did"]
data_figures.coverage(evaluation, run.plan)

# %% [markdown]
# ## Checks: attempts to prove this wrong

# %%
tables.checks_table(evaluation)

# %%
for shown in cells.checking(evaluation, run.plan):
    display(shown)

# %% [markdown]
# ## Result

# %%
for finding in findings:
    display(cells.Words(finding), cells.ruler_of(finding))
tables.estimates_table(
    "The plan's estimates, in the model's unit",
    evaluation.estimates,
    run.plan,
    none="The plan's method gives no number",
)

# %% tags=["its", "controlled_its"]
tables.estimates_table(
    "The same effects, read otherwise",
    evaluation.readings,
    run.plan,
    none="There is no other reading of these effects",
)

# %%
cells.chart(evaluation, run.plan, findings[0])

# %% [markdown]
# ## Sensitivity: the alternatives that the plan names

# %%
for shown in cells.sensitivity(evaluation, run.plan, findings):
    display(shown)

# %% [markdown]
# ## Deviations from the plan

# %%
tables.deviations_table(workflow.explained(run, evaluation))

# %% [markdown]
# ## How it was made

# %%
tables.made_table(evaluation, workflow.made_with())

# %%
cells.Record(evaluation)

# %% [markdown]
# ---
#
# ## Exploratory: not in the plan
#
# Whatever stands below this line was not planned. Every output below says so; none of it is a finding.

# %%
cells.exploratory_from_here()

# %% tags=["did", "controlled_its"]
panel = run.data
print(cells.first_look(panel))

# %% tags=["its"]
series = run.data
print(cells.first_look(series))

# %%

# %%
