"""Answers without end: of bytes, of compression, of time. Each is an error with a name, within bounded memory."""

import asyncio
import gzip
import json
import subprocess
import sys
import zlib
from functools import cache
from pathlib import Path

import pytest

from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.chat.http_client import MOST_BYTES
from probandum.agent.judges.llm.chat.protocol import ChatCall
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.replies import Reply
from probandum.tools.errors import JudgeOutputError, JudgeUnavailable

CALL = ChatCall((("user", "Claim."),))
MIB = 1024 * 1024
ASKING = """
import asyncio, re, sys
from pathlib import Path
from probandum.agent.judges.llm.chat.client import ChatModel
from probandum.agent.judges.llm.chat.protocol import ChatCall
from probandum.tools.errors import JudgeError
try:
    asyncio.run(ChatModel("any", base_url=sys.argv[1], max_retries=0, timeout=20).complete(ChatCall((("user", "x"),))))
except JudgeError as error:
    print(type(error).__name__, error)
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


@cache
def zeros(mebibytes):
    """So many MiB of zeros, compressed to a thousandth."""
    packing = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join((*(packing.compress(bytes(MIB)) for _ in range(mebibytes)), packing.flush()))


def in_a_process(reply):
    """What a process of its own says of the answer, and the MiB that it took at most."""
    with ChatServer(lambda _: reply) as server:
        done = subprocess.run(
            [sys.executable, "-P", "-c", ASKING, server.url], capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    said, _, used = done.stdout.strip().rpartition("\n")
    return said, int(used)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell how much was used")
@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=zeros(400), headers={"Content-Encoding": "gzip"}),
        Reply(body=gzip.compress(zeros(400)), headers={"Content-Encoding": "gzip, gzip"}),
        Reply(body=b'{"choices": [' + b" " * (64 * MIB)),
        Reply(body=zeros(400), headers={"Content-Encoding": "gzip"}, status=400),
        Reply(body=b'{"a":' * (MIB // 8) + b"1" + b"}" * (MIB // 8)),
    ],
    ids=["gzip", "gzip in gzip", "long", "a compressed refusal", "nested"],
)
def test_an_answer_without_end_is_an_output_error_within_300_mb(reply):
    said, used = in_a_process(reply)
    assert said.startswith("JudgeOutputError")
    assert used < 300


def answer(reply, **options):
    with ChatServer(lambda _: reply) as server:
        return asyncio.run(ChatModel("any", base_url=server.url, max_retries=0, **options).complete(CALL))


def test_an_answer_just_within_the_bound_is_read():
    body = replies.content("yes").completion(number=1, model="any")
    assert answer(Reply(body=body + b" " * (MOST_BYTES - len(body)))).text == "yes"
    with pytest.raises(JudgeOutputError, match="over 8 MiB"):
        answer(Reply(body=body + b" " * (MOST_BYTES - len(body) + 1)))


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "identity", "GZip "])
def test_a_compressed_answer_is_read(encoding):
    body = replies.content("yes").completion(number=1, model="any")
    packed = {"gzip": gzip.compress, "deflate": zlib.compress}.get(encoding.strip().lower(), bytes)(body)
    assert answer(Reply(body=packed, headers={"Content-Encoding": encoding})).text == "yes"


@pytest.mark.parametrize(("encoding", "said"), [("br", "not asked for"), ("gzip", "decompressed"), ("a\x1b", "a")])
def test_an_answer_in_an_encoding_that_does_not_hold_is_an_output_error(encoding, said):
    with pytest.raises(JudgeOutputError, match=said):
        answer(Reply(body=b"no such thing", headers={"Content-Encoding": encoding}))


def test_an_answer_that_comes_byte_by_byte_is_unavailable_when_its_time_is_over():
    with pytest.raises(JudgeUnavailable, match="timed out"):
        answer(replies.dripping(replies.content("yes")), timeout=0.4)


def test_a_long_error_is_told_in_a_few_words():
    with pytest.raises(JudgeOutputError) as caught:
        answer(Reply(status=400, body=json.dumps({"error": {"message": "no " * 1_000_000}}).encode()))
    assert len(str(caught.value)) < 700
