"""The dialog *New session* over files of one's own: every bad input is answered before anything
is created."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QThreadPool, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from shiboken6 import isValid

from dllab.data import circles
from dllab.training.prepare import prepare
from dllab_ui.dialogs.new_session import NewSessionDialog
from dllab_ui.new_session import reading
from dllab_ui.new_session.head import OWN

GOOD = "a,b,label\n" + "".join(f"{i},{(i * 7) % 10 / 2},{'xy'[i % 2]}\n" for i in range(60))


class Asked:
    """The real dialog, and what a person does with it."""

    def __init__(self, qtbot: Any) -> None:
        self.qtbot = qtbot
        self.dialog = NewSessionDialog(None, "circles")
        self.created: list[Any] = []
        self.dialog.chosen.connect(lambda recipe, folder: self.created.append(recipe))
        self.dialog.show()
        self.settle()

    def settle(self) -> None:
        """Wait until all that has been asked of the data is answered."""
        d = self.dialog
        self.qtbot.waitUntil(
            lambda: d.head.source.settled and not d.inquiry.reads and not d.inquiry.compares,
            timeout=20_000,
        )

    def open(self, path: Path) -> str:
        """Choose a file; the sentence against it."""
        self.dialog.choose_data(str(path))
        self.settle()
        return self.problem

    def set(self, key: str, text: str) -> str:
        """Choose an entry of an option's list, or type it; the sentence against it."""
        box: QComboBox = self.dialog.data.form.fields[key].box
        # The first entry leaves the option to be detected.
        index = next((i for i in range(1, box.count()) if box.itemText(i).startswith(text)), -1)
        if index >= 0:
            box.setCurrentIndex(index)
            box.activated.emit(index)
        else:
            box.lineEdit().selectAll()
            QTest.keyClicks(box.lineEdit(), text)
            box.lineEdit().editingFinished.emit()
        self.settle()
        return self.problem

    def shown(self) -> set[str]:
        """The options that can be seen."""
        fields = self.dialog.data.form.fields
        return {key for key, field in fields.items() if field.isVisible()}

    @property
    def problem(self) -> str:
        """What the dialog complains about; then nothing can be created."""
        text = self.dialog.problem.text()
        assert self.dialog.ok.isEnabled() == (not text)
        assert self.dialog.problem.isVisible() == bool(text)
        return text

    @property
    def warnings(self) -> str:
        """What the dialog says to look at."""
        return self.dialog.data.told.alarms.text()

    def create(self) -> Any:
        """Press Create; the recipe that comes of it."""
        self.qtbot.mouseClick(self.dialog.ok, Qt.MouseButton.LeftButton)
        assert len(self.created) == 1
        return self.created[0]


