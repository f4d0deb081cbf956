"""Which reading of letters this is: raised by hand with the code, and by itself with the data the code reads by."""

import functools
import hashlib
from pathlib import Path

from config.errors import SettingsFault
from config.resources import LAYOUTS_DIR, VOCABULARY_DIR

# Raised whenever the same file may read differently: an index re-reads letters read by another version.
READER_VERSION = "2"

# What requests are understood by says nothing about letters.
_OF_REQUESTS = frozenset({"request_cues.toml", "request_sections.toml", "deciding_cues.toml"})
_DIGITS = 8


@functools.cache
def reader_version(own_layouts: Path | None = None) -> str:
    """Return the version of the code and a digest of the vocabulary and the layouts ('2-1f00ba77').

    Raises:
        SettingsFault: a file cannot be read.
    """
    digest = hashlib.sha256()
    folders = [VOCABULARY_DIR, LAYOUTS_DIR, *([own_layouts] if own_layouts else [])]
    try:
        for folder in folders:
            for path in sorted(folder.iterdir()):
                if path.suffix in {".toml", ".tsv"} and path.name not in _OF_REQUESTS:
                    digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    except OSError as error:
        raise SettingsFault(f"{error.filename}: {error.strerror}") from None
    return f"{READER_VERSION}-{digest.hexdigest()[:_DIGITS]}"
