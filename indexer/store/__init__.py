"""The embedded index: FAISS vectors, tantivy words and SQLite records in one folder a generation."""
