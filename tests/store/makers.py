"""Makers of calls, transcripts, judgements and a small phrase book: plain data as the other parts hand it over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hypothesis import HealthCheck, settings

from ami_bridge.events import CallEnded, ClerkLeg, Gap
from phrasebook.model import PhraseBook, Rule, Source
from voice_agent.rules.verdict import verdict_of
from voice_agent.store import Store
from voice_agent.store.calls import calls, judgements
from voice_agent.store.people import users
from voice_agent.store.people.directory import Clerk, save_clerks
from voice_agent.values import RULES, Agent, Evidence, Finding, Judgement, Segment, Status, Transcript, Word

#: For properties: a busy machine is slow, and slowness is no failure.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
#: 2026-11-22 09:30:00 in Shanghai.
MORNING = 1795311000.0
HOUR = 3600.0
DAY = 86400.0
SOURCE = Source(2, "三(一)", "主动告知对方自己的工号")


def book(version: str = "1", points: float = 10.0) -> PhraseBook:
    """A book in which each fault costs ``points`` and lateness half of it."""
    rules = {rule: Rule(rule, rule, rule, "normal", points, points / 2, {}, SOURCE) for rule in RULES}
    return PhraseBook(version, date(2026, 1, 1), f"digest-{version}-{points}", {}, {}, rules, {}, {}, (), ())


def ended(
    uniqueid: str = "1795311000.1",
    *,
    start: float = MORNING,
    clerks: tuple[str | None, ...] = ("1086",),
    answered: bool = True,
    ring: float = 4.0,
    talk: float = 60.0,
    queue: str | None = "hotline",
    gaps: tuple[Gap, ...] = (),
) -> CallEnded:
    """A hotline call; several clerks share the talk evenly, one after the other."""
    took = start + ring if answered else None
    share = talk / max(1, len(clerks))
    legs = tuple(
        ClerkLeg(
            f"坐席 {job}",
            f"PJSIP/a{job}",
            job,
            f"PJSIP/a{job}-{n}",
            f"{uniqueid}.{n}",
            start + ring + n * share,
            start + ring + (n + 1) * share,
        )
        for n, job in enumerate(clerks)
    )
    return CallEnded(
        uniqueid, uniqueid, queue, "13800000000", start, took, start + ring + (talk if answered else 0.0), ring,
        talk if answered else 0.0, "caller", (), legs if answered else (), len(legs) > 1, f"/rec/{uniqueid}.wav", gaps, True,
    )  # fmt: skip


def transcript(*said: tuple[str, str], call_id: str = "c") -> Transcript:
    """One segment a sentence, two seconds each, a word a character."""
    segments = tuple(
        Segment(
            channel,
            n * 2.0,
            n * 2.0 + 1.8,
            text,
            tuple(Word(char, n * 2.0 + i * 0.1, n * 2.0 + i * 0.1 + 0.1, 0.9) for i, char in enumerate(text)),
        )  # type: ignore[arg-type]
        for n, (channel, text) in enumerate(said)
    )
    return Transcript(call_id, segments, Agent("1086"), 2.0 * len(said))


def judgement(statuses: Mapping[str, Status] | None = None, *, points: float = 10.0) -> Judgement:
    """Every rule met but those given."""
    given = statuses or {}
    findings = tuple(
        Finding(rule, given.get(rule, "met"), 0.9, (Evidence("agent", 1.0, 2.0, "您好", "您好"),), "理由")
        for rule in RULES
    )
    faults = [each.status for each in findings if each.status in ("missing", "late", "mismatch", "violated")]
    score = max(0.0, 100.0 - sum(points / 2 if status == "late" else points for status in faults))
    return Judgement("c", verdict_of([each.status for each in findings]), score, findings, "1")


def judged_call(
    store: Store,
    uniqueid: str,
    statuses: Mapping[str, Status] | None = None,
    *,
    start: float = MORNING,
    clerk: str = "1086",
    **more: object,
) -> int:
    """A recorded call with a judgement; returns the store's number."""
    number = calls.record_call(store, ended(uniqueid, start=start, clerks=(clerk,), **more), now=start + 70).id  # type: ignore[arg-type]
    judgements.save_judgement(store, number, judgement(statuses), book=book(), now=start + 90)
    return number


def staff(store: Store) -> dict[str, int]:
    """One user of each kind: the clerk 1086, two reviewers, a supervisor; name → user number."""
    save_clerks(
        store,
        [
            Clerk("1086", "张三", "社保局", "3号窗口"),
            Clerk("1087", "李四", "社保局", "4号窗口"),
            Clerk("2001", "王五", "医保中心", "1号窗口"),
        ],
    )
    people = {
        "zhang": ("staff", "1086"),
        "li": ("staff", "1087"),
        "r1": ("reviewer", ""),
        "r2": ("reviewer", ""),
        "boss": ("supervisor", ""),
    }
    return {
        name: users.add_user(store, name, name=name, role=role, password_hash="x", job_number=job)  # type: ignore[arg-type]
        for name, (role, job) in people.items()
    }
