"""GGUF files of this installation: where they are, how one is fetched; running them is the judge's business."""

from collections.abc import Iterator
from pathlib import Path

from probandum.tools.errors import ConfigError, InputError

FOLDER = "models"
"""Within ``PROBANDUM_HOME``."""
_HUB = "hf:"


def model_path(name: str, home: Path) -> Path:
    """The file that ``gguf:NAME`` stands for.

    Args:
        name: a path, the name of a file in the folder of models with or without its ending, or ``hf:OWNER/REPO/FILE``
            for a file of the hub, which is fetched into that folder once.
        home: of this installation.

    Raises:
        ConfigError: it is not there and cannot be fetched.
    """
    if name.startswith(_HUB):
        return _fetched(name.removeprefix(_HUB), home / FOLDER)
    given = Path(name).expanduser()
    kept = (home / FOLDER / name, home / FOLDER / f"{name}.gguf")
    found = next((path for path in (given, *kept) if path.is_file()), None)
    if found is None:
        known = ", ".join(path.stem for path in kept_models(home)) or "none"
        raise ConfigError(
            f"there is no file {name!r}, neither here nor in {str(home / FOLDER)!r} (models there: {known}); give the "
            "path of a GGUF file, or hf:OWNER/REPO/FILE to fetch one"
        )
    return found


def kept_models(home: Path) -> tuple[Path, ...]:
    """The GGUF files in the folder of models, by name."""
    return tuple(sorted(_files(home / FOLDER)))


def remove_model(name: str, home: Path) -> Path:
    """Delete a file from the folder of models; `InputError` where the name is that of none, or of several."""
    folder = home / FOLDER
    meant = [path for path in kept_models(home) if name in (path.name, path.stem, str(path.relative_to(folder)))]
    if not meant:
        raise InputError(f"there is no model {name!r} in {str(folder)!r}; 'probandum models' lists them")
    if len(meant) > 1:
        named = ", ".join(repr(str(path.relative_to(folder))) for path in meant)
        raise InputError(f"several models are called {name!r}: {named}; say which of these")
    meant[0].unlink()
    return meant[0]


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.rglob("*.gguf") if path.is_file())


def _fetched(place: str, folder: Path) -> Path:
    owner, _, rest = place.partition("/")
    repository, _, file = rest.partition("/")
    if not (owner and repository and file):
        raise ConfigError(f"'gguf:hf:{place}' names no file; write gguf:hf:OWNER/REPO/FILE.gguf")
    try:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
    except ImportError:
        raise ConfigError("fetching a model needs the extra 'local': pip install 'probandum[local]'") from None
    kept = folder / owner / repository / file
    if kept.is_file():
        return kept
    try:
        return Path(hf_hub_download(f"{owner}/{repository}", file, local_dir=folder / owner / repository))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError, ValueError) as error:
        raise ConfigError(
            f"'gguf:hf:{place}' could not be fetched: {' '.join(str(error).split())[:200]}; check the name and the "
            "network, and HF_ENDPOINT where you have a mirror"
        ) from None
