"""Is a treatment that a long text names asked for? Signs around every mention, and what they weigh together.

The cues of service/asked.py say where a text asks outright; they know no more wordings than were written down. Here
every treatment named is weighed, whatever is said of it: its tense, its count, its place, its neighbours, and whether
the cues chose it. The signs and their weights are config/vocabulary/request_signs.toml's.
"""

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from config.resources import VOCABULARY_DIR
from indexer.caseless import Caseless
from indexer.records import Record
from service.cues import Phrase, load_cues
from service.names import Names
from service.pieces import split_items
from service.sections import Block

Where = Literal["before", "near", "after", "item", "sentence", "next", "status"]

_FILE = "request_signs.toml"
_NEAR = 25
_STATUS = 60
# Counts, doses, sides and leader dots between a name and what was decided of it.
_QUALIFIER = re.compile(
    r"^(?:[^A-Za-z|]|\b(?:mg|mcg|ml|x|qty|quantity|bid|tid|qid|qhs|prn|daily|visits?|sessions?|rental|trial|days?|weeks?"
    r"|wks?|months?|left|right"
    r"|for|of|the|to|per|times|a|an|with|tablets?|tabs?|caps?|lumbar|cervical|knees?|shoulders?|spine|back|neck|l\d|s\d|c\d)\b)*",
    re.IGNORECASE,
)
_BARE = 40
_BEHIND = 45
# How far a piece's lead-up counts as words before its treatment.
_CLAUSE = re.compile(
    r"[;:.]\s|\bbut\b|\bwhile\b|\bwhereas\b|\bhowever\b|\balthough\b|,\s+(?:and|so|she|he|which|who)\b", re.IGNORECASE
)
_GRADES = ((5.5, "certain"), (4.5, "outright"), (3.5, "strong"), (2.0, "fair"))
# Numbered requests, and decisions on bare numbers.
_MARK = 8
_NUMBERED = re.compile(r"(?:^|[\s(#])(?P<number>\d{1,2})[.)]:?\s")
_DECIDED = (
    r"(?:hereby\s+|is\s+|are\s+)*(?:non[- ]?cert\w*|not\s+(?:cert\w+|approved|authori[sz]ed|medically necessary)"
    r"|denied|deny|modified"
    r"|approved?|certif\w+|authori[sz]ed|allow(?:ed)?|granted)"
)
# Every part is bounded: a text of numbers alone must not be read again from each of them to its end.
_DECISION = re.compile(
    rf"(?:\b(?:items?|requests?|nos?\.?|numbers?)\s{{0,4}}|[(#]|^|\n)\s{{0,8}}"
    rf"(?P<numbers>\d{{1,2}}(?:\W{{1,3}}(?:(?:and|to|through)\W{{1,3}})?\d{{1,2}}){{0,20}})"
    rf"\W{{0,4}}(?:is|are|was|were)?\W{{0,3}}(?P<decision>{_DECIDED})\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"non|not|den|modif", re.IGNORECASE)
# What comes between a cue and a treatment that is no longer what the cue points at but the reason.
_REASON = re.compile(
    r"\b(?:because|after|despite|who|whose|in (?:this|a|an)|although|though|since|given|until|unless|who.s|that|which"
    r"|when|where|while|as)\b"
    r"|[;.]\s",
    re.IGNORECASE,
)
# Words that a list may hold between its members.
_LIST_GAP = re.compile(
    r"[\s,&/+()]*(?:(?:and|or|plus|then|a|an|the|with|some|his|her|two|three|one)\b[\s,&/+()]*){0,3}(?:[\w.-]+\s+){0,2}"
)
_INHERITED = frozenset({"negated", "past before", "takes", "unasked", "not now", "tried before", "behind a reason"})


class Sign(NamedTuple):
    """Words that tell something of a mention."""

    name: str
    where: Where
    pattern: Caseless


class Signs(Record, frozen=True):
    """All signs of words, and the weights of all signs by name; `given` are those that are not fitted."""

    signs: tuple[Sign, ...]
    weights: dict[str, float]
    threshold: float
    given: frozenset[str]


class Mention(NamedTuple):
    """A phrase that names treatments, with what tells of it; `place` is where it stands in the text."""

    text: str
    concepts: frozenset[str]
    place: int
    signs: frozenset[str]


@functools.cache
def load_signs() -> Signs:
    """Read the packaged signs."""
    data = tomllib.loads((VOCABULARY_DIR / _FILE).read_text(encoding="utf-8"))
    signs = tuple(Sign(one["name"], one["where"], Caseless(one["pattern"])) for one in data["sign"])
    return Signs(
        signs=signs,
        weights=data["weights"] | data["given"],
        threshold=data["threshold"],
        given=frozenset(data["given"]),
    )


def grade_of(weight: float, what: str) -> str:
    """Return the sign for a cue's weight: 'cue: strong'."""
    return what + next((name for least, name in _GRADES if weight >= least), "weak")


def weight_of(signs: frozenset[str]) -> float:
    """Return the sum of what signs weigh, over the threshold: above 0 the treatment is asked for."""
    known = load_signs()
    return sum(known.weights.get(sign, 0.0) for sign in sorted(signs)) - known.threshold


def mentions(text: str, found: Sequence[Block], names: Names) -> list[Mention]:
    """Return every phrase of a text that names a treatment, in order."""
    decided = dict(_decided(text))
    words: dict[int, int] = {}
    for block in found:
        words[block.paragraph] = words.get(block.paragraph, 0) + len(text[block.start : block.end].split())
    said = [(block, start, end) for block in found for start, end in _sentences(text, block, names)]
    collected: list[Mention] = []
    for number, (block, start, end) in enumerate(said):
        follows = text[said[number + 1][1] : said[number + 1][2]] if number + 1 < len(said) else ""
        if follows and names.treatment_mentions(follows):
            follows = ""
        place = _places(found, said, number, words)
        for mention in _in_sentence(text[start:end], start, follows, place | _layout(block), names):
            mark = _NUMBERED.search(text, max(0, mention.place - _MARK), mention.place + _MARK)
            number_said = decided.get(mark["number"]) if mark else None
            collected.append(mention._replace(signs=mention.signs | {number_said}) if number_said else mention)
    return collected


def _decided(text: str) -> Iterator[tuple[str, str]]:
    """Yield the numbers of requests that a letter decides by number alone ('(1) denied, (2) and 3: approved')."""
    for match in _DECISION.finditer(text):
        refused = bool(_REFUSED.search(match["decision"]))
        for number in re.findall(r"\d{1,2}", match["numbers"]):
            yield number, "number: refused" if refused else "number: allowed"


def _sentences(text: str, block: Block, names: Names) -> Iterator[tuple[int, int]]:
    for span in names.sentences(text[block.start : block.end]):
        yield block.start + span.start, block.start + span.end


def _layout(block: Block) -> frozenset[str]:
    signs = {f"under: {block.kind}"}
    if block.listed:
        signs.add("listed")
        signs.add(f"listed: {block.kind}")
    if block.row:
        signs.add("row")
    return frozenset(signs)


def _places(
    found: Sequence[Block], said: Sequence[tuple[Block, int, int]], number: int, words: Mapping[int, int]
) -> frozenset[str]:
    block = said[number][0]
    signs = set()
    if number == 0:
        signs.add("first sentence")
    if number == len(said) - 1:
        signs.add("last sentence")
    if block.paragraph == found[0].paragraph:
        signs.add("first paragraph")
    if block.paragraph == found[-1].paragraph:
        signs.add("last paragraph")
    first, last = found[0].paragraph, found[-1].paragraph
    if first != last and words[block.paragraph] <= _BARE:
        signs.add("bare paragraph at the edge" if block.paragraph in {first, last} else "bare paragraph")
    return frozenset(signs)


def _in_sentence(sentence: str, start: int, follows: str, place: frozenset[str], names: Names) -> Iterator[Mention]:
    if not names.treatment_mentions(sentence):
        return
    cued = names.cued(sentence)
    shared = _of_sentence(sentence, follows, cued) | place
    cursor = 0
    latest, inherited = -1, frozenset[str]()
    for piece in split_items(sentence, names):
        begin = sentence.find(piece, cursor)
        if begin < 0 or not piece:
            continue
        cursor = begin + len(piece)
        named = names.treatment_mentions(piece)
        concepts = frozenset(treatment.concept for treatment in names.treatments(piece))
        if concepts:
            span = (begin + named[0].start, begin + named[-1].end)
            signs = _around(sentence, piece, span, cued) | {
                f"kind: {names.treatments(piece)[0].category.split(' > ')[0]}"
            }
            if latest >= 0 and _LIST_GAP.fullmatch(sentence, latest, span[0]):
                signs |= inherited
            latest, inherited = span[1], signs & _INHERITED
            signs |= shared
            yield Mention(piece, concepts, start + begin, signs)


def _of_sentence(sentence: str, follows: str, cued: Sequence[Phrase]) -> frozenset[str]:
    signs = {sign.name for sign in load_signs().signs if sign.where == "sentence" and sign.pattern.search(sentence)}
    signs |= {sign.name for sign in load_signs().signs if sign.where == "next" and sign.pattern.search(follows)}
    if cued and cued[0].role == "asked":
        signs.add("beside a cue")
    return frozenset(signs)


def _around(sentence: str, piece: str, span: tuple[int, int], cued: Sequence[Phrase]) -> frozenset[str]:
    first, last = span
    clauses = list(_CLAUSE.finditer(sentence, 0, first))
    before = sentence[clauses[-1].end() if clauses else 0 : first]
    behind = _CLAUSE.search(sentence, last)
    after = sentence[last : min(behind.start() if behind else len(sentence), last + _BEHIND)]
    texts: dict[str, str] = {
        "before": before,
        "near": before[-_NEAR:],
        "after": after,
        "item": piece + after[:_NEAR],
        "status": _QUALIFIER.sub("", sentence[last:])[:_STATUS],
    }
    signs = {sign.name for sign in load_signs().signs if sign.where in texts and sign.pattern.search(texts[sign.where])}
    for phrase in cued:
        if phrase.start <= first < phrase.end:
            signs.add(grade_of(phrase.weight, "cue: ") if phrase.role == "asked" else "cue: approved")
            if phrase.after <= first and _REASON.search(sentence, phrase.start, first):
                signs.add("behind a reason")
    if load_cues().unasked.search(before):
        signs.add("unasked")
    return frozenset(signs)
