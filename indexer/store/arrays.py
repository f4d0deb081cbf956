"""Named arrays of a segment, one .npy file each; mapped into memory when read, so that processes share them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_SUFFIX = ".npy"


def write_arrays(folder: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays into a folder that is there."""
    for name, array in arrays.items():
        np.save(folder / f"{name}{_SUFFIX}", array, allow_pickle=False)


class Arrays:
    """The arrays of a folder, each opened when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        """Look into a folder."""
        self._folder = folder
        self._opened: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        """Return an array, which must not be written to.

        Raises:
            OSError: there is no such file.
            ValueError: it holds no array.
        """
        if name not in self._opened:
            path = self._folder / f"{name}{_SUFFIX}"
            try:
                found: Array = np.load(path, mmap_mode="r", allow_pickle=False)
            except ValueError:  # nothing can be mapped of an empty array
                found = np.load(path, allow_pickle=False)
            self._opened[name] = found
        return self._opened[name]
