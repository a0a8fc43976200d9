"""What a model finally says: thinking, fences and words around the JSON are left out, in linear time."""

import json

import pytest

from probandum.agent.judges.llm.chat import final_text as module
from probandum.agent.judges.llm.chat.final_text import final_text, final_tokens
from probandum.agent.judges.llm.chat.protocol import TokenCandidates

JSON = '{"fully_stated": "yes", "cites": [1]}'


@pytest.mark.parametrize(
    "written",
    [
        JSON,
        f"<think>\nPerhaps {{}}? No.\n</think>\n\n{JSON}",
        f'<think>Perhaps {{"label": "absent"}}?</think>{JSON}',
        f'Let me see. {{"label": "absent"}}, no.\n</think>\n{JSON}',
        f"<THINKING>a</THINKING> so <think>b</think> {JSON}",
        f"[THINK]hm[/THINK]{JSON}",
        f"◁think▷hm◁/think▷{JSON}",
        f"<|channel|>analysis<|message|>Hm {{}}<|end|><|start|>assistant<|channel|>final<|message|>{JSON}<|return|>",
        f"```json\n{JSON}\n```",
        f"Here is the JSON you asked for:\n```\n{JSON}\n```\nLet me know {{if}} you need more!",
        f"Sure: {JSON} I hope this helps.",
        f"<think>a <think> b </think> c </think>{JSON}",
        f"\n\n  {JSON}\n",
    ],
)
def test_only_the_json_is_left(written):
    assert final_text(written, form=True) == JSON


def test_tags_within_the_answer_are_words_of_what_was_read():
    told = json.dumps({"note": "The page says <think> and </think>."})
    assert final_text(told, form=True) == told
    assert json.loads(final_text(f"<think>x</think>{told}", form=True))["note"].startswith("The page says")


def test_a_closing_tag_within_the_answer_does_not_end_another_thinking():
    told = json.dumps({"note": "It ends with </think>."})
    assert final_text(f"<think>x</think>{told}", form=True) == told


@pytest.mark.parametrize("written", ["<think>and on and on", "Hm. <think>and", '<think>{"label": "absent"}', ""])
def test_thinking_without_an_end_leaves_nothing(written):
    assert final_text(written, form=True) == ""


def test_without_a_form_the_words_are_left_as_they_are():
    assert final_text("<think>x</think> Yes, {a} and ```b```.", form=False) == "Yes, {a} and ```b```."


@pytest.mark.parametrize("written", ["no JSON at all", "{ not JSON }", "}{", "{" * 3_000])
def test_what_holds_no_json_is_left_for_the_reader_to_refuse(written):
    assert final_text(written, form=True).strip("{} ") in written


class Counted(str):
    """A text that counts how many characters are searched in it."""

    __slots__ = ()
    searched = 0

    def find(self, sub, start=0, end=None):
        found = super().find(sub, start, len(self) if end is None else end)
        Counted.searched += (len(self) if end is None else end) - start if found < 0 else found - start
        return found


@pytest.mark.parametrize(
    "piece", ["<think>", "</think>", "<think></think>", "{</think>", "[THINK]", "{", "<|channel|> "]
)
def test_awkward_texts_are_read_in_proportion_to_their_length(piece):
    size = 20_000
    Counted.searched = 0
    module._after_thinking(Counted(piece * size))
    assert Counted.searched <= 2 * size * len(piece)
    assert isinstance(final_text(piece * size, form=True), str)


def tokens(*written):
    return tuple(TokenCandidates(each, {each: -0.1}) for each in written)


def test_the_tokens_of_the_thinking_are_left_out():
    told = tokens("<think>", "yes", "</think>", "\n", '{"fully_stated"', ": ", '"yes"', ', "cites"', ": [1]", "}")
    kept = final_tokens(told, JSON)
    assert "".join(token.token for token in kept) == JSON


def test_tokens_of_thinking_are_left_out_also_where_letters_are_spread_over_tokens():
    told = tokens("<think>", "yes", "</think>", '{"note": "', "\ufffd", "\ufffd", '"}')
    assert [token.token for token in final_tokens(told, '{"note": "é"}')] == ['{"note": "', "\ufffd", "\ufffd", '"}']


def test_where_only_thinking_was_written_no_token_is_left():
    assert final_tokens(tokens("<think>", "yes"), "") == ()
