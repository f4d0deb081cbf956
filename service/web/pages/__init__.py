"""The pages: HTML made on the server, for people; thin handlers, and small view models that templates write out."""
