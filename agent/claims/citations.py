"""Citations in a response: where their markers stand, which source each names, and the response without them.

Markers and lists of references are blanked out in place, so that every span of what is left holds in the response.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from probandum.agent.models import Claim, Extraction, Sentence, Span
from probandum.agent.request import GivenCitation
from probandum.agent.taxonomy import NoClaim

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_MARKER = re.compile(
    r"\(\[[^\[\]\n]{1,200}\]\((?P<aside>https?://[^()\s]{1,300})\)\)|"
    r"\[\[?(?P<nested>\d{1,3})\]?\]\((?P<nested_url>[^()\s]{1,300})\)"
    r"|\[(?P<numbers>\^?\d{1,3}(?:\s?[,;–-]\s?\^?\d{1,3}){0,20})\](?!\()"
    r"|\[\^(?P<footnote>[\w.-]{1,40})\]"
    r"|【(?P<dagger>\d{1,3})(?::\d{1,3})?†[^】\n]{0,120}】"
    r"|(?<=[^\W\d]{3})(?P<after_word>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,6})|(?<=[\d.,;:!?)”\"’])(?P<after_mark>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,6})"
    r"|[(\[](?:see\s+)?(?P<kind>docs?|documents?|sources?|refs?|references?|passages?|contexts?|citations?)\.?\s*[:#]?\s?"
    r"(?P<named>\d{1,3}(?:(?:\s?[,;&]\s?|\s+and\s+)\d{1,3}){0,10}|[^()\[\]\n]{2,120}?\.\w{2,5}|https?://[^\s()\[\]]{3,300})[)\]]"
    r"|\[(?P<words>[^\[\]\n]{1,200})\]\((?P<url>https?://[^()\s]{1,300})\)"
    r"|[(\[<](?P<bare>https?://[^\s()\[\]<>]{3,300})[)\]>]",
    re.IGNORECASE,
)
_AUTHOR_YEAR = re.compile(
    r"\((?P<author>[A-Z][\w'’-]{1,30})(?:\s+(?:et\s+al\.?|(?:and|&)\s+[A-Z][\w'’-]{1,30}))?,?\s+(?P<year>(?:19|20)\d\d)[a-z]?\)"
)
_HEADING = re.compile(
    r"[ \t#*_]*(?:references|sources|citations|bibliography|footnotes|works cited)[ \t*_]*:?[ \t*_]*", re.IGNORECASE
)
_ENTRY = re.compile(
    r"[ \t]*(?:[-*+]\s+)?(?:\[\^?(?P<id>[\w.-]{1,40})\]:?|(?P<number>\d{1,3})[.)])\s+(?P<text>\S[^\n]{0,500})"
)
_DEFINITION = re.compile(r"[ \t]*\[\^?(?P<id>[\w.-]{1,40})\]:\s+(?P<text>\S[^\n]{0,500})")
_CODE = re.compile(r"```[\s\S]{0,20000}?```|`[^`\n]{1,300}`")
_PUNCTUATION = ".,;:!?"
_RANGE = re.compile(r"(\d{1,3})\s?[–-]\s?(\d{1,3})")
_MOST_IN_RANGE = 20


@dataclass(frozen=True, slots=True)
class Marker:
    """One citation marker; ``[start, end)`` in characters of the response."""

    start: int
    end: int
    text: str
    """As it stands."""
    ids: tuple[str, ...]
    """What it names: numbers, a file's name, an address."""


@dataclass(frozen=True, slots=True)
class CitedText:
    """A response taken apart: its markers, its list of references, and the rest in place."""

    text: str
    """As long as the response, with markers and references blanked out."""
    markers: tuple[Marker, ...]
    references: Mapping[str, str]
    """What a list of references at the end says each id is."""
    lines: tuple[tuple[int, int], ...]
    """Where the lines of that list stand."""
    moved: Mapping[int, int]
    """A full stop that stood behind markers and stands before them now: where it is, to where it was."""


