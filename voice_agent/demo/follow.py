"""What an institution does with the calls of the demonstration's month: reviews, draws, objections, measures, complaints, follow-ups."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from voice_agent.demo.days import at
from voice_agent.demo.measures import complain, correct_some, follow_up, measure
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls.call_rows import CallRow
from voice_agent.store.calls.calls import each_call, get_call
from voice_agent.store.calls.findings import StoredFinding
from voice_agent.store.calls.judgements import current_findings
from voice_agent.store.people.directory import list_clerks
from voice_agent.store.people.users import add_user, list_users
from voice_agent.store.reviews import appeals, closings, draw_work, draws, objections, reviews
from voice_agent.values import FAULTS

_DAY = timedelta(days=1)
#: No password has this hash: nobody signs in as them.
_NO_PASSWORD = "!"  # noqa: S105 - no password at all
#: Rule → why a reviewer finds the machine wrong; of other rules it was right.
_WHYS = {
    "job_number": "坐席在第二句里说了，录音里听得清", "greeting": "坐席说了“您好”，被来电人的声音盖住了", "closing": "来电人先挂了，坐席来不及说",
    "need_inquiry": "来电人先说了来意，不必再问", "hold_notice": "是来电人自己去拿本子", "one_time_notice": "材料已经一次说全，来电人又问了一遍",
}  # fmt: skip
#: Rule → what a clerk says against a fault.
_PLEAS = {
    "job_number": "我报了工号，当时来电人同时在说话，请再听一遍", "greeting": "我先问了好，声音小，请把音量调大再听", "closing": "来电人没有等我说完就挂了",
    "hold_notice": "系统里查询没有那么久，是来电人去拿本子", "one_time_notice": "材料我一次都说了，是来电人又问了一遍", "prohibited": "我是劝他别着急，不是嫌他烦",
}  # fmt: skip


@dataclass(frozen=True)
class Office:
    """The store, who works there (username → number), the day of the demonstration, and chance."""

    store: Store
    people: Mapping[str, int]
    today: date
    chance: random.Random

    def day(self, back: int, hour: float = 15.0) -> float:
        """Unix seconds of a time of day so many days ago."""
        return at(self.today - _DAY * back, hour, self.store.timezone)


def work_through(store: Store, today: date) -> None:
    """Do a month's work on the calls in the store. Raises StoreError."""
    people = {one.username: one.id for one in list_users(store)}
    office = Office(store, people, today, random.Random("voice-agent office"))  # noqa: S311 - a play, no secret
    with store.transaction():
        reviewed = _review(office)
        _draw(office)
        _object(office, reviewed)
        measure(store, today, people, _accounts(office, ()))
        complain(store, today, people)
        follow_up(store, today, people)
        correct_some(store, people)


def _review(office: Office) -> list[CallRow]:
    """Two thirds of what waited longer than four days has been listened to; now and then the machine was wrong."""
    done, until = [], office.today - _DAY * 4
    for place, call in enumerate(list(each_call(office.store, CallFilter(until=until, review="waiting")))):
        # The calls that can be heard are left to whoever looks at the demonstration.
        if call.call_id[0].isdigit() and office.chance.random() < 0.66:
            _settle(office, call.id, ("zhijian1", "zhijian2")[place % 2], call.ended + 86400.0)
            done.append(call)
    return done


def _settle(office: Office, call: int, username: str, moment: float) -> None:
    user = office.people[username]
    for each in closings.open_findings(office.store, call):
        if each.finding.status == "uncertain":
            kept = office.chance.random() < 0.7
            why = "听清了，做到了" if kept else "听清了，没有做到"
            reviews.overrule(office.store, each.id, user, why, status="met" if kept else "missing", now=moment)
        elif each.finding.rule in _WHYS and office.chance.random() < 0.1:
            reviews.overrule(office.store, each.id, user, _WHYS[each.finding.rule], now=moment)
        else:
            reviews.confirm(office.store, each.id, user, now=moment)
    closings.finish_review(office.store, call, user, now=moment + 60)


def _draw(office: Office) -> None:
    """An unannounced check that is done, and one that is under way."""
    store, people = office.store, office.people
    both = (people["zhijian1"], people["zhijian2"])
    first = draws.draw_calls(
        store, CallFilter(since=office.today - _DAY * 30, until=office.today - _DAY * 15), number=2, per="unit", seed="2026-上半月", user=people["zhuguan"],
        purpose="明察暗访：各单位上半月", deadline=office.today - _DAY * 6, assignees=both, now=office.day(14),
    )  # fmt: skip
    second = draws.draw_calls(
        store, CallFilter(unit="金凤区社保中心"), number=3, per="clerk", seed="金凤区", user=people["zhuguan"], purpose="重点督查：金凤区社保中心",
        deadline=office.today + _DAY * 5, assignees=both, now=office.day(2),
    )  # fmt: skip
    for draw, share in ((first, 1.0), (second, 0.4)):
        for one in draw_work.drawn_calls(store, draw.id)[: round(len(draw.calls) * share)]:
            user = office.people["zhijian1" if one.assignee in (None, both[0]) else "zhijian2"]
            username = "zhijian1" if user == both[0] else "zhijian2"
            moment = office.day(8 if share == 1.0 else 1)
            if one.call.reviewed_at is None:
                _settle(office, one.call.id, username, moment)
            draw_work.done_in_draw(store, draw.id, one.call.id, user, now=moment)


def _accounts(office: Office, clerks: Sequence[str]) -> dict[str, int]:
    """Clerks who sign in: the one of the demonstration, and others whose password nobody knows."""
    known = {one.job_number: one.id for one in list_users(office.store) if one.job_number}
    names = {one.job_number: one.name for one in list_clerks(office.store)}
    for number in clerks:
        if number not in known:
            known[number] = add_user(
                office.store, f"zuoxi{number}", name=names.get(number, number), role="staff", job_number=number, password_hash=_NO_PASSWORD
            )  # fmt: skip
    return known


def _fault_of_the_clerk(store: Store, call: CallRow) -> StoredFinding | None:
    faults = (one for one in current_findings(store, call.id) if one.finding.status in FAULTS)
    return next((one for one in faults if one.clerk == call.clerk), None)


def _object(office: Office, reviewed: Sequence[CallRow]) -> None:
    """Some objections in all their states: upheld, rejected, appealed against, still open."""
    store = office.store
    recent = [call for call in reviewed if call.clerk and call.started > office.day(16, 0.0)][::4]
    accounts = _accounts(office, [call.clerk for call in recent])
    faulty = [(call, found) for call in recent if (found := _fault_of_the_clerk(store, call)) is not None]
    for place, (call, found) in enumerate(faulty[:9]):
        user, moment = accounts[call.clerk], call.ended + 2 * 86400.0
        number = objections.file_objection(
            store, found.id, user, _PLEAS.get(found.finding.rule, "请再听一遍，我做到了"), now=moment
        )
        before = get_call(store, call.id).reviewed_by
        other = office.people["zhijian2" if before == office.people["zhijian1"] else "zhijian1"]
        answer = ("重新听过，坐席确实说了，申诉成立", "重新听过，没有听到，维持原判")[place % 3 % 2]
        if place % 3 < 2:
            objections.decide_objection(store, number, other, upheld=place % 3 == 0, answer=answer, now=moment + 86400)
        if place == 1:
            appeals.file_appeal(store, number, user, "请主管听一听第二句", now=moment + 90000)
