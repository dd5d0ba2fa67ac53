"""A signed-in IMAP connection, and what its failures mean."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, LoginError

from inbox_agent.errors import InboxAgentError, TryAgainLater, WrongSetting
from inbox_agent.oauth import tokens_of
from inbox_agent.settings import ImapSettings

TIMEOUT = SocketTimeout(connect=15, read=60)

# RFC 5530 codes, and the words of servers that send none, for a refusal that is no verdict on the settings.
TEMPORARY = re.compile(
    r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]|unavailable|temporar|too many|try again", re.IGNORECASE
)

# What the library raises when the server is gone, or answers what no IMAP server should.
FOREIGN = (IMAPClient.Error, OSError, ValueError, LookupError)


GONE = (IMAPClientAbortError, ConnectionError, ssl.SSLEOFError)


class BrokenOff(TryAgainLater):
    """The server ended the connection."""


def connect(settings: ImapSettings) -> IMAPClient:
    """Encrypted as the settings ask, certificate checked, signed in; call it inside `translated`."""
    tls = _tls(settings)
    client = IMAPClient(
        settings.host, settings.port, ssl=settings.tls == "tls", ssl_context=tls, timeout=TIMEOUT
    )
    try:
        # imapclient has imaplib write the repr of every mail to a log nobody reads.
        client._imap.debug = 0  # noqa: SLF001
        client.normalise_times = False
        if settings.tls == "starttls":
            client.starttls(tls)
        _sign_in(client, settings)
    except BaseException:
        hang_up(client)
        raise
    return client


def hang_up(client: IMAPClient) -> None:
    """Close the socket without a word to the server; never raises."""
    with suppress(*FOREIGN):
        client.shutdown()


@contextmanager
def translated(settings: ImapSettings) -> Iterator[None]:
    """Turn the library's errors into ours, naming the server and the setting but no user and no secret."""
    try:
        yield
    except InboxAgentError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise WrongSetting(f"{_place(settings)}: certificate refused: {error.verify_message}") from None
    except CapabilityError:
        raise WrongSetting(f"{_place(settings)}: the server offers no STARTTLS; see IMAP__TLS") from None
    except UnicodeError:
        raise WrongSetting(f"{_place(settings)}: is not a name of a server; see IMAP__HOST") from None
    except FOREIGN as error:
        trouble = BrokenOff if isinstance(error, GONE) else TryAgainLater
        raise trouble(f"{_place(settings)}: {_reason(error)}") from None


def refused(error: IMAPClient.Error) -> bool:
    """True when the server understood and said no for good; False when it broke off or is only busy."""
    broken_off = isinstance(error, IMAPClientAbortError) or isinstance(
        error.__context__, IMAPClientAbortError
    )
    return not broken_off and not TEMPORARY.search(str(error))


def _tls(settings: ImapSettings) -> ssl.SSLContext | None:
    if settings.tls == "none":
        return None
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:
        reason = error.strerror or "no certificate in it"
        raise WrongSetting(f"IMAP__CA_FILE: {settings.ca_file}: {reason}") from None


def _sign_in(client: IMAPClient, settings: ImapSettings) -> None:
    by_token = bool(settings.oauth.token_url)
    try:
        (_by_token if by_token else _by_password)(client, settings)
    except LoginError as error:
        if not refused(error):
            raise
        hint = "IMAP__OAUTH__SCOPE" if by_token else "IMAP__PASSWORD"
        raise WrongSetting(f"{_place(settings)}: sign-in refused; see IMAP__USER and {hint}") from None


def _by_password(client: IMAPClient, settings: ImapSettings) -> None:
    # PLAIN (RFC 4616) carries any script and any sign; imaplib's LOGIN only ASCII, the user name unquoted.
    sign_in = client.plain_login if client.has_capability("AUTH=PLAIN") else client.login
    sign_in(settings.user, settings.password.get_secret_value())


def _by_token(client: IMAPClient, settings: ImapSettings) -> None:
    tokens = tokens_of(settings.oauth)
    token = tokens.current()
    try:
        client.oauth2_login(settings.user, token)
    except LoginError as error:
        if not refused(error):
            raise
        client.oauth2_login(settings.user, tokens.renewed(token))


def _place(settings: ImapSettings) -> str:
    return f"IMAP server {settings.host}:{settings.port}"


def _reason(error: Exception) -> str:
    # Answers of the server may quote addresses and folders, so none is repeated.
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, IMAPClientAbortError | ssl.SSLEOFError):
        return "connection lost"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {error.reason}"
    return (isinstance(error, OSError) and error.strerror) or "an answer that cannot be used"
