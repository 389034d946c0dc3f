"""How a scheme's rating is put together."""

from dataclasses import dataclass

from evalkit.types.rating import Rating, Reason, Rule, Scheme


def because(seen: str, rule: Rule) -> tuple[Reason, ...]:
    """One reason, ready to be joined with others."""
    return (Reason(seen=seen, rule=rule),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What is the same in every rating of a scheme; ``version`` is that of our rules."""

    scheme: Scheme
    name: str
    version: str
    out_of: int

    @property
    def rules_version(self) -> str:
        """E.g. ``sms-wwg@1.0``."""
        return f"{self.scheme}@{self.version}"

    def at(self, level: int | None, reasons: tuple[Reason, ...], *, category: str = "") -> Rating:
        """A rating of this scale."""
        return Rating(
            scheme=self.scheme,
            name=self.name,
            version=self.rules_version,
            level=level,
            out_of=self.out_of,
            reasons=reasons,
            category=category,
        )

    def not_rated(self, reason: Reason) -> Rating:
        """No level, and why."""
        return self.at(None, (reason,))
