"""Writes documents: one canonical layout (`fmt`), and the same document as JSON or with expression trees (`convert`)."""
