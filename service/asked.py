"""Which phrases of a long text ask for something: every mention weighed by its sentence's cues and its place.

What stands under a label of the requested, in a list or in a table weighs most; then what is asked for outright, what
was denied, what a plan holds. History, medication, findings and guidelines weigh nothing without a cue of their own.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from service.cues import Cues, Phrase, Role, end_of_item, history_cost, load_cues, phrases
from service.names import Names
from service.pieces import split_items
from service.roles import Mention, grade_of, mentions, weight_of
from service.sections import Block, cells

# A sentence under a label of what is asked for that is no longer than this may name what no vocabulary knows.
_UNKNOWN_WORDS = 25
# What follows a treatment's name for so many characters may say that it is not asked for.
_BEHIND = 28
_UNKNOWN_COST = 1.0
_ASIDE = frozenset({"past", "clinical", "reason"})
_MANY_AGAIN = 0.5
_AGAIN, _OFTEN, _MANY = 2, 4, 10
_SIGNS_ALLOWED = frozenset({"cue: approved", "allowed", "under: approved"})
# What has such a word is told of, not named.
_TOLD = re.compile(
    r"\b(?:is|are|was|were|has|have|had|said|says|did|does|do|will|would|can|could|kindly|please|they|he|she|we|it|you|who|i.d)\b"
    r"|^\W*(?:partially|partly)\b",
    re.IGNORECASE,
)
_APART = "bare paragraph at the edge"
_FEW_PARAGRAPHS = 3
_OWN_CUE = frozenset({"cue: certain", "cue: outright", "cue: strong", "under: asked"})
_SIGNS_ASKED = frozenset({"cue: outright", "cue: strong", "under: asked"})
# What no vocabulary knows counts beside what it knows only where a label says that it is asked for.
_CERTAIN = 5.0
# Only what asks now gains by standing first or last.
_NOW = 4.5
_FAINT = 1.5
# What a cue as weighty as this points at is asked for, whatever else is said of it.
_SURE = 4.0
# Words from which a text is a history with a request in it.
_LONG = 100
_ALLOWED = re.compile(
    r"(?<!non-)(?<!not )(?<!non)\b(?:certified|approved|authorized|allow(?:ed)?|granted)\b", re.IGNORECASE
)

_ALLOWED_ALONE = re.compile(r"\W*(?:certified|approved|authorized|allowed|granted)(?: as requested)?\W*", re.IGNORECASE)


class Candidate(NamedTuple):
    """A phrase that may name an item; `source` is the sentence, list or section it stands in."""

    text: str
    weight: float
    place: int
    source: int
    role: Role = "asked"
    detail: str = ""
    known: bool = True


class _Place(NamedTuple):
    """Where a block stands: whether its paragraph stands alone at the text's beginning or end."""

    bonus: float
    first: bool
    last: bool


class Group(NamedTuple):
    """All mentions of one treatment: what the cues chose of it, and each mention with its signs and the group's."""

    chosen: Candidate | None
    mentions: tuple[Mention, ...]


def asked_phrases(text: str, found: Sequence[Block], names: Names) -> list[Candidate]:
    """Return what a text, laid out in blocks, asks for, in the order it stands; empty where nothing does.

    A long history reports old requests in the words of new ones. Where it is long and something is asked for outright,
    the cues alone decide: signs around every mention were fitted to short texts and find too much in it.
    """
    cued = cued_phrases(text, found, names)
    if len(text.split()) > _LONG and any(one.weight >= _SURE for one in cued):
        return cued
    groups = treatments_named(text, found, names, cued)
    weighed = [(max(weight_of(mention.signs) for mention in group.mentions), group) for group in groups]
    kept = [_candidate(group) for weight, group in weighed if weight > 0]
    if not kept and weighed:
        top = max(weight for weight, _ in weighed)
        kept = [_candidate(group) for weight, group in weighed if weight >= top]
    kept += [one for one in cued if not one.known]
    return sorted(kept, key=lambda candidate: candidate.place)


