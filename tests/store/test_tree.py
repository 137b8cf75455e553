"""The hierarchy and the roster: codes and paths, subtrees, postings that change and calls that keep what was true."""

from __future__ import annotations

from datetime import date

import pytest

from tests.store.makers import DAY, MORNING, judged_call
from voice_agent.errors import NotInStore, StoreError
from voice_agent.store import CallFilter, Store
from voice_agent.store.calls import calls
from voice_agent.store.people import roster, tree
from voice_agent.store.people.directory import Clerk, get_clerk, save_clerks
from voice_agent.store.people.roster import Posting
from voice_agent.store.people.tree import Node
from voice_agent.store.statistics import statistics
from voice_agent.store.statistics.tree_figures import branch_lines, way_to

TREE = """代码,名称,上级代码,级别
6401,银川市,64,市
64,宁夏回族自治区,,自治区
640106,金凤区,6401,区
6402,石嘴山市,64,市
,甲局,640106,单位
,乙局,6402,单位
,市局,6401,单位
"""
TODAY = date(2026, 11, 22)


@pytest.fixture
def planted(store: Store) -> Store:
    """A store with a tree of four levels."""
    assert tree.import_tree(store, TREE) == (4, 3)
    return store


def test_a_tree_comes_back_as_it_was_read(planted: Store) -> None:
    """Parents may come after their children; the export is read again without a change."""
    assert [(node.code, node.depth) for node in tree.list_nodes(planted)] == [
        ("64", 0),
        ("6401", 1),
        ("640106", 2),
        ("6402", 1),
    ]
    written = tree.export_tree(planted)
    tree.import_tree(planted, "\ufeff" + written.replace(",", "\t"))
    assert tree.export_tree(planted) == written
    tree.place_unit(planted, "=1+1", "64")
    assert "'=1+1" in tree.export_tree(planted)
    tree.import_tree(planted, tree.export_tree(planted))
    assert "'=1+1" not in tree.unit_nodes(planted)
    assert [node.name for node in way_to(planted, "640106")] == ["宁夏回族自治区", "银川市", "金凤区"]
    assert tree.units_under(planted, "6401") == {"甲局", "市局"}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("名称,代码\nx,1", "表头"), ("代码,名称,上级代码,级别\n6 4,x,,市", "第 2 行"), ("代码,名称,上级代码,级别\n65,x,99,市", "99 不存在"),
        ("代码,名称,上级代码,级别\n64,x,6401,市", "圈"), ("代码,名称,上级代码,级别\n,丙局,99,单位", "99"), ("", "表头"),
    ],
)  # fmt: skip
def test_a_wrong_line_changes_nothing(lines: str, said: str, planted: Store) -> None:
    """What cannot be a tree is refused with the place, and the tree stays as it was."""
    before = tree.export_tree(planted)
    with pytest.raises(StoreError, match=said):
        tree.import_tree(planted, lines)
    assert tree.export_tree(planted) == before


def test_a_node_moves_with_all_below_it(planted: Store) -> None:
    """Changing the parent moves the subtree; what something hangs on cannot be removed."""
    tree.save_nodes(planted, [Node("640106", "金凤区", "区", "6402")])
    assert tree.units_under(planted, "6402") == {"甲局", "乙局"}
    with pytest.raises(StoreError, match="不能删除"):
        tree.remove_node(planted, "6402")
    tree.place_unit(planted, "市局", "")
    tree.remove_node(planted, "6401")
    with pytest.raises(NotInStore):
        tree.get_node(planted, "6401")


