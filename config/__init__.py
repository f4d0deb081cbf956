"""Floor 0: what can be set, and the vocabulary data everything above reads."""