def treatments_named(text: str, found: Sequence[Block], names: Names, cued: Sequence[Candidate]) -> list[Group]:
    """Return every treatment a text names, with all its mentions; those that the cues chose stand apart by region."""
    groups: list[tuple[Candidate | None, frozenset[str], list[Mention]]] = []
    for one in sorted(cued, key=lambda candidate: -candidate.weight):
        concepts = _concepts(one.text, names)
        if one.known and not any(_is_part(one.text, concepts, group, names) for group in groups):
            groups.append((one, concepts, []))
    for mention in mentions(text, found, names):
        regions = set(names.regions(mention.text))
        near = [group for group in groups if group[1] & mention.concepts and _may_be_one(regions, group, names)]
        if near:
            closest = min(near, key=lambda group: abs((group[0].place if group[0] else 0) - mention.place))
            closest[2].append(mention)
        else:
            groups.append((None, mention.concepts, [mention]))
    document = {"cues chose none"} if not any(chosen for chosen, *_ in groups) else set[str]()
    top = max((chosen.weight for chosen, *_ in groups if chosen), default=0.0)
    if len(groups) == 1:
        document.add("alone")
    few = len({block.paragraph for block in found}) <= _FEW_PARAGRAPHS
    if few:
        document.add("few paragraphs")
    if any(_is_set_apart(chosen, named, few=few) for chosen, _, named in groups):
        document.add("a request set apart")
    if len(groups) >= _MANY:
        document.add("among many")
    return [
        Group(chosen, _with_signs_of_all(chosen, named or _bare_mention(chosen, concepts), document, top))
        for chosen, concepts, named in groups
    ]


def _is_part(
    text: str, concepts: frozenset[str], group: tuple[Candidate | None, frozenset[str], list[Mention]], names: Names
) -> bool:
    """Whether a phrase names some of what a group names, or that and more: one item said twice."""
    return (concepts < group[1] or group[1] < concepts) and _may_be_one(set(names.regions(text)), group, names)


def _is_set_apart(chosen: Candidate | None, named: Sequence[Mention], *, few: bool) -> bool:
    """Whether the cues chose a treatment outright that a paragraph of its own at the text's edge names."""
    return bool(
        chosen
        and chosen.weight >= _NOW
        and any(_APART in mention.signs and (few or mention.signs & _OWN_CUE) for mention in named)
    )


def _may_be_one(regions: set[str], group: tuple[Candidate | None, frozenset[str], list[Mention]], names: Names) -> bool:
    texts = [group[0].text] if group[0] else [mention.text for mention in group[2]]
    places = {region for text in texts for region in names.regions(text)}
    return places <= regions or regions <= places or bool(places & regions)


def _concepts(text: str, names: Names) -> frozenset[str]:
    return frozenset(treatment.concept for treatment in names.treatments(text))


def _bare_mention(chosen: Candidate | None, concepts: frozenset[str]) -> list[Mention]:
    return [Mention(chosen.text, concepts, chosen.place, frozenset())] if chosen else []


def _with_signs_of_all(
    chosen: Candidate | None, named: Sequence[Mention], document: set[str], top: float
) -> tuple[Mention, ...]:
    """Return mentions with the signs of the whole group: chosen by the cues, named again, past or allowed elsewhere."""
    whole = set(document)
    if chosen:
        whole.add("chosen by cues")
        whole.add(grade_of(chosen.weight, "chosen: "))
        if _is_set_apart(chosen, named, few="few paragraphs" in document):
            whole.add("set apart")
    elif top:
        whole.add(grade_of(top, "outranked: "))
        if "a request set apart" in document:
            whole.add("outranked: set apart")
    if len(named) >= _AGAIN:
        whole.add("named again")
    if len(named) >= _OFTEN:
        whole.add("named often")
    if any(mention.signs & _SIGNS_ALLOWED for mention in named):
        whole.add("allowed somewhere")
    if any(mention.signs & _SIGNS_ASKED for mention in named):
        whole.add("asked somewhere")
    return tuple(mention._replace(signs=mention.signs | whole) for mention in named)


def _candidate(group: Group) -> Candidate:
    if group.chosen:
        return group.chosen
    best = max(group.mentions, key=lambda mention: weight_of(mention.signs))
    return Candidate(best.text, 0.0, best.place, best.place)


def cued_phrases(text: str, found: Sequence[Block], names: Names) -> list[Candidate]:
    """Return what the cues and labels of a text alone say it asks for."""
    weights = load_cues().weights
    totals = [total for mentions in _by_item(text, found, names) if (total := _total(mentions))]
    if any(best.known for _, best in totals):
        totals = [(total, best) for total, best in totals if best.known or best.weight >= _CERTAIN]
    if not totals:
        return []
    top, first = max(totals, key=lambda total: total[0])
    if top < _FAINT:
        # Nothing asks: what the first sentence that names a treatment names is as good a guess as any.
        return [best for _, best in totals if best.source == first.source]
    kept = [
        best for total, best in totals if total >= top - weights.near or (best.source == first.source and total > 0)
    ]
    return sorted(kept, key=lambda candidate: candidate.place)


