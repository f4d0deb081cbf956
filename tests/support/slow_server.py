"""Serves a service that takes its time: `python -m tests.support.slow_server`; prints its address.

A search of 'slow' says on standard output that it began, and answers two seconds later.
"""

import sys
import time

from config.settings import load_settings
from indexer.filters import NO_FILTERS, Filters
from service import precedents
from service.records import SearchAnswer
from service.web.serve import run
from tests.support.fake_service import ANSWER, FakeService


class SlowService(FakeService):
    """Takes two seconds for a search of 'slow'."""

    def search(self, text: str, filters: Filters = NO_FILTERS, limit: int = 10) -> SearchAnswer:
        """Answer `ANSWER`."""
        del filters, limit
        if text == "slow":
            tell("began")
            time.sleep(2)
        return ANSWER


def tell(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Serve until told to stop."""
    precedents.open_service = lambda _settings: SlowService()
    run(load_settings(flags={"server": {"port": 0}}), tell)


if __name__ == "__main__":
    main()
