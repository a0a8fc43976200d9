"""The service's page as a person uses it, in a real browser before a real server: paste, watch, open, settle."""

import os

import pytest

from probandum.testing.servers.service import Service

sync_api = pytest.importorskip("playwright.sync_api", reason="the extra 'dev' brings it")
pytest.importorskip("langgraph_api", reason="the extra 'service' brings it")

FACTS = "The bridge opened in 1933. It has six lanes."
RESPONSE = "The bridge opened in 1932. It has six lanes."
UNCLEAR = "It was painted <b onclick=alert(1)>red</b> by them."
ALL_DONE = 60_000  # milliseconds


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    known = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PROBANDUM_"))}
    running = Service(tmp_path_factory.mktemp("page") / "home", environment=known)
    running.secret = running.key("alice")
    with running:
        yield running


@pytest.fixture
def page(browser, service):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.problems = []
    page.on("console", lambda message: page.problems.append(message.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.goto(service.url)
    page.locator("#assistant").select_option("fast")
    page.locator("#key").fill(service.secret)
    yield page
    assert page.problems == []
    context.close()


def ask(page, response, context):
    page.locator("#response").fill(response)
    page.locator("#context").fill(context)
    page.locator("#start").click()


def says(page, text):
    sync_api.expect(page.locator("#status")).to_contain_text(text, timeout=ALL_DONE)


def test_claims_turn_to_their_labels_and_the_report_opens(page):
    ask(page, RESPONSE, FACTS)
    says(page, "Done: complete.")
    claims = [(each.inner_text(), each.get_attribute("class")) for each in page.locator("#claims li").all()]
    assert [kind for _, kind in claims] == ["claim contradicted", "claim supported"]
    assert "1932" in claims[0][0]
    assert page.locator("#headline").inner_text() == "50% of 2 judged claims are not supported"
    with page.context.expect_page() as opened:
        page.locator("#open").click()
    report = opened.value
    report.wait_for_url("**/probandum/shown/*")
    sync_api.expect(report.locator("#response")).to_have_text(RESPONSE)


def test_what_stays_open_is_settled_by_the_person_and_shown_as_text(page):
    page.locator("#wants-review").check()
    ask(page, UNCLEAR, "Cats sleep for most of the day.")
    says(page, "1 claims wait for you.")
    waiting = page.locator("#waiting fieldset")
    assert "<b onclick" in waiting.locator("legend").inner_text()
    waiting.locator("[name=label]").select_option("absent")
    page.locator("#settle").click()
    says(page, "Done: complete.")
    assert page.locator("#claims li").get_attribute("class") == "claim absent"


def test_a_decision_that_does_not_hold_is_refused_before_it_breaks_the_audit(page):
    page.locator("#wants-review").check()
    ask(page, UNCLEAR, "Dogs sleep for most of the day.")
    says(page, "1 claims wait for you.")
    page.locator("#waiting [name=label]").select_option("supported")
    page.locator("#settle").click()
    says(page, "quote")
    page.problems.clear()  # the browser itself notes the answer 422
    assert page.locator("#queue").is_visible()
    assert page.locator("#open").is_hidden()
    page.locator("#waiting [name=label]").select_option("")
    page.locator("#finish").click()
    says(page, "Done: complete.")
    assert page.locator("#claims li").get_attribute("class") == "claim undecided"


def test_a_wrong_key_is_said_and_nothing_begins(page):
    page.locator("#key").fill("pk_no")
    ask(page, RESPONSE, FACTS)
    says(page, "a key is needed")
    page.problems.clear()  # likewise 401
    assert page.locator("#result").is_hidden()


def test_a_dropped_document_is_listed_used_and_can_be_taken_away(page):
    drop = """(area, [name, text]) => {
      const held = new DataTransfer();
      held.items.add(new File([text], name, {type: "text/plain"}));
      area.dispatchEvent(new DragEvent("drop", {dataTransfer: held, bubbles: true, cancelable: true}));
    }"""
    for name, text in (("cats.txt", "Cats sleep."), ("bridge.txt", FACTS)):
        page.locator("#context").evaluate(drop, [name, text])
    sync_api.expect(page.locator("#files li")).to_have_count(2)
    page.locator("#files li button").first.click()
    assert page.locator("#files li").inner_text().startswith("bridge.txt")
    ask(page, RESPONSE, "")
    says(page, "Done: complete.")
    assert page.locator("#claims li").last.get_attribute("class") == "claim supported"
