"""The strategy language: a file in, a checked Strategy or every mistake in it out (see `document`, `batch`).

1. yaml: bytes -> nodes that know their places.     2. structure: nodes -> which of them have a mistaken shape.
3. expression: text -> tree.                        4. resolve: tree -> terms, names and clocks known.
5. meaning: all parts together -> Strategy.        6. portability: what a venue would not take of it.
7. ignores: what the document's comments silence.
Each room imports only those before it; `strategy`, `term`, `text` and `scope` are the values they share.
"""
