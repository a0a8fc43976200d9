import asyncio
import json
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probandum.testing.source import ScriptedSource
from probandum.tools.errors import InputError, ReplayError, ToolError, ToolUnavailable
from probandum.tools.recorded_source import RecordedSource, ReplayedSource, recorded_name
from probandum.tools.recording import Recorder, RecordingHeader, Replies
from probandum.tools.source import SearchArguments

HEADER = RecordingHeader(audit_id="a-1", request="f00")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "audit.jsonl"


def begun(path, header=HEADER):
    recorder = Recorder(path, header)
    recorder.begin()
    return recorder


def test_equal_questions_get_their_replies_in_order_and_then_no_more(path):
    recorder = begun(path)
    for reply in (1, 2):
        recorder.add("model", {"message": "Same."}, {"reply": reply})
    replies = Replies(path)
    assert [replies.take("model", {"message": "Same."})["reply"] for _ in range(2)] == [1, 2]
    with pytest.raises(ReplayError, match="asked once more than when it was recorded"):
        replies.take("model", {"message": "Same."})


@settings(max_examples=30)
@given(data=st.data(), asked=st.lists(st.sampled_from("abcd"), max_size=8))
def test_the_order_among_different_questions_does_not_matter(data, asked):
    order = data.draw(st.permutations(asked))
    with tempfile.TemporaryDirectory() as folder:
        recorder = begun(Path(folder, "audit.jsonl"))
        for number, question in enumerate(asked):
            recorder.add("model", {"message": question}, {"number": number})
        replies = Replies(Path(folder, "audit.jsonl"))
    given_back = [(question, replies.take("model", {"message": question})["number"]) for question in order]
    for question in set(asked):
        numbers = [number for asked_one, number in given_back if asked_one == question]
        assert numbers == [place for place, each in enumerate(asked) if each == question]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"rules": "Be strict.", "claim": "The mill burned in 1901."}, r"claim differs at character 22: .*1903.*1901"),
        ({"rules": "Be lax.", "claim": "The mill burned in 1903."}, r"rules differs at character 3"),
        ({"rules": "Be strict."}, r"the nearest recorded one has claim as well"),
        (
            {"rules": "Be strict.", "claim": "The mill burned in 1903.", "tool": "t"},
            r"the nearest recorded one has no tool",
        ),
    ],
)
def test_a_question_without_a_reply_is_told_by_what_differs(path, asked, message):
    recorder = begun(path)
    recorder.add("model", {"rules": "Be strict.", "claim": "The mill burned in 1903."}, {})
    recorder.add("model", {"rules": "Another thing.", "claim": "Altogether."}, {})
    with pytest.raises(ReplayError, match=message):
        Replies(path).take("model", asked)
    with pytest.raises(ReplayError, match="nothing was asked of a source"):
        Replies(path).take("source", asked)


def test_a_text_is_kept_once_and_the_file_is_its_owner_s_alone(path):
    recorder = begun(path)
    for claim in ("one", "two"):
        recorder.add("model", {"rules": "Be strict.", "claim": claim}, {})
    assert path.read_text().count("Be strict.") == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_audit_goes_on_in_its_file_even_after_a_torn_line(path):
    begun(path).add("model", {"claim": "one"}, {"reply": 1})
    with path.open("a") as file:
        file.write('{"kind": "rep')
    assert Replies(path).take("model", {"claim": "one"}) == {"reply": 1}
    begun(path).add("model", {"claim": "two"}, {"reply": 2})
    assert Replies(path).take("model", {"claim": "two"}) == {"reply": 2}
    assert [json.loads(line)["kind"] for line in path.read_text().splitlines()].count("header") == 1


@pytest.mark.parametrize(
    "other", [HEADER.model_copy(update={"audit_id": "b"}), HEADER.model_copy(update={"request": "b"})]
)
def test_another_audit_s_file_is_not_written_to(path, other):
    begun(path)
    before = path.read_bytes()
    with pytest.raises(InputError, match="recording of another audit, 'a-1'"):
        Recorder(path, other)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", ["nothing\nat all\n", "[1]\n", '{"kind": "header", "recording": 2}\n', '{"x": 1}\n']
)
def test_a_file_that_is_no_recording_is_refused(path, content):
    path.write_text(content)
    with pytest.raises(InputError, match="is no recording"):
        Replies(path)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="cannot be recorded to"):
        begun(tmp_path / "missing" / "audit.jsonl")


def test_a_source_replays_what_it_found_nothing_found_and_both_ways_of_failing(path):
    answers = {"one": ["First.", "Second."], "none": [], "down": ToolUnavailable("busy"), "broken": ToolError("no")}
    source = ScriptedSource(answers.__getitem__)
    recorded = RecordedSource(source, begun(path, HEADER.model_copy(update={"sources": (recorded_name(source),)})))

    def outcomes(asked):
        given = []
        for query in answers:
            try:
                given.append(asyncio.run(asked(SearchArguments(query=query))))
            except ToolError as error:
                given.append((type(error), str(error)))
        return given

    live = outcomes(recorded)
    replies = Replies(path)
    (name,) = replies.header.sources
    replayed = ReplayedSource(name, replies)
    asked_live = list(source.asked)
    assert outcomes(replayed) == live
    assert source.asked == asked_live
    assert (replayed.name, replayed.origin, replayed.description) == (source.name, source.origin, source.description)
