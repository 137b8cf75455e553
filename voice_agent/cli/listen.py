"""``voice-agent listen``: follow Asterisk and judge every call."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from ami_bridge.bridge import Bridge
from ami_bridge.events import Going
from ami_bridge.replay import replay_calls
from ami_bridge.settings import Settings as BridgeSettings
from voice_agent.checking import Recogniser
from voice_agent.cli.base import Settings, existing_file, pass_settings
from voice_agent.cli.calls import COVERAGE_NAMES, local
from voice_agent.cli.render import faults_text, score_text
from voice_agent.errors import ConfigError
from voice_agent.hearing.workers import Workers
from voice_agent.labels import VERDICT_NAMES
from voice_agent.live.listener import Event, listen, stop_on_signals
from voice_agent.live.notify import BeatingEvent
from voice_agent.live.notify import tell as tell_systemd
from voice_agent.live.now.setup import live_desk
from voice_agent.live.patience import patiently
from voice_agent.live.setup import bridge_settings, desk, save_directory
from voice_agent.store import Store
from voice_agent.store.calls import calls, gaps, judgements
from voice_agent.store.soundness import refuse_damaged

log = logging.getLogger(__name__)


@click.command("listen")
@click.option(
    "--replay", type=existing_file, metavar="文件.ami", help="不连 Asterisk，改读一份录下的 AMI 消息流，处理完即结束。"
)
@click.option("--quiet", is_flag=True, help="不逐通显示结果。")
@click.option(
    "--live", is_flag=True, help="通话进行中就听：坐席提示与“正在通话”（也可在配置中写 [live] enabled = true）。"
)
@pass_settings
def listen_command(settings: Settings, replay: Path | None, quiet: bool, live: bool) -> None:
    """连接 Asterisk，跟踪每一通电话，录音写完就检查，结果存入数据库。

    可连续运行数周：断线自动重连，中断时段如实记录，被强行终止后再启动会接着处理。按 Ctrl-C 或发送 SIGTERM 停止。
    """
    config = settings.config
    live = (live or config.live.enabled) and replay is None
    bridge = bridge_settings(config)
    if replay is None and not bridge.secret:
        raise ConfigError("没有 AMI 密码：请设置环境变量 VOICE_AGENT_AMI_SECRET，或在配置中写 asterisk.secret_file")
    recogniser = settings.recogniser()
    book = settings.book()
    stop = BeatingEvent()
    stop_on_signals(stop)
    tell_systemd("READY=1")
    with opened(settings, stop) as store, workers_of(recogniser) as workers:
        events = _events(bridge, store, replay, stop, live)
        patiently(lambda: save_directory(store, config), stop)
        tell = silent if quiet else report
        place = desk(config, workers, book, recogniser.model.name, tell)
        if replay is not None:
            place = replace(place, folder_seconds=0.0)  # a stream from the past: what is not there now will not come
        click.echo(f"开始监测，用语库 {book.version}，模型 {recogniser.model.name}，数据库 {store.path}", err=True)
        with live_desk(config, recogniser, live=live) as overheard:
            listen(overheard(events), store, place, drain=replay is not None, stop=stop)
    tell_systemd("STOPPING=1")
    click.echo("已停止。", err=True)


def opened(settings: Settings, stop: threading.Event) -> Store:
    """The store, waited for while it is locked or away, and looked through. Raises StoreError when it is damaged."""
    store = patiently(lambda: settings.store(create=True), stop)
    try:
        refuse_damaged(store)
    except BaseException:
        store.close()
        raise
    return store


def workers_of(recogniser: Recogniser) -> Workers:
    """The hearing processes of a recogniser."""
    return Workers(recogniser.model, recogniser.factory, recogniser.workers)


def _events(
    bridge: BridgeSettings, store: Store, replay: Path | None, stop: threading.Event, live: bool
) -> Iterator[Event | Going]:
    """Asterisk's calls from this moment on: while models and phrase book are still loaded, they wait. ``live``: also while they go on."""
    if replay is not None:
        return replay_calls(replay, bridge)
    following = Bridge(bridge, patiently(lambda: gaps.unwatched_since(store), stop), live=live)
    following.start()
    return following.run(stop)


def silent(_store: Store, number: int) -> None:
    """Nothing for the terminal; the log knows."""
    log.debug("call %d is done", number)


def report(store: Store, number: int) -> None:
    """One line about a call that has its result."""
    call = calls.get_call(store, number)
    judgement = judgements.present_judgement(store, number)
    result = VERDICT_NAMES[call.verdict] if call.verdict else COVERAGE_NAMES[call.coverage]
    detail = (faults_text(judgement.findings) or judgement.reason).replace("\n", "；") if judgement else ""
    who = f"工号 {call.clerk or '未知'} {call.clerk_name}".rstrip()
    click.echo(
        f"{local(store, call.started)}  {call.call_id}  {who}  {result}  {score_text(call.score)}  {detail}".rstrip()
    )
