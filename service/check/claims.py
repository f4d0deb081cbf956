"""Claims in the writer's own words that no cited passage holds: numbers, authorities, case numbers, outcomes."""

import re
from collections.abc import Iterator, Sequence

from service.check.authorities import authorities_in
from service.check.authorities import holds as names
from service.check.dates import Dated, dates_in, same
from service.check.draft import Draft, Sentence
from service.check.facts import Facts
from service.check.markers import attributed
from service.check.numbers import Number, fractions, held_numbers, holds, numbers_in
from service.check.outcomes import outcomes_in
from service.check.records import ClaimKind, Unsupported

_NAMED_CASE = re.compile(
    r"\bcase\s+(?:no\.?|number|\#)?\s*:?\s*(?P<case>[A-Za-z]{0,10}\d*-?\d{3,}(?:-[0-9a-f]{8})?)\b", re.IGNORECASE
)
_ITEM = re.compile(r"\bitems?\s+(?:no\.?\s*|#)?(\d+)\b(?!/)", re.IGNORECASE)
_PAGE = re.compile(r"\b(?:pp?\.|pages?)\s*(\d+)\b", re.IGNORECASE)
_LISTED = re.compile(r"\s*\(?\d{1,3}[.)]\s")
_DECISIONS = re.compile(
    r"\s+(?:\w+\s+)?(?:decisions?|determinations?|cases|letters|items|reviewers?|precedents?|passages|citations|of\s+(?:these|them|the))\b",
    re.IGNORECASE,
)
# A pack's own count beside a quote.
_SAME = re.compile(r"\(and \d+ with the same rationale\)")
_YEAR = re.compile(r"(?:19|20)\d\d")


