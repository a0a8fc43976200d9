"""The HTML report in a real browser: without a network, by keyboard, without JavaScript, on paper, for every eye."""

from pathlib import Path

import pytest

from probandum.report.html import as_html
from probandum.testing.samples.report import RESPONSE, rich_report

sync_api = pytest.importorskip("playwright.sync_api", reason="the extra 'dev' brings it")
AXE = Path(__file__).parents[3] / "build" / "axe" / "package" / "axe.min.js"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(as_html(rich_report()), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def opened(browser, file):
    contexts = []

    def open_(*, width=1280, fragment="", **how):
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, **how)
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("console", lambda message: page.problems.append(message.text))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("request", lambda request: page.problems.append(request.url) if "file:" not in request.url else None)
        page.goto(file + fragment)
        return page

    yield open_
    for context in contexts:
        context.close()


def test_it_opens_from_a_file_with_the_network_off_and_nothing_to_complain_about(opened):
    page = opened()
    assert page.title() == "Audit rich"  # the script in the response did not run
    assert page.problems == []


def test_the_response_reads_in_its_own_order(opened):
    assert opened().locator("#response").evaluate("e => e.textContent") == RESPONSE


def test_a_claim_in_the_response_leads_to_its_verdict_and_escape_leads_back(opened):
    page = opened()
    mark = page.locator("#response a.mark.partially_supported")
    mark.click()
    claim = page.locator("details.claim.partially_supported")
    assert claim.evaluate("e => e.open")
    assert claim.locator("mark").inner_text() == "about 90,000 people and is inspected every year"
    page.keyboard.press("Escape")
    assert not claim.evaluate("e => e.open")
    assert mark.evaluate("e => e === document.activeElement")


def test_keys_go_from_claim_to_claim_and_open_them(opened):
    page = opened()
    for key in ("j", "j", "k", "j", "Enter"):
        page.keyboard.press(key)
    assert page.locator("details.claim[open]").count() == 1
    assert page.locator("details.claim[open] .number").inner_text() == "2"
    assert page.locator("a.mark.current").inner_text() == "It was raised in 1931 by the Northern Water Board."


def test_filters_hide_claims_and_say_how_many_are_left(opened):
    page = opened()
    visible = page.locator("details.claim:visible")
    assert visible.count() == 8
    page.locator("input[value=supported]").uncheck()
    assert visible.count() == 6
    assert page.locator("#count").inner_text() == "6 of 8 claims shown"
    assert page.locator("a.mark.dim").count() == 2
    page.locator("select[name=type]").select_option("number")
    assert visible.count() == 1
    page.locator("select[name=type]").select_option("")
    page.locator("select[name=source]").select_option("dam <b>notes</b>.md")
    assert visible.count() == 2


def test_without_javascript_everything_can_be_read(opened):
    page = opened(java_script_enabled=False)
    assert not page.locator("#filters").is_visible()
    page.locator("#response a.mark.contradicted").click()
    claim = page.locator("details.claim.contradicted")
    assert claim.locator("blockquote").is_visible()
    assert page.locator("h1").inner_text() == "67% of the claims are not supported"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_scrolls_sideways(opened, scheme, width):
    page = opened(width=width, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core here; run `make browser`")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violation(opened, scheme):
    page = opened(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
    page.evaluate(AXE.read_text(encoding="utf-8"))  # from outside, where the page's own policy does not reach
    found = page.evaluate("axe.run()")["violations"]
    told = [(v["id"], v["impact"], [node["target"] for node in v["nodes"]][:3]) for v in found]
    assert [each for each in told if each[1] in ("serious", "critical")] == []


def test_every_label_has_a_pattern_of_its_own(opened):
    page = opened()
    styles = page.locator("#response a.mark").evaluate_all(
        "all => all.map(e => getComputedStyle(e).textDecorationStyle)"
    )
    assert len(set(styles[:5])) == 5


def test_it_prints_with_every_verdict_open(opened, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    page = opened()
    page.pdf(path=tmp_path / "report.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "report.pdf").pages)
    assert "is inspected every year" in text
    assert "Reasoning" in text
