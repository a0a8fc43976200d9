"""A cross-encoder as a judge: tiny models, exported here and run for real, of every kind of head."""

import asyncio

import pytest

from probandum import settings as configuration
from probandum.agent.judges.protocol import BatchJudge, CacheableJudge, Declined
from probandum.agent.judges.verifier.heads import Head, Meaning, head
from probandum.agent.models import Case, Claim, Search
from probandum.agent.request import AuditRequest
from probandum.agent.taxonomy import ErrorType, Label, Reason
from probandum.api import audit
from probandum.judges import make_judge
from probandum.testing.samples.onnx_models import cross_encoder
from probandum.tools.errors import ConfigError
from probandum.tools.evidence import Evidence, Origin

THREE = {"id2label": {"0": "CONTRADICTION", "1": "neutral", "2": "Entailment"}}
SAYS = {"agrees": [-6.0, 0.0, 6.0], "denies": [6.0, 0.0, -6.0], "rain": [-1.0, 3.0, -1.0]}
TWO = {"id2label": {"0": "hallucinated", "1": "consistent"}}
ONE = {"num_labels": 1, "id2label": {"0": "LABEL_0"}}


def judge(folder, *, labels=None):
    settings = configuration.load().model_copy(update={"verifier_labels": labels})
    return make_judge(f"nli:{folder}", settings)


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    return cross_encoder(tmp_path_factory.mktemp("nli"), SAYS, config=THREE)


def case(*passages, claim="It holds.", trail=()):
    items = tuple(
        Evidence.of(text, origin=Origin.CONTEXT, source=f"d{place}", document_sha256="0" * 64)
        for place, text in enumerate(passages)
    )
    return Case(request=AuditRequest(response=claim), claim=Claim.of(claim), evidence=items, trail=trail)


def verdict(judging, *passages, **how):
    return asyncio.run(judging.classify(case(*passages, **how))).verdict


def test_it_is_a_judge_of_batches_that_need_not_be_asked_twice(three):
    assert isinstance(judge(three), BatchJudge)
    assert isinstance(judge(three), CacheableJudge)
    assert judge(three).info.kind == "verifier"
    assert judge(three).info.model.startswith(f"{three.name}@")


@pytest.mark.parametrize(
    ("passages", "label"),
    [
        (["Rain fell.", "The guide agrees. Rain again."], Label.SUPPORTED),
        (["The guide denies. Rain again."], Label.CONTRADICTED),
        (["Rain fell. Rain again."], Label.ABSENT),
    ],
)
def test_three_classes_support_deny_or_say_nothing(three, passages, label):
    given = verdict(judge(three), *passages)
    assert given.label is label
    assert sum(given.probabilities.values()) == pytest.approx(1.0)
    assert given.confidence == given.probabilities[label]
    assert given.steps == ()


def test_the_quote_is_the_sentence_that_says_it(three):
    given = verdict(judge(three), "Rain fell.", "It fell here. The guide agrees. It fell again.")
    [quote] = given.quotes
    assert quote.text == "The guide agrees."
    assert quote.evidence_id == case("Rain fell.", "It fell here. The guide agrees. It fell again.").evidence[1].id


def test_a_denied_claim_has_an_error_type_as_far_as_words_tell(three):
    given = verdict(
        judge(three), "He denies that it has 12 rooms, since the house has 14 rooms.", claim="It has 12 rooms."
    )
    assert given.label is Label.CONTRADICTED
    assert given.error_types
    plain = verdict(judge(three), "The guide denies.")
    assert (plain.error_types, plain.detail) == ((ErrorType.OTHER,), "relation")


def test_two_classes_tell_support_from_everything_else(tmp_path):
    words = {"agrees": [-4.0, 4.0], "rain": [3.0, -3.0]}
    judging = judge(cross_encoder(tmp_path / "two", words, config=TWO))
    assert verdict(judging, "Rain. The guide agrees. The map agrees.").label is Label.SUPPORTED
    assert verdict(judging, "Rain.").label is Label.ABSENT


