"""How good and how fast the search is, measured against named references."""
