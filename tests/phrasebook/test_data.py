"""The data of the phrase book against the circular and against itself."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from phrasebook import PhraseBook
from phrasebook.lint import lint
from phrasebook.literal import contains, hears
from phrasebook.vocabulary import ACT_SIDES, RULE_LIMITS

HERE = Path(__file__).parent


def test_forty_phrases_word_for_word(book: PhraseBook, annex4: dict[str, tuple[str, str]]) -> None:
    """Every phrase of annex 4 stands in the book as printed, with its article."""
    assert {name: (phrase.source.article, phrase.text) for name, phrase in book.phrases.items()} == annex4
    assert len(annex4) == 40
    assert all(phrase.source.annex == 4 and phrase.source.text == phrase.text for phrase in book.phrases.values())


def test_first_pattern_is_the_phrase_itself(book: PhraseBook) -> None:
    """The first pattern of a phrase says what is printed, once its slots are taken as the printed ××."""
    for phrase in book.phrases.values():
        printed = [part for part in re.split(r"[^一-龥]+|×+", phrase.text.split("(指明")[0]) if part]
        said = re.sub(r"\{\w+\}", "", phrase.patterns[0])
        tail = ("窗口", "中心", "号", "月", "日", "材料")
        assert all(part in said or part in tail or part.startswith(tail) for part in printed), phrase.id


def test_each_phrase_has_natural_variants(book: PhraseBook) -> None:
    """Every phrase may be said in several ways, telephone phrases in at least four."""
    for phrase in book.phrases.values():
        assert len(phrase.patterns) >= (4 if phrase.id.startswith("T") else 2), phrase.id


def test_thirteen_rules(book: PhraseBook) -> None:
    """The rules are those that can be judged, each with a quotation from the circular."""
    assert set(book.rules) == set(RULE_LIMITS)
    assert len(book.rules) == 13
    assert all(rule.source.annex in (2, 3, 4) and rule.source.text for rule in book.rules.values())


def test_identification_rule_quotes_annex_two(book: PhraseBook) -> None:
    """The job-number rule rests on annex 2 三(一), word for word."""
    source = book.rules["job_number"].source
    assert (source.annex, source.article) == (2, "三(一)")
    assert "在语音服务或视频服务场所,应主动告知服务对象自己的工号,明确服务身份" in source.text


def test_limits_of_the_contract(book: PhraseBook) -> None:
    """Opening of two turns and twenty seconds, look-up silence of 8 s, a second notice past 30 s."""
    assert book.rules["job_number"].limits == {"opening_turns": 2.0, "opening_seconds": 20.0}
    assert book.rules["identity"].limits == {"opening_turns": 2.0, "opening_seconds": 20.0}
    assert book.rules["hold_notice"].limits == {"silence_seconds": 8.0, "repeat_seconds": 30.0}


def test_every_act_of_the_book_is_asked_for(book: PhraseBook) -> None:
    """Each entry of a duty is of an act that rules ask for, on the side that does it."""
    assert {entry.act: entry.side for entry in book.acts.values() if not entry.category}.items() <= ACT_SIDES.items()


def test_every_act_is_proven_by_examples(book: PhraseBook) -> None:
    """Each entry of a duty's act has at least two sentences that must match and one that must not."""
    duties = [entry for entry in book.acts.values() if not entry.category]
    assert [entry.id for entry in duties if len(entry.examples) < 2 or not entry.counterexamples] == []


def test_twenty_prohibitions_and_all_norms(book: PhraseBook) -> None:
    """Annex 3 has twenty prohibitions and annex 2 twenty-four articles; audible ones name acts and rules."""
    assert Counter(norm.source.annex for norm in book.norms.values()) == {2: 24, 3: 20}
    for norm in book.norms.values():
        assert bool(norm.rules) == bool(norm.acts) == norm.audible, norm.id


def test_every_prohibited_act_is_of_an_article(book: PhraseBook) -> None:
    """Each prohibited entry rests on an article that names its act, and each audible prohibition has words that are looked for."""
    acts = {norm.source: norm.acts for norm in book.norms.values()}
    assert [
        entry.id for entry in book.prohibited.values() if entry.source and entry.act not in acts[entry.source]
    ] == []
    heard = {entry.act for entry in book.acts.values()}
    assert [norm.id for norm in book.norms.values() if not heard.issuperset(norm.acts)] == []


def test_sixty_prohibited_entries_in_categories(book: PhraseBook) -> None:
    """At least sixty entries, in the categories that the circular suggests, each with both kinds of examples."""
    assert len(book.prohibited) >= 60
    assert {entry.category for entry in book.prohibited.values()} >= {"推诿", "不耐烦", "讥讽", "争吵", "训斥", "辱骂"}
    for entry in book.prohibited.values():
        assert entry.examples, entry.id
        assert entry.counterexamples, entry.id


