"""From which cosine a prototype sentence may name a reason: how right it would be, by threshold, on the build half.

`python -m eval.marks.calibrate --index DIR` compares each build item's deciding sentence with the prototypes of all
codes that fit the item, as if no pattern had matched. The number goes into `config/vocabulary/reasons.toml`, under the
model's name and weights.
"""

import sys

import numpy as np

from eval.marks.gold import load_marked, settings_of
from indexer.embed import load_embedder
from indexer.reasonlist import reason_codes
from indexer.store.open import open_index

_THRESHOLDS = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)


def main(arguments: list[str]) -> int:
    """Print how right the nearest prototype is by threshold."""
    settings = settings_of(arguments, "eval.marks.calibrate", main.__doc__ or "")
    embedder = load_embedder(settings.model)
    index = open_index(settings)
    marked = [one for one in load_marked(index) if one.mark.half == "build"]
    codes = [code for code in reason_codes() for _ in code.prototypes]
    prototypes = embedder.encode([text for code in reason_codes() for text in code.prototypes])
    sentences = embedder.encode([one.determination.text[slice(*one.mark.deciding)] for one in marked])
    nearest = []
    for one, cosines in zip(marked, sentences @ prototypes.T, strict=True):
        fitting = np.asarray([code.fits(one.item) for code in codes])
        best = int(np.argmax(np.where(fitting, cosines, -1.0)))
        nearest.append((float(cosines[best]), codes[best].name in {*one.mark.reasons, *one.mark.disputed}))
    fingerprint = embedder.fingerprint
    sys.stdout.write(f"{fingerprint.name} {fingerprint.weights_sha256}, {len(marked)} sentences\n")
    sys.stdout.write(f"{'cosine':>7} {'named':>6} {'right':>6}\n")
    for threshold in _THRESHOLDS:
        named = [right for score, right in nearest if score >= threshold]
        share = f"{sum(named) / len(named):.3f}" if named else "-"
        sys.stdout.write(f"{threshold:>7.2f} {len(named):>6} {share:>6}\n")
    index.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
