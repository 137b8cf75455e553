"""Hearing calls while they go on: from the end of a phrase to its flag on the board, calls a core, memory a call, and what differs in the end.

    python benchmarks/live_delay.py [--calls 6] [--only delay|load|differ]

- delay: bundled calls over RTP on a real Asterisk, MixMonitor's growing recording, ``listen --live``, the stream of a real ``serve``. From the
  end of the words, as the final transcript times them, to the event of the stream that first carries the act or warning.
- load: bundled legs fed as fast as one core takes them (processor seconds a second of call, both legs), and the memory of a process with
  1 and with 9 calls.
- sound: the part of that delay that no machine makes shorter, in seconds of sound: the writer's buffer of 32 KB, the end of the phrase, the
  pieces of the network. Taken from bundled calls fed buffer by buffer; independent of how busy the machine is.
- differ: what was claimed live and what the judgement after the hang-up says, over all bundled calls with two legs.

Aims of the delay: median ≤ 2 s, 95 % ≤ 3.5 s; ≥ 20 calls a core; ≤ 15 MB a call beyond the model; ≤ 2 % differ. Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import statistics as maths
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx2 as httpx

from phrasebook.book import load_book
from recordings_fixtures.asterisk.server import AsteriskServer, fetch_root
from tests.live.now.feeding import BEGAN, Feed
from tests.web.serving import running, site_for
from voice_agent.bundled import bundled_calls
from voice_agent.demo import live
from voice_agent.evaluate import CallFolder, read_calls
from voice_agent.hearing.listening import quick_model
from voice_agent.hearing.models.installed import BUNDLED
from voice_agent.hearing.vosk_transcriber import VoskTranscriber
from voice_agent.live.now.ears import Ears
from voice_agent.live.now.picture import judge_so_far
from voice_agent.pipeline import judge_recording
from voice_agent.rules.live_and_final import claims, differences
from voice_agent.store import Store
from voice_agent.store.calls import calls as recorded
from voice_agent.store.calls.transcripts import load_transcript
from voice_agent.store.people.sessions import open_session
from voice_agent.store.people.users import add_user
from voice_agent.web.doors.auth import cookie_name

PATIENCE = 600.0


class Board(threading.Thread):
    """A browser's stream: when each act and warning of each call was first told (unix seconds)."""

    def __init__(self, address: str, store: Path) -> None:
        super().__init__(daemon=True)
        with Store.open(store) as opened:
            user = add_user(opened, "bench", name="bench", role="supervisor", password_hash="x", must_change=False)  # noqa: S106 - nobody signs in with it
            self._token, _ = open_session(opened, user, 7200)
        self._address = address
        self.first: dict[tuple[str, str, int], tuple[float, float]] = {}

    def run(self) -> None:
        """Read until the server ends."""
        headers = {"cookie": f"{cookie_name(secure=False)}={self._token}", "accept": "text/event-stream"}
        with (
            httpx.Client(timeout=60) as client,
            client.stream("GET", f"{self._address}/live/stream", headers=headers) as answer,
        ):
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    self._take(json.loads(line[6:]), time.time())

    def _take(self, told: dict[str, Any], now: float) -> None:
        for call in told.get("calls", ()):
            for kind in ("acts", "warnings"):
                for one in call.get(kind, ()):
                    key = (call["id"], one["act"], round(one["at"]))
                    near = [(*key[:2], key[2] + step) for step in (-1, 0, 1)]
                    if not any(place in self.first for place in near):
                        self.first[key] = (now, one["at"])


def delays(count: int) -> list[float]:
    """Seconds from the end of the words to the flag."""
    chosen = live.choose_calls(read_calls(bundled_calls()), count)
    with tempfile.TemporaryDirectory(prefix="live-delay-") as name:
        folder = Path(name)
        (folder / "ast").mkdir()
        jobs = tuple(str(call.agent.job_number) for call in chosen)
        with AsteriskServer(fetch_root(), clerks=jobs, folder=folder / "ast") as asterisk:
            live.write_config(folder, asterisk, chosen)
            with live.listener(folder, "--live"):
                live.wait(lambda: live.follows(folder), PATIENCE, "does not follow Asterisk")
                time.sleep(5)
                with running(site_for(folder / "demo.db", load_book())) as address:
                    board = Board(address, folder / "demo.db")
                    board.start()
                    live.place(asterisk, chosen, folder)
                    live.wait(lambda: live.judged(folder) == len(chosen), PATIENCE, "not judged")
        return measured(folder / "demo.db", board)


def measured(path: Path, board: Board) -> list[float]:
    """Against the final transcript: the words that end last within four seconds of where the act begins."""
    found = []
    with Store.open(path) as store:
        for call in recorded.list_calls(store).calls:
            said, ended = load_transcript(store, call.id), recorded.call_ended(store, call.id)
            began = ended.recordings[0].start if ended.recordings else ended.recording_started
            if said is None or began is None:
                continue
            for (uniqueid, _, _), (told, at) in board.first.items():
                ends = [one.end for one in said.segments if one.start - 0.3 <= at - began < one.end + 0.3]
                if uniqueid == ended.uniqueid and ends:
                    found.append(told - began - max(ends))
    return found


