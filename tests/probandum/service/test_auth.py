"""The rules of access by themselves, as each of the two servers that know them asks."""

import asyncio
from types import SimpleNamespace

import pytest

from probandum.graphs.persistence.threads import thread_id

pytest.importorskip("langgraph_sdk", reason="the extra 'service' brings it")
from langgraph_sdk import Auth

from probandum.service import auth, keys
from probandum.service.server_settings import server_settings

OWNER = "owner"
REQUEST = {"audit_id": "kept", "response": "The gate is red.", "context": ["The gate is red."]}


CONTEXT = SimpleNamespace(user=SimpleNamespace(identity=OWNER))
"""As the servers tell who asks."""


@pytest.fixture
def key(tmp_path, monkeypatch):
    monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path))
    server_settings.cache_clear()
    yield keys.add(OWNER, home=tmp_path)
    server_settings.cache_clear()


def who(headers, **path):
    return asyncio.run(auth.authenticate(headers=headers, **path))["identity"]


def run(**sent):
    """A run as Aegra shows it before it has a name."""
    value = {"assistant_id": "standard", "thread_id": thread_id("kept", owner=OWNER), "input": REQUEST, **sent}
    return asyncio.run(auth.new_run(CONTEXT, value))


@pytest.mark.parametrize("kind", [str, str.encode])
def test_the_key_is_found_in_headers_of_either_kind(key, kind):
    assert who({kind("authorization"): kind(f"Bearer {key}")}) == OWNER
    assert who({kind("x-api-key"): kind(key)}) == OWNER
    with pytest.raises(Auth.exceptions.HTTPException, match="a key is needed"):
        who({kind("x-api-key"): kind("pk_of_nobody")})


def test_a_server_that_tells_no_path_opens_nothing(key):
    assert who({}, path="/") == keys.NOBODY
    with pytest.raises(Auth.exceptions.HTTPException, match="a key is needed"):
        who({})


def test_a_run_on_the_thread_of_its_audit_is_let_in(key):
    assert run() == {"owner": OWNER}


def test_going_on_needs_an_audit_that_is_kept(key):
    with pytest.raises(Auth.exceptions.HTTPException) as caught:
        run(input=None, checkpoint={"checkpoint_ns": ""})
    assert "no audit of yours is kept" in caught.value.detail


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"thread_id": thread_id("kept", owner="stranger")}, "not the thread of your audit"),
        ({"input": {"response": 7}}, "the request does not hold"),
        ({"context": {"max_rounds": 1_000}}, "the context does not hold"),
        ({"checkpoint": {"thread_id": thread_id("kept", owner="stranger")}}, "reads its own thread"),
        ({"config": {"configurable": {"thread_id": "another"}}}, "reads its own thread"),
    ],
)
def test_a_run_of_something_else_is_refused(key, sent, said):
    with pytest.raises(Auth.exceptions.HTTPException) as caught:
        run(**sent)
    assert said in caught.value.detail
