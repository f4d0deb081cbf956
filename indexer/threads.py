"""Threads and network of the numeric libraries, set once, before torch or faiss is imported.

torch and faiss each bring an OpenMP runtime; left alone, both take every core and fight. numpy's OpenBLAS is kept to
one thread: searches multiply small matrices, and threads that are woken for that spin longer than they work (a search
took 103 ms of two cores instead of 54). The tokenizer's own threads warn when a process forks. 'Offline' models still
call home unless told not to.
"""

import os

from threadpoolctl import ThreadpoolController

_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
_ALWAYS = {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_DISABLE_TELEMETRY": "1"}


def available_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def prepare(threads: int, *, allow_download: bool = False) -> int:
    """Set what the libraries read when imported; call before importing torch, faiss or a model.

    Args:
        threads: threads for each library but numpy; 0 takes every core this process may use.
        allow_download: whether a model hub may be asked.

    Returns:
        The number of threads that was set.
    """
    count = threads or available_cores()
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(count)
    os.environ.update(_ALWAYS)
    # No variable: it would be read by faiss's own OpenBLAS too, which goes by OpenMP and is left to it.
    import numpy as np  # noqa: F401 - what is not loaded cannot be told

    ThreadpoolController().select(threading_layer="pthreads").limit(limits=1)
    if not allow_download:
        os.environ.update(_OFFLINE)
    return count
