"""Floor 2: a request goes in, cited precedents come out. Knows no web framework but in service/web."""
