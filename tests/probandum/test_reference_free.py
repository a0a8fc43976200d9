"""Audits without a context: the web through its real client and a real server, and the model's own memory."""

from importlib.metadata import EntryPoint, EntryPoints

import pytest
from typer.testing import CliRunner

from probandum import audit
from probandum import sources as made
from probandum.agent.evidence.trust import SINGLE_SOURCE
from probandum.agent.options import Options
from probandum.agent.report import Report
from probandum.agent.taxonomy import ErrorType, FindingKind, Label, Outcome, Reason, Why
from probandum.agent.verify import verify
from probandum.cli import app
from probandum.report.html import as_html
from probandum.report.markdown import as_markdown
from probandum.testing.servers import replies
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.web import WebServer, failed, page
from probandum.tools.errors import ConfigError
from probandum.tools.evidence import Evidence, Origin

CLAIM = "The Elmwood bridge was opened in 1907."
ONE = page("https://history.example/bridge", f"{CLAIM} It cost 40,000 crowns and had two lanes for carriages.")
TWO = page("https://town.test/chronicle", f"Town chronicle. {CLAIM} The mayor held a long speech in the rain.")
COPY = page("https://copies.test/x", ONE["raw_content"])
QUESTION = "When was the Elmwood bridge opened?"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in ("PROBANDUM_JUDGE", "PROBANDUM_PROFILE", "OPENAI_BASE_URL", "TAVILY_API_KEY", "PROBANDUM_WEB"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path / "home"))


@pytest.fixture
def web(monkeypatch):
    def serve(script):
        server = WebServer(script)
        monkeypatch.setenv("PROBANDUM_TAVILY_BASE_URL", server.url)
        return server

    return serve


def model(answers):
    """A model that takes evidence at its word, and when it is asked itself says these things in turn."""
    said = iter(answers)

    def rule(request):
        shown = "\n".join(request.texts)
        if "an examiner would ask" in shown:
            return replies.content(QUESTION)
        if QUESTION in shown and "from what you know" in shown:
            assert "1907" not in shown
            return replies.content(next(said))
        if request.extracts:
            return replies.claims([CLAIM])
        return on_evidence(request)

    def on_evidence(request):
        quotes = [("any", sentence) for sentence in request.sentences.values()]
        if not quotes:
            return replies.verdict("absent")
        if any("1931" in text for _, text in quotes):
            return replies.verdict("contradicted", quotes=quotes, error_types=["temporal"])
        return replies.verdict("supported", quotes=quotes)

    return rule


def asked(rule, monkeypatch, **how):
    with ChatServer(rule) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        return audit(CLAIM, judge="openai:any", **how)


def only(report):
    assert all(not check.problems for check in verify(report))
    (claim,) = report.claims
    return claim


@pytest.mark.parametrize(
    ("pages", "label", "detail"),
    [
        ([ONE], Label.PARTIALLY_SUPPORTED, SINGLE_SOURCE),
        ([ONE, COPY], Label.PARTIALLY_SUPPORTED, SINGLE_SOURCE),
        ([ONE, TWO], Label.SUPPORTED, None),
    ],
    ids=["one page", "one text twice", "two sources"],
)
def test_a_model_believes_the_web_from_two_sources_on(pages, label, detail, web, monkeypatch):
    with web(pages):
        claim = only(asked(model(()), monkeypatch, web=True))
    assert (claim.verdict.label, claim.verdict.detail) == (label, detail)
    assert claim.verdict.basis is Origin.WEB


def test_the_embedded_judge_searches_the_web_too(web):
    with web([ONE]) as server:
        report = audit(CLAIM, web=True)
        assert only(report).verdict.label is Label.PARTIALLY_SUPPORTED
        asked = [each["query"] for each in server.questions]
        trusting = Options(trusted_domains=("history.example",))
        assert only(audit(CLAIM, web=True, options=trusting)).verdict.label is Label.SUPPORTED
    assert [item.fetched_at is None for item in report.evidence] == [False]
    assert asked[0] == CLAIM
    missing = "Elmwood bridge opened 1907"  # in search of a second source: the same again, and in other words
    assert sorted(asked[1:]) == [missing, f"{missing} inaugurate launch"]
    assert len(server.questions) == 3  # the second audit found the first page on disk


def test_a_model_is_asked_what_it_knows_and_may_be_doubted_for_it(monkeypatch):
    said = ["It was opened in 1931.", "I do not know.", "In 1912, it was opened."]
    report = asked(model(said), monkeypatch, cross_examine=True)
    claim = only(report)
    assert (claim.verdict.label, claim.verdict.error_types) == (Label.CONTRADICTED, (ErrorType.TEMPORAL,))
    assert claim.verdict.basis is Origin.MODEL
    assert {item.locator for item in report.evidence} == {"1 of 3 answers agree"}
    assert report.usage.by_stage["cross_examination"].llm_calls == 4


