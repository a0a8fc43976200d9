"""Cuts a sentence into its clauses, each with the subject that it lacks; which sentences are cut is decided elsewhere.

A sentence is cut only where two clauses meet that each have a verb, by the words at the joint: there is no parser, and
wherever the words leave it open the sentence stays whole.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from probandum.agent.language.lexicon import word_set
from probandum.agent.language.verbs import is_auxiliary, is_finite

_JOINT = re.compile(
    r"(?P<hard>\s*;\s+|\s+[–—]\s+)(?:(?:and|but)\s+)?"
    r"|\s*,\s+(?P<relative>which|who)\s+(?=\w)"
    r"|\s*,\s+(?P<apart>and|but|while|whereas|yet|although|though)\s+"
    r"|\s*,?\s+(?P<reason>because|so)\s+(?!that\b|far\b|much\b|many\b|long\b|of\b|as\b)"
    r"|\s+(?P<joined>and|but)\s+",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:[-*+•]\s+)?(?:\*\*[^*\n]{1,60}?:?\*\*:?|[A-Z][\w /&'-]{1,30}:)\s+(?=\S)")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d.,:]*")
_ADVERBS = frozenset(
    {"also", "then", "now", "still", "later", "only", "even", "never", "always", "often", "soon", "already", "thus"}
    | {"therefore", "subsequently", "finally", "currently", "usually", "partly", "mainly", "not"}
)
_LONGEST = 2_000
"""Characters of a sentence that is looked into; looking takes time in the product of its length and its joints."""
_SUBJECT_WORDS = 9
"""A subject is at most this long before its verb comes."""
_CARRIED_WORDS = 8
"""A longer subject is not carried along: it has clauses of its own."""
_PRONOUNS = frozenset({"it", "he", "she", "they"})
_RELATIVES = frozenset({"who", "which", "whose", "whom"})
"""A verb behind one of these is not that of the noun before it: "and director who works in film"."""
_SAYINGS = word_set("sayings")
_SUBORDINATORS = word_set("subordinators")
_EXPLETIVE = re.compile(
    r"it\s+(?:(?:is|was|has been|will be|remains|seems|appears)\b.{0,60}\b(?:that|whether|to)\b|(?:rain|snow))",
    re.IGNORECASE,
)
_PREPOSITIONS = frozenset(
    {"about", "after", "among", "at", "before", "between", "by", "during", "for", "from", "in", "of", "on", "since"}
    | {"through", "to", "under", "until", "with", "within", "without"}
)
_PAIRS = (("(", ")"), ("[", "]"), ("“", "”"), ("«", "»"))


class Clause(NamedTuple):
    """One statement of a sentence: what it says by itself, and ``[start, end)`` where it stands in the sentence."""

    text: str
    start: int
    end: int


class _Piece(NamedTuple):
    start: int
    end: int
    joint: str
    """What stands before it: ``hard``, ``apart``, ``joined``, ``relative``, ``reason``; empty for the first."""


def split_sentence(sentence: str) -> tuple[Clause, ...]:
    """The clauses of a sentence in their order; the sentence alone where it is not to be cut."""
    if len(sentence) > _LONGEST:
        return (Clause(sentence, 0, len(sentence)),)
    label = _LABEL.match(sentence)
    begin = label.end() if label and not has_verb(label.group()) and has_verb(sentence[label.end() :]) else 0
    pieces = _pieces(sentence, begin)
    if len(pieces) == 1:
        return (Clause(sentence, 0, len(sentence)),) if not begin else (Clause(sentence[begin:], begin, len(sentence)),)
    return tuple(_clauses(sentence, pieces))


def _pieces(sentence: str, begin: int) -> list[_Piece]:
    pieces = [_Piece(begin, len(sentence), "")]
    led = False
    for joint in _JOINT.finditer(sentence, begin):
        last = pieces[-1]
        kind = joint.lastgroup or "hard"
        if joint.start() <= last.start or is_inside(sentence, last.start, joint.start()):
            continue
        left, right = sentence[last.start : joint.start()], sentence[joint.end() :]
        led = _carries(_subject(left)) or (led and opens_with_verb(left))
        if _meets(left, right, kind, first=not last.joint, led=led):
            pieces[-1] = last._replace(end=joint.start())
            pieces.append(_Piece(joint.end(), len(sentence), kind))
    return pieces


def is_inside(sentence: str, start: int, at: int) -> bool:
    """Whether a place is inside brackets or quotation marks that open from ``start`` on."""
    left = sentence[start:at]
    return any(left.count(one) > left.count(other) for one, other in _PAIRS) or left.count('"') % 2 == 1


def _meets(left: str, right: str, kind: str, *, first: bool, led: bool) -> bool:
    """Whether two clauses meet at a joint."""
    words = _words(left)
    if kind == "relative":
        return len(words) > 1 and not _reports(words) and opens_with_verb(right)
    if len(words) < 2 or not has_verb(left):  # noqa: PLR2004 - a subject and a verb
        return False
    if kind == "hard":
        return has_verb(_until_next(right)) and not _opens_list(right)
    if _reports(words) or (first and words[0] in _SUBORDINATORS and "," not in left):
        return False
    leans = kind != "reason" and led and opens_with_verb(right) and not _subordinates(left)
    return leans or (_has_own_subject(right) and not right.startswith("that "))


def _subordinates(text: str) -> bool:
    """Whether it holds a clause that depends on another: "as it was sold", but not "as a dancer"."""
    words = _WORD.findall(text)
    places = [place for place, word in enumerate(words) if word.lower() in _SUBORDINATORS]
    return any(_verb_at(words, start=place + 1) >= 0 for place in places)


def _clauses(sentence: str, pieces: Sequence[_Piece]) -> Iterator[Clause]:
    main = ""
    """The subject of the clause that others lean on."""
    whole = ""
    for place, piece in enumerate(pieces):
        start, end = piece.start, piece.end
        text = sentence[start:end].strip().rstrip(",")
        if piece.joint == "relative":
            yield from _relative(sentence, pieces, place, main=main, whole=whole)
            continue
        if place + 1 < len(pieces) and pieces[place + 1].joint == "relative" and not has_verb(text):
            main = text  # "The list, which did not stand, …": what follows the relative clause is said of it, too
            continue
        if piece.joint == "reason":
            yield Clause(sentence[pieces[place - 1].start : end].strip(), start, end)
            continue
        said, own = text, _subject(text)
        if piece.joint and opens_with_verb(text) and main:
            said = f"{main} {text}"
        elif piece.joint and _leans(text) and _carries(main):
            said = f"{main} {text.split(None, 1)[1]}" if len(text.split()) > 1 else text
        else:
            main = own if _carries(own) else ""
        whole = said
        yield Clause(said, start, end)


def _relative(sentence: str, pieces: Sequence[_Piece], place: int, *, main: str, whole: str) -> Iterator[Clause]:
    """A relative clause, said of what stands before it; what follows its comma goes on with that."""
    piece = pieces[place]
    text = sentence[piece.start : piece.end]
    comma = text.find(", ") if main and not whole else -1
    told, rest = (text[:comma], text[comma + 2 :]) if comma > 0 else (text, "")
    if main and not whole:
        yield Clause(f"{main} {told.strip()}", piece.start, piece.start + len(told))
        if rest.strip():
            yield Clause(f"{main} {rest.strip()}", piece.start + comma + 2, piece.end)
        return
    before = pieces[place - 1]
    yield Clause(sentence[before.start : piece.end].strip(), piece.start, piece.end)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _verb_at(words: Sequence[str], *, start: int = 0) -> int:
    """The place of the first word that may be a finite verb, from ``start`` on; -1 where there is none.

    A capital within a sentence marks a name, and a plural noun that ends a clause looks like a verb but is none.
    """
    for place in range(start, len(words)):
        word, before = words[place], words[place - 1].lower() if place else ""
        named = word[0].isupper() and place > 0
        ends = place == len(words) - 1 and word.endswith("s") and not is_auxiliary(word.lower())
        hour = word == "am" and before[-1:].isdigit()
        if not named and not ends and not hour and is_finite(word.lower(), before):
            return place
    return -1


def has_verb(text: str) -> bool:
    """Whether a text has a word that may be its finite verb."""
    return _verb_at(_WORD.findall(text)) >= 0


def has_subject(text: str) -> bool:
    """Whether a text has a subject before its verb, and so stands alone."""
    return bool(text) and _has_own_subject(text)


def _has_own_subject(right: str) -> bool:
    words = _WORD.findall(_until_next(right))[: _SUBJECT_WORDS + 1]
    place = _verb_at(words)
    if place == 0 and words[0].lower().endswith("ed"):  # "blurred vision affects one in a hundred"
        place = _verb_at(words, start=2)
    before = {word.lower() for word in words[: max(0, place)]}
    return place > 0 and not before <= _ADVERBS and before.isdisjoint(_RELATIVES)


def opens_with_verb(right: str) -> bool:
    """Whether a text begins with its verb, adverbs apart: its subject stands elsewhere."""
    words = _WORD.findall(right)[:4]
    while words and words[0].lower() in _ADVERBS:
        words = words[1:]
    if not words or words[0][0].isupper() or _has_own_subject(right):
        return False
    return is_finite(words[0].lower(), "" if words[0].endswith("s") else "they")


def _opens_list(right: str) -> bool:
    return right.lstrip().startswith(("and ", "or "))


def _until_next(right: str) -> str:
    joint = _JOINT.search(right)
    return right[: joint.start()] if joint else right


def _leans(text: str) -> bool:
    """Whether a clause begins with a pronoun that a subject before it may be put in place of."""
    first = _words(text)[:1]
    return bool(first) and first[0] in _PRONOUNS and _EXPLETIVE.match(text) is None


def _reports(words: Sequence[str]) -> bool:
    """Whether somebody says it: who said it holds for what follows, too."""
    return not _SAYINGS.isdisjoint(words)


def _subject(text: str) -> str:
    """What stands before the first verb, without what introduces the sentence; empty where that is no subject."""
    found = [*_WORD.finditer(text)]
    place = _verb_at([word.group() for word in found])
    if place <= 0:
        return ""
    while place > 1 and found[place - 1].group().lower() in _ADVERBS:
        place -= 1
    before = text[: found[place].start()].strip()
    return before.rpartition(", ")[2].strip()


def _carries(subject: str) -> bool:
    """Whether a clause that lacks its subject may be given this one; a pronoun stands for the same in both."""
    words = _words(subject)
    if len(words) == 1 and words[0] in _PRONOUNS:
        return True
    return 0 < len(words) <= _CARRIED_WORDS and words[0] not in _SUBORDINATORS | _PRONOUNS | _PREPOSITIONS
