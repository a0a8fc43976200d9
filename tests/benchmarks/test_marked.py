"""Answers marked by people, and what claims say of each marked stretch."""

import pytest

from benchmarks.common.marked import Said, Stretch, marked_answers, of_stretch, said_in
from benchmarks.peers.contexttrace_diagnose import told
from benchmarks.peers.without_key import place_of
from probandum import audit
from probandum.agent.taxonomy import Label


@pytest.fixture
def folder(tmp_path):
    case = tmp_path / "bridge"
    case.mkdir()
    (case / "document.md").write_text("The bridge was opened in 1931. It has four arches.\n", encoding="utf-8")
    (case / "question.txt").write_text("When was it opened?\n", encoding="utf-8")
    marked = "[[no:temporal The bridge was opened in 1951.]] Well. [[ok The bridge has four arches.]]\n"
    (case / "answer.marked.md").write_text(marked, encoding="utf-8")
    return tmp_path


def test_marks_are_taken_out_and_remembered(folder):
    [answer] = marked_answers(folder)
    assert answer.text == "The bridge was opened in 1951. Well. The bridge has four arches.\n"
    assert [(answer.text[s.start : s.end], s.true) for s in answer.stretches] == [
        ("The bridge was opened in 1951.", False),
        ("The bridge has four arches.", True),
    ]
    assert answer.question == "When was it opened?"


def test_a_report_says_something_of_each_stretch(folder):
    [answer] = marked_answers(folder)
    report = audit(answer.text, context=answer.context, judge="embedded")
    said = tuple(said_in(report, answer.text))
    assert [of_stretch(stretch, said).supported for stretch in answer.stretches] == [False, True]


@pytest.mark.parametrize(
    ("claims", "supported", "p"),
    [
        ([Said(0, 10, supported=True, p_supported=0.9), Said(10, 20, supported=True, p_supported=0.8)], True, 0.8),
        ([Said(0, 10, supported=True, p_supported=0.9), Said(10, 20, supported=False, p_supported=0.1)], False, 0.1),
        ([Said(0, 10, supported=True, p_supported=0.9), Said(10, 20, None, 0.4)], None, 0.4),
        ([Said(0, 10, None, None), Said(10, 20, supported=False, p_supported=0.2)], False, 0.2),
        ([Said(30, 40, supported=False, p_supported=0.2)], None, None),
        ([], None, None),
    ],
)
def test_a_stretch_is_wrong_where_a_claim_is_and_open_where_one_is_open(claims, supported, p):
    found = of_stretch(Stretch(0, 20, Label.SUPPORTED), claims)
    assert (found.supported, found.p_supported) == (supported, p)


def test_a_claim_whose_markup_is_gone_is_found_where_it_stood():
    response = "Before. The **bridge** was [opened](u) in 1931. After."
    start, end = place_of("The bridge was opened in 1931.", response)
    stretch = Stretch(8, response.index(" After"), Label.SUPPORTED)
    assert of_stretch(stretch, [Said(start, end, supported=True, p_supported=0.9)]).supported


@pytest.mark.parametrize(
    ("verdict", "supported", "p"),
    [("supported", True, 0.9), ("contradicted", False, 0.1), ("unverifiable", None, 0.1)],
)
def test_a_verdict_of_the_peer_becomes_supported_or_not_or_open(verdict, supported, p):
    found = told({"claim": "A.", "verdict": verdict, "confidence": 0.8})
    assert (found["supported"], found["p_supported"]) == (supported, pytest.approx(p))
