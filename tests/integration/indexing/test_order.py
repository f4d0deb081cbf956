"""Whatever the order of reading, an index holds the same rows and answers with the same bytes."""

import random
from pathlib import Path

import msgspec
import pytest

from config.settings import Settings, load_settings
from eval.letters.pdf import render_pdf
from eval.letters.records import SampleLetter
from indexer.build import build_index
from indexer.embed import HashingEmbedder
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Index
from indexer.store.open import open_index

EMBEDDER = HashingEmbedder()
QUERIES = ("MRI of the lumbar spine", "Norco 10/325mg #60", "physical therapy, twelve visits", "surgery")


def settings_at(place: Path) -> Settings:
    """Return settings with an index of one's own."""
    return load_settings(flags={"index": {"dir": place}, "model": {"kind": "hashing", "threads": 1}})


def answers(index: Index) -> bytes:
    """Return all that an index answers to some queries, as bytes."""
    told: list[object] = [index.select(NO_FILTERS)]
    for query in QUERIES:
        vector = EMBEDDER.encode([query])[0]
        for filters in (NO_FILTERS, Filters(outcome=("overturned",))):
            told += [index.search_vector(vector, 50, filters), index.search_text(query, 50, filters)]
    return msgspec.json.encode(told)


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory, sample_letters: Path, samples: tuple[SampleLetter, ...]) -> Path:
    """A folder of thirty letters as text, five of them as PDF too."""
    folder = tmp_path_factory.mktemp("order")
    for path in sorted(sample_letters.iterdir())[:30]:
        (folder / path.name).write_bytes(path.read_bytes())
    for sample in samples[:5]:
        (folder / f"{sample.case}.pdf").write_bytes(render_pdf(sample, "layout-1-2016"))
    return folder


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, letters: Path) -> bytes:
    """The answers of the folder indexed at once."""
    settings = settings_at(tmp_path_factory.mktemp("once") / "index")
    build_index([letters], settings, EMBEDDER)
    index = open_index(settings)
    told = answers(index)
    index.close()
    return told


@pytest.mark.parametrize("seed", [1, 2])
def test_letters_in_another_order_give_the_same_answers(
    tmp_path: Path, letters: Path, expected: bytes, seed: int
) -> None:
    paths = sorted(letters.iterdir())
    random.Random(seed).shuffle(paths)  # noqa: S311 - an order, not a secret
    settings = settings_at(tmp_path / "index")
    build_index(paths, settings, EMBEDDER)
    index = open_index(settings)
    assert answers(index) == expected
    index.close()


def test_letters_a_few_at_a_time_give_the_same_answers(tmp_path: Path, letters: Path, expected: bytes) -> None:
    paths = sorted(letters.iterdir(), reverse=True)
    settings = settings_at(tmp_path / "index")
    for first in range(0, len(paths), 9):
        build_index(paths[first : first + 9], settings, EMBEDDER)
    index = open_index(settings)
    assert answers(index) == expected
    index.close()
