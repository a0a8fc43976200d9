"""Answers of a web search kept on disk for a while, so that the same question is paid for once; asking is elsewhere."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from probandum.tools.errors import ToolError

_TABLE = "CREATE TABLE IF NOT EXISTS answers (asked TEXT PRIMARY KEY, answer TEXT NOT NULL, fetched TEXT NOT NULL)"
_WAIT_SECONDS = 10.0


class PageCache:
    """A `probandum.tools.web.web_search.PageStore` in one SQLite file, readable by its owner only."""

    def __init__(self, path: Path, *, keep: timedelta) -> None:
        """Say where the file is and for how long an answer counts; the file is made on first use."""
        self._path = path
        self._keep = keep

    def get(self, asked: str) -> tuple[str, datetime] | None:
        """What was answered and when; None where nothing was, or too long ago."""
        with self._opened() as base:
            row = base.execute("SELECT answer, fetched FROM answers WHERE asked = ?", (asked,)).fetchone()
        if row is None:
            return None
        fetched = datetime.fromisoformat(row[1])
        return (row[0], fetched) if datetime.now(UTC) - fetched <= self._keep else None

    def put(self, asked: str, answer: str, when: datetime) -> None:
        """Keep an answer in place of an earlier one, and forget what is too old."""
        oldest = (datetime.now(UTC) - self._keep).isoformat()
        with self._opened() as base:
            base.execute("DELETE FROM answers WHERE fetched < ?", (oldest,))
            base.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (asked, answer, when.isoformat()))

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """The file, for one change; `ToolError` where it cannot be read or written."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not self._path.exists():
                self._path.touch(mode=0o600)
            with closing(sqlite3.connect(self._path, timeout=_WAIT_SECONDS)) as base, base:
                base.execute(_TABLE)
                yield base
        except (OSError, sqlite3.Error) as error:
            hint = "remove that file, or choose a folder of your own with PROBANDUM_HOME"
            raise ToolError(f"answers of the web cannot be kept in {str(self._path)!r}: {error}; {hint}") from None
