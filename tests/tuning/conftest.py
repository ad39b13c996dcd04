"""A real PostgreSQL server, as the ledger's tests start it."""

from ..ledger.conftest import database, server

__all__ = ["database", "server"]
