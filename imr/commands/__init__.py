"""One command a file. Heavy libraries are imported when a command runs, never when the program starts."""
