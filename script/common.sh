# Shared by the scripts beside it; sourced, not run. Sets up what a fresh Debian or Ubuntu lacks, as an ordinary user.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
fail() { printf '错误：%s\n' "$*" >&2; exit 2; }

find_python() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"; return
    fi
  done
  fail "需要 Python 3.11 或更新的版本（Debian/Ubuntu：apt install python3）。"
}

# Debian splits ensurepip off into python3-venv. Without root its pip wheel can still be unpacked beside the project.
bare_venv() {
  local python=$1 folder=$2 unpacked
  "$python" -m venv --without-pip "$folder"
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail "缺少 python3-venv，请安装：apt install python3-venv"
  unpacked=$(mktemp -d)
  (cd "$unpacked" && apt-get download -q python3-pip-whl >&2 && dpkg-deb -x python3-pip-whl_*.deb .) \
    || fail "缺少 python3-venv，且无法下载 python3-pip-whl。请安装：apt install python3-venv"
  "$folder/bin/python" "$(echo "$unpacked"/usr/share/python-wheels/pip-*.whl)/pip" install -q pip >&2
  rm -rf "$unpacked"
}

# make_venv FOLDER PIP-ARGUMENT…: a virtual environment that holds the project; done again only when pyproject.toml changed.
make_venv() {
  local folder=$1 python stamp; shift
  stamp="$folder/.installed"
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(cat pyproject.toml - <<<"$*" | sha256sum)" ]; then return; fi
  python=$(find_python)
  say "正在准备 Python 环境（$folder，首次需要几分钟）…"
  if [ ! -x "$folder/bin/pip" ]; then
    rm -rf "$folder"
    "$python" -m venv "$folder" 2>/dev/null || { rm -rf "$folder"; bare_venv "$python" "$folder"; }
  fi
  "$folder/bin/pip" install -q --disable-pip-version-check "$@" 2> >(grep -v '^WARNING: Location' >&2) || fail "安装 Python 依赖失败，请检查网络或 pip 源。"
  cat pyproject.toml - <<<"$*" | sha256sum > "$stamp"
}
