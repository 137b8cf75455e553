"""How alerts leave the house: a signed post to an address on the site's network, and mail through the site's server."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import smtplib
import ssl
import time
from dataclasses import dataclass
from email.message import EmailMessage
from ipaddress import ip_address
from urllib.parse import urlsplit

from voice_agent.config import Config
from voice_agent.config.load import read_secret
from voice_agent.config.model import MailConfig, WebhookConfig
from voice_agent.errors import ConfigError
from voice_agent.store.live.alerts import Alert

WEBHOOK_VARIABLE, MAIL_VARIABLE = "VOICE_AGENT_WEBHOOK_SECRET", "VOICE_AGENT_MAIL_PASSWORD"


class NotSentError(Exception):
    """It did not arrive; the text says why (Chinese, no secret in it)."""


@dataclass(frozen=True)
class Ways:
    """The configured ways and their secrets."""

    webhook: WebhookConfig
    webhook_secret: bytes
    mail: MailConfig
    mail_password: str

    def send(self, way: str, alert: Alert, mail_to: tuple[str, ...] = ()) -> None:
        """Send one alert. Raises NotSentError."""
        if way == "webhook":
            post(self.webhook, self.webhook_secret, alert)
        else:
            mail(self.mail, self.mail_password, alert, mail_to or self.mail.to)


def ways_of(config: Config) -> Ways:
    """Read the secrets. Raises ConfigError for a rule that tells by a way that is not set up."""
    secret = read_secret(WEBHOOK_VARIABLE, config.webhook.secret_file, "webhook.secret_file").get_secret_value()
    password = read_secret(MAIL_VARIABLE, config.mail.password_file, "mail.password_file").get_secret_value()
    for number, rule in enumerate(config.alerts):
        if "webhook" in rule.tell and not (config.webhook.url and secret):
            raise ConfigError(
                f"alerts[{number}]（{rule.name}）：要发 webhook，须填写 [webhook] url，并用 {WEBHOOK_VARIABLE} 或 webhook.secret_file 给出密钥"
            )
        if "mail" in rule.tell and not (config.mail.host and config.mail.sender and (rule.mail_to or config.mail.to)):
            raise ConfigError(f"alerts[{number}]（{rule.name}）：要发邮件，须填写 [mail] 的 host、sender 和 to")
    return Ways(config.webhook, secret.encode(), config.mail, password)


def body_of(alert: Alert) -> bytes:
    """What is posted: no telephone number, numbers in the words already hidden."""
    told = {
        "id": alert.id, "at": alert.at, "rule": alert.rule, "call": alert.uniqueid, "unit": alert.unit, "clerk": alert.clerk,
        "what": alert.what, "detail": alert.detail,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False).encode()


def signature(secret: bytes, moment: str, body: bytes) -> str:
    """HMAC-SHA256 over ``time.body``: the receiver checks it and refuses old ones."""
    return "sha256=" + hmac.new(secret, moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def post(webhook: WebhookConfig, secret: bytes, alert: Alert) -> None:
    """Post an alert. Only to addresses of private networks, and no redirection is followed. Raises NotSentError."""
    address, body, moment = urlsplit(webhook.url), body_of(alert), str(int(time.time()))
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=webhook.timeout_seconds)
    headers = {
        "Content-Type": "application/json; charset=utf-8", "X-Voice-Agent-Delivery": str(alert.id), "X-Voice-Agent-Time": moment,
        "X-Voice-Agent-Signature": signature(secret, moment, body),
    }  # fmt: skip
    try:
        connection.connect()
        reached = ip_address(connection.sock.getpeername()[0])
        if not (reached.is_private or reached.is_loopback):
            raise NotSentError(f"{address.hostname} 不是内网地址（{reached}），没有发送")
        connection.request(
            "POST", (address.path or "/") + (f"?{address.query}" if address.query else ""), body, headers
        )
        status = connection.getresponse().status
        if not 200 <= status < 300:
            raise NotSentError(f"对方回答 {status}")
    except (OSError, http.client.HTTPException) as error:
        raise NotSentError(f"{address.hostname}：{type(error).__name__} {error}") from error
    finally:
        connection.close()


def mail(config: MailConfig, password: str, alert: Alert, to: tuple[str, ...]) -> None:
    """Mail an alert. Raises NotSentError."""
    message = EmailMessage()
    message["Subject"] = f"[热线提醒] {alert.what}（工号 {alert.clerk or '不详'}）"
    message["From"], message["To"] = config.sender, ", ".join(to)
    heard = f"听到：“{alert.detail}”\n" if alert.detail else ""
    message.set_content(
        f"{alert.what}\n坐席：{alert.clerk or '不详'}，单位：{alert.unit or '不详'}\n通话：{alert.uniqueid}\n{heard}\n实时判断只供参考，以挂机后的检查为准。\n"
    )
    try:
        with smtplib.SMTP(config.host, config.port, timeout=15) as server:
            if config.starttls:
                server.starttls(context=ssl.create_default_context())
            if config.username:
                server.login(config.username, password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSentError(f"{config.host}：{type(error).__name__} {error}") from error
