"""A text that arrives in chunks, cut into sentences as soon as each is whole."""

from collections.abc import Iterator
from itertools import pairwise

from probandum.tools.segmentation.sentences import BlockKind, SentenceSpan, sentences

_LONGEST = 4_000
"""Characters after which a text without an end of a sentence is taken as it is."""
_STOPS = frozenset('.!?:;。！？．؟।॥\n"”’)]|')
"""Behind one of these a sentence may end; without one in a chunk there is nothing new to see."""
_SINCE = 4
"""Characters before a chunk in which such a stop may stand: a sentence is seen to be whole when the next begins."""
_GROWTH = 1.25
"""By how much what is held back has to have grown before it is looked at again in vain."""
_TOGETHER = (BlockKind.ROW, BlockKind.CODE)
"""What makes sense as a whole block alone: a row without the head of its table says nothing."""
_BEGINS = "|`~"
"""What begins another line of such a block."""


class Pieces:
    """Holds back what is not a whole sentence yet; the pieces put together are the text."""

    def __init__(self) -> None:
        self._held = ""
        self._in_vain = 0.0

    def add(self, chunk: str) -> Iterator[str]:
        """The sentences that are whole now that a chunk has come, each with the white space behind it."""
        self._held += chunk
        if _STOPS & set(self._held[-len(chunk) - _SINCE :]) and len(self._held) >= self._in_vain:
            yield from self._whole()
            self._in_vain = len(self._held) * _GROWTH if len(self._held) > _LONGEST // 8 else 0.0
        while len(self._held) > _LONGEST:
            at = self._held.rfind(" ", 0, _LONGEST) + 1 or _LONGEST
            piece, self._held = self._held[:at], self._held[at:]
            yield piece

    def rest(self) -> Iterator[str]:
        """What is left when nothing more comes."""
        yield from self._whole()
        if self._held:
            yield self._held
        self._held = ""

    def _whole(self) -> Iterator[str]:
        spans = sentences(self._held)
        ends = [after.start for before, after in pairwise(spans) if self._parted(before, after)]
        begin = 0
        for end in ends:
            yield self._held[begin:end]
            begin = end
        self._held = self._held[begin:]

    def _parted(self, before: SentenceSpan, after: SentenceSpan) -> bool:
        """Whether the one is whole; a block that is meant whole may go on in what looks like prose as yet."""
        whole = before.kind in _TOGETHER
        return not (whole and (before.kind is after.kind or self._held[after.start] in _BEGINS))