@pytest.fixture
def asked(qtbot: Any) -> Iterator[Asked]:
    made = Asked(qtbot)
    yield made
    if isValid(made.dialog):
        made.dialog.reject()


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """Write a file."""

    def write(content: str | bytes, name: str = "mine.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


# --- text -------------------------------------------------------------------------------------


def test_that_semicolons_and_decimal_commas_are_seen_and_can_be_changed(
    asked: Asked, make: Callable[..., Path]
) -> None:
    path = make(GOOD.replace(",", ";").replace(".", ","))
    assert asked.open(path) == ""
    fields = asked.dialog.data.form.fields
    assert fields["delimiter"].box.currentText() == "semicolon  ;  (detected)"
    assert fields["decimal"].box.currentText() == "comma  ,  (detected)"
    assert fields["label"].box.currentText() == "label  (detected)"
    table = asked.dialog.data.table
    assert [(h.name, h.role) for h in table.headings] == [
        ("a", "feature"), ("b", "feature"), ("label", "label"),
    ]  # fmt: skip
    assert table.text(1, 1) == "3,5"
    assert asked.dialog.preview.text().startswith("2-32-1, sigmoid · 129 parameters · 36 train")
    assert "decimal mark are both" in asked.set("decimal", "comma") + asked.set(
        "delimiter", "comma"
    )
    assert asked.dialog.data.options.delimiter is None
    assert asked.set("delimiter", "semicolon") == ""
    recipe = asked.create()
    assert recipe.data.to_record() == {"decimal": ",", "delimiter": ";"}
    assert prepare(recipe).dataset.train.X[1].tolist() == [1, 3.5]


def test_that_the_header_can_be_said_to_be_none(asked: Asked, make: Callable[..., Path]) -> None:
    path = make("1,2,0\n" + "".join(f"{i},{i * 2},{i % 2}\n" for i in range(40)))
    assert asked.open(path) == ""
    assert asked.dialog.data.form.fields["header"].box.currentText() == "no  (detected)"
    assert [h.name for h in asked.dialog.data.table.headings] == [f"column {i}" for i in (1, 2, 3)]
    assert "41 examples" in asked.dialog.data.headline.text()
    assert asked.set("header", "yes") == ""
    assert [h.name for h in asked.dialog.data.table.headings] == ["1", "2", "0"]
    assert "40 examples" in asked.dialog.data.headline.text()
    asked.dialog.data.form.again.click()
    asked.settle()
    assert "41 examples" in asked.dialog.data.headline.text()


def test_that_missing_values_are_refused_until_somebody_chooses(
    asked: Asked, make: Callable[..., Path]
) -> None:
    path = make(GOOD.replace("\n7,", "\n,"))
    problem = asked.open(path)
    assert "line 9" in problem
    assert "column a has no value" in problem
    assert "1 value is missing in a" in asked.warnings
    assert asked.set("missing", "leave these rows out") == ""
    assert "59 examples" in asked.dialog.data.headline.text()
    assert "1 of 60 rows" in asked.dialog.data.told.notes.text()
    assert asked.set("missing", "fill in the mean") == ""
    assert asked.create().data.missing == "mean"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (GOOD.replace("\n30,", "\nthirty,"), ("line 32", "column a", "'thirty'", "not a number")),
        (GOOD.replace("\n30,", "\ninf,"), ("line 32", "column a", "not finite")),
        (GOOD.replace("\n30,", "\n30,30,"), ("line 32", "4 cells", "3 columns")),
        (GOOD.replace(",y\n", ",x\n"), ("the label label is x", "all 60 rows")),
        ("a,b,label\n1,2,x\n", ("one row only",)),
        ("a,b,label\n", ("header but no row",)),
        ("", ("is empty",)),
        (b"\x01\x02\x03\x04\xff", ("not a text file",)),
        ("words\n1\n2\n3\n", ("one column",)),
    ],
)
def test_that_bad_text_is_told_by_place_and_nothing_is_created(
    asked: Asked,
    make: Callable[..., Path],
    sessions_in_tmp: Path,
    content: str | bytes,
    words: tuple[str, ...],
) -> None:
    path = make(content)
    problem = asked.open(path)
    for word in (str(path), *words):
        assert word in problem
    asked.qtbot.keyClick(asked.dialog.name, Qt.Key.Key_Return)
    assert asked.dialog.isVisible()
    assert asked.created == []
    assert not sessions_in_tmp.exists()
    assert asked.open(make(GOOD, "good.csv")) == ""


def test_that_the_label_the_task_and_the_columns_can_be_chosen(
    asked: Asked, make: Callable[..., Path]
) -> None:
    asked.open(make(GOOD))
    assert asked.set("label", "b") == ""
    assert "label b" in asked.dialog.data.headline.text()
    assert asked.set("task", "regression") == ""
    assert "linear" in asked.dialog.preview.text()
    picker = asked.dialog.data.picker
    header = asked.dialog.data.table.horizontalHeader()
    header.sectionClicked.emit(0)
    assert picker.column.currentText() == "a"
    assert picker.use.currentText() == "as detected: number"
    use(picker.use, "ignore")
    asked.settle()
    assert asked.problem == ""
    assert asked.dialog.preview.text().startswith("2-32-1, linear")
    picker.pick("label")
    use(picker.use, "label")
    asked.settle()
    assert "regression predicts numbers" in asked.problem
    assert asked.set("task", "classification") == ""
    recipe = asked.create()
    assert recipe.data.to_record() == {
        "label": ["label"], "task": "classification", "columns": {"a": "ignore"},
    }  # fmt: skip


