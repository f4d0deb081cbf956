"""A reader that crashes or hangs on some files, as a broken PDF library would."""

import os
import signal
import time
from pathlib import Path

from config.settings import ReadingSettings
from indexer.sources import ReadResult


def read(path: Path, limits: ReadingSettings) -> ReadResult:
    """Abort on crash.pdf, hang where no signal interrupts on hang.pdf, reject any other file."""
    del limits
    if path.name == "crash.pdf":
        os.abort()
    if path.name == "hang.pdf":
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        time.sleep(600)
    return ReadResult(path=str(path), sha256="", determination=None, reason="read")
