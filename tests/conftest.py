"""What every tier shares: no IMR_* variable from outside, and one small index of the sample letters a session."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from config.settings import PREFIX, Settings, Values, load_settings
from eval.bench.pgserver import Server, started
from eval.letters.records import SampleLetter
from eval.letters.source import load_samples
from eval.letters.text import render_text
from indexer.build import build_index
from indexer.embed import HashingEmbedder
from indexer.filters import NO_FILTERS
from indexer.index import Index
from indexer.records import Determination
from indexer.store.open import open_index
from service.precedents import PrecedentService

# Settings of whoever runs the suite must not reach the tests, fixtures of a session among them.
for _name in [name for name in os.environ if name.startswith(PREFIX)]:
    del os.environ[_name]

# The same examples every run, however slow the machine; `--hypothesis-profile=explore` looks for new ones.
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def samples() -> tuple[SampleLetter, ...]:
    """The packaged sample letters, as written."""
    return load_samples()


@pytest.fixture(scope="session")
def sample_letters(tmp_path_factory: pytest.TempPathFactory, samples: tuple[SampleLetter, ...]) -> Path:
    """A folder with every sample rendered as text; read only."""
    folder = tmp_path_factory.mktemp("samples") / "letters"
    folder.mkdir()
    for letter in samples:
        (folder / f"{letter.case}.txt").write_text(render_text(letter), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def sample_settings(tmp_path_factory: pytest.TempPathFactory, sample_letters: Path) -> Settings:
    """Settings with the stand-in model whose index holds the sample letters; read only."""
    folder = tmp_path_factory.mktemp("index") / "index"
    flags: Values = {
        "index": {"dir": folder},
        "model": {"kind": "hashing", "threads": 1},
    }
    settings = load_settings(flags=flags)
    build_index([sample_letters], settings, HashingEmbedder())
    return settings


@pytest.fixture(scope="session")
def sample_index(sample_settings: Settings) -> Iterator[Index]:
    """The index of the sample letters, open."""
    index = open_index(sample_settings)
    yield index
    index.close()


@pytest.fixture(scope="session")
def sample_determinations(sample_index: Index) -> tuple[Determination, ...]:
    """Every determination of the sample index, in order of id."""
    names = dict.fromkeys(key.determination_id for key in sample_index.select(NO_FILTERS))
    return tuple(letter for name in names if (letter := sample_index.determination(name)))


@pytest.fixture(scope="session")
def sample_service(sample_index: Index, sample_settings: Settings) -> PrecedentService:
    """The service over the sample letters with the stand-in model."""
    return PrecedentService(sample_index, HashingEmbedder(), sample_settings)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server with pgvector on loopback."""
    with started() as server:
        yield server
