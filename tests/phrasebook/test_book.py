"""Loading: a site's folder over the book of the product, and every mistake named by file, line and field."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

import phrasebook
from phrasebook import PhraseBook, PhraseBookError, load_book
from phrasebook.errors import BookFileError, EntryError, PatternError, UnknownReferenceError
from tests.phrasebook.conftest import WriteSite

NEW_BAN = """
[[act]]
id = "local-rude"
act = "impatient"
side = "agent"
name = "让人久等"
category = "不耐烦"
severity = "normal"
source = { annex = 0, article = "本单位制度三", text = "不得说“等到猴年马月”" }
patterns = ["等到猴年马月"]
examples = ["你就等到猴年马月吧"]
"""


def test_without_a_site_the_book_of_the_product(book: PhraseBook) -> None:
    """The product's own book has the date of the circular and a digest of 64 hex digits."""
    assert book.effective == date(2014, 5, 4)
    assert len(book.digest) == 64
    assert load_book().digest == book.digest


def test_site_has_its_own_version_and_date(site: WriteSite, book: PhraseBook) -> None:
    """A site's version is told beside the product's; the site's date counts, and the digest differs."""
    other = load_book(site())
    assert other.version == f"{book.version}+测试1"
    assert other.effective == date(2026, 1, 1)
    assert other.digest != book.digest
    assert other.phrases == book.phrases


def test_site_refines_single_fields(site: WriteSite, book: PhraseBook) -> None:
    """Fields that a site does not name stay as they are."""
    rule = load_book(site(rules='[[rule]]\nid = "job_number"\npoints = 20\n')).rules["job_number"]
    assert rule.points == 20
    assert rule.source == book.rules["job_number"].source
    assert rule.limits == book.rules["job_number"].limits


def test_site_appends_or_replaces_patterns(site: WriteSite, book: PhraseBook) -> None:
    """``add_patterns`` appends, ``patterns`` replaces."""
    text = '[[act]]\nid = "greeting"\nadd_patterns = ["您吉祥"]\n[[act]]\nid = "closing_bye"\npatterns = ["再见"]\n'
    other = load_book(site(acts=text))
    assert other.acts["greeting"].patterns == (*book.acts["greeting"].patterns, "您吉祥")
    assert other.acts["closing_bye"].patterns == ("再见",)


def test_site_adds_and_removes_entries(site: WriteSite, book: PhraseBook) -> None:
    """New ids are added, ids in ``remove`` dropped, optional fields may be left out."""
    other = load_book(site(acts='remove = ["shirk-vague"]\n' + NEW_BAN))
    assert other.prohibited["local-rude"].source.annex == 0
    assert other.prohibited["local-rude"].unless == ()
    assert set(book.prohibited) - set(other.prohibited) == {"shirk-vague"}


def test_an_act_may_have_several_entries(site: WriteSite, book: PhraseBook) -> None:
    """A site's entry is one more way to do an act that the product knows."""
    local = (
        '[[act]]\nid = "greeting-local"\nact = "greeting"\nside = "agent"\nname = "本地问候"\npatterns = ["您吉祥"]\n'
    )
    other = load_book(site(acts=local))
    assert [entry.id for entry in other.entries_of("greeting")] == ["greeting", "greeting-local"]
    assert other.entries_of("nothing") == ()
    assert other.prohibited == book.prohibited


def test_site_adds_and_removes_words(site: WriteSite, book: PhraseBook) -> None:
    """Names of units are added to the list or taken out of it."""
    other = load_book(site(units='units = ["宁东社保分局"]\nremove = ["社区"]\n'))
    assert set(other.units) == set(book.units) - {"社区"} | {"宁东社保分局"}


def test_kinds_may_be_split_over_files(site: WriteSite) -> None:
    """``acts-anything.toml`` counts as ``acts.toml``."""
    assert "local-rude" in load_book(site(**{"acts-本地": NEW_BAN})).prohibited


def test_windows_editors_are_forgiven(site: WriteSite) -> None:
    """A byte-order mark and carriage returns do no harm."""
    assert load_book(site(acts='\ufeff[[act]]\r\nid = "greeting"\r\nname = "问好"\r\n')).acts["greeting"].name == "问好"


def test_digest_does_not_depend_on_how_files_are_cut(tmp_path: Path, site: WriteSite) -> None:
    """The same content in another order of files has the same digest."""
    one = load_book(site(rules='[[rule]]\nid = "closing"\npoints = 3\n[[rule]]\nid = "greeting"\npoints = 4\n')).digest
    (tmp_path / "rules.toml").write_text('[[rule]]\nid = "greeting"\npoints = 4\n', encoding="utf-8")
    (tmp_path / "rules-b.toml").write_text('[[rule]]\nid = "closing"\npoints = 3\n', encoding="utf-8")
    assert load_book(tmp_path).digest == one


