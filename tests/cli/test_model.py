"""`inbox-agent train` and `inbox-agent evaluate`, at the keyboard."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inbox_agent.resources import MODELS
from tests.cli.office import Office
from tests.company import mail

MAIL = {
    "subject": "",
    "text": "Please delete my account and erase my data",
    "lang": "en",
    "labels": ["deletion"],
}


def _run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "inbox_agent", *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models' folder with the first mails of six voices."""
    folder = tmp_path_factory.mktemp("models") / "models"
    shutil.copytree(MODELS, folder, ignore=shutil.ignore_patterns("examples"))
    for name in ("requests", "replies"):
        (folder / name / "examples").mkdir()
        for file in sorted((MODELS / name / "examples").glob("*.jsonl"))[:6]:
            lines = file.read_text(encoding="utf-8").splitlines()[:41]
            (folder / name / "examples" / file.name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_train_writes_every_model_and_says_how_it_goes_on(models: Path, tmp_path: Path) -> None:
    done = _run("train", "--models", models, "--out", tmp_path / "made")
    assert done.returncode == 0
    assert (tmp_path / "made" / "requests" / "trained" / "weights.bin").is_file()
    assert (tmp_path / "made" / "replies" / "trained" / "weights.bin").is_file()
    assert "voices held out, part 5 of 5" in done.stderr
    assert done.stdout.startswith("Trained in ")


def test_evaluate_reads_every_voice_by_a_model_that_never_heard_it(models: Path, tmp_path: Path) -> None:
    done = _run("evaluate", "--models", models, "--json", "--report", tmp_path / "report.html")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert (told["mails"], told["voices"]) == (240, 6)
    assert set(told["replies"]) > {"confirmation", "withdrawal"}
    assert "Held-out voices" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_evaluate_on_mails_of_others_prints_a_table(tmp_path: Path) -> None:
    (tmp_path / "others.jsonl").write_text(json.dumps(MAIL) + "\n", encoding="utf-8")
    done = _run("evaluate", "--on", tmp_path)
    assert done.returncode == 0
    assert "macro F1" in done.stdout
    assert "1.000" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", "--on", "{tmp}/none.jsonl"),
        ("evaluate", "--on", "{tmp}"),
        ("evaluate", "--models", "{tmp}"),
        ("train", "--models", "{tmp}"),
        ("train", "--out", "/dev/null/here"),
        ("train", "--with-corrections"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_exit_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = _run(*(argument.format(tmp=tmp_path) for argument in arguments))
    assert (done.returncode, done.stdout) == (2, "")
    complaints = [line for line in done.stderr.splitlines() if not re.match(r"inbox-agent: \d+ s ", line)]
    assert len(complaints) == 1


def test_train_learns_from_what_staff_corrected_and_keeps_none_of_its_words(
    office: Office, models: Path, tmp_path: Path
) -> None:
    office.set(KEEP_CORRECTIONS="true")
    office.receive(mail("I would like to know about removing stuff from my zyzzogeton details"))
    office.told("decide", office.reference(), "deletion", "--by", "Sara")
    done = office.type(
        "train", "--models", str(models), "--out", str(tmp_path / "ours"), "--with-corrections"
    )
    assert (done.code, done.out.splitlines()[0]) == (0, "Learning from 1 mails that staff corrected.")
    assert "requests: 241 mails of 7 voices" in done.err
    assert not [file for file in tmp_path.rglob("trained/*") if b"zyzzogeton" in file.read_bytes()]


def test_the_model_that_train_made_is_what_doctor_triage_and_the_agent_use(
    office: Office, models: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    assert office.type("train", "--models", str(models), "--out", str(made)).code == 0
    names = {str(file.relative_to(made)) for file in made.rglob("*")}
    assert not [name for name in names if "examples" in name or "README" in name]
    _lift_lines(made / "requests" / "trained" / "bands.json")
    office.set(MODELS=str(made))
    assert f"ok    model      the language model is loaded from {made}" in office.type("doctor").out
    plain = mail("Please delete my account and erase my data")
    (office.folder / "delete.eml").write_bytes(plain)
    assert office.json("triage", "delete.eml")["decision"] == "leave"
    office.receive(plain)
    assert office.json("cases") == []


def _lift_lines(bands: Path) -> None:
    """So high that no mail reaches them: only whoever reads by this very folder lets all mail be."""
    lines = json.loads(bands.read_text("utf-8"))
    lines |= {
        "ask": 9.0,
        "ask_child": 9.0,
        "of": {one: {"assert_": 9.0, "open_": 9.0} for one in lines["of"]},
    }
    bands.write_text(json.dumps(lines), "utf-8")


@pytest.mark.parametrize("broken", ["empty", "gone", "trained only", "weights of another model"])
def test_a_folder_without_models_is_one_line_in_doctor_run_and_triage(
    office: Office, tmp_path: Path, broken: str
) -> None:
    folder = tmp_path / "models"
    if broken == "trained only":
        shutil.copytree(MODELS / "requests" / "trained", folder / "requests" / "trained")
    elif broken == "weights of another model":
        shutil.copytree(MODELS, folder, ignore=shutil.ignore_patterns("examples"))
        (folder / "requests" / "trained" / "weights.bin").write_bytes(b"no weights")
    elif broken == "empty":
        folder.mkdir()
    office.set(MODELS=str(folder))
    line = (
        f"INBOX_AGENT_MODELS: no trained models can be read in {folder}; `inbox-agent train --out` makes them"
    )
    assert office.refused(2, "run", "--once") == office.refused(2, "triage", ".") == f"inbox-agent: {line}"
    assert f"FAIL  model      {line}" in office.type("doctor").out.splitlines()