def test_lint_finds_no_error(book: PhraseBook) -> None:
    """Letter by letter, every entry catches what it must and nothing that anybody may say."""
    assert [problem for problem in lint(book) if problem.level == "error"] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "请别着急，我们马上给您办理。",
        "对不起，这事不属我受理范围，请您到养老保险窗口办理。",
        "您别着急，慢慢说，我听着呢。",
        "我不知道您说的是哪一项，请您再说一遍。",
        "您说窗口的人嫌您烦，还说不归他们管，是吗？",
        "我不是说办不了就是办不了，我是说现在材料还缺一份。",
        "不管结果怎么样，我都给您回个电话。",
        "请问他去世以后社保卡销户了吗？",
        "麻烦您出示一下出生证明。",
        "您叫什么名字？姓什么叫什么，我登记一下。",
    ],
)
def test_polite_negated_and_quoted_speech_is_not_prohibited(book: PhraseBook, sentence: str) -> None:
    """Reassurance, polite refusal, negation, quotation and homophones of abuse accuse nobody."""
    assert accusers(book, sentence) == []


def accusers(book: PhraseBook, sentence: str) -> list[str]:
    """The prohibited entries that a sentence of an agent falls under, letter by letter."""
    return [entry.id for entry in book.prohibited.values() if hears(entry, sentence)]


def test_no_polite_sentence_is_accused(book: PhraseBook) -> None:
    """Fifty sentences of patient agents, written to resemble prohibited speech, accuse nobody."""
    sentences = (HERE / "polite.txt").read_text(encoding="utf-8").split()
    assert {sentence: found for sentence in sentences if (found := accusers(book, sentence))} == {}
    assert len(sentences) == 50


def test_rude_sentences_are_caught(book: PhraseBook) -> None:
    """Thirty rude sentences that were not written for the patterns: letter by letter at least nine in ten are caught."""
    sentences = (HERE / "rude.txt").read_text(encoding="utf-8").split()
    caught = [sentence for sentence in sentences if accusers(book, sentence)]
    assert len(caught) >= 0.9 * len(sentences)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ("greeting", "喂，您好"),
        ("greeting", "各位早上好"),
        ("identity", "这里是银川市社会保险事业管理局"),
        ("identity", "欢迎致电人社服务热线"),
        ("job_number", "我的工号是幺零八六"),
        ("job_number", "一零八六号话务员为您服务"),
        ("need_inquiry", "请问有什么可以帮您"),
        ("need_inquiry", "您请说"),
        ("wait_request", "您先别挂机，我帮您查一下"),
        ("wait_again", "还在查询，请您再稍等一下"),
        ("return_apology", "感谢您的耐心等待"),
        ("return_apology", "不好意思，让您久等了"),
        ("referral", "这个问题请您拨打医保局的电话"),
        ("referral_number", "电话号码是零九五一六零三二一一七"),
        ("self_transfer", "我帮您转接过去，请不要挂断"),
        ("callback_promise", "核实清楚以后给您回电话"),
        ("callback_promise", "三个工作日内会有人联系您"),
        ("ask_contact", "您这个号码能联系到您吗"),
        ("ask_contact", "请您留一下联系方式"),
        ("person_absent", "张科长今天出差了"),
        ("offer_message", "要不要我转告他"),
        ("told_wrong_number", "您是不是打错了"),
        ("closing_thanks", "不客气，这是我应该做的"),
        ("closing_thanks", "请您对我的服务进行评价"),
        ("closing_bye", "好的，再见"),
        ("notice_policy", "您的情况符合条件"),
        ("notice_materials", "需要带身份证和户口本"),
        ("notice_path", "在手机上就可以办理"),
        ("notice_time", "一般需要十五个工作日"),
        ("not_ours", "这项业务不归我们受理"),
        ("states_need", "我想咨询一下退休的事"),
        ("asks_how", "社保卡补办怎么办理"),
        ("asks_job_number", "你工号是多少"),
        ("asks_person", "帮我叫一下李主任"),
        ("misdialled", "你好，是建设银行吗"),
        ("misdialled", "不好意思，打错了"),
        ("wants_callback", "查好了给我打个电话"),
        ("caller_wait", "你等一下，我找支笔"),
        ("asks_unit", "请问是社保局吗"),
    ],
)
def test_act_is_heard_in_ordinary_speech(book: PhraseBook, act: str, sentence: str) -> None:
    """People say the same thing in many ways; these count."""
    assert any(hears(entry, sentence) for entry in book.entries_of(act))


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ("greeting", "你好好想一想"),
        ("job_number", "您的工单号是六二四六二八一八"),
        ("job_number", "请您到三号窗口办理"),
        ("job_number", "联系电话是六零三二一一七"),
        ("need_inquiry", "请问还有什么可以帮您"),
        ("wait_request", "请您稍后挂机并对我的服务进行评价"),
        ("self_transfer", "我帮您转达给他"),
        ("callback_promise", "审核通过以后系统会发短信通知您"),
        ("person_absent", "他不在本地参保"),
        ("notice_materials", "麻烦您提供一下身份证号"),
        ("asks_how", "那我现在应该怎么办"),
        ("referral", "有问题欢迎您随时拨打一二三三三"),
        ("misdialled", "请问是社保局吗"),
    ],
)
def test_act_is_not_heard_in_speech_that_resembles_it(book: PhraseBook, act: str, sentence: str) -> None:
    """What looks alike but means something else does not count."""
    assert not any(hears(entry, sentence) for entry in book.entries_of(act))


def test_back_channels_are_plain_words(book: PhraseBook) -> None:
    """The judging enumerates back-channels, so they hold no slots or choices."""
    assert all(contains([pattern], pattern) and pattern.isalpha() for pattern in book.acts["backchannel"].patterns)
