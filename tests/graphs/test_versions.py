"""Audits that an earlier version kept: told by name, listed, forgotten, and never gone on with."""

import asyncio

import pytest

from probandum import aaudit
from probandum.graphs.persistence import serializer
from probandum.graphs.persistence.checkpoints import AUDITS, sqlite_checkpoints
from probandum.graphs.persistence.versions import is_of_this_version
from probandum.graphs.run import review
from probandum.graphs.stored_audits import delete_audit, list_audits, stored_request
from probandum.tools.errors import InputError

FACT = "The bridge was opened in 1931."


@pytest.fixture
def kept_before(tmp_path, monkeypatch):
    """A home with an audit whose request is of a type that this version does not know."""

    async def begin():
        async with sqlite_checkpoints(tmp_path / AUDITS) as store:
            await aaudit(FACT, context=[FACT], judge="embedded", audit_id="old", checkpointer=store)

    asyncio.run(begin())
    known = serializer._nouns
    monkeypatch.setattr(
        serializer, "_nouns", lambda room: (noun for noun in known(room) if noun[1] not in ("AuditRequest", "Report"))
    )
    return tmp_path / AUDITS


def told(home, act):
    async def within():
        async with sqlite_checkpoints(home) as store:
            return await act(store)

    return asyncio.run(within())


@pytest.mark.parametrize(
    "act",
    [
        lambda store: aaudit(FACT, context=[FACT], judge="embedded", audit_id="old", checkpointer=store),
        lambda store: review("old", None, checkpointer=store),
        lambda store: stored_request("old", store),
    ],
)
def test_it_is_refused_by_name_with_what_to_do(kept_before, act):
    with pytest.raises(InputError, match=r"'old' was kept by an earlier version.*probandum audits purge old"):
        told(kept_before, act)


def test_it_is_listed_as_such_and_can_be_forgotten(kept_before):
    [audit] = told(kept_before, list_audits)
    assert (audit.audit_id, audit.state, audit.response) == ("old", "unreadable", FACT)
    told(kept_before, lambda store: delete_audit("old", store))
    assert told(kept_before, list_audits) == ()


def test_nothing_kept_is_of_every_version():
    assert is_of_this_version({})
    assert not is_of_this_version({"request": {"response": FACT}})
