"""What two dimensions cannot show."""

from __future__ import annotations

LOCAL_OPTIMA = (
    "Two weights mislead. Where the gradient is zero, each direction may bend up or down; a "
    "minimum needs all of them up. If chance decided, one such point in 4 were a minimum with 2 "
    "weights, but with 50 a share of 2⁻⁵⁰ ≈ 9 · 10⁻¹⁶, and a network has thousands. So local "
    "optima are rare in high dimension and saddles are common. What slows training down is "
    "plateaus."
)


def share_of_minima(dimensions: int) -> float:
    """2⁻ⁿ: the share of minima among points of zero gradient, each of n directions left to chance.

    Raises
    ------
    ValueError
        Below one dimension.
    """
    if dimensions < 1:
        raise ValueError(f"a surface has one dimension or more, not {dimensions}")
    return 0.5**dimensions
