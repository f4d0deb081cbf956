"""Both engines, empty, and both with the same letters."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.bench.pgserver import Server
from indexer.embed import HashingEmbedder
from indexer.index import Index
from indexer.postgres import writer
from indexer.postgres.reader import PostgresIndex
from indexer.records import Determination
from tests.support.engines import Embedded, Engine, Pair, Postgres, fresh_database
from tests.support.letters import Cited, Item, determination, five_letters

EMBEDDER = HashingEmbedder()


@pytest.fixture(params=["embedded", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """An engine without an index."""
    if request.param == "embedded":
        return Embedded(tmp_path / "index")
    server: Server = request.getfixturevalue("postgres_server")
    return Postgres(fresh_database(server))


@pytest.fixture(scope="session")
def letters() -> tuple[Determination, ...]:
    """Six letters: two of one case that say the same, one without case number or date."""
    return (
        *five_letters(second_cites=(Cited("MTUS", "OPIOIDS"),)),
        # More places than a tsvector keeps: "pain" 300 times, and a phrase at the very end.
        determination("CM18-0000004-ffffffff", Item("Pain pump", "Of pain. " * 300 + "The last words fit.")),
    )


@pytest.fixture(scope="session", params=["embedded", "postgres", "postgres-graph"])
def index(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, letters: tuple[Determination, ...]
) -> Iterator[Index]:
    """The letters, opened from each engine; once more with every search by vector sent to the graph."""
    made: Engine
    if request.param == "embedded":
        made = Embedded(tmp_path_factory.mktemp("conformance") / "index")
    else:
        made = Postgres(fresh_database(request.getfixturevalue("postgres_server")))
    made.load(letters, EMBEDDER)
    opened = made.open()
    if request.param == "postgres-graph":
        assert isinstance(opened, PostgresIndex)
        opened.exact_up_to = 0
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def pair(
    sample_index: Index, sample_determinations: tuple[Determination, ...], postgres_server: Server
) -> Iterator[Pair]:
    """The sample letters, opened from both engines."""
    made = Postgres(fresh_database(postgres_server))
    made.load(sample_determinations, EMBEDDER)
    opened = made.open()
    yield Pair(sample_index, opened)
    opened.close()


@pytest.fixture(autouse=True)
def no_mercy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was replaced is cleared away as soon as it may be, so that clearing away is tested."""
    monkeypatch.setattr(writer, "KEPT_SECONDS", 0)
