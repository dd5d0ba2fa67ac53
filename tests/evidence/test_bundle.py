"""The evidence bundle: all there is of a case, and a script that notices whatever was changed."""

import io
import json
import re
import stat
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select, text

from inbox_agent.cases import erasing, identity, search
from inbox_agent.cases.act import write
from inbox_agent.cases.retention import forgetting
from inbox_agent.cases.tables import InboundEmail, as_row
from inbox_agent.database import new_id
from inbox_agent.desk.exhibit import Teller
from inbox_agent.errors import PersonNeeded, WrongSetting
from inbox_agent.evidence import bundle, heads
from tests.attachments.files import with_files
from tests.company import COPY_PLEASE, DELETE_PLEASE
from tests.desk.office import Office
from tests.evidence.bundles import SCRIPT_BEGINS, SCRIPT_ENDS, Unpacked, bundled
from tests.servers.postgres import Postgres

FILES = [
    "README.txt",
    "SHA256SUMS",
    "SHA256SUMS.sig",
    "events.jsonl",
    "heads.log",
    "key.pem",
    "letters/001.eml",
    "mails/001.eml",
    "timeline.ar.html",
    "timeline.en.html",
    "verify.sh",
]
FACE = b"\xff\xd8\xff" + b"the face of somebody " * 200


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path / "office")
    yield opened
    opened.close()


@pytest.fixture
def ref(office: Office) -> str:
    """A case with a mail, a letter, a few events, and a signed head over them."""
    ref = office.receive(DELETE_PLEASE, subject="حذف حسابي")
    with office.doing(ref) as (act, case):
        case.tell(act, "seen")
        case.tell(act, "restricted")
    note_heads(office)
    return ref


@pytest.fixture
def made(office: Office, ref: str, tmp_path: Path) -> Unpacked:
    return bundled(office.record, ref, tmp_path / "bundle", office.now)


def note_heads(office: Office) -> None:
    assert heads.note(office.record, heads.known(office.record), office.now)


def events(made: Unpacked) -> list[dict[str, object]]:
    return [json.loads(line) for line in made.read("events.jsonl").splitlines()]


def bundle_bytes(office: Office, ref: str) -> bytes:
    out = io.BytesIO()
    with office.record.reading() as session:
        case = search.case(session, ref)
        bundle.write(office.record, session, case, out, Teller(), by="omar", now=office.now)
    return out.getvalue()


def test_it_has_all_there_is_of_the_case(office: Office, ref: str, made: Unpacked) -> None:
    assert made.names() == FILES
    assert message_from_bytes((made.folder / "mails/001.eml").read_bytes())["From"] == "rana@example.com"
    assert [one["kind"] for one in events(made)] == [one.kind for one in office.case(ref).events]
    assert events(made)[-1]["kind"] == "bundle_made"
    lines = heads.file_of(office.record).read_text().splitlines(keepends=True)
    assert made.read("heads.log") == "".join(line for line in lines if ref in line)


def test_the_script_says_that_everything_holds(made: Unpacked) -> None:
    verdict = made.verified()
    assert (verdict.code, verdict.faults) == (0, [])
    assert verdict.out.endswith("Everything holds.\n")
    count = len(events(made))
    assert (
        f"{count} events follow from each other; the signed heads know the first {count - 1}" in verdict.out
    )


def test_the_script_is_printed_whole_in_the_readme(made: Unpacked) -> None:
    readme = made.read("README.txt")
    printed = readme.partition(SCRIPT_BEGINS)[2].partition(SCRIPT_ENDS)[0]
    assert printed == made.read("verify.sh")
    assert made.verified(script=printed).code == 0
    (made.folder / "verify.sh").write_text("echo Everything holds.", encoding="utf-8")
    verdict = made.verified(script=printed)
    assert (verdict.code, "verify.sh: FAILED" in verdict.out) == (1, True)


