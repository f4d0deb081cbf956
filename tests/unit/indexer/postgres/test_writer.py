"""Writing: one at a time, all or nothing, and back to what was."""

import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import psycopg
import pytest

from config.errors import IndexFault
from indexer.embed import HashingEmbedder
from indexer.filters import NO_FILTERS
from indexer.postgres import writer as writer_module
from indexer.postgres.base import Base
from indexer.postgres.nearest import Passing, search_graph
from indexer.postgres.rows import Part
from indexer.postgres.servers import Limits, Servers
from indexer.records import Determination
from tests.support.engines import Postgres, part_of
from tests.support.letters import Item, determination

EMBEDDER = HashingEmbedder()
NEW = determination("CM19-0000005-00000000", Item("Wrist splint", "The wrist is sprained."))


def tables(postgres: Postgres) -> set[str]:
    with psycopg.connect(postgres.dsn) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'imr'")
        return {name for (name,) in found}


def test_one_writes_at_a_time(loaded: Postgres) -> None:
    with (
        loaded.writer(),
        pytest.raises(IndexFault, match="another run is writing the index in host="),
        loaded.writer(),
    ):
        pass
    with loaded.writer():
        pass


_WRITING = """
import sys
from indexer.postgres.writer import open_writer
with open_writer(sys.argv[1]) as writer:
    writer.connection.execute("SELECT pg_sleep(600)")
"""
_BUSY = (
    "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()"
)


@pytest.mark.subprocess
def test_a_run_that_is_killed_in_the_middle_of_a_statement_gives_up_its_lock(loaded: Postgres) -> None:
    command = [sys.executable, "-c", _WRITING, loaded.dsn]
    with subprocess.Popen(command) as run, psycopg.connect(loaded.dsn, autocommit=True) as watching:  # noqa: S603
        while watching.execute(_BUSY).fetchone() is None:
            assert run.poll() is None
            time.sleep(0.05)
        run.kill()
    with loaded.writer():
        pass


def test_a_load_that_dies_leaves_nothing(loaded: Postgres, letters: tuple[Determination, ...]) -> None:
    before = tables(loaded)
    part, made = part_of(letters, EMBEDDER)

    def dying() -> Iterator[Part]:
        yield part
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"), loaded.writer() as writer:
        writer.load(dying(), made)
    assert tables(loaded) == before
    assert loaded.open().generation == "g000001"


def test_parts_are_as_good_as_a_whole(empty: Postgres, letters: tuple[Determination, ...]) -> None:
    parts = [part_of([letter], EMBEDDER) for letter in letters]
    with empty.writer() as writer:
        writer.load((part for part, _ in parts), parts[0][1])
    assert empty.problems() == []
    in_parts = empty.open()
    empty.load(letters, EMBEDDER)
    whole = empty.open()
    for text in ("the knee is on file", "no", "wrist sprained"):
        assert in_parts.search_text(text, 9) == whole.search_text(text, 9)
    assert in_parts.columns.saying.tolist() == whole.columns.saying.tolist()
    with psycopg.connect(empty.dsn) as connection:
        assert connection.execute(
            "SELECT max(n) FROM (SELECT count(*) AS n FROM imr.posting_1 GROUP BY stemmed, term)"
        ).fetchone() == (1,)
    in_parts.close()
    whole.close()


def test_a_change_that_dies_leaves_nothing(loaded: Postgres, letters: tuple[Determination, ...]) -> None:
    part, made = part_of([NEW], EMBEDDER)
    broken = Part(part.contents, part.vectors[:0])
    with pytest.raises(IndexFault, match="does not go together"), loaded.writer() as writer:
        writer.change([broken], made, removed=[letters[0].id])
    index = loaded.open()
    assert index.generation == "g000001"
    assert index.counts.letters == len(letters)
    assert loaded.problems() == []
    index.close()


def test_a_wrong_dimension_is_refused_by_the_table(loaded: Postgres) -> None:
    part, made = part_of([NEW], EMBEDDER)
    wide = Part(part.contents, part.vectors.repeat(2, axis=1))
    with pytest.raises(IndexFault, match="could not be written, the old one stands"), loaded.writer() as writer:
        writer.change([wide], made)


