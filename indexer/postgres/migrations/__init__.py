"""The schema's history, run by Alembic (`indexer.postgres.schema`)."""
