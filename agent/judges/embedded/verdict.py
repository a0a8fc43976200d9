"""From measures to a verdict that can be read: label, error types, steps, parts and quotes."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from probandum.agent.evidence.basis import basis
from probandum.agent.evidence.sentences import quote_of
from probandum.agent.judges.embedded.alignment import AlignedSentence, Alignment, align
from probandum.agent.judges.embedded.correction import correction
from probandum.agent.judges.embedded.differences.difference import Difference, Differing
from probandum.agent.judges.embedded.differences.kinds import differences
from probandum.agent.judges.embedded.explanation import parts_of, steps_of
from probandum.agent.judges.embedded.statements.comparison import read_claim
from probandum.agent.judges.embedded.statements.decision import Decided, decide
from probandum.agent.judges.embedded.statements.statement import read_statements
from probandum.agent.judges.embedded.weights import UNSUPPORTED_LABELS, Weights
from probandum.agent.language.analysis import LONGEST, TextIndex, index_texts
from probandum.agent.language.assertion import Status
from probandum.agent.models import Case, Quote, Verdict
from probandum.agent.taxonomy import NEEDS_QUOTE, Decide, ErrorType, Label, Why
from probandum.tools.evidence import Evidence, Origin

_MOST_FRAMED = {Label.CONTRADICTED: 0.3, Label.ABSENT: 0.45}
"""The highest probability of support where the evidence denies what it says, or does not assert it."""
_SHIFT = 1.5
"""How much a statement that contradicts a claim lowers its log-odds of support; one that states it lifts none, since
what is copied is high already."""
_LEAST_IF_DECIDED = 0.6
"""The lowest probability of the side that single statements decide for."""
_EDGE = 1e-6
_FIRST_PERSON = re.compile(r"(?:I|We|I['’]ve|We['’]ve)\s")
_FEWEST_WORDS = 4
"""Content words of a claim of which none is in the evidence; fewer may be said there in other words."""
_OPEN = 0.9
"""Share of the unsupported that goes to ``unevaluatable`` where a rule says that the claim cannot be decided."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything that was measured of one claim."""

    alignment: Alignment
    differences: tuple[Difference, ...]
    probabilities: Mapping[Label, float]
    why: Why | None
    decided: Decided | None = None
    """What single statements of the evidence decide; None where they do not tell."""

    @property
    def told(self) -> Sequence[Differing]:
        """The differences to tell of: those that decide, or what was measured."""
        return self.decided.clashes if self.decided else self.differences


def verdict_on(case: Case, weights: Weights) -> Verdict:
    """The verdict on a case; where a search found nothing to show, the claim is absent."""
    finding = _measure(case, index_texts(tuple(item.text for item in case.evidence)), weights)
    label = _label(finding)
    types, detail = _types(label, finding)
    quotes = _quotes(label, finding, case.evidence)
    if label is Label.SUPPORTED:
        quotes += _seconded(case, quotes, weights)
    told = finding.told
    return Verdict(
        label=label,
        decided_at=_decided_at(case, finding),
        why=finding.why if label is Label.UNEVALUATABLE else None,
        error_types=types,
        detail=detail,
        basis=basis(quotes, case),
        steps=steps_of(case.claim.text, finding.alignment, told, label=label, types=types),
        parts=parts_of(finding.alignment, told if label is not Label.SUPPORTED else ()),
        quotes=quotes,
        confidence=finding.probabilities[label],
        confidence_source="calibrated",
        probabilities=finding.probabilities,
        correction=_correction(case.claim.text, label, quotes, finding),
    )


def _decided_at(case: Case, finding: Assessment) -> Decide:
    """How sure it is: what is found nowhere is absent for sure, and what single statements decide as they say."""
    if finding.why or not (finding.decided or not finding.alignment.nearest):
        return Decide.STRICT if finding.why is Why.VAGUE else Decide.LENIENT
    if finding.decided:
        return finding.decided.at
    if not case.evidence:
        return Decide.STRICT
    claim = read_claim(case.claim.text)
    told = claim.wording.condition or claim.wording.modal or read_statements(case.evidence).has_value(claim.values)
    return Decide.LENIENT if told or len(claim.keys) < _FEWEST_WORDS else Decide.BALANCED


