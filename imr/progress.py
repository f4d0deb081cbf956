"""Progress bars on standard error."""

from typing import Any

from tqdm import tqdm

_UNITS = {"cutting": "letter", "reading": "letter", "embedding": "passage"}


class Bars:
    """A progress bar for each stage of a run."""

    def __init__(self, units: dict[str, str] | None = None) -> None:
        """Show nothing yet; `units` say what a stage counts where it is not the usual."""
        self._units = _UNITS | (units or {})
        self._bar: tqdm[Any] | None = None
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Move the bar of a stage to `done` of `total`."""
        if self._bar is None or stage != self._stage:
            self.close()
            self._bar = tqdm(total=total, desc=stage, unit=self._units.get(stage, "passage"), delay=0.2)
            self._stage = stage
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Finish the bar that is shown."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