def test_book_is_frozen(book: PhraseBook) -> None:
    """Nobody can change a book that judgements already refer to."""
    with pytest.raises(TypeError):
        book.acts["greeting"] = book.acts["identity"]  # type: ignore[index]


def test_a_whole_copy_is_a_valid_site(tmp_path: Path, book: PhraseBook) -> None:
    """A site may start from a copy of the product's files."""
    shutil.copytree(Path(phrasebook.__file__).parent, tmp_path / "copy", ignore=shutil.ignore_patterns("*.py", "*.md"))
    assert load_book(tmp_path / "copy").phrases == book.phrases


@pytest.mark.parametrize(
    ("file", "text", "error", "line", "said"),
    [
        ("acts", '[[act]]\nid = "x"\n[[act]]\nid = "x"\n', EntryError, 4, "编号 x 重复"),
        ("acts", '[[act]]\nname = "无号"\n', EntryError, 1, "缺少字段 id"),
        ("acts", '[[act]]\nid = "greeting"\npattern = ["您好"]\n', EntryError, 3, "是否应为 patterns"),
        ("acts", '[[act]]\nid = "greeting"\npatterns = [\n  "您好",\n  "我是{unti}",\n]\n', PatternError, 5, "unit"),
        ("acts", '[[act]]\nid = "greeting"\npatterns = ["您好", "您好"]\n', EntryError, 3, "写了两次"),
        ("acts", '[[act]]\nid = "greeting"\npatterns = []\n', EntryError, 3, "至少要有一条"),
        ("acts", '[[act]]\nid = "greeting"\npatterns = "您好"\n', EntryError, 3, "列表"),
        ("acts", '[[act]]\nid = "greeting"\nadd_patterns = "您好"\n', EntryError, 3, "列表"),
        ("acts", '[[act]]\nid = "greeting"\nside = "clerk"\n', EntryError, 3, "可选值"),
        ("acts", '[[act]]\nid = "greeting"\nname = ""\n', EntryError, 3, "不能为空"),
        (
            "acts",
            '[[act]]\nid = "new"\nact = "greeting"\nside = "agent"\npatterns = ["好吃"]\n',
            EntryError,
            1,
            "缺少字段 name",
        ),
        ("acts", 'remove = ["greeting"]\n', EntryError, 1, "不能删除"),
        ("acts", '[[acts]]\nid = "greeting"\n', EntryError, 1, "是否应为 act"),
        ("acts", '[act]\nid = "greeting"\n', EntryError, 1, "[[act]]"),
        ("rules", '[[rule]]\nid = "greting"\n', UnknownReferenceError, 2, "是否应为 greeting"),
        ("rules", '[[rule]]\nid = "greeting"\npoints = "五"\n', EntryError, 3, "数字"),
        ("rules", '[[rule]]\nid = "greeting"\npoints = 500\n', EntryError, 3, "0 到 100"),
        ("rules", '[[rule]]\nid = "hold_notice"\nlimits = { silence = 8 }\n', EntryError, 3, "silence_seconds"),
        (
            "rules",
            '[[rule]]\nid = "hold_notice"\nlimits = { silence_seconds = 8 }\n',
            EntryError,
            3,
            "缺少 repeat_seconds",
        ),
        ("rules", '[[rule]]\nid = "greeting"\nsource = "N2-9"\n', UnknownReferenceError, 3, "不存在"),
        ("rules", '[[rule]]\nid = "greeting"\nsource = { annex = 7, article = "一" }\n', EntryError, 3, "annex"),
        ("rules", '[[rule]]\nid = "greeting"\nsource = { annex = 0, article = "一" }\n', EntryError, 3, "text"),
        ("phrases", '[[phrase]]\nid = "T01"\nacts = ["greating"]\n', UnknownReferenceError, 3, "是否应为 greeting"),
        ("norms", '[[norm]]\nid = "N3-6"\nacts = ["shrik"]\n', UnknownReferenceError, 3, "是否应为 shirk"),
        ("phrases", '[[phrase]]\nid = "T01"\nrules = ["hello"]\n', UnknownReferenceError, 3, "hello"),
        ("phrases", '[[phrase]]\nid = "T01"\ntelephone = "是"\n', EntryError, 3, "true 或 false"),
        ("acts", 'remove = ["shirk-vage"]\n', UnknownReferenceError, 1, "是否应为 shirk-vague"),
        ("acts", "\n[[act]\n", BookFileError, 2, "TOML"),
        ("acts", '[[act]]\nid = "greeting"\nact = "greting"\n', UnknownReferenceError, 3, "是否应为 greeting"),
        ("acts", '[[act]]\nid = "greeting"\nside = "caller"\n', EntryError, 3, "side 应为 agent"),
        ("acts", '[[act]]\nid = "greeting"\nseverity = "minor"\n', EntryError, 3, "没有 category"),
        ("acts", '[[act]]\nid = "shirk-boss"\nact = "greeting"\n', EntryError, 3, "greeting"),
        ("acts", '[[act]]\nid = "shirk-boss"\nact = "Shirk"\n', EntryError, 3, "小写英文字母"),
        ("acts", '[[act]]\nid = "shirk-boss"\nside = "any"\n', EntryError, 3, "side 应为 agent"),
        ("acts", '[[act]]\nid = "shirk-boss"\ncategory = ""\n', EntryError, 3, "不能为空"),
        ("acts", '[[act]]\nid = "shirk-boss"\ncaught = ["找领导去"]\n', EntryError, 3, "现在叫 examples"),
        ("acts", '[[act]]\nid = "wants_person"\nadd_patterns = ["找谁谁"]\n', EntryError, 2, "现在叫 asks_person"),
        ("acts", '[[act]]\nid = "caller_quits"\nadd_patterns = ["不说了"]\n', EntryError, 2, "已取消"),
        ("acts", '[[cue]]\nid = "greeting"\n', EntryError, 1, "现在叫 act"),
        ("phrases", '[[phrase]]\nid = "T01"\nadd_cues = ["greeting"]\n', EntryError, 3, "现在叫 add_acts"),
        ("units", "units = [1]\n", EntryError, 1, "列表"),
        ("units", 'unit = ["局"]\n', EntryError, 1, "是否应为 units"),
    ],
)
def test_mistakes_are_named_by_file_line_and_field(
    site: WriteSite, file: str, text: str, error: type[PhraseBookError], line: int, said: str
) -> None:
    """Every mistake says in Chinese what is wrong and where."""
    with pytest.raises(error) as caught:
        load_book(site(**{file: text}))
    assert said in str(caught.value)
    assert caught.value.place is not None
    assert caught.value.place.file.name == f"{file}.toml"
    assert caught.value.place.line == line