def test_a_models_memory_supports_nothing_however_often_it_says_the_same(monkeypatch):
    claim = only(asked(model(["It was opened in the year 1907."] * 3), monkeypatch, cross_examine=True))
    assert (claim.verdict.label, claim.verdict.why) == (Label.UNEVALUATABLE, Why.UNDECIDABLE)
    assert claim.verdict.quotes


def test_down_and_nothing_found_and_never_asked_are_three_trails(web):
    with web(lambda _: failed(403)):
        (down,) = audit(CLAIM, web=True).claims
    with web([]):
        (nothing,) = audit(CLAIM, web=True).claims
    (never,) = audit(CLAIM).claims
    assert (down.outcome, down.reason) == (Outcome.NOT_CHECKED, Reason.SEARCH_FAILED)
    assert [search.outcome for search in down.trail] == ["failed"] * len(down.trail)
    assert "plan" in down.message
    assert (nothing.outcome, {search.outcome for search in nothing.trail}) == (Outcome.JUDGED, {"nothing_found"})
    assert (never.outcome, never.reason, never.trail) == (Outcome.NOT_CHECKED, Reason.NO_EVIDENCE_SOURCE, ())
    assert "--web" in never.message


def test_the_same_question_goes_out_once_for_all_claims_of_an_audit(web, monkeypatch):
    monkeypatch.setenv("PROBANDUM_WEB_HOURS", "0")
    with web([ONE]) as server:
        audit(f"{CLAIM} Really. {CLAIM}", web=True, claims=[CLAIM, CLAIM + " "])
    assert len({asked["query"] for asked in server.questions}) == len(server.questions)


def test_sources_that_disagree_are_told_and_not_averaged(web, monkeypatch):
    other = page("https://other.test/b", "The Elmwood bridge was opened in 1931.")
    with web([page("https://history.example/bridge", CLAIM), other]):
        report = asked(model(()), monkeypatch, web=True)
    assert any(finding.kind is FindingKind.SOURCES_DISAGREE for finding in report.findings)


def test_the_web_is_asked_by_default_only_where_the_settings_agree_and_nothing_else_is_there(
    web, monkeypatch, tmp_path
):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("Bread is baked in the morning.")
    with web([ONE]) as server:
        audit(CLAIM)
        monkeypatch.setenv("PROBANDUM_WEB", "true")
        audit(CLAIM, context=["Bread."])
        audit(CLAIM, corpus=[tmp_path / "corpus"])
        audit(CLAIM, web=False)
        assert server.questions == []
        audit(CLAIM)
        assert server.questions


def test_a_recorded_audit_of_the_web_and_a_models_memory_replays_without_either(web, monkeypatch, tmp_path):
    recording = tmp_path / "recording.jsonl"
    how = {"web": True, "cross_examine": True}
    with web([ONE]):
        first = asked(model(["It was opened in 1907."] * 3), monkeypatch, record=recording, audit_id="a", **how)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    second = audit(CLAIM, replay=recording, **how)
    assert told(first) == told(second)
    assert second.usage.by_stage["search"].tool_calls == first.usage.by_stage["search"].tool_calls


def test_the_command_line_searches_the_web(web):
    with web([ONE, TWO]) as server:
        done = CliRunner().invoke(
            app,
            ["audit", "-", "--web", "--json", "--exclude-domain", "spam.example", "--max-age-days", "9"],
            input=CLAIM,
        )
    assert done.exit_code == 0, done.output
    assert only(Report.model_validate_json(done.stdout)).verdict.label is Label.SUPPORTED
    assert server.questions[0]["exclude_domains"] == ["spam.example"]


def reader(url, words):
    """A model that reads a page of the web before it decides, and takes whatever stands there at its word."""

    def rule(request):
        if request.extracts:
            return replies.claims([(CLAIM, CLAIM)])
        quotes = [("any", CLAIM)] if any(CLAIM in each for each in request.sentences.values()) else []
        if quotes or not request.searches or url in request.own.partition("<<<begin searches")[2]:
            return replies.verdict("supported", quotes=quotes) if quotes else replies.verdict("absent")
        return replies.wants("search_web", f"{url} {words}")

    return rule