def use(box: QComboBox, what: str) -> None:
    """Choose a use of a column as a person does."""
    box.setCurrentIndex(box.findData(what))
    box.activated.emit(box.currentIndex())


def test_that_a_regression_is_offered_as_one(asked: Asked, make: Callable[..., Path]) -> None:
    rows = "".join(f"{i},{i % 7},{i * 1.25 + 0.5:.2f}\n" for i in range(80))
    assert asked.open(make("size,age,price\n" + rows)) == ""
    assert asked.dialog.data.form.fields["task"].box.currentText() == "regression  (detected)"
    assert "2-32-1, linear" in asked.dialog.preview.text()
    assert not asked.dialog.data.split.table.isVisible()
    output = asked.dialog.fields["output"]
    output.show("softmax")
    assert "numbers to predict" in asked.problem
    output.show("auto")
    assert prepare(asked.create()).train.y.shape == (48, 1)


def test_that_leakage_and_mismatch_of_a_given_dev_file_are_counted(
    asked: Asked, make: Callable[..., Path]
) -> None:
    train = "a,b,label\n" + "".join(f"{i},{i / 2},{'xy'[i % 2]}\n" for i in range(60))
    dev = "a,b,label\n0,0.0,x\n" + "".join(f"{500 + i},{i},{'xy'[i % 2]}\n" for i in range(40))
    asked.open(make(train))
    assert asked.set("dev_file", str(make(dev, "dev.csv"))) == ""
    assert asked.dialog.data.split.bar.sizes == (60, 41, 0)
    assert "1 of 41 dev rows" in asked.warnings
    assert "Mismatch" in asked.warnings
    assert asked.set("dev_file", "none") == ""
    assert "Mismatch" not in asked.warnings


def test_that_the_split_follows_the_dev_set_size_and_the_shares(
    asked: Asked, make: Callable[..., Path]
) -> None:
    asked.open(make(GOOD))
    split = asked.dialog.data.split
    assert split.bar.sizes == (36, 12, 12)
    counts = [[split.table.item(r, c).text() for c in range(2)] for r in range(3)]
    assert counts == [["18", "18"], ["6", "6"], ["6", "6"]]
    asked.dialog.fields["dev_examples"].widget.setText("20")
    assert split.bar.sizes == (28, 20, 12)
    assert sum(split.bar.widths(400)) == pytest.approx(400)
    asked.dialog.fields["dev_examples"].widget.setText("58")
    assert "leave none to train on" in asked.problem
    box = asked.dialog.data.shares.box
    box.setCurrentText("70/30")
    box.activated.emit(box.currentIndex())
    assert split.bar.sizes == (42, 18, 0)
    assert asked.problem == ""
    assert "dev set has 18 examples only" in asked.warnings
    assert asked.create().data.split == "70/30"


# --- arrays and images ------------------------------------------------------------------------


def test_that_a_truncated_archive_is_refused_in_the_dialog(asked: Asked, tmp_path: Path) -> None:
    whole = tmp_path / "whole.npz"
    rng = np.random.default_rng(0)
    np.savez_compressed(whole, X=rng.normal(size=(50, 4)), y=np.arange(50) % 3)
    assert asked.open(whole) == ""
    assert {"x", "y", "task"} <= asked.shown()
    assert "delimiter" not in asked.shown()
    torn = tmp_path / "torn.npz"
    torn.write_bytes(whole.read_bytes()[:-300])
    problem = asked.open(torn)
    assert "torn.npz" in problem
    assert "damaged" in problem
    assert asked.shown() == set()


def write_idx(path: Path, array: np.ndarray[Any, Any]) -> None:
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    with gzip.open(path, "wb") as file:
        file.write(head + array.astype(np.uint8).tobytes())