class Claims:
    """Reads the claims of a draft against the facts of its citations, by marker."""

    def __init__(self, draft: Draft, facts: dict[int, Facts]) -> None:
        """Take a draft and the facts."""
        self._draft = draft
        self._facts = facts
        prefixes = {found.group() for one in facts.values() if (found := re.match(r"[A-Za-z]+", one.case_number or ""))}
        spelled = "|".join(sorted(map(re.escape, prefixes | {"CM"})))
        self._case = re.compile(rf"\b(?:{spelled})\d*-\d{{3,}}(?:-[0-9a-f]{{8}})?\b")

    def unsupported(self) -> Iterator[Unsupported]:
        """Yield what no cited passage holds, sentence by sentence.

        Without a marker a sentence's numbers are its writer's own; an authority, a case and its outcome are not.
        """
        for sentence in self._draft.sentences:
            markers = tuple(dict.fromkeys(number for group in sentence.groups for number in group.numbers))
            mine = [self._facts[number] for number in markers if number in self._facts]
            text = self._own_words(sentence)
            cases = self._cases(text)
            named = [one for one in self._facts.values() for _, _, case in cases if _is(one, case)]
            scope = mine if markers else list(self._facts.values())
            for start, end, case in cases:
                if not any(_is(one, case) or case in one.passage for one in scope):
                    yield self._told("case", sentence, text, start, end, markers, self._owner(case))
                text = _blank(text, start, end)
            yield from self._authorities(sentence, text, markers, scope)
            if markers:
                yield from self._numbers(sentence, text, markers, mine)
                yield from self._outcomes(sentence)
            elif named:
                yield from self._outcome_of(sentence, named)

    def _own_words(self, sentence: Sentence) -> str:
        """Return a sentence as long as it stands, its markers and list number blanked."""
        text = self._draft.prose[sentence.start : sentence.end]
        for group in sentence.groups:
            text = _blank(text, group.start - sentence.start, group.end - sentence.start)
        for found in [_SAME.search(text), _LISTED.match(text)]:
            if found:
                text = _blank(text, found.start(), found.end())
        return text

    def _cases(self, text: str) -> list[tuple[int, int, str]]:
        found = {one.span(): one.group() for one in self._case.finditer(text)}
        for one in _NAMED_CASE.finditer(text):
            if not any(start < one.end("case") and one.start("case") < end for start, end in found):
                found[one.span("case")] = one["case"]
        return [(start, end, case) for (start, end), case in sorted(found.items())]

    def _owner(self, case: str) -> str:
        other = next((one for one in self._facts.values() if _is(one, case)), None)
        return f"it is the case of [{other.marker}]" if other else "no citation is of this case"

    def _authorities(
        self, sentence: Sentence, text: str, markers: tuple[int, ...], scope: Sequence[Facts]
    ) -> Iterator[Unsupported]:
        for named in authorities_in(text):
            if any(names(one.passage, named) for one in scope):
                continue
            inside = any(names(one.letter, named) for one in scope)
            reason = "no cited passage names it" + (", though the letter does elsewhere" if inside else "")
            yield self._told("authority", sentence, text, named.start, named.end, markers, reason)

    def _numbers(
        self, sentence: Sentence, text: str, markers: tuple[int, ...], mine: Sequence[Facts]
    ) -> Iterator[Unsupported]:
        for pattern, held in ((_ITEM, {str(one.item) for one in mine}), (_PAGE, {str(one.page) for one in mine})):
            for found in pattern.finditer(text):
                if found[1] not in held and not any(found.group().lower() in one.passage.lower() for one in mine):
                    named = "item" if pattern is _ITEM else "page"
                    reason = f"the cited {named} is {', '.join(sorted(held)) or 'unknown'}"
                    yield self._told("number", sentence, text, found.start(), found.end(), markers, reason)
                text = _blank(text, found.start(), found.end())
        for dated in dates_in(text):
            if not _dated(dated, mine):
                yield self._number(sentence, text, dated.start, dated.end, markers, mine)
            text = _blank(text, dated.start, dated.end)
        values = {value for one in mine for value in held_numbers(one.passage)}
        for start, end, value in fractions(text):
            if (value, None) in values:
                text = _blank(text, start, end)
        for number in numbers_in(text):
            if number.claimed and not holds(values, number) and not _counts(text, number, markers, mine):
                yield self._number(sentence, text, number.start, number.end, markers, mine)

    def _outcomes(self, sentence: Sentence) -> Iterator[Unsupported]:
        prose = self._draft.prose
        said = outcomes_in(prose, sentence.start, sentence.end)
        owners = attributed(prose, sentence.groups, [(one.start, one.end) for one in said])
        for one, markers in zip(said, owners, strict=True):
            for number in markers:
                facts = self._facts.get(number)
                if facts is None or facts.outcome == one.outcome or (one.partial and facts.partial):
                    continue
                reason = f"[{number}] was {facts.outcome}"
                yield self._told(
                    "outcome", sentence, prose[sentence.start : sentence.end], one.start - sentence.start,
                    one.end - sentence.start, markers, reason,
                )  # fmt: skip

    def _outcome_of(self, sentence: Sentence, named: Sequence[Facts]) -> Iterator[Unsupported]:
        """Hold an outcome against the cases that a sentence names without a marker."""
        prose = self._draft.prose
        for one in outcomes_in(prose, sentence.start, sentence.end):
            if not any(facts.outcome == one.outcome or (one.partial and facts.partial) for facts in named):
                text = prose[sentence.start : sentence.end]
                start, end = one.start - sentence.start, one.end - sentence.start
                yield self._told("outcome", sentence, text, start, end, (), f"it was {named[0].outcome}")

    def _number(
        self, sentence: Sentence, text: str, start: int, end: int, markers: tuple[int, ...], mine: Sequence[Facts]
    ) -> Unsupported:
        inside = any(re.search(rf"(?<!\w){re.escape(text[start:end])}(?!\w)", one.letter) for one in mine)
        reason = "no cited passage holds it" + (", though the letter does elsewhere" if inside else "")
        return self._told("number", sentence, text, start, end, markers, reason)

    @staticmethod
    def _told(
        kind: ClaimKind, sentence: Sentence, text: str, start: int, end: int, markers: tuple[int, ...], reason: str
    ) -> Unsupported:
        return Unsupported(
            kind=kind,
            text=text[start:end],
            start=sentence.start + start,
            end=sentence.start + end,
            markers=markers,
            reason=reason,
        )


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _is(facts: Facts, case: str) -> bool:
    return case in {facts.case_number, facts.determination_id}


def _dated(dated: Dated, mine: Sequence[Facts]) -> bool:
    known = [(day.year, day.month, day.day) for one in mine for day in one.dates]
    held = [(day.year, day.month, day.day) for one in mine for day in dates_in(one.passage)]
    return any(same(dated, *day) for day in (*known, *held))


def _counts(text: str, number: Number, markers: tuple[int, ...], mine: Sequence[Facts]) -> bool:
    """Whether a number counts the citations themselves, or is the year of a decision."""
    if number.value == str(len(markers)) and _DECISIONS.match(text, number.end):
        return True
    return bool(_YEAR.fullmatch(number.value)) and any(
        str(day.year) == number.value for one in mine for day in one.dates
    )
