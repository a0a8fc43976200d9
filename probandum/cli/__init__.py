"""The command line: which commands there are; each command's work is in a file of its own, imported when it runs."""

from importlib.metadata import version
from typing import Annotated

import typer

from probandum.cli import (
    audit,
    audits,
    batch,
    bench,
    calibrate,
    check,
    compare,
    doctor,
    gate,
    keys,
    mcp,
    models,
    review,
    serve,
    summary,
    verify,
)

app = typer.Typer(
    name="probandum",
    epilog="Exit codes: 0 done; 1 rate above --fail-above; 2 bad input or configuration; "
    "3 done but not complete; 4 judge unavailable and no claim judged; 130 stopped by Ctrl-C or SIGTERM.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"probandum {version('probandum')}")
        raise typer.Exit


@app.callback()
def main(
    *,
    show: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Audit the answer of a language model: claims, evidence, verdicts with verbatim quotes, one report."""


app.command("check")(check.command)
app.command("audit")(audit.command)
app.add_typer(audits.app, name="audits")
app.command("gate")(gate.command)
app.command("batch")(batch.command)
app.command("summary")(summary.command)
app.command("bench")(bench.command)
app.command("calibrate")(calibrate.command)
app.command("compare")(compare.command)
app.command("review")(review.command)
app.command("verify")(verify.command)
app.command("doctor")(doctor.command)
app.add_typer(models.app, name="models")
app.command("serve")(serve.command)
app.command("mcp")(mcp.command)
app.add_typer(keys.app, name="keys")
