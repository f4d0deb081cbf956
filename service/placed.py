"""Where a treatment that names no place is to be given: the one part of the body that is in play."""

from collections.abc import Sequence

from indexer.records import Laterality, Treatment
from service.names import Names
from service.sections import Block

Part = tuple[tuple[str, ...], tuple[Laterality, ...]]
# Treatments that are given to a part of the body.
_SITED = (
    "Diagnostic Testing > Imaging",
    "Diagnostic Testing > EMG",
    "Rehabilitation",
    "Therapies",
    "Injection",
    "Surgery > Arthroscopic",
    "Surgery > Non-arthroscopic",
    "Surgery > Spine",
    "DMEPOS > Prosthetics/Orthotics",
)
_TELLING = frozenset({"clinical", "detail"})


def sited_part(said: Sequence[Part], text: str, found: Sequence[Block], names: Names) -> Part | None:
    """Return the regions and sides that items without any take on; None where more than one part is in play.

    The items beside it come first, then what stands under labels of diagnosis and body part, then the whole text.
    """
    siblings = {part for part in said if part[0]}
    if siblings:
        regions = {region for part in siblings for region in part[0]}
        return next(iter(siblings)) if len(siblings) == 1 and len(regions) == 1 else None
    told = " ; ".join(text[block.start : block.end] for block in found if block.kind in _TELLING)
    for where in (told, text):
        regions_told = names.regions(where)
        if len(regions_told) == 1:
            return regions_told, names.laterality(where)
        if regions_told:
            return None
    return None


def is_sited(treatments: Sequence[Treatment]) -> bool:
    """Whether a treatment is given to a part of the body."""
    return any(treatment.category.startswith(_SITED) for treatment in treatments)


def side_of(regions: Sequence[str], text: str, found: Sequence[Block], names: Names) -> tuple[Laterality, ...]:
    """Return the one side that the sentences about a region name; nothing where they name several or none."""
    if not regions or any("spine" in region for region in regions):
        return ()
    sides: set[tuple[Laterality, ...]] = set()
    for block in found:
        body = text[block.start : block.end]
        for span in names.sentences(body):
            sentence = body[span.start : span.end]
            if set(names.regions(sentence)) == set(regions) and (side := names.laterality(sentence)):
                sides.add(side)
    return next(iter(sides)) if len(sides) == 1 else ()
