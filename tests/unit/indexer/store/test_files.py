"""What an index knows of files: the newest segment that names one is right."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.embed import HashingEmbedder
from indexer.store.contents import Contents, FileRecord, RejectedFile
from indexer.store.files import FileTable
from indexer.store.generation import SegmentSet
from indexer.store.manifest import SegmentEntry
from indexer.store.publish import publish_segment
from indexer.store.segment_writing import fresh_data, write_segment
from tests.support.letters import made_by

MADE = made_by(HashingEmbedder())
PATHS = ["/a", "/a/b", "/a/b/c.txt", "/a0", "/ab/c.txt", "/z"]
KNOWN = st.dictionaries(st.sampled_from(PATHS), st.sampled_from(["L1", "L2", "rejected", "gone"]))


def contents(said: dict[str, str]) -> Contents:
    """Return what says of files which letter they hold, that they were rejected, or that they are gone."""
    return Contents(
        files=tuple(
            FileRecord(path=path, sha256="x", determination_id=what)
            for path, what in said.items()
            if what.startswith("L")
        ),
        rejected=tuple(
            RejectedFile(path=path, sha256="x", reason="no letter") for path, what in said.items() if what == "rejected"
        ),
        gone=tuple(path for path, what in said.items() if what == "gone"),
    )


@contextmanager
def table_of(place: Path, told: list[dict[str, str]]) -> Iterator[FileTable]:
    """Write a segment for each of what is said, and look into them."""
    entries = []
    place.mkdir()
    for said in told:
        data = fresh_data(contents(said), np.zeros((0, MADE.model.dimension), dtype=np.float32), None)
        name, manifest, digest = publish_segment(place, lambda folder, data=data: write_segment(folder, data, MADE, 1))
        entries.append(SegmentEntry(name=name, first_slot=0, items=manifest.items, sha256=digest))
    with closing(SegmentSet(place, entries, {})) as held:
        yield held.files


@settings(max_examples=25)
@given(st.lists(KNOWN, max_size=4))
def test_the_newest_wins(tmp_path_factory: pytest.TempPathFactory, told: list[dict[str, str]]) -> None:
    newest = {path: what for said in told for path, what in said.items()}
    known = {path: what for path, what in newest.items() if what != "gone"}
    with table_of(tmp_path_factory.mktemp("files") / "index", told) as table:
        for path in PATHS:
            found = table.get(path)
            assert (found.determination_id if isinstance(found, FileRecord) else found and "rejected") == known.get(
                path
            )
        every = [file.path for file in table.all()]
        assert sorted(every) == sorted(known), "each once"
        assert [file.path for file in table.rejected()] == sorted(p for p, what in known.items() if what == "rejected")
        for letter in ("L1", "L2", "L3"):
            assert set(table.holders(letter)) == {path for path, what in known.items() if what == letter}
        for root in (*PATHS, "/", "/a/", "/none"):
            inside = {path for path in known if Path(path).is_relative_to(root)}
            assert table.under([Path(root)]) == inside
        assert table.under([Path("/a/b"), Path("/z")]) == {
            path for path in known if path.startswith("/a/b") or path == "/z"
        }


def test_a_file_that_came_back_as_it_was_is_told_once(tmp_path: Path) -> None:
    with table_of(tmp_path / "index", [{"/a": "L1"}, {"/a": "gone"}, {"/a": "L1"}]) as table:
        assert list(table.all()) == [FileRecord(path="/a", sha256="x", determination_id="L1")]
        assert set(table.holders("L1")) == {"/a"}