@pytest.mark.parametrize(
    ("book_toml", "said"),
    [
        ("effective = 2026-01-01\n", "version"),
        ('version = "1"\n', "effective"),
        ('version = "1"\neffective = "明年"\n', "日期"),
        ('version = "1"\neffective = 2026-01-01T00:00:00\n', "日期"),
        ('version = "1"\nefective = 2026-01-01\n', "是否应为 effective"),
    ],
)
def test_a_book_needs_a_version_and_a_date(site: WriteSite, book_toml: str, said: str) -> None:
    """Judgements are stored with version and date, so both must be there and right."""
    with pytest.raises(EntryError) as caught:
        load_book(site(book=book_toml))
    assert said in str(caught.value)
    assert "book.toml" in str(caught.value)


def test_missing_folder_and_missing_book(tmp_path: Path) -> None:
    """A folder that is not there, or is no phrase book, is refused."""
    with pytest.raises(BookFileError, match="没有这个文件夹"):
        load_book(tmp_path / "nirgends")
    with pytest.raises(BookFileError, match=r"缺少 book\.toml"):
        load_book(tmp_path)


def test_files_that_nobody_reads_are_refused(site: WriteSite) -> None:
    """A mistyped file name would otherwise change nothing in silence."""
    with pytest.raises(BookFileError, match="是否应为 acts"):
        load_book(site(act=""))


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("cues", "请把文件改名为 acts.toml"),
        ("prohibited-本地", "请把文件改名为 acts-prohibited.toml"),
        ("terms", "请删除这个文件"),
    ],
)
def test_files_of_the_old_shapes_say_what_to_do(site: WriteSite, file: str, told: str) -> None:
    """A site's folder from before acts is refused with how to rename its files, never read in part."""
    with pytest.raises(BookFileError, match=told):
        load_book(site(**{file: ""}))


def test_an_act_that_rules_ask_for_keeps_an_entry(site: WriteSite) -> None:
    """Entries may move to another act, but none that rules ask for may be left without."""
    with pytest.raises(EntryError, match="courtesy 没有任何条目"):
        load_book(site(acts='[[act]]\nid = "courtesy"\nact = "polite_refusal"\n'))


def test_files_in_another_encoding_are_refused(site: WriteSite) -> None:
    """GBK files are refused with what to do about it."""
    folder = site()
    (folder / "acts.toml").write_bytes('# 问候\n[[act]]\nid = "greeting"\n'.encode("gbk"))
    with pytest.raises(BookFileError, match="UTF-8"):
        load_book(folder)
