"""Heat maps: what the picture shows, and that its words say the same."""

import base64
import dataclasses
import struct
import zlib

import numpy as np
import pytest

from autograder.checks.compare import difference
from autograder.checks.pictures import picture_of
from autograder.feedback import student_page
from autograder.feedback.heat_map import heat_map
from autograder.feedback.pixels import data_url

from .conftest import check_page, item, report_of


def pixels_of(url):
    """The pixels of a PNG, read as its specification says."""
    data = base64.b64decode(url.removeprefix("data:image/png;base64,"))
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + body)
        chunks[kind], at = body, at + 12 + length
    width, height, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert rest == [8, 2, 0, 0, 0]
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, 1 + 3 * width)
    assert not lines[:, 0].any()
    return lines[:, 1:].reshape(height, width, 3)


def test_a_picture_comes_out_as_it_went_in():
    pixels = np.random.RandomState(0).randint(0, 256, (5, 7, 3)).astype(np.uint8)
    np.testing.assert_array_equal(pixels_of(data_url(pixels)), pixels)


def a_map(*wrong, shape=(6, 5), by=1.0):
    got = np.zeros(shape)
    for place in wrong:
        got[place] = by
    return heat_map(picture_of(difference(got, np.zeros(shape)), "dW"))


def test_wrong_elements_have_another_colour_than_right_ones_and_darker_ones_are_worse():
    got = np.zeros((6, 5))
    got[1, 2], got[4, 0] = 1.0, 9.0
    shades = pixels_of(heat_map(picture_of(difference(got, np.zeros((6, 5))), "dW")).url).astype(int).sum(axis=2)
    assert shades.shape == (6, 5)
    assert len(np.unique(shades)) == 3
    assert shades[4, 0] < shades[1, 2] < shades[0, 0]


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ([(2, slice(None))], "5 of 30 elements, all in row 2"),
        ([(0, 1), (5, 1)], "2 of 30 elements, all in rows 0, 5"),
        ([(slice(None), 4)], "6 of 30 elements, all in column 4"),
        ([(slice(None), slice(None))], "30 of 30 elements"),
        ([(0, 0), (1, 1), (2, 2), (3, 3)], "4 of 30 elements"),
    ],
)
def test_the_words_say_where(places, words):
    assert a_map(*places).places == words


def test_vectors_and_images_are_described_as_what_they_are():
    assert a_map(3, 5, shape=(8,)).places == "2 of 8 elements: 3, 5"
    assert a_map(3, shape=(8,)).shape == "(8,)"
    assert a_map((0, 1, 2, 3), shape=(2, 3, 4, 5)).places == "1 of 120 elements"


def test_images_are_shown_as_they_are_one_beside_the_other():
    # The right edge of the last channel of the second image.
    shown = a_map((1, 2, slice(None), 4), shape=(2, 3, 4, 5))
    assert (shown.layout, shown.blocks) == ("2 by 3 pictures of 4 x 5, the first axis downwards", False)
    pixels = pixels_of(shown.url)
    wrong = (pixels != pixels[0, 0]).any(axis=2)
    assert wrong.shape == (8, 15)
    assert np.argwhere(wrong).tolist() == [[row, 14] for row in (4, 5, 6, 7)]
    assert a_map((0, 1, 0, 0), shape=(1, 6, 1, 1)).layout == ""
    assert a_map((0, 1), shape=(2, 3)).layout == ""


def test_large_arrays_are_shown_in_blocks_that_fit_a_phone():
    large = a_map((0, 0), shape=(500, 3072))
    assert large.blocks
    assert large.width <= 328
    assert large.places == "1 of 1536000 elements"


def test_the_page_shows_it_with_words_for_those_who_cannot_see_it(assignment):
    got = np.zeros((6, 5))
    got[2] = 1.25
    result = dataclasses.replace(item("sgd", "wrong", 0.0), picture=picture_of(difference(got, np.zeros((6, 5))), "dW"))
    page = check_page(student_page(report_of(items=[result]), assignment))
    (image,) = page.all("img")
    assert image["alt"] == "Heat map of how far your dW is from the expected one: 5 of 30 elements, all in row 2."
    caption = " ".join(page.all("figcaption")[0].text.split())
    assert "dW of shape (6, 5): 5 of 30 elements, all in row 2 differ" in caption
    assert caption.endswith("up to 1.25.")


def test_nan_is_marked_and_named(assignment):
    got = np.zeros((6, 5))
    got[1, 1] = np.nan
    result = dataclasses.replace(item("sgd", "wrong", 0.0), picture=picture_of(difference(got, np.zeros((6, 5))), "dW"))
    page = check_page(student_page(report_of(items=[result]), assignment))
    assert "the dark squares are NaN or infinite: 1 of 30 elements, all in row 1." in page.text
