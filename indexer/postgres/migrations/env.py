"""Alembic's entry: runs the migrations on the connection that `indexer.postgres.schema` hands over."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="migration",
    version_table_schema="imr",
)
with context.begin_transaction():
    context.run_migrations()
