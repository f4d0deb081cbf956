"""The command line, above all floors: `imr parse | index | search | evidence | serve | eval | status | demo`."""
