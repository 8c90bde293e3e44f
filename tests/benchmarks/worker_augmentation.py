"""Peers of the comparison of augmentation: dllab, torch-1, torch-2."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

from serving import take_output
from worker_updates import Dllab, Torch, rate, take_turns
from workloads import Workload, normalized_data

_SIDE = 28


class DllabImages(Dllab):
    """A session on images; its augmentation is nudged from turn to turn."""

    image_shape = (_SIDE, _SIDE)

    def augment(self, values: dict[str, float]) -> None:
        """Set these strengths, all others as they are by default."""
        from dllab.hyperparameters import TABLE

        wanted = {key: r.default for key, r in TABLE.items() if r.group == "Augmentation"} | values
        now = self._session.hyperparameters
        if moves := {key: value for key, value in wanted.items() if now[key] != value}:
            self._session.nudge(moves)


class TorchImages(Torch):
    """PyTorch with its own means: affine_grid, conv2d for the Gaussian, grid_sample, randn."""

    def prepare(self, workload: Workload) -> None:
        """A new model and optimizer."""
        import torch
        from torch import nn

        X, y = map(torch.from_numpy, normalized_data(workload))
        # What lies outside an image is black.
        self._background = float(X.min())
        torch.manual_seed(1)
        n_x, units, classes = workload.sizes
        model = nn.Sequential(nn.Linear(n_x, units), nn.ReLU(), nn.Linear(units, classes))
        self.train(model, X, y, workload)

    def augment(self, values: dict[str, float]) -> None:
        """Use these strengths."""
        if "augment_elastic" in values:
            self.augmented = _elastic(values, self._background)
        elif "augment_rotation" in values:
            self.augmented = _affine(values, self._background)
        elif "augment_noise" in values:
            self.augmented = _noise(values["augment_noise"])
        else:
            self.augmented = None


Change = Callable[[Any], Any]


def _noise(strength: float) -> Change:
    import torch

    return lambda x: x + strength * torch.randn_like(x)


def _look_up(x: Any, grid: Any, background: float) -> Any:
    from torch.nn import functional

    images = (x - background).view(-1, 1, _SIDE, _SIDE)
    moved = functional.grid_sample(images, grid, "bilinear", "zeros", align_corners=False)
    return moved.view(len(x), -1) + background


def _affine(values: dict[str, float], background: float) -> Change:
    import torch
    from torch.nn import functional

    shift = values["augment_shift"] * 2 / _SIDE
    angle, zoom = math.radians(values["augment_rotation"]), values["augment_zoom"]
    shear = math.radians(values["augment_shear"])

    def change(x: Any) -> Any:
        turned, slanted, zoomed, right, down = 2 * torch.rand(5, len(x)) - 1
        factor = (1 + zoom) ** -zoomed
        cos, sin = torch.cos(angle * turned) * factor, torch.sin(angle * turned) * factor
        slant = torch.tan(shear * slanted)
        first = torch.stack([cos - slant * sin, -sin - slant * cos, shift * right], 1)
        second = torch.stack([sin, cos, shift * down], 1)
        theta = torch.stack([first, second], 1)
        grid = functional.affine_grid(theta, [len(x), 1, _SIDE, _SIDE], align_corners=False)
        return _look_up(x, grid, background)

    return change


def _elastic(values: dict[str, float], background: float) -> Change:
    import torch
    from torch.nn import functional

    strength, sigma = values["augment_elastic"], values["augment_elastic_sigma"]
    radius = int(4 * sigma + 0.5)
    gaussian = torch.exp(-0.5 * (torch.arange(-radius, radius + 1) / sigma) ** 2)
    gaussian /= gaussian.sum()
    across, down = gaussian.view(1, 1, 1, -1), gaussian.view(1, 1, -1, 1)
    # grid_sample counts from -1 to 1.
    factor = strength * 2 / _SIDE
    same = torch.tensor([[[1.0, 0, 0], [0, 1, 0]]])
    base = functional.affine_grid(same, [1, 1, _SIDE, _SIDE], align_corners=False)

    def change(x: Any) -> Any:
        field = 2 * torch.rand(2 * len(x), 1, _SIDE, _SIDE) - 1
        field = functional.conv2d(field, across, padding=(0, radius))
        field = functional.conv2d(field, down, padding=(radius, 0))
        moved = field.view(len(x), 2, _SIDE, _SIDE).permute(0, 2, 3, 1)
        return _look_up(x, base + factor * moved, background)

    return change


def main(name: str) -> None:
    """Be the peer of that name."""
    output = take_output()
    peer: Any = DllabImages() if name == "dllab" else TorchImages(int(name.removeprefix("torch-")))

    def prepare(sizes: list[int], mini_batch: int) -> None:
        peer.prepare(Workload(tuple(sizes), mini_batch))

    def turn(values: dict[str, float], seconds: float) -> dict[str, Any]:
        peer.augment(values)
        return rate(peer, seconds)

    take_turns(peer, prepare, turn, output)


if __name__ == "__main__":
    main(sys.argv[1])
