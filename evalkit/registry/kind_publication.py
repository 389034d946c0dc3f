"""The kind that keeps each step of a finding's review and publication."""

from evalkit.registry.kind import Kind
from evalkit.types.publication import Publication

PUBLICATION = Kind(
    name="publication",
    record=Publication,
    title=lambda record: f"{record.id} {record.state}",
    major=frozenset({"state", "finding_sha256"}),
    status=lambda record: str(record.state),
    unsearched=frozenset({"form", "finding_sha256"}),
    called="a step",
    done="taken",
    command="Take it first with `evalkit finding review`.",
)
