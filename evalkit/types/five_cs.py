"""The five Cs of a whole-system approach to violence (Bath and O'Moore, 2019)."""

from dataclasses import dataclass

from pydantic import ConfigDict

from evalkit.types.texts import Note


@dataclass(frozen=True, slots=True, kw_only=True)
class FiveCs:
    """What an intervention does for each C: a sentence, or empty.

    Attributes
    ----------
    collaboration : str
        How areas bring partners and system leaders together.
    co_production : str
        Strategy and interventions developed by several agencies together.
    co_operation : str
        Sharing data and intelligence.
    counter_narratives : str
        Risk and protective factors, and alternatives to crime, found with communities.
    community_consensus : str
        Communities as assets, who know and can provide solutions.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    collaboration: Note = ""
    co_production: Note = ""
    co_operation: Note = ""
    counter_narratives: Note = ""
    community_consensus: Note = ""
