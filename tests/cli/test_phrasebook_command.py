"""``voice-agent phrasebook``: looking into the book, checking a site's book, trying a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

BAN = '[[act]]\nid = "local"\nact = "impatient"\nside = "agent"\nname = "本地"\ncategory = "不耐烦"\nseverity = "normal"\nsource = "N2-3-3"\npatterns = ["{}"]\nexamples = ["{}"]\ncounterexamples = []\n'
WIDE = 400


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables as on a wide terminal, so that no word is broken over lines."""
    monkeypatch.setenv("COLUMNS", str(WIDE))


def site(folder: Path, **files: str) -> Path:
    files = {"book": 'version = "测试1"\neffective = 2026-01-01\n', **files}
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("用语", ["T01", "T10", "W01", "W30"]),
        ("规则", ["greeting", "job_number", "prohibited"]),
        ("忌语", ["imp-annoyed", "impatient", "不耐烦"]),
        ("规范", ["附件2", "附件3", "不能"]),
        ("片段", ["@quoted", "@polite"]),
        ("行为", ["return_apology", "坐席", "来电人"]),
    ],
)
def test_list_shows_every_part(run: Run, kind: str, shown: list[str]) -> None:
    """Phrases, rules, acts, prohibited speech, fragments and norms can be listed, with the book's version."""
    listed = run("phrasebook", "list", "--kind", kind)
    assert listed.exit_code == 0
    assert "用语库版本" in listed.stdout
    assert [word for word in shown if word not in listed.stdout] == []


def test_show_gives_an_entry_whole(run: Run) -> None:
    """An entry with its words and its source; an unknown one is an error that says how to find the ids."""
    shown = run("phrasebook", "show", "T06")
    assert shown.exit_code == 0
    assert "附件4" in shown.stdout or "annex" in shown.stdout
    unknown = run("phrasebook", "show", "T99")
    assert unknown.exit_code == 2
    assert "T99" in unknown.stderr and "phrasebook list" in unknown.stderr


def test_lint_of_the_own_book_finds_no_error(run: Run) -> None:
    """The book that comes with the product accuses nobody wrongly, heard by sound."""
    linted = run("phrasebook", "lint")
    assert linted.exit_code == 0
    assert "0 处错误" in linted.stdout


def test_lint_finds_what_only_sounds_like_innocent_speech(run: Run, tmp_path: Path) -> None:
    """A site's pattern that is written otherwise but sounds like a mandated phrase is an error."""
    folder = site(tmp_path, acts=BAN.format("请您牌队等一会儿", "请您牌队等一会儿"))
    linted = run("phrasebook", "lint", folder)
    assert linted.exit_code == 2
    assert "错误　local.patterns" in linted.stdout
    assert "W11" in linted.stdout


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"acts": '[[act]]\nid = "greeting"\nadd_patterns = ["您好{unknown}"]\n'}, ["acts.toml", "unknown"]),
        ({"acts": '[[act]]\nid = "greeting"\n[[act]]\nid = "greeting"\n'}, ["acts.toml", "greeting"]),
        ({"rules": '[[rule]]\nid = "job_number"\npoint = 3\n'}, ["rules.toml", "point"]),
        ({"rules": "[[rule]\n"}, ["rules.toml"]),
    ],
    ids=["unknown slot", "duplicate id", "unknown field", "broken file"],
)
def test_a_broken_book_is_told_by_file_and_field(
    run: Run, tmp_path: Path, files: dict[str, str], told: list[str]
) -> None:
    """A duplicate id, an unknown slot or field, or no TOML at all: exit code 2 and where it stands, in Chinese."""
    linted = run("phrasebook", "lint", site(tmp_path, **files))
    assert linted.exit_code == 2
    assert linted.stderr.startswith("错误：")
    assert "行" in linted.stderr
    assert [word for word in told if word not in linted.stderr] == []


def test_a_sentence_shows_what_it_fulfils_with_score_and_sounds(run: Run) -> None:
    """Phrases and acts that a sentence satisfies, even written with other characters of the same sound."""
    tried = run("phrasebook", "test", "请烧等我茶询一下")
    assert tried.exit_code == 0
    assert "读音：qing shao deng" in tried.stdout
    assert "wait_request" in tried.stdout
    assert "wo cha xun yi xia" in tried.stdout.split("wait_request")[1]


def test_a_sentence_as_one_json_object(run: Run) -> None:
    """Phrases with their scores and acts with their probabilities and sources, for programs."""
    tried = json.loads(run("phrasebook", "test", "--json", "这事归医保局管，您打医保局的电话问，你烦不烦啊").stdout)
    assert set(tried) == {"phrases", "acts"}
    assert all(set(one) == {"id", "score"} for one in tried["phrases"])
    acts = {one["id"]: one for one in tried["acts"]}
    assert {"referral", "impatient"} <= set(acts)
    assert all(0 <= one["probability"] <= 1 and one["source"] in {"phrase", "learned"} for one in acts.values())


def test_the_callers_words_are_no_prohibited_speech(run: Run) -> None:
    """The same rude words are found on the clerk's side only."""
    rude = "你烦不烦啊"
    assert "忌语" in run("phrasebook", "test", rude).stdout
    assert "│ 忌语" not in run("phrasebook", "test", "--caller", rude).stdout


@pytest.mark.parametrize("sentence", ["", "😀", "\x1b[31m", "hello", "。"])
def test_a_sentence_without_speech_is_no_crash(run: Run, sentence: str) -> None:
    """Nothing to compare is said so."""
    tried = run("phrasebook", "test", sentence)
    assert tried.exit_code == 0
    assert "\x1b[31m" not in tried.stdout
