"""Prints the score of Vosk's best alternative for every clip, as JSON: `python -m training.vosk_scores MODEL CLIP…`."""

import json
import sys

import soundfile
import vosk


def main() -> None:
    """Decode the clips named on the command line."""
    vosk.SetLogLevel(-1)
    model = vosk.Model(sys.argv[1])
    scores = []
    for clip in sys.argv[2:]:
        sound, rate = soundfile.read(clip, dtype="int16")
        recogniser = vosk.KaldiRecognizer(model, rate)
        recogniser.SetMaxAlternatives(1)
        recogniser.AcceptWaveform(sound.tobytes())
        scores.append(json.loads(recogniser.FinalResult())["alternatives"][0]["confidence"])
    print(json.dumps(scores))


if __name__ == "__main__":
    main()