def test_a_page_that_was_found_is_read_on_request_and_alone_is_never_enough(monkeypatch):
    excerpt = {"url": "https://planted.example/long", "title": "Bridges", "content": "Of the Elmwood bridge, and more."}
    whole = page(excerpt["url"], "\n\n".join([*(f"Part {n} of the town. " * 60 for n in range(40)), CLAIM]))
    with WebServer([excerpt], pages=[whole]) as server:
        monkeypatch.setenv("PROBANDUM_TAVILY_BASE_URL", server.url)
        claim = only(asked(reader(excerpt["url"], "Elmwood bridge opened"), monkeypatch, web=True))
    assert (claim.verdict.label, claim.verdict.detail) == (Label.PARTIALLY_SUPPORTED, SINGLE_SOURCE)
    read = [search for search in claim.trail if search.query.startswith("https://")]
    assert read
    assert {(search.source, search.outcome) for search in read} == {("search_web", "found")}
    assert [asked["urls"] for asked in server.reads] == [[excerpt["url"]]]


def test_a_page_that_cannot_be_read_is_a_failure_in_the_trail(web, monkeypatch):
    with web([{**ONE, "content": "Of bridges.", "raw_content": None}]) as server:
        claim = only(asked(reader(ONE["url"], ""), monkeypatch, web=True))
    failures = [search for search in claim.trail if search.outcome == "failed"]
    assert failures
    assert all("could not be read" in search.message for search in failures)
    assert server.reads


def test_a_page_that_the_answer_cites_may_be_read(web, monkeypatch):
    with WebServer([], pages=[ONE]) as server:
        monkeypatch.setenv("PROBANDUM_TAVILY_BASE_URL", server.url)
        with ChatServer(reader(ONE["url"], "bridge")) as model_server:
            monkeypatch.setenv("OPENAI_BASE_URL", model_server.url)
            trusting = Options(trusted_domains=("history.example",))
            report = audit(f"{CLAIM} ({ONE['url']})", claims=[CLAIM], judge="openai:any", web=True, options=trusting)
    assert only(report).verdict.label is Label.SUPPORTED
    assert len(server.reads) == 1


def test_the_reports_say_when_a_page_was_published_and_fetched(web):
    with web([{**ONE, "published_date": "2026-03-03"}]):
        report = audit(CLAIM, web=True)
    (item,) = report.evidence
    assert f"history.example/bridge, published 2026-03-03, fetched {item.fetched_at:%Y-%m-%d}" in as_markdown(report)
    assert f"fetched {item.fetched_at.isoformat()}" in as_html(report)


def test_the_report_says_how_much_of_a_page_was_left_out(web):
    with web([page("https://endless.example/1", f"{CLAIM} " + "And so on it goes. " * 20_000)]):
        report = audit(CLAIM, web=True)
    (left,) = [found for found in report.findings if found.kind is FindingKind.FILES_SKIPPED]
    assert "search_web left 1 out: the last 180,0" in left.message
    assert "'https://endless.example/1'" in left.message


def test_cross_examination_needs_a_model():
    with pytest.raises(ConfigError, match="--judge openai:MODEL"):
        audit(CLAIM, cross_examine=True)


def told(report):
    """All but what it cost: a replay asks nobody, so the examination has none."""
    claims = [claim.model_dump(exclude={"usage"}) for claim in report.claims]
    return {**report.model_dump(exclude={"usage", "claims"}), "claims": claims}


def test_a_model_may_have_its_sums_worked_out_and_they_alone_prove_nothing(monkeypatch):
    def rule(request):
        if request.extracts:
            return replies.claims(["Fifteen per cent of 80 is 12."])
        worked = "15% of 80 = 12"
        if any(worked in each for each in request.sentences.values()):
            return replies.verdict("supported", quotes=[("any", worked)])
        return replies.wants("calculate", "15% of 80")

    with ChatServer(rule) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        report = audit("Fifteen per cent of 80 is 12.", judge="openai:any", calculate=True)
    claim = only(report)
    assert [(search.source, search.query, search.outcome) for search in claim.trail][:1] == [
        ("calculate", "15% of 80", "found")
    ]
    assert (claim.verdict.label, claim.verdict.basis) == (Label.UNEVALUATABLE, Origin.CALCULATION)


class Register:
    name, description, origin = "register", "A register.", Origin.CORPUS

    async def __call__(self, arguments):
        return (Evidence.of(CLAIM, origin=Origin.CORPUS, source="register", document_sha256="0" * 64),)


def test_a_plug_in_is_a_source_by_its_name(monkeypatch):
    here = EntryPoint("register", f"{__name__}:Register", made.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda _: Register)
    monkeypatch.setattr(made, "entry_points", lambda **_: EntryPoints([here]))
    assert only(audit(CLAIM, sources=["register"])).verdict.label is Label.SUPPORTED
    with pytest.raises(ConfigError, match=r"'nobody'.*'register'"):
        audit(CLAIM, sources=["nobody"])
