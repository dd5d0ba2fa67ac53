"""Card and identity numbers are noticed and masked; other numbers are not."""

import pytest

from inbox_agent.understanding.numbers import has_private_number, masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("card 4111 1111 1111 1111, exp 12/27", "card •••• •••• •••• ••11, exp 12/27"),
        ("رقم البطاقة ٤١١١١١١١١١١١١١١١", "رقم البطاقة ••••••••••••••١١"),
        ("amex 378282246310005", "amex •••••••••••••05"),
        ("passport N0123456 attached", "passport ••••••56 attached"),
        ("الرقم الوطني: 9871234567", "الرقم الوطني: ••••••••67"),
        ("784-1990-1234567-1", "•••-••••-••••••7-1"),
        ("٧٨٤-١٩٩٠-١٢٣٤٥٦٧-١", "•••-••••-••••••٧-١"),
    ],
)
def test_a_private_number_shows_only_its_end(text: str, shown: str) -> None:
    assert has_private_number(text)
    assert masked(text) == shown
    assert len(masked(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "call +971 50 555 0123",
        "order 4111111111111112",  # no card: its last digit does not check
        "IMEI 490154203237518",
        "invoice 2026-000123 of 2026-11-03",
        "MC-7K2Q-9D4X",
        "",
    ],
)
def test_other_numbers_stay_as_they_are(text: str) -> None:
    assert not has_private_number(text)
    assert masked(text) == text
