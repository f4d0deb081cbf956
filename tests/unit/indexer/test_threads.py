"""The environment that numeric libraries read when they are imported."""

import os
from collections.abc import Iterator
from unittest import mock

import pytest
from threadpoolctl import ThreadpoolController

from indexer.threads import available_cores, prepare

OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE")


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """Give each test an environment of its own."""
    with mock.patch.dict(os.environ):
        for name in OFFLINE:
            os.environ.pop(name, None)
        yield


def test_threads_are_set_for_every_library() -> None:
    assert prepare(3) == 3
    assert {os.environ[name] for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS")} == {"3"}
    assert os.environ["TOKENIZERS_PARALLELISM"] == "false"


def test_numpy_works_alone_whatever_the_others_may() -> None:
    prepare(3)
    pools = ThreadpoolController().select(threading_layer="pthreads")
    before = [pool["num_threads"] for pool in pools.info()]
    with pools.limit(limits=2):
        prepare(3)
        assert [pool["num_threads"] for pool in pools.info()] == [1 for _ in before]


def test_none_means_every_core() -> None:
    assert prepare(0) == available_cores() >= 1


def test_nothing_calls_home_unless_it_may() -> None:
    prepare(1, allow_download=True)
    assert not set(OFFLINE) & set(os.environ)
    prepare(1)
    assert {os.environ[name] for name in OFFLINE} == {"1"}
    assert os.environ["HF_HUB_DISABLE_TELEMETRY"] == "1"
