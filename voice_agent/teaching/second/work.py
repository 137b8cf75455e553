"""The queue of the second opinion, worked off beside everything else: no judgement waits for it."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime, timedelta

from phrasebook.model import PhraseBook
from voice_agent.config import Config
from voice_agent.errors import ConfigError
from voice_agent.in_force import book_of_call
from voice_agent.store import Store
from voice_agent.store.calls import transcripts
from voice_agent.store.calls.findings import StoredFinding
from voice_agent.store.learning.opinions import Opinion, answer, enqueue, failed, next_opinion
from voice_agent.teaching.second.client import NoAnswer, ask, check_address
from voice_agent.teaching.second.question import VoidAnswer, excerpt_of, question, read_answer

log = logging.getLogger(__name__)
#: Older calls are reviewed or past objecting to.
DAYS = 7


def check_second_opinion(config: Config) -> None:
    """Raises ConfigError unless an address on the site's network and a model are named."""
    wanted = config.second_opinion
    if not wanted.address:
        raise ConfigError("[second_opinion] 没有写 address：第二意见没有启用，什么也没有发送")
    if not wanted.model:
        raise ConfigError("[second_opinion] 没有写 model（该地址上的模型名）")
    try:
        check_address(wanted.address)
    except NoAnswer as error:
        log.warning("second opinion: %s", error)


def work_off(store: Store, own: PhraseBook, config: Config, stop: threading.Event) -> int:
    """Ask about everything that waits, one excerpt at a time; how many were answered. What fails is asked again another time. Raises StoreError."""
    wanted = config.second_opinion
    check_second_opinion(config)
    since = (datetime.now(store.timezone) - timedelta(days=DAYS)).date().isoformat()
    enqueue(store, wanted.control_share, since=since)
    answered, last = 0, 0
    while not stop.is_set() and (found := next_opinion(store, last)) is not None:
        opinion, finding = found
        last = opinion.id
        answered += _ask_about(store, own, config, opinion, finding)
    return answered


def _ask_about(store: Store, own: PhraseBook, config: Config, opinion: Opinion, finding: StoredFinding) -> bool:
    transcript = transcripts.load_transcript(store, opinion.call)
    rule = book_of_call(store, opinion.call, own).rules.get(finding.finding.rule)
    excerpt = excerpt_of(transcript, finding.finding) if transcript else ""
    if transcript is None or rule is None or not excerpt:
        failed(store, opinion, void=True)
        return False
    wanted, began = config.second_opinion, time.monotonic()
    try:
        reply = ask(
            wanted.address, question(rule, finding.finding, transcript, excerpt, wanted.model), wanted.timeout_seconds
        )
        said = read_answer(reply, excerpt)
    except (NoAnswer, VoidAnswer) as error:
        log.warning("second opinion %d: %s", opinion.id, error)
        failed(store, opinion, void=isinstance(error, VoidAnswer))
        return False
    answer(store, opinion, said.says, said.quotes, said.why, model=wanted.model, seconds=time.monotonic() - began)
    return True
