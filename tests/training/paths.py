"""Where the tests of the recipe find things."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "voice_agent" / "models" / "vosk-model-hotline-cn"
TRAINING_PYTHON = ROOT / ".venv-training" / "bin" / "python"
