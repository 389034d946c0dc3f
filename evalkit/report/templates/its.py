# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown]
# ## What this notebook is
#
# An evaluation by interrupted time series: one series against its own past, or beside a comparison.
# It runs the locked plan and nothing else, down to the line *Exploratory*. Whatever is added below
# that line is not in the plan.

# %% tags=["parameters"]
protocol_id = ""
registry = "sqlite:///registry.db"

# %%
from IPython.display import display

from evalkit import workflow
from evalkit.report import cells, tables

run = workflow.open_run(protocol_id, registry=registry)

# %% [markdown]
# ## The plan

# %%
tables.plan_table(run.plan, run.protocol)

# %% [markdown]
# ## The data and the evaluation
#
# One call: what was locked, on the data that the plan names.

# %%
evaluation = workflow.evaluated(run)
findings = workflow.findings_of(run, evaluation)
tables.provenance_table(evaluation)

# %% [markdown]
# ## Checks: attempts to prove this wrong

# %%
tables.checks_table(evaluation)

# %%
for picture in cells.checking(evaluation, run.plan):
    display(picture)

# %% [markdown]
# ## Result

# %%
for finding in findings:
    display(cells.Words(finding), cells.ruler_of(finding))
tables.estimates_table("The plan's estimates, in the model's unit", evaluation.estimates)

# %%
tables.estimates_table("The same effects, read otherwise", evaluation.readings)

# %%
cells.chart(evaluation, run.plan, findings[0])

# %% [markdown]
# ## Sensitivity: the alternatives that the plan names

# %%
tables.estimates_table("Other ways of asking", evaluation.alternatives)

# %% [markdown]
# ## Deviations from the plan

# %%
tables.deviations_table(workflow.explained(run, evaluation))

# %% [markdown]
# ## How it was made

# %%
print("\n".join(evaluation.notes))

# %%
cells.Record(evaluation)

# %% [markdown]
# ## Exploratory: not in the plan
#
# Everything below this line is exploratory. `run.data` holds the data, ready to use.

# %%
print("Exploratory:", cells.first_look(run.data))