def _correction(claim: str, label: Label, quotes: tuple[Quote, ...], finding: Assessment) -> str | None:
    faulty = label in (Label.CONTRADICTED, Label.PARTIALLY_SUPPORTED) and quotes
    return correction(claim, finding.told) if faulty else None


def _measure(case: Case, evidence: TextIndex, weights: Weights) -> Assessment:
    text = case.claim.text[:LONGEST]
    alignment = align(text, evidence)
    found = differences(alignment, evidence)
    probabilities = weights.probabilities(
        alignment.features, contradicts=any(difference.contradicts for difference in found)
    )
    if framed := _framed(found):
        probabilities = _lowered(probabilities, framed)
    why = _why(case, alignment)
    decided = None if why is Why.VAGUE else decide(text, read_statements(case.evidence))
    if why is Why.UNRESOLVED_REFERENCE and decided and decided.label is Label.SUPPORTED and decided.verbatim:
        why = None  # whatever it points at, the evidence says it in these words
    if why:
        return Assessment(alignment, found, _opened(probabilities), why)
    if decided and decided.label is Label.SUPPORTED and any(_unsettles(each) for each in found):
        decided = None
    return Assessment(alignment, found, _moved(probabilities, decided), why, decided)


def _unsettles(difference: Difference) -> bool:
    """Whether a measured difference speaks against support that one statement seems to give: another word, or place."""
    return difference.contradicts and difference.detail in ("role_swap", "relation")


def _moved(probabilities: Mapping[Label, float], decided: Decided | None) -> Mapping[Label, float]:
    """The probabilities with what single statements decide: their odds of support raised or lowered by it."""
    if decided is None:
        return probabilities
    before = min(max(probabilities[Label.SUPPORTED], _EDGE), 1 - _EDGE)
    if decided.label is Label.SUPPORTED:
        after = max(before, _LEAST_IF_DECIDED)
        return {
            label: after if label is Label.SUPPORTED else p * (1 - after) / (1 - before)
            for label, p in probabilities.items()
        }
    odds = math.log(before / (1 - before)) - _SHIFT
    after = min(1 / (1 + math.exp(-odds)), 1 - _LEAST_IF_DECIDED)
    rest: dict[Label, float] = {
        label: p * (1 - after) / (1 - before) / 2 for label, p in probabilities.items() if label is not Label.SUPPORTED
    }
    rest[decided.label] += 1 - after - sum(rest.values())
    return rest | {Label.SUPPORTED: after}


def _framed(found: Sequence[Difference]) -> Label | None:
    """The label of a claim whose sentence does not assert it; None where it does."""
    frame = next((each for each in found if each.status is not Status.ASSERTED), None)
    return None if frame is None else Label.CONTRADICTED if frame.contradicts else Label.ABSENT


def _lowered(probabilities: Mapping[Label, float], label: Label) -> dict[Label, float]:
    """What spoke for support beyond what a frame allows speaks for its label."""
    moved = max(0.0, probabilities[Label.SUPPORTED] - _MOST_FRAMED[label])
    return {
        **probabilities,
        Label.SUPPORTED: probabilities[Label.SUPPORTED] - moved,
        label: probabilities[label] + moved,
    }


def _why(case: Case, alignment: Alignment) -> Why | None:
    """Why the claim cannot be decided by its words alone, if so."""
    if not any(word.content for word in alignment.claim.words):
        return Why.VAGUE
    speaks = _FIRST_PERSON.match(case.claim.text)  # who speaks is no riddle
    if alignment.features.pointing and not speaks and not has_antecedent(case):
        return Why.UNRESOLVED_REFERENCE
    return None


def has_antecedent(case: Case) -> bool:
    """Whether the question, or something before the claim in the response, may say what the claim points at."""
    if (case.request.question or "").strip():
        return True
    place = case.claim.span.start if case.claim.span else case.request.response.find(case.claim.text)
    return place > 0 and bool(case.request.response[:place].strip())


def _opened(probabilities: Mapping[Label, float]) -> dict[Label, float]:
    unsupported = 1.0 - probabilities[Label.SUPPORTED]
    rest = sum(probabilities[label] for label in UNSUPPORTED_LABELS) or 1.0
    others = {label: probabilities[label] / rest * unsupported * (1.0 - _OPEN) for label in UNSUPPORTED_LABELS}
    return {
        Label.SUPPORTED: probabilities[Label.SUPPORTED],
        **others,
        Label.UNEVALUATABLE: unsupported * _OPEN,
    }


