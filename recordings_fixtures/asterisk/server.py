"""A real Asterisk of one's own: free ports, own folders, no root. Tests and ``script/demo --asterisk`` start it.

with AsteriskServer(fetch_root(), clerks=("1201", "1202")) as asterisk:
    Settings(host=asterisk.host, port=asterisk.ami_port, username="listener", secret=asterisk.listener_secret)
    Stage(asterisk).place_call(caller_wav, agent_wav, "1201")          # stage.py
    … asterisk.monitor_folder / "<uniqueid>-rx.wav"
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import wave
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

HERE = Path(__file__).parent
SCRIPT = HERE.parent.parent / "script" / "asterisk"
BOOT_SECONDS = 30.0


class AsteriskUnavailableError(RuntimeError):
    """Asterisk could not be fetched or did not start; the text says why."""


def fetch_root(suite: str = "sid") -> Path:
    """The folder of the unpacked Asterisk, fetched on first use (79 MB). Raises ``AsteriskUnavailableError``."""
    environment = {**os.environ, "VOICE_AGENT_ASTERISK_SUITE": suite}
    done = subprocess.run([str(SCRIPT), "fetch"], capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0:
        raise AsteriskUnavailableError(f"script/asterisk fetch: {done.stderr.strip()}")
    return Path(done.stdout.strip())


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port of 127.0.0.1 that nobody uses at the moment."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class AsteriskServer:
    """One Asterisk process with its own configuration; use it in ``with``.

    ``clerks`` are job numbers: each gets a telephone ``PJSIP/a<job>`` and is a member of the queue ``hotline``.
    ``certificate`` (PEM with key) switches TLS on at ``tls_port``; ``host`` may be ``::1``.
    """

    def __init__(
        self, root: Path, clerks: Sequence[str] = ("1201", "1202", "1203", "1204"), *,
        folder: Path | None = None, host: str = "127.0.0.1", certificate: Path | None = None,
    ) -> None:  # fmt: skip
        self.root, self.clerks, self.host = root, tuple(clerks), host
        # Short: the control socket's path must stay under 108 characters, which pytest's folders do not promise.
        self.folder = folder or Path(tempfile.mkdtemp(prefix="asterisk-"))
        self._owns_folder = folder is None
        self._certificate = certificate
        self.ami_port, self.tls_port = free_port(), free_port()
        self.sip_port = free_port(socket.SOCK_DGRAM)
        self.listener_secret, self.stage_secret = secrets.token_hex(8), secrets.token_hex(8)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def monitor_folder(self) -> Path:
        """Where recordings appear: ``<uniqueid>.wav``, ``<uniqueid>-rx.wav`` (caller), ``<uniqueid>-tx.wav`` (agent)."""
        return self.folder / "spool" / "monitor"

    def __enter__(self) -> AsteriskServer:
        try:
            self._lay_out()
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop(at_once=True)
        if self._owns_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start the process and wait until it is fully booted (about a second). Raises ``AsteriskUnavailableError``."""
        with (self.folder / "log" / "console").open("ab") as console:
            command = [*self._command(), "-f", "-C", str(self.folder / "etc" / "asterisk.conf")]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        deadline = time.monotonic() + BOOT_SECONDS
        while "fully booted" not in self.cli("core waitfullybooted").lower():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise AsteriskUnavailableError(f"Asterisk did not start:\n{self._last_words()}")
            time.sleep(0.1)

    def stop(self, *, at_once: bool = False) -> None:
        """End the process: calls are hung up and recordings closed, or with ``at_once`` it is killed like in a power cut."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGKILL if at_once else signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def restart(self, *, at_once: bool = False) -> None:
        """Stop and start again; calls in progress are lost."""
        self.stop(at_once=at_once)
        self.start()

    def freeze(self) -> None:
        """Let it stall: sockets stay open, nothing is answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """End ``freeze``."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def penalty(self, job: str) -> int:
        """The clerk's penalty in every queue: how a call is meant for one clerk."""
        return self.clerks.index(job) + 1

    def cli(self, command: str) -> str:
        """What Asterisk's console answers to a command ("" while it cannot be reached)."""
        arguments = [*self._command(), "-C", str(self.folder / "etc" / "asterisk.conf"), "-rx", command]
        return subprocess.run(arguments, capture_output=True, text=True, timeout=20, check=False).stdout

    def _command(self) -> list[str]:
        """Asterisk through its own loader, because its libraries are younger than the host's."""
        libraries = self.root / "usr" / "lib" / _triplet(self.root)
        loader = sorted([*libraries.glob("ld-linux*.so*"), *self.root.glob("lib*/**/ld-linux*.so*")])[0]
        paths = [libraries, libraries / "pulseaudio", self.root / "lib" / libraries.name, self.root / "usr" / "lib"]
        return [str(loader), "--library-path", ":".join(map(str, paths)), str(self.root / "usr" / "sbin" / "asterisk")]

    def _last_words(self) -> str:
        return (self.folder / "log" / "console").read_text(errors="replace")[-2000:]

    def _lay_out(self) -> None:
        self.folder.chmod(0o700)
        for name in ("etc", "lib", "share/moh", "share/sounds/en", "spool/monitor", "run", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        documentation = self.root / "usr" / "share" / "asterisk" / "documentation"
        shutil.copytree(documentation, self.folder / "share" / "documentation", dirs_exist_ok=True)
        # Hold music and the prompts of a transfer must exist; silent, so that nobody hears words in them.
        for sound in (
            "share/moh/silence",
            *(f"share/sounds/en/{name}" for name in ("pbx-transfer", "beep", "beeperr", "pbx-invalid")),
        ):
            write_silence(self.folder / f"{sound}.wav", 5.0 if "moh" in sound else 0.1)
        if self._certificate is not None:
            shutil.copyfile(self._certificate, self.folder / "etc" / "manager.pem")
        values = self._values()
        for template in sorted((HERE / "conf").glob("*.conf")):
            text = template.read_text()
            for name, value in values.items():
                text = text.replace(f"@@{name}@@", value)
            target = self.folder / "etc" / template.name
            target.write_text(text)
            target.chmod(0o600)

    def _values(self) -> dict[str, str]:
        first_rtp = 20_000 + 2 * secrets.randbelow(10_000)
        return {
            "FOLDER": str(self.folder),
            "ROOT": str(self.root),
            "MODULES": str(_modules(self.root)),
            "AMI_HOST": self.host,
            "AMI_PORT": str(self.ami_port),
            "TLS": "yes" if self._certificate else "no",
            "TLS_PORT": str(self.tls_port),
            "LISTENER_SECRET": self.listener_secret,
            "STAGE_SECRET": self.stage_secret,
            "SIP_PORT": str(self.sip_port),
            "RTP_FIRST": str(first_rtp),
            "RTP_LAST": str(first_rtp + 1000),
            "CLERKS": "\n".join(self._endpoint(job) for job in self.clerks),
            "MEMBERS": self._members("PJSIP/a{0}"),
            "LOCAL_MEMBERS": self._members("Local/{0}@clerks/n"),
            "OPTIMISED_MEMBERS": self._members("Local/{0}@clerks"),
        }

    def _endpoint(self, job: str) -> str:
        """A clerk's telephone; AGENT_ID is the best source of the job number there is."""
        return (
            f'[a{job}](clerk)\naors=a{job}\ncallerid="Clerk {job}" <{job}>\nset_var=AGENT_ID={job}\n'
            f"[a{job}]\ntype=aor\ncontact=sip:9{job}@127.0.0.1:{self.sip_port}\n"
        )

    def _members(self, interface: str) -> str:
        return "\n".join(
            f"member => {interface.format(job)},{self.penalty(job)},Clerk {job},PJSIP/a{job}" for job in self.clerks
        )


def write_silence(path: Path, seconds: float) -> None:
    """A wav of 8 kHz, 16 bit, mono with nothing in it."""
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(2 * int(8000 * seconds)))


def _modules(root: Path) -> Path:
    """Where the packages put Asterisk's modules; since Debian 12 below the machine's name."""
    found = sorted(
        [*(root / "usr" / "lib").glob("*/asterisk/modules"), *(root / "usr" / "lib").glob("asterisk/modules")]
    )
    if not found:
        raise AsteriskUnavailableError(f"no Asterisk modules in {root}")
    return found[0]


def _triplet(root: Path) -> str:
    """Debian's name of the machine, e.g. ``x86_64-linux-gnu``: where the packages put libraries."""
    found = sorted(path.parent.name for place in ("usr/lib", "lib") for path in (root / place).glob("*/libc.so.6"))
    if not found:
        raise AsteriskUnavailableError(f"no libraries in {root}")
    return found[0]
