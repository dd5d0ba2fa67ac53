"""Mails as grammars make them: structures, charsets and encodings in every way, sound and broken."""

import base64
import quopri

from hypothesis import strategies as st

WORDS = [
    "Please change my address.",
    "أرجو تغيير عنواني.",
    "Bitte ändern",
    "1",
    "> x",
    "-- ",
    "On 1 May 2024 10:00 x wrote:",
    "",
]
CHARSETS = [
    "utf-8",
    "windows-1256",
    "iso-8859-6",
    "utf-16",
    "utf-7",
    "iso-2022-jp",
    "gb2312",
    "x-none",
    '"',
    "",
]
TYPES = [
    *(
        "text/plain",
        "text/html",
        "text/plain; format=flowed; delsp=yes",
        "text/rtf",
        "text/calendar; method=REPLY",
    ),
    *(
        "application/pdf; name=a.pdf",
        "application/ms-tnef",
        "application/pkcs7-mime",
        "image/png",
        "*/*",
        "text",
    ),
    *("message/delivery-status", "text/enriched", "application/pgp-encrypted", "html", ""),
]
PLACES = [
    "",
    "inline",
    "attachment",
    "attachment; filename*0*=utf-8''%D8; filename*1*=%A7",
    "inline; filename=",
    ";;",
]
LINE_ENDS = [b"\r\n", b"\n", b"\r", b"\r\r\n"]
HTML = [
    "<p>",
    "</div>",
    '<div class="gmail_quote">',
    "<blockquote>",
    "<br>",
    "<!--",
    "&nbsp;",
    "<style>",
    "\n",
]


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    words = draw(st.lists(st.sampled_from(WORDS + HTML) | st.text(max_size=20), max_size=8))
    charset = draw(st.sampled_from(["utf-8", "cp1256", "utf-16"]))
    return "\n".join(words).encode(charset, "replace")


@st.composite
def leaves(draw: st.DrawFn) -> bytes:
    body = draw(bodies() | st.binary(max_size=60))
    encoding, encoded = draw(
        st.sampled_from(
            [
                ("8bit", body),
                ("base64", base64.encodebytes(body)),
                ("base64", body),
                ("quoted-printable", quopri.encodestring(body)),
                ("quoted-printable", body),
                ("x-uuencode", b"begin 644 a\n" + body + b"\nend"),
            ]
        )
    )
    kind, charset = draw(st.sampled_from(TYPES)), draw(st.sampled_from(CHARSETS))
    place = draw(st.sampled_from(PLACES))
    fields = (
        f"Content-Type: {kind}; charset={charset}",
        f"Content-Transfer-Encoding: {encoding}",
        f"Content-Disposition: {place}",
    )
    return "\n".join(fields).encode() + b"\n\n" + encoded


def _multipart(kind: str, boundary: str, named: str, parts: list[bytes], ended: bool) -> bytes:
    line = b"\n--" + boundary.encode()
    head = f'Content-Type: multipart/{kind}; boundary="{named}"\n\n'.encode()
    return head + b"".join(line + b"\n" + part for part in parts) + (line + b"--\n" if ended else b"")


KINDS = st.sampled_from(["mixed", "alternative", "related", "signed", "report", "encrypted", "digest"])
BOUNDARIES = st.sampled_from(["b", "b1", "b ", "=_x"])

parts = st.recursive(
    leaves(),
    lambda inner: (
        st.builds(_multipart, KINDS, BOUNDARIES, BOUNDARIES, st.lists(inner, max_size=4), st.booleans())
        | inner.map(lambda part: b"Content-Type: message/rfc822\n\nSubject: inner\n" + part)
    ),
    max_leaves=8,
)

FIELDS = [
    b"From: =?utf-8?B?2LPZhdmK2LE=?= <samir@customer.example>",
    b"From : Group: a@b.example, c@d.example;",
    b"Subject: =?utf-8?Q?=D9=86=D8?= =?utf-8?Q?=B3?=",
    b"Subject:\n \n folded",
    b"a line that is no field",
    b"In-Reply-To: <x@y.example>",
    b"Auto-Submitted: auto-replied",
    b"X-Raw: \xe4\xe5",
]

mails = st.builds(
    lambda fields, part, end: (b"\n".join(fields) + b"\n" + part).replace(b"\n", end),
    st.lists(st.sampled_from(FIELDS), min_size=1, max_size=6),
    parts,
    st.sampled_from(LINE_ENDS),
)
