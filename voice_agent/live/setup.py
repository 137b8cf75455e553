"""From the configuration to what the live parts need."""

from __future__ import annotations

from collections.abc import Callable

from ami_bridge.settings import Settings as BridgeSettings
from phrasebook.model import PhraseBook
from voice_agent.acts.phrases.index import compiled
from voice_agent.config import Config
from voice_agent.hearing.workers import Workers
from voice_agent.intake.recordings import RecordingPlaces
from voice_agent.live.worker import Desk
from voice_agent.store import Store
from voice_agent.store.people.directory import Clerk, Unit, save_clerks, save_units
from voice_agent.store.reviews.ratings import Scale


def bridge_settings(config: Config) -> BridgeSettings:
    """What the bridge must know of Asterisk. Raises ami_bridge's SettingsError."""
    asterisk = config.asterisk
    return BridgeSettings(
        host=asterisk.host,
        port=asterisk.port,
        username=asterisk.username,
        secret=config.ami_secret.get_secret_value(),
        tls=asterisk.tls,
        ca_file=asterisk.ca_file,
        ping_seconds=asterisk.ping_seconds,
        job_number_variable=asterisk.agent_variable,
        member_pattern=asterisk.member_pattern or None,
        job_numbers={clerk.member: clerk.job_number for clerk in config.clerks if clerk.member},
        contexts=frozenset(asterisk.contexts),
        queues=frozenset(asterisk.queues),
        outgoing=asterisk.outgoing,
        rating_variable=config.rating.variable,
        rating_field=config.rating.field,
    )


def places(config: Config) -> RecordingPlaces:
    """Where recordings lie."""
    recordings = config.recordings
    return RecordingPlaces(recordings.folder, recordings.pattern, recordings.path_map)


def save_directory(store: Store, config: Config) -> None:
    """Clerks and units of the configuration into the store. Raises StoreError."""
    save_clerks(store, [Clerk(one.job_number, one.name, one.unit, one.window, one.member) for one in config.clerks])
    save_units(store, [Unit(one.name, one.queues) for one in config.units])


def scale(config: Config) -> Scale:
    """What the keys of a rating mean."""
    rating = config.rating
    return Scale(rating.levels, frozenset(rating.low), rating.follow_up_days)


def desk(
    config: Config, workers: Workers, book: PhraseBook, recogniser: str, judged: Callable[[Store, int], None]
) -> Desk:
    """The workers' desk as configured; ``judged`` is told of every call that has its result."""
    compiled(book)  # seconds of work that the first call's judgement should not wait for
    return Desk(
        workers=workers,
        book=book,
        places=places(config),
        swap=config.recordings.swap_channels,
        wait_seconds=config.recordings.wait_seconds,
        attempts=config.work.attempts,
        lease_seconds=config.work.lease_seconds,
        recogniser=recogniser,
        judged=judged,
        least_coverage=config.recordings.least_coverage,
        scale=scale(config),
    )
