"""The command ``probandum serve``: the audit as a service of the LangGraph server."""

from typing import Annotated

import typer

from probandum.cli.exits import clear_errors

_HOST = typer.Option(help="Address to listen on; any but loopback needs keys, see 'probandum keys add'.")
_PORT = typer.Option(help="Port to listen on.", min=1, max=65_535)
_JOBS = typer.Option(help="Audits that run at once.", min=1)


def command(
    *,
    host: Annotated[str, _HOST] = "127.0.0.1",
    port: Annotated[int, _PORT] = 2024,
    jobs: Annotated[int, _JOBS] = 64,
) -> None:
    """Serve audits over HTTP, with streaming, background runs, review, MCP and a page at '/' (extra 'service').

    Example: probandum keys add me && probandum serve --port 2024
    """
    with clear_errors():
        from probandum.service.server import serve

        serve(host=host, port=port, jobs=jobs)
