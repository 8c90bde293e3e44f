"""Images as a source of data: decoded, brought to one size, grey or in colour."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from dllab.data.sniff import reason
from dllab.errors import DataError

_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
_GREY = ("1", "L", "LA", "La")
_LARGEST_PIXELS = 100_000_000
Size = tuple[int, int]


def look_at(files: Sequence[Path]) -> tuple[Counter[Size], bool]:
    """How many images have which (height, width), and whether any is in colour.

    Reads the heads of the files only. Raises `DataError` with the name of one that is broken.
    """
    sizes: Counter[Size] = Counter()
    colour = False
    for file in files:
        with _opened(file) as image:
            width, height = _turned(image)
            sizes[height, width] += 1
            colour = colour or not _is_grey(image)
    return sizes, colour


def read_images(files: Sequence[Path], size: Size, *, colour: bool) -> NDArray[np.uint8]:
    """All images as bytes, (m, height · width) or, in colour, (m, height · width · 3).

    An image of another size is resized, not cropped (bilinear, with a filter as wide as the
    reduction); transparent parts turn white; photographs are turned as their camera says.
    Raises `DataError` with the name of an image that cannot be read.
    """
    height, width = size
    X = np.empty((len(files), height * width * (3 if colour else 1)), np.uint8)
    for row, file in enumerate(files):
        with _opened(file) as image:
            X[row] = _pixels(image, (width, height), colour=colour)
    return X


@contextmanager
def _opened(file: Path) -> Iterator[Image.Image]:
    """The image, closed afterwards; whatever goes wrong with it is a `DataError`."""
    try:
        with warnings.catch_warnings():
            # Our own limit is stricter.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(file, formats=_FORMATS)
        with opened as image:
            if image.width * image.height > _LARGEST_PIXELS:
                raise _too_large(file, f"{image.width:,} × {image.height:,} pixels, too many")
            yield image
    except (DataError, MemoryError):
        raise
    # Decoders throw whatever they stumble over; none of it says more than "damaged".
    except Exception as error:
        raise _broken(file, error) from error


def _pixels(image: Image.Image, size: tuple[int, int], *, colour: bool) -> NDArray[Any]:
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I;16") or image.mode == "I":
        # 16 bits a pixel, which Pillow would cut off at 255 rather than scale.
        image = Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    image = image.convert("RGB" if colour else "L")
    if image.size != size:
        image = image.resize(size, Image.Resampling.BILINEAR)
    return np.asarray(image, np.uint8).reshape(-1)


def _is_grey(image: Image.Image) -> bool:
    if image.mode == "P":
        palette = image.getpalette() or []
        return palette[0::3] == palette[1::3] == palette[2::3]
    return image.mode in _GREY or image.mode.startswith(("I", "F"))


def _turned(image: Image.Image) -> tuple[int, int]:
    """Width and height after the turn that the camera asks for."""
    orientation = image.getexif().get(0x0112, 1) if image.format in ("JPEG", "TIFF") else 1
    return (image.height, image.width) if orientation in (5, 6, 7, 8) else image.size


def _broken(file: Path, error: BaseException) -> DataError:
    if isinstance(error, Image.DecompressionBombError):
        return _too_large(file, "far too many pixels")
    if isinstance(error, UnidentifiedImageError):
        what = "is no image that can be read"
    else:
        what = f"is damaged or not fully copied ({reason(error)[:100]})"
    return DataError(f"The image {file} {what}; replace or remove it.")


def _too_large(file: Path, pixels: str) -> DataError:
    return DataError(
        f"The image {file} has {pixels} to be learnt from; scale it down or remove it."
    )
