"""A post office: a mail server that takes everything (aiosmtpd) and a mailbox (dovecot), on ports of this machine alone."""

import email
import email.policy
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Letters:
    """What the mail server took, as it was sent."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.taken.extend((to, envelope.content) for to in envelope.rcpt_tos)
        return "250 taken"


class Office:
    """Both servers, until `close`."""

    def __init__(self) -> None:
        self.letters = Letters()
        self.smtp = Controller(self.letters, hostname="127.0.0.1", port=free_port(), decode_data=False)
        self.smtp.start()
        self.imap_port = free_port()
        # Short, and open to the mailbox's own user: the tests' folders are not.
        self.folder = Path(tempfile.mkdtemp(prefix="convene-imap-"))
        self.folder.chmod(0o755)
        self.dovecot = self._dovecot()

    def _dovecot(self) -> subprocess.Popen:
        as_root = os.geteuid() == 0
        user = pwd.getpwnam("nobody") if as_root else pwd.getpwuid(os.geteuid())
        inner = "dovecot" if as_root else user.pw_name
        login = "dovenull" if as_root else user.pw_name
        self.box = self.folder / "box"
        for name in ("cur", "new", "tmp"):
            (self.box / name).mkdir(parents=True)
        if as_root:
            for path in [self.box, *self.box.iterdir()]:
                os.chown(path, user.pw_uid, user.pw_gid)
        self.user = user
        config = self.folder / "dovecot.conf"
        chroots = "" if as_root else "".join(
            f"service {name} {{\n chroot =\n}}\n" for name in ("imap-login", "anvil", "stats")
        )
        config.write_text(
            f"""
base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = {self.folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {inner}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:{self.box}
service imap-login {{
 inet_listener imap {{
  port = {self.imap_port}
 }}
 inet_listener imaps {{
  port = 0
 }}
}}
passdb {{
 driver = static
 args = password=secret
}}
userdb {{
 driver = static
 args = uid={user.pw_uid} gid={user.pw_gid} home={self.box}
}}
{chroots}"""
        )
        program = shutil.which("dovecot") or "/usr/sbin/dovecot"
        server = subprocess.Popen([program, "-F", "-c", str(config)])
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.imap_port)) == 0:
                    return server
            time.sleep(0.05)
        server.kill()
        raise AssertionError(f"dovecot did not start: {(self.folder / 'log').read_text()}")

    def to(self, address: str) -> list[EmailMessage]:
        """The letters to an address, the first first."""
        return [self.read(raw) for to, raw in list(self.letters.taken) if to == address]

    def wait_for(self, address: str, count: int, seconds: float = 30) -> list[EmailMessage]:
        """The letters to an address, once there are `count` of them."""
        until = time.monotonic() + seconds
        while len(self.to(address)) < count:
            assert time.monotonic() < until, f"{len(self.to(address))} of {count} letters to {address}"
            time.sleep(0.1)
        return self.to(address)

    @staticmethod
    def read(raw: bytes) -> EmailMessage:
        return email.message_from_bytes(raw, policy=email.policy.default)

    def put(self, letter: EmailMessage) -> None:
        """Delivers a letter into the mailbox."""
        name = f"{time.time_ns()}.story.here"
        there = self.box / "tmp" / name
        there.write_bytes(letter.as_bytes(policy=email.policy.SMTP))
        if os.geteuid() == 0:
            os.chown(there, self.user.pw_uid, self.user.pw_gid)
        there.rename(self.box / "new" / name)

    def unread(self) -> int:
        """How many letters in the mailbox were not dealt with."""
        read = [path for path in (self.box / "cur").iterdir() if "S" in path.name.rsplit(",", 1)[-1]]
        return len(list((self.box / "cur").iterdir())) + len(list((self.box / "new").iterdir())) - len(read)

    def close(self) -> None:
        self.smtp.stop()
        self.dovecot.terminate()
        self.dovecot.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)
