"""单位: the hierarchy 自治区 → 市 → 县 → 单位, edited line by line or as CSV, and which queues belong to which unit."""

from __future__ import annotations

from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.store.people.directory import Unit, list_clerks, list_units, save_units
from voice_agent.store.people.tree import (
    Node,
    export_tree,
    import_tree,
    list_nodes,
    place_unit,
    remove_node,
    save_nodes,
    unit_nodes,
)
from voice_agent.web.doors.ownership import fetched
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.figures.downloads import CSV, attachment

LEVELS = [(name, name) for name in ("自治区", "省", "市", "县", "区", "乡镇")]


def show_units(visit: Visit) -> Response:
    """The tree with its units, their queues and their clerks."""
    places, nodes = unit_nodes(visit.store), list_nodes(visit.store)
    clerks: dict[str, list[object]] = {}
    for one in list_clerks(visit.store):
        clerks.setdefault(one.unit, []).append(one)
    units = [(unit, clerks.get(unit.name, []), places.get(unit.name, "")) for unit in list_units(visit.store)]
    return visit.show("units.html", units=units, nodes=nodes, options=_options(nodes), levels=LEVELS)


def _options(nodes: list[Node]) -> list[tuple[str, str]]:
    return [(node.code, f"{'　' * node.depth}{node.name}") for node in nodes]


def add_unit(visit: Visit) -> Response:
    """Add a unit, give it queues, hang it under a node. Raises StoreError."""
    name = visit.form.get("name", "").strip()
    if not name or len(name) > 64:
        raise StoreError("请填写单位名称，最多 64 个字符")
    queues = tuple(visit.form.get("queues", "")[:400].split())
    with visit.store.transaction():
        save_units(visit.store, [Unit(name, queues)])
        if "node" in visit.form:
            _place(visit, name)
        visit.note("save_unit", name, " ".join(queues))
    return visit.go("/units")


def _place(visit: Visit, unit: str) -> None:
    node = visit.form.get("node", "")
    fetched(lambda: place_unit(visit.store, unit, node))


def save_node(visit: Visit) -> Response:
    """Add a node or change the one with this code. Raises StoreError naming the field."""
    values = {name: visit.form.get(name, "").strip() for name in ("code", "name", "level", "parent")}
    save_nodes(visit.store, [Node(**values)])
    visit.note("save_node", values["code"], values["name"])
    return visit.go("/units")


def drop_node(visit: Visit) -> Response:
    """Remove a node that nothing hangs on. Raises StoreError, HTTPException 404."""
    code = visit.form.get("code", "")
    fetched(lambda: remove_node(visit.store, code))
    visit.note("remove_node", code)
    return visit.go("/units")


def read_tree(visit: Visit) -> Response:
    """Take the pasted CSV. Raises StoreError naming the line; then nothing has changed."""
    nodes, units = import_tree(visit.store, visit.form.get("text", ""))
    visit.note("import_tree", "", f"{nodes} 个层级，{units} 个单位")
    return visit.go("/units")


def tree_file(visit: Visit) -> Response:
    """The tree as CSV, in the form in which it is read."""
    return attachment(iter([export_tree(visit.store).encode("utf-8-sig")]), "层级.csv", CSV)


PAGES = (
    Page("units", "GET", "/units", show_units),
    Page("add_unit", "POST", "/units", add_unit),
    Page("save_node", "POST", "/units/nodes", save_node),
    Page("remove_node", "POST", "/units/nodes/remove", drop_node),
    Page("import_tree", "POST", "/units/import", read_tree),
    Page("tree_file", "GET", "/units.csv", tree_file),
)
