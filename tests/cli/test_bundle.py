"""`show REF --bundle FILE`: one case as a file for a regulator."""

import stat
from pathlib import Path

from tests.cli.office import Office
from tests.company import COPY_PLEASE, mail
from tests.evidence.bundles import unpacked


def open_case(office: Office) -> str:
    office.receive(mail(COPY_PLEASE))
    return office.reference()


def test_the_bundle_verifies_and_the_command_says_how(office: Office, tmp_path: Path) -> None:
    ref = open_case(office)
    told = office.told("show", ref, "--bundle", "out.zip", "--by", "Sara").splitlines()
    key = office.told("audit", "key").strip()
    assert told[0].startswith("out.zip: 10 files") or told[0].startswith("out.zip: 11 files")
    assert told[1] == f"Unpack it and run `sh verify.sh {key}` in its folder."
    made = unpacked(office.folder / "out.zip", tmp_path / "bundle", key)
    assert made.verified().code == 0
    assert stat.S_IMODE((office.folder / "out.zip").stat().st_mode) == 0o600


def test_that_it_was_taken_is_an_event(office: Office) -> None:
    ref = open_case(office)
    office.told("show", ref, "--bundle", "one.zip", "--by", "Sara")
    office.json("show", ref, "--bundle", "two.zip")
    events = office.json("show", ref)["events"]
    assert [(one["kind"], one["by"]) for one in events[-2:]] == [
        ("bundle_made", "Sara"),
        ("bundle_made", "shell"),
    ]


def test_in_json_it_says_what_came_of_it(office: Office) -> None:
    ref = open_case(office)
    said = office.json("show", ref, "--bundle", "out.zip")
    assert said["bundle"] == "out.zip"
    assert said["key"] == office.told("audit", "key").strip()
    assert set(said) == {"bundle", "files", "missing", "key"}


def test_no_file_is_written_over_and_nothing_is_told(office: Office) -> None:
    ref = open_case(office)
    (office.folder / "out.zip").write_text("mine")
    line = office.refused(1, "show", ref, "--bundle", "out.zip")
    assert line == "inbox-agent: out.zip is there already; name another file"
    assert (office.folder / "out.zip").read_text() == "mine"
    assert office.json("show", ref)["events"][-1]["kind"] != "bundle_made"


def test_what_cannot_be_done_is_one_line(office: Office) -> None:
    ref = open_case(office)
    assert "No such file or directory" in office.refused(2, "show", ref, "--bundle", "no/such/out.zip")
    assert "--bundle takes one case" in office.refused(2, "show", ref, ref, "--bundle", "out.zip")
    assert "there is no case" in office.refused(1, "show", "MC-2222-2222", "--bundle", "out.zip")
    assert not (office.folder / "out.zip").exists()
