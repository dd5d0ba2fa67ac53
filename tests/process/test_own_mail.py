"""Our own group address and our own web form stand between us and a customer, and are no machine to us."""

from pathlib import Path
from typing import Any

import pytest

from tests.beginning import new_record
from tests.company import ADDRESS, COPY_PLEASE, PHONE_BROKEN, cases, mail, mails, settings
from tests.process.conftest import Post

GROUP = "info.mittalcloud.com"
FORM = "web@mittalcloud.com"
RANA = "rana@example.com"


def brought(folder: Path, *raws: bytes, **changes: Any) -> tuple[list[dict[str, Any]], list[Any]]:
    """The cases and the mails of a company with these settings, after these mails."""
    record = new_record(settings(folder, **changes))
    Post(record).receive(*raws)
    found = cases(record), mails(record)
    record.close()
    return found


def through_a_group(text: str = COPY_PLEASE, sender: str = RANA, **headers: str) -> bytes:
    marks = {"List_Id": f"<{GROUP}>", "Precedence": "list", "List_Post": f"<mailto:{ADDRESS}>"}
    return mail(text, sender, **{**marks, **headers})


def test_mail_through_our_own_group_is_ordinary_mail(tmp_path: Path) -> None:
    [case], _ = brought(tmp_path, through_a_group(), own_lists=[GROUP])
    assert (case["state"], case["requester"], len(case["letters"])) == ("awaiting_identity", RANA, 1)


def test_a_group_that_writes_in_our_name_tells_who_is_behind_it(tmp_path: Path) -> None:
    raw = through_a_group(sender=f"Rana via Info <{ADDRESS}>", X_Original_From=f"Rana <{RANA}>")
    [case], _ = brought(tmp_path, raw, own_lists=[GROUP])
    assert (case["state"], case["requester"]) == ("awaiting_identity", RANA)


def test_another_list_stays_a_list(tmp_path: Path) -> None:
    raw = through_a_group(List_Id="<friends.example.org>")
    [case], _ = brought(tmp_path, raw, own_lists=[GROUP])
    assert (case["state"], case["letters"]) == ("triage", [])


def test_our_form_s_mail_comes_from_the_person_it_names(tmp_path: Path) -> None:
    raw = mail(COPY_PLEASE, FORM, Reply_To=f"Rana <{RANA}>", Auto_Submitted="auto-generated")
    [case], _ = brought(tmp_path, raw, forms=[FORM])
    assert (case["state"], case["requester"], len(case["letters"])) == ("awaiting_identity", RANA, 1)


def test_without_the_setting_a_form_is_not_believed(tmp_path: Path) -> None:
    found, stored = brought(tmp_path, mail(COPY_PLEASE, FORM, Reply_To=RANA, Auto_Submitted="auto-generated"))
    assert (found, [state for state, _ in stored]) == ([], ["set_aside"])


@pytest.mark.parametrize("reply_to", ["", FORM, ADDRESS])
def test_a_form_that_names_nobody_is_not_answered(tmp_path: Path, reply_to: str) -> None:
    headers = {"Reply_To": reply_to} if reply_to else {}
    found, _ = brought(tmp_path, mail(COPY_PLEASE, FORM, **headers), forms=[FORM])
    assert [case["letters"] for case in found if case["letters"]] == []


def test_a_stranger_s_reply_to_is_never_written_to(tmp_path: Path) -> None:
    [case], _ = brought(tmp_path, mail(COPY_PLEASE, RANA, Reply_To="victim@example.net"), forms=[FORM])
    assert case["requester"] == RANA


def test_ordinary_mail_through_the_group_is_left_alone(tmp_path: Path) -> None:
    found, stored = brought(tmp_path, through_a_group(PHONE_BROKEN), own_lists=[GROUP])
    assert (found, stored) == ([], [("left", None)])
