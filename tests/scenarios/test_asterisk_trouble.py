"""What goes wrong with a real Asterisk: restarts, stalls, refusals, slow consumers, late starts. Nothing may be lost silently."""

from __future__ import annotations

import logging
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ami_bridge.events import Alive
from ami_bridge.gaps import STOPPED
from tests.asterisk_server import AsteriskServer, Stage, asterisk_root, listener, write_silence
from tests.scenarios.asterisk_watch import Watch

pytestmark = pytest.mark.asterisk


@pytest.fixture
def asterisk() -> Iterator[AsteriskServer]:
    with AsteriskServer(asterisk_root()) as server:
        yield server


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    path = tmp_path / "spoken.wav"
    write_silence(path, 2.0)
    return path


@pytest.fixture
def long_wav(tmp_path: Path) -> Path:
    path = tmp_path / "long.wav"
    write_silence(path, 60.0)
    return path


@pytest.mark.parametrize("at_once", [True, False], ids=["killed", "stopped"])
def test_restart_in_the_middle_of_calls(asterisk: AsteriskServer, wav: Path, long_wav: Path, at_once: bool) -> None:
    """Two calls cut off by a restart are returned (with the gap if their end went unseen), the gap is recorded, two more are followed."""
    with Watch(listener(asterisk)) as watch, Stage(asterisk) as stage:
        watch.until_following()
        cut_off = {stage.place_call(long_wav, long_wav, job).number: job for job in ("1201", "1202")}
        for number in cut_off:
            stage.wait_answered(number)
        asterisk.restart(at_once=at_once)
        watch.until(lambda: [gap for gap in watch.gaps if gap.end is not None])
        stage.reconnect()
        watch.until(lambda: len(watch.calls) == 2)
        assert {call.caller_number: call.clerks[0].job_number for call in watch.calls} == cut_off
        after = {stage.place_call(wav, wav, job).number: job for job in ("1203", "1204")}
        watch.until(lambda: len(watch.calls) == 4)
    opened, closed = watch.gaps
    assert (opened.start, opened.end) == (closed.start, None)
    assert closed.end is not None and 0 < closed.end - closed.start < 20
    if at_once:
        assert all(call.gaps == (closed,) for call in watch.calls[:2])
    assert {call.caller_number: call.clerks[0].job_number for call in watch.calls[2:]} == after
    assert all(call.gaps == () and call.complete for call in watch.calls[2:])


def test_stall_is_noticed(asterisk: AsteriskServer, long_wav: Path) -> None:
    """An Asterisk that stalls with open sockets is noticed within three pings; the call it was on is touched by the gap."""
    with Watch(listener(asterisk, "resyncer", ping_seconds=0.4)) as watch, Stage(asterisk) as stage:
        watch.until_following()
        placed = stage.place_call(long_wav, long_wav, "1201")
        stage.wait_answered(placed.number)
        asterisk.freeze()
        watch.until(lambda: watch.gaps, 6)
        assert "silent" in watch.gaps[0].reason
        asterisk.thaw()
        watch.until(lambda: [gap for gap in watch.gaps if gap.end is not None])
        watch.until_following()
        stage.hang_up_clerk("1201")
        watch.until(lambda: watch.calls)
    (call,) = watch.calls
    assert call.gaps == ()  # the same clerk throughout, says Asterisk's own account
    assert [clerk.job_number for clerk in call.clerks] == ["1201"]
    assert call.hung_up_by == "agent"


def test_call_that_ended_during_the_gap(asterisk: AsteriskServer, long_wav: Path) -> None:
    """With write=call the bridge asks after a gap which channels exist: a call that ended meanwhile is returned at once."""
    with (
        Watch(listener(asterisk, "resyncer", retry_first_seconds=4, retry_most_seconds=4)) as watch,
        Stage(asterisk) as stage,
    ):
        watch.until_following()
        placed = stage.place_call(long_wav, long_wav, "1201")
        stage.wait_answered(placed.number)
        kick(asterisk, "resyncer")
        watch.until(lambda: watch.gaps)
        stage.hang_up_clerk("1201")
        stage.wait_for(lambda: not stage.any_channel())
        watch.until(lambda: watch.calls)
    (call,) = watch.calls
    assert call.gaps == (watch.gaps[1],)
    assert call.end <= watch.gaps[1].start
    assert call.hung_up_by == "unknown"


def kick(asterisk: AsteriskServer, username: str) -> None:
    """Have Asterisk close a manager session, as a firewall or an administrator would."""
    for line in asterisk.cli("manager show connected").splitlines():
        if line.split()[:1] == [username]:
            asterisk.cli(f"manager kick session {line.split()[4]}")


