"""Faults: what the caller gave is wrong, said in one line.

The command line turns a `Fault` into exit code 2 and the web layer into a 4xx answer. Anything else that
escapes is a failure of the program (exit code 1, status 500).
"""


class Fault(Exception):  # noqa: N818 - the domain of exit code 2: what was given is at fault, not the program
    """The input or the settings are at fault; `str(fault)` is one clear line for a person."""

    def __init__(self, message: object = "", *, given: str | None = None) -> None:
        """Take the message.

        Args:
            message: what is wrong, with `{given}` where the value at fault is to stand.
            given: that value, in the caller's own words. The command line shows it to whoever typed it; an answer of
                the server does not repeat it.
        """
        super().__init__(message)
        self.given = given

    def __str__(self) -> str:
        """Return the message folded to one line, whatever it was built from."""
        return self._told("" if self.given is None else f" '{self.given}'")

    @property
    def without_given(self) -> str:
        """The line without the caller's own words."""
        return self._told("")

    def _told(self, shown: str) -> str:
        said = super().__str__()
        return " ".join((said if self.given is None else said.replace(" {given}", shown)).split())


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
