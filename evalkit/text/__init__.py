"""Text that people write: YAML read strictly, every value remembering its line."""

from evalkit.text.form import Document, read_fields, read_form, read_front_matter

__all__ = ["Document", "read_fields", "read_form", "read_front_matter"]
