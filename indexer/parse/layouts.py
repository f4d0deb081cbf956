"""Layouts are data: headings, labels and item forms read from config/layouts/*.toml."""

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from config.errors import LetterRejected, SettingsFault
from config.resources import LAYOUTS_DIR
from indexer.records import Record

Part = Literal["claims_administrator_guideline", "imr_guideline", "rationale"]
Section = Literal["how_made", "summary", "decisions"]

_APOSTROPHES = "['\u2019\u2018\u00b4`]"
_FURNITURE = "furniture.toml"


class Layout(Record, frozen=True):
    """One form of letter, its phrases compiled."""

    name: str
    signature: tuple[re.Pattern[str], ...]
    sections: Mapping[str, re.Pattern[str]]
    preambles: Mapping[str, re.Pattern[str]]
    labels: Mapping[str, re.Pattern[str]]
    outcome: re.Pattern[str]
    continues: re.Pattern[str]
    header: Mapping[str, re.Pattern[str]]
    reviewer: Mapping[str, re.Pattern[str]]

    def section_of(self, text: str) -> str | None:
        """Return the section that a line or paragraph opens by being its heading, or None."""
        return next((name for name, pattern in self.sections.items() if pattern.fullmatch(text)), None)

    def label_of(self, text: str) -> tuple[str, int] | None:
        """Return the part of an item that a line or paragraph opens, and where the label ends, or None."""
        for part, pattern in self.labels.items():
            if found := pattern.match(text):
                return part, found.end()
        return None

    def ends_preamble(self, text: str) -> bool:
        """Whether a text ends with one of the set phrases that open a section."""
        return any(found.end() == len(text) for pattern in self.preambles.values() for found in pattern.finditer(text))

    def opens(self, text: str) -> bool:
        """Whether a line always begins a paragraph: a section heading, a label or a credential."""
        return bool(
            self.section_of(text)
            or self.label_of(text)
            or any(pattern.match(text) for pattern in self.reviewer.values()),
        )


class Furniture(Record, frozen=True):
    """What a running head or a page number looks like."""

    lines: tuple[re.Pattern[str], ...]
    case: re.Pattern[str]


def phrase(text: str) -> str:
    """Return a pattern for a literal phrase, blind to white space and to the kind of apostrophe."""
    escaped = r"\s+".join(re.escape(word) for word in text.split())
    return re.sub(r"['\u2019]", _APOSTROPHES, escaped)


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile("|".join(phrase(text) for text in longest_first) or r"(?!)", re.IGNORECASE)


def load_layout(path: Path) -> Layout:
    """Read one layout file.

    Raises:
        SettingsFault: the file lacks a part or holds a broken pattern.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Layout(
            name=data["name"],
            signature=tuple(_any_of([text]) for text in data["signature"]),
            sections={name: _any_of(phrases) for name, phrases in data["sections"].items()},
            preambles={name: _any_of(phrases) for name, phrases in data["preambles"].items()},
            labels={name: _any_of(phrases) for name, phrases in data["labels"].items()},
            outcome=re.compile(data["items"]["outcome_pattern"], re.IGNORECASE),
            continues=re.compile(data["items"]["continues_pattern"], re.IGNORECASE),
            header={name: _any_of(phrases) for name, phrases in data["header"].items()},
            reviewer={name: _any_of(phrases) for name, phrases in data["reviewer"].items()},
        )
    except (KeyError, tomllib.TOMLDecodeError, re.error) as error:
        raise SettingsFault(f"layout file {path}: {error!r}") from None


@functools.cache
def known_layouts() -> tuple[Layout, ...]:
    """Return every packaged layout, in the order of their names."""
    files = sorted(path for path in LAYOUTS_DIR.glob("*.toml") if path.name != _FURNITURE)
    return tuple(load_layout(path) for path in files)


@functools.cache
def furniture() -> Furniture:
    """Return the patterns of page furniture."""
    data = tomllib.loads((LAYOUTS_DIR / _FURNITURE).read_text(encoding="utf-8"))
    return Furniture(
        lines=tuple(re.compile(pattern, re.IGNORECASE) for pattern in data["line_patterns"]),
        case=re.compile(data["case_pattern"], re.IGNORECASE),
    )


def recognise(text: str) -> Layout:
    """Return the layout whose signature stands in a letter's text.

    Raises:
        LetterRejected: none does.
    """
    for layout in known_layouts():
        if all(pattern.search(text) for pattern in layout.signature):
            return layout
    known = ", ".join(layout.name for layout in known_layouts())
    raise LetterRejected(f"not a determination letter of a known layout ({known})")
