"""Set phrases and patterns of layout files, compiled."""

import re
from collections.abc import Iterable, Mapping

from indexer.parse.layouts import Heading, Pattern

# A list of literal phrases; or, under a key that ends in _pattern, one regular expression.
Phrases = dict[str, list[str] | str]

NEVER = r"(?!)"
_APOSTROPHES = "['\u2019\u2018\u00b4`]"
_PATTERN_KEY = "_pattern"


def compiled(pattern: str) -> Pattern:
    """Compile a pattern of a layout file, which is blind to case."""
    return re.compile(pattern, re.IGNORECASE)


def phrase(text: str) -> str:
    """Return a pattern for a literal phrase, blind to wraps and to the kind of apostrophe."""
    escaped = r"\s+".join(re.escape(word) for word in text.split())
    return re.sub(r"['\u2019]", _APOSTROPHES, escaped).replace("/", r"/\s*")


def patterns(table: Mapping[str, list[str] | str]) -> dict[str, Pattern]:
    """Compile a table by name; a name may have both phrases and a pattern."""
    found: dict[str, list[str]] = {}
    for name, entry in table.items():
        alternatives = [entry] if isinstance(entry, str) else _longest_first(entry)
        found.setdefault(name.removesuffix(_PATTERN_KEY), []).extend(alternatives)
    return {name: compiled("|".join(alternatives)) for name, alternatives in found.items()}


def headings(table: Mapping[str, list[str] | str]) -> dict[str, Heading]:
    """Compile a table of sections' headings by section."""
    return {name.removesuffix(_PATTERN_KEY): heading(entry) for name, entry in table.items()}


def heading(entry: list[str] | str) -> Heading:
    """Compile one section's headings: phrases that stand alone on their lines, or a pattern that need not."""
    if isinstance(entry, str):
        return Heading(alone=compiled(NEVER), run_in=compiled(entry))
    listed = _longest_first(entry)
    # Text may follow on the heading's line only where a colon ends it.
    run_in = [text for text in listed if text.endswith(":")]
    alone = [text.removesuffix(":") + r"(?:\s*:)?" for text in listed]
    return Heading(alone=compiled("|".join(alone)), run_in=re.compile("|".join(run_in) or NEVER))


def _longest_first(phrases: Iterable[str]) -> list[str]:
    return [phrase(text) for text in sorted(phrases, key=len, reverse=True)]
