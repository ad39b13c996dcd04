"""Runs the revisions on the connection that the program hands over, inside its transaction."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"], version_table="ledger_version", transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
