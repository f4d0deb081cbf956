"""The marks and the items they are of, joined: the marks hold offsets, an index holds the text."""

import argparse
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from config.settings import Settings, load_settings
from eval.lines import DatasetFault, fault, read_json_lines
from indexer.index import Index
from indexer.records import Determination, DisputedItem

MARKS = Path(__file__).parent / "marks.jsonl"
SAMPLE_MARKS = MARKS.with_name("sample_marks.jsonl")
# What the patterns were written by: the first set's two halves and one of the second's. The last was never read.
HALVES = ("build", "held_out", "second_build", "second_held_out")
UNREAD = HALVES[-1]

Place = tuple[int, int]


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What two readings (of the sample letters: one) say of an item.

    That is, offsets in its determination's text and codes of the list of reasons.

    `also` are sentences that decide as well; `disputed` codes that one reading gave and the other did not.
    """

    id: str
    half: Literal["build", "held_out", "second_build", "second_held_out", "sample", "sample_check"]
    deciding: Place
    also: tuple[Place, ...]
    reasons: tuple[str, ...]
    disputed: tuple[str, ...]


class Marked(NamedTuple):
    """A mark with its item."""

    mark: Mark
    determination: Determination
    item: DisputedItem


def load_marked(index: Index, path: Path = MARKS) -> list[Marked]:
    """Join marks with an index of the letters they are of.

    Raises:
        DatasetFault: the file is broken, or the index lacks an item or holds another text of it.
    """
    found = []
    for line, mark in read_json_lines(path, Mark):
        name, _, number = mark.id.partition("#")
        determination = index.determination(name)
        item = determination.item(int(number)) if determination and number.isdigit() else None
        if determination is None or item is None:
            raise fault(path, line, f"the index has no item {mark.id}")
        if not item.rationale.start <= mark.deciding[0] < mark.deciding[1] <= item.rationale.end:
            raise fault(path, line, f"the marks of {mark.id} lie outside its rationale")
        found.append(Marked(mark, determination, item))
    if not found:
        raise DatasetFault(f"{path} holds no marks")
    return found


def settings_of(arguments: list[str], program: str, about: str) -> Settings:
    """Return the settings that a program's one option, the index, asks for."""
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=about)
    parser.add_argument("--index", type=Path, help="index of the marked letters; else the setting")
    return load_settings(flags={"index": {"dir": parser.parse_args(arguments).index}})
