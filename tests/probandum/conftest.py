"""What several of these tests need: a real browser."""

import shutil

import pytest


@pytest.fixture(scope="module")
def browser():
    """Chromium, without a window; the test is skipped where there is none.

    For one module: its driver's event loop runs in this thread, where other tests run one of their own.
    """
    sync_api = pytest.importorskip("playwright.sync_api", reason="the extra 'dev' brings it")
    found = [path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))]
    if not found:
        pytest.skip("no Chromium here; apt-get install chromium")
    with sync_api.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=found[0], args=["--no-sandbox"])
        yield running
        running.close()