def test_without_a_key_of_his_own_the_reader_is_told_which_one_it_is(made: Unpacked) -> None:
    verdict = made.verified(key="")
    assert verdict.code == 0
    assert f"The signing key is {made.key}." in verdict.out
    assert made.verified(key="0" * 64).faults == [f"key.pem is another key than {'0' * 64}"]


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_is_noticed_in_whichever_file(made: Unpacked, name: str) -> None:
    script, file = made.read("verify.sh"), made.folder / name
    octets = bytearray(file.read_bytes())
    octets[len(octets) // 2] ^= 1
    file.write_bytes(octets)
    verdict = made.verified(script=script)
    told = "was not signed" if name.startswith(("SHA256SUMS", "key.pem")) else f"{name}: FAILED"
    assert (verdict.code, told in verdict.out) == (1, True)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_gone_is_noticed(made: Unpacked, name: str) -> None:
    script = made.read("verify.sh")
    (made.folder / name).unlink()
    verdict = made.verified(script=script)
    assert verdict.code == 1
    assert verdict.faults


def test_a_file_that_is_new_is_noticed_and_not_run(made: Unpacked) -> None:
    (made.folder / "json.py").write_text("raise SystemExit(0)", encoding="utf-8")
    (made.folder / "hashlib.py").write_text("raise SystemExit(0)", encoding="utf-8")
    verdict = made.verified()
    assert verdict.faults == ["the files here are not those that SHA256SUMS lists"]
    assert "events follow from each other" in verdict.out


def test_whoever_signs_in_the_place_of_the_company_is_found_by_the_key_it_told(made: Unpacked) -> None:
    theirs = Ed25519PrivateKey.generate()
    public = theirs.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (made.folder / "key.pem").write_bytes(pem)
    (made.folder / "heads.log").write_text("")
    forged = made.signed_anew(theirs)
    assert f"The signing key is {public.public_bytes_raw().hex()}." in forged.verified(key="").out
    assert forged.verified().faults == [f"key.pem is another key than {made.key}"]


Change = Callable[[list[str]], list[str]]


@pytest.mark.parametrize(
    ("change", "at"),
    [
        (lambda lines: [*lines[:2], lines[2].replace('"by": "agent"', '"by": "sarah"'), *lines[3:]], 3),
        (lambda lines: [*lines[:2], lines[2].replace('"seq": 3', '"seq": 4'), *lines[3:]], 3),
        (lambda lines: [*lines[:2], *lines[3:]], 3),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 2),
        (lambda lines: lines[1:], 1),
        (lambda lines: [*lines[:1], lines[0], *lines[1:]], 2),
        (lambda lines: ["{}", *lines], 1),
        (lambda lines: ["[]", *lines], 1),
        (lambda lines: ["\x00", *lines], 1),
    ],
    ids=["who", "number", "dropped", "swapped", "first dropped", "twice", "empty", "list", "nonsense"],
)
def test_a_changed_dropped_or_swapped_event_is_named_even_where_the_company_signed_it(
    office: Office, made: Unpacked, change: Change, at: int
) -> None:
    before = made.read("events.jsonl").splitlines()
    after = change(before)
    assert after != before
    (made.folder / "events.jsonl").write_text("".join(f"{one}\n" for one in after), encoding="utf-8")
    unsigned = made.verified()
    assert f"event {at} was changed, moved or dropped" in unsigned.faults
    assert "events.jsonl: FAILED" in unsigned.out
    verdict = made.signed_anew(heads.signing_key(office.record)).verified()
    assert verdict.code == 1
    assert verdict.faults[0] == f"event {at} was changed, moved or dropped"


