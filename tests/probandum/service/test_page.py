"""The service's page as a person uses it, in a real browser before a real server: paste, watch, open, settle."""

import os
from pathlib import Path

import pytest

from probandum.testing.servers.service import Service

sync_api = pytest.importorskip("playwright.sync_api", reason="the extra 'dev' brings it")
pytest.importorskip("langgraph_api", reason="the extra 'service' brings it")

FACTS = "The bridge opened in 1933. It has six lanes."
RESPONSE = "The bridge opened in 1932. It has six lanes."
UNCLEAR = "It was painted <b onclick=alert(1)>red</b> by them."
ALL_DONE = 60_000  # milliseconds
AXE = Path(__file__).parents[3] / "build" / "axe" / "package" / "axe.min.js"


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
    page.problems, page.secret = [], service.secret
    page.on("console", lambda message: page.problems.append(message.text) if not told_so(message.text) else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.goto(service.url, wait_until="networkidle")
    page.locator("summary").click()
    page.locator("#assistant").select_option("fast")
    page.locator("#key").fill(service.secret)
    page.locator("#key").blur()
    yield page
    assert page.problems == []
    context.close()


def told_so(message):
    """Whether the browser itself notes an answer that the page shows to the person: no key, or what does not hold."""
    return "Failed to load resource" in message and ("status of 401" in message or "status of 422" in message)


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
    waiting.get_by_label("4 absent").check()
    page.locator("#settle").click()
    says(page, "Done: complete.")
    assert page.locator("#claims li").get_attribute("class") == "claim absent"


def test_a_decision_that_does_not_hold_is_refused_before_it_breaks_the_audit(page):
    page.locator("#wants-review").check()
    ask(page, UNCLEAR, "Dogs sleep for most of the day.")
    says(page, "1 claims wait for you.")
    page.locator("#waiting").get_by_label("1 supported").check()
    page.locator("#settle").click()
    says(page, "quote")
    assert page.locator("#queue").is_visible()
    assert page.locator("#open").is_hidden()
    page.locator("#waiting input:checked").evaluate("(input) => { input.checked = false; }")
    page.locator("#finish").click()
    says(page, "Done: complete.")
    assert page.locator("#claims li").get_attribute("class") == "claim undecided"


def test_a_wrong_key_is_said_and_nothing_begins(page):
    page.locator("#key").fill("pk_no")
    ask(page, RESPONSE, FACTS)
    says(page, "a key is needed")
    assert page.locator("#result").is_hidden()


def test_a_dropped_document_is_listed_used_and_can_be_taken_away(page):
    drop = """(area, [name, text]) => {
      const held = new DataTransfer();
      held.items.add(new File([text], name, {type: "text/plain"}));
      area.dispatchEvent(new DragEvent("drop", {dataTransfer: held, bubbles: true, cancelable: true}));
    }"""
    for name, text in (("cats.txt", "Cats sleep."), ("bridge.txt", FACTS)):
        page.locator("#source-drop").evaluate(drop, [name, text])
    sync_api.expect(page.locator("#files li")).to_have_count(2)
    page.locator("#files li button").first.click()
    assert page.locator("#files li").inner_text().startswith("bridge.txt")
    ask(page, RESPONSE, "")
    says(page, "Done: complete.")
    assert page.locator("#claims li").last.get_attribute("class") == "claim supported"


@pytest.fixture
def pdf(tmp_path):
    made = pytest.importorskip("fpdf", reason="the extra 'dev' brings it").FPDF()
    made.add_page()
    made.set_font("helvetica")
    made.multi_cell(0, text=FACTS + " It was rebuilt by Karl Lund in 1951.")
    made.output(str(tmp_path / "bridge.pdf"))
    return tmp_path / "bridge.pdf"


def test_a_pdf_and_an_answer_from_files_are_read_judged_found_again_and_downloaded(page, pdf, tmp_path):
    answer = tmp_path / "answer.md"
    answer.write_text(RESPONSE + " It was rebuilt by Karl Lund in 1951.", encoding="utf-8")
    page.locator("#source-files").set_input_files(pdf)
    sync_api.expect(page.locator("#files li")).to_contain_text("bridge.pdf")
    page.locator("#answer-file").set_input_files(answer)
    sync_api.expect(page.locator("#response")).to_have_value(answer.read_text(encoding="utf-8"))
    page.locator("#start").click()
    says(page, "Done: complete.")
    assert page.locator("#claims li").last.get_attribute("class") == "claim supported"
    report = page.frame_locator("#report")
    sync_api.expect(report.locator("#response")).to_contain_text("rebuilt by Karl Lund", timeout=ALL_DONE)
    for name, held in (("Download the report", "<!doctype html>"), ("JSON", '"schema_version"'), ("Markdown", "# ")):
        with page.expect_download() as started:
            page.get_by_role("button", name=name, exact=True).click()
        assert held in started.value.path().read_text(encoding="utf-8")
    kept = page.locator("#mine li", has_text="rebuilt by Karl Lund")
    sync_api.expect(kept).to_have_count(1)
    page.locator("#search").fill("no such words")
    sync_api.expect(page.locator("#mine li")).to_have_count(0)
    page.locator("#search").fill("rebuilt lund")
    sync_api.expect(kept).to_have_count(1)
    page.reload(wait_until="networkidle")
    page.locator("#key").fill(page.secret)
    page.locator("#key").blur()
    page.locator("#mine li", has_text="rebuilt by Karl Lund").locator("button").click()
    says(page, "Done: complete.")
    sync_api.expect(page.locator("#claims li")).to_have_count(3)


def test_a_file_that_is_no_document_is_refused_with_the_reason(page, tmp_path):
    for name, said in (("picture.png", "files ending in '.png' are not read"), ("broken.pdf", "broken.pdf")):
        (tmp_path / name).write_bytes(b"\x89PNG no document")
        page.locator("#source-files").set_input_files(tmp_path / name)
        says(page, said)
    assert page.locator("#files li").count() == 0


def test_a_review_is_done_with_keys_alone(page):
    page.locator("#wants-review").check()
    ask(page, "It was painted red by them. It was sold to somebody.", "The bridge was painted red. It has six lanes.")
    says(page, "claims wait for you.")
    waiting = page.locator("#waiting fieldset")
    number = waiting.count()
    for place in range(number):
        page.keyboard.press("j")
        assert waiting.nth(place).evaluate("(field) => field === document.activeElement")
        page.keyboard.press("1" if place == 0 else "4")
    waiting.first.locator(".sentence").first.focus()
    page.keyboard.press("Enter")
    page.locator("#settle").focus()
    page.keyboard.press("Enter")
    says(page, "Done: complete.")
    kinds = [each.get_attribute("class") for each in page.locator("#claims li").all()]
    assert "claim supported" in kinds


def test_a_caller_chooses_among_the_judges_that_the_server_offers(page, service):
    key = {"Authorization": f"Bearer {service.secret}"}
    assert page.request.get(f"{service.url}/probandum/judges", headers=key).json() == {"judges": ["embedded"]}
    assert page.locator("#judge-field").is_hidden()
    run = {
        "assistant_id": "fast",
        "input": {"response": RESPONSE, "context": [FACTS]},
        "context": {"judge": "openai:x"},
    }
    refused = page.request.post(f"{service.url}/runs/wait", headers=key, data=run)
    assert refused.status == 422
    assert "offers embedded" in refused.text()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_every_width_and_axe_finds_nothing_serious(page, width, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    page.locator("#wants-review").check()
    ask(page, UNCLEAR, "Cats sleep for most of the day. " * 3)
    says(page, "1 claims wait for you.")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if AXE.is_file():
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run()")["violations"]
        assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    page.locator("#finish").click()
    says(page, "Done: complete.")
