"""The hierarchy: 自治区 → 市 → 县 above the units, as codes; who sees which part of it; and its lines as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from voice_agent.errors import NotInStore, StoreError
from voice_agent.store.database import Store
from voice_agent.store.people.users import User

#: What stands in the fourth column of a line that is a unit, not a node.
UNIT = "单位"
_CODE = re.compile(r"[0-9A-Za-z-]{1,32}")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_HEADINGS = ("代码", "名称", "上级代码", "级别")
#: Deeper than 自治区, 市, 县, 乡镇, 村 nobody is governed.
_DEEPEST = 8


@dataclass(frozen=True)
class Node:
    """A node above the units; ``path`` is ``/64/6401/`` for 6401 under 64, ``parent`` '' at the top."""

    code: str
    name: str
    level: str
    parent: str = ""
    path: str = ""

    @property
    def depth(self) -> int:
        """0 at the top."""
        return max(0, self.path.count("/") - 2)


def list_nodes(store: Store, *, under: str = "") -> list[Node]:
    """All nodes (of one subtree, its top included), each after its parent. Raises StoreError."""
    rows = store.rows(
        "SELECT n.* FROM nodes n WHERE ?1 = '' OR n.path LIKE (SELECT path FROM nodes WHERE code = ?1) || '%' ORDER BY n.path",
        (under,),
    )
    return [Node(row["code"], row["name"], row["level"], row["parent"], row["path"]) for row in rows]


def get_node(store: Store, code: str) -> Node:
    """One node. Raises NotInStore."""
    row = store.row("SELECT * FROM nodes WHERE code = ?", (code,))
    if row is None:
        raise NotInStore(f"没有代码为 {code} 的层级")
    return Node(row["code"], row["name"], row["level"], row["parent"], row["path"])


def save_nodes(store: Store, nodes: Iterable[Node]) -> None:
    """Add nodes or change them; paths follow. Raises StoreError: a code that is none, a parent that is not there, a circle."""
    with store.transaction():
        known = {node.code: node for node in list_nodes(store)}
        for node in nodes:
            _check(node)
            known[node.code] = node
        paths = {code: _path(known, code) for code in known}
        # All paths may change at once, and each must be unique at every moment.
        store.write("DELETE FROM nodes")
        store.write_many(
            "INSERT INTO nodes (code, name, level, parent, path) VALUES (?, ?, ?, ?, ?)",
            [(node.code, node.name, node.level, node.parent, paths[node.code]) for node in known.values()],
        )


def remove_node(store: Store, code: str) -> None:
    """Remove a node that nothing hangs on. Raises StoreError."""
    with store.transaction():
        used = store.value(
            "SELECT (SELECT count(*) FROM nodes WHERE parent = ?1) + (SELECT count(*) FROM units WHERE node = ?1)"
            " + (SELECT count(*) FROM users WHERE node = ?1)",
            (code,),
        )
        if used:
            raise StoreError("这个层级下还有下级、单位或用户，不能删除")
        if not store.write("DELETE FROM nodes WHERE code = ?", (code,)).rowcount:
            raise NotInStore(f"没有代码为 {code} 的层级")


def place_unit(store: Store, unit: str, node: str) -> None:
    """Hang a unit under a node ('' under none). Raises StoreError."""
    with store.transaction():
        if node:
            get_node(store, node)
        store.write("INSERT OR IGNORE INTO units (name) VALUES (?)", (unit,))
        store.write("UPDATE units SET node = ? WHERE name = ?", (node, unit))


def unit_nodes(store: Store) -> dict[str, str]:
    """Unit → code of the node that it hangs under ('' none). Raises StoreError."""
    return {row["name"]: row["node"] for row in store.rows("SELECT name, node FROM units ORDER BY name")}


def units_under(store: Store, code: str) -> frozenset[str]:
    """The units of a subtree. Raises StoreError."""
    return frozenset(row["name"] for row in store.rows(UNITS_UNDER, (code,)))


#: The units of the subtree of the node whose code is the one parameter.
UNITS_UNDER = """SELECT u.name FROM units u JOIN nodes n ON n.code = u.node
    JOIN nodes t ON t.code = ? AND substr(n.path, 1, length(t.path)) = t.path"""


#: The units that the user whose number both parameters are is responsible for.
CHARGE_UNITS = """SELECT name FROM charges WHERE user = ? AND kind = 'unit' UNION ALL SELECT u.name FROM units u
    JOIN nodes n ON n.code = u.node JOIN charges d ON d.kind = 'node' AND d.user = ?
    JOIN nodes t ON t.code = d.name AND substr(n.path, 1, length(t.path)) = t.path"""


def scope(store: Store, user: User) -> frozenset[str] | None:
    """The units that somebody may see; None: all. Staff see their own calls, which is decided elsewhere. Raises StoreError."""
    if user.unit:
        return frozenset({user.unit})
    return units_under(store, user.node) if user.node else None


def import_tree(store: Store, text: str) -> tuple[int, int]:
    """Read lines of 代码,名称,上级代码,级别 (级别 单位: a unit, whose code may be empty). Returns how many nodes and units.

    Raises StoreError naming the line; then nothing is changed.
    """
    nodes, units = [], []
    for number, line in read_lines(text, _HEADINGS):
        if line["级别"] == UNIT:
            units.append((line["名称"], line["上级代码"]))
        else:
            node = Node(line["代码"], line["名称"], line["级别"], line["上级代码"])
            _check(node, f"第 {number} 行：")
            nodes.append(node)
    with store.transaction():
        save_nodes(store, nodes)
        for name, node_code in units:
            place_unit(store, name, node_code)
    return len(nodes), len(units)


def export_tree(store: Store) -> str:
    """The whole tree as ``import_tree`` reads it. Raises StoreError."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_HEADINGS)
    writer.writerows([node.code, _defused(node.name), node.parent, _defused(node.level)] for node in list_nodes(store))
    writer.writerows(["", _defused(name), node, UNIT] for name, node in unit_nodes(store).items())
    return file.getvalue()


