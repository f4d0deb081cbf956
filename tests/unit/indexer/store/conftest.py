"""A small published index to look at, and one to break."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.embed import HashingEmbedder
from indexer.records import Determination
from indexer.store.contents import RejectedFile
from indexer.store.embedded import EmbeddedIndex, open_embedded
from tests.support.letters import contents, five_letters, publish


@pytest.fixture(scope="session")
def letters() -> tuple[Determination, ...]:
    """Five letters: two of one case, one without case number or date."""
    return five_letters()


@pytest.fixture
def index_dir(tmp_path: Path, letters: tuple[Determination, ...]) -> Path:
    """The folder of an index of the letters, to break."""
    folder = tmp_path / "index"
    folder.mkdir()
    embedder = HashingEmbedder()
    held, vectors = contents(letters, embedder, (RejectedFile(path="/x", sha256="0" * 64, reason="empty file"),))
    publish(folder, held, vectors, embedder)
    return folder


@pytest.fixture
def index(index_dir: Path) -> Iterator[EmbeddedIndex]:
    """The index of the letters."""
    opened = open_embedded(index_dir)
    yield opened
    opened.close()
