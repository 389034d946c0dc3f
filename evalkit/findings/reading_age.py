"""How old a reader has to be for a text, by the length of its sentences and words."""

import re

import readability

READING_AGE = 13
"""What everybody can read who comes to a hub."""


def reading_age(text: str) -> float:
    """Flesch and Kincaid's grade plus five; a number counts as one short word, as Flesch advises.

    There has to be a word in the text.
    """
    sentences = re.split(r"(?<=[.?!])\s+", re.sub(r"[\d.,]*\d", "ten", text).strip())
    words = "\n".join(re.sub(r"[^\w\s'-]", " ", sentence) for sentence in sentences)
    grade: float = readability.getmeasures(words, lang="en")["readability grades"]["Kincaid"]
    return 5 + grade
