"""The curves of a measurement on one HTML page, drawn as SVG: reliability, and error over coverage."""

from collections.abc import Iterable
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from probandum.bench.results import FileResult
from probandum.bench.table import Bench

_SIDE = 280
_MOST = 400
"""Points of a drawn curve; more cannot be told apart."""


def as_page(result: Bench) -> str:
    """A page that needs nothing else and runs nothing."""
    page: str = _template().render(result=result, reliability=_reliability, selective=_selective, axes=_axes)
    return page


def _reliability(file: FileResult) -> str:
    return _path((bin_.stated, bin_.true) for bin_ in (file.calibration.bins if file.calibration else ()))


def _selective(file: FileResult) -> str:
    points = file.risk_coverage
    every = max(1, len(points) // _MOST)
    return _path((point.coverage, point.error) for point in (*points[::every], points[-1]))


def _path(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{'L' if n else 'M'}{_SIDE * x:.1f} {_SIDE - _SIDE * y:.1f}" for n, (x, y) in enumerate(points))


def _axes(across: str, up: str) -> Markup:
    ticks = "".join(
        f'<text x="{_SIDE * t / 4}" y="{_SIDE + 15}" text-anchor="middle">{t / 4:g}</text>'
        f'<text x="-6" y="{_SIDE - _SIDE * t / 4 + 4}" text-anchor="end">{t / 4:g}</text>'
        for t in range(5)
    )
    titles = Markup(
        '<text x="140" y="312" text-anchor="middle">{}</text>'
        '<text transform="translate(-30 140) rotate(-90)" text-anchor="middle">{}</text>'
    ).format(across, up)
    return Markup(ticks) + titles  # noqa: S704 - numbers of our own


@cache
def _template() -> Template:
    environment = Environment(loader=PackageLoader("probandum.bench", "."), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("curves.html.j2")
