"""The six candy colours are told apart by everybody: CIEDE2000 of 15 or more in four views (JOURNEYS J2, check 7)."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from handful.results.palette import PALETTE

LEAST = 15.0

# Machado, Oliveira & Fernandes (2009), IEEE Transactions on Visualization and Computer Graphics 15:1291, severity 1.
VIEWS = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = TO_XYZ.sum(axis=1)


def lab_of(colour, view):
    """CIELAB (D65) of a colour '#rrggbb' as it is seen."""
    srgb = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.asarray(VIEWS[view]) @ linear, 0, 1)
    t = TO_XYZ @ seen / WHITE
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def difference(first, second):
    """CIEDE2000 by Sharma, Wu & Dalal (2005), Color Research & Application 30:21, equations 2 to 22."""
    (l1, a1, b1), (l2, a2, b2) = first, second
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + 25.0**7)))
    c1, c2 = np.hypot((1 + g) * a1, b1), np.hypot((1 + g) * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, (1 + g) * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    apart = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    turned = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(apart / 2))
    l_mean, c_mean = (l1 + l2) / 2, (c1 + c2) / 2
    h_mean = h1 + h2 if c1 * c2 == 0 else (h1 + h2 + (360 if abs(h1 - h2) > 180 and h1 + h2 < 360 else 0)) / 2
    h_mean -= 180 if c1 * c2 and abs(h1 - h2) > 180 and h1 + h2 >= 360 else 0
    t = 1 - 0.17 * np.cos(np.radians(h_mean - 30)) + 0.24 * np.cos(np.radians(2 * h_mean))
    t += 0.32 * np.cos(np.radians(3 * h_mean + 6)) - 0.20 * np.cos(np.radians(4 * h_mean - 63))
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / np.sqrt(20 + (l_mean - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_mean, 1 + 0.015 * c_mean * t
    bent = -2 * np.sqrt(c_mean**7 / (c_mean**7 + 25.0**7))
    bent *= np.sin(np.radians(60 * np.exp(-(((h_mean - 275) / 25) ** 2))))
    parts = (l2 - l1) / s_l, (c2 - c1) / s_c, turned / s_h
    return float(np.sqrt(sum(part**2 for part in parts) + bent * parts[1] * parts[2]))


@pytest.mark.parametrize(
    ("first", "second", "truth"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_is_that_of_its_authors_table(first, second, truth):
    assert difference(first, second) == pytest.approx(truth, abs=5e-5)


@pytest.mark.parametrize("view", VIEWS)
def test_every_two_candy_colours_differ(view):
    apart = {
        pair: difference(lab_of(PALETTE[pair[0]], view), lab_of(PALETTE[pair[1]], view))
        for pair in combinations(PALETTE, 2)
    }
    worst = min(apart, key=apart.get)
    assert apart[worst] >= LEAST, (worst, apart[worst])
