"""dllab: watch and steer the training of a neural network.

>>> from dllab import Recipe, Session
>>> session = Session.create(Recipe.builtin("circles"))
>>> session.run(steps=500)
'done'
>>> session.close()
"""

from __future__ import annotations

from dllab.data import open_data
from dllab.errors import DllabError
from dllab.recipe import Recipe
from dllab.training.session import Session

__all__ = ["DllabError", "Recipe", "Session", "open_data"]
__version__ = "0.1.0"