def _defused(text: str) -> str:
    """A name that a spreadsheet would run as a formula gets an apostrophe, which reading takes off again."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def read_lines(text: str, headings: Iterable[str]) -> Iterable[tuple[int, Mapping[str, str]]]:
    """The lines of a CSV (also with tabs, as spreadsheets copy them) by heading, with their numbers. Raises StoreError."""
    first = text.lstrip("\ufeff").partition("\n")[0]
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff").strip()), delimiter="\t" if "\t" in first else ",")
    found = [[_armed(cell.strip()) for cell in row] for row in reader]
    wanted = tuple(headings)
    if not found or not set(wanted) <= set(found[0]):
        raise StoreError(f"第一行应为表头：{'，'.join(wanted)}")
    for number, row in enumerate(found[1:], 2):
        if any(row):
            line = dict(zip(found[0], row, strict=False))
            yield number, {name: line.get(name, "") for name in wanted}


def _armed(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _check(node: Node, place: str = "") -> None:
    if not _CODE.fullmatch(node.code):
        raise StoreError(f"{place}代码只能用字母、数字和短横，最多 32 位")
    if not node.name or len(node.name) > 64:
        raise StoreError(f"{place}请填写名称，最多 64 个字符")


def _path(known: Mapping[str, Node], code: str) -> str:
    codes, here = [], known[code]
    while True:
        codes.append(here.code)
        if not here.parent:
            return f"/{'/'.join(reversed(codes))}/"
        if here.parent not in known:
            raise StoreError(f"“{here.name}”的上级代码 {here.parent} 不存在")
        if len(codes) >= _DEEPEST or here.parent in codes:
            raise StoreError(f"“{known[code].name}”的上级绕成了圈或层级太深")
        here = known[here.parent]
