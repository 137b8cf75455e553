"""What is past its time is removed by itself, and a person's data when somebody says so: store, rendered sound, recordings."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from voice_agent.config import Config, PrivacyConfig
from voice_agent.intake.files import Leg
from voice_agent.intake.recordings import is_below
from voice_agent.store import Store
from voice_agent.store.calls.transcripts import load_legs
from voice_agent.store.privacy import erasure
from voice_agent.store.privacy.erasure import Erasure
from voice_agent.store.privacy.kinds import KINDS, Kind
from voice_agent.store.privacy.terms import Terms, list_due, purge

log = logging.getLogger(__name__)
#: Calls of one kind that are emptied in one transaction: pages must not wait for seconds.
BATCH = 200


def terms_of(privacy: PrivacyConfig) -> Terms:
    """The terms of the configuration."""

    def own(one: object) -> dict[Kind, int]:
        days = {kind: getattr(one, f"{kind}_days") for kind in KINDS}
        return {kind: value for kind, value in days.items() if value is not None}

    return Terms(own(privacy), {unit.name: own(unit) for unit in privacy.units})


def sound_folder(store: Path) -> Path:
    """Where rendered sound lies, beside the store."""
    place = store.expanduser()
    return place.with_name(f"{place.name}-sound")


@dataclass
class Files:
    """What became of recordings: how many were deleted, and those that stay where they lie."""

    deleted: int = 0
    kept: list[Path] = field(default_factory=list)


def remove_sound(config: Config, store: Store, calls: Iterable[int], *, wholly: bool = False) -> Files:
    """Drop rendered sound of these calls; the telephone system's own recordings only if the site says so. Raises StoreError."""
    done, folder = Files(), sound_folder(config.store.path)
    for call in calls:
        for path in [folder / f"{call}.wav", *folder.glob(f"{call}-*.wav")]:
            path.unlink(missing_ok=True)
        legs = [Leg(one.channel, one.path, one.path_channel, one.parts, one.length) for one in load_legs(store, call)]
        paths = {part.path for leg in legs for part in leg.pieces}
        for path in sorted(paths):
            _remove(config, path, done)
    if wholly:
        log.info("%d recordings deleted, %d kept", done.deleted, len(done.kept))
    return done


def _remove(config: Config, path: Path, done: Files) -> None:
    place = config.recordings
    if not path.is_file():
        return
    if not (config.privacy.delete_recordings and is_below(path, [place.folder, *map(Path, place.path_map.values())])):
        done.kept.append(path)
        return
    try:
        path.unlink()
        done.deleted += 1
    except OSError as error:
        log.warning("a recording could not be deleted: %s", error.strerror)
        done.kept.append(path)


def keep_terms(config: Config, store: Store, *, now: float | None = None) -> dict[Kind, int]:
    """Empty everything that is past its time; returns of how many calls, kind by kind. Raises StoreError."""
    terms, done = terms_of(config.privacy), dict.fromkeys(KINDS, 0)
    for kind in KINDS:
        while due := list_due(store, terms, kind, limit=BATCH, now=now):
            if kind == "sound":
                remove_sound(config, store, due)
            purge(store, kind, due, now=now)
            done[kind] += len(due)
    return done


def erase_person(
    config: Config,
    store: Store,
    calls: Sequence[int],
    words: Sequence[str],
    *,
    reason: str,
    user: int | None,
    username: str,
) -> Erasure:
    """Erase calls everywhere, make the file anew, look through it, and give the certificate's facts. Raises StoreError."""
    files = remove_sound(config, store, calls, wholly=True)
    number = erasure.erase(
        store, calls, words, reason=reason, user=user, username=username, files_deleted=files.deleted, files_kept=len(files.kept)
    )  # fmt: skip
    erasure.compact(store)
    left = erasure.places_left(store, words, [sound_folder(config.store.path)])
    return erasure.finish(store, number, len(left))
