"""The index in PostgreSQL with pgvector; nothing outside this package imports its client."""
