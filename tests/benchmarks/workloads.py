"""What is trained in the benchmarks: sizes and data for the peers, recipes for the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dllab.recipe import Recipe

LEARNING_RATE = 1e-3
RECIPES = ("circles", "mnist", "mnist-deep", "784-2048-2048-10")


@dataclass(frozen=True)
class Workload:
    """A network, the size of a mini-batch, and how many times PyTorch's speed is asked for.

    ``target`` 0: the figure is only shown.
    """

    sizes: tuple[int, ...]
    mini_batch: int
    keep_prob: float = 1.0
    batch_norm: bool = False
    target: float = 1.0

    @property
    def name(self) -> str:
        """For tables: ``784-128-10, batch 64``."""
        kept = f", keep_prob {self.keep_prob}" if self.keep_prob < 1 else ""
        norm = ", batch norm" if self.batch_norm else ""
        return f"{'-'.join(map(str, self.sizes))}, batch {self.mini_batch}{kept}{norm}"

    @property
    def examples(self) -> int:
        """Training examples."""
        return 1_000 if self.sizes[0] == 2 else 20_000

    @property
    def flops(self) -> int:
        """Floating-point operations of the matrix products of one update.

        Forward, ∂J/∂W and ∂J/∂a take 2·m·n[l]·n[l-1] each; ∂J/∂a is not needed for the inputs.
        """
        products = [a * b for a, b in zip(self.sizes, self.sizes[1:], strict=False)]
        return 2 * self.mini_batch * (3 * sum(products) - products[0])


WORKLOADS = (
    Workload((2, 8, 8, 2), 32, target=3.0),
    Workload((784, 16, 10), 32, target=3.0),
    Workload((784, 128, 10), 64),
    Workload((784, 512, 256, 10), 256),
    Workload((784, 512, 256, 10), 256, keep_prob=0.8),
    Workload((784, 512, 256, 10), 256, batch_norm=True, target=0),
    Workload((784, 128, 10), 64, batch_norm=True, target=0),
    Workload((784, 2048, 2048, 10), 512),
)


def raw_data(
    examples: int, n_x: int, classes: int
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Inputs as bytes, like pixels, and labels that can be learned but for a tenth of them.

    With that tenth the cost never vanishes, so that no peer runs into subnormal numbers.
    """
    import numpy as np

    rng = np.random.default_rng(1)
    X = rng.integers(0, 256, (examples, n_x), np.uint8)
    teacher = rng.standard_normal((n_x, classes))
    y = np.argmax((X - 127.5) @ teacher, axis=1)
    noise = rng.random(examples) < 0.1
    y[noise] = rng.integers(0, classes, int(noise.sum()))
    return X, y.astype(np.int64)


def normalized_data(
    workload: Workload,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """The same data in float32 with mean 0 and variance 1."""
    import numpy as np

    X, y = raw_data(workload.examples, workload.sizes[0], workload.sizes[-1])
    floats = X.astype(np.float32)
    floats -= floats.mean()
    floats /= floats.std()
    return floats, y


def recipe_called(name: str, **changes: Any) -> Recipe:
    """A built-in recipe, or the large one, that goes on for as long as it is asked to."""
    from dllab.recipe import Recipe, builtin_recipes

    if name in builtin_recipes():
        recipe = Recipe.builtin(name)
    else:
        # A smaller dev set and probe, so that an evaluation and the updates between two of them
        # take about a second, not half a minute.
        recipe = Recipe.builtin("mnist").with_values(
            hidden_layers=[int(size) for size in name.split("-")[1:-1]],
            keep_prob=1.0,
            mini_batch_size=512,
            learning_rate=1e-3,
            schedule="constant",
            dev_examples=1000,
            probe_examples=1000,
        )
    return recipe.with_values(epochs=1_000_000, **changes)
