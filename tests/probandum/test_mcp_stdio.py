"""The server on standard input and output, called by the official client."""

import asyncio
import os
import sys

import pytest

mcp = pytest.importorskip("mcp", reason="the extra 'mcp' brings it")

FACT = "The bridge was opened in 1931."
WRONG = "The bridge was opened in 1941."


@pytest.fixture
def called(tmp_path):
    """Calls tools one after the other in one session; results, and progress as it came."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "bridge.md").write_text(FACT, encoding="utf-8")
    (tmp_path / "secret.md").write_text("The code is 4711.", encoding="utf-8")
    (tmp_path / "sources" / "out.md").symlink_to(tmp_path / "secret.md")
    known = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PROBANDUM_"))}
    parameters = mcp.StdioServerParameters(
        command=sys.executable,
        args=["-P", "-m", "probandum", "mcp", "--files", str(tmp_path / "sources"), "--judge", "embedded"],
        env={**known, "PROBANDUM_HOME": str(tmp_path / "home")},
    )

    def called(*calls):
        progress = []

        async def told(done, total, message):
            progress.append((done, message))

        async def session():
            async with (
                mcp.stdio_client(parameters) as (read, write),
                mcp.ClientSession(read, write) as client,
            ):
                await client.initialize()
                names = {tool.name for tool in (await client.list_tools()).tools}
                assert names == {"check", "audit", "get_report"}
                return [await client.call_tool(name, given, progress_callback=told) for name, given in calls]

        return asyncio.run(session()), progress

    return called


def test_an_editor_checks_audits_and_reads_the_report(called):
    (checked, audited, again, report), progress = called(
        ("check", {"answer": WRONG, "sources": [FACT]}),
        ("audit", {"answer": f"{FACT} {WRONG}", "sources": ["bridge.md"], "audit_id": "kept"}),
        ("audit", {"answer": f"{FACT} {WRONG}", "sources": ["bridge.md"], "audit_id": "kept"}),
        ("get_report", {"audit_id": "kept"}),
    )
    assert "contradicted (temporal): The bridge was opened in 1941." in checked.content[0].text
    told = audited.structured_content
    assert (told["audit_id"], told["hallucination_rate"]) == ("kept", 0.5)
    assert [claim["verdict"] for claim in told["claims"]] == ["supported", "contradicted"]
    assert told["claims"][1]["quotes"] == [FACT]
    assert again.structured_content == told
    assert [message for _, message in progress][:2] == [FACT, WRONG]
    assert "bridge.md" in report.content[0].text


def test_what_does_not_hold_is_an_error_with_a_message_and_nothing_outside_the_folder_is_read(called):
    (outside, above, unknown, missing), _ = called(
        ("check", {"answer": "The code is 4711.", "sources": ["out.md"]}),
        ("check", {"answer": "The code is 4711.", "sources": ["../secret.md"]}),
        ("get_report", {"audit_id": "none"}),
        ("audit", {"answer": FACT, "sources": ["brigde.md"]}),
    )
    assert all(each.is_error for each in (outside, above, unknown, missing))
    assert "not in the folder" in outside.content[0].text
    assert "not in the folder" in above.content[0].text
    assert "none" in unknown.content[0].text
