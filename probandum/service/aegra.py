"""The service's own routes for Aegra, an open server for LangGraph graphs on Postgres; needs what Aegra brings.

Its configuration names this file as ``http.app``, ``probandum.service.auth:auth`` as ``auth.path``, and turns
``enable_custom_route_auth`` on: every route here then asks for a key. The page is not among them, since it has to be
shown to who has none yet.
"""

from fastapi import FastAPI
from starlette.routing import Route

from probandum.service.app import audit, check, metrics, report
from probandum.service.configured import configured
from probandum.tools.errors import ConfigError

if configured().database_url is None:
    hint = "set PROBANDUM_DATABASE_URL to the database that Aegra's DATABASE_URL names"
    raise ConfigError(f"under Aegra, audits are looked up where Aegra keeps them: {hint}")

ROUTES = (
    Route("/probandum/metrics", metrics),
    Route("/probandum/audits/{audit_id}", audit),
    Route("/probandum/audits/{audit_id}/report.{kind}", report),
    Route("/probandum/audits/{audit_id}/check", check, methods=["POST"]),
)

app = FastAPI(title="Probandum")
for route in ROUTES:
    app.add_api_route(route.path, route.endpoint, methods=list(route.methods or ()), response_model=None)
