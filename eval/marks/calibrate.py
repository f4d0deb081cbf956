"""When a prototype sentence may name a reason: how right it would be, by cosine and margin, on the build half.

`python -m eval.marks.calibrate --index DIR` compares each build item's deciding sentence with the prototypes of all
codes that fit the item, as if no pattern had matched. The numbers go into `config/vocabulary/reasons.toml`, under the
model's name and weights.
"""

import sys
from itertools import product

from eval.marks.gold import load_marked, settings_of
from indexer.embed import load_embedder
from indexer.reasonlist import reason_codes
from indexer.reasons import nearest_code
from indexer.store.open import open_index

_COSINES = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65)
_MARGINS = (0.0, 0.05, 0.1)


def main(arguments: list[str]) -> int:
    """Print how right the nearest prototype is by cosine and margin."""
    settings = settings_of(arguments, "eval.marks.calibrate", main.__doc__ or "")
    embedder = load_embedder(settings.model)
    index = open_index(settings)
    marked = [one for one in load_marked(index) if one.mark.half == "build"]
    codes = [code for code in reason_codes() for _ in code.prototypes]
    prototypes = embedder.encode([text for code in reason_codes() for text in code.prototypes])
    sentences = embedder.encode([one.determination.text[slice(*one.mark.deciding)] for one in marked])
    nearest = []
    for one, cosines in zip(marked, sentences @ prototypes.T, strict=True):
        best, cosine, margin = nearest_code(one.item, codes, cosines)
        nearest.append((cosine, margin, best.name in {*one.mark.reasons, *one.mark.disputed}))
    fingerprint = embedder.fingerprint
    sys.stdout.write(f"{fingerprint.name} {fingerprint.weights_sha256}, {len(marked)} sentences\n")
    sys.stdout.write(f"{'cosine':>7} {'margin':>7} {'named':>6} {'right':>6}\n")
    for least, apart in product(_COSINES, _MARGINS):
        named = [right for cosine, margin, right in nearest if cosine >= least and margin >= apart]
        share = f"{sum(named) / len(named):.3f}" if named else "-"
        sys.stdout.write(f"{least:>7.2f} {apart:>7.2f} {len(named):>6} {share:>6}\n")
    index.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
