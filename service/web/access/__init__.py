"""Who may ask over HTTP: keys, sessions of browsers, limits for each, and the headers that every answer has."""
