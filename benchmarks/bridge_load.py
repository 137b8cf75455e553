"""Does the bridge keep up with a busy hotline, and does its memory stay flat?

    python benchmarks/bridge_load.py [--calls 100000] [--seconds 10]

1. A feeder process speaks the manager protocol over a real socket and repeats the captured load (100 simultaneous PJSIP calls) at
   2,700 events a second, the peak that was measured on Asterisk; the bridge's share of a core is its CPU time over the time.
2. Calls are replayed as fast as possible, and the resident memory is looked at on the way.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import resource
import socket
import threading
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from ami_bridge.bridge import Bridge
from ami_bridge.events import CallEnded, Gap
from ami_bridge.follower import Follower
from ami_bridge.replay import read_capture
from ami_bridge.settings import Settings

CAPTURES = Path(__file__).resolve().parent.parent / "recordings_fixtures" / "ami"
EVENTS_PER_SECOND = 2700
SHARE_LIMIT = 0.20
CALLS_A_LAP, EVENTS_A_LAP = 100, 3600  # of the captured load
SYSTEM = b"probe-"  # system name in the captured ids; a new one each lap makes new calls of the same events


def lap_of(messages: list[bytes], lap: int) -> list[bytes]:
    """The same calls again under new ids."""
    return [raw.replace(SYSTEM, b"probe%d-" % lap) for raw in messages]


def load_messages(name: str) -> list[bytes]:
    """The events of a captured stream with the line ends of the wire."""
    raws = [arrival.raw.rstrip(b"\n") for arrival in read_capture(CAPTURES / name)]
    return [raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for raw in raws if raw.startswith(b"Event: ")]


def feed(box: multiprocessing.Queue[int], seconds: float) -> None:
    """A manager interface on a socket that only knows how to be fast."""
    server = socket.create_server(("127.0.0.1", 0))
    box.put(server.getsockname()[1])
    connection, _ = server.accept()
    connection.sendall(b"Asterisk Call Manager/11.0.0\r\n")
    whole = threading.Lock()  # an answer must not land inside an event
    threading.Thread(target=answer, args=(connection, whole), daemon=True).start()
    time.sleep(0.5)  # the login
    messages = load_messages("load-100-PJSIP-min.ami.gz")
    endless = (raw for lap in count() for raw in lap_of(messages, lap))
    began, sent = time.monotonic(), 0
    while (elapsed := time.monotonic() - began) < seconds:
        batch = list(islice(endless, int(EVENTS_PER_SECOND * elapsed) - sent + 1))
        sent += len(batch)
        with whole:
            connection.sendall(b"".join(raw + b"\r\n\r\n" for raw in batch))
        time.sleep(0.01)
    box.put(sent)
    time.sleep(120)  # until the bridge has had time to handle it all and this process is ended


def answer(connection: socket.socket, whole: threading.Lock) -> None:
    """Say yes to everything."""
    with contextlib.suppress(ConnectionError):  # the bridge goes first
        answer_lines(connection, whole)


def answer_lines(connection: socket.socket, whole: threading.Lock) -> None:
    """Every action succeeds and lists nothing."""
    for line in connection.makefile("rb"):
        if line.startswith(b"ActionID: "):
            more = b"Challenge: 1\r\nEventList: Complete\r\n"
            with whole:
                connection.sendall(b"Response: Success\r\n" + line.strip() + b"\r\n" + more + b"\r\n")


def measure_share(seconds: float) -> tuple[float, int, int]:
    """CPU seconds per second of the bridge under load, calls returned, events a second."""
    box: multiprocessing.Queue[int] = multiprocessing.Queue()
    feeder = multiprocessing.Process(target=feed, args=(box, seconds))
    feeder.start()
    bridge = Bridge(Settings(port=box.get(), username="bench"))
    used, calls, sent = time.process_time(), 0, 0
    for event in bridge.run(threading.Event()):
        calls += isinstance(event, CallEnded)
        assert not isinstance(event, Gap), f"the bridge lost the feeder: {event.reason}"
        sent = sent or (0 if box.empty() else box.get())
        if sent and calls >= CALLS_A_LAP * (sent // EVENTS_A_LAP):
            break
    share = (time.process_time() - used) / seconds
    feeder.terminate()
    feeder.join()
    return share, calls, int(sent / seconds)


def replay(calls: int) -> Iterator[tuple[int, float]]:
    """Replay this many calls; yields (calls so far, resident MB) at ten points."""
    messages = load_messages("dial.ami")
    follower = Follower(Settings())
    returned, at = 0, 0.0
    for lap in range(calls):
        for raw in messages:
            returned += sum(1 for _ in follower.hear(raw.replace(b"hotline-", b"h%d-" % lap), at))
            at += 0.05
        if (lap + 1) % (calls // 10) == 0:
            yield returned, resident_mb()


def resident_mb() -> float:
    """Resident memory of this process now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    """Print both tables and fail if a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    arguments = parser.parse_args()
    share, calls, rate = measure_share(arguments.seconds)
    print(f"{rate} events/s over a socket: {share:.1%} of a core (limit {SHARE_LIMIT:.0%}), {calls} calls returned")
    began = time.process_time()
    memory = []
    for returned, resident in replay(arguments.calls):
        memory.append(resident)
        print(f"{returned:>8} calls replayed  {resident:7.1f} MB")
    growth = memory[-1] / memory[2]
    print(f"memory at the end over memory after 30 %: {growth:.3f}; {time.process_time() - began:.0f} s CPU")
    assert share <= SHARE_LIMIT, "too much CPU"
    assert growth < 1.05, "memory grows"


if __name__ == "__main__":
    main()
