"""The systems that are compared, each a file, behind one protocol."""