def test_that_a_gzipped_idx_pair_is_found_together(asked: Asked, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    images = tmp_path / "train-images-idx3-ubyte.gz"
    write_idx(images, rng.integers(0, 256, (60, 8, 8)))
    problem = asked.open(images)
    assert "labels" in problem
    write_idx(tmp_path / "train-labels-idx1-ubyte.gz", np.arange(60) % 4)
    asked.open(tmp_path / "elsewhere")
    assert asked.open(images) == ""
    assert asked.dialog.preview.text().startswith("64-128-4, softmax")
    assert asked.dialog.data.images.isVisible()
    assert len(asked.dialog.data.images.pictures) == 16
    assert asked.dialog.fields["normalization"].value() == "overall"


def test_that_the_two_arrays_of_a_foreign_hdf5_file_are_chosen(
    asked: Asked, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "train_catvnoncat.h5"
    with h5py.File(path, "w") as file:
        file["train_set_x"] = rng.integers(0, 256, (40, 6, 6, 3), dtype=np.uint8)
        file["train_set_y"] = np.arange(40) % 2
        file["other"] = (np.arange(40) // 3) % 4
        file["list_classes"] = np.array([b"non-cat", b"cat"])
    assert asked.open(path) == ""
    fields = asked.dialog.data.form.fields
    assert fields["x"].box.currentText() == "train_set_x  (detected)"
    assert "non-cat, cat" in asked.dialog.data.headline.text()
    assert asked.dialog.preview.text().startswith("108-128-1")
    assert asked.set("y", "other") == ""
    assert asked.dialog.preview.text().startswith("108-128-4")
    asked.dialog.fields["output"].show("sigmoid")
    assert "4 classes" in asked.problem
    assert asked.set("y", "train_set_y") == ""


def test_that_a_folder_of_images_needs_one_size(asked: Asked, tmp_path: Path) -> None:
    root = tmp_path / "pets"
    for kind, side in (("cat", 8), ("dog", 12)):
        (root / kind).mkdir(parents=True)
        for number in range(10):
            Image.new("RGB", (side, side), (10 * number, 20, 99)).save(
                root / kind / f"{number}.png"
            )
    problem = asked.open(root)
    assert "different sizes" in problem
    assert {"image_size", "colour"} <= asked.shown()
    assert "height and width" in asked.set("image_size", "8 by 8")
    assert asked.set("image_size", "8x8") == ""
    assert asked.dialog.preview.text().startswith("192-128-1")
    assert asked.set("colour", "grey") == ""
    assert asked.dialog.preview.text().startswith("64-128-1")
    assert asked.create().data.to_record() == {"image_size": [8, 8], "colour": "grey"}


def test_that_a_folder_without_images_and_no_file_at_all_are_told(
    asked: Asked, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "not one with a folder of images" in asked.open(empty)
    assert "no data set or file" in asked.open(tmp_path / "nowhere.csv")
    asked.dialog.source.setCurrentText("")
    assert "Choose a file or a folder" in asked.problem


# --- ways of choosing -------------------------------------------------------------------------


def test_that_a_file_can_be_dropped_and_an_own_folder_is_looked_into_on_enter(
    asked: Asked, make: Callable[..., Path], tmp_path: Path
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(make(GOOD)))])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(400, 300).toPoint(), action, data, button, none)
    asked.dialog.dragEnterEvent(enter)
    assert enter.isAccepted()
    asked.dialog.dropEvent(QDropEvent(QPointF(400, 300), action, data, button, none))
    asked.settle()
    assert asked.dialog.recipe.currentText() == OWN
    assert asked.dialog.name.text() == "mine"
    assert asked.problem == ""
    line = asked.dialog.head.source.line
    asked.dialog.activateWindow()
    line.setFocus()
    asked.qtbot.waitUntil(line.hasFocus)
    line.selectAll()
    QTest.keyClicks(line, str(tmp_path))
    asked.qtbot.waitUntil(lambda: "press Enter" in asked.dialog.problem.text())
    assert not asked.dialog.ok.isEnabled()
    QTest.keyClick(line, Qt.Key.Key_Return)
    asked.settle()
    assert asked.dialog.isVisible()
    assert "folder of images for each class" in asked.problem


def test_that_another_choice_gives_up_the_reading_of_the_first(
    asked: Asked, make: Callable[..., Path]
) -> None:
    big = make(
        "a,b,label\n" + "".join(f"{i},{i % 97},{i % 3}\n" for i in range(200_000)), "big.csv"
    )
    asked.dialog.choose_data(str(big))
    assert not asked.dialog.ok.isEnabled()
    asked.qtbot.waitUntil(lambda: "Reading all of big.csv" in asked.dialog.data.headline.text())
    assert "200,000 rows" in asked.dialog.data.headline.text()
    assert not asked.dialog.ok.isEnabled()
    assert asked.open(make(GOOD)) == ""
    assert asked.dialog.data.split.bar.sizes == (36, 12, 12)


def test_that_the_dialog_closes_at_once_while_data_are_read(
    asked: Asked, make: Callable[..., Path]
) -> None:
    rows = "".join(f"{i},{i % 97},{i % 3}\n" for i in range(200_000))
    asked.dialog.choose_data(str(make("a,b,label\n" + rows, "big.csv")))
    asked.qtbot.waitUntil(lambda: "Reading all" in asked.dialog.data.headline.text())
    slot = asked.dialog.inquiry._reader._slot
    assert slot is not None
    asked.dialog.reject()
    assert not asked.dialog.isVisible()
    # Nobody waits for the thread, and what it brings in the end goes nowhere.
    assert not slot.wanted
    assert not asked.dialog.inquiry.reads
    asked.qtbot.waitUntil(lambda: slot.finished, timeout=20_000)
    assert QThreadPool.globalInstance().waitForDone(20_000)


def test_that_an_error_inside_dllab_is_told_and_logged_not_swallowed(
    asked: Asked,
    make: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("a slip")

    monkeypatch.setattr(reading, "open_data", broken)
    assert "an error inside dllab" in asked.open(make(GOOD))
    assert "a slip" in caplog.text


def test_that_very_many_rows_are_not_compared_beside_the_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cut = reading.Cut(None, None, 1)
    *_, last = reading.compare(circles(m=300), cut)
    assert last.calm == ("No dev or test row is found in another set.",)
    monkeypatch.setattr(reading, "MOST_ROWS", 299)
    *_, last = reading.compare(circles(m=300), cut)
    assert "dllab data" in last.calm[0]


def test_that_values_a_person_has_set_stay_when_data_come(
    asked: Asked, make: Callable[..., Path]
) -> None:
    asked.dialog.fields["hidden_layers"].widget.setText("7, 5")
    asked.dialog.name.clear()
    QTest.keyClicks(asked.dialog.name, "mine")
    asked.open(make(GOOD, "other.csv"))
    assert asked.dialog.preview.text().startswith("2-7-5-1")
    assert asked.dialog.name.text() == "mine"
    assert asked.dialog.fields["mini_batch_size"].value() == 0
    assert asked.dialog.fields["learning_rate"].value() == 0.01


def test_that_batch_norm_is_counted_and_idle_fields_rest(asked: Asked) -> None:
    dialog = asked.dialog
    assert "2-10-5-1, sigmoid · 91 parameters" in dialog.preview.text()
    dialog.fields["batch_norm"].show("on")
    # Scale and shift for each of 15 units instead of one bias.
    assert "2-10-5-1, sigmoid · 106 parameters" in dialog.preview.text()
    dialog.tabs.setCurrentIndex(1)
    slope = dialog.fields["leaky_slope"].widget
    assert not slope.isVisible()
    dialog.network.more.click()
    assert slope.isVisible()
    assert not slope.isEnabled()
    dialog.fields["activation"].show("leaky_relu")
    assert slope.isEnabled()
    assert dialog.fields["batch_norm_epsilon"].widget.isEnabled()
    assert not dialog.fields["initialization_scale"].widget.isEnabled()


def test_that_every_control_has_a_name_and_the_dialog_fits_a_small_screen(
    asked: Asked, make: Callable[..., Path]
) -> None:
    asked.open(make(GOOD.replace("\n7,", "\n,")))
    asked.dialog.data.form.more.click()
    for tab in (0, 1):
        asked.dialog.tabs.setCurrentIndex(tab)
        for box in asked.dialog.findChildren(QComboBox):
            if box.isVisible():
                assert box.accessibleName(), box.objectName()
        size = asked.dialog.minimumSizeHint()
        assert size.width() <= 1240
        assert size.height() <= 740
