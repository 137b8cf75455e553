"""The synthetic speakers: a child process that turns sentences into sound. Runs in the environment that voices.sh makes.

Reads lines ``{"voice", "text", "speed", "path"}`` from standard input and writes each sentence as float32 samples at 24,000 Hz to ``path`` (.npy).
Voices: ``zf_xiaobei``, a blend ``a:0.6+b:0.4`` (a new speaker), or ``prosody/timbre`` (the rhythm of one, the sound of another).
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from pathlib import Path
from typing import Any

import jieba
import numpy as np
import onnxruntime
from misaki.zh import ZHG2P
from pypinyin import Style, lazy_pinyin

HOME = Path(os.environ["SAY_HOME"])
#: The first half of a style vector is the sound of the voice, the second its rhythm.
TIMBRE = 128
LONGEST = 509


def phonemes(text: str) -> str:
    """Chinese text as the model's phonemes (misaki's first Chinese front end, which Kokoro v1.0 learned from)."""
    parts = re.findall("[\u4e00-\u9fff]+|[^\u4e00-\u9fff]+", ZHG2P.map_punctuation(text))
    return "".join(_spell(part) if re.match("[\u4e00-\u9fff]", part) else part for part in parts).replace(chr(815), "")


def _spell(characters: str) -> str:
    words = (lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True) for word in jieba.lcut(characters))
    return " ".join("".join(ZHG2P.py2ipa(syllable) for syllable in word) for word in words)


def blend(spec: str) -> np.ndarray:
    """The style vectors of ``a:0.6+b:0.4`` (weights may be absent)."""
    parts = [part.partition(":") for part in spec.split("+")]
    weights = [float(weight or 1) for _, _, weight in parts]
    voices = [np.fromfile(HOME / "models" / "voices" / f"{name}.bin", dtype=np.float32) for name, _, _ in parts]
    mixed = sum(voice.reshape(-1, 256) * weight for voice, weight in zip(voices, weights, strict=True))
    return np.asarray(mixed / sum(weights))


def style(spec: str) -> np.ndarray:
    """The style vectors of a voice; ``prosody/timbre`` joins two."""
    prosody, _, timbre = spec.partition("/")
    rhythm = blend(prosody)
    return np.concatenate([blend(timbre)[:, :TIMBRE], rhythm[:, TIMBRE:]], axis=1) if timbre else rhythm


class Kokoro:
    """The model in memory."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # the machine has other work to do
        path = HOME / "models" / "kokoro-v1.0.int8.onnx"
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self._vocabulary = json.loads((HOME / "models" / "vocab.json").read_text("utf-8"))["vocab"]

    def say(self, job: dict[str, Any]) -> np.ndarray:
        """Samples at 24,000 Hz of one short sentence."""
        tokens = [self._vocabulary[sign] for sign in phonemes(job["text"]) if sign in self._vocabulary][:LONGEST]
        feed = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style(job["voice"])[len(tokens)][None].astype(np.float32),
            "speed": np.array([job["speed"]], np.float32),
        }
        return np.asarray(self._session.run(None, feed)[0], np.float32).ravel()


def main() -> None:
    """Speak every line of standard input; one answer line each, so that the parent can show progress."""
    jieba.setLogLevel(logging.WARNING)
    kokoro = Kokoro()
    for line in sys.stdin:
        job = json.loads(line)
        partial = Path(job["path"]).with_suffix(".part.npy")
        np.save(partial, kokoro.say(job))
        partial.rename(job["path"])  # an interrupted run must not leave half a sentence behind
        print(job["path"], flush=True)


if __name__ == "__main__":
    main()
