"""The search dock: plan a random search, watch its trials, zoom in on the best."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QTabBar, QVBoxLayout, QWidget

from dllab.errors import DllabError
from dllab.recipe import Recipe
from dllab.search import Trial, new_search_folder, open_search, zoomed
from dllab.training.snapshot import Snapshot
from dllab_ui.docks.panel import Panel
from dllab_ui.search.chooser import SearchChooser
from dllab_ui.search.foot import SearchFoot
from dllab_ui.search.form import PlanForm
from dllab_ui.search.runner import SearchRunner
from dllab_ui.search.trials_view import TrialsView
from dllab_ui.theme import Theme

if TYPE_CHECKING:
    from dllab_ui.lab import Lab

_WIDE = 660
_SMALLEST = (300, 300)
_PLAN, _TRIALS = 0, 1


class SearchPanel(Panel):
    """Puts plan, trials and the running search together; needs no open session."""

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(lab, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.runner = SearchRunner(lab, self)
        self.chooser = SearchChooser()
        self.form = PlanForm(self._session_recipe)
        self.view = TrialsView()
        self.foot = SearchFoot()
        self.plan = QWidget()
        self.tabs, self.splitter = QTabBar(), QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        self._connect()
        self._check()

    def _lay_out(self) -> None:
        self.tabs.setObjectName("search.tabs")
        self.tabs.setAccessibleName("plan or trials")
        self.tabs.setDrawBase(False)
        for title, tip in (("Plan", "What to search, and where."), ("Trials", "What came of it.")):
            self.tabs.setTabToolTip(self.tabs.addTab(title), tip)
        column = QVBoxLayout(self.plan)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.chooser)
        column.addWidget(self.form, 1)
        self.splitter.addWidget(self.plan)
        self.splitter.addWidget(self.view)
        self.splitter.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.tabs)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.foot)
        # Of the narrow form: the wide one needs more, and the dock could not be made narrow again.
        self.setMinimumSize(*_SMALLEST)
        self._arrange()

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._arrange)
        self.form.changed.connect(self._check)
        self.foot.start.clicked.connect(self._start)
        self.foot.cancel_wanted.connect(self.runner.cancel)
        self.chooser.shown_chosen.connect(self._choose)
        self.chooser.other_chosen.connect(self._lay_beside)
        self.view.zoom_wanted.connect(self.zoom_in)
        self.view.recipe_wanted.connect(self._open_trial)
        self.runner.progressed.connect(self.foot.show_progress)
        self.runner.grown.connect(self._show)
        self.runner.ended.connect(self._on_ended)

    # --- looks ----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the width of the dock."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Plan and trials beside each other where there is room, else behind each other."""
        wide = self.width() >= _WIDE
        self.tabs.setHidden(wide)
        self.plan.setVisible(wide or self.tabs.currentIndex() == _PLAN)
        self.view.setVisible(wide or self.tabs.currentIndex() == _TRIALS)

    def showEvent(self, event: QShowEvent) -> None:
        """Look which searches there are."""
        super().showEvent(event)
        self._list_searches()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.view.apply_theme(theme)

    # --- the session ----------------------------------------------------------------------

    def clear(self) -> None:
        """Another session: its recipe is offered; a search goes on."""
        if self.runner.is_running:
            self.form.show_recipes()
        else:
            self.form.follow_session()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Say when session and search share the processor."""
        self.foot.show_sharing(self.runner.is_running and snapshot.running)

    def _session_recipe(self) -> Recipe | None:
        recipe, latest = self.lab.recipe, self.lab.latest
        if recipe is None or latest is None:
            return recipe
        return recipe.with_values(**latest.hyperparameters)

    # --- planning and training ------------------------------------------------------------

    def _check(self) -> None:
        if self.runner.is_running:
            return
        problem = self.form.problem()
        self.foot.show_plan("" if problem else self._start_word(), problem)

    def _start_word(self) -> str:
        plan, search = self.form.plan(), self.runner.search
        if search is None or search.plan != plan:
            return "Start" if plan.round == 1 else f"Start round {plan.round}"
        return "Go on" if search.missing else "Run again"

    def _start(self) -> None:
        plan, before = self.form.plan(), self.runner.search
        folder = before.folder if before is not None else None
        if before is None or folder is None or before.plan != plan or not before.missing:
            folder = new_search_folder(plan.recipe.name)
            if before is not None and before.trials:
                self.view.lay_beside(before)
        self.runner.begin(folder, plan)
        self.view.show_zoom(None)
        self.tabs.setCurrentIndex(_TRIALS)
        self._show_running(True)
        self._show()

    def _show_running(self, on: bool) -> None:
        self.form.setEnabled(not on)
        self.chooser.shown.setEnabled(not on)
        self.view.set_running(on)
        latest = self.lab.latest
        self.foot.show_running(on)
        self.foot.show_sharing(on and latest is not None and latest.running)

    def _show(self) -> None:
        if self.runner.search is not None:
            self.view.show_search(self.runner.search)

    def _on_ended(self, text: str, well: bool) -> None:
        self._show_running(False)
        self._show()
        self._list_searches()
        self._check()
        self.foot.say(text, "muted" if well else "danger")
        self.said.emit(f"Search: {text}")

    # --- what a person does with results --------------------------------------------------

    def zoom_in(self) -> None:
        """Fill in the next round around the best trials and draw its region."""
        search = self.runner.search
        if search is None:
            return
        try:
            plan = zoomed(search.plan, search.trials)
        except DllabError as error:
            self.foot.say(str(error), "danger")
            return
        self.form.show_plan(plan)
        self.view.show_zoom(plan.space)
        self.foot.say(
            f"Round {plan.round} is planned inside the dashed box. Start it, or change its ranges "
            f"first."
        )

    def _open_trial(self, trial: Trial) -> None:
        if self.runner.search is not None:
            plan = self.runner.search.plan
            name = f"{plan.recipe.name}-trial-{trial.number}"
            self.recipe_wanted.emit(plan.recipe_of(trial.values, name))

    def _choose(self, folder: Path) -> None:
        if self.runner.is_running:
            return
        try:
            self.runner.show(folder)
        except DllabError as error:
            self.foot.say(str(error), "danger")
            return
        search = self.runner.search
        assert search is not None
        self.form.show_plan(search.plan)
        self.view.show_zoom(None)
        self._show()
        self.foot.say(" ".join(search.notices))

    def _lay_beside(self, folder: Path | None) -> None:
        try:
            self.view.lay_beside(open_search(folder) if folder is not None else None)
        except DllabError as error:
            self.foot.say(str(error), "danger")
        self._list_searches()

    def _list_searches(self) -> None:
        self.chooser.list_searches(self.runner.search, self.view.beside)
