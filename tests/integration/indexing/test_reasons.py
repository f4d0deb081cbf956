"""Reasons in the index: kept while the list stands, sought again when it changes, without reading a letter again."""

from pathlib import Path

import pytest

import indexer.build
from config.settings import Settings, load_settings
from indexer.build import build_index
from indexer.embed import HashingEmbedder
from indexer.filters import NO_FILTERS
from indexer.reasons import ReasonFinder
from indexer.records import DisputedItem, Reason
from indexer.store.open import open_index

Sought = list[DisputedItem]


@pytest.fixture
def sought(monkeypatch: pytest.MonkeyPatch) -> Sought:
    """The items whose reasons are sought."""
    asked: Sought = []
    find = ReasonFinder.reasons_of_all

    def record(self: ReasonFinder, items: Sought) -> list[tuple[Reason, ...]]:
        asked.extend(items)
        return find(self, items)

    monkeypatch.setattr(ReasonFinder, "reasons_of_all", record)
    return asked


def test_only_what_is_new_is_looked_into(
    tmp_path: Path, sample_letters: Path, sought: Sought, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(flags={"index": {"dir": tmp_path}, "model": {"kind": "hashing", "threads": 1}})
    first, second, third = sorted(sample_letters.iterdir())[:3]
    assert build_index([first, second], settings, HashingEmbedder()).items == len(sought)
    before = _held(settings)
    sought.clear()
    grown = build_index([third], settings, HashingEmbedder())
    assert 0 < len(sought) < grown.items
    assert before.items() <= _held(settings).items()
    sought.clear()
    assert build_index([first], settings, HashingEmbedder()).generation == grown.generation
    assert sought == []
    monkeypatch.setattr(indexer.build, "reasons_version", lambda: "another list")
    again = build_index([first], settings, HashingEmbedder())
    assert (again.read, len(sought)) == (0, grown.items)
    assert again.generation != grown.generation


def _held(settings: Settings) -> dict[object, tuple[Reason, ...]]:
    index = open_index(settings)
    held: dict[object, tuple[Reason, ...]] = {key: index.reasons(key) for key in index.select(NO_FILTERS)}
    index.close()
    return held
