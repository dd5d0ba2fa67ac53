"""The marks: letters and digits that stand in all personal data of these tests and nowhere else."""

LATIN = "zqxjvwkh"
ARABIC = "ظغثظذضغث"
DIGITS = "7390481562"
STEMS = (LATIN, ARABIC, DIGITS)
"""Each mark begins with one of these; what follows says what it marks."""
STAFF = "qhwkzvjx"
"""A colleague's own name, which stands beside what they did: that is what a history is for."""


def latin(what: str) -> str:
    """A word of a customer or of staff; `what` tells whoever finds it where it came from."""
    return f"{LATIN}{what}"


def arabic(what: str) -> str:
    return f"{ARABIC}{what}"


def digits(more: int) -> str:
    return f"{DIGITS}{more}"


def address(who: str = "rana") -> str:
    return f"{latin(who)}@{latin('house')}.example"


def named(who: str = "rana") -> str:
    """A sender with a name."""
    return f"{latin(who).title()} {latin('family').title()} <{address(who)}>"


PHONE, ACCOUNT, CARD = digits(11), digits(22), digits(33)
REFERENCE = f"{latin('ref').upper()}-{digits(44)}"
PASSWORD = f"{latin('password')} {DIGITS} correct horse"
RELAY_PASSWORD = latin("relay") + "password"
NOTE = f"{latin('note')} {arabic('ملاحظة')} {digits(55)}"
"""What staff type wherever a form takes free words."""
SOUGHT = f"{latin('sought')} {arabic('بحث')}"
FILE_NAME, ARABIC_FILE_NAME = f"{latin('file')}.txt", f"{arabic('ملف')}.txt"
FILE = f"{latin('content')} {arabic('محتوى')} {digits(66)}\n"
DETAILS = (
    f"I am {latin('signed')} {arabic('موقع')}, phone +{PHONE}, account {ACCOUNT}, "
    f"my reference is {REFERENCE}.\n"
    f"I live in {latin('street')} 7, {arabic('شارع')}."
)
"""Stands in the words of every marked mail."""
