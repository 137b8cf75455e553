"""The waveform's peaks of a call, computed once: the page draws them without reading the sound."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from voice_agent.errors import StoreError
from voice_agent.store.database import Store
from voice_agent.store.failures import whole


@dataclass(frozen=True)
class Peaks:
    """``channels``: for each (caller first) one byte a bin, 0–255 = the loudest sample's share of full scale.

    ``rate`` bins a second, ``duration`` seconds. All channels have the same number of bins.
    """

    rate: float
    duration: float
    channels: tuple[bytes, ...]


def save_peaks(store: Store, call: int, peaks: Peaks) -> None:
    """Keep the peaks of a call. Raises StoreError when the channels differ in length."""
    if len({len(channel) for channel in peaks.channels}) != 1:
        raise StoreError("各声道的波形长度不一致")
    store.write(
        "INSERT OR REPLACE INTO peaks VALUES (?, ?, ?, ?, ?)",
        (call, peaks.rate, peaks.duration, len(peaks.channels), zlib.compress(b"".join(peaks.channels))),
    )


@whole("波形")
def load_peaks(store: Store, call: int) -> Peaks | None:
    """The peaks of a call, None when they were never computed or have been removed. Raises StoreError."""
    row = store.row("SELECT * FROM peaks WHERE call = ?", (call,))
    if row is None:
        return None
    data = zlib.decompress(row["data"])
    size = len(data) // row["channels"]
    return Peaks(row["rate"], row["duration"], tuple(data[i * size : (i + 1) * size] for i in range(row["channels"])))
