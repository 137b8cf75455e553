"""How the training speech sounds on the whole, to which the product brings what it hears nearer (`conf/tone.tsv`)."""

import random

import numpy as np

from training.augment import augmented
from training.corpus import Utterance
from training.recipe import Recipe
from training.shards import LINE_RATE, Pool, read_sound
from voice_agent.hearing.sound.equaliser import Equaliser
from voice_agent.hearing.sound.tone import Tone, tone_of

RECORDINGS = 800  # whose mean is stable to a twentieth of a nat
RATE = 16_000


def typical_tones(utterances: list[Utterance], recipe: Recipe) -> Equaliser:
    """Measure augmented copies, since these are what the network learns from: through telephone lines, and wideband as far as there
    is wideband speech (else the tone of lines stands for both).

    Raises:
        ValueError: nothing sounds in any recording.
    """
    chosen = utterances[:]
    random.Random(recipe.seed).shuffle(chosen)
    rng, pools = np.random.default_rng(recipe.seed), {rate: Pool(utterances, rate) for rate in (LINE_RATE, RATE)}
    narrow: list[Tone] = []
    wide: list[Tone] = []
    for utterance in chosen[:RECORDINGS]:
        sound, rate = read_sound(utterance.path)
        for telephone, tones in ((1.0, narrow), (0.0, wide)):
            if telephone or rate != LINE_RATE:
                heard = augmented(sound, rate, rng, pools[rate], telephone, recipe.sound.noisy)
                tone = tone_of([np.clip(np.round(heard), -32768, 32767).astype(np.int16)], RATE)
                tones.extend([] if tone is None else [tone])
    if not narrow:
        raise ValueError("no recording holds any sound")
    return Equaliser(np.mean(narrow, axis=0), np.mean(wide or narrow, axis=0))
