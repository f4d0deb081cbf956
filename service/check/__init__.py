"""Holding a drafted text with [n] markers against the citations it was made from and the index."""
