"""A database with a few letters, to look at and to break."""

import pytest

from eval.bench.pgserver import Server
from indexer.embed import HashingEmbedder
from indexer.postgres import writer
from indexer.records import Determination, Treatment
from tests.support.engines import Postgres, fresh_database
from tests.support.letters import Cited, Item, determination

EMBEDDER = HashingEmbedder()
TRAMADOL = Treatment(concept="tramadol", category="Pharmaceuticals > Opioids", ingredients=("tramadol",))


@pytest.fixture(scope="session")
def letters() -> tuple[Determination, ...]:
    """Three letters."""
    cited = (Cited("MTUS", "Opioids"),)
    return (
        determination(
            "CM15-0000001-aaaaaaaa",
            Item("Tramadol 50mg", "There is no screen and no contract on file.", treatments=(TRAMADOL,), cited=cited),
            Item("Lumbar MRI", "No red flags were found.", "overturned", regions=("lumbar spine",)),
            case="CM15-0000001",
        ),
        determination("CM16-0000002-cccccccc", Item("Knee brace", "The knee is stable."), case="CM16-0000002"),
        determination("letter-dddddddd", Item("Wrist splint", "The wrist is sprained.", "overturned")),
    )


@pytest.fixture
def empty(postgres_server: Server) -> Postgres:
    """A database without an index."""
    return Postgres(fresh_database(postgres_server))


@pytest.fixture
def loaded(empty: Postgres, letters: tuple[Determination, ...]) -> Postgres:
    """A database with the letters."""
    empty.load(letters, EMBEDDER)
    return empty


@pytest.fixture(autouse=True)
def no_mercy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was replaced is cleared away as soon as it may be, so that clearing away is tested."""
    monkeypatch.setattr(writer, "KEPT_SECONDS", 0)
