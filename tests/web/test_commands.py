"""``voice-agent users`` and ``serve``: accounts from a terminal, and a server that refuses to be open to the network in the clear."""

from __future__ import annotations

import hashlib
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner, Result

from tests.web.serving import free_port
from voice_agent.cli import main
from voice_agent.store import Store
from voice_agent.store.people.users import find_user
from voice_agent.web.words import FOLDER


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with a store of its own."""
    path = tmp_path / "voice-agent.toml"
    path.write_text(f'[store]\npath = "{tmp_path / "store.db"}"\n', encoding="utf-8")
    return path


def run(config: Path, *arguments: str, typed: str = "") -> Result:
    """Run the command as from a terminal."""
    return CliRunner().invoke(main, ["--config", str(config), *arguments], input=typed)


def add(config: Path, username: str = "li", *more: str, password: str = "一只白鹭飞过黄河大桥") -> Result:  # noqa: S107 - a test's password
    """Add a reviewer with a password from a pipe."""
    options = more or ("--role", "reviewer", "--name", "李")
    return run(config, "users", "add", username, *options, "--password-stdin", typed=f"{password}\n")


def test_accounts_from_a_terminal(config: Path, tmp_path: Path) -> None:
    """Add, list, disable, admit again, reset: each says what it did, and a first password must be changed."""
    assert "首次登录时须修改密码" in add(config).output
    assert "待改密码" in run(config, "users", "list").output
    assert "已停用" in run(config, "users", "disable", "li").output
    assert "已启用" in run(config, "users", "disable", "li", "--enable").output
    assert (
        "已重置" in run(config, "users", "passwd", "li", "--password-stdin", typed="seven purple kettles sing\n").output
    )
    with Store.open(tmp_path / "store.db") as store:
        user = find_user(store, "li")
        assert user is not None
        assert (user.must_change, user.disabled) == (True, False)


def test_a_password_typed_twice(config: Path) -> None:
    """Without a pipe the password is asked for twice and never shown."""
    result = run(
        config,
        "users",
        "add",
        "li",
        "--role",
        "admin",
        "--name",
        "李",
        typed="seven purple kettles\nseven purple kettles\n",
    )
    assert result.exit_code == 0
    assert "seven purple kettles" not in result.output


@pytest.mark.parametrize(
    ("arguments", "password", "says"),
    [(("li", "--role", "reviewer", "--name", "李"), "short", "密码太短"), (("li", "--role", "staff", "--name", "李"), "seven purple kettles", "必须填写工号")],
)  # fmt: skip
def test_a_bad_account_is_refused(config: Path, arguments: tuple[str, ...], password: str, says: str) -> None:
    """The refusal is Chinese, names the reason and ends with 2."""
    result = add(config, *arguments, password=password)
    assert (result.exit_code, says in result.output) == (2, True)


def test_an_unknown_user_is_said_to_be(config: Path) -> None:
    """A name nobody has is an error that says how to look."""
    add(config)
    result = run(config, "users", "passwd", "nobody", "--password-stdin", typed="seven purple kettles\n")
    assert (result.exit_code, "没有用户 nobody" in result.output) == (2, True)


@pytest.mark.parametrize("arguments", [("serve", "--host", "192.0.2.1"), ("serve", "--demo", "--host", "192.0.2.1")])
def test_no_passwords_in_the_clear_over_the_network(config: Path, arguments: tuple[str, ...]) -> None:
    """Without TLS the site serves this machine only; the demonstration never serves another."""
    assert run(config, *arguments).exit_code == 2


def test_the_demonstration_starts_and_leaves_nothing(tmp_path: Path) -> None:
    """``serve --demo`` prints a person for every role, answers on loopback, and its store is gone afterwards."""
    port = free_port()
    command = [sys.executable, "-u", "-m", "voice_agent", "serve", "--demo", "--port", str(port)]
    environment = {"TMPDIR": str(tmp_path), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path)
    assert process.stdout is not None
    try:
        lines = [process.stdout.readline() for _ in range(7)]
        assert re.search(rf"http://127\.0\.0\.1:{port}/", lines[-1])
        assert {"坐席", "质检员", "主管", "管理员"} <= {word for line in lines for word in line.split()}
        _wait_for(port)
        assert httpx2.get(f"http://127.0.0.1:{port}/login").status_code == 200
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
    assert list(tmp_path.glob("voice-agent-demo-*")) == []


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens at {port}")


def test_the_vendored_files_are_the_published_ones() -> None:
    """Every front-end file has the checksum that VERSIONS records, and each package its licence."""
    vendor = FOLDER / "static" / "vendor"
    recorded = dict(re.findall(r"^sha256 (\w{64})  (\S+)$", (vendor / "VERSIONS").read_text(encoding="utf-8"), re.M))
    files = {
        str(path.relative_to(vendor)): hashlib.sha256(path.read_bytes()).hexdigest() for path in vendor.rglob("*.js")
    }
    assert {name: digest for digest, name in recorded.items()} == files
    assert all((path / "LICENSE").is_file() for path in vendor.iterdir() if path.is_dir())
