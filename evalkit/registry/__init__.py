"""What was done, why, where, by whom, and what was found; SQLModel lives here and nowhere else.

Whatever is registered is an *entry* of some *kind* (``kinds``), with versions that are written once
and sealed in the ledger. ``entries`` registers, amends and reads; ``search`` finds; ``ledger`` proves;
``exchange``, ``sheet`` and ``backup`` take everything out and bring it back. ``interventions``,
``protocols`` and ``findings`` say the same in the words of their nouns.
"""