def test_dropped_newest_events_are_missed_by_the_signed_heads(office: Office, made: Unpacked) -> None:
    lines = made.read("events.jsonl").splitlines(keepends=True)
    (made.folder / "events.jsonl").write_text("".join(lines[:-2]), encoding="utf-8")
    verdict = made.signed_anew(heads.signing_key(office.record)).verified()
    assert verdict.faults == ["line 2 of heads.log knows other events than events.jsonl"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda line: line.replace('"cases":1', '"cases":2'),
            "line 1 of heads.log was not signed with key.pem",
        ),
        (lambda _: "{}\n", "line 1 of heads.log cannot be read"),
        (lambda _: "\u00ff\n", "line 1 of heads.log cannot be read"),
    ],
)
def test_a_head_that_was_tampered_with_is_named(
    office: Office, made: Unpacked, change: Callable[[str], str], told: str
) -> None:
    file = made.folder / "heads.log"
    file.write_text(change(file.read_text()), encoding="utf-8")
    assert told in made.signed_anew(heads.signing_key(office.record)).verified().faults


def test_a_record_that_was_tampered_with_says_so_itself(office: Office, ref: str, tmp_path: Path) -> None:
    with office.record.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER events_never_change"))
        connection.execute(text("UPDATE events SET kind = 'thawed' WHERE seq = 2"))
    made = bundled(office.record, ref, tmp_path / "bundle", office.now)
    assert made.verified().faults == [
        "event 2 was changed, moved or dropped",
        "line 1 of heads.log knows other events than events.jsonl",
        "line 2 of heads.log knows other events than events.jsonl",
    ]
    assert "does not hold from event 2 on" in made.read("timeline.en.html")
    assert "ابتداءً من الحدث 2" in made.read("timeline.ar.html")


def test_the_same_case_at_the_same_time_gives_the_same_bytes(office: Office, ref: str) -> None:
    first = bundle_bytes(office, ref)
    assert bundle_bytes(office, ref) == first
    office.now += timedelta(minutes=1)
    assert bundle_bytes(office, ref) != first


def test_file_names_say_nothing_of_the_person(office: Office, ref: str, made: Unpacked) -> None:
    assert "rana" in made.read("timeline.en.html")
    assert not any("rana" in name or ref in name for name in made.names())


def test_only_its_owner_reads_it_and_no_file_is_written_over(
    office: Office, ref: str, tmp_path: Path
) -> None:
    file = tmp_path / "out.zip"
    with bundle.new_file(file) as out:
        bundle.give(office.record, ref, out, Teller(), by="omar", now=office.now)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    with pytest.raises(PersonNeeded, match=r"out\.zip is there already"), bundle.new_file(file):
        raise AssertionError("nothing may be written")
    assert file.read_bytes() == before
    with (
        pytest.raises(WrongSetting, match="No such file or directory"),
        bundle.new_file(tmp_path / "x" / "y"),
    ):
        raise AssertionError("nothing can be written")


