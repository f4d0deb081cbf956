"""Which letters of a generation's segments are dead: replaced, or gone with their files."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from indexer.store.arrays import Array, Arrays, write_arrays
from indexer.store.manifest import Manifest

DEAD = "dead.safetensors"


def write_dead(folder: Path, dead: Mapping[str, Array]) -> None:
    """Write the numbers of dead letters by segment into a generation's folder.

    Raises:
        OSError: the disk refuses.
    """
    write_arrays(folder / DEAD, {name: numbers for name, numbers in dead.items() if len(numbers)})


def read_dead(folder: Path, manifest: Manifest) -> dict[str, Array]:
    """Read what `write_dead` wrote.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is damaged.
    """
    arrays = Arrays(folder / DEAD)
    names = (segment.name for segment in manifest.segments)
    return {name: np.array(arrays[name]) for name in names if name in arrays}