def test_another_model_is_refused(loaded: Postgres) -> None:
    part, made = part_of([NEW], HashingEmbedder(max_pieces=99))
    with pytest.raises(IndexFault, match="load it anew"), loaded.writer() as writer:
        writer.change([part], made)


def test_a_change_needs_something_to_change(empty: Postgres) -> None:
    part, made = part_of([NEW], EMBEDDER)
    with pytest.raises(IndexFault, match="no index in this database"), empty.writer() as writer:
        writer.change([part], made)


def test_a_letter_that_comes_again_replaces_itself(empty: Postgres) -> None:
    part, made = part_of([NEW], EMBEDDER)
    with empty.writer() as writer:
        writer.load([], made)
        writer.change([part], made)
        writer.change([part], made)
    index = empty.open()
    assert [key.determination_id for key in index.select(NO_FILTERS)] == [NEW.id]
    index.close()


def test_back_to_the_generation_before(loaded: Postgres) -> None:
    loaded.change([NEW], EMBEDDER)
    part, made = part_of([], EMBEDDER)
    with loaded.writer() as writer:
        assert writer.activate("g000001").name == "g000001"
        index = loaded.open()
        assert index.generation == "g000001"
        assert index.determination(NEW.id) is None
        index.close()
        with pytest.raises(IndexFault, match="not the newest generation"):
            writer.change([part], made)
        assert writer.activate("g000002").name == "g000002"
        for wrong in ("g000009", "9", "gx"):
            with pytest.raises(IndexFault):
                writer.activate(wrong)
    assert loaded.problems() == []


def test_a_reader_is_told_when_its_generation_is_cleared_away(loaded: Postgres) -> None:
    old = loaded.open()
    loaded.change([NEW], EMBEDDER)
    assert old.search_text("knee", 5) != []
    loaded.change([], EMBEDDER, removed=[NEW.id])
    with pytest.raises(IndexFault, match="generation 1 was cleared away: open the index again"):
        old.search_text("knee", 5)
    with loaded.writer() as writer, pytest.raises(IndexFault, match="no generation g000001 is kept"):
        writer.activate("g000001")
    old.close()


def test_what_was_replaced_a_moment_ago_is_kept(loaded: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "KEPT_SECONDS", 600)
    old = loaded.open()
    for letters, removed in (([NEW], ()), ([], (NEW.id,)), ([NEW], ())):
        loaded.change(letters, EMBEDDER, removed=removed)
    assert old.generation == "g000001"
    assert old.counts.letters == len(old.select(NO_FILTERS)) - 1
    assert old.search_text("sprained", 5) != []
    assert old.determination(NEW.id) is None
    monkeypatch.setattr(writer_module, "KEPT_SECONDS", 0)
    loaded.change([], EMBEDDER, removed=[NEW.id])
    with pytest.raises(IndexFault, match="cleared away"):
        old.search_text("knee", 5)
    assert loaded.problems() == []
    old.close()


def test_old_bases_are_dropped(loaded: Postgres, letters: tuple[Determination, ...]) -> None:
    for _ in range(2):
        loaded.load(letters, EMBEDDER)
    names = tables(loaded)
    assert "letter_1" not in names
    assert {"letter_2", "letter_3"} <= names


def test_the_graph_is_used(loaded: Postgres) -> None:
    """The statement that asks the graph is planned as a scan of it: with a cast more or less, it is not."""
    servers = Servers([loaded.dsn], 1, Limits(1, 10))
    vector = EMBEDDER.encode(["knee"])[0]

    def scans(connection: psycopg.Connection[object]) -> int:
        query = "SELECT pg_stat_get_xact_numscans('imr.passage_1_near'::regclass)"
        row = connection.execute(query.encode()).fetchone()
        assert isinstance(row, tuple)
        return int(row[0])

    def reading(connection: psycopg.Connection[object]) -> tuple[int, int, int]:
        base = Base(1, EMBEDDER.fingerprint.dimension)
        before = scans(connection)
        search_graph(connection, base, vector, 2, 1, Passing(None, 5, 5))
        middle = scans(connection)
        search_graph(connection, base, vector, 2, 1, Passing(np.asarray([0, 2]), 2, 5))
        return before, middle, scans(connection)

    assert servers.read(reading) == (0, 1, 2)
    servers.close()
