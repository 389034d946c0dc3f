"""One file a step: ``v`` and its revision, then what it does."""
