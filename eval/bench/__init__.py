"""Measurements of speed: each a module that prints figures."""
