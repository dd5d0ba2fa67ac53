"""What holds of every Message, whatever bytes it was made of."""

from inbox_agent.message import REASONS, Screening, parse

_NOBODY = Screening()


def check(raw: bytes, screening: Screening = _NOBODY) -> None:
    message = parse(raw, screening=screening)
    assert message.error is None or message.error in REASONS, message.error
    for text in (message.text, message.body, message.subject, message.sender_name, *message.removed):
        assert not {"\0", "\r"} & set(text)
        text.encode("utf-8")
    assert "\n" not in message.subject + message.sender_name + (message.sender or "")
    assert message.sender is None or message.sender == message.sender.lower()
