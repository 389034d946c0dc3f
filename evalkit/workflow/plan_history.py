"""The versions of a locked plan, and what each changed."""

from dataclasses import dataclass

from evalkit.registry.protocols import find_version
from evalkit.registry.reading import versions
from evalkit.registry.store import Session
from evalkit.registry.versions import Change, diff_payloads
from evalkit.types.protocol import Amendment, LockedProtocol
from evalkit.workflow.plan_changes import recipes_changes, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVersion:
    """One version of a plan against the version before.

    Attributes
    ----------
    protocol : LockedProtocol
    before : str
        The version that it changed; empty for the first one.
    changes : tuple of Change
        Field by field; empty where only prose or layout differ.
    reason : str
        Why; empty for the first one.
    by : str
        Who locked it, as they were named.
    """

    protocol: LockedProtocol
    before: str
    changes: tuple[Change, ...]
    reason: str
    by: str

    @property
    def major(self) -> bool:
        """Whether a number, or a word about one, can differ from the version before."""
        return self.protocol.version.endswith(".0")


def history(session: Session, id: str) -> tuple[PlanVersion, ...]:
    """Every version of a plan, oldest first; RegistryError where it is not locked."""
    found, last = [], None
    for version in versions(session, "protocol", id):
        protocol = find_version(session, id, version.version)
        found.append(
            PlanVersion(
                protocol=protocol,
                before=last.version if last else "",
                changes=between(last, protocol) if last else (),
                reason=version.reason,
                by=version.by,
            )
        )
        last = protocol
    return tuple(found)


def amendments(session: Session, id: str) -> tuple[Amendment, ...]:
    """The later versions of a plan as pages show them, oldest first."""
    return tuple(
        Amendment(
            version=one.protocol.version,
            before=one.before,
            on=one.protocol.locked_on,
            declared=one.protocol.declared,
            label=one.protocol.label,
            reason=one.reason,
            state=one.protocol.state,
            changes=tuple((c.field, shown(c.old), shown(c.new)) for c in one.changes),
        )
        for one in history(session, id)
        if one.before
    )


def differences(session: Session, id: str, first: str, last: str) -> tuple[Change, ...]:
    """What one version of a plan changes against another."""
    return between(find_version(session, id, first), find_version(session, id, last))


def between(old: LockedProtocol, new: LockedProtocol) -> tuple[Change, ...]:
    """What one version of a plan changes against another, its data recipes included."""
    changes = diff_payloads(old.canonical, new.canonical)
    return (*changes, *recipes_changes(old, new))
