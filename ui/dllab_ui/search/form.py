"""The plan of a search, to be filled in: recipe, ranges, number and length of the trials."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from dllab.recipe import Recipe, builtin_recipes
from dllab.search import Plan, suggested_epochs, suggested_space
from dllab_ui.refusal import refusal
from dllab_ui.search.ranges import RangeList

_LONGEST_TRIAL = 1_000_000_000


class PlanForm(QWidget):
    """``changed`` whenever the plan does; `plan` gives it or says what is wrong.

    Parameters
    ----------
    session_recipe:
        The recipe of the open session with the values in force, or None.
    """

    changed = Signal()

    def __init__(
        self, session_recipe: Callable[[], Recipe | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session_recipe = session_recipe
        self._builtin = builtin_recipes()
        # Of a plan that was filled in whole; the fields hold all else of it.
        self._loaded: Recipe | None = None
        self._round = 1
        self._steps: int | None = None
        self._filling = False
        self.recipe = QComboBox()
        self.ranges = RangeList()
        self.trials, self.epochs, self.seed = QSpinBox(), QSpinBox(), QSpinBox()
        self.unit = QLabel()
        self._lay_out()
        self.show_recipes()
        self._fill_from_recipe()
        self.recipe.currentIndexChanged.connect(self._fill_from_recipe)
        self.ranges.changed.connect(self._tell)

    def _lay_out(self) -> None:
        for widget, name, meaning, tip in (
            (self.recipe, "recipe", "recipe", "What every trial starts from: data and network."),
            (self.trials, "trials", "number of trials", "Random points to train, one by one."),
            (self.epochs, "epochs", "length of a trial", "How long each trial trains."),
            (self.seed, "seed", "seed of the search", "The same seed draws the same trials."),
        ):
            widget.setObjectName(f"search.{name}")
            widget.setAccessibleName(meaning)
            widget.setToolTip(tip)
            widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.recipe.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.recipe.setMinimumContentsLength(12)
        for spin, low, high in (
            (self.trials, 1, 10_000),
            (self.epochs, 1, _LONGEST_TRIAL),
            (self.seed, 0, 2**31 - 1),
        ):
            spin.setRange(low, high)
            spin.setGroupSeparatorShown(True)
            spin.setMinimumHeight(self.recipe.sizeHint().height())
            spin.setMinimumWidth(60)
            spin.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
            spin.valueChanged.connect(self._tell)
        self.trials.setValue(20)
        self.seed.setValue(1)
        top = QHBoxLayout()
        top.addWidget(QLabel("Around"))
        top.addWidget(self.recipe, 1)
        numbers = QGridLayout()
        numbers.setHorizontalSpacing(6)
        for column, (text, spin) in enumerate(
            (("Trials", self.trials), ("Epochs each", self.epochs), ("Seed", self.seed))
        ):
            label = self.unit if spin is self.epochs else QLabel()
            label.setText(text)
            label.setBuddy(spin)
            label.setProperty("tone", "muted")
            numbers.addWidget(label, 0, column)
            numbers.addWidget(spin, 1, column)
            numbers.setColumnStretch(column, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 6)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self.ranges, 1)
        layout.addLayout(numbers)

    # --- filling --------------------------------------------------------------------------

    def show_recipes(self) -> None:
        """List the recipes: the open session's, that of the search on screen, the built-in ones."""
        chosen = self.recipe.currentData()
        with QSignalBlocker(self.recipe):
            self.recipe.clear()
            session = self._session_recipe()
            if session is not None:
                self.recipe.addItem(f"this session: {session.name}", "session")
            if self._loaded is not None:
                self.recipe.addItem(f"the search on screen: {self._loaded.name}", "loaded")
            for name in self._builtin:
                self.recipe.addItem(name, f"builtin {name}")
            self.recipe.setCurrentIndex(max(0, self.recipe.findData(chosen)))

    @property
    def wanted_recipe(self) -> Recipe:
        """The recipe that is chosen, the session's with the values in force."""
        chosen = str(self.recipe.currentData())
        if chosen == "session":
            session = self._session_recipe()
            if session is not None:
                return session
        if chosen == "loaded" and self._loaded is not None:
            return self._loaded
        return self._builtin[chosen.removeprefix("builtin ")]

    def follow_session(self) -> None:
        """Another session is open: offer its recipe, and its ranges if nothing else was chosen."""
        self.show_recipes()
        if self._loaded is None:
            with QSignalBlocker(self.recipe):
                self.recipe.setCurrentIndex(max(0, self.recipe.findData("session")))
            self._fill_from_recipe()

    def show_plan(self, plan: Plan) -> None:
        """Fill in a whole plan, of an earlier search or of the next round."""
        self._filling = True
        self._loaded = plan.recipe
        self.show_recipes()
        with QSignalBlocker(self.recipe):
            self.recipe.setCurrentIndex(self.recipe.findData("loaded"))
        self.ranges.show_space(plan.recipe, plan.space)
        self.trials.setValue(plan.trials)
        self.seed.setValue(plan.seed)
        self._steps = plan.steps
        self.epochs.setValue(plan.steps or plan.epochs or 1)
        self._round = plan.round
        self._show_unit()
        self._filling = False
        self._tell()

    def _show_unit(self) -> None:
        self.unit.setText("Steps each" if self._steps is not None else "Epochs each")

    def _fill_from_recipe(self) -> None:
        recipe = self.wanted_recipe
        self._filling = True
        self.ranges.show_space(recipe, suggested_space(recipe))
        self._steps, self._round = None, 1
        self.epochs.setValue(suggested_epochs(recipe))
        self._show_unit()
        self._filling = False
        self._tell()

    # --- reading --------------------------------------------------------------------------

    def plan(self) -> Plan:
        """The plan as filled in.

        Raises
        ------
        DllabError
            If something in it makes no sense, in words.
        """
        length = self.epochs.value()
        return Plan(
            self.wanted_recipe,
            self.ranges.space(),
            trials=self.trials.value(),
            epochs=None if self._steps is not None else length,
            steps=length if self._steps is not None else None,
            seed=self.seed.value(),
            round=self._round,
        )

    def problem(self) -> str:
        """What is wrong, in words; nothing if all is well."""
        for row in self.ranges.rows.values():
            row.show_problem()
        return refusal(self.plan)

    def _tell(self) -> None:
        if not self._filling:
            self.changed.emit()
