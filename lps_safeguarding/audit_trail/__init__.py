"""The audit trail: who read or did what, when and why; it only grows, and tampering is found (ACC-05, CPF-06)."""

from .append_only import append_only_reverse_sql, append_only_sql

__all__ = ["append_only_reverse_sql", "append_only_sql"]
