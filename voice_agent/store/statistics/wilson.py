"""Between which rates the truth lies with 95 % (Wilson 1927). Pure."""

from __future__ import annotations

from math import sqrt

#: Standard deviations on either side of a rate that hold it in 95 of 100 draws.
_WIDTH = 1.96


def bounds(found: float, number: float) -> tuple[float, float]:
    """The interval 0–1 around ``found`` of ``number``; everything when there is nothing. Weighted counts need not be whole."""
    n, z = number, _WIDTH
    if not n:
        return 0.0, 1.0
    share = found / n
    middle, spread = share + z * z / (2 * n), z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, (middle - spread) / (1 + z * z / n)), min(1.0, (middle + spread) / (1 + z * z / n))
