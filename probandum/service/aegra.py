"""The service's own routes for Aegra, an open server for LangGraph graphs on Postgres; needs what Aegra brings.

Its configuration names this file as ``http.app``, ``probandum.service.auth:auth`` as ``auth.path``, and turns
``enable_custom_route_auth`` on: every route here then asks for a key. The page is not among them, since it has to be
shown to who has none yet.
"""

from fastapi import FastAPI

from probandum.service.app import API
from probandum.service.server_settings import server_settings
from probandum.tools.errors import ConfigError

if server_settings().database_url is None:
    hint = "set PROBANDUM_DATABASE_URL to the database that Aegra's DATABASE_URL names"
    raise ConfigError(f"under Aegra, audits are looked up where Aegra keeps them: {hint}")

app = FastAPI(title="Probandum")
for route in API:
    app.add_api_route(route.path, route.endpoint, methods=list(route.methods or ()), response_model=None)
