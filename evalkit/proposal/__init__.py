"""Which design answers a question with what there is: proposed with reasons and blockers."""

from evalkit.proposal.rule import propose
from evalkit.proposal.situation import Design, Proposal, Situation, Verdict

__all__ = ["Design", "Proposal", "Situation", "Verdict", "propose"]
