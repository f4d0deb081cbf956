"""Stage one: a file becomes lines of text with what is known of their place on the page."""
