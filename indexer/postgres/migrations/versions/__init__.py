"""One module a migration, in order of number."""