def fed(folder: Path, call: CallFolder, transcriber: VoskTranscriber, name: str = "x") -> tuple[Feed, Ears]:
    """One call whose files lie there."""
    place = folder / name
    place.mkdir()
    feed = Feed(call, place)
    return feed, Ears(feed.files, transcriber)


def load(transcriber: VoskTranscriber, chosen: list[CallFolder]) -> None:
    """Print processor seconds a second of call, and memory."""
    book, spent, seconds, judging = load_book(), 0.0, 0.0, 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, call in enumerate(chosen):
            feed, ears = fed(folder, call, transcriber, str(number))
            while feed.write():
                begin = time.process_time()
                ears.advance()
                middle = time.process_time()
                judge_so_far(ears.heard(), feed.told(), BEGAN, call.agent, book)
                judging += time.process_time() - middle
                spent += time.process_time() - begin
            seconds += feed.seconds
        print(
            f"{spent / seconds:.4f} processor seconds a second of call ({judging / spent:.0%} of it judging): {seconds / spent:.1f} calls a core"
        )
        pairs = []
        before = 0
        for number in range(9):
            pairs.append(fed(folder, chosen[number % len(chosen)], transcriber, f"m{number}"))
            if number == 0:
                step(pairs, book)
                before = memory()
        step(pairs, book)
        print(f"memory: {(memory() - before) / 8:.1f} MB for each further call (20 s into it)")


def memory() -> float:
    """This process's own, MB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def step(pairs: list[tuple[Feed, Ears]], book: Any) -> None:
    """All calls side by side up to their twentieth second."""
    for _ in range(10):
        for feed, ears in pairs:
            if feed.second < 20 and feed.write():
                ears.advance()
                judge_so_far(ears.heard(), feed.told(), BEGAN, feed.call.agent, book)


def differ(transcriber: VoskTranscriber, chosen: list[CallFolder]) -> None:
    """Print what was claimed live and is otherwise in the end."""
    book, offline, claimed, found = load_book(), VoskTranscriber(BUNDLED), 0, []
    after_live, waits = 0.0, []
    with tempfile.TemporaryDirectory() as name:
        for call in chosen:
            feed, ears = fed(Path(name), call, transcriber, call.call_id)
            seen: set[tuple[str, int]] = set()
            while feed.write():
                ears.advance()
                last = judge_so_far(ears.heard(), feed.told(), BEGAN, call.agent, book)
                waits += [feed.second - end for end in fresh(last.picture, ears, seen)]
            feed.close()
            begin = time.process_time()
            final = judge_recording(feed.files, offline, book, agent=call.agent).judgement
            after_live += time.process_time() - begin
            claimed += len(claims(last.duties))
            found += [
                (call.call_id, one.rule, one.live, one.final, one.reason) for one in differences(last.duties, final)
            ]
    ordered = sorted(waits)
    print(
        f"sound: from the end of a phrase until its act or warning can be told: median {maths.median(ordered):.2f} s, 95 % {ordered[math.ceil(0.95 * len(ordered)) - 1]:.2f} s ({len(ordered)} flags)"
    )
    print(f"{len(found)} of {claimed} claims differ ({len(found) / claimed:.1%}) over {len(chosen)} calls: {found}")
    print(
        f"after the hang-up the whole recording is heard anew: {after_live / len(chosen):.2f} processor seconds a call (nothing of the live hearing is reused)"
    )


def fresh(picture: dict[str, Any], ears: Ears, seen: set[tuple[str, int]]) -> list[float]:
    """Where the phrases of acts and warnings end (seconds) that were not told before."""
    ends = []
    for one in [*picture["acts"], *picture["warnings"]]:
        at = one["at"] - BEGAN
        key = (one["act"], round(at))
        if not {(key[0], key[1] + step) for step in (-1, 0, 1)} & seen:
            seen.add(key)
            ends += [max(part.end for part in ears.heard().segments if part.start - 0.3 <= at < part.end + 0.3)]
    return ends


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--calls", type=int, default=6, help="how many at once (delay), how many are looked at (--only differ)"
    )
    parser.add_argument("--only", choices=("delay", "load", "differ"))
    options = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} cores")
    if options.only in (None, "delay"):
        found = sorted(delays(options.calls))
        if not found:
            raise SystemExit("no act or warning was told while the calls went on: the machine is too busy to measure")
        worst = found[math.ceil(0.95 * len(found)) - 1]
        print(
            f"from the end of a phrase to the board: median {maths.median(found):.2f} s, 95 % {worst:.2f} s, most {found[-1]:.2f} s ({len(found)} flags, {options.calls} calls at once)"
        )
    both = [call for call in read_calls(bundled_calls()) if len(call.audio) == 2]
    with quick_model(BUNDLED) as quick:
        transcriber = VoskTranscriber(quick)
        if options.only in (None, "load"):
            load(transcriber, both[:6])
        if options.only in (None, "differ"):
            differ(transcriber, both[: options.calls] if options.only == "differ" else both)


if __name__ == "__main__":
    main()
