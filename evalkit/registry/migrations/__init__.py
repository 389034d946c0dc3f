"""The registry's schema, step by step; a step that was released is never edited."""

REVISIONS = ("0001", "0002")
"""Every schema this package knows, oldest first; the last one is the one it reads and writes."""
