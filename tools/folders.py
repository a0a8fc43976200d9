"""Walks folders that the user named and reads what is in them, never leaving them; single files are read elsewhere."""

import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from probandum.tools.documents import EXTENSIONS, MAX_BYTES, MAX_PAGES, read_document
from probandum.tools.errors import ConfigError, InputError
from probandum.tools.evidence import Document, Frozen

MAX_TOTAL = 512 * 1024 * 1024


class Skipped(Frozen):
    """Something in a folder that was not read, and why."""

    source: str
    message: str


class FolderLimits(Frozen):
    """How much is read of a folder."""

    bytes: int = Field(default=MAX_BYTES, ge=1)
    """Of one file."""
    pages: int = Field(default=MAX_PAGES, ge=1)
    """Of one file."""
    files: int = Field(default=20_000, ge=1)
    total: int = Field(default=MAX_TOTAL, ge=1)
    """Bytes of all files together."""
    depth: int = Field(default=32, ge=1)
    """Folders inside folders."""


def check_folder(folder: Path, *, limits: FolderLimits | None = None) -> None:
    """Raise InputError unless the path is a folder with a file of a known kind in it; no file is opened."""
    source = str(folder)
    try:
        is_folder, there = folder.is_dir(), folder.exists()
        if is_folder:
            folder.stat()
    except (OSError, ValueError) as error:
        raise InputError(f"the folder {source!r} cannot be read ({error}); check its permissions") from error
    if not there:
        raise InputError(f"there is no folder {source!r}; check the path")
    if not is_folder:
        raise InputError(f"{source!r} is a file where a folder is expected; give it as context, or name its folder")
    if not any(isinstance(item, Path) for item in _walk(folder, limits=limits or FolderLimits())):
        raise InputError(f"the folder {source!r} has no file to read; put one of {', '.join(sorted(EXTENSIONS))} in it")


def read_folder(folder: Path, *, limits: FolderLimits | None = None) -> Iterator[Document | Skipped]:
    """Everything in a folder in sorted order: documents, and for each file not read the reason; as `list_folder`."""
    bounds = limits or FolderLimits()
    for item in list_folder(folder, limits=bounds):
        yield item if isinstance(item, Skipped) else read_file(item, limits=bounds)


def list_folder(folder: Path, *, limits: FolderLimits | None = None) -> Iterator[Path | Skipped]:
    """The files to read in a folder in sorted order, and for each that is not to be read the reason.

    Where a limit on all files together is reached, the last item says from where on nothing is read.

    Hidden files and folders are passed over; links are followed only to files inside the folder.
    Raises InputError where the folder is missing, not a folder, or has no file of a known kind in it.
    """
    bounds = limits or FolderLimits()
    check_folder(folder, limits=bounds)
    bytes_read = 0
    for place, item in enumerate(_walk(folder, limits=bounds)):
        bytes_read += 0 if isinstance(item, Skipped) else _bytes(item, limits=bounds)
        if place == bounds.files or bytes_read > bounds.total:
            reached = f"{bounds.files:,} files" if place == bounds.files else f"{bounds.total:,} bytes"
            first = item.source if isinstance(item, Skipped) else str(item)
            yield Skipped(
                source=str(folder),
                message=f"{str(folder)!r} holds more than {reached}: from {first!r} on nothing was read; "
                "name a smaller folder",
            )
            return
        yield item


def read_file(path: Path, *, limits: FolderLimits) -> Document | Skipped:
    """One file of a folder as a document, or the reason why it cannot be read."""
    try:
        return read_document(path, max_bytes=limits.bytes, max_pages=limits.pages)
    except (InputError, ConfigError) as error:
        return Skipped(source=str(path), message=str(error))


def _bytes(path: Path, *, limits: FolderLimits) -> int:
    """How much will be read of a file; nothing where its size cannot be asked for or is too large: it is then named."""
    try:
        size = path.stat().st_size
    except OSError:
        return 0
    return size if size <= limits.bytes else 0


def _walk(folder: Path, *, limits: FolderLimits) -> Iterator[Path | Skipped]:
    root = folder.resolve()
    pending = [(folder, 1)]
    while pending:
        current, depth = pending.pop()
        try:
            with os.scandir(current) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            yield Skipped(source=str(current), message=f"{str(current)!r} cannot be entered ({error.strerror})")
            continue
        inner = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = Path(current, entry.name)
            if not entry.is_dir(follow_symlinks=False):
                yield _candidate(path, root=root)
            elif depth < limits.depth:
                inner.append((path, depth + 1))
            else:
                yield Skipped(source=str(path), message=f"{str(path)!r} lies deeper than {limits.depth} folders")
        pending += reversed(inner)


def _candidate(path: Path, *, root: Path) -> Path | Skipped:
    source = str(path)
    if path.is_symlink():
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):
            return Skipped(source=source, message=f"{source!r} is a link that leads nowhere")
        if not target.is_relative_to(root):
            return Skipped(
                source=source, message=f"{source!r} is a link that leads out of the folder; copy the file in"
            )
        if target.is_dir():
            return Skipped(source=source, message=f"{source!r} is a link to a folder; folders are not entered by links")
    if path.suffix.lower() not in EXTENSIONS:
        return Skipped(source=source, message=f"{source!r}: files ending in {path.suffix!r} are not read")
    return path
