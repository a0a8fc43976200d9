"""Services of one home, before one model."""

import os
from contextlib import ExitStack

import httpx
import pytest

from probandum.testing.samples.service_load import LoadTestModel
from probandum.testing.servers.chat import ChatServer
from probandum.testing.servers.service import Service


@pytest.fixture
def model():
    return LoadTestModel()


@pytest.fixture
def serve(model, tmp_path):
    """Starts services in one home, before one model, and gives each with a client."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PROBANDUM_"))}
    with ChatServer(model) as endpoint, ExitStack() as held:

        def serve(**environment):
            judge = {
                "PROBANDUM_JUDGE": "openai:any",
                "OPENAI_BASE_URL": endpoint.url,
                "OPENAI_API_KEY": "sk-of-the-provider-alone",
            }
            service = held.enter_context(Service(tmp_path / "home", environment={**known, **judge, **environment}))
            return service, held.enter_context(httpx.Client(base_url=service.url, timeout=60))

        yield serve
