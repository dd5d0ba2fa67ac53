"""A real Dovecot (2.3) in a temporary folder, on ports of its own."""

import grp
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from imapclient import IMAPClient

from inbox_agent.settings import ImapSettings
from tests.servers.certificate import Certificate, make_certificate
from tests.servers.programs import free_port, program

USER = "info@mittalcloud.com"
PASSWORD = "correct horse"

PLAINEST = ("IMAP4rev1", "LITERAL+", "ENABLE", "NAMESPACE", "UIDPLUS")
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
ssl_cert = <{certificate.file}
ssl_key = <{certificate.key_file}
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:{mail}
mail_uid = {owner.pw_uid}
mail_gid = {owner.pw_gid}
first_valid_uid = 1
mail_fsync = never
mail_max_userip_connections = 100
default_internal_user = {internal_user}
default_internal_group = {internal_group}
default_login_user = {login_user}
imap_idle_notify_interval = 29 mins
imap_capability = {capability}
{rights}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
{tokens}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={mail}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    auto = create
    {junk}
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


TOKENS = """
auth_mechanisms = plain xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
"""
RIGHTS = """
mail_plugins = acl
protocol imap {{
  mail_plugins = acl
}}
plugin {{
  acl = vfile:{folder}/rights
}}
"""
INTROSPECTION = """
introspection_url = {url}
force_introspection = yes
active_attribute = active
active_value = true
"""


class Dovecot:
    """One mailbox on a server that can be killed and started again with the same mail and ports.

    `special_use=False` hides that Junk is the junk folder, `idle=False` hides IDLE, `tls=False` all of TLS;
    with `introspection`, an authority's address, it takes the tokens that are valid there (XOAUTH2);
    `without` hides further extensions, `keywords=False` lets nobody set any (RFC 4314, right w).
    """

    def __init__(
        self,
        *,
        special_use: bool = True,
        idle: bool = True,
        tls: bool = True,
        certificate: Certificate | None = None,
        introspection: str = "",
        without: Sequence[str] = (),
        keywords: bool = True,
    ) -> None:
        self._introspection = introspection
        self._dovecot = program("dovecot", "dovecot-imapd")
        self._junk = "special_use = \\Junk" if special_use else ""
        offered = [one for one in PLAINEST if one not in without]
        self._capability = "" if idle and not without else " ".join(offered)
        self._keywords = keywords
        self._process: subprocess.Popen[bytes] | None = None
        self.port, self.tls_port = free_port(), free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.mail = self.folder / "mail"
        self.certificate = certificate or make_certificate(self.folder)
        self._ssl = "yes" if tls else "no"

    def __enter__(self) -> Self:
        """Between finding a free port and taking it another program may be faster: then with other ports."""
        self.mail.mkdir()
        for _ in range(3):
            self._lay_out()
            try:
                self.start()
            except RuntimeError:
                self.kill()
                self.port, self.tls_port = free_port(), free_port()
            else:
                return self
        shutil.rmtree(self.folder)
        raise RuntimeError("dovecot does not start")

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self.folder)

    def settings(self, **changes: Any) -> ImapSettings:
        """How to reach it: by TLS unless told otherwise, its certificate trusted."""
        port = self.tls_port if changes.get("tls", "tls") == "tls" else self.port
        given = {"host": "127.0.0.1", "port": port, "user": USER, "password": PASSWORD}
        return ImapSettings(**{**given, "ca_file": self.certificate.file, **changes})

    def start(self) -> None:
        command = [self._dovecot, "-F", "-c", str(self.folder / "dovecot.conf")]
        self._process = subprocess.Popen(command, start_new_session=True)
        for _ in range(1000):
            if self._greets():
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.01)
        log = self.folder / "dovecot.log"
        raise RuntimeError(log.read_text() if log.exists() else f"dovecot ended with {self._process.poll()}")

    def kill(self) -> None:
        """End every process of it at once, as a power cut would."""
        process, self._process = self._process, None
        if process:
            with suppress(ProcessLookupError):  # it may have ended by itself
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def freeze(self) -> None:
        """Stop every process of it: connections stay up, nothing is answered. Only `kill` ends that."""
        assert self._process
        os.killpg(self._process.pid, signal.SIGSTOP)

    def append(
        self, raw: bytes, folder: str = "INBOX", flags: Sequence[str] = (), at: datetime | None = None
    ) -> None:
        with self.client() as client:
            client.append(folder, raw, flags, at)

    def create(self, folder: str) -> None:
        with self.client() as client:
            client.create_folder(folder)

    def remove(self, uids: Sequence[int], folder: str = "INBOX") -> None:
        with self.client() as client:
            client.select_folder(folder)
            client.delete_messages(uids)
            client.expunge(uids)

    def flags(self, folder: str = "INBOX") -> dict[int, set[str]]:
        """The flags of each mail by UID, without the session's own \\Recent."""
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            found = client.get_flags(client.search())
        return {uid: {flag.decode() for flag in flags} - {"\\Recent"} for uid, flags in found.items()}

    def change_uidvalidity(self) -> None:
        """Forget the UIDs of INBOX, as a restore or a move to another host does; ends all connections."""
        self.kill()
        for file in self.mail.glob("dovecot*"):
            file.unlink()
        time.sleep(1)  # a new UIDVALIDITY is made of the seconds of the clock
        self.start()

    @contextmanager
    def client(self) -> Iterator[IMAPClient]:
        """A signed-in connection like that of the person who uses the mailbox."""
        with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10) as client:
            client.login(USER, PASSWORD)
            yield client

    def _greets(self) -> bool:
        try:
            with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10):
                return True
        except (OSError, IMAPClient.Error):
            return False

    def _lay_out(self) -> None:
        root = os.geteuid() == 0
        me = pwd.getpwuid(os.geteuid())
        owner = pwd.getpwnam("nobody") if root else me
        self.folder.chmod(0o755)
        if root:
            os.chown(self.mail, owner.pw_uid, owner.pw_gid)
        config = CONFIG.format(
            folder=self.folder,
            mail=self.mail,
            certificate=self.certificate,
            owner=owner,
            internal_user="dovecot" if root else me.pw_name,
            internal_group="dovecot" if root else grp.getgrgid(me.pw_gid).gr_name,
            login_user="dovenull" if root else me.pw_name,
            port=self.port,
            tls_port=self.tls_port,
            ssl=self._ssl,
            junk=self._junk,
            capability=self._capability,
            rights="" if self._keywords else RIGHTS.format(folder=self.folder),
            tokens=TOKENS.format(folder=self.folder) if self._introspection else "",
        )
        (self.folder / "dovecot.conf").write_text(config)
        (self.folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        (self.folder / "rights").write_text("* owner lrstipekxa\n")
        (self.folder / "oauth2.conf").write_text(INTROSPECTION.format(url=self._introspection))
