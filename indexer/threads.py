"""Threads and network of the numeric libraries, set once, before torch or faiss is imported.

torch and faiss each bring an OpenMP runtime; left alone, both take every core and fight. The tokenizer's own
threads warn when a process forks. 'Offline' models still call home unless told not to.
"""

import os

_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
_ALWAYS = {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_DISABLE_TELEMETRY": "1"}


def available_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def prepare(threads: int, *, allow_download: bool = False) -> int:
    """Set the environment the libraries read when imported; call before importing any of them.

    Args:
        threads: threads for each library; 0 takes every core this process may use.
        allow_download: whether a model hub may be asked.

    Returns:
        The number of threads that was set.
    """
    count = threads or available_cores()
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(count)
    os.environ.update(_ALWAYS)
    if not allow_download:
        os.environ.update(_OFFLINE)
    return count
