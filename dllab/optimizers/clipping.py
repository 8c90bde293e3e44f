"""Gradient clipping by norm (Pascanu, Mikolov & Bengio 2013, arXiv:1211.5063, algorithm 1)."""

from __future__ import annotations


def clip_factor(norm: float, limit: float) -> float:
    """What the gradient is multiplied by so that its norm is at most ``limit``.

    Parameters
    ----------
    norm:
        ‖g‖₂ over all of θ, penalties included; finite, which the caller has checked.
    limit:
        Largest norm allowed, or 0 for no limit.

    Returns
    -------
    float
        Exactly 1 with no limit or up to it, else limit/norm. PyTorch's ``clip_grad_norm_`` adds
        1e-6 to the norm and so ends a little below the limit.
    """
    if not limit or norm <= limit:
        return 1.0
    return limit / norm
