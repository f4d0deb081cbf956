"""A layout is data: what a file may say, and what is said of one that is wrong."""

from pathlib import Path

import pytest

from config.errors import SettingsFault
from config.settings import ReadingSettings
from indexer.parse.determination import parse_letter
from indexer.parse.layoutfiles import known_layouts, load_layout, load_layouts
from indexer.parse.normalise import Normaliser
from indexer.parse.version import reader_version
from indexer.read.letter import read_letter

HOUSE = """
name = "house"
signature = ["WHAT WE DECIDED"]
[sections]
decisions = ["WHAT WE DECIDED"]
[items]
form = "sentence"
law = "one for each item"
opening_pattern = 'Item (?P<number>\\d+) is'
heading_pattern = 'Item \\d+ is (?P<title>.+), (?P<outcome>granted|refused)'
[outcomes]
upheld = ["refused"]
overturned = ["granted"]
[labels]
rationale = ["Why:"]
[header]
case_number = ["Our number:"]
"""
LETTER = b"""Our number: AB12-0034

WHAT WE DECIDED

Item 1 is a cane, granted

Why: He falls.

Item 2 is
a bed, refused

Why: No need."""


def _file(folder: Path, text: str, name: str = "house.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_packaged_layouts() -> None:
    assert [layout.name for layout in known_layouts()] == ["layout-1", "layout-2", "layout-3", "notice-2013"]


def test_a_new_file_is_a_new_layout(tmp_path: Path, normaliser: Normaliser) -> None:
    _file(tmp_path, HOUSE)
    limits = ReadingSettings(max_bytes=9999, max_pages=1, processes=1, timeout_seconds=9, layouts="", memory_mb=1024)
    letter = parse_letter(read_letter("x.txt", LETTER, limits), normaliser, tmp_path)
    assert (letter.layout, letter.case_number) == ("house", "AB12-0034")
    assert [(item.title, item.outcome, item.rationale.text) for item in letter.items] == [
        ("a cane", "overturned", "He falls."),
        ("a bed", "upheld", "No need."),
    ]


def test_new_layouts_stand_beside_the_packaged_ones(tmp_path: Path) -> None:
    _file(tmp_path, HOUSE)
    assert [layout.name for layout in known_layouts(tmp_path)] == [*(one.name for one in known_layouts()), "house"]
    assert reader_version(tmp_path) != reader_version(), "letters are read again when layouts are added"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HOUSE.replace("[items]", "[item]"), "item"),
        (HOUSE.replace('form = "sentence"', 'form = "song"'), "song"),
        (HOUSE.replace("rationale =", "reason ="), "no rationale"),
        (HOUSE.replace("[labels]", "[labels]\nreason = ['Because:']"), "reason"),
        (HOUSE.replace('"sentence"', '"issue"'), "no issues"),
        (HOUSE.replace("(?P<number>", "("), "number"),
        (HOUSE.replace("(?P<title>", "("), "title"),
        (HOUSE.replace("'Item (?P<number>\\d+) is'", "'Item (?P<number>'"), "missing|unterminated"),
        (HOUSE.replace('granted"]', ""), "TOML|line|Unclosed|Illegal|Expected"),
        (HOUSE.replace('decisions = ["WHAT WE DECIDED"]', 'verdict = ["WHAT WE DECIDED"]'), "decisions"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    path = _file(tmp_path, text)
    with pytest.raises(SettingsFault, match=said) as fault:
        load_layout(path)
    assert str(path) in str(fault.value)


def test_two_layouts_of_one_name_are_refused(tmp_path: Path) -> None:
    _file(tmp_path, HOUSE)
    _file(tmp_path, HOUSE, "again.toml")
    with pytest.raises(SettingsFault, match="two of the same name"):
        load_layouts(tmp_path)


def test_a_folder_without_layouts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="none"):
        load_layouts(tmp_path)
