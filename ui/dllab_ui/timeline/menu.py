"""The context menus of the timeline."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from dllab.training.snapshot import Snapshot
from dllab.training.timeline import needed_by
from dllab_ui import words
from dllab_ui.theme import Theme
from dllab_ui.timeline.content import Content, Lane, Mark
from dllab_ui.timeline.deeds import TimelineDeeds
from dllab_ui.timeline.glyphs import GLYPHS, glyph_icon
from dllab_ui.timeline.layout import Hit
from dllab_ui.way_back import checkpoint_before, steps_lost


def menu_for(
    parent: QWidget,
    found: Hit,
    content: Content,
    snapshot: Snapshot,
    ghosts: dict[str, bool],
    deeds: TimelineDeeds,
) -> QMenu:
    """What can be done with a checkpoint, a nudge, a branch, or all ghosts."""
    menu = QMenu(parent)
    menu.setObjectName("timeline.menu")
    if found.mark is not None and found.mark.key:
        _fill_checkpoint(menu, found.mark, snapshot, deeds)
    elif found.mark is not None:
        _fill_nudge(menu, found.mark, content, snapshot, deeds)
    if found.lane is not None:
        _fill_branch(menu, found.lane, snapshot, ghosts, deeds)
    _fill_ghosts(menu, found.lane, content, ghosts, deeds)
    if found.mark is not None and found.mark.key:
        menu.addSeparator()
        _add_delete(menu, found.mark, snapshot, deeds)
    if snapshot.read_only:
        for action in menu.actions():
            if action.property("writes"):
                action.setEnabled(False)
    return menu


def _writing(action: QAction, key: str = "") -> QAction:
    """An action that a read-only session does not allow; ``key`` is shown beside it."""
    action.setProperty("writes", True)
    if key:
        # Only shown: the widget itself heeds the key.
        shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        action.setText(f"{action.text()}\t{shown}")
    return action


def _fill_checkpoint(menu: QMenu, mark: Mark, snapshot: Snapshot, deeds: TimelineDeeds) -> None:
    info = next((c for c in snapshot.checkpoints if c.key == mark.key), None)
    if info is None:
        return
    lost = steps_lost(snapshot, info)
    behind = f" ({words.left_behind(lost)})" if lost else ""
    _writing(
        menu.addAction(f"&Roll back to here{behind} …", lambda: deeds.roll_back(mark.key)), "Return"
    )
    menu.addSeparator()
    _writing(menu.addAction("N&ote …", lambda: deeds.note(mark.entry))).setEnabled(bool(mark.entry))
    words_for_pin = "Un&pin: may be thinned out again" if info.pinned else "&Pin: keep for ever"
    _writing(menu.addAction(words_for_pin, lambda: deeds.pin(mark.key, not info.pinned)))
    menu.addAction("Compare &knobs with now …", lambda: deeds.compare(mark.key))
    menu.addAction("Save &as …", lambda: deeds.save_as(mark.key))


def _fill_nudge(
    menu: QMenu, mark: Mark, content: Content, snapshot: Snapshot, deeds: TimelineDeeds
) -> None:
    back = checkpoint_before(snapshot, content.nudges[mark.entry])
    if back is None:
        menu.addAction("No checkpoint is left before this nudge").setEnabled(False)
    else:
        behind = words.left_behind(steps_lost(snapshot, back))
        _writing(
            menu.addAction(
                f"&Roll back to just before this (step {words.count(back.step)}, {behind}) …",
                lambda: deeds.roll_back(back.key),
            ),
            "Return",
        )
    _writing(menu.addAction("N&ote …", lambda: deeds.note(mark.entry)))


def _fill_branch(
    menu: QMenu, lane: Lane, snapshot: Snapshot, ghosts: dict[str, bool], deeds: TimelineDeeds
) -> None:
    menu.addSeparator()
    go_on = _writing(menu.addAction("", lambda: deeds.continue_branch(lane.branch)))
    if lane.branch == snapshot.branch:
        go_on.setText(f"“{lane.label}” is the present branch")
        go_on.setEnabled(False)
    else:
        at = words.count(lane.last_step)
        go_on.setText(f"&Continue “{lane.label}” where it ends (step {at})")
    _writing(menu.addAction("Re&name branch …", lambda: deeds.rename(lane.branch)), "F2")
    if lane.has_ghost:
        on = ghosts.get(lane.branch, False)
        verb = "Hide" if on else "Show"
        menu.addAction(
            f"{verb} its &ghost on the curves", lambda: deeds.show_ghost(lane.branch, not on)
        )


def _fill_ghosts(
    menu: QMenu, lane: Lane | None, content: Content, ghosts: dict[str, bool], deeds: TimelineDeeds
) -> None:
    abandoned = [each.branch for each in content.lanes if each.has_ghost]
    if not abandoned or (lane is not None and len(abandoned) == 1):
        return
    group = menu
    if lane is not None:
        group = menu.addMenu("All ghosts")
        group.setObjectName("timeline.menu.ghosts")

    def show(chosen: set[str]) -> None:
        for branch in abandoned:
            if ghosts.get(branch, False) != (branch in chosen):
                deeds.show_ghost(branch, branch in chosen)

    group.addAction("Show &all ghosts", lambda: show(set(abandoned)))
    group.addAction("&Hide all ghosts", lambda: show(set()))
    if lane is not None and lane.has_ghost:
        group.addAction(f"Show &only the ghost of “{lane.label}”", lambda: show({lane.branch}))


def _add_delete(menu: QMenu, mark: Mark, snapshot: Snapshot, deeds: TimelineDeeds) -> None:
    hangs = needed_by(mark.key, snapshot.checkpoints, snapshot.branches)
    delete = _writing(menu.addAction("&Delete …", lambda: deeds.delete(mark.key)), "Del")
    if hangs:
        delete.setText(f"Delete: {hangs[0].lower()}{hangs[1:]}".rstrip("."))
        delete.setEnabled(False)


def add_legend(menu: QMenu, theme: Theme) -> None:
    """Say what the marks mean."""
    menu.addSeparator()
    legend = menu.addMenu("What the marks mean")
    legend.setObjectName("timeline.menu.legend")
    for glyph in GLYPHS.values():
        legend.addAction(glyph_icon(glyph.id, theme), glyph.words)
