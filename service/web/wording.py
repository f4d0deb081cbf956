"""Say in one clear line what is wrong with a request, without repeating what it holds.

msgspec's messages are precise but may quote a value, and a value may be a medical fact. So each message is
taken apart and said anew: the field's path and what is expected, never what was found.
"""

import re
from typing import get_args

from indexer.records import ItemOutcome
from service.ledger import GroupBy
from service.records import Position
from service.selection import FIELDS, Dependent, Duplicates

_PLACE = re.compile(r"^(?P<said>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)
_NAMED_FIELD = re.compile(r"^Object (?P<what>missing required|contains unknown) field `(?P<name>.*)`$", re.DOTALL)
# A name as long or as odd as this was hardly meant as a field; it is not repeated.
_FIELD_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_-]{0,39}$")
_CHOICES = {
    "outcome": get_args(ItemOutcome),
    "position": get_args(Position),
    "group_by": get_args(GroupBy),
    "dependent": get_args(Dependent),
    "duplicates": get_args(Duplicates),
    "field": FIELDS,
}


def explain_invalid(message: str) -> str:
    """Turn a message of msgspec's ValidationError into one line."""
    place = _PLACE.match(message)
    said, path = (place["said"], place["path"] or "") if place else (message, "")
    named = _NAMED_FIELD.match(said)
    if named:
        return _named_field(named["what"], named["name"], path)
    subject = path or "the request"
    if said.startswith("Invalid enum value"):
        field = path.split("[")[0].rpartition(".")[2]
        choices = " or ".join(f"'{choice}'" for choice in _CHOICES.get(field, ()))
        return f"{subject} must be {choices}" if choices else f"{subject} is not one of its values"
    if said.startswith("Invalid RFC3339 encoded date"):
        return f"{subject} must be a date, YYYY-MM-DD"
    if said.startswith("Expected `") or said.endswith("out of range"):
        return f"{subject}: {said[0].lower()}{said[1:].replace('`', '')}"
    return f"{subject} has a value that cannot be used"


def explain_malformed(error: Exception) -> str:
    """Say why a body is no JSON: a msgspec.DecodeError, a UnicodeDecodeError or a RecursionError."""
    if isinstance(error, UnicodeDecodeError):
        return "the body is not UTF-8"
    if isinstance(error, RecursionError):
        return "the body is JSON nested too deeply"
    said = str(error).removeprefix("JSON is malformed: ").lower()
    return f"the body is not JSON: {said}"


def _named_field(what: str, name: str, path: str) -> str:
    shown = f"{path}.{name}" if path else name
    if what == "missing required":
        return f"{shown} is missing"
    if _FIELD_NAME.match(name):
        return f"unknown field {shown}"
    return f"unknown field in {path}" if path else "unknown field in the request"
