"""Lists whose filter, order and page stand in the address, so that a view can be shared and the back button works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

PER_PAGE = 50


@dataclass(frozen=True)
class Listing:
    """One page of a list: ``params`` is the filter as it stands in the address, ``what`` the counted things.

    ``more``: there are more than ``total``.
    """

    path: str
    params: Mapping[str, str]
    sort: str
    descending: bool
    page: int
    total: int
    default_sort: str
    default_descending: bool
    what: str = "通"
    more: bool = False
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are, at least one; of a list that was not counted to its end, as many as are known of."""
        return max(1, -(-self.total // self.per_page), self.page + self.more)

    @property
    def query(self) -> str:
        """Filter and order as ``?…`` (empty when there is neither): what drill-downs and exports carry on."""
        return _query(self._state(self.sort, self.descending))

    def at(self, page: int) -> str:
        """The address of another page."""
        return self.path + _query(self._state(self.sort, self.descending) | ({"page": str(page)} if page > 1 else {}))

    def sorted_by(self, name: str) -> str:
        """The address of the list in another order; the column that sorts already turns round."""
        return self.path + _query(self._state(name, not self.descending if name == self.sort else name == "started"))

    def _state(self, sort: str, descending: bool) -> dict[str, str]:
        state = dict(self.params)
        if (sort, descending) != (self.default_sort, self.default_descending):
            state |= {"sort": sort, "order": "desc" if descending else "asc"}
        return state


def _query(params: Mapping[str, str]) -> str:
    return f"?{urlencode(params)}" if params else ""


def page_number(text: str | None) -> int:
    """The page an address asks for; nonsense means the first."""
    return min(max(1, int(text)), 100_000) if text and text.isascii() and text.isdigit() else 1
