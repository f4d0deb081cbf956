"""Which device is taken, with a stand-in for PyTorch, and what the embedder does on each."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from config.errors import SettingsFault
from config.settings import load_settings
from indexer.device import choose_device
from indexer.embed import Fingerprint, FloatArray, SentenceTransformerEmbedder

TEXTS = ["one", "one two three", "one two", "", "four " * 40]


def torch_with(*devices: str) -> SimpleNamespace:
    """Return a stand-in for torch that finds some devices."""
    found = {name: SimpleNamespace(is_available=lambda name=name: name in devices) for name in ("cuda", "mps")}
    return SimpleNamespace(cuda=found["cuda"], backends=SimpleNamespace(mps=found["mps"]))


class FakeModel:
    """A stand-in for a SentenceTransformer: a text's vector is its number of words."""

    def __init__(self) -> None:
        self.calls: list[tuple[list[str], int]] = []

    @property
    def tokenizer(self) -> Any:
        """Count words."""
        return lambda texts, **_: {"input_ids": [text.split() for text in texts]}

    def encode(self, texts: list[str], *, batch_size: int, **_: object) -> FloatArray:
        """Remember, and count words."""
        self.calls.append((texts, batch_size))
        return np.array([[len(text.split())] for text in texts], np.float32)


def embedded(device: str, texts: Sequence[str] = TEXTS, batch_size: int = 0) -> FakeModel:
    """Embed on a device; every text's vector must come back in its place."""
    model = FakeModel()
    made = Fingerprint(name="fake", dimension=1, max_pieces=30, weights_sha256="none")
    embedder = SentenceTransformerEmbedder(model, made, batch_size, device)
    assert embedder.device == device
    assert embedder.encode(texts)[:, 0].tolist() == [len(text.split()) for text in texts]
    return model


@pytest.mark.parametrize(
    ("wanted", "there", "chosen"),
    [
        ("auto", (), "cpu"),
        ("auto", ("mps",), "mps"),
        ("auto", ("cuda",), "cuda"),
        ("auto", ("cuda", "mps"), "cuda"),
        ("cpu", ("cuda",), "cpu"),
        ("cuda", ("cuda",), "cuda"),
        ("mps", ("mps", "cuda"), "mps"),
    ],
)
def test_a_gpu_is_taken_where_there_is_one_or_what_is_named(wanted: str, there: tuple[str, ...], chosen: str) -> None:
    assert choose_device(wanted, torch_with(*there)) == chosen


@pytest.mark.parametrize(("wanted", "there"), [("cuda", ()), ("cuda", ("mps",)), ("mps", ("cuda",))])
def test_a_device_that_is_not_there_is_told(wanted: str, there: tuple[str, ...]) -> None:
    with pytest.raises(SettingsFault, match=f"model.device is {wanted}, but"):
        choose_device(wanted, torch_with(*there))


def test_an_unknown_device_is_a_fault_of_the_settings() -> None:
    with pytest.raises(SettingsFault, match=r"setting model\.device"):
        load_settings(flags={"model": {"device": "tpu"}})


def test_on_a_cpu_batches_are_of_like_length() -> None:
    texts = ["word " * (number % 30) for number in range(100)]
    model = embedded("cpu", texts)
    lengths = [[len(text.split()) for text in batch] for batch, _ in model.calls]
    assert [length for batch in lengths for length in batch] == sorted(len(text.split()) for text in texts)
    assert all(len(batch) == size for batch, (_, size) in zip(lengths[:-1], model.calls, strict=False))


def test_on_a_gpu_all_texts_go_at_once_in_large_batches() -> None:
    assert embedded("cuda").calls == [(TEXTS, 256)]
    assert embedded("cuda", batch_size=8).calls == [(TEXTS, 8)]
    assert embedded("cuda", []).calls == []
    assert embedded("cpu", []).calls == []


def test_a_batch_is_no_larger_than_set() -> None:
    assert max(len(batch) for batch, _ in embedded("cpu", batch_size=2).calls) == 2
