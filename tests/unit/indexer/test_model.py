"""Loading a real model: what is refused before torch is asked, and (marked `model`) what the default does."""

import hashlib
import importlib.util
import json
import os
import shutil
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from config.errors import SettingsFault
from config.settings import ModelSettings, load_settings
from indexer.embed import (
    DEFAULT_PACKAGE,
    DEFAULT_WEIGHTS_SHA256,
    Embedder,
    checked_weights,
    load_embedder,
)

_FOUND = importlib.util.find_spec(DEFAULT_PACKAGE)
assert _FOUND
assert _FOUND.submodule_search_locations
DEFAULT_FOLDER = Path(_FOUND.submodule_search_locations[0]) / "model"
TEXTS = [
    "Norco 10/325mg #60",
    "",
    "MRI of the lumbar spine without contrast. " * 60,
    "The injured worker is a 52 year old male.",
]


def settings(**changed: object) -> ModelSettings:
    """Return the [model] settings with some changed."""
    return load_settings(flags={"model": dict(changed)}).model


def refused(model: ModelSettings) -> str:
    """Return the one line with which a model is refused."""
    with pytest.raises(SettingsFault) as caught:
        load_embedder(model)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the default model's folder, to change; its weights are a link to the real ones."""
    copy = tmp_path / "copied-model"
    shutil.copytree(DEFAULT_FOLDER, copy, ignore=shutil.ignore_patterns("model.safetensors"))
    (copy / "model.safetensors").symlink_to(DEFAULT_FOLDER / "model.safetensors")
    return copy


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    assert "modules.json" in refused(settings(path=str(tmp_path)))
    assert str(tmp_path / "none") in refused(settings(path=str(tmp_path / "none")))


def test_a_name_on_a_hub_needs_leave_to_download() -> None:
    said = refused(settings(hub_name="somebody/some-model"))
    assert "somebody/some-model" in said
    assert "allow_download" in said


def test_a_missing_default_model_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    assert DEFAULT_PACKAGE in refused(settings())


@pytest.mark.parametrize("weights", [None, "{", "{}", "[]", '{"weight_map": {"a": "missing.safetensors"}}'])
def test_a_folder_without_weights_is_refused(tmp_path: Path, weights: str | None) -> None:
    (tmp_path / "modules.json").write_text("[]", encoding="utf-8")
    if weights is not None:
        (tmp_path / "model.safetensors.index.json").write_text(weights, encoding="utf-8")
    assert str(tmp_path) in refused(settings(path=str(tmp_path)))


def test_weights_in_several_files_are_checked_together(tmp_path: Path) -> None:
    names = {"b": "two.safetensors", "a": "one.safetensors", "c": "two.safetensors"}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": names}), encoding="utf-8")
    for name in names.values():
        (tmp_path / name).write_bytes(name.encode())
    before = checked_weights(tmp_path, None)
    parts = [hashlib.sha256(name.encode()).hexdigest() for name in sorted(set(names.values()))]
    assert before == hashlib.sha256("".join(parts).encode()).hexdigest()
    (tmp_path / "two.safetensors").write_bytes(b"other")
    assert checked_weights(tmp_path, None) != before


def test_the_default_s_weights_are_the_published_ones() -> None:
    assert checked_weights(DEFAULT_FOLDER, DEFAULT_WEIGHTS_SHA256) == DEFAULT_WEIGHTS_SHA256


def test_weights_with_one_byte_changed_are_refused(folder: Path) -> None:
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.unlink()
    weights.write_bytes(content)
    with pytest.raises(SettingsFault, match="not the published") as caught:
        checked_weights(folder, DEFAULT_WEIGHTS_SHA256)
    assert hashlib.sha256(content).hexdigest() in str(caught.value)
    assert checked_weights(folder, None) == hashlib.sha256(content).hexdigest()


def test_the_default_model_is_checked_before_torch_loads_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").write_bytes(b"changed")
    package = mock.Mock(submodule_search_locations=[str(folder.parent)])
    folder.rename(folder.parent / "model")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: package)
    assert DEFAULT_WEIGHTS_SHA256 in refused(settings())


@pytest.fixture(scope="module")
def model() -> Embedder:
    """The default model."""
    with mock.patch.dict(os.environ):
        return load_embedder(settings(threads=1))


@pytest.mark.model
def test_the_default_s_fingerprint(model: Embedder) -> None:
    made = model.fingerprint
    assert (made.name, made.dimension, made.max_pieces) == ("all-MiniLM-L6-v2", 384, 254)
    assert made.weights_sha256 == DEFAULT_WEIGHTS_SHA256


@pytest.mark.model
def test_vectors_are_those_of_sentence_transformers(model: Embedder) -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(DEFAULT_FOLDER), local_files_only=True)
    vectors = model.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    expected = reference.encode(TEXTS, convert_to_numpy=True)
    assert np.allclose(vectors, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-5)


@pytest.mark.model
def test_pieces_are_those_of_the_model_s_tokenizer(model: Embedder) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(DEFAULT_FOLDER), local_files_only=True)
    assert model.count(TEXTS) == [len(tokenizer.tokenize(text)) for text in TEXTS]
    assert max(model.count(TEXTS)) > model.fingerprint.max_pieces
    assert model.count([]) == []
    assert model.encode([]).shape == (0, 384)


@pytest.mark.model
def test_what_fits_is_not_cut_and_what_does_not_is(model: Embedder) -> None:
    most = model.fingerprint.max_pieces
    fits, same, over = model.encode(["knee " * (most - 1) + "brace", "knee " * most, "knee " * most + "brace"])
    assert not np.allclose(fits, same, atol=1e-3)
    assert np.allclose(over, same, atol=1e-5)


@pytest.mark.model
def test_a_model_in_a_folder_of_one_s_own(folder: Path, model: Embedder) -> None:
    own = load_embedder(settings(path=str(folder), threads=1))
    assert own.fingerprint.name == folder.name
    assert np.allclose(own.encode(TEXTS), model.encode(TEXTS), atol=1e-5)


@pytest.mark.model
@pytest.mark.parametrize(
    ("name", "content"),
    [("modules.json", "{"), ("modules.json", "[]"), ("config.json", "{}"), ("model.safetensors", "cut short")],
)
def test_a_broken_model_is_refused(folder: Path, name: str, content: str) -> None:
    (folder / name).unlink()
    (folder / name).write_text(content, encoding="utf-8")
    assert str(folder) in refused(settings(path=str(folder)))