def test_wrong_password(asterisk: AsteriskServer, caplog: pytest.LogCaptureFixture) -> None:
    """A refused login is a state of its own, is retried only slowly, and the secret is in no log."""
    with caplog.at_level(logging.DEBUG), Watch(listener(asterisk, secret="wrong-and-private")) as watch:
        watch.until(lambda: watch.bridge.state == "refused")
        time.sleep(1)
        assert watch.bridge.state == "refused"
        assert "listener" in watch.bridge.trouble
        assert watch.stop() < 1
    assert [gap.end for gap in watch.gaps] == [None]
    assert "wrong-and-private" not in caplog.text + str(watch.events)


def test_call_under_way_at_connect(asterisk: AsteriskServer, wav: Path) -> None:
    """A call that had begun before the bridge came is whole all the same: bridges are listed, and Asterisk accounts for it at its end."""
    with Stage(asterisk) as stage:
        placed = stage.place_call(wav, wav, "1203")
        stage.wait_answered(placed.number)
        with Watch(listener(asterisk)) as watch:
            watch.until(lambda: watch.calls)
    (call,) = watch.calls
    assert (call.caller_number, call.complete, call.clerks[0].job_number) == (placed.number, False, "1203")
    assert (len(call.clerks), call.gaps) == (1, ())
    assert call.talk_seconds > 1.5


def test_call_under_way_is_listed(asterisk: AsteriskServer, wav: Path) -> None:
    """With write=call the bridge even knows such a call from the beginning of its connection, and since when it runs."""
    with Stage(asterisk) as stage:
        placed = stage.place_call(wav, wav, "1203", way="dial")
        stage.wait_answered(placed.number)
        with Watch(listener(asterisk, "resyncer")) as watch:
            watch.until(lambda: any(alive.calls for alive in watch.alive))
            assert not watch.calls
            watch.until(lambda: watch.calls)
    (call,) = watch.calls
    assert (call.caller_number, call.complete, call.clerks[0].job_number) == (placed.number, False, "1203")
    assert call.end - call.start > 2


def test_downtime_of_our_own_process(asterisk: AsteriskServer) -> None:
    """The time since the heartbeat of an earlier process is a gap: first open, then closed when connected."""
    last_seen = time.time() - 100
    with Watch(listener(asterisk), last_seen) as watch:
        watch.until(lambda: len(watch.gaps) == 2)
    opened, closed = watch.gaps
    assert (opened.start, opened.end, opened.reason) == (last_seen, None, STOPPED)
    assert closed.start == last_seen
    assert closed.end == pytest.approx(time.time(), abs=10)


def test_slow_consumer_is_a_gap(asterisk: AsteriskServer, wav: Path, tmp_path: Path) -> None:
    """A consumer that cannot keep up loses events only as a recorded gap, and following goes on afterwards."""
    released = tmp_path / "released"

    def handle(event: object) -> None:
        while isinstance(event, Alive) and not released.exists():
            time.sleep(0.05)

    with Watch(listener(asterisk, queue_size=20), handle=handle) as watch, Stage(asterisk) as stage:
        watch.until(lambda: watch.alive)
        stage.place_call(wav, wav, "1201")
        stage.wait_for(lambda: watch.bridge.trouble)
        stage.wait_for(lambda: not stage.any_channel())
        released.touch()
        watch.until(lambda: [gap for gap in watch.gaps if gap.end is not None])
    assert "faster" in watch.gaps[0].reason


def test_heartbeat_and_quick_stop(asterisk: AsteriskServer) -> None:
    """While all is well a heartbeat says until when; stopping takes less than a second and leaves a last one."""
    with Watch(listener(asterisk)) as watch:
        watch.until(lambda: watch.alive)
        time.sleep(1)
        assert watch.stop() < 1
    assert time.time() - watch.alive[-1].at < 1.5
    assert watch.gaps == []


def test_tls_and_ipv6(tmp_path: Path, wav: Path) -> None:
    """Calls are followed over TLS with the certificate checked, and over IPv6."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is needed to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=asterisk.test",
         "-addext", "subjectAltName=DNS:asterisk.test", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    both = tmp_path / "both.pem"
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    with AsteriskServer(asterisk_root(), host="::1", certificate=both) as server, Stage(server) as stage:
        secure = listener(
            server,
            host="127.0.0.1",
            port=server.tls_port,
            tls=True,
            ca_file=certificate,
            tls_server_name="asterisk.test",
        )
        with Watch(secure) as over_tls, Watch(listener(server)) as over_ipv6:
            over_tls.until_following()
            over_ipv6.until_following()
            stage.place_call(wav, wav, "1201")
            over_tls.until(lambda: over_tls.calls and over_ipv6.calls)
        assert over_tls.calls == over_ipv6.calls
        with Watch(listener(server, host="127.0.0.1", port=server.tls_port, tls=True)) as distrustful:
            distrustful.until(lambda: "certificate" in distrustful.bridge.trouble.lower())
