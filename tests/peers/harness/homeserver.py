"""Synapse on a free port of the loopback: alone in the world, registering by a shared secret."""

import base64
import hashlib
import hmac
import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

from .clock import Clock
from .processes import Process, environment, free_port, wait_for

NAME = "peers.test"
_MAIN = Path(__file__).with_name("homeserver_main.py")
SECRET = "shared-with-the-operator"

# Stories are quicker than people; the limits that a homeserver comes with are a story of their own.
_FREE = {"per_second": 1000, "burst_count": 1000}
_LIMITS = {
    "rc_message": _FREE,
    "rc_registration": _FREE,
    "rc_login": {"address": _FREE, "account": _FREE, "failed_attempts": _FREE},
    "rc_joins": {"local": _FREE, "remote": _FREE},
    "rc_joins_per_room": _FREE,
    "rc_invites": {"per_room": _FREE, "per_user": _FREE, "per_issuer": _FREE},
    "rc_room_creation": _FREE,
    "rc_admin_redaction": _FREE,
    "rc_reports": _FREE,
}


class Homeserver:
    """Started at once; `stop` and `start` make it go away and come back with everything it knew."""

    def __init__(self, folder: Path, clock: Clock, limits: dict | None = None):
        self.folder = folder / "homeserver"
        self.folder.mkdir()
        self.clock = clock
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        key = base64.b64encode(os.urandom(32)).decode().rstrip("=")
        (self.folder / "signing.key").write_text(f"ed25519 a_peer {key}\n")
        (self.folder / "log.json").write_text(json.dumps(_LOG))
        # JSON is YAML.
        (self.folder / "homeserver.yaml").write_text(json.dumps(self._settings() | (limits or _LIMITS), indent=1))
        self.start()

    def _settings(self) -> dict:
        return {
            "server_name": NAME,
            "public_baseurl": self.url,
            "listeners": [
                {
                    "port": self.port,
                    "bind_addresses": ["127.0.0.1"],
                    "type": "http",
                    "tls": False,
                    "resources": [{"names": ["client"]}],
                }
            ],
            "database": {"name": "sqlite3", "args": {"database": str(self.folder / "homeserver.db")}},
            "media_store_path": str(self.folder / "media"),
            "pid_file": str(self.folder / "pid"),
            "signing_key_path": str(self.folder / "signing.key"),
            "log_config": str(self.folder / "log.json"),
            "registration_shared_secret": SECRET,
            "macaroon_secret_key": "only-for-tests",
            "form_secret": "only-for-tests",
            "bcrypt_rounds": 4,
            "federation_domain_whitelist": [],
            "trusted_key_servers": [],
            "suppress_key_server_warning": True,
            "url_preview_enabled": False,
            "presence": {"enabled": False},
            "report_stats": False,
        }

    def start(self) -> None:
        command = [sys.executable, str(_MAIN), str(self.clock.file), "-c", str(self.folder / "homeserver.yaml")]
        self.process = Process(command, environment(), self.folder, self.folder / "homeserver.log")
        wait_for("the homeserver does not answer", self.answers)

    def answers(self) -> bool:
        assert self.process.is_running(), self.process.text()[-4000:]
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self) -> None:
        self.process.stop()

    def register(self, name: str, shown: str) -> dict:
        """Makes an account with one device; answers `user_id`, `device_id` and `access_token`."""
        path = "/_synapse/admin/v1/register"
        nonce = self.ask("GET", path)["nonce"]
        parts = [nonce, name, f"password of {name}", "notadmin"]
        mac = hmac.new(SECRET.encode(), "\0".join(parts).encode(), hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "displayname": shown, "password": parts[2], "admin": False, "mac": mac}
        return self.ask("POST", path, body)

    def ask(self, method: str, path: str, body: dict | None = None, token: str | None = None) -> dict:
        """One request, as a program would make it; fails on every answer but success."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from None


_LOG = {
    "version": 1,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "INFO", "handlers": ["err"]},
}