def _by_item(text: str, found: Sequence[Block], names: Names) -> list[list[Candidate]]:
    """Return the mentions item by item: the same treatments, and regions of which one holds the other's."""
    items: list[list[Candidate]] = []
    by_key: dict[frozenset[str], list[tuple[set[str], list[Candidate]]]] = {}
    for candidate in _candidates(text, found, names):
        regions = set(names.regions(candidate.text))
        key = _concepts(candidate.text, names) or frozenset([candidate.text.casefold()])
        for places, group in by_key.setdefault(key, []):
            if places <= regions or regions <= places:
                places.update(regions)
                group.append(candidate)
                break
        else:
            items.append([candidate])
            by_key[key].append((regions, items[-1]))
    return items


def _total(mentions: Sequence[Candidate]) -> tuple[float, Candidate] | None:
    """Return the weight of all mentions of one treatment and the weightiest; None where it was allowed."""
    asked = [mention for mention in mentions if mention.role == "asked"]
    if not asked:
        return None
    best, *others = sorted(asked, key=lambda mention: -mention.weight)
    allowed = [mention for mention in mentions if mention.role == "approved"]
    latest = max(mention.place for mention in asked)
    if any(one.weight >= best.weight and one.place >= latest for one in allowed):
        return None
    again = load_cues().weights.again * sum(max(0.0, other.weight) for other in others)
    return best.weight + min(_MANY_AGAIN, again), best


def _candidates(text: str, found: Sequence[Block], names: Names) -> Iterator[Candidate]:
    latest: list[Candidate] = []
    for number, block in enumerate(found):
        named = list(_of_block(text, found, number, names))
        if named:
            latest = named
        elif _ALLOWED_ALONE.fullmatch(text[block.start : block.end]):
            named = [one._replace(role="approved", place=block.start) for one in latest]
        yield from named


def _of_block(text: str, found: Sequence[Block], number: int, names: Names) -> Iterator[Candidate]:
    block = found[number]
    place = _place(found, block, text)
    if block.row:
        yield from _row(text, block, names)
    elif block.kind == "approved":
        yield from _allowed(text, block, names)
    elif block.kind in {"asked", "plan"}:
        detail = _detail(found, number, text)
        yield from _under_label(text, block, names, detail)
    elif block.listed and block.kind in {"none", "other"}:
        yield from _listed(text, block, place, names)
    elif block.kind != "detail":
        yield from _said(text, block, place, names)


def _place(found: Sequence[Block], block: Block, text: str) -> _Place:
    cues = load_cues().weights
    alone = _stands_alone(found, block, text, cues.alone_words)
    return _Place(cues.alone_bonus if alone else 0.0, block == found[0], block == found[-1])


def _stands_alone(found: Sequence[Block], block: Block, text: str, most: int) -> bool:
    """Whether a block is of the first or the last of several paragraphs, and that has at most so many words."""
    first, last = found[0].paragraph, found[-1].paragraph
    if first == last or block.paragraph not in {first, last}:
        return False
    words = 0
    for one in found if block.paragraph == first else reversed(found):
        if one.paragraph != block.paragraph:
            break
        words += len(text[one.start : one.end].split())
        # Each block of a long paragraph asks this: it is not counted to its end.
        if words > most:
            return False
    return True


def _detail(found: Sequence[Block], number: int, text: str) -> str:
    """Return what stands under the labels of detail right behind a block."""
    behind = []
    for block in found[number + 1 :]:
        if block.kind != "detail":
            break
        behind.append(text[block.start : block.end].strip())
    return " ".join(behind)


def _row(text: str, block: Block, names: Names) -> Iterator[Candidate]:
    """Return what a table's row asks for: from the first cell that names a treatment to the end of its sentence."""
    row = text[block.start : block.end]
    named = [first for first, last in cells(row) if names.treatments(row[first:last])]
    if not named:
        return
    start = named[0]
    spans = names.sentences(row[start:])
    said = row[start : start + spans[0].end]
    role: Role = "approved" if _ALLOWED.search(row) else "asked"
    for piece in _pieces(said, names):
        yield Candidate(piece, load_cues().weights.asked, block.start + start, block.section, role)


def _allowed(text: str, block: Block, names: Names) -> Iterator[Candidate]:
    for piece in split_items(text[block.start : block.end], names):
        if names.treatments(piece):
            yield Candidate(piece, load_cues().weights.asked, block.start, block.section, "approved")


def _under_label(text: str, block: Block, names: Names, detail: str) -> Iterator[Candidate]:
    """Return what stands under a label: each sentence's phrases, or all of it up to where its naming ends."""
    cues = load_cues()
    asked = block.kind == "asked"
    weight = cues.weights.asked if asked else cues.weights.plan + (cues.weights.plan_listed if block.listed else 0.0)
    body = text[block.start : block.end]
    for number, span in enumerate(names.sentences(body)):
        sentence = body[span.start : span.end]
        start = block.start + span.start
        found = names.cued(sentence)
        if not found:
            found = [Phrase(0, end_of_item(sentence, 0, cues), weight)]
        for phrase in found:
            heavier = max(weight, phrase.weight) if phrase.role == "asked" else phrase.weight
            said = sentence[phrase.start : phrase.end]
            unknown = asked and number == 0
            pieces = _pieces(said, names, unknown=unknown)
            details = detail if len(pieces) == 1 else ""
            for piece in pieces:
                known = bool(names.treatments(piece))
                worth = heavier if known else heavier - _UNKNOWN_COST
                yield Candidate(piece, worth, start + phrase.start, -block.section, phrase.role, details, known)


