"""What a part says it is, as it was meant (RFC 2045, 5.2: what says nothing sensible is plain text)."""

import re

_TYPE = re.compile(r"\s*[\"']?\s*([\w.+*-]{1,60})\s*/\s*([\w.+*-]{1,80})(?=$|[\s;,\"'(/\\])")
_KNOWN = {
    "text",
    "image",
    "audio",
    "video",
    "application",
    "message",
    "multipart",
    "model",
    "font",
    "chemical",
    "x-world",
}
_READ_AS = {
    "html": "text/html",
    "html/text": "text/html",
    "text/htm": "text/html",
    "text/xhtml": "text/html",
    "text/x-html": "text/html",
    "application/xhtml+xml": "text/html",
    "text/ascii": "text/plain",
    "text/text": "text/plain",
    "text/txt": "text/plain",
    "text/x-plain": "text/plain",
    "application/x-pkcs7-mime": "application/pkcs7-mime",
    "application/rtf": "text/rtf",
    "text/richtext": "text/enriched",
}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}


def content_type_of(value: str, default: str) -> str:
    value = value.lower()
    found = _TYPE.match(value)
    if found is None:
        return _READ_AS.get(value.partition(";")[0].strip(" \"'"), default)
    named = f"{found[1]}/{found[2]}"
    if found[1] not in _KNOWN and named not in _READ_AS:
        return default if "*" in named or found[1] in {"unknown", "content", "x-unknown"} else named
    return _READ_AS.get(named, named)


def is_mail(content_type: str, name: str) -> bool:
    return content_type == "message/rfc822" or name.lower().endswith(".eml")


def is_winmail(content_type: str, name: str) -> bool:
    return content_type in _TNEF or name.lower() == "winmail.dat"


def is_signed_envelope(content_type: str, name: str) -> bool:
    """Or an encrypted one; certificates alone are sent under the same type."""
    return content_type == "application/pkcs7-mime" and not name.lower().endswith((".p7c", ".p7b"))


def holds_files(content_type: str, name: str) -> bool:
    """It holds other attachments, which are not attachments of the mail that it came with."""
    return any(holds(content_type, name) for holds in (is_mail, is_winmail, is_signed_envelope))
