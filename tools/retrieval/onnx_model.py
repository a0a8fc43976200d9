"""Runs a model that lies in a local folder (ONNX with its tokenizer); what its numbers mean is for others to say.

Needs the extra ``local``. A folder is read, and whatever it lacks is named; nothing is fetched but by `model_folder`.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from probandum.tools.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np

Text = str | tuple[str, str]
"""What a model is shown at a time: one text, or two that it compares."""

_HUB_ID = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")
_NEEDED = ("config.json", "tokenizer*.json", "*model.onnx", "1_Pooling/config.json")
_MODELS = ("model.onnx", "onnx/model.onnx")
_LONGEST_TOKENS = 512  # where the folder does not say how many the model takes, or says something absurd
_BATCH = 16
_ROOM_FOR_HASHING = 1 << 22


class OnnxModel:
    """A model of a folder with ``model.onnx`` (or ``onnx/model.onnx``), ``tokenizer.json`` and ``config.json``.

    Attributes:
        folder: where it lies.
        config: what ``config.json`` says.
        longest: how many tokens it takes at a time.
    """

    def __init__(self, folder: Path) -> None:
        """Open the folder; `ConfigError` says what it lacks, or that the extra is not installed."""
        self.folder = folder
        self._path = _weights(folder)
        self.config = _json(folder / "config.json")
        self.longest = _longest(self.config, folder)
        self._session = _session(self._path)
        self._names = [given.name for given in self._session.get_inputs()]
        self._tokenizer = _tokenizer(folder)
        self._sha256: str | None = None

    @property
    def sha256(self) -> str:
        """Of the weights, hex."""
        if self._sha256 is None:
            sha = hashlib.sha256()
            with self._path.open("rb") as file:
                while block := file.read(_ROOM_FOR_HASHING):
                    sha.update(block)
            self._sha256 = sha.hexdigest()
        return self._sha256

    def tokens(self, text: Text) -> int:
        """How many tokens a text takes, the special ones included."""
        return len(self._encoded([text])[0].ids)

    def run(self, texts: Sequence[Text]) -> list[tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]]:
        """The model's first output for each text, and which of its tokens are not padding, in the order of the texts.

        Texts of like length are run together. One that is longer than the model takes is cut at its end, a pair at the
        end of its first text: whoever must not lose anything asks `tokens` before.
        """
        encoded = self._encoded(texts)
        for place, each in enumerate(encoded):
            if len(each.ids) > self.longest:
                encoded[place] = self._encoded([_cut(self, texts[place])])[0]
        by_length = sorted(range(len(texts)), key=lambda place: len(encoded[place].ids))
        found: dict[int, tuple[Any, Any]] = {}
        for start in range(0, len(by_length), _BATCH):
            places = by_length[start : start + _BATCH]
            output, mask = self._output([encoded[place] for place in places])
            found |= {place: (output[row], mask[row]) for row, place in enumerate(places)}
        return [found[place] for place in range(len(texts))]

    def _output(self, encoded: Sequence[Any]) -> tuple[Any, Any]:
        import numpy as np

        width = max(len(each.ids) for each in encoded)
        given = {
            "input_ids": _padded([each.ids for each in encoded], width),
            "attention_mask": _padded([each.attention_mask for each in encoded], width),
            "token_type_ids": _padded([each.type_ids for each in encoded], width),
        }
        first, *_ = self._session.run(None, {name: given[name] for name in self._names if name in given})
        return np.asarray(first), given["attention_mask"]

    def _encoded(self, texts: Sequence[Text]) -> list[Any]:
        return list(self._tokenizer.encode_batch(list(texts)))


def model_folder(name: str) -> Path:
    """The folder of a model: ``name`` where it is one, else what the Hugging Face hub has under that name.

    Raises ConfigError where it is neither, or the hub cannot be reached.
    """
    if Path(name).is_dir() or not _HUB_ID.fullmatch(name):
        return Path(name)
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
    except ModuleNotFoundError:
        raise _missing_extra() from None
    try:
        return Path(snapshot_download(name, allow_patterns=list(_NEEDED)))
    except (HfHubHTTPError, LocalEntryNotFoundError) as error:
        first = str(error).strip().partition("\n")[0]
        hint = "name a local folder with model.onnx and tokenizer.json"
        raise ConfigError(
            f"there is no folder {name!r}, and the hub gave no model of that name ({first}); {hint}"
        ) from None


def _cut(model: OnnxModel, text: Text) -> Text:
    """The text as far as the model takes it."""
    first, second = (text, None) if isinstance(text, str) else text
    low, high = 0, len(first)
    while low < high:
        middle = (low + high + 1) // 2
        fits = model.tokens(first[:middle] if second is None else (first[:middle], second)) <= model.longest
        low, high = (middle, high) if fits else (low, middle - 1)
    return first[:low] if second is None else (first[:low], second)


def _weights(folder: Path) -> Path:
    if not folder.is_dir():
        raise ConfigError(f"there is no model in {str(folder)!r}; name a folder with model.onnx and tokenizer.json")
    found = next((folder / name for name in _MODELS if (folder / name).is_file()), None)
    if found is None:
        raise ConfigError(f"{str(folder)!r} has neither {' nor '.join(_MODELS)}; export the model to ONNX first")
    return found


def _json(path: Path) -> Mapping[str, JsonValue]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{str(path)!r} cannot be read ({error}); it belongs to the model") from None
    if not isinstance(found, dict):
        raise ConfigError(f"{str(path)!r} is no description of a model: an object is needed")
    return found


def _longest(config: Mapping[str, JsonValue], folder: Path) -> int:
    path = folder / "tokenizer_config.json"
    said = [config.get("max_position_embeddings"), _json(path).get("model_max_length") if path.exists() else None]
    sensible = [number for number in said if isinstance(number, int) and 0 < number <= 1 << 20]
    return min([*sensible, _LONGEST_TOKENS])


def _session(path: Path) -> Any:  # noqa: ANN401 - onnxruntime has no types
    try:
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as faults
    except ModuleNotFoundError:
        raise _missing_extra() from None
    try:
        return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    except (faults.Fail, faults.InvalidGraph, faults.InvalidProtobuf, faults.NotImplemented) as error:
        raise ConfigError(f"{str(path)!r} is no model that can be run: {error}") from None


def _tokenizer(folder: Path) -> Any:  # noqa: ANN401 - of a library that is an extra
    try:
        from tokenizers import Tokenizer
    except ModuleNotFoundError:
        raise _missing_extra() from None
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ConfigError(f"{str(folder)!r} has no tokenizer.json; save the model's fast tokenizer there")
    try:
        tokenizer = Tokenizer.from_buffer(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{str(path)!r} is no tokenizer: {error}") from None
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _missing_extra() -> ConfigError:
    return ConfigError("a model of your own needs the extra 'verifier': pip install 'probandum[verifier]'")


def _padded(rows: Sequence[Sequence[int]], width: int) -> Any:  # noqa: ANN401 - a numpy array, imported late
    import numpy as np

    return np.asarray([[*row, *[0] * (width - len(row))] for row in rows], dtype=np.int64)
