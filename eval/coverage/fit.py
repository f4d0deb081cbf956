"""Fit coverage for the embedding model and report it: `python -m eval.coverage.fit`.

Fitted on one half of the requests of each index, reported on the other. Writes the calibration file and the figures of
docs/coverage.md between their marks.
"""

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from config.calibration import Calibration, load_calibrations
from config.errors import Fault
from config.resources import COVERAGE
from config.settings import Settings, Values, load_settings
from eval.coverage.logistic import fit, fit_uncalibrated
from eval.coverage.measure import Measured, measure
from eval.coverage.report import curve_table, draw_curve, table
from eval.coverage.texts import Request, sample_requests, shared_requests
from indexer.embed import Embedder, load_embedder
from indexer.store.open import open_index

_BEGIN, _END = "<!-- figures: python -m eval.coverage.fit -->", "<!-- end of figures -->"
_HEAD = """# How coverage is judged, calibrated by embedding model; config/calibration.py says what each number means.
# Written by `python -m eval.coverage.fit`: not by hand. docs/coverage.md has the figures.
"""


def main(arguments: Sequence[str]) -> int:
    """Fit, write, print the tables."""
    parser = argparse.ArgumentParser(prog="python -m eval.coverage.fit", description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, required=True, help="index of the shared letters")
    parser.add_argument("--sample", type=Path, required=True, help="index of the sample letters (imr demo)")
    parser.add_argument("--out", type=Path, default=COVERAGE, help="calibration file to write")
    parser.add_argument("--docs", type=Path, help="folder of coverage.md and coverage.png to refresh")
    parser.add_argument("--model", type=Path, help="folder of a model; else the default model")
    parser.add_argument("--hashing", action="store_true", help="calibrate the stand-in model instead")
    chosen = parser.parse_args(arguments)
    try:
        report = _run(chosen)
    except Fault as fault:
        sys.stderr.write(f"error: {fault}\n")
        return 2
    sys.stdout.write(report + "\n")
    return 0


def _run(chosen: argparse.Namespace) -> str:
    flags: Values = {"model": {"kind": "hashing"}} if chosen.hashing else {"model": {"path": str(chosen.model or "")}}
    settings = load_settings(flags=flags)
    embedder = load_embedder(settings.model)
    shared = _measured(shared_requests(), chosen.index, settings, embedder)
    sample = _measured(sample_requests(), chosen.sample, settings, embedder)
    fitting = [one for one in shared if one.half == "fit"]
    model = embedder.fingerprint
    calibration = fit(fitting, model.name, model.weights_sha256)
    uncalibrated = fit_uncalibrated(fitting)
    write_calibrations(chosen.out, (uncalibrated, calibration))
    report = figures(shared, sample, calibration, uncalibrated)
    if chosen.docs:
        draw_curve(shared, calibration, chosen.docs / "coverage.png")
        _refresh(chosen.docs / "coverage.md", report)
    return report


def _measured(requests: Sequence[Request], folder: Path, settings: Settings, embedder: Embedder) -> list[Measured]:
    index = open_index(settings.model_copy(update={"index": settings.index.model_copy(update={"dir": folder})}))
    try:
        return measure(requests, index, embedder, settings, progress=sys.stderr.isatty())
    finally:
        index.close()


def write_calibrations(path: Path, fitted: Sequence[Calibration]) -> None:
    """Write calibrations into a file, in place of those it holds for the same models; the others stay."""
    known = {(one.model, one.weights_sha256): one for one in (load_calibrations(path) if path.exists() else ())}
    known.update({(one.model, one.weights_sha256): one for one in fitted})
    blocks = [
        "\n".join(
            ["[[calibration]]", *(f"{name} = {json.dumps(value)}" for name, value in dataclasses.asdict(one).items())]
        )
        for one in known.values()
    ]
    path.write_text("\n\n".join([_HEAD.rstrip(), *blocks]) + "\n", encoding="utf-8")


def figures(
    shared: Sequence[Measured], sample: Sequence[Measured], calibration: Calibration, uncalibrated: Calibration
) -> str:
    """Return the figures of docs/coverage.md."""
    return "\n\n".join(
        [
            f"Model {calibration.model}. Shared letters:",
            table(shared, calibration),
            "The sample letters, on which nothing was fitted:",
            table(sample, calibration),
            "Without a calibration (any other model), shared letters:",
            table(shared, uncalibrated),
            "The curve on the held-out half: share of requests called none, by threshold.",
            curve_table(shared, calibration),
        ]
    )


def _refresh(page: Path, report: str) -> None:
    """Replace what stands between the marks of a page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    page.write_text(f"{before}{_BEGIN}\n\n{report}\n\n{_END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
