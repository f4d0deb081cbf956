"""Faults: what the caller gave is wrong, said in one line.

The command line turns a `Fault` into exit code 2 and the web layer into a 4xx answer. Anything else that
escapes is a failure of the program (exit code 1, status 500).
"""


class Fault(Exception):  # noqa: N818 - the domain of exit code 2: what was given is at fault, not the program
    """The input or the settings are at fault; `str(fault)` is one clear line for a person."""

    def __str__(self) -> str:
        """Return the message folded to one line, whatever it was built from."""
        return " ".join(super().__str__().split())


class SettingsFault(Fault):
    """A setting cannot be used as it stands."""


class LetterRejected(Fault):
    """A file is no determination that can be read whole."""


class IndexFault(Fault):
    """The index is missing, half written, damaged or made for another model."""


class FilterFault(Fault):
    """A filter names a value that does not exist."""


class RequestFault(Fault):
    """A request is malformed or out of range."""


class NotFound(Fault):
    """No such determination or disputed item."""