def test_one_number_is_the_probability_of_support(tmp_path):
    judging = judge(cross_encoder(tmp_path / "one", {"agrees": [2.0], "rain": [-2.0]}, config=ONE), labels="supported")
    assert verdict(judging, "The guide agrees.").probabilities[Label.SUPPORTED] == pytest.approx(0.8808, abs=1e-4)
    assert verdict(judging, "Rain.").label is Label.ABSENT


def test_a_passage_longer_than_the_model_takes_is_read_whole_in_windows(three):
    long = "Nothing is said of it in this long sentence of many words. " * 20 + "The guide agrees. " + "No more. " * 40
    given = verdict(judge(three), long)
    assert given.label is Label.SUPPORTED
    assert given.quotes[0].text == "The guide agrees."


def test_without_evidence_it_declines_and_after_a_search_that_found_nothing_the_claim_is_absent(three):
    declined = asyncio.run(judge(three).classify(case()))
    assert isinstance(declined, Declined)
    assert declined.reason is Reason.NO_EVIDENCE_SOURCE
    searched = Search(round=1, source="search_corpus", query="it", outcome="nothing_found")
    assert verdict(judge(three), trail=(searched,)).label is Label.ABSENT


def test_a_whole_audit_in_another_language_with_a_batch_and_quotes(three):
    report = audit("Das Haus ist alt.", context=["Der Führer agrees. Es regnet."], judge=judge(three))
    assert [claim.verdict.label for claim in report.claims] == [Label.SUPPORTED]
    assert report.claims[0].verdict.quotes[0].text == "Der Führer agrees."
    assert report.usage.llm_calls == 0


@pytest.mark.parametrize(
    ("config", "labels", "classes"),
    [
        (THREE, "", [Meaning.CONTRADICTED, Meaning.NEITHER, Meaning.SUPPORTED]),
        ({"id2label": {"0": "not_entailment", "1": "entailment"}}, "", [Meaning.UNSUPPORTED, Meaning.SUPPORTED]),
        ({"id2label": {"1": "SUPPORTS", "0": "REFUTES", "2": "NOT ENOUGH INFO"}}, "", None),
        ({"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}, "unsupported,supported", None),
        (ONE, "supported", [Meaning.SUPPORTED]),
        ({"id2label": {"0": "consistent"}}, "", [Meaning.SUPPORTED]),
    ],
)
def test_the_classes_are_read_from_the_configuration_or_from_the_setting(config, labels, classes):
    found = head(config, named=labels.split(",") if labels else ()).classes
    assert list(found) == (classes or list(found))
    assert Meaning.SUPPORTED in found


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({}, "no id2label"),
        ({"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}, "what the class 'LABEL_0' of the model means"),
        (ONE, "what the class 'LABEL_0' of the model means"),
        ({"id2label": {"0": "neutral", "1": "contradiction"}}, "do not make a verifier"),
        ({"id2label": {"0": "entailment", "1": "supported"}}, "do not make a verifier"),
    ],
)
def test_a_configuration_that_does_not_say_is_refused_with_what_to_set(config, says):
    with pytest.raises(ConfigError, match=says) as refused:
        head(config)
    assert "PROBANDUM_VERIFIER_LABELS" in str(refused.value)


def test_a_model_with_another_number_of_classes_than_named_says_so(tmp_path):
    model = cross_encoder(tmp_path / "odd", {"agrees": [1.0, 2.0]}, config=THREE)
    with pytest.raises(ConfigError, match="gives 2 numbers for a claim, and its classes are 3"):
        verdict(judge(model), "The guide agrees.")


def test_a_very_large_number_is_no_overflow():
    assert Head([Meaning.SUPPORTED]).stance([-1e9]).supported == pytest.approx(0.0)
    assert Head([Meaning.UNSUPPORTED, Meaning.SUPPORTED]).stance([1e9, -1e9]).supported == pytest.approx(0.0)
