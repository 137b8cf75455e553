"""Alerts: rules as data, once for a call, not too often for a clerk; sent signed and until they arrive, never outside the site's network."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

import pytest

from tests.store.makers import ended
from voice_agent.config import Config
from voice_agent.errors import ConfigError, StoreError
from voice_agent.live.alerts.messenger import Messenger
from voice_agent.live.alerts.raising import raise_alerts
from voice_agent.live.alerts.rules import causes
from voice_agent.live.alerts.ways import NotSentError, Ways, mail, post, ways_of
from voice_agent.live.now.setup import check_alerts
from voice_agent.store import Store
from voice_agent.store.calls import calls
from voice_agent.store.live.alerts import (
    RETRIES,
    acknowledge,
    alerts_of_call,
    due_deliveries,
    get_alert,
    list_alerts,
    not_delivered,
)
from voice_agent.store.live.calls_now import LiveCall

SECRET = b"only the site knows"
NOW = 1_796_000_000.0


def config(*rules: dict[str, Any], **more: Any) -> Config:
    return Config.model_validate({"alerts": list(rules), **more})


def rule(**values: Any) -> dict[str, Any]:
    return {"name": "忌语", "on": "finding:prohibited", "tell": ["page"], **values}


STATE = {
    "answered": NOW - 60, "start": NOW - 70, "listening": "on", "heard": NOW - 1, "quiet": NOW - 31, "hold": None,
    "duties": [
        {"rule": "prohibited", "state": "found", "score": 0.9, "why": "听到服务忌语"},
        {"rule": "job_number", "state": "overdue", "score": 0.95, "why": "整通电话没有告知工号"},
        {"rule": "identity", "state": "due", "score": 0.95, "why": "没有报单位"},
    ],
    "acts": [{"act": "complains_clerk", "p": 0.7, "name": "要投诉坐席", "text": "我要投诉你"}],
    "warnings": [{"act": "fault", "sure": True, "name": "辱骂", "text": "你有病"}], "delivery": {"pace": 310.0, "clerk_cuts": 2, "talk_share": 0.8},
}  # fmt: skip


@pytest.mark.parametrize(
    ("on", "least", "found"),
    [
        ("finding:prohibited", 0.8, "忌语：服务忌语"), ("finding:prohibited", 0.95, None), ("finding:identity", 0.1, None),
        ("finding:job_number", 0.8, "忌语：主动告知工号"), ("act:complains_clerk", 0.6, "忌语：要投诉坐席"), ("act:complains_clerk", 0.8, None),
        ("measure:silence", 30, "忌语：静默 30 秒"), ("measure:silence", 31, None), ("measure:pace", 300, "忌语：语速每分钟 310 字"), ("measure:wait", 5, None),
        ("measure:duration", 60, "忌语：通话 60 秒"), ("measure:clerk_cuts", 3, None), ("measure:hold", 1, None),
    ],
)  # fmt: skip
def test_a_rule_asks_for_what_is_certain_enough(on: str, least: float, found: str | None) -> None:
    """An act or finding of at least the stated probability, or a measure of at least the stated value; what is merely due raises nothing."""
    rules = config(rule(on=on, at_least=least)).alerts
    assert [cause.what for cause in causes(rules, "甲局", STATE, NOW)] == ([found] if found else [])


def test_units_that_a_rule_does_not_name_are_left_alone() -> None:
    """A rule with units looks at their calls only."""
    rules = config(rule(units=["乙局"])).alerts
    assert list(causes(rules, "甲局", STATE, NOW)) == []
    assert len(list(causes(rules, "乙局", STATE, NOW))) == 1


def live_call(uniqueid: str = "call-1", clerk: str = "1001") -> LiveCall:
    return LiveCall(uniqueid, "甲局", clerk, NOW - 70, None, STATE)


def test_once_a_call_and_not_too_often_a_clerk(store: Store) -> None:
    """The same call raises a rule once, also after a restart that forgot; the same clerk not again within the minutes of the rule."""
    rules = config(rule(every_minutes=10)).alerts
    assert raise_alerts(store, rules, live_call()) == ["忌语"]
    assert raise_alerts(store, rules, live_call()) == []
    assert raise_alerts(store, rules, live_call("call-2")) == []
    assert raise_alerts(store, rules, live_call("call-3", "1002")) == ["忌语"]


def test_alert_becomes_part_of_the_call(store: Store) -> None:
    """When the call is recorded its alerts are found with it, whoever acknowledged them."""
    raise_alerts(store, config(rule()).alerts, live_call("call-1"))
    number = calls.record_call(store, ended("call-1")).id
    (alert,) = alerts_of_call(store, number)
    assert (alert.what, alert.detail, alert.call) == ("忌语：服务忌语", "你有病", number)


def test_acknowledged_once(store: Store) -> None:
    """The first who takes note is kept; a second one is told."""
    from tests.store.makers import staff  # noqa: PLC0415 - only here

    raise_alerts(store, config(rule()).alerts, live_call())
    (alert,) = list_alerts(store)
    user = staff(store)["r1"]
    acknowledge(store, alert.id, user, "已经听过")
    with pytest.raises(StoreError, match="已经有人确认"):
        acknowledge(store, alert.id, user, "")
    again = get_alert(store, alert.id)
    assert again is not None
    assert (again.acknowledged_by, again.note) == (user, "已经听过")
    assert list_alerts(store, only_open=True) == []


@contextmanager
def receiver(answers: list[int]) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A receiver on this machine that answers so, and what it got."""
    got: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(answers.pop(0) if answers else 204)
            self.send_header("Location", "http://example.com/")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/alerts", got
    finally:
        server.shutdown()
        server.server_close()


