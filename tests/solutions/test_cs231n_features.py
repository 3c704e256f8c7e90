"""features.py: what must and what must not change a feature."""

import colorsys

import numpy as np
import pytest

from cs231n import features


def picture(rng, height=32, width=32):
    """A picture with structure at several scales, away from the ends of the range."""
    coarse = rng.rand(height // 8 + 1, width // 8 + 1, 3).repeat(8, 0).repeat(8, 1)[:height, :width]
    return 60 + 60 * coarse + 20 * rng.rand(height, width, 3)


def test_gray_is_a_weighted_sum():
    assert features.rgb2gray([[255, 255, 255], [255, 0, 0]]) == pytest.approx([255, 76.245])
    assert features.rgb2gray(np.zeros((4, 5, 3), np.float32)).dtype == np.float32
    assert features.rgb2gray(np.full((2, 2, 3), 200, np.uint8)) == pytest.approx(np.full((2, 2), 200))


@pytest.mark.parametrize(("shape", "length"), [((32, 32), 144), ((8, 8), 9), ((17, 25), 54)])
def test_hog_length(rng, unchanged, shape, length):
    hog = unchanged(features.hog_feature, picture(rng, *shape))
    assert hog.shape == (length,)
    assert np.all(hog >= 0)
    assert np.all(hog <= 1)


def test_hog_ignores_brightness_and_nearly_ignores_contrast(rng):
    im = picture(rng)
    hog = features.hog_feature(im)
    assert features.hog_feature(im + 40) == pytest.approx(hog, abs=1e-12)
    assert features.hog_feature(1.5 * im) == pytest.approx(hog, abs=0.02)
    assert features.hog_feature(255 - im) == pytest.approx(hog, abs=1e-12)  # orientations, not directions


def test_hog_of_nothing_is_nothing():
    assert not features.hog_feature(np.full((32, 32, 3), 7, np.uint8)).any()


@pytest.mark.parametrize("degrees", [0, 10, 30, 85, 90, 135, 179])
def test_hog_sees_orientation(degrees):
    """Of a ramp, the gradient's direction is known; its vote goes to the two nearest bins."""
    y, x = np.mgrid[:32, :32]
    ramp = np.cos(np.radians(degrees)) * x + np.sin(np.radians(degrees)) * y
    histogram = features.hog_feature(3 * ramp).reshape(4, 4, 9)[1, 2]
    position = degrees / 20 - 0.5
    expected = np.zeros(9)
    expected[int(np.floor(position)) % 9] += 1 - position % 1
    expected[(int(np.floor(position)) + 1) % 9] += position % 1
    assert histogram / histogram.sum() == pytest.approx(expected, abs=1e-9)


def test_hog_sees_place():
    im = np.zeros((32, 32))
    im[2:6, 2:6] = 200
    cells = features.hog_feature(im).reshape(4, 4, 9).sum(axis=2)
    assert cells[0, 0] > 0
    assert np.count_nonzero(cells) == 1


def test_hog_takes_gray_images(rng):
    im = picture(rng)
    assert np.array_equal(features.hog_feature(features.rgb2gray(im)), features.hog_feature(im))


@pytest.mark.parametrize("nbin", [1, 7, 10])
def test_hue_histogram_agrees_with_colorsys(rng, unchanged, nbin):
    im = rng.randint(256, size=(9, 11, 3)).astype(np.uint8)
    im[0] = im[0, :, :1]  # grey
    im[1] = [255, 0, 0]
    hues = [colorsys.rgb_to_hsv(*(pixel / 255))[0] for pixel in im.reshape(-1, 3)]
    expected = np.bincount([int(hue * nbin) for hue in hues], minlength=nbin)
    assert unchanged(features.color_histogram_hsv, im, nbin, 0, 255, False).tolist() == expected.tolist()


def test_hue_histogram_sums_to_one_and_ignores_brightness(rng):
    im = picture(rng)
    histogram = features.color_histogram_hsv(im)
    assert histogram.shape == (10,)
    assert histogram.sum() == pytest.approx(1, abs=1e-12)
    assert features.color_histogram_hsv(im / 2) == pytest.approx(histogram)
    assert features.color_histogram_hsv(im / 255, xmax=1) == pytest.approx(histogram)
    assert features.color_histogram_hsv(im[::-1]) == pytest.approx(histogram)


def test_extract_features_joins_the_functions_results(rng):
    imgs = rng.randint(256, size=(5, 32, 32, 3)).astype(np.uint8)
    joined = features.extract_features(imgs, [features.hog_feature, features.color_histogram_hsv])
    assert joined.shape == (5, 154)
    assert np.array_equal(joined[3, :144], features.hog_feature(imgs[3]))
    assert np.array_equal(joined[3, 144:], features.color_histogram_hsv(imgs[3]))


def test_extract_features_shows_progress(rng, capsys):
    features.extract_features(rng.rand(2, 8, 8, 3), [features.hog_feature], verbose=True)
    assert "features" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: features.rgb2gray(np.zeros((4, 4))), "last dimension of 3"),
        (lambda: features.hog_feature(np.zeros((7, 32, 3))), "at least 8x8"),
        (lambda: features.hog_feature(np.zeros(32)), "2 dimension"),
        (lambda: features.color_histogram_hsv(np.zeros((4, 4))), "3 dimension"),
        (lambda: features.color_histogram_hsv(np.zeros((4, 4, 3)), nbin=0), "nbin"),
        (lambda: features.color_histogram_hsv(np.zeros((4, 4, 3)), xmin=5, xmax=5), "xmax"),
        (lambda: features.extract_features(np.zeros((0, 8, 8, 3)), [features.hog_feature]), "N >= 1"),
        (lambda: features.extract_features(np.zeros((1, 8, 8, 3)), []), "at least one function"),
        (lambda: features.extract_features(np.ones((1, 8, 8, 3)), [np.sum]), "sum must return a one-dimensional"),
    ],
)
def test_bad_input_is_a_clear_error(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_features_must_have_one_length():
    imgs = np.arange(2).reshape(2, 1, 1, 1)
    with pytest.raises(ValueError, match="Image 1 has 2 features, but the ones before have 1"):
        features.extract_features(imgs, [lambda im: np.zeros(1 + im.sum())])
