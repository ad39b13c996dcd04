"""Composed nodes in; which of them hold a mistake of shape out (`version`, `shape`), judged by the schema.

`part` then reads the document so that mistaken nodes look absent to everything after.
"""
