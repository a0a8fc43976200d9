"""The peers' own environments, made where they are missing, with the versions that are compared."""

import subprocess
import sys
import venv
from pathlib import Path

PACKAGES = {
    "contexttrace": ("contexttrace==1.3.0",),
    "ragas": ("ragas==0.4.3", "instructor>=1.13", "langchain-community<0.4"),
    "deepeval": ("deepeval==4.3.1",),
    "openevals": ("openevals==0.2.2", "langchain-openai"),
}


def python_of(name: str, envs: Path) -> Path:
    """The Python of a peer's environment, absolute, since it is run from elsewhere."""
    if not (envs / name / "ready").exists():
        sys.stderr.write(f"installing {' '.join(PACKAGES[name])} into {envs / name}\n")
        venv.create(envs / name, with_pip=True)
        pip = [envs / name / "bin" / "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES[name]]
        subprocess.run(list(map(str, pip)), check=True)  # noqa: S603 - our own
        (envs / name / "ready").touch()
    return (envs / name / "bin" / "python").absolute()
