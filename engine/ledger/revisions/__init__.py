"""How the ledger's tables came to be, one revision a step; run by Alembic from inside the program."""
