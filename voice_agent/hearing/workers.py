"""Processes that hear: each loads the model once. One that dies takes only its own recording with it and is replaced.

Threads share the workers through a queue of idle ones; a thread that hears waits for its own worker only.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from voice_agent.errors import HearingCrashed, ModelError, RecordingError, VoiceAgentError
from voice_agent.hearing.birth import live
from voice_agent.hearing.hear import Heard, hear
from voice_agent.hearing.transcriber import Transcriber
from voice_agent.intake.files import RecordingFiles
from voice_agent.values import Agent

#: Makes the recogniser inside a worker from the model's folder; must be importable there (a module-level function or class).
Factory = Callable[[Path], Transcriber]

HEARING_LIMIT = 3600.0  # seconds for one recording: far more than an hour-long call needs


@dataclass(frozen=True)
class Task:
    """A recording to hear, with what the telephony side knows of it. ``swap``: left or rx is the agent."""

    files: RecordingFiles
    call_id: str | None = None
    agent: Agent | None = None
    swap: bool = False


@dataclass(eq=False)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    ready: bool = False


class Workers:
    """``count`` hearing processes (0: one for each core). Use as a context manager; usable from several threads."""

    def __init__(self, model: Path, factory: Factory, count: int = 0, limit: float = HEARING_LIMIT) -> None:
        self._model, self._factory, self._limit = model, factory, limit
        self.count = count or len(os.sched_getaffinity(0))
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        for _ in range(self.count):
            self._idle.put(self._start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes; a recording that is being heard ends with an error."""
        with self._lock:
            workers, self._all = self._all, set()
        for worker in workers:
            worker.process.terminate()
        for worker in workers:
            worker.process.join()

    def hear(self, task: Task, began: Callable[[], None] = lambda: None) -> Heard:
        """Hear one recording on the next idle worker; ``began`` is called when its model is loaded and hearing begins.

        Raises RecordingError, HearingCrashed, ModelError.
        """
        worker = self._idle.get()
        try:
            return _unwrap(self._ask(worker, task, began))
        finally:
            self._idle.put(worker if worker.process.is_alive() else self._replace(worker))

    def hear_all(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Heard | VoiceAgentError]]:
        """Hear many at once; results as they come. An error belongs to its own recording only."""
        with ThreadPoolExecutor(self.count, thread_name_prefix="hear") as pool:
            pending = {pool.submit(self._outcome, task): task for task in tasks}
            try:
                for done in as_completed(pending):
                    yield pending[done], done.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                self.close()
                raise

    def _outcome(self, task: Task) -> Heard | VoiceAgentError:
        try:
            return self.hear(task)
        except VoiceAgentError as error:
            return error

    def _ask(self, worker: _Worker, task: Task, began: Callable[[], None]) -> Heard | VoiceAgentError:
        name = "、".join(map(str, task.files.paths))
        try:
            if not worker.ready:
                if (trouble := worker.pipe.recv()) is not None:
                    return self._unloadable(worker, trouble)
                worker.ready = True
            began()
            worker.pipe.send(task)
            if not wait([worker.pipe, worker.process.sentinel], self._limit):
                worker.process.kill()
                worker.process.join()
                return RecordingError(f"{name}：识别超过 {self._limit:.0f} 秒仍未完成，已中止；请检查录音")
            answer: Heard | VoiceAgentError = worker.pipe.recv()
            return answer
        except (EOFError, OSError):  # the pipe broke: the process died or the program is ending
            worker.process.join()
            return _crash(name, worker.process.exitcode)

    @staticmethod
    def _unloadable(worker: _Worker, trouble: VoiceAgentError) -> VoiceAgentError:
        """The worker ends: the next one tries to load the model again, which may have been mended meanwhile."""
        worker.process.join()
        return trouble

    def _start(self) -> _Worker:
        context = multiprocessing.get_context("spawn")  # a fork would copy threads' locks in unknown states
        ours, theirs = context.Pipe()
        process = context.Process(target=live, args=(theirs, pickle.dumps((self._model, self._factory))), daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        with self._lock:
            self._all.add(worker)
        return worker

    def _replace(self, dead: _Worker) -> _Worker:
        with self._lock:
            closing = dead not in self._all
            self._all.discard(dead)
        return dead if closing else self._start()


def _unwrap(answer: Heard | VoiceAgentError) -> Heard:
    if isinstance(answer, VoiceAgentError):
        raise answer
    return answer


def _crash(name: str, code: int | None) -> HearingCrashed:
    why = f"信号 {signal.Signals(-code).name}" if code and code < 0 else f"退出码 {code}"
    return HearingCrashed(f"{name}：识别进程意外退出（{why}）；其他录音不受影响，请检查内存和模型")


def work(pipe: Connection, model: Path, factory: Factory) -> None:
    """A worker's life: load the model, say so, then hear whatever comes through the pipe until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    transcriber = _load(model, factory)
    with suppress(EOFError, OSError):
        if isinstance(transcriber, VoiceAgentError):
            pipe.send(transcriber)
            return
        pipe.send(None)
        while True:
            pipe.send(_answer(pipe.recv(), transcriber))


def _load(model: Path, factory: Factory) -> Transcriber | VoiceAgentError:
    try:
        return factory(model)
    except VoiceAgentError as error:
        return error
    except Exception as error:
        return ModelError(f"{model}：无法加载模型：{error}")


def _answer(task: Task, transcriber: Transcriber) -> Heard | VoiceAgentError:
    try:
        return hear(task.files, transcriber, swap=task.swap, call_id=task.call_id, agent=task.agent)
    except VoiceAgentError as error:
        return error
    except Exception as error:
        return RecordingError(f"{'、'.join(map(str, task.files.paths))}：无法识别：{type(error).__name__}: {error}")
