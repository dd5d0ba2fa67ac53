"""A test mail by the relay of the settings: `doctor --send`, and a button of the desk."""

from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from inbox_agent.agent import now_utc
from inbox_agent.cli.wiring import relay
from inbox_agent.errors import WrongSetting
from inbox_agent.settings import Settings


def send_test(settings: Settings, to: str) -> None:
    """Returns when the relay has taken it; raises what `Relay.send` raises."""
    if not settings.smtp.host:
        raise WrongSetting("no relay: set INBOX_AGENT_SMTP__HOST")
    carrier = relay(settings)
    try:
        carrier.send(settings.address, to, _mail(settings.address, to))
    finally:
        carrier.close()


def _mail(sender: str, to: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, to
    mail["Subject"] = "Inbox Agent: test mail"
    mail["Date"] = format_datetime(now_utc())
    mail["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("This mail shows that Inbox Agent can send. Nothing needs to be done.\n")
    return mail.as_bytes()
