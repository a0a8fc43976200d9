import sys

import pytest

from benchmarks.speed.bounds import audited
from benchmarks.speed.service_soak import line, measured
from probandum.testing.servers.postgres import POSTGRES


@pytest.mark.skipif(POSTGRES is None, reason="no Postgres here; apt-get install postgresql")
def test_a_short_soak_with_a_kill_loses_no_audit(tmp_path):
    pytest.importorskip("langgraph_api", reason="the extra 'service' brings it")
    found = measured(tmp_path, minutes=0.1, kills=1, clients=3)
    assert [tally.lost for tally in found.values()] == [[], []]
    beside = found["beside 200 pages"]
    assert beside.kills == 1
    assert beside.long or beside.again
    assert line("beside", beside)[8:11] == ["1", str(beside.again), "0"]


@pytest.mark.skipif(sys.platform != "linux", reason="memory is told by /proc")
def test_the_memory_and_the_message_of_a_command_are_measured(tmp_path):
    (tmp_path / "context.md").write_text("The bridge was opened in 1931.", encoding="utf-8")
    came = audited(tmp_path, str(tmp_path / "none.md"), "--judge", "embedded")
    assert came.code == 2
    assert "there is no file" in came.said
    assert 10 < int(came.memory) < 300
