"""Reading config/layouts/*.toml: a layout is data, and a new file there is a new layout."""

import functools
import re
import tomllib
from pathlib import Path

import msgspec

from config.errors import SettingsFault
from config.resources import LAYOUTS_DIR
from indexer.parse.layouts import Form, Law, Layout, Part, Pattern, fold
from indexer.parse.phrases import NEVER, Phrases, compiled, heading, headings, patterns
from indexer.records import ItemOutcome

FURNITURE = "furniture.toml"


class _Items(msgspec.Struct, forbid_unknown_fields=True):
    form: Form
    law: Law
    heading_pattern: str
    opening_pattern: str = NEVER
    closing_pattern: str = NEVER
    continues_pattern: str = NEVER
    statement_pattern: str | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    signature: list[str]
    sections: Phrases
    items: _Items
    outcomes: dict[ItemOutcome, list[str]]
    labels: dict[str, list[str] | str]
    header: Phrases
    reviewer: Phrases = {}
    credentials_pattern: str = NEVER
    preambles: Phrases = {}
    sentences: Phrases = {}


def load_layout(path: Path) -> Layout:
    """Read one layout file.

    Raises:
        SettingsFault: the file is not TOML, lacks or misspells an entry, or holds a broken pattern.
    """
    try:
        data = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
        _check(data)
        return _layout(data)
    except (OSError, ValueError, re.error) as error:
        # TOML, UTF-8 and msgspec errors are all ValueErrors.
        raise SettingsFault(f"layout file {path}: {error}") from None


def load_layouts(*folders: Path) -> tuple[Layout, ...]:
    """Read every layout file of some folders, in the order of the files' names.

    Raises:
        SettingsFault: a file is broken, a folder holds none, or two files name the same layout.
    """
    layouts: list[Layout] = []
    for folder in folders:
        files = [path for path in sorted(folder.glob("*.toml")) if path.name != FURNITURE]
        if not files:
            raise SettingsFault(f"layouts in {folder}: none")
        layouts.extend(load_layout(path) for path in files)
    names = [layout.name for layout in layouts]
    if len(set(names)) < len(names):
        raise SettingsFault(f"layouts in {', '.join(map(str, folders))}: two of the same name")
    return tuple(layouts)


@functools.cache
def known_layouts(own: Path | None = None) -> tuple[Layout, ...]:
    """Return the packaged layouts and those of a folder of one's own, read once a process."""
    return load_layouts(LAYOUTS_DIR, *([own] if own else []))


def _layout(data: _File) -> Layout:
    items = data.items
    return Layout(
        name=data.name,
        signature=tuple(heading([text]) for text in data.signature),
        sections=headings(data.sections),
        preambles=patterns(data.preambles),
        form=items.form,
        law=items.law,
        labels=_parts(data.labels),
        label_phrases=tuple(fold(text) for entry in data.labels.values() if isinstance(entry, list) for text in entry),
        sentences=_parts(data.sentences),
        opening=compiled(items.opening_pattern),
        closing=compiled(items.closing_pattern),
        continues=compiled(items.continues_pattern),
        heading=compiled(items.heading_pattern),
        statement=compiled(items.statement_pattern) if items.statement_pattern else None,
        outcomes={fold(words): outcome for outcome, listed in data.outcomes.items() for words in listed},
        header=patterns(data.header),
        reviewer=patterns(data.reviewer),
        credentials=compiled(data.credentials_pattern),
    )


def _parts(table: Phrases) -> dict[Part, Pattern]:
    return {msgspec.convert(name, Part): pattern for name, pattern in patterns(table).items()}


def _check(data: _File) -> None:
    """Hold a file to what its types cannot say.

    Raises:
        ValueError: an entry is missing, or a pattern lacks a group that is read from it.
    """
    items = data.items
    for table, needed in (("sections", "decisions"), ("labels", "rationale")):
        if not {needed, f"{needed}_pattern"} & set(getattr(data, table)):
            raise ValueError(f"[{table}] has no {needed}")
    if items.form == "issue" and not {"issues", "issues_pattern"} & set(data.sections):
        raise ValueError("[sections] has no issues")
    needed_groups = {
        "heading_pattern": (items.heading_pattern, ("title",)),
        "opening_pattern": (items.opening_pattern, () if items.form == "labelled" else ("number",)),
        "statement_pattern": (items.statement_pattern, ("number", "outcome")),
        "credentials_pattern": (data.credentials_pattern, ("board", "subspecialty", "licensure")),
    }
    for name, (pattern, groups) in needed_groups.items():
        missing = set(groups) - set(re.compile(pattern).groupindex) if pattern and pattern != NEVER else set()
        if missing or (groups == ("number",) and pattern == NEVER):
            raise ValueError(f"{name} has no group {', '.join(sorted(missing)) or 'number'}")