def test_half_a_bundle_does_not_stay(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "out.zip"
    with pytest.raises(PersonNeeded), bundle.new_file(file) as out:
        bundle.give(office.record, "MC-2222-2222", out, Teller(), by="omar", now=office.now)
    assert not file.exists()


def texts_of(letter: bytes) -> str:
    parts = (part.get_payload(decode=True) for part in message_from_bytes(letter).walk())
    return "".join(octets.decode() for octets in parts if isinstance(octets, bytes))


def code_in(letter: bytes) -> str:
    found = re.search(r"\b\d{4} \d{4}\b", texts_of(letter))
    assert found
    return found[0]


def test_a_code_that_still_counts_is_for_the_customer_alone(office: Office, tmp_path: Path) -> None:
    ref = office.receive(COPY_PLEASE)
    code = code_in(office.post.sent[-1][1])
    made = bundled(office.record, ref, tmp_path / "early", office.now)
    letter = (made.folder / "letters/001.eml").read_bytes()
    assert code not in texts_of(letter)
    assert "•••• ••••" in texts_of(letter)
    assert "letters/001.eml   as it was sent, but for its code" in made.read("README.txt")
    assert made.verified().code == 0
    office.later(days=60)
    late = bundled(office.record, ref, tmp_path / "late", office.now)
    assert (late.folder / "letters/001.eml").read_bytes() == office.post.sent[0][1]


def test_a_bounce_that_quotes_it_does_not_give_it_away(office: Office, tmp_path: Path) -> None:
    ref = office.receive(COPY_PLEASE)
    letter = office.post.sent[-1][1]
    ours, code = message_from_bytes(letter), code_in(letter)
    fields = f"From: MAILER-DAEMON@mx.example.com\nTo: {ours['From']}\nSubject: failure notice\n"
    raw = f"{fields}Message-ID: <b1@mx.example.com>\nIn-Reply-To: {ours['Message-ID']}\n\nReturned:\n\n"
    office.receive(raw=raw.encode() + letter)
    assert len(office.case(ref).letters) == 1
    made = bundled(office.record, ref, tmp_path / "early", office.now)
    kept = (made.folder / "mails/002.eml").read_bytes()
    assert code not in texts_of(kept[kept.index(b"Returned:") + 11 :])
    assert code in texts_of(letter)
    assert "mails/002.eml   as it came, but for a code" in made.read("README.txt")
    assert made.verified().code == 0
    office.later(days=60)
    late = bundled(office.record, ref, tmp_path / "late", office.now)
    assert (late.folder / "mails/002.eml").read_bytes() == raw.encode() + letter


def test_letters_that_never_left_are_said_to_be_none(office: Office, tmp_path: Path) -> None:
    ref = office.receive(COPY_PLEASE)
    with office.doing(ref) as (act, case):
        case.write(act, "cookies_help", hold="staff")
    made = bundled(office.record, ref, tmp_path / "bundle", office.now)
    assert "letters/002.eml" not in made.names()
    assert "letters/002.eml   never left" in made.read("README.txt")
    assert "letters/002.eml   لم تُرسَل" in made.read("README.txt")
    assert made.verified().code == 0


def test_identity_documents_are_never_in_it(office: Office, tmp_path: Path) -> None:
    ref = office.receive(raw=with_files(COPY_PLEASE, ("my passport.jpg", "image/jpeg", FACE)))
    made = bundled(office.record, ref, tmp_path / "bundle", office.now)
    for name in made.names():
        assert FACE not in (made.folder / name).read_bytes()
    whole = message_from_bytes((made.folder / "mails/001.eml").read_bytes())
    assert all(FACE not in (part.get_payload(decode=True) or b"") for part in whole.walk())
    assert "Taken out of these mails: 1." in made.read("README.txt")
    assert "1 identity document was taken out of it" in made.read("timeline.en.html")


def test_internal_notes_are_not_in_it(office: Office, ref: str, tmp_path: Path) -> None:
    office.signed_in("omar").submit(
        f"/cases/{ref}/do/note", on=f"/cases/{ref}/do/note", text="he is my cousin"
    )
    made = bundled(office.record, ref, tmp_path / "bundle", office.now)
    assert "Note written" in made.read("timeline.en.html")
    assert not any(b"cousin" in (made.folder / name).read_bytes() for name in made.names())


def erase(office: Office, ref: str) -> None:
    """As the key of the case dies, and its mails' keys."""
    case = office.case(ref)
    with office.record.reading() as session:
        mails = session.scalars(select(InboundEmail.key_id).where(InboundEmail.case_id == case.id)).all()
    keys = [case.key_id, *(key for key in mails if key)]
    office.record.keyring.destroy(keys, why="not_a_request", now=office.now)


def test_what_was_erased_is_said_to_be_erased(office: Office, ref: str, tmp_path: Path) -> None:
    erase(office, ref)
    made = bundled(office.record, ref, tmp_path / "bundle", office.now)
    assert [name for name in made.names() if name.endswith(".eml")] == []
    readme, page = made.read("README.txt"), made.read("timeline.en.html")
    assert ("mails/001.eml   erased" in readme, "letters/001.eml   erased" in readme) == (True, True)
    assert ("was erased on" in page, "It was not a request" in page) == (True, True)
    assert page.count("(its details were erased)") == sum(one["detail_erased"] for one in events(made)) > 0
    assert made.verified().code == 0, "erasing breaks no chain"
    assert not any(b"rana" in (made.folder / name).read_bytes() for name in made.names())


@pytest.mark.parametrize(
    ("forget", "why", "little"),
    [
        (forgetting.keep_little, "Mails, letters and files past their date", "rana@example.com"),
        (
            partial(forgetting.keep_nobody, why="asked to"),
            "Erased before its time by decision of administrators",
            "asked to",
        ),
    ],
    ids=["retention", "two people"],
)
def test_what_retention_took_is_said_to_be_gone(
    office: Office, tmp_path: Path, forget: Callable[..., None], why: str, little: str
) -> None:
    ref = office.receive(DELETE_PLEASE, sender="rana@example.com")
    with office.record.writing() as session:
        act, case = office.record.act(office.now, "omar"), search.case(session, ref)
        forget(session, act, case)
        office.record.keyring.save()
        write(session, act.rows)
    erasing.carry_out(office.record, office.now)
    made = bundled(office.record, ref, tmp_path / "bundle", office.now)
    page, readme = made.read("timeline.en.html"), made.read("README.txt")
    assert made.verified().code == 0
    assert ("mails/001.eml   erased" in readme, "letters/001.eml   erased" in readme) == (True, True)
    assert ("was erased on" in page, why in page) == (True, True)
    assert (little in page, "unknown sender" in page) == (True, False)
    assert ("rana@example.com" in page) is (forget is forgetting.keep_little)


def test_cases_in_every_condition_can_be_handed_on(office: Office, tmp_path: Path) -> None:
    dismissed = office.receive("Dear sir, what data do you have on us? Maybe later.", sender="d@example.com")
    frozen = office.receive(COPY_PLEASE, sender="f@example.com")
    with office.doing(frozen) as (act, case):
        identity.freeze(act, case)
    for number, one in enumerate(filter(None, (dismissed, frozen))):
        made = bundled(office.record, one, tmp_path / f"bundle-{number}", office.now)
        assert made.verified().code == 0
    assert "The case is frozen" in made.read("timeline.en.html")


def test_large_mails_are_in_memory_one_at_a_time(office: Office, tmp_path: Path) -> None:
    size, count = 4_000_000, 10
    ref = office.receive(raw=with_files(COPY_PLEASE, ("a.bin", "application/octet-stream", b"\x01" * 10)))
    case = office.case(ref)
    with office.record.writing() as session:
        [first] = search.mails_of(session, case)
        for number in range(count):
            session.add(copy_of(office, first, number, b"From: rana@example.com\r\n\r\n" + b"x" * size))
        office.record.keyring.save()
    tracemalloc.start()
    made = bundled(office.record, ref, tmp_path / "bundle", office.now)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(name.startswith("mails/") for name in made.names()) == 1 + count
    assert peak < 5 * size, "the one before, and the next sealed, cut and opened: not all of them"
    assert made.verified().code == 0


def copy_of(office: Office, of: InboundEmail, number: int, raw: bytes) -> InboundEmail:
    """One more mail on the case, straight into the record."""
    row = as_row(of) | {"id": new_id(office.now), "uid": 10_000 + number, "digest": None}
    keyring = office.record.keyring
    row["key_id"] = keyring.new_key(office.now)
    row["sealed_raw"] = keyring.seal(row["key_id"], raw, "inbound_email.raw", row["id"])
    return InboundEmail(**row)


def test_on_postgresql_it_is_the_same(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.database() as record_url, postgres.database() as keys_url:
        office = Office(tmp_path / "far", database_url=record_url, keys_url=keys_url)
        ref = office.receive(DELETE_PLEASE)
        made = bundled(office.record, ref, tmp_path / "bundle", office.now)
        assert (bundle_bytes(office, ref), made.verified().code) == (bundle_bytes(office, ref), 0)
        office.close()
