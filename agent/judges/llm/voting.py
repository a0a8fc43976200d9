"""Makes one verdict of several that the same question brought; asking more than once is elsewhere."""

from collections import Counter
from collections.abc import Sequence

from probandum.agent.models import Verdict
from probandum.agent.taxonomy import Label

TEMPERATURE = 0.7
"""Of every vote after the first: at none they would all be the same."""


def majority(votes: Sequence[Verdict]) -> Verdict:
    """The first verdict with the label that most votes have; of labels with equally many, the one voted for first.

    Its probabilities are the mean over all votes. One vote is what it is.
    """
    if len(votes) == 1:
        return votes[0]
    (label, _), *_ = Counter(vote.label for vote in votes).most_common()
    chosen = next(vote for vote in votes if vote.label is label)
    mean = {each: sum(vote.probabilities.get(each, 0.0) for vote in votes) / len(votes) for each in Label}
    update = {"probabilities": mean, "confidence": mean[label], "confidence_source": "votes"}
    return chosen.model_copy(update=update)
