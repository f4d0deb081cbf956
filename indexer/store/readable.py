"""Opens tantivy's folder where it can only be read: in a container, or under a service that may not write.

To read, tantivy takes a lock, and for the lock it writes a file. Where the folder refuses that it is opened by links
in a temporary folder, which holds the lock instead.
"""

import os
import shutil
import tempfile
import weakref
from pathlib import Path

import tantivy


def open_words(folder: Path, owner: object) -> tantivy.Index:
    """Open a folder of words; what has to be made for it goes when `owner` goes."""
    if os.access(folder, os.W_OK):
        return tantivy.Index.open(str(folder))
    links = Path(tempfile.mkdtemp(prefix="imr-words-"))
    weakref.finalize(owner, shutil.rmtree, links, ignore_errors=True)
    for file in folder.iterdir():
        if file.suffix == ".lock":
            continue
        (links / file.name).symlink_to(file.resolve())
    return tantivy.Index.open(str(links))