def test_figures_of_a_node_are_those_of_its_units(planted: Store) -> None:
    """Sums and lists of a subtree agree, and the children of a node add up to it."""
    save_clerks(
        planted,
        [Clerk("1", "一", "甲局"), Clerk("2", "二", "乙局"), Clerk("3", "三", "市局"), Clerk("4", "四", "外局")],
    )
    for n in range(12):
        judged_call(
            planted, f"1.{n}", {"closing": "missing"} if n % 3 else None, start=MORNING + n * DAY, clerk=str(n % 4 + 1)
        )
    for code in ("64", "6401", "640106", "6402"):
        counted = statistics.total(planted, CallFilter(node=code))
        assert (
            counted.calls
            == calls.count_calls(planted, CallFilter(node=code))
            == len(list(calls.each_call(planted, CallFilter(node=code))))
        )
        faults = [
            line.counts.faults
            for line in statistics.rule_lines(planted, CallFilter(node=code))
            if line.rule == "closing"
        ]
        assert sum(faults) == calls.count_calls(planted, CallFilter(node=code, rule="closing"))
        assert sum(line.counts.calls for line in branch_lines(planted, CallFilter(), code)) == counted.calls
    whole = branch_lines(planted, CallFilter(), "")
    assert [(line.label, line.counts.calls) for line in whole] == [("宁夏回族自治区", 9), ("外局", 3)]
    assert calls.count_calls(planted, CallFilter(node="99")) == 0


def test_a_clerk_who_moves_keeps_the_history(store: Store) -> None:
    """Calls before the day belong to the old unit, later ones to the new; the extension alone is enough to know who it was."""
    roster.post(store, Posting("1086", "王芳", "甲局", "1号窗口", "PJSIP/a1086", date(2026, 1, 1)), today=TODAY)
    roster.post(store, Posting("1086", "王芳", "乙局", "2号窗口", "PJSIP/a1086", date(2026, 11, 20)), today=TODAY)
    old = calls.get_call(store, judged_call(store, "1.1", start=MORNING - 10 * DAY))
    new = calls.get_call(store, judged_call(store, "1.2", start=MORNING))
    assert [(one.unit, one.window) for one in (old, new)] == [("甲局", "1号窗口"), ("乙局", "2号窗口")]
    assert [(one.unit, one.until) for one in roster.postings(store, job_number="1086")] == [
        ("乙局", None),
        ("甲局", date(2026, 11, 19)),
    ]
    clerk = get_clerk(store, "1086")
    assert clerk is not None
    assert clerk.unit == "乙局"


def test_the_page_knows_better_than_the_configuration(store: Store) -> None:
    """A clerk of the roster is not set back when the program starts again; one who left is a number without a name."""
    roster.post(store, Posting("1086", "王芳", "乙局", "", "", date(2026, 1, 1)), today=TODAY)
    save_clerks(store, [Clerk("1086", "旧名", "甲局"), Clerk("1087", "李", "甲局")])
    assert [get_clerk(store, number).unit for number in ("1086", "1087")] == ["乙局", "甲局"]  # type: ignore[union-attr]  # both are there
    roster.end_posting(store, "1086", date(2026, 11, 1))
    late = calls.get_call(store, judged_call(store, "1.1", start=MORNING))
    assert (late.clerk, late.unit) == ("1086", "")
    with pytest.raises(StoreError, match="没有在岗"):
        roster.end_posting(store, "1086", TODAY)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("10 86,王芳,甲局,,,,", "第 2 行：工号"), ("1086,王芳,,,,,", "单位"), ("1086,王芳,甲局,,,2026-13-01,", "日期应写作"),
        ("1086,王芳,甲局,,,2027-01-01,", "晚于今天"), ("1086,王芳,甲局,,,2026-02-01,2026-01-01", "早于生效"),
    ],
)  # fmt: skip
def test_a_roster_with_a_wrong_line_changes_nothing(line: str, said: str, store: Store) -> None:
    """The line is named, and nobody is entered."""
    with pytest.raises(StoreError, match=said):
        roster.import_roster(
            store, f"工号,姓名,单位,窗口,分机或成员名,生效日期,截止日期\n{line}\n1087,李,甲局,,,,", today=TODAY
        )
    assert roster.postings(store) == []
    assert (
        roster.import_roster(store, "工号,姓名,单位,窗口,分机或成员名,生效日期,截止日期\n1087,李,甲局,,,,", today=TODAY)
        == 1
    )
