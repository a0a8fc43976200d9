import json
import sys
from pathlib import Path

import pytest

from benchmarks.peers import answers, contender, probandum_audit, rules, tables
from benchmarks.peers.run import PEERS, contenders_with, scripted
from probandum import audit
from probandum.testing.judge import ScriptedJudge
from probandum.testing.servers.chat import ChatRequest
from probandum.tools.errors import InputError, JudgeOutputError, JudgeRefused

TRUE, FALSE = "Gate 1 was painted by crew 41.", "Gate 2 was painted by crew 43."


def request(text, **body):
    return ChatRequest(body={"messages": [{"role": "user", "content": text}], **body}, authorization=None)


def said(text, **body):
    reply = rules.answer(request(text, **body))
    return json.loads(reply.content or reply.calls[0][1])


def test_a_made_up_answer_has_two_sentences_of_eight_that_its_context_does_not_carry():
    for answer in answers.made_up(3):
        facts = [fact[0] for fact in answers.FACT.finditer(answer.response)]
        assert len(facts) == 8
        assert [fact for fact in facts if fact not in answer.context] == [facts[3], facts[7]]


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        (f"…\ninput: {{'answer': '{TRUE} {FALSE}'}}", {"statements": [TRUE, FALSE]}),
        (f"…\nText:\n{TRUE} It is so.\n\nJSON:", {"truths": [TRUE, "It is so."]}),
        (f"…\nAI Output:\n{FALSE}\n\nJSON:", {"claims": [FALSE]}),
    ],
    ids=["ragas statements", "deepeval truths", "deepeval claims"],
)
def test_a_contender_that_takes_text_apart_is_told_what_stands_in_it(text, reply):
    assert said(text) == reply


@pytest.mark.parametrize(
    ("text", "body", "verdicts"),
    [
        (f'…\ninput: {{"context": "{TRUE}", "statements": ["{TRUE}", "{FALSE}"]}}', {}, [1, 0]),
        (f"Retrieval Contexts:\n{TRUE}\n\nClaims:\n{TRUE} {FALSE}\n\nJSON:", {}, ["yes", "no"]),
    ],
    ids=["ragas", "deepeval"],
)
def test_a_contender_that_asks_for_verdicts_is_told_which_facts_are_true(text, body, verdicts):
    [listed] = said(text, **body).values()
    assert [each["verdict"] for each in listed] == verdicts


@pytest.mark.parametrize(("answered", "score"), [(TRUE, True), (f"{TRUE} {FALSE}", False)])
def test_a_judge_of_the_whole_is_told_whether_all_of_it_holds(answered, score):
    form = {"json_schema": {"schema": {"properties": {"score": {}}}}}
    text = f"<context>{TRUE}</context><output>{answered}</output>"
    assert said(text, response_format=form)["score"] is score


def test_a_reply_costs_by_its_length():
    reply = rules.answer(request(f"…\nAI Output:\n{TRUE}\n\nJSON:"))
    assert reply.completion_tokens == len(reply.content) // rules.TOKEN


def test_what_stood_at_the_start_of_an_earlier_prompt_counts_as_cached():
    shared = "a" * 640
    assert tables.cached_share([shared + "b" * 640, shared + "c" * 640]) == pytest.approx(0.25)
    assert tables.cached_share([shared]) == 0
    assert tables.cached_share([]) == 0


def test_a_contender_goes_on_where_it_was_stopped_and_writes_down_why_there_is_no_score(tmp_path, monkeypatch):
    rows = [contender.Answer(str(place), "q", "c", "r") for place in range(4)]
    given, out = tmp_path / "answers.jsonl", tmp_path / "out.jsonl"
    given.write_text("".join(json.dumps(vars(row)) + "\n" for row in rows), encoding="utf-8")
    out.write_text(json.dumps({"id": "0", "risk": 0.5, "failed": None, "seconds": 1.0}) + '\n{"id": "1", "ri')
    asked = []

    async def score(answer):
        asked.append(answer.id)
        if answer.id == "2":
            raise ValueError("no JSON in it")
        return float("nan") if answer.id == "3" else 0.25

    monkeypatch.setattr(sys, "argv", ["contender", str(given), str(out), "--url", "u", "--model", "m"])
    contender.run(lambda _: score, failures=(ValueError,))
    assert asked == ["1", "2", "3"]
    came = {scored.id: (scored.risk, scored.failed) for scored in contender.read(out)}
    assert came == {
        "0": (0.5, None),
        "1": (0.25, None),
        "2": (None, "ValueError: no JSON in it"),
        "3": (None, "no score"),
    }


def test_probandum_takes_part_and_gets_the_risk_right(tmp_path):
    [adaptive] = [each for each in contenders_with({}) if "adaptive" in each.name]
    asked = scripted(adaptive, tuple(answers.made_up(2)), envs=tmp_path, out=tmp_path)
    assert (asked.answers, asked.failed) == (2, 0)
    assert len(asked.prompts) > 4
    assert asked.seconds > 0.3
    [line] = [line for line in tables.asked_table([asked]).splitlines() if adaptive.name in line]
    assert line.startswith(f"| {adaptive.name} | 2/2 | ")


def test_an_audit_of_probandum_without_a_score_says_what_became_of_its_claims():
    script = {"The gate is red.": [JudgeOutputError("not JSON")], "The lamp is lit.": [JudgeRefused("I cannot")]}
    judge = ScriptedJudge(script)
    report = audit("The gate is red. The lamp is lit.", context=["A gate and a lamp."], judge=judge)
    assert report.scores.risk is None
    assert probandum_audit.unscored(report).startswith("incomplete; 1 judge_output, 1 judge_refused; ")
    assert "not JSON" in probandum_audit.unscored(report)


def test_rows_without_a_context_are_refused_by_name(tmp_path):
    path = tmp_path / "free.jsonl"
    path.write_text('{"id": "r1", "claim": "The sea is dry."}\n', encoding="utf-8")
    with pytest.raises(InputError, match="'r1' has no context"):
        list(answers.labelled([path], each=1))


def test_the_live_table_tells_failures_from_scores():
    scored = [contender.Scored("a", 0.9, None, 2.0), contender.Scored("b", 0.1, None, 2.0)]
    scored.append(contender.Scored("c", None, "TimeoutError: …", 5.0))
    table = tables.live_table({"one": scored}, {"a": True, "b": False, "c": True}, rows=4)
    assert table.splitlines()[-1] == "| one | 2/4 | 1 | 3 | 1.00 (1.00–1.00) |"


def test_every_contender_has_its_module():
    folder = Path(tables.__file__).parent
    assert all((folder / f"{each.module}.py").is_file() for each in contenders_with({}))


def test_options_for_all_ways_of_probandum_leave_each_way_what_it_is_and_the_peers_alone():
    *own, _, _, _ = contenders_with({"few_shot": "off", "granularity": "batch"})
    chosen = {each.name: json.loads(each.options[1]) for each in own}
    assert all(options["few_shot"] == "off" for options in chosen.values())
    assert chosen["Probandum, claim"]["granularity"] == "claim"
    assert [each.options for each in PEERS] == [(), (), ()]
