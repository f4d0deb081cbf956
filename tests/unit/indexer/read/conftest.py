"""Limits of reading that no test letter meets by accident."""

import pytest

from config.settings import ReadingSettings


@pytest.fixture(scope="session")
def limits() -> ReadingSettings:
    return ReadingSettings(
        max_bytes=1_000_000, max_pages=20, processes=1, timeout_seconds=30, layouts="", memory_mb=1024
    )
