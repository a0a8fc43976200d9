"""The first examples that peers show, by their facts and in words of our own: each right, or open, and none wrong."""

import pytest

from probandum import audit
from probandum.agent.taxonomy import Outcome

RIGHT, WRONG = {"supported"}, {"contradicted", "absent", "partially_supported"}


@pytest.mark.parametrize(
    ("peer", "context", "answer", "wanted"),
    [
        ("ragas", "The First AFL–NFL World Championship Game was played on January 15, 1967, in Los Angeles.",
         "The first superbowl was played on Jan 15, 1967.", [RIGHT]),
        ("ragas", "Albert Einstein (born 14 March 1879) was a theoretical physicist born in Germany.",
         "Albert Einstein was born on 20 March 1879.", [WRONG]),
        ("ragas", "Albert Einstein (born 14 March 1879) was a theoretical physicist born in Germany.",
         "Einstein was born in Germany on 14th March 1879.", [RIGHT, RIGHT]),
        ("deepeval", "Every customer may have a 30 day full refund at no extra cost.",
         "We give a 30-day full refund at no extra cost.", [RIGHT]),
        ("deepeval", "A man with blond hair and a brown shirt drinks out of a public fountain.",
         "A blond man drinks water in public.", [RIGHT]),
        ("LettuceDetect", "The capital of France is Paris. The population of France is 67 million.",
         "The capital of France is Paris. The population of France is 69 million.", [RIGHT, WRONG]),
        ("HHEM", "The capital of France is Berlin.", "The capital of France is Paris.", [WRONG]),
        ("HHEM", "I am in California.", "I am in the United States.", [RIGHT]),
        ("HallucinationBench", "The Eiffel Tower stands in Paris. It was built by 1889. It is 330 metres tall.",
         "The Eiffel Tower is in Paris. It is 330 metres tall. It was designed by Leonardo da Vinci.",
         [RIGHT, RIGHT, WRONG]),
        ("MLflow", [{"content": "Paris is the capital of France."}, {"content": "The city lies on the Seine."}],
         "Paris is the capital of France.", [RIGHT]),
        ("MLflow", [{"content": "Paris is the capital of France."}], "The capital of France is Lyon.", [WRONG]),
        ("Open Evals", "Paris is the capital and most populous city of France. It is situated on the Seine River.",
         "The capital of France is Paris. It is located on the Seine River.", [RIGHT, RIGHT]),
        ("Phoenix", "France is a country in Europe. Its capital is Paris.", "Paris is the capital of France.", [RIGHT]),
        ("TruLens", "MLflow is a platform for tracking experiments and deploying models.",
         "MLflow is a platform for editing films.", [WRONG]),
        ("a guard in TypeScript", "The Eiffel Tower is 330 meters tall.",
         "The Eiffel Tower is 450 meters tall and was built in 1950.", [WRONG, WRONG]),
    ],
)  # fmt: skip
def test_an_example_of_a_peer_is_right_or_open(peer, context, answer, wanted):
    claims = audit(answer, context=context).claims
    assert len(claims) == len(wanted) or not claims
    for claim, labels in zip(claims, wanted, strict=False):
        open_ = claim.outcome in (Outcome.UNDECIDED, Outcome.NOT_CHECKED)
        assert open_ or claim.verdict.label in labels, (peer, claim.text, claim.verdict.label)
