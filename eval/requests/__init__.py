"""Requests in many wordings: a generator that rewrites a dataset's narratives, and a scorer of understanding."""
