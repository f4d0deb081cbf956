"""What a run adds before it publishes: seen by nobody, gone on with, or dropped."""

import psycopg
import pytest

from config.errors import IndexFault
from indexer.embed import HashingEmbedder
from indexer.filters import NO_FILTERS
from indexer.postgres.draft import PostgresDraft, postgres_draft
from indexer.records import Determination
from indexer.store.contents import Contents, FileRecord
from tests.support.engines import Postgres, part_of
from tests.support.letters import Item, determination, made_by

EMBEDDER = HashingEmbedder()
NEW = determination("CM19-0000005-00000000", Item("Wrist splint", "The wrist is sprained."), case="CM19-0000005")
AGAIN = determination("CM16-0000002-cccccccc", Item("Knee brace", "The knee gives way."), case="CM16-0000002")


def leave(postgres: Postgres, *letters: Determination) -> None:
    """Add letters as a run that then dies."""
    with postgres_draft(postgres.settings, made_by(EMBEDDER)) as draft:
        for letter in letters:
            part, _ = part_of([letter], EMBEDDER)
            draft.add(part.contents, part.vectors)


def held(postgres: Postgres) -> list[Determination | None]:
    """Return the letters that a reader finds."""
    index = postgres.open()
    names = dict.fromkeys(key.determination_id for key in index.select(NO_FILTERS))
    found = [index.determination(name) for name in names]
    index.close()
    return found


def test_readers_see_nothing_of_it(loaded: Postgres, letters: tuple[Determination, ...]) -> None:
    index = loaded.open()
    before = [index.search_text("the wrist knee", 9), index.facet("treatment"), index.counts, index.by_case(NEW.id)]
    leave(loaded, NEW, AGAIN)
    assert held(loaded) == list(letters)
    after = [index.search_text("the wrist knee", 9), index.facet("treatment"), index.counts, index.by_case(NEW.id)]
    assert after == before
    assert loaded.problems() == []
    index.close()


def test_the_next_run_goes_on_with_it(loaded: Postgres) -> None:
    leave(loaded, NEW)
    with postgres_draft(loaded.settings, made_by(EMBEDDER)) as draft:
        assert draft.is_changed
        assert (draft.published, draft.holds(NEW.id), draft.counts.letters) == ("g000001", True, 4)
        assert draft.letter(NEW.id) == NEW
        assert draft.vector(b"no digest") is None
        assert draft.publish() == "g000002"
        assert draft.counts.letters == 4
    assert NEW in held(loaded)
    assert loaded.problems() == []


def test_a_letter_that_comes_twice_in_a_run_is_there_once(loaded: Postgres) -> None:
    with postgres_draft(loaded.settings, made_by(EMBEDDER)) as draft:
        for _ in range(2):
            part, _ = part_of([AGAIN], EMBEDDER)
            draft.add(part.contents, part.vectors)
        assert draft.counts.letters == 3
        draft.publish()
    assert AGAIN in held(loaded)
    assert len(held(loaded)) == 3
    assert loaded.problems() == []


@pytest.mark.parametrize("way", ["load", "change"])
def test_it_is_dropped_when_the_index_is_written_in_another_way(
    loaded: Postgres, letters: tuple[Determination, ...], way: str
) -> None:
    leave(loaded, NEW, AGAIN)
    if way == "load":
        loaded.load(letters, EMBEDDER)
    else:
        loaded.change([], EMBEDDER)
    assert held(loaded) == list(letters)
    assert loaded.problems() == []
    with postgres_draft(loaded.settings, made_by(EMBEDDER)) as draft:
        assert not draft.is_changed
        assert not draft.holds(NEW.id)


def test_tables_of_which_nothing_was_published_are_dropped(empty: Postgres, letters: tuple[Determination, ...]) -> None:
    leave(empty, NEW)
    other = HashingEmbedder(dimension=64)
    with postgres_draft(empty.settings, made_by(other)) as draft:
        assert (draft.published, draft.counts.letters) == (None, 0)
        part, _ = part_of(letters, other)
        draft.add(part.contents, part.vectors)
        draft.publish()
    assert held(empty) == list(letters)
    with psycopg.connect(empty.dsn) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^letter_'").fetchall()
    assert tables == [("letter_2",)]


def test_a_letter_without_a_file_is_gone_when_it_is_published(loaded: Postgres) -> None:
    with postgres_draft(loaded.settings, made_by(EMBEDDER)) as draft:
        part, _ = part_of([], EMBEDDER)
        moved = FileRecord(path=f"/{AGAIN.id}", sha256="1" * 64, determination_id="letter-dddddddd")
        draft.add(Contents(files=(moved,)), part.vectors)
        assert draft.holds(AGAIN.id)
        assert not draft.has_file(AGAIN.id)
        draft.publish()
        assert not draft.holds(AGAIN.id)
    assert AGAIN.id not in {letter.id for letter in held(loaded) if letter}
    assert loaded.problems() == []


def test_a_run_starts_from_the_newest_generation_alone(loaded: Postgres) -> None:
    loaded.change([NEW], EMBEDDER)
    with loaded.writer() as writer:
        writer.activate("g000001")
    with (
        pytest.raises(IndexFault, match="not the newest generation"),
        postgres_draft(loaded.settings, made_by(EMBEDDER)),
    ):
        pass


def test_what_was_made_otherwise_is_told(loaded: Postgres, letters: tuple[Determination, ...]) -> None:
    with postgres_draft(loaded.settings, made_by(HashingEmbedder(dimension=64))) as draft:
        assert isinstance(draft, PostgresDraft)
        earlier = draft.earlier
        assert earlier is not None
        assert earlier.made == made_by(EMBEDDER)
        assert [letter for letter, _ in earlier.determinations()] == list(letters)
        assert [file.path for file in earlier.files()] == sorted(f"/{letter.id}" for letter in letters)
        assert draft.is_changed
        assert draft.file(f"/{AGAIN.id}") is None
