"""A small index and datasets over it, written here."""

import importlib.util
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SUPPORT = Path(__file__).resolve().parents[2] / "support"


def _support(name: str) -> ModuleType:
    """Import a support module by its place: tests are no package, and importlib mode leaves sys.path alone."""
    full = f"imr_test_support_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, SUPPORT / f"{name}.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[full] = module
        spec.loader.exec_module(module)
    return sys.modules[full]


@pytest.fixture(scope="session")
def fakes() -> ModuleType:
    """tests/support/fake_index.py."""
    return _support("fake_index")


@pytest.fixture
def index(fakes: ModuleType) -> Any:
    """Four letters: one without a case number, two that share a rationale."""
    decided, letter = fakes.Decided, fakes.letter
    return fakes.FakeIndex(
        letter(
            "CM20-1-aa",
            "CM20-1",
            decided("Hydrocodone tablets", "No urine screen is on file.", "hydrocodone", regions=("low back",)),
            decided(
                "Lumbar epidural injection",
                "No radiculopathy was found.",
                "epidural",
                "Injections > Spine",
                ("low back",),
            ),
        ),
        letter(
            "CM20-2-bb",
            "CM20-2",
            decided("Hydrocodone refill", "No urine screen is on file.", "hydrocodone", regions=("knee",)),
        ),
        letter(
            "CM20-3-cc",
            "CM20-3",
            decided("Tramadol tablets", "Function did improve.", "tramadol", regions=("low back",)),
        ),
        letter("letter-dd", None, decided("Knee brace", "The knee is unstable.", "brace", "Equipment", ("knee",))),
    )


WriteDataset = Callable[..., Path]


@pytest.fixture
def write_dataset(tmp_path: Path) -> WriteDataset:
    """Write a dataset folder: the queries, (query, corpus id, grade) rows and, for the BEIR form, a corpus."""

    def write(
        queries: Iterable[Mapping[str, Any]],
        qrels: Iterable[tuple[str, str, int]],
        corpus: Iterable[Mapping[str, Any]] | None = None,
    ) -> Path:
        folder = tmp_path / "toy"
        (folder / "qrels").mkdir(parents=True)
        (folder / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in queries), encoding="utf-8")
        rows = ["query-id\tcorpus-id\tscore", *("\t".join(map(str, row)) for row in qrels)]
        place = folder / ("qrels.tsv" if corpus is None else "qrels/test.tsv")
        place.write_text("\n".join(rows) + "\n", encoding="utf-8")
        if corpus is not None:
            lines = "".join(json.dumps(row) + "\n" for row in corpus)
            (folder / "corpus.jsonl").write_text(lines, encoding="utf-8")
        return folder

    return write
