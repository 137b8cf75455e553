"""The units of the bundled calls in their hierarchy, with the codes of GB/T 2260, so that figures can be drilled down."""

from __future__ import annotations

from voice_agent.store import Store
from voice_agent.store.people.tree import Node, place_unit, save_nodes

_REGION = Node("64", "宁夏回族自治区", "自治区")
_CITIES = {"6401": "银川市", "6402": "石嘴山市", "6403": "吴忠市", "6404": "固原市", "6405": "中卫市"}
#: County or district → code; the first four digits are those of its city.
_COUNTIES = {
    "金凤区": "640106", "永宁县": "640121", "贺兰县": "640122", "灵武市": "640181", "大武口区": "640202", "惠农区": "640205",
    "平罗县": "640221", "利通区": "640302", "红寺堡区": "640303", "盐池县": "640323", "同心县": "640324", "青铜峡市": "640381",
    "西吉县": "640422", "中宁县": "640521", "海原县": "640522",
}  # fmt: skip


def plant(store: Store, units: set[str]) -> None:
    """Save the tree and hang each unit under the county or city in its name. Raises StoreError."""
    counties = [Node(code, name, name[-1], code[:4]) for name, code in _COUNTIES.items()]
    save_nodes(store, [_REGION, *(Node(code, name, "市", "64") for code, name in _CITIES.items()), *counties])
    for unit in sorted(units):
        place_unit(store, unit, node_of(unit))


def node_of(unit: str) -> str:
    """The code of the county or city that a unit is named after; the region's when it is named after none. Pure."""
    places = _COUNTIES | {name: code for code, name in _CITIES.items()}
    return next((code for name, code in places.items() if unit.startswith(name)), _REGION.code)
