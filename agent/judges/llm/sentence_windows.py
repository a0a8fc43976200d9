"""The sentences of a response under the numbers a model knows them by, in windows; asking about them is elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass

from probandum.agent.models import Span
from probandum.tools.segmentation.sentences import BlockKind, sentences

# So much that the answer, about twice as long, mostly fits the usual limit of output tokens.
WINDOW_CHARACTERS = 4_000
WINDOW_SENTENCES = 60


@dataclass(frozen=True)
class NumberedSentence:
    """A sentence and its number."""

    number: str
    text: str
    span: Span
    kind: BlockKind

    @property
    def line(self) -> str:
        """On one line, so that nothing in the text passes for the number of another sentence."""
        return f"{self.number}: {' '.join(self.text.split())}"


def sentence_windows(response: str) -> Iterator[tuple[NumberedSentence, ...]]:
    """The sentences in such windows as can be asked about at once; every sentence is in exactly one."""
    window: list[NumberedSentence] = []
    for sentence in number_sentences(response):
        full = len(window) == WINDOW_SENTENCES
        if window and (full or sentence.span.end - window[0].span.start > WINDOW_CHARACTERS):
            yield tuple(window)
            window = []
        window.append(sentence)
    if window:
        yield tuple(window)


def number_sentences(response: str) -> Iterator[NumberedSentence]:
    """Every sentence of the response, in order."""
    for place, stretch in enumerate(sentences(response), start=1):
        span = Span(start=stretch.start, end=stretch.end)
        yield NumberedSentence(number=f"s{place}", text=response[span.start : span.end], span=span, kind=stretch.kind)
