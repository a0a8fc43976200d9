"""Audits in a real Postgres: what is kept there, and every way in which it cannot be."""

import asyncio
import sys

import pytest
from pydantic import SecretStr

from probandum import aaudit
from probandum.agent.options import Options
from probandum.agent.taxonomy import Label
from probandum.graphs.persistence.checkpoints import open_checkpoints
from probandum.graphs.stored_audits import delete_audit, list_audits
from probandum.testing.judge import ScriptedJudge, judgement
from probandum.testing.servers.postgres import POSTGRES, postgres
from probandum.tools.errors import ConfigError, InputError

FACT = "The bridge opened on 19 March 1932."
ALONE = Options(max_rounds=1)
pytestmark = pytest.mark.skipif(POSTGRES is None, reason="no Postgres here; install Debian's package 'postgresql'")


@pytest.fixture(scope="module")
def database():
    with postgres() as url:
        yield url


def supported(case):
    return judgement(Label.SUPPORTED, quotes=[FACT], evidence=case.evidence)


async def audit(database, home, judge, *, audit_id="pg", response=FACT):
    async with open_checkpoints(home, database=SecretStr(database)) as store:
        how = {"context": [FACT], "judge": judge, "options": ALONE, "audit_id": audit_id}
        return await aaudit(response, checkpointer=store, **how)


async def listed(database, home):
    async with open_checkpoints(home, database=SecretStr(database)) as store:
        return await list_audits(store)


async def forgotten(database, home, audit_id):
    async with open_checkpoints(home, database=SecretStr(database)) as store:
        await delete_audit(audit_id, store)


def test_an_audit_is_kept_listed_and_forgotten_there(database, tmp_path):
    odd = f"{FACT} \x00 It is „new“."
    first = asyncio.run(audit(database, tmp_path, ScriptedJudge(supported), audit_id="odd", response=odd))
    assert asyncio.run(audit(database, tmp_path, ScriptedJudge({}), audit_id="odd", response=odd)) == first
    kept = {each.audit_id: each for each in asyncio.run(listed(database, tmp_path))}
    assert (kept["odd"].state, kept["odd"].response) == ("finished", odd)
    assert len(kept["odd"].settled) == kept["odd"].claims == len(first.claims)
    asyncio.run(forgotten(database, tmp_path, "odd"))
    assert "odd" not in {each.audit_id for each in asyncio.run(listed(database, tmp_path))}
    with pytest.raises(InputError, match="'odd' is not kept here"):
        asyncio.run(forgotten(database, tmp_path, "odd"))
    assert list(tmp_path.iterdir()) == []


def test_processes_that_begin_at_once_make_the_tables_together(tmp_path):
    async def at_once(url):
        await asyncio.gather(*(audit(url, tmp_path, ScriptedJudge(supported), audit_id=f"a{n}") for n in range(4)))
        return await listed(url, tmp_path)

    with postgres() as url:
        assert {each.state for each in asyncio.run(at_once(url))} == {"finished"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda url: url.replace("@127.0.0.1:", "@127.0.0.1:1"), "Postgres at 127.0.0.1"),
        (lambda url: url.replace("probandum:", "probandum:not"), "password authentication failed"),
        (lambda url: url.rpartition("/")[0] + "/elsewhere", "does not exist"),
        (lambda url: url.replace("probandum:", "probandum:se@cret/"), "is no address of a Postgres database"),
        (lambda url: url.replace("probandum:", "probandum:se/cret"), "is no address of a Postgres database"),
        (lambda _: "sqlite:///secret-file", "is no address of a Postgres database"),
    ],
    ids=["server down", "wrong password", "no such database", "not encoded", "not encoded either", "no address"],
)
def test_what_keeps_audits_from_being_kept_is_said_without_the_password(change, said, database, tmp_path):
    password = database.split(":")[2].split("@")[0]
    with pytest.raises(ConfigError, match="Postgres") as raised:
        asyncio.run(audit(change(database), tmp_path, ScriptedJudge(supported)))
    message = str(raised.value)
    assert said in message
    assert not any(secret in message for secret in (password, "cret", "secret-file"))


def test_a_missing_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "probandum.graphs.persistence.postgres", raising=False)
    with pytest.raises(
        ConfigError, match=r"extra 'postgres' \(psycopg is missing\): pip install 'probandum\[postgres\]'"
    ):
        asyncio.run(audit("postgresql://127.0.0.1/none", tmp_path, ScriptedJudge(supported)))
