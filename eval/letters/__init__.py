"""Sample determination letters: written as records, rendered as PDF or text, damaged on purpose."""