def ways(url: str, *rules: dict[str, Any], **more: Any) -> tuple[Config, Ways]:
    made = config(*rules, webhook={"url": url}, **more)
    return made, Ways(made.webhook, SECRET, made.mail, "")


def test_post_is_signed_and_retried_until_it_arrives(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A receiver that fails twice gets it the third time; the signature is that of time and body, and no telephone number is in it."""
    monkeypatch.setattr("voice_agent.store.live.alerts.RETRIES", (0.0,) * 7)
    with receiver([500, 302]) as (url, got):
        made, told = ways(url, rule(tell=["webhook"]))
        raise_alerts(store, made.alerts, live_call())
        with Messenger(lambda: Store.open(store.path, create=False), told, made.alerts):
            deadline = time.monotonic() + 20
            while list_alerts(store)[0].deliveries[0].state != "sent":
                assert time.monotonic() < deadline, list_alerts(store)
                time.sleep(0.1)
    headers, body = got[-1]
    signed = hmac.new(SECRET, headers["x-voice-agent-time"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["x-voice-agent-signature"] == f"sha256={signed}"
    assert len(got) == 3
    assert json.loads(body)["clerk"] == "1001"
    assert "number" not in json.loads(body)
    assert list_alerts(store)[0].deliveries[0].tries == 3


def test_a_fault_of_ours_in_one_alert_keeps_back_no_other(store: Store) -> None:
    """An address that nobody can read fails in a way that nobody thought of: it is written with the alert, and the next one is tried."""
    made, told = ways("http://127.0.0.1:1/", rule(tell=["webhook"], every_minutes=0))
    broken = replace(told, webhook=told.webhook.model_copy(update={"url": "http://[127.0.0.1/"}))
    for name, clerk in (("call-1", "1001"), ("call-2", "1002")):
        raise_alerts(store, made.alerts, live_call(name, clerk))
    Messenger(lambda: store, broken, made.alerts).send_due(store)
    errors = [row["error"] for row in store.rows("SELECT error FROM alert_deliveries ORDER BY id")]
    assert errors == ["程序出错（ValueError），已记入日志"] * 2


def test_a_receiver_that_is_down_is_given_up_after_hours_and_stays_visible(store: Store) -> None:
    """Each try waits longer; after the last it is called failed, with the reason, and is tried no more."""
    made, told = ways("http://127.0.0.1:9/", rule(tell=["webhook"]))
    raise_alerts(store, made.alerts, live_call())
    now = time.time() + 1
    for _ in range(len(RETRIES) + 1):
        ((one, alert),) = due_deliveries(store, now)
        with pytest.raises(NotSentError) as error:
            told.send(one.way, alert)
        not_delivered(store, one, str(error.value), now)
        now += 4000
    assert due_deliveries(store, now + 1e6) == []
    (delivery,) = list_alerts(store)[0].deliveries
    assert delivery.state == "failed"
    assert "127.0.0.1" in delivery.error
    assert SECRET.decode() not in delivery.error


def test_nothing_is_posted_outside_the_sites_network(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever address a name leads to: if it is a public one the connection is closed before a byte of the alert is sent."""
    import http.client  # noqa: PLC0415 - patched here

    class Socket:
        def getpeername(self) -> tuple[str, int]:
            return ("93.184.216.34", 80)

        def close(self) -> None:
            return

        def sendall(self, *_: Any) -> None:
            raise AssertionError("sent")

    monkeypatch.setattr(http.client.HTTPConnection, "connect", lambda self: setattr(self, "sock", Socket()))
    made, _ = ways("http://alerts.example/", rule(tell=["webhook"]))
    raise_alerts(store, made.alerts, live_call())
    with pytest.raises(NotSentError, match="不是内网地址"):
        post(made.webhook, SECRET, list_alerts(store)[0])


class Smtp(BaseRequestHandler):
    """A mail server of a few words."""

    got: list[str]

    def handle(self) -> None:
        """One connection."""
        self.request.sendall(b"220 here\r\n")
        data, letter = b"", False
        while chunk := self.request.recv(4096):
            data += chunk
            while b"\r\n" in data:
                line, _, data = data.partition(b"\r\n")
                self.got.append(line.decode("utf-8", "replace"))
                if letter and line != b".":
                    continue
                letter = line.upper() == b"DATA"
                self.request.sendall(
                    b"354 go\r\n" if letter else b"221 bye\r\n" if line.upper() == b"QUIT" else b"250 ok\r\n"
                )


def test_mail_goes_through_the_sites_server(store: Store) -> None:
    """A letter with the sentence, to those of the rule."""
    Smtp.got = []
    with ThreadingTCPServer(("127.0.0.1", 0), Smtp) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made = config(
            rule(tell=["mail"]),
            mail={
                "host": "127.0.0.1",
                "port": server.server_address[1],
                "sender": "zj@example.cn",
                "to": ["zg@example.cn"],
            },
        )
        raise_alerts(store, made.alerts, live_call())
        mail(made.mail, "", list_alerts(store)[0], made.mail.to)
        server.shutdown()
    assert any(line.startswith("rcpt TO:<zg@example.cn>") or "zg@example.cn" in line for line in Smtp.got)
    assert "DATA" in [line.upper() for line in Smtp.got]


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        (
            [rule(on="finding:job_numbr")],
            r"alerts\[0\].on（忌语）：没有 finding:job_numbr，是否想写 finding:job_number",
        ),
        ([rule(), rule(on="measure:silence")], r"alerts\[1\].name|alerts\[0\].name"),
    ],
)
def test_a_wrong_rule_is_refused_by_name(rules: list[dict[str, Any]], complaint: str) -> None:
    """What a rule asks for must exist, and names are used once."""
    with pytest.raises(ConfigError, match=complaint):
        check_alerts(config(*rules))


def test_a_way_that_is_not_set_up_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that posts needs an address and a secret, and the secret's file must be the owner's alone."""
    monkeypatch.delenv("VOICE_AGENT_WEBHOOK_SECRET", raising=False)
    with pytest.raises(ConfigError, match="VOICE_AGENT_WEBHOOK_SECRET"):
        ways_of(config(rule(tell=["webhook"]), webhook={"url": "http://10.0.0.1/"}))
    with pytest.raises(ConfigError, match="host"):
        ways_of(config(rule(tell=["mail"])))
    secret = tmp_path / "secret"
    secret.write_text("x", encoding="utf-8")
    secret.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        ways_of(config(rule(), webhook={"secret_file": secret}))
