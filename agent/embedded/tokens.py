"""Words of a text with exact offsets and a normalised key each; numbers, dates and names are read from them elsewhere."""

import re
from functools import lru_cache
from typing import NamedTuple


class Token(NamedTuple):
    """One word or number; ``[start, end)`` in characters of the text."""

    start: int
    end: int
    text: str
    """As it stands."""
    key: str
    """Equal for forms of the same word: lower case, stemmed; numbers as plain digits."""
    content: bool
    """Whether it says something of its own: no article, preposition, pronoun, auxiliary."""
    number: bool


_TOKEN = re.compile(
    r"-(?:LRB|RRB|LSB|RSB|LCB|RCB)-"  # brackets in treebank text
    r"|(?:[^\W\d_]\.){2,}"  # U.S.
    r"|\d+(?:[,.]\d+)*"
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*"
    r"|['’][^\W\d_]+"
)
_SPLIT = re.compile(r"^(.+?)(n['’]t|['’](?:s|S|d|ll|re|ve|m|t))$")

FUNCTION_WORDS = frozenset(
    """a an the this that these those such same of in on at by for from to into onto upon with within without about
    above across after against along among around as before behind below beneath beside besides between beyond during
    except inside near off out outside over past per since through throughout toward towards under until up via
    and or but nor so yet if then than because while whereas although though unless whether when where which who whom
    whose what how why there here i me my mine myself you your yours yourself he him his himself she her hers herself
    it its itself we us our ours ourselves they them their theirs themselves one ones be am is are was were been being
    have has had having do does did doing done will would shall should can could may might must ought not no also just
    too very only even still again already both each either neither other another some any all more most much many own
    s t d ll re ve m nt n""".split()
)

_IRREGULAR = {
    form: base
    for base, forms in {
        "say": "said",
        "go": "went gone",
        "make": "made",
        "take": "took taken",
        "get": "got gotten",
        "give": "gave given",
        "find": "found",
        "tell": "told",
        "become": "became",
        "leave": "left",
        "begin": "began begun",
        "keep": "kept",
        "hold": "held",
        "write": "wrote written",
        "stand": "stood",
        "lose": "lost",
        "pay": "paid",
        "meet": "met",
        "send": "sent",
        "build": "built",
        "fall": "fell fallen",
        "buy": "bought",
        "win": "won",
        "teach": "taught",
        "catch": "caught",
        "fight": "fought",
        "bring": "brought",
        "think": "thought",
        "know": "knew known",
        "grow": "grew grown",
        "see": "saw seen",
        "come": "came",
        "run": "ran",
        "speak": "spoke spoken",
        "break": "broke broken",
        "drive": "drove driven",
        "rise": "rose risen",
        "choose": "chose chosen",
        "sell": "sold",
        "feel": "felt",
        "lead": "led",
        "lie": "lay lain",
        "man": "men",
        "woman": "women",
        "child": "children",
        "person": "people persons",
        "foot": "feet",
        "wife": "wives",
        "life": "lives",
        "sing": "sang sung",
        "swim": "swam swum",
        "spend": "spent",
        "steal": "stole stolen",
        "strike": "struck",
        "throw": "threw thrown",
        "wear": "wore worn",
        "die": "died dies dying",
        "large": "larger largest",
        "big": "bigger biggest",
        "good": "better best",
        "bad": "worse worst",
    }.items()
    for form in forms.split()
}

NUMBER_WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
} | {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), start=1
    )
}


def tokens(text: str) -> tuple[Token, ...]:
    """The words and numbers of a text in order; a contraction gives two, its second part as in treebank text."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        word, start = match.group(), match.start()
        if word[0] == "-":
            continue
        split = _SPLIT.match(word) if word[0].isalpha() and not word[-1].isdigit() else None
        if split is None:
            found.append(_token(word, start))
            continue
        found.append(_token(split[1], start))
        found.append(_token(split[2], start + split.start(2)))
    return tuple(found)


def _token(word: str, start: int) -> Token:
    key, content, number = _read(word)
    return Token(start, start + len(word), word, key, content, number)


@lru_cache(maxsize=65_536)
def _read(word: str) -> tuple[str, bool, bool]:
    if word[0].isdigit():
        return plain_number(word), True, True
    lower = word.replace("’", "'").lower().strip("'").replace(".", "")
    if lower in ("n't", "nt"):
        return "not", False, False
    if lower in NUMBER_WORDS and lower != "one":
        return str(NUMBER_WORDS[lower]), True, True
    if lower in FUNCTION_WORDS or len(lower) == 1:
        return lower, False, False
    return stem(lower), True, False


def plain_number(text: str) -> str:
    """Digits without thousands separators and without a fraction of zeros: ``1,200.0`` gives ``1200``."""
    plain = text.replace(",", "")
    if plain.count(".") == 1:
        plain = plain.rstrip("0").rstrip(".")
    return plain.lstrip("0") or "0"


def stem(word: str) -> str:
    """A light stem of a lower-case English word: plural, past, participle and adverb endings fall away."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4:  # noqa: PLR2004 - shorter words carry no ending that could be told from the stem
        return word
    return _without_ending(word)


def _without_ending(word: str) -> str:
    for ending, kept in (("ies", "y"), ("sses", "ss"), ("ied", "y")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + kept
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("ches", "shes", "xes", "zes")) else word[:-1]
    for ending in ("ing", "ed", "ly"):
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) > 2 and any(vowel in root for vowel in "aeiouy"):  # noqa: PLR2004
            word = root
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":  # noqa: PLR2004 - stopped, not stop
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word  # noqa: PLR2004