def _label(finding: Assessment) -> Label:
    chances = finding.probabilities
    if finding.why is Why.VAGUE:
        return Label.UNEVALUATABLE
    if settled := finding.decided.label if finding.decided else _framed(finding.differences):
        return settled
    if chances[Label.SUPPORTED] >= 1.0 - chances[Label.SUPPORTED] and finding.alignment.nearest:
        return Label.SUPPORTED
    if finding.why:
        return Label.UNEVALUATABLE
    contradicts = any(difference.contradicts for difference in finding.differences)
    open_to = [label for label in UNSUPPORTED_LABELS if label is not Label.CONTRADICTED or contradicts]
    if not finding.alignment.nearest:
        return Label.ABSENT
    return max(open_to, key=lambda label: chances[label])


def _types(label: Label, finding: Assessment) -> tuple[tuple[ErrorType, ...], str | None]:
    if label in (Label.SUPPORTED, Label.UNEVALUATABLE):
        return (), None
    shown: list[Differing] = [
        difference for difference in finding.told if difference.contradicts or label is not Label.CONTRADICTED
    ]
    if shown:
        return tuple(dict.fromkeys(difference.type for difference in shown)), next(
            (c.detail for c in shown if c.detail), None
        )
    if not finding.alignment.unseen:
        return (ErrorType.FALSE_CONCATENATION,), None
    if label is Label.ABSENT:
        return (), None
    return _types_of_unseen(finding.alignment)


def _types_of_unseen(alignment: Alignment) -> tuple[tuple[ErrorType, ...], str | None]:
    unseen = alignment.unseen
    claim = alignment.claim
    if any(claim.text[date.start : date.end] in unseen for date in claim.dates):
        return (ErrorType.TEMPORAL,), None
    if any(word.number and word.key in unseen for word in claim.words):
        return (ErrorType.NUMBER,), None
    if any(set(name.keys) & unseen for name in claim.names):
        return (ErrorType.ENTITY,), None
    return (ErrorType.OTHER,), "invention"


def _quotes(label: Label, finding: Assessment, evidence: Sequence[Evidence]) -> tuple[Quote, ...]:
    """The words that the label rests on; absent and undecided claims rest on none."""
    if finding.decided:
        needed = label in NEEDS_QUOTE
        return tuple(quote_of(each.sentence) for each in finding.decided.statements) if needed else ()
    if label is Label.CONTRADICTED:
        sentences = tuple(
            dict.fromkeys(difference.aligned for difference in finding.differences if difference.contradicts)
        )
    elif label in (Label.SUPPORTED, Label.PARTIALLY_SUPPORTED):
        sentences = _needed(finding.alignment)
    else:
        sentences = ()
    return tuple(_quote(found, evidence[found.passage]) for found in sentences)


def _seconded(case: Case, quotes: Sequence[Quote], weights: Weights) -> tuple[Quote, ...]:
    """What other pages of the web say that supports the claim by itself, since one page alone proves little."""
    quoted = {quote.evidence_id for quote in quotes}
    known = {item.source for item in case.evidence if item.id in quoted}
    pages: dict[str, list[Evidence]] = {}
    for item in case.evidence:
        if item.origin is Origin.WEB and item.source not in known:
            pages.setdefault(item.source, []).append(item)
    more: list[Quote] = []
    for items in pages.values():
        page = case.model_copy(update={"evidence": tuple(items)})
        finding = _measure(page, index_texts(tuple(item.text for item in items)), weights)
        if _label(finding) is Label.SUPPORTED:
            more += _quotes(Label.SUPPORTED, finding, items)
    return tuple(more)


def _needed(alignment: Alignment) -> tuple[AlignedSentence, ...]:
    """The best sentence, and further ones as long as each brings words of the claim that are not yet quoted."""
    wanted = {word.key for word in alignment.claim.words if word.content}
    chosen: list[AlignedSentence] = []
    for found in alignment.nearest:
        if not chosen or wanted & found.sentence.keys:
            chosen.append(found)
            wanted -= found.sentence.keys
    return tuple(chosen)


def _quote(found: AlignedSentence, item: Evidence) -> Quote:
    start, end = found.sentence.start, found.sentence.end
    return Quote(evidence_id=item.id, text=item.text[start:end], start=start, end=end)
