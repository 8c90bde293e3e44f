"""Folders of images: a class for each folder, one size, grey or in colour."""

import numpy as np
import pytest
from PIL import Image

from dllab.data import DataOptions, inspect, open_data
from dllab.data.images import decode
from dllab.errors import DataError


@pytest.fixture
def folder(tmp_path):
    """Write images: class, name → array, or a Pillow image."""

    def write(images, root=tmp_path / "photos"):
        for name, content in images.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            image = content if isinstance(content, Image.Image) else Image.fromarray(content)
            image.save(path)
        return root

    return write


def grey(value, height=4, width=3):
    return np.full((height, width), value, np.uint8)


def colour(red, green, blue, height=4, width=3):
    return np.tile(np.array([red, green, blue], np.uint8), (height, width, 1))


PETS = {
    f"{pet}/{number}.png": grey(10 * number + label)
    for label, pet in enumerate(("cat", "dog"))
    for number in range(4)
}


def test_that_each_folder_is_a_class_and_pixels_are_kept(folder):
    dataset = open_data(folder(PETS))
    assert dataset.classes == ("cat", "dog")
    assert dataset.image_shape == (4, 3)
    assert dataset.train.X.dtype == np.uint8
    assert dataset.train.X[:, 0].tolist() == [0, 10, 20, 30, 1, 11, 21, 31]
    assert dataset.train.y.tolist() == [0] * 4 + [1] * 4
    assert dataset.name == "photos"
    assert dataset.feature_name(4) == "pixel (1, 1)"


def test_that_colour_is_detected_and_can_be_said_otherwise(folder):
    root = folder({**PETS, "cat/x.png": colour(200, 100, 50)})
    assert inspect(root).options.colour == "colour"
    dataset = open_data(root)
    assert dataset.image_shape == (4, 3, 3)
    assert dataset.train.X[4, :3].tolist() == [200, 100, 50]
    assert dataset.train.X[1, :3].tolist() == [10, 10, 10]
    in_grey = open_data(root, DataOptions(colour="grey"))
    assert in_grey.image_shape == (4, 3)
    # ITU-R 601: 0.299 R + 0.587 G + 0.114 B.
    assert abs(int(in_grey.train.X[4, 0]) - (0.299 * 200 + 0.587 * 100 + 0.114 * 50)) <= 1
    assert "Images in colour are read in grey." in in_grey.notes


def test_that_several_sizes_ask_for_a_choice(folder):
    root = folder({**PETS, "dog/big.png": grey(7, 40, 30)})
    with pytest.raises(DataError, match=r"2 different sizes, from 4 × 3 to 40 × 30") as caught:
        open_data(root)
    found = inspect(root)
    assert found.problem == str(caught.value)
    assert "image_size" not in found.detected
    dataset = open_data(root, DataOptions(image_size=[8, 6]))
    assert dataset.image_shape == (8, 6)
    assert set(dataset.train.X[-1].tolist()) == {7}
    assert "9 images are resized to 8 × 6 pixels." in dataset.notes
    assert inspect(root, DataOptions(image_size=[8, 6])).problem == ""


def test_that_reducing_averages_over_all_pixels(folder):
    stripes = np.zeros((64, 64), np.uint8)
    stripes[:, ::2] = 200
    root = folder({"a/1.png": stripes, "b/1.png": stripes})
    X = open_data(root, DataOptions(image_size=[8, 8])).train.X
    # Picking single pixels would give 0 and 200.
    assert 80 <= X.min() <= X.max() <= 120


@pytest.mark.parametrize(
    ("image", "value"),
    [
        (Image.new("1", (3, 4), 1), 255),
        (Image.fromarray(np.full((4, 3), 51_400, np.uint16)), 200),
        (Image.new("LA", (3, 4), (0, 0)), 255),
        (Image.new("LA", (3, 4), (90, 255)), 90),
        (Image.new("P", (3, 4), 0), 0),
    ],
)
def test_that_other_pixels_are_brought_to_bytes(folder, image, value):
    dataset = open_data(folder({"a/1.png": image, "b/1.png": grey(3)}))
    assert dataset.train.X[0].reshape(-1)[0] == value