def _listed(text: str, block: Block, place: _Place, names: Names) -> Iterator[Candidate]:
    """Return a line of a list ('1. Norco', '- MRI') that names a known treatment."""
    cues = load_cues()
    line = text[block.start : block.end]
    approved = [phrase for phrase in phrases(line, cues) if phrase.role == "approved"]
    named = line[: end_of_item(line, 0, cues)]
    role: Role = "approved" if approved and not cues.unasked.search(line) else "asked"
    for piece in _pieces(named, names):
        yield Candidate(
            piece, cues.weights.listed + place.bonus, block.start, -block.section - 1000 * block.paragraph, role
        )


def _said(text: str, block: Block, place: _Place, names: Names) -> Iterator[Candidate]:
    """Return what a block's sentences ask for; a paragraph that stands alone asks even without a cue."""
    cues = load_cues()
    body = text[block.start : block.end]
    spans = names.sentences(body)
    aside = cues.weights.aside if block.kind in _ASIDE else 0.0
    for span in spans:
        sentence = body[span.start : span.end]
        source = block.start + span.start
        found = names.cued(sentence)
        edge = (place.first and span == spans[0]) or (place.last and span == spans[-1])
        bonus = place.bonus - aside
        if not found and place.bonus and _is_bare(body, cues):
            found = [_alone(sentence, cues, names)]
        if not found and block.kind in {"none", "other"}:
            found = [Phrase(0, len(sentence), cues.weights.named - history_cost(sentence, cues))]
        for phrase in found:
            now = cues.weights.edge if edge and phrase.weight >= _NOW else 0.0
            decided = phrase.weight >= cues.weights.asked
            weight = cues.weights.asked if decided else min(phrase.weight + bonus + now, cues.weights.asked)
            for piece in _pieces(
                sentence[phrase.start : phrase.end], names, unknown=True, certain=phrase.weight >= _SURE
            ):
                known = bool(names.treatments(piece))
                worth = weight if known else min(weight, _CERTAIN) - _UNKNOWN_COST
                yield Candidate(piece, worth, source + phrase.start, source, phrase.role, "", known)


def _is_bare(paragraph: str, cues: Cues) -> bool:
    """Whether a paragraph is so short that it may be a mere name, and no paper's title."""
    return len(paragraph.split()) <= cues.weights.alone_bare_words and not cues.title.search(paragraph)


def _alone(sentence: str, cues: Cues, names: Names) -> Phrase:
    known = bool(names.treatments(sentence))
    weight = cues.weights.alone_known if known else cues.weights.alone_unknown
    return Phrase(0, end_of_item(sentence, 0, cues), weight - history_cost(sentence, cues))


def _pieces(phrase: str, names: Names, *, unknown: bool = False, certain: bool = False) -> list[str]:
    """Return the items a phrase names, without those it says are not asked for."""
    cues = load_cues()
    pieces = [piece for piece in split_items(phrase, names) if piece and not cues.empty.match(piece)]
    known = [piece for piece in pieces if names.treatments(piece)]
    if not known:
        return [piece for piece in pieces if unknown and _names_something(piece, cues)]
    asked = list(_asked_of(known, names, cues))
    return asked or (known[:1] if certain else [])


def _asked_of(pieces: Sequence[str], names: Names, cues: Cues) -> Iterator[str]:
    """Yield the pieces asked for; words before a treatment that say it is not hold for those listed behind it."""
    past = False
    for piece in pieces:
        named = names.treatment_mentions(piece)[0].start
        past = (past and not cues.asking.search(piece)) or bool(cues.unasked.search(piece, 0, named))
        if not past and not _is_unasked(piece, names, cues):
            yield piece


def _names_something(piece: str, cues: Cues) -> bool:
    short = len(piece.split()) <= _UNKNOWN_WORDS
    told = _TOLD.search(piece)
    return short and not told and not cues.unasked.search(piece) and bool(re.search(r"[A-Za-z]{3}", piece))


def _is_unasked(piece: str, names: Names, cues: Cues) -> bool:
    last = names.treatment_mentions(piece)[-1]
    return bool(cues.unasked.search(piece, 0, last.end + _BEHIND))