def cited_text(response: str, given: Sequence[GivenCitation] = ()) -> CitedText:
    """The response without its citations; the very response where it has none.

    Args:
        response: the answer.
        given: what it cites by its API's word; a marker that stands in the stretch of one is that citation.
    """
    references, lines = _references(response)
    begin = lines[0][0] if lines else len(response)
    code = [match.span() for match in _CODE.finditer(response)] if "`" in response else []
    markers = tuple(
        sorted(
            (
                marker
                for marker in (*_with_given(_markers(response), given), *_authors(response, references))
                if marker.start < begin and not any(a <= marker.start < b for a, b in code)
            ),
            key=lambda marker: marker.start,
        )
    )
    if not markers and not lines:
        return CitedText(response, (), {}, (), {})
    return _blanked(response, markers, references, lines)


def _markers(response: str) -> Iterator[Marker]:
    for match in _MARKER.finditer(response):
        ids = _ids(match)
        if match["words"]:  # the words of a link stay
            yield Marker(match.start(), match.start() + 1, "", ())
            yield Marker(match.end("words"), match.end(), match.group(), ids)
        else:
            yield Marker(match.start(), match.end(), match.group().strip(), ids)


def _with_given(markers: Iterable[Marker], given: Sequence[GivenCitation]) -> Iterator[Marker]:
    """The markers, with what the API says in place of what they say; what has no marker gets an empty one."""
    left = list(given)
    for marker in markers:
        own = [each for each in left if marker.ids and each.start <= marker.start and marker.end <= each.end]
        own = [each for each in own if each.end - each.start <= 2 * (marker.end - marker.start)]
        left = [each for each in left if each not in own]
        yield replace(marker, ids=tuple(dict.fromkeys(each.cited for each in own))) if own else marker
    for each in left:
        if each.end > each.start:
            yield Marker(each.end - 1, each.end - 1, f"({each.cited})", (each.cited,))


def _ids(match: re.Match[str]) -> tuple[str, ...]:
    for name in ("aside", "nested", "footnote", "dagger", "url", "bare"):
        if match[name]:
            return (match[name],)
    raised = match["after_word"] or match["after_mark"]
    if raised:
        return tuple(raised.translate(_SUPERSCRIPTS))
    told = match["numbers"] or match["named"] or ""
    if match["named"] and not told[0].isdigit():
        return (told.strip(),)
    found: list[str] = []
    for first, last in _RANGE.findall(told):
        found += [str(n) for n in range(int(first), min(int(last), int(first) + _MOST_IN_RANGE) + 1)]
    return tuple(dict.fromkeys([*found, *re.findall(r"\d{1,3}", told)]))


def _authors(response: str, references: Mapping[str, str]) -> Iterator[Marker]:
    """Author and year in brackets, where the list of references has both."""
    if not references:
        return
    for match in _AUTHOR_YEAR.finditer(response):
        ids = tuple(id_ for id_, told in references.items() if match["author"] in told and match["year"] in told)
        if ids:
            yield Marker(match.start(), match.end(), match.group(), ids)


def _references(response: str) -> tuple[dict[str, str], tuple[tuple[int, int], ...]]:
    """The list of references at the end of a response, by id, and where its lines stand."""
    found: dict[str, str] = {}
    lines: list[tuple[int, int]] = []
    starts = _line_spans(response)
    headed = next((n for n in range(len(starts) - 1, -1, -1) if _HEADING.fullmatch(response, *starts[n])), None)
    for place in range(len(starts) - 1, -1, -1):
        start, end = starts[place]
        if not response[start:end].strip():
            continue
        inside = headed is not None and place > headed
        match = (_ENTRY if inside else _DEFINITION).match(response, start, end)
        if match is None:
            break
        id_ = match["id"] or (match["number"] if inside else None)
        if id_ is None:
            break
        found[id_] = match["text"].strip()
        lines.append((start, end))
    if headed is not None and found:
        lines.append(starts[headed])
    return dict(reversed(found.items())), tuple(sorted(lines))


def _line_spans(text: str) -> list[tuple[int, int]]:
    spans, at = [], 0
    for line in text.splitlines(keepends=True):
        spans.append((at, at + len(line.rstrip("\r\n"))))
        at += len(line)
    return spans


def _blanked(
    response: str, markers: Sequence[Marker], references: Mapping[str, str], lines: Sequence[tuple[int, int]]
) -> CitedText:
    letters = list(response)
    for start, end in (*((marker.start, marker.end) for marker in markers), *lines):
        letters[start:end] = [" " if letter not in "\r\n" else letter for letter in letters[start:end]]
    moved: dict[int, int] = {}
    for marker in markers:
        after = marker.end
        if after < len(letters) and letters[after] in _PUNCTUATION:
            place = marker.start
            while place > 0 and letters[place - 1] in " \t":
                place -= 1
            if place < after and place > 0 and letters[place - 1] not in "\n" + _PUNCTUATION:
                letters[place], letters[after] = letters[after], " "
                moved[place] = after
    named = tuple(marker for marker in markers if marker.ids)
    return CitedText("".join(letters), named, references, tuple(lines), moved)