def test_that_a_photograph_is_turned_as_its_camera_says(folder):
    values = np.zeros((8, 16), np.uint8)
    values[:, :8] = 255
    exif = Image.Exif()
    exif[0x0112] = 6
    root = folder({"b/1.png": grey(3, 16, 8)})
    (root / "a").mkdir()
    Image.fromarray(values).save(root / "a" / "1.jpg", exif=exif, quality=95)
    assert inspect(root).problem == ""
    turned = open_data(root).train.X[0].reshape(16, 8)
    assert turned[:7].min() > 240
    assert turned[9:].max() < 15


def test_that_files_that_are_no_images_are_left_out_and_counted(folder):
    root = folder(PETS)
    (root / "cat" / "notes.txt").write_text("x")
    (root / "cat" / ".DS_Store").write_text("x")
    (root / ".git").mkdir()
    (root / "empty").mkdir()
    dataset = open_data(root)
    assert dataset.classes == ("cat", "dog")
    assert dataset.notes == ("1 file that is no image is left out.",)


def test_that_train_dev_and_test_folders_are_sets(folder, tmp_path):
    root = folder({f"{part}/{name}": image for part in ("train", "val", "test")
                   for name, image in PETS.items()})  # fmt: skip
    dataset = open_data(root)
    assert (dataset.train.m, dataset.dev.m, dataset.test.m) == (8, 8, 8)
    assert dict(inspect(root).files)["dev"].name == "val"
    assert open_data(root, DataOptions(test_file="")).test is None
    other = folder({"cat/9.png": grey(9)}, tmp_path / "more")
    given = open_data(root / "train", DataOptions(test_file=str(other)))
    assert (given.test.m, given.test.y.tolist()) == (1, [0])
    strange = folder({"bird/9.png": grey(9)}, tmp_path / "strange")
    with pytest.raises(DataError, match=r"image bird/9.png: the label bird is not one"):
        open_data(root / "train", DataOptions(test_file=str(strange)))


def test_that_classes_called_train_and_test_are_classes_when_others_stand_beside_them(folder):
    root = folder({"train/1.png": grey(1), "bus/1.png": grey(2), "train/2.png": grey(3)})
    assert open_data(root).classes == ("bus", "train")


def test_that_one_class_and_broken_images_are_told(folder):
    root = folder({"cat/1.png": grey(1), "cat/2.png": grey(2)})
    assert "one class only, cat" in inspect(root).problem
    with pytest.raises(DataError, match="one class"):
        open_data(root)
    folder(PETS)
    (root / "dog" / "2.png").write_bytes(b"no image at all")
    with pytest.raises(DataError, match=r"image .*dog/2\.png is no image"):
        open_data(root)
    with pytest.raises(DataError, match="regression needs numbers"):
        open_data(root, DataOptions(task="regression"))


def test_that_a_bomb_of_pixels_is_refused_before_it_is_unpacked(folder, monkeypatch):
    root = folder({**PETS, "dog/huge.png": Image.new("1", (40, 30))})
    monkeypatch.setattr(decode, "_LARGEST_PIXELS", 1_000)
    with pytest.raises(DataError, match=r"huge\.png has 40 × 30 pixels, too many"):
        open_data(root, DataOptions(image_size=[4, 4]))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 500)
    with pytest.raises(DataError, match=r"huge\.png has far too many pixels"):
        open_data(root, DataOptions(image_size=[4, 4]))


def test_that_the_order_does_not_depend_on_the_folder(folder, tmp_path):
    first = open_data(folder(PETS))
    second = open_data(folder(dict(reversed(PETS.items())), tmp_path / "again"))
    assert first.fingerprint == second.fingerprint
