"""The package as others get it: everything it needs is in the wheel."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from inbox_agent import resources
from tests.company import COPY_PLEASE, mail

CHECKOUT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(CHECKOUT))
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the installed wheel."""
    folder = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--disable-pip-version-check")
    _run(*pip, "--target", str(folder), str(wheel))
    return folder


def test_templates_trained_models_laws_and_migrations_are_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    needed = [CHECKOUT / "templates", CHECKOUT / "models" / "requests" / "trained", CHECKOUT / "inbox_agent"]
    files = [file for folder in needed for file in folder.rglob("*") if file.is_file()]
    wanted = {_in_wheel(file) for file in files if "cache" not in str(file.relative_to(CHECKOUT))}
    assert len(wanted) > 50
    assert wanted - names == set()


def test_the_wheel_says_that_it_is_typed(wheel: Path) -> None:
    assert "inbox_agent/py.typed" in zipfile.ZipFile(wheel).namelist()


def test_the_installed_package_reads_mails_with_nothing_around_it(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "request.eml").write_bytes(mail(COPY_PLEASE))
    answered = _run(
        sys.executable, "-m", "inbox_agent", "triage", "--json", "request.eml", at=tmp_path, finds=installed
    )
    assert json.loads(answered)["decision"] == "open_case"


def test_the_installed_package_writes_letters(installed: Path, tmp_path: Path) -> None:
    code = (
        "import inbox_agent; from inbox_agent.letters import Stationery; "
        "print(inbox_agent.__file__, len(Stationery('info@example.com').wordings))"
    )
    place, wordings = _run(sys.executable, "-c", code, at=tmp_path, finds=installed).split()
    assert Path(place).is_relative_to(installed)
    assert int(wordings) > 0


def test_in_a_checkout_templates_and_models_are_beside_the_package() -> None:
    assert resources.ROOT == CHECKOUT
    assert resources.TEMPLATES.is_dir()
    assert (resources.MODELS / "requests").is_dir()


def _in_wheel(file: Path) -> str:
    inside = file.relative_to(CHECKOUT)
    return str(inside if inside.parts[0] == "inbox_agent" else Path("inbox_agent") / inside)


def _run(*command: str, at: Path | None = None, finds: Path | None = None) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INBOX_AGENT_")}
    if finds:
        environment["PYTHONPATH"] = str(finds)
    done = subprocess.run(command, cwd=at, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
