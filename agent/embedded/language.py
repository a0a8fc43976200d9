"""Whether a text can be English, by script and by little words; careful to let names and short texts pass."""

import re

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    """the of and to in is was for that with as on by at from are were be has had have it its his her their this which
    who not but an or he she they will would been after a i you we when than into about more can did does said""".split()
)
_FOREIGN = frozenset(
    """der die das und ist nicht ein eine einen einem mit von zu im auf für wurde wird auch sind war dem den des sich
    le la les des une et est dans qui que pour sur pas avec au aux du ce cette sont été il elle
    el los las una y en es por con del se su al lo como fue más pero
    il di che è della gli per non sono nel alla dei delle
    o os da do em uma não com para ao dos das foi
    het een van en niet op te met dat zijn voor werd
    och att det som är på av inte jag den
    jest nie się na w z że do ve bir bu için""".split()
) - {"den", "die", "do", "war", "en", "as", "o", "y", "w", "z", "a", "per", "van", "con", "te", "on"}
_FEW = 4
"""Fewer words than this prove nothing."""
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_LETTER = re.compile(r"[^\W\d_]")


def may_be_english(text: str) -> bool:
    """False only where the script or the little words of another language outweigh everything English."""
    letters = len(_LETTER.findall(text))
    if letters and len(_LATIN.findall(text)) < letters / 2:
        return False
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < _FEW:
        return True
    english = sum(word in _ENGLISH for word in words)
    foreign = sum(word in _FOREIGN for word in words)
    return foreign < 2 or foreign <= 2 * english  # noqa: PLR2004 - one little word may belong to a name
