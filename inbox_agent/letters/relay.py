"""The relay that carries our letters on: one SMTP connection, kept open, opened anew when it went stale."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from inbox_agent.errors import InboxAgentError, TryAgainLater, WrongSetting
from inbox_agent.letters.mime import postal
from inbox_agent.letters.signing import Signature
from inbox_agent.oauth import tokens_of
from inbox_agent.settings import SmtpSettings

_TAKEN = 250
_CLOSING = 421
_SIGN_IN_WANTED = 530
_UNUSABLE_ADDRESS = "553 5.1.3"
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463, at the start of an answer
# The machine's own name may mean nothing outside, and asking for it takes a look-up.
_OUR_NAME = "[127.0.0.1]"


class Refused(InboxAgentError):
    """The relay said no to one letter, by a code like `550 5.1.1`; if `permanent`, trying again is vain."""

    def __init__(self, code: str, permanent: bool) -> None:
        super().__init__(f"the relay refused a letter: {code}")
        self.code = code
        self.permanent = permanent


class Relay:
    """Sends finished mails, one after the other, for one thread, under a `signature` where one is given.

    `timeout` is in seconds, for each answer.
    """

    def __init__(
        self, settings: SmtpSettings, *, signature: Signature | None = None, timeout: float = 60
    ) -> None:
        self._settings = settings
        self._signature = signature
        self._timeout = timeout
        self._name = f"the relay {settings.host}:{settings.port}"
        self._smtp: smtplib.SMTP | None = None

    def send(self, sender: str, recipient: str, raw: bytes) -> None:
        """Returns when the relay has taken the mail.

        Raises Refused for this mail alone; TryAgainLater when the relay is out of reach or left before it
        answered (it may have taken the mail, then a second one bears the same Message-ID); WrongSetting
        when host, certificate, sign-in or sender will not do.
        """
        to = postal(recipient)
        if to is None:
            raise Refused(_UNUSABLE_ADDRESS, permanent=True)
        try:
            with self._translated():
                smtp = self._begun(sender)
                self._check(*smtp.rcpt(to))
                self._check(*smtp.data(self._signature.signed(raw) if self._signature else raw))
        except Refused:
            self._forget_transaction()
            raise
        except InboxAgentError:
            self.close()
            raise

    def check(self) -> None:
        """Connect and sign in, sending nothing; raises TryAgainLater or WrongSetting like `send`."""
        with self._translated():
            self._connected().close()

    def close(self) -> None:
        """Say goodbye where there is a connection; never raises."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(OSError):
                smtp.quit()
            smtp.close()

    def _begun(self, sender: str) -> smtplib.SMTP:
        """A connection on which a mail has begun; a kept one that takes no more is replaced by a new one."""
        if self._smtp is not None:
            with suppress(smtplib.SMTPServerDisconnected):
                if self._smtp.mail(sender)[0] == _TAKEN:
                    return self._smtp
            self.close()
        self._smtp = self._connected()
        code, text = self._smtp.mail(sender)
        if code >= 500 and code != _SIGN_IN_WANTED:
            raise WrongSetting(f"{self._name} takes no mail from {sender}: {_told(code, text)}")
        self._check(code, text)
        return self._smtp

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        if not settings.host:
            raise WrongSetting(
                "INBOX_AGENT_SMTP__HOST is empty: it names the server that carries our letters"
            )
        context = self._trust()
        smtp = self._greeted(context)
        try:
            if settings.tls == "starttls":
                smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
            self._sign_in(smtp)
        except (OSError, ValueError):
            smtp.close()
            raise
        return smtp

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        settings = self._settings
        if settings.oauth.token_url:
            _by_token(smtp, settings)
        elif settings.user:
            smtp.login(settings.user, settings.password.get_secret_value())

    def _greeted(self, context: ssl.SSLContext) -> smtplib.SMTP:
        host, port = self._settings.host, self._settings.port
        if self._settings.tls == "tls":
            return smtplib.SMTP_SSL(host, port, _OUR_NAME, timeout=self._timeout, context=context)
        return smtplib.SMTP(host, port, _OUR_NAME, timeout=self._timeout)

    def _trust(self) -> ssl.SSLContext:
        file = self._settings.ca_file
        try:
            return ssl.create_default_context(cafile=file)
        except OSError as error:  # ssl.SSLError, of a file that is no certificate, is one too
            raise WrongSetting(f"INBOX_AGENT_SMTP__CA_FILE: {file}: {error.strerror or error}") from None

    def _check(self, code: int, text: bytes | str) -> None:
        if code == _CLOSING or code < 200:
            raise TryAgainLater(f"{self._name} closes the connection: {_told(code, text)}")
        if code == _SIGN_IN_WANTED:
            raise WrongSetting(f"{self._name} wants a sign-in: set INBOX_AGENT_SMTP__USER and __PASSWORD")
        if code >= 400:
            raise Refused(_told(code, text), permanent=code >= 500)

    def _forget_transaction(self) -> None:
        try:
            if self._smtp is not None:
                self._smtp.rset()
        except OSError:
            self.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except smtplib.SMTPDataError as error:
            self._check(error.smtp_code, error.smtp_error)
        except ssl.SSLCertVerificationError as error:
            raise WrongSetting(
                f"{self._name} shows a certificate we cannot trust ({error.verify_message}); "
                "see INBOX_AGENT_SMTP__CA_FILE"
            ) from None
        except smtplib.SMTPAuthenticationError as error:
            if error.smtp_code < 500:
                raise TryAgainLater(f"{self._name} cannot check the sign-in now: {error.smtp_code}") from None
            raise WrongSetting(
                f"{self._name} refuses the sign-in ({error.smtp_code}); "
                "see INBOX_AGENT_SMTP__USER and __PASSWORD"
            ) from None
        except smtplib.SMTPNotSupportedError as error:
            raise WrongSetting(f"{self._name}: {error}; see INBOX_AGENT_SMTP__TLS and __USER") from None
        except UnicodeError:
            raise WrongSetting("INBOX_AGENT_SMTP__USER and __PASSWORD must be plain ASCII") from None
        except smtplib.SMTPResponseException as error:
            raise TryAgainLater(f"{self._name} answers {error.smtp_code}") from None
        except OSError as error:  # SMTPException is one
            raise TryAgainLater(f"{self._name} is out of reach: {error}") from None


def _by_token(smtp: smtplib.SMTP, settings: SmtpSettings) -> None:
    """Once more with a new token where one is refused: a server may end it before its time."""
    tokens = tokens_of(settings.oauth)
    token = tokens.current()
    try:
        _show(smtp, settings.user, token)
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code < 500:
            raise
        _show(smtp, settings.user, tokens.renewed(token))


def _show(smtp: smtplib.SMTP, user: str, token: str) -> None:
    """XOAUTH2 (Google, Microsoft): who comes with which token, then nothing to the word of why not."""

    def answer(challenge: bytes | None = None, /) -> str:
        return "" if challenge else f"user={user}\x01auth=Bearer {token}\x01\x01"

    smtp.auth("XOAUTH2", answer)


def _told(code: int, text: bytes | str) -> str:
    """The code, with the enhanced one behind it where there is one; never the text, which names addresses."""
    enhanced = _ENHANCED.match(text if isinstance(text, str) else text.decode("ascii", "replace"))
    return f"{code} {enhanced.group()}" if enhanced else str(code)
