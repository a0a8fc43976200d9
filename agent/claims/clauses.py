"""Sentences of a response and the claims in them, with exact spans; whether a claim holds is decided elsewhere."""

import re
from collections.abc import Iterator, Sequence

from probandum.agent.claims.apposition import split_apposition
from probandum.agent.claims.checkable import no_claim_reason
from probandum.agent.claims.enumeration import Item, split_list
from probandum.agent.claims.layout import Layout, Told, is_lead_in, is_separator
from probandum.agent.claims.markup import without_marks
from probandum.agent.claims.splitting import split_sentence
from probandum.agent.language.lexicon import word_set
from probandum.agent.models import Claim, Extraction, Sentence, Span
from probandum.agent.taxonomy import NoClaim
from probandum.tools.segmentation.sentences import BlockKind, SentenceSpan, sentences

_JOINT = re.compile(r"(?P<semicolon>;)\s+|(?P<comma>\s?,)\s+(?:and|but|while|whereas)\s+")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_FINITE = word_set("finite")
_SUBORDINATORS = word_set("subordinators")
_SAYINGS = word_set("sayings")
_OPENERS = word_set("openers")
_SUBJECT_WORDS = 5
"""A subject is at most this long before its verb comes."""
_CLAUSE_WORDS = 3
"""A clause that stands alone has at least this many words."""


def extract_clauses(
    response: str, *, all_checkable: bool = False, fine: bool = False, acts: bool = False
) -> Extraction:
    """Account for every sentence of a response; every claim is a stretch of it as it stands.

    Args:
        response: the text.
        all_checkable: take every declarative sentence, opinions and first-person talk included.
        fine: cut wherever two clauses meet, and give a clause the subject that it lacks, as suits a judge that reads; a
            judge of words does better with what stands whole.
        acts: take what the first person says it did as claims, since the evidence can tell.
    """
    accounted: list[Sentence] = []
    claims: list[Claim] = []
    stretches = sentences(response)
    layout = Layout(response)
    for place, stretch in enumerate(stretches):
        layout.take(stretches, place)
        reason = _reason(response, stretches, place, all_checkable=all_checkable, acts=acts)
        given = () if reason else tuple(_claims(response, stretch, f"s{place + 1}", layout, fine=fine))
        claims.extend(given)
        accounted.append(
            Sentence(
                id=f"s{place + 1}",
                text=response[stretch.start : stretch.end],
                span=Span(start=stretch.start, end=stretch.end),
                claims=tuple(claim.id for claim in given),
                reason=reason,
            )
        )
    return Extraction(sentences=tuple(accounted), claims=tuple(claims))


def _reason(
    response: str, stretches: Sequence[SentenceSpan], place: int, *, all_checkable: bool, acts: bool
) -> NoClaim | None:
    stretch = stretches[place]
    if is_lead_in(response, stretches, place):
        return NoClaim.HEADING
    if stretch.kind is BlockKind.ROW:
        following = stretches[place + 1] if place + 1 < len(stretches) else None
        if is_separator(response, stretch) or (following and is_separator(response, following)):
            return NoClaim.HEADING
    return no_claim_reason(
        response[stretch.start : stretch.end], kind=stretch.kind, all_checkable=all_checkable, acts=acts
    )


def _claims(response: str, stretch: SentenceSpan, sentence: str, layout: Layout, *, fine: bool) -> Iterator[Claim]:
    for told in _told(response, stretch, layout, fine=fine):
        yield Claim.of(without_marks(told.text), sentence=sentence, span=Span(start=told.start, end=told.end))


def _told(response: str, stretch: SentenceSpan, layout: Layout, *, fine: bool) -> Iterator[Told]:
    if stretch.kind is BlockKind.ROW:
        yield from layout.row(stretch)
    elif fine and stretch.kind in (BlockKind.PROSE, BlockKind.ITEM):
        whole = response[stretch.start : stretch.end]
        for place, clause in enumerate(split_sentence(whole)):
            text = layout.sentence(clause.text, kind=stretch.kind, label="" if place else whole[: clause.start])
            yield from _listed(text, stretch.start + clause.start, stretch.start + clause.end)
    else:
        for start, end in _clauses(response, stretch):
            yield Told(response[start:end], start, end)


def _listed(text: str, start: int, end: int) -> Iterator[Told]:
    """What a clause says, item by item where it ends with a list; what was put before its words stands at its start."""
    put_before = max(0, len(text) - (end - start))
    items = [item for apart in split_apposition(text) for item in _items_of(apart)]
    for place, item in enumerate(items):
        first, last = place == 0, place + 1 == len(items)
        begin = start if first else start + max(0, item.start - put_before)
        yield Told(item.text, begin, end if last else start + max(1, item.end - put_before))


def _items_of(apart: Item) -> Iterator[Item]:
    moved = apart.end - len(apart.text)
    for item in split_list(apart.text):
        yield Item(item.text, max(apart.start, moved + item.start), moved + item.end)


def _clauses(response: str, stretch: SentenceSpan) -> Iterator[tuple[int, int]]:
    """The sentence, cut where two clauses meet that each stand alone; whole wherever that is not sure."""
    start = stretch.start
    if stretch.kind in (BlockKind.PROSE, BlockKind.ITEM):
        for joint in _JOINT.finditer(response, stretch.start, stretch.end):
            if _stands_alone(response[start : joint.start()]) and _opens_clause(response[joint.end() : stretch.end]):
                yield start, joint.start()
                start = joint.end()
    yield start, stretch.end


def _stands_alone(left: str) -> bool:
    words = [word.lower() for word in _WORD.findall(left)]
    whole = all(left.count(one) == left.count(other) for one, other in ("()", "[]", "“”")) and left.count('"') % 2 == 0
    return (
        whole
        and len(words) >= _CLAUSE_WORDS
        and words[0] not in _SUBORDINATORS
        and _SAYINGS.isdisjoint(words)  # who said it holds for what follows too
        and any(_is_verb(word) for word in words[1:])
    )


def _opens_clause(right: str) -> bool:
    words = _WORD.findall(right)
    if len(words) < _CLAUSE_WORDS or not (words[0].lower() in _OPENERS or words[0][0].isupper()):
        return False
    if words[0][0].islower() and words[0].lower() not in _OPENERS:
        return False
    place = next((at for at, word in enumerate(words[: _SUBJECT_WORDS + 1]) if word.lower() in _FINITE), 0)
    return place > 0 and "," not in right[: right.find(words[place])]


def _is_verb(word: str) -> bool:
    return word in _FINITE or word.endswith("ed")
