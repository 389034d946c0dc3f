"""What could be better in a registered text, and is nobody's reason to refuse it."""

from evalkit.findings.reading_age import READING_AGE, reading_age


def on_summary(summary: str) -> tuple[str, ...]:
    """Advice where a summary is harder than everybody can read; the age is told in whole years.

    >>> on_summary("Officers walked 36 streets in Derby on weekend evenings.")
    ()
    """
    if not any(letter.isalpha() for letter in summary):
        return ()
    age = reading_age(summary)
    if round(age) <= READING_AGE:
        return ()
    return (
        f"The summary reads as for age {round(age)}; the hub is for readers of {READING_AGE}."
        " Shorter sentences and shorter words help.",
    )
