"""The public surface, and what a user of the library sees of it."""

import asyncio

import pytest

import probandum
from probandum import AuditRequest, Document, Report, aaudit, astream, audit
from probandum.agent.options import Options
from probandum.agent.taxonomy import Label
from probandum.testing.judge import ScriptedJudge, judgement
from probandum.testing.source import ScriptedSource
from probandum.tools.errors import ConfigError, InputError, ProbandumError
from probandum.tools.evidence import Origin

FACT = "The bridge opened on 19 March 1932."


def test_the_exported_names_are_these():
    assert sorted(probandum.__all__) == [
        "AuditRequest",
        "Document",
        "ProbandumError",
        "Report",
        "aaudit",
        "astream",
        "audit",
        "audit_rows",
        "guard",
    ]
    for name in probandum.__all__:
        assert getattr(probandum, name) is not None


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'audits'"):
        _ = probandum.audits


def test_audit_works_from_inside_a_running_event_loop():
    async def inside():
        return audit(FACT, context=[FACT])

    assert isinstance(asyncio.run(inside()), Report)


def test_the_doors_agree(tmp_path):
    file = tmp_path / "fact.txt"
    file.write_text(FACT)

    async def doors():
        streamed = [event async for event in astream(FACT, context=[Document(text=FACT)], audit_id="a")][-1]
        return streamed, await aaudit(AuditRequest(response=FACT, context=[FACT], audit_id="a"))

    streamed, awaited = asyncio.run(doors())
    waited = audit(FACT, context=[file], audit_id="a")
    labels = [[claim.verdict.label for claim in report.claims] for report in (streamed, awaited, waited)]
    assert labels == [[Label.SUPPORTED]] * 3


def test_a_judge_and_options_of_ones_own_are_used():
    judge = ScriptedJudge(lambda case: judgement(Label.ABSENT))
    report = audit(FACT, context=["Nothing."], judge=judge, options=Options(max_rounds=1))
    assert report.judge.kind == "scripted"
    assert len(judge.cases) == 1


def test_a_source_that_the_options_do_not_allow_is_refused_rather_than_left_out():
    source = ScriptedSource(lambda _: [FACT], origin=Origin.WEB)
    with pytest.raises(ConfigError, match="'web'"):
        audit(FACT, sources=[source])
    assert audit(FACT, sources=[source], profile="deep").claims[0].verdict.basis is Origin.WEB


@pytest.mark.parametrize(
    ("how", "error", "said"),
    [
        ({"profile": "hasty"}, ConfigError, "'hasty'"),
        ({"judge": "oracle"}, ConfigError, "'oracle'"),
        ({"audit_id": "a/b"}, InputError, "audit_id='a/b'"),
        ({"claims": [" "]}, InputError, "blank"),
    ],
)
def test_what_does_not_hold_is_named(how, error, said):
    with pytest.raises(error, match=said):
        audit(FACT, context=[FACT], **how)
    assert issubclass(error, ProbandumError)
