"""What a key may be called, and how much each may ask for at once and in a day."""

import pytest

from probandum.service import keys
from probandum.service.access.admission import Admission, Spent
from probandum.tools.errors import ConfigError, InputError


@pytest.fixture
def clock():
    return [0.0]


@pytest.fixture
def admission(clock):
    return Admission(clock=lambda: clock[0])


def test_a_key_has_so_many_audits_at_once_and_another_key_its_own(admission):
    admission.admitted("one", owner="alice")
    assert "1 audits under way" in admission.refusal("alice", audits=1, claims=10)
    assert admission.refusal("bob", audits=1, claims=10) is None
    admission.ended("one")
    assert admission.refusal("alice", audits=1, claims=10) is None


def test_a_key_has_so_many_claims_a_day(admission):
    admission.admitted("one", owner="alice")
    admission.ended("one", claims=10)
    assert "10 claims of today" in admission.refusal("alice", audits=5, claims=10)
    assert admission.refusal("bob", audits=5, claims=10) is None


def test_a_run_that_nobody_saw_ending_is_forgotten_after_an_hour(admission, clock):
    admission.admitted("lost", owner="alice")
    clock[0] = 3_601.0
    assert admission.refusal("alice", audits=1, claims=10) is None


def test_a_run_that_ends_twice_is_counted_once(admission):
    admission.admitted("one", owner="alice")
    admission.ended("one", claims=6)
    admission.ended("one", claims=6)
    assert admission.refusal("alice", audits=1, claims=10) is None


def test_what_a_key_has_spent_today_outlives_a_restart_and_no_day(tmp_path):
    kept = tmp_path / "home" / "spent.json"
    before = Admission(kept=kept)
    before.admitted("one", owner="alice")
    before.ended("one", claims=10)
    assert kept.stat().st_mode & 0o777 == 0o600
    after = Admission(kept=kept)
    assert "10 claims of today" in after.refusal("alice", audits=5, claims=10)
    assert after.refusal("bob", audits=5, claims=10) is None
    kept.write_text(Spent(day="2001-01-01", claims={"alice": 10}).model_dump_json())
    assert Admission(kept=kept).refusal("alice", audits=5, claims=10) is None


def test_a_broken_file_of_spent_claims_is_said_and_not_taken_for_none(tmp_path):
    (tmp_path / "spent.json").write_text("[]")
    with pytest.raises(ConfigError, match="no file of spent claims"):
        Admission(kept=tmp_path / "spent.json")


@pytest.mark.parametrize("name", ["local", "nobody", "", "a b", "../x", "x" * 65])
def test_a_key_is_not_called_like_the_service_itself_nor_like_a_path(tmp_path, name):
    with pytest.raises(InputError, match="cannot be called"):
        keys.add(name, home=tmp_path)


def test_a_key_is_known_by_what_it_is_until_it_is_taken_back(tmp_path):
    secret = keys.add("alice", home=tmp_path)
    assert keys.holder(secret, home=tmp_path) == "alice"
    assert keys.holder(secret + "x", home=tmp_path) is None
    with pytest.raises(InputError, match="there is a key called"):
        keys.add("alice", home=tmp_path)
    keys.revoke("alice", home=tmp_path)
    assert keys.holder(secret, home=tmp_path) is None
    with pytest.raises(InputError, match="no key is called"):
        keys.revoke("alice", home=tmp_path)
