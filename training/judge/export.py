"""Writes a trained network as the product reads it: `voice_agent.acts.learned.network`."""

import json
from pathlib import Path

import numpy as np

from training.judge.examples import Tables
from training.judge.network import ActNetwork

#: Tables that are looked up, and parameters that are no matrices to multiply with, stay as they are.
_LOOKED_UP = ("characters", "sounds", "sides", "pauses", "beginnings", "endings", "distances")


def write_network(network: ActNetwork, tables: Tables, path: Path) -> None:
    """Write weights in 16 bits, matrices transposed, kernels as (place, channel)."""
    arrays: dict[str, np.ndarray] = {}
    for name, tensor in network.state_dict().items():
        array = tensor.numpy()
        if array.ndim == 3:
            array = array[:, 0, :].T
        elif array.ndim == 2 and not name.startswith(_LOOKED_UP):
            array = array.T
        arrays[name] = np.ascontiguousarray(array, dtype=np.float16)
    shape = network.shape
    told = {
        "characters": sorted(tables.characters, key=tables.characters.__getitem__),
        "sounds": sorted(tables.sounds, key=tables.sounds.__getitem__),
        "acts": sorted(tables.acts, key=tables.acts.__getitem__),
        "below": shape.below, "above": shape.above, "layers": shape.layers, "heads": shape.heads,
    }  # fmt: skip
    arrays["names"] = np.frombuffer(json.dumps(told, ensure_ascii=False).encode(), np.uint8)
    np.savez_compressed(path, **arrays)
