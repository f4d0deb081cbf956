"""Marked letters: the sentence that decides and the reasons a reviewer gives, by two readings; no letter's text."""
