"""The fence that foreign text enters a prompt inside of; what is put in a prompt is decided elsewhere."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

MARKER_CHARACTERS = 20
REMOVED = "[removed]"

# What a run of angle brackets becomes; quotes that contain one are still found, see _SAME in agent/evidence/quotes.py.
_ANGLES = {
    **dict.fromkeys("<＜﹤‹〈《⟨⟪≪⋘", "‹"),
    **dict.fromkeys(">＞﹥›〉》⟩⟫≫⋙", "›"),
    **dict.fromkeys("«»", '"'),
}
_ANGLE = re.escape("".join(_ANGLES))
_INVISIBLE = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
_ANGLE_RUN = re.compile(f"[⋘⋙≪≫《》⟪⟫]|[{_ANGLE}][{_INVISIBLE}]*[{_ANGLE}][{_ANGLE}{_INVISIBLE}]*")
# What servers take for the turns of a conversation when it stands in a text, by the chat templates of ChatML (Qwen),
# Llama, Mistral, Gemma and DeepSeek.
_TURNS = re.compile(
    r"<[|｜]|[|｜]>|</?(?:s|bos|eos|pad|unk|start_of_turn|end_of_turn)>"
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\])"
)
_PARTED = {"<": "‹", ">": "›", "[": "[\u2060"}  # an invisible character, which quotes are found without
_OPENING = re.compile(rf"^<<<begin [^<>\n]* ([0-9a-f]{{{MARKER_CHARACTERS}}})>>>$", re.MULTILINE)
_NOT_A_NAME = re.compile(r"[^\w .:-]+")
_LOOKALIKES = str.maketrans("асеԁоЬΑΒΕО", "acedobabeo")  # hex digits as other alphabets write them


@dataclass(frozen=True, repr=False)
class Fence:
    """Puts texts between lines that only this installation can write.

    The marker belongs in prompts alone: never in a report, a log or anything that is kept.
    """

    marker: str

    @classmethod
    def of(cls, content: str, *, secret: bytes) -> "Fence":
        """A fence that is the same in all calls of an audit, and not to be guessed from its texts.

        Args:
            content: what identifies the audit, or the audits of several answers to one question.
            secret: known to this installation alone.
        """
        if not secret:
            raise ValueError("a fence needs a secret that is not empty; secrets.token_bytes(32) makes one")
        digest = hmac.new(secret, b"probandum fence 1\0" + content.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return cls(digest.hexdigest()[:MARKER_CHARACTERS])

    def wrap(self, name: str, text: str) -> str:
        """``text`` between an opening and a closing line that carry ``name`` and the marker."""
        name = _NOT_A_NAME.sub("", self.unmarked(name))
        return f"<<<begin {name} {self.marker}>>>\n{self.neutral(text)}\n<<<end {name} {self.marker}>>>"

    def neutral(self, text: str) -> str:
        """``text`` in which nothing passes for a line of this fence, or for a turn of the conversation.

        Quotes of it are still found in the original.
        """
        return _neutral(text, self.marker)

    def unmarked(self, text: str) -> str:
        """``text`` without the marker, however it is spelled; what a model wrote passes here before it goes further."""
        return _unmarked(text, self.marker)


def find_marker(prompt: str) -> str | None:
    """The marker of the fences in a prompt; None where it has none. What is fenced cannot write such a line."""
    found = _OPENING.search(prompt)
    return found[1] if found else None


@lru_cache(maxsize=1_024)
def _neutral(text: str, marker: str) -> str:
    """Kept for the passages and examples that every call of an audit shows again."""
    return _TURNS.sub(_parted, _ANGLE_RUN.sub(_flattened, _unmarked(text, marker)))


def _unmarked(text: str, marker: str) -> str:
    folded, places = _folded(text)
    if marker not in folded:
        return text
    pieces, at, found = [], 0, folded.find(marker)
    while found >= 0:
        pieces += [text[at : places[found]], REMOVED]
        end = found + len(marker)
        at = places[end - 1] + 1
        found = folded.find(marker, end)
    return "".join([*pieces, text[at:]])


def _flattened(run: re.Match[str]) -> str:
    return "".join(_ANGLES.get(character, "") for character in run.group())


def _parted(mark: re.Match[str]) -> str:
    return "".join(_PARTED.get(character, character) for character in mark.group())


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The text without case, width, invisible characters and foreign hex digits, and where each character was."""
    if text.isascii():  # nothing there but case, and this runs over every text of every prompt
        return text.lower(), range(len(text))
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if unicodedata.category(character) in ("Cf", "Mn"):
            continue
        plain = unicodedata.normalize("NFKC", character).translate(_LOOKALIKES).casefold().translate(_LOOKALIKES)
        folded.append(plain)
        places += [place] * len(plain)
    return "".join(folded), places
