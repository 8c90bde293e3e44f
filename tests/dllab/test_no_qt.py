"""The engine knows no screen."""

from __future__ import annotations

SCRIPT = """
import importlib, pkgutil, sys
import dllab
from dllab import Recipe, Session
with Session.create(Recipe.builtin("circles")) as session:
    session.run(steps=5)
    session.checkpoint()
extra = "dllab.export.onnx_graph"  # needs a package that few install
for module in pkgutil.walk_packages(dllab.__path__, "dllab."):
    if not module.name.endswith("__main__") and module.name != extra:
        importlib.import_module(module.name)
strangers = [name for name in sys.modules
             if name.split(".")[0].lower().startswith(("pyside", "pyqt", "shiboken", "dllab_ui"))]
print("strangers:", strangers)
"""


def test_that_the_whole_engine_imports_no_qt(run_python):
    done = run_python(SCRIPT)
    assert done.stderr == ""
    assert done.stdout == "strangers: []\n"