def uncited(extraction: Extraction, response: str, cited: CitedText) -> Extraction:
    """An extraction from the response without its citations, as one of the response.

    Claims keep their words, evened out where a marker stood in them, and get spans that cover the markers; sentences
    are told as they stand, and the lines of the list of references give no claims.
    """
    if not cited.markers and not cited.lines:
        return extraction
    claims = {claim.id: _placed(claim, cited) for claim in extraction.claims}
    listed = (
        Sentence(id=f"r{place}", text=response[a:b], span=Span(start=a, end=b), reason=NoClaim.BOILERPLATE)
        for place, (a, b) in enumerate(cited.lines, start=1)
        if response[a:b].strip()
    )
    told = (_told(sentence, response, claims, cited) for sentence in extraction.sentences)
    return extraction.model_copy(update={"sentences": (*told, *listed), "claims": tuple(claims.values())})


def _placed(claim: Claim, cited: CitedText) -> Claim:
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(claim.text.split()))
    return Claim.of(text, sentence=claim.sentence, span=_over_markers(claim.span, cited) if claim.span else None)


def _over_markers(span: Span, cited: CitedText) -> Span:
    return Span(start=span.start, end=max(span.end, cited.moved.get(span.end - 1, -1) + 1))


def _told(sentence: Sentence, response: str, claims: Mapping[str, Claim], cited: CitedText) -> Sentence:
    span = _over_markers(sentence.span, cited)
    ids = tuple(claims[id_].id for id_ in sentence.claims)
    return sentence.model_copy(update={"text": response[span.start : span.end], "span": span, "claims": ids})


def citations_of(extraction: Extraction, cited: CitedText) -> dict[str, tuple[Marker, ...]]:
    """The markers of each claim, by its id: those of its sentence that stand behind it, up to the next claim.

    A claim with none of its own shares the next ones of its sentence, else the ones before.
    """
    found: dict[str, tuple[Marker, ...]] = {}
    by_id = {claim.id: claim for claim in extraction.claims}
    stated = [sentence for sentence in extraction.sentences if sentence.claims]
    for place, sentence in enumerate(stated):
        following = stated[place + 1].span.start if place + 1 < len(stated) else len(cited.text)
        first = stated[place - 1].span.end if place else 0
        reach = _reach(sentence, cited, first, following)
        inside = [marker for marker in cited.markers if reach[0] <= marker.start < reach[1]]
        claims = sorted(
            (by_id[id_] for id_ in sentence.claims), key=lambda claim: claim.span.start if claim.span else 0
        )
        for number, claim in enumerate(claims):
            markers = _own(claim, claims[number + 1 :], inside)
            if markers:
                found[claim.id] = tuple(markers)
    return found


def _reach(sentence: Sentence, cited: CitedText, first: int, following: int) -> tuple[int, int]:
    """Where the markers of a sentence may stand: in it, and behind it on its line, before the next one begins."""
    line_end = cited.text.find("\n", sentence.span.end)
    end = min(following, line_end if line_end >= 0 else len(cited.text))
    behind = cited.text[sentence.span.end : end].strip()
    start = sentence.span.start
    line_start = cited.text.rfind("\n", 0, start) + 1
    opens = not cited.text[line_start:start].strip() and line_start >= first  # a marker that a line begins with
    return (line_start if opens else start), (sentence.span.end if behind else end)


def _own(claim: Claim, later: Sequence[Claim], inside: Sequence[Marker]) -> list[Marker]:
    if claim.span is None:
        return list(inside)
    start = claim.span.start
    until = next((each.span.start for each in later if each.span and each.span.start > start), None)
    own = [marker for marker in inside if marker.start >= start and (until is None or marker.start < until)]
    behind = [marker for marker in inside if marker.start >= start]
    if own or not behind:
        return own or list(inside)
    first = behind[0].start
    return [marker for marker in behind if marker.start - first <= len(marker.text) * len(behind)]
