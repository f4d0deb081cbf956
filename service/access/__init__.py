"""Who may ask: API keys, and the record of what they were shown. Knows no web framework."""
