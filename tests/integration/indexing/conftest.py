"""A folder of a few letters and the settings of an index of one's own."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from config.settings import Settings, load_settings
from indexer.build import BuildSummary, build_index
from indexer.embed import Embedder, FloatArray, HashingEmbedder

Build = Callable[..., BuildSummary]


class CountingEmbedder(HashingEmbedder):
    """The stand-in for the model, which remembers what it embedded."""

    def __init__(self, dimension: int = 128) -> None:
        super().__init__(dimension)
        self.embedded: list[str] = []

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Embed, and remember."""
        self.embedded.extend(texts)
        return super().encode(texts)


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def folder(tmp_path: Path, sample_letters: Path) -> Path:
    """Twelve sample letters, to change."""
    place = tmp_path / "letters"
    place.mkdir()
    for path in sorted(sample_letters.iterdir())[:12]:
        shutil.copy(path, place)
    return place


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with an index folder of one's own."""
    return load_settings(flags={"index": {"dir": tmp_path / "index"}, "model": {"kind": "hashing", "threads": 1}})


@pytest.fixture
def build(settings: Settings, embedder: CountingEmbedder) -> Build:
    """Return a function that indexes paths; other settings and another model may be given."""

    def run(
        *paths: Path, other: Settings | None = None, model: Embedder | None = None, prune: bool = False
    ) -> BuildSummary:
        embedder.embedded.clear()
        return build_index(paths, other or settings, model or embedder, prune=prune)

    return run
