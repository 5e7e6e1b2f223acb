"""How the body map was drawn: outlines and the lines that cut them into named regions (CON-08).

    python -m tools.draw_body_map

writes `concerns/body_map/version_1.json`, which is the drawing, and the sheet of it for the page's script. Records refer
to it for ever, so that it never changes again, and a test holds its fingerprint. Another drawing is another version:
copy this program, change the outlines, write `version_2.json`, and name it in `concerns/body_map/drawing.py`.

All numbers are units of the view's own grid, x to the viewer's right, y downwards. A view is a pile of *layers*; each
has smooth outlines, which melt into one another, cut into *regions* by straight lines. A layer lies over those before
it. For each region the program finds its *spots*: the middle, and a place towards each edge that is far enough away to
be told apart.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Point = tuple[float, float]
Polygon = list[Point]

ROOT = Path(__file__).resolve().parent.parent
WRITTEN_TO = ROOT / "concerns" / "body_map" / "version_1.json"
STEPS = 5  # points on each stretch of a curve
CLEAR = 5.0  # a spot keeps this far from the region's edge
ENOUGH = 15.0  # the middle is the place closest to the centre with this much room around it, or else with the most
APART = 13.0  # and this far from the middle


# --- Curves and cuts ------------------------------------------------------------------------------------------------
def smooth(points: Sequence[Point]) -> Polygon:
    """A closed curve through the points (centripetal enough for a drawing: Catmull and Rom's)."""
    n = len(points)
    curve: Polygon = []
    for i in range(n):
        p0, p1, p2, p3 = (points[(i + k) % n] for k in (-1, 0, 1, 2))
        for step in range(STEPS):
            t = step / STEPS
            x, y = (
                0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
                for a, b, c, d in zip(p0, p1, p2, p3, strict=True)
            )
            curve.append((x, y))
    return curve


def mirrored(half: Sequence[Point], middle: float) -> list[Point]:
    """A shape from its half, given from top to bottom as distances from the middle."""
    right = [(middle + x, y) for x, y in half]
    left = [(middle - x, y) for x, y in reversed(half) if x]
    return right + left


def ellipse(x: float, y: float, across: float, down: float, turn: float = 0.0) -> Polygon:
    """An ellipse as a polygon; `turn` in degrees."""
    a = math.radians(turn)
    around = [2 * math.pi * k / 28 for k in range(28)]
    return [
        (
            x + across * math.cos(t) * math.cos(a) - down * math.sin(t) * math.sin(a),
            y + across * math.cos(t) * math.sin(a) + down * math.sin(t) * math.cos(a),
        )
        for t in around
    ]


def tube(axis: Sequence[tuple[float, float, float]]) -> Polygon:
    """A limb around an axis of (x, y, half its width), with round ends."""
    one, other = [], []
    for i, (x, y, w) in enumerate(axis):
        before, after = axis[max(i - 1, 0)], axis[min(i + 1, len(axis) - 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy)
        nx, ny = -dy / length, dx / length
        one.append((x + nx * w, y + ny * w))
        other.append((x - nx * w, y - ny * w))

    def end(at: tuple[float, float, float], beside: tuple[float, float, float]) -> Point:
        dx, dy = at[0] - beside[0], at[1] - beside[1]
        length = math.hypot(dx, dy)
        return at[0] + dx / length * at[2] * 0.9, at[1] + dy / length * at[2] * 0.9

    return smooth([*one, end(axis[-1], axis[-2]), *reversed(other), end(axis[0], axis[1])])


def cut(polygon: Polygon, a: Point, b: Point) -> tuple[Polygon, Polygon]:
    """The two pieces on the left and on the right of somebody who walks from `a` to `b` on the page."""

    def side(p: Point) -> float:
        return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])

    left: Polygon = []
    right: Polygon = []
    for i, p in enumerate(polygon):
        q = polygon[(i + 1) % len(polygon)]
        s, t = side(p), side(q)
        (right if s >= 0 else left).append(p)
        if (s >= 0) != (t >= 0):
            at = (p[0] + (q[0] - p[0]) * s / (s - t), p[1] + (q[1] - p[1]) * s / (s - t))
            left.append(at)
            right.append(at)
    return left, right


def across(polygon: Polygon, y: float, tilt: float = 0.0, at: float = 0.0) -> tuple[Polygon, Polygon]:
    """Above and below a line at height `y` where x is `at`; `tilt`: how much it falls for each unit to the right."""
    return cut(polygon, (at - 1000, y - 1000 * tilt), (at + 1000, y + 1000 * tilt))


def down(polygon: Polygon, x: float, tilt: float = 0.0, at: float = 0.0) -> tuple[Polygon, Polygon]:
    """To the viewer's left and right of an upright line at `x` where y is `at`."""
    right, left = cut(polygon, (x - 1000 * tilt, at - 1000), (x + 1000 * tilt, at + 1000))
    return left, right


def slices(polygon: Polygon, names: Sequence[str], lines: Sequence[tuple[float, float]], at: float) -> dict:
    """A limb cut into pieces from top to bottom; `lines` are (height, tilt)."""
    found, rest = {}, polygon
    for name, (y, tilt) in zip(names, lines, strict=False):
        found[name], rest = across(rest, y, tilt, at)
    return {**found, names[-1]: rest}


# --- Views ----------------------------------------------------------------------------------------------------------
@dataclass
class View:
    """One drawing. `words`: what up, down, the viewer's left and the viewer's right are called in it."""

    key: str
    name: str
    group: str
    width: int
    height: int
    words: tuple[str, str, str, str]
    beneath: tuple[str, str]  # written under the drawing's left and right
    layers: list[list[tuple[Polygon, dict[str, tuple[str, Polygon]]]]] = field(default_factory=lambda: [[]])

    def add(self, outline: Polygon, regions: Iterable[tuple[str, str, Polygon]]) -> None:
        """One more part on the layer that is drawn on."""
        self.layers[-1].append((outline, {f"{self.key}-{key}": (name, shape) for key, name, shape in regions}))

    def next_layer(self) -> None:
        """What comes now lies over what came before, with a strong line around it."""
        self.layers.append([])


def flipped(shape: Iterable[Point], width: float) -> Polygon:
    return [(width - x, y) for x, y in reversed(list(shape))]


# The body from the front and the back share their outlines. Half shapes: distances from the middle of the page.
W, H, MID = 440, 1000, 220
HEAD = [
    (0, 18),
    (36, 26),
    (54, 58),
    (57, 84),
    (64, 86),
    (66, 98),
    (61, 114),
    (54, 118),
    (46, 138),
    (26, 160),
    (0, 167),
]
TORSO = [
    (27, 132), (27, 160), (33, 184), (66, 199), (98, 212), (100, 250), (92, 286), (87, 330), (78, 384), (78, 424),
    (89, 470), (98, 516), (96, 534), (52, 548), (4, 562),
]  # fmt: skip
ARM = [
    (82, 204), (110, 212), (130, 236), (137, 280), (138, 330), (145, 384), (155, 420), (162, 470), (168, 522),
    (184, 544), (199, 574), (195, 586), (184, 578), (184, 606), (177, 636), (165, 642), (154, 634), (148, 600),
    (145, 560), (147, 522), (134, 456), (121, 400), (112, 350), (100, 296), (88, 262),
]  # fmt: skip
LEG = [
    (97, 516), (103, 560), (100, 620), (90, 680), (80, 728), (79, 760), (84, 810), (78, 866), (60, 922), (62, 950),
    (70, 972), (58, 984), (28, 984), (18, 972), (27, 946), (30, 918), (24, 860), (18, 806), (24, 752), (22, 716),
    (12, 650), (4, 590), (4, 556), (50, 536),
]  # fmt: skip


def on_side(shape: Sequence[Point], viewers_right: bool) -> list[Point]:
    return [(MID + x if viewers_right else MID - x, y) for x, y in shape]


def body(key: str, name: str, back: bool) -> View:
    words = ("upper", "lower", "left", "right") if back else ("upper", "lower", "right", "left")
    child = ("the child’s left", "the child’s right") if back else ("the child’s right", "the child’s left")
    view = View(key, name, key, W, H, words, child)
    where = "back" if back else "front"

    def named(of: str) -> str:
        return f"{of}, {where}"

    torso = smooth(mirrored(TORSO, MID))
    neck, rest = across(torso, 186)
    torso_regions = [("neck", "back of the neck" if back else "front of the neck", neck)]
    sides = (("left", -1), ("right", 1)) if back else (("right", -1), ("left", 1))
    for side, way in sides:
        viewers_left, viewers_right = down(rest, MID)
        half = viewers_left if way < 0 else viewers_right
        hips = down(half, MID + way * 27)
        middle, outer = hips if way > 0 else reversed(hips)
        if back:
            steps = slices(outer, ["shoulder", "blade", "ribs", "loin", "buttock"],
                           [(232, 0), (318, 0), (388, 0), (448, 0)], MID)  # fmt: skip
            middle_steps = slices(middle, ["spine-upper", "spine-middle", "spine-lower", "cleft"],
                                  [(300, 0), (388, 0), (470, 0)], MID)  # fmt: skip
            inner_buttock = middle_steps["cleft"]
            torso_regions += [
                (f"{side}-shoulder-top", f"top of the {side} shoulder, back", steps["shoulder"]),
                (f"{side}-blade", f"{side} shoulder blade", steps["blade"]),
                (f"{side}-ribs", f"{side} ribs, back", steps["ribs"]),
                (f"{side}-loin", f"{side} lower back", steps["loin"]),
                (f"{side}-buttock", f"{side} buttock", steps["buttock"]),
                (f"{side}-cleft", f"between the buttocks, {side}", inner_buttock),
            ]
        else:
            steps = slices(outer, ["collarbone", "chest", "ribs", "belly-upper", "belly-lower", "groin"],
                           [(236, 0), (316, 0), (372, 0), (432, 0), (494, 0)], MID)  # fmt: skip
            whole = slices(half, ["above", "ribs", "belly-upper", "belly-lower", "below"],
                           [(316, 0), (372, 0), (432, 0), (494, 0)], MID)  # fmt: skip
            torso_regions += [
                (f"{side}-collarbone", f"{side} collarbone and top of the shoulder", steps["collarbone"]),
                (f"{side}-chest", f"{side} side of the chest, front", steps["chest"]),
                (f"{side}-ribs", f"{side} ribs, front", whole["ribs"]),
                (f"{side}-belly-upper", f"{side} side of the upper belly", whole["belly-upper"]),
                (f"{side}-belly-lower", f"{side} side of the lower belly", whole["belly-lower"]),
                (f"{side}-groin", f"{side} hip and groin, front", steps["groin"]),
            ]
    _, strip = down(rest, MID - 27)
    strip, _ = down(strip, MID + 27)
    if back:
        pieces = slices(strip, ["spine-upper", "spine-middle", "spine-lower", "rest"],
                        [(300, 0), (388, 0), (470, 0)], MID)  # fmt: skip
        torso_regions = [each for each in torso_regions if "cleft" not in each[0]]
        torso_regions += [
            ("spine-upper", "spine between the shoulder blades", pieces["spine-upper"]),
            ("spine-middle", "middle of the back, spine", pieces["spine-middle"]),
            ("spine-lower", "lower back, spine", pieces["spine-lower"]),
            ("between-buttocks", "between the buttocks", pieces["rest"]),
        ]
    else:
        pieces = slices(strip, ["breastbone", "middle", "genital"], [(316, 0), (494, 0)], MID)
        torso_regions += [
            ("breastbone", "breastbone", pieces["breastbone"]),
            ("genital", "genital area", pieces["genital"]),
        ]
    view.add(torso, torso_regions)
    for side, way in sides:
        leg = smooth(on_side(LEG, way > 0))
        names = ["thigh-upper", "thigh-lower", "knee", "shin", "ankle", "foot"]
        cuts = slices(leg, names, [(618, 0), (700, 0), (770, 0), (892, 0), (938, 0)], MID)
        called = {
            "thigh-upper": f"{side} upper thigh, {where}",
            "thigh-lower": f"{side} lower thigh, {where}",
            "knee": f"back of the {side} knee" if back else f"{side} knee, front",
            "shin": f"{side} calf" if back else f"{side} shin",
            "ankle": f"{side} ankle, {where}",
            "foot": f"{side} heel, back" if back else f"{side} foot, front",
        }
        view.add(leg, [(f"{side}-{each}", called[each], cuts[each]) for each in names])
    for side, way in sides:
        arm = smooth(on_side(ARM, way > 0))
        names = ["shoulder", "upper-arm", "elbow", "forearm", "wrist", "hand"]
        tilt = -0.15 * way
        lines = [(252, tilt), (352, tilt), (424, 1.6 * tilt), (500, 1.6 * tilt), (532, tilt)]
        cuts = slices(arm, names, lines, MID + way * 130)
        called = {
            "shoulder": f"{side} shoulder, {where}",
            "upper-arm": f"{side} upper arm, {where}",
            "elbow": f"{side} elbow, back" if back else f"inside of the {side} elbow",
            "forearm": f"{side} forearm, back" if back else f"{side} forearm, inside",
            "wrist": f"{side} wrist, {where}",
            "hand": f"back of the {side} hand" if back else f"palm of the {side} hand",
        }
        view.add(arm, [(f"{side}-{each}", called[each], cuts[each]) for each in names])
    view.next_layer()
    head = smooth(mirrored(HEAD, MID))
    if back:
        top, low = across(head, 84)
        view.add(head, [("head-top", "back of the head, upper", top), ("head-low", "back of the head, lower", low)])
    else:
        top, low = across(head, 62)
        view.add(head, [("forehead", "top of the head and forehead", top), ("face", "face", low)])
    return view


# The body from the child's left: the child faces the viewer's left. The right side is its mirror.
PROFILE = [
    (226, 18), (270, 36), (289, 84), (279, 126), (260, 150), (256, 176), (280, 210), (297, 262), (294, 330), (276, 394),
    (280, 436), (303, 486), (300, 534), (284, 590), (276, 650), (262, 724), (274, 786), (268, 844), (244, 914),
    (250, 948), (247, 976), (200, 982), (150, 980), (143, 966), (182, 942), (207, 910), (208, 846), (205, 786),
    (203, 736), (206, 700), (199, 640), (192, 580), (192, 525), (187, 480), (183, 430), (188, 380), (184, 330),
    (178, 282), (193, 228), (212, 198), (218, 172), (208, 159), (182, 158), (176, 143), (173, 131), (172, 120),
    (157, 110), (169, 86), (168, 68), (178, 40),
]  # fmt: skip
SIDE_ARM = [
    (240, 246, 36),
    (198, 290, 32),
    (150, 336, 26),
    (112, 374, 26),
    (76, 412, 18),
    (58, 432, 20),
    (34, 458, 18),
]


def lateral(side: str) -> View:
    key = f"{side}-side"
    left = side == "left"
    beneath = ("the child’s front", "the child’s back") if left else ("the child’s back", "the child’s front")
    words = ("upper", "lower", "front", "back") if left else ("upper", "lower", "back", "front")
    view = View(key, f"{side.capitalize()} side", key, W, H, words, beneath)

    def turn(shape: Polygon) -> Polygon:
        return shape if left else flipped(shape, W)

    trunk = smooth(PROFILE)
    head, rest = cut(trunk, (190, 168), (280, 138))
    face, skull = down(head, 216, 0.05, 90)
    neck, rest = cut(rest, (190, 212), (300, 196))
    pieces = slices(
        rest,
        ["chest", "ribs", "waist", "hips", "thigh-upper", "thigh-lower", "knee", "leg", "ankle", "foot"],
        [(312, 0), (376, 0), (436, 0), (540, 0), (620, 0), (700, 0), (770, 0), (892, 0), (936, 0)],
        MID,
    )
    chest_front, chest_back = down(pieces["chest"], 246)
    hip, buttock = down(pieces["hips"], 252)
    toes, heel = down(pieces["foot"], 206)
    named = [
        ("face", f"{side} side of the face", face),
        ("skull", f"{side} side of the head", skull),
        ("neck", f"{side} side of the neck", neck),
        ("chest", f"{side} side of the chest, below the armpit", chest_front),
        ("upper-back", f"{side} side of the upper back", chest_back),
        ("ribs", f"{side} ribs, side", pieces["ribs"]),
        ("waist", f"{side} side of the waist", pieces["waist"]),
        ("hip", f"{side} hip, side", hip),
        ("buttock", f"{side} buttock, side", buttock),
        ("thigh-upper", f"{side} upper thigh, outer side", pieces["thigh-upper"]),
        ("thigh-lower", f"{side} lower thigh, outer side", pieces["thigh-lower"]),
        ("knee", f"{side} knee, outer side", pieces["knee"]),
        ("leg", f"{side} lower leg, outer side", pieces["leg"]),
        ("ankle", f"{side} ankle, outer side", pieces["ankle"]),
        ("toes", f"{side} foot, outer edge", toes),
        ("heel", f"{side} heel, outer side", heel),
    ]
    view.add(turn(trunk), [(k, n, turn(s)) for k, n, s in named])
    view.next_layer()
    ear = turn(ellipse(241, 95, 11, 19, -8))
    view.add(ear, [("ear", f"{side} ear", ear)])
    arm = tube(SIDE_ARM)
    # The arm falls towards the front: the lines across it lie square to it.
    steps = [(222, 266), (168, 318), (132, 354), (88, 400), (66, 424)]
    rest, found = arm, []
    for x, y in steps:
        rest, piece = cut(rest, (x - 100, y - 94), (x + 100, y + 94))[::-1]
        found.append(piece)
    names = [
        ("shoulder", f"{side} shoulder, outer side"),
        ("upper-arm", f"{side} upper arm, outer side"),
        ("elbow", f"{side} elbow, outer side"),
        ("forearm", f"{side} forearm, outer side"),
        ("wrist", f"{side} wrist, outer side"),
        ("hand", f"{side} hand, thumb side up"),
    ]
    view.add(turn(arm), [(k, n, turn(s)) for (k, n), s in zip(names, [*found, rest], strict=True)])
    return view


HW, HH, HM = 400, 450, 200
SKULL = [(0, 18), (84, 34), (130, 94), (138, 166), (132, 236), (116, 300), (72, 362), (30, 388), (0, 392)]
NECK = [(70, 330), (70, 372), (80, 418), (112, 440), (112, 446), (0, 446)]
EAR = [(130, 172), (150, 158), (168, 170), (166, 206), (154, 244), (136, 256), (124, 240), (124, 190)]


def head_straight(back: bool) -> View:
    key = "head-back" if back else "head-front"
    words = ("upper", "lower", "left", "right") if back else ("upper", "lower", "right", "left")
    child = ("the child’s left", "the child’s right") if back else ("the child’s right", "the child’s left")
    view = View(key, "Head from the back" if back else "Head from the front", "head", HW, HH, words, child)
    neck = smooth(mirrored([(70, 330), (70, 376), (84, 418), (116, 442)], HM))
    view.add(neck, [("neck", "back of the neck, near the head" if back else "throat", neck)])
    sides = (("left", -1), ("right", 1)) if back else (("right", -1), ("left", 1))
    for side, way in sides:
        ear = smooth([(HM + way * x, y) for x, y in EAR])
        view.add(ear, [(f"{side}-ear", f"{side} ear, back" if back else f"{side} ear, front", ear)])
    view.next_layer()
    skull = smooth(mirrored(SKULL, HM))
    regions: list[tuple[str, str, Polygon]] = []
    if back:
        rows = slices(skull, ["crown", "upper", "lower"], [(96, 0), (232, 0)], HM)
        regions.append(("crown", "crown of the head, back", rows["crown"]))
        for name, called in (("upper", "back of the head"), ("lower", "back of the head, near the neck")):
            for (side, _), half in zip(sides, down(rows[name], HM), strict=True):
                regions.append((f"{side}-{name}", f"{called}, {side}", half))
    else:
        rows = slices(skull, ["scalp", "brow", "eyes", "cheeks", "mouth", "chin"],
                      [(84, 0), (164, 0), (228, 0), (296, 0), (348, 0)], HM)  # fmt: skip
        regions.append(("scalp", "top of the head, front", rows["scalp"]))
        right_temple, brow = down(rows["brow"], HM - 88)
        brow, left_temple = down(brow, HM + 88)
        right_jaw, around = down(rows["mouth"], HM - 62)
        around, left_jaw = down(around, HM + 62)
        regions += [
            ("forehead", "forehead", brow),
            ("right-temple", "right temple, front", right_temple),
            ("left-temple", "left temple, front", left_temple),
        ]
        for name, called in (("eyes", "around the {} eye"), ("cheeks", "{} cheek, front")):
            for (side, _), half in zip(sides, down(rows[name], HM), strict=True):
                regions.append((f"{side}-{name}", called.format(side), half))
        regions += [
            ("around-mouth", "around the mouth", around),
            ("right-jaw", "right side of the jaw, front", right_jaw),
            ("left-jaw", "left side of the jaw, front", left_jaw),
            ("chin", "chin", rows["chin"]),
        ]
    view.add(skull, regions)
    if not back:
        view.next_layer()
        for side, way in sides:
            eye = ellipse(HM + way * 58, 196, 30, 16)
            view.add(eye, [(f"{side}-eye", f"{side} eye", eye)])
        nose = smooth([(HM, 168), (HM + 13, 196), (HM + 20, 236), (HM + 33, 262), (HM + 22, 280), (HM, 284),
                       (HM - 22, 280), (HM - 33, 262), (HM - 20, 236), (HM - 13, 196)])  # fmt: skip
        view.add(nose, [("nose", "nose, front", nose)])
        mouth = smooth([(HM - 47, 320), (HM - 18, 309), (HM, 313), (HM + 18, 309), (HM + 47, 320), (HM + 20, 337),
                        (HM, 340), (HM - 20, 337)])  # fmt: skip
        view.add(mouth, [("mouth", "lips and mouth, front", mouth)])
    return view


HEAD_PROFILE = [
    (208, 18), (296, 44), (350, 118), (356, 198), (332, 268), (304, 314), (298, 366), (318, 420), (322, 446), (160, 446),
    (172, 420), (184, 384), (182, 360), (150, 360), (112, 362), (94, 344), (94, 322), (86, 310), (84, 300), (80, 288),
    (88, 276), (74, 266), (46, 256), (54, 236), (78, 194), (84, 168), (78, 146), (88, 92), (134, 38),
]  # fmt: skip


def head_side(side: str) -> View:
    left = side == "left"
    beneath = ("the child’s front", "the child’s back") if left else ("the child’s back", "the child’s front")
    words = ("upper", "lower", "front", "back") if left else ("upper", "lower", "back", "front")
    view = View(f"head-{side}", f"Head from the {side}", "head", HW, HH, words, beneath)

    def turn(shape: Polygon) -> Polygon:
        return shape if left else flipped(shape, HW)

    whole = smooth(HEAD_PROFILE)
    skull, neck = cut(whole, (130, 372), (330, 292))
    hair, rest = cut(skull, (84, 92), (380, 142))
    front, back_of_head = down(rest, 276)
    face, behind = down(front, 216)
    brow, lower = across(face, 164)
    forehead, temple = down(brow, 142)
    middle, low = across(lower, 278)
    nose, cheek = cut(middle, (92, 300), (86, 160))
    mouth_row, chin_row = across(low, 320)
    mouth, jaw_upper = down(mouth_row, 132)
    chin, jaw_lower = down(chin_row, 140)
    named = [
        ("top", f"top of the head, {side}", hair),
        ("forehead", f"forehead, {side} side", forehead),
        ("temple", f"{side} temple", temple),
        ("nose", f"nose, {side} side", nose),
        ("cheek", f"{side} cheek", cheek),
        ("mouth", f"lips and mouth, {side} side", mouth),
        ("jaw-upper", f"{side} cheek, near the jaw", jaw_upper),
        ("chin", f"chin, {side} side", chin),
        ("jaw", f"{side} jaw", jaw_lower),
        ("behind-ear", f"behind the {side} ear", behind),
        ("back", f"back of the head, seen from the {side}", back_of_head),
        ("neck", f"{side} side of the neck, near the head", neck),
    ]
    view.add(turn(whole), [(k, n, turn(s)) for k, n, s in named])
    view.next_layer()
    eye = turn(smooth([(98, 198), (112, 186), (136, 188), (146, 198), (132, 208), (110, 209)]))
    view.add(eye, [("eye", f"{side} eye, side", eye)])
    ear = turn(
        smooth([(226, 182), (240, 166), (262, 170), (268, 196), (258, 222), (244, 248), (230, 244), (228, 214)])
    )
    view.add(ear, [("ear", f"{side} ear, side", ear)])
    return view


FINGERS = (
    ("little", "little finger", [(296, 262, 19), (308, 200, 20), (320, 150, 18), (327, 118, 16)], 168, 0.2),
    ("ring", "ring finger", [(250, 250, 23), (258, 180, 23), (264, 112, 21), (268, 70, 19)], 128, 0.08),
    ("middle", "middle finger", [(198, 246, 24), (198, 170, 24), (198, 94, 22), (198, 48, 20)], 110, 0.0),
    ("index", "index finger", [(146, 252, 23), (140, 186, 23), (132, 116, 21), (126, 76, 19)], 132, -0.12),
)
PALM = [
    (120, 236), (172, 216), (224, 216), (276, 228), (316, 254), (318, 310), (304, 366), (280, 398), (274, 440),
    (158, 440), (152, 402), (128, 372), (112, 320), (110, 270),
]  # fmt: skip
THUMB = [(136, 350, 30), (98, 302, 28), (66, 254, 24), (44, 208, 19)]


def hand(side: str, palm: bool) -> View:
    """Fingers upwards. A left palm has its thumb on the viewer's left, and so has the back of a right hand."""
    thumb_left = (side == "left") == palm
    key = f"{side}-{'palm' if palm else 'hand-back'}"
    title = f"{side.capitalize()} hand, {'palm' if palm else 'back'}"
    words = ("tip", "base", "thumb", "little") if thumb_left else ("tip", "base", "little", "thumb")
    beneath = ("thumb", "little finger") if thumb_left else ("little finger", "thumb")
    view = View(key, title, "hands", HW, HH, words, beneath)
    face = "palm side" if palm else "back"

    def turn(shape: Polygon) -> Polygon:
        return shape if thumb_left else flipped(shape, HW)

    for name, called, axis, at, tilt in FINGERS:
        finger = tube(axis)
        tip, base = across(finger, at, tilt, axis[1][0])
        view.add(
            turn(finger),
            [
                (f"{name}-tip", f"{side} {called}, tip, {face}", turn(tip)),
                (f"{name}-base", f"{side} {called}, lower part, {face}", turn(base)),
            ],
        )
    thumb = tube(THUMB)
    base, tip = cut(thumb, (20, 310), (140, 220))[::-1]
    view.add(
        turn(thumb),
        [
            ("thumb-tip", f"{side} thumb, tip, {face}", turn(tip)),
            ("thumb-base", f"{side} thumb, lower part, {face}", turn(base)),
        ],
    )
    middle = smooth(PALM)
    upper, wrist = across(middle, 402)
    if palm:
        top, low = across(upper, 300)
        ball, heel = down(low, 206)
        named = [
            ("palm", f"middle of the {side} palm", top),
            ("ball", f"ball of the {side} thumb", ball),
            ("edge", f"{side} palm, little-finger side", heel),
            ("wrist", f"inside of the {side} wrist", wrist),
        ]
    else:
        knuckles, low = across(upper, 276)
        thumb_half, little_half = down(low, 206)
        named = [
            ("knuckles", f"knuckles of the {side} hand", knuckles),
            ("thumb-half", f"back of the {side} hand, thumb side", thumb_half),
            ("little-half", f"back of the {side} hand, little-finger side", little_half),
            ("wrist", f"back of the {side} wrist", wrist),
        ]
    view.add(turn(middle), [(k, n, turn(s)) for k, n, s in named])
    return view


FOOT = [
    (118, 158), (160, 138), (214, 126), (270, 126), (298, 160), (296, 220), (278, 290), (274, 360), (258, 416),
    (216, 442), (172, 432), (148, 388), (142, 318), (124, 246), (112, 196),
]  # fmt: skip
FOOT_FROM_ABOVE = [*FOOT[:7], (264, 366), (262, 416), (266, 446), (156, 446), (160, 404), *FOOT[12:]]
TOES = (
    ("little", "little toe", (120, 146, 19, 24, -18)),
    ("fourth", "fourth toe", (148, 122, 19, 29, -12)),
    ("third", "third toe", (180, 104, 20, 33, -6)),
    ("second", "second toe", (217, 92, 21, 38, 0)),
    ("big", "big toe", (266, 90, 33, 47, 4)),
)


def foot(side: str, sole: bool) -> View:
    """Toes upwards. From above, the big toe of the left foot is on the viewer's right; from below, on the left."""
    big_right = (side == "left") != sole
    key = f"{side}-{'sole' if sole else 'foot-top'}"
    title = f"{side.capitalize()} foot, {'sole' if sole else 'top'}"
    words = ("tip", "base", "little", "thumb") if big_right else ("tip", "base", "thumb", "little")
    beneath = ("little toe", "big toe") if big_right else ("big toe", "little toe")
    view = View(key, title, "feet", HW, HH, words, beneath)
    face = "sole side" if sole else "top"

    def turn(shape: Polygon) -> Polygon:
        return shape if big_right else flipped(shape, HW)

    for name, called, (x, y, rx, ry, angle) in TOES:
        toe = turn(ellipse(x, y, rx, ry, angle))
        view.add(toe, [(f"{name}-toe", f"{side} {called}, {face}", toe)])
    whole = smooth(FOOT if sole else FOOT_FROM_ABOVE)
    if sole:
        ball, rest = across(whole, 232)
        outer_ball, inner_ball = down(ball, 204)
        arch, heel = across(rest, 344)
        outer, inner = down(arch, 204)
        named = [
            ("ball-inner", f"ball of the {side} foot, big-toe side", inner_ball),
            ("ball-outer", f"ball of the {side} foot, little-toe side", outer_ball),
            ("arch", f"arch of the {side} foot", inner),
            ("edge", f"{side} sole, outer edge", outer),
            ("heel", f"{side} heel, sole", heel),
        ]
    else:
        near, rest = across(whole, 222)
        instep, ankle = across(rest, 334)
        outer, inner = down(instep, 208)
        named = [
            ("near-toes", f"top of the {side} foot, near the toes", near),
            ("instep-inner", f"top of the {side} foot, inner side", inner),
            ("instep-outer", f"top of the {side} foot, outer side", outer),
            ("ankle", f"{side} ankle, from above", ankle),
        ]
    view.add(turn(whole), [(k, n, turn(s)) for k, n, s in named])
    return view


def views() -> list[View]:
    return [
        body("front", "Front", back=False),
        body("back", "Back", back=True),
        lateral("left"),
        lateral("right"),
        head_straight(back=False),
        head_straight(back=True),
        head_side("left"),
        head_side("right"),
        *(hand(side, palm) for palm in (True, False) for side in ("left", "right")),
        *(foot(side, sole) for sole in (False, True) for side in ("left", "right")),
    ]


# --- Spots ----------------------------------------------------------------------------------------------------------
def inside(p: Point, polygon: Sequence[Point]) -> bool:
    is_in = False
    for i, (x1, y1) in enumerate(polygon):
        x2, y2 = polygon[i - 1]
        if (y1 > p[1]) != (y2 > p[1]) and p[0] < (x2 - x1) * (p[1] - y1) / (y2 - y1) + x1:
            is_in = not is_in
    return is_in


def from_edge(p: Point, polygon: Sequence[Point]) -> float:
    def one(a: Point, b: Point) -> float:
        dx, dy = b[0] - a[0], b[1] - a[1]
        length = dx * dx + dy * dy
        t = 0.0 if not length else max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length))
        return math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)

    return min(one(polygon[i - 1], polygon[i]) for i in range(len(polygon)))


def centre_of(polygon: Sequence[Point]) -> Point:
    """The centre of gravity of the surface."""
    area = x = y = 0.0
    for i, (x2, y2) in enumerate(polygon):
        x1, y1 = polygon[i - 1]
        cross = x1 * y2 - x2 * y1
        area, x, y = area + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    return x / (3 * area), y / (3 * area)


def spots(region: Sequence[Point], over: Sequence[Sequence[Point]], words: Sequence[str]) -> dict[str, list[int]]:
    """The middle, and up to four places towards the edges: inside, visible, and far enough apart."""

    def room(p: Point) -> float:
        if not inside(p, region) or any(inside(p, each) for each in over):
            return -1.0
        return min([from_edge(p, region), *(from_edge(p, each) for each in over)])

    xs, ys = [p[0] for p in region], [p[1] for p in region]
    centre = centre_of(region)
    grid = [(x, y) for x in range(int(min(xs)), int(max(xs)) + 1, 3) for y in range(int(min(ys)), int(max(ys)) + 1, 3)]
    middle, most_room = centre, 0.0
    for p in sorted(grid, key=lambda p: math.dist(p, centre)):
        if (here := room(p)) > most_room:
            middle, most_room = p, here
        if most_room >= ENOUGH:
            break
    if not most_room:
        raise SystemExit("A region has no room for a mark.")
    found = {"middle": [int(middle[0]), int(middle[1])]}
    ways: tuple[Callable[[int], Point], ...] = (
        lambda t: (middle[0], middle[1] - t),
        lambda t: (middle[0], middle[1] + t),
        lambda t: (middle[0] - t, middle[1]),
        lambda t: (middle[0] + t, middle[1]),
    )
    for word, way in zip(words, ways, strict=True):
        most = 0
        while room(way(most + 1)) >= CLEAR:
            most += 1
        t = round(most * 0.85)
        if t >= APART:
            found[word] = [int(c) for c in way(t)]
    return found


def thinned(points: Sequence[Point], tolerance: float) -> list[Point]:
    """The stretch without the points that lie on the way between others (Douglas and Peucker)."""
    if len(points) < 3:
        return list(points)
    a, b = points[0], points[-1]
    length = math.dist(a, b) or 1.0
    distances = [
        abs((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])) / length if a != b else math.dist(p, a)
        for p in points[1:-1]
    ]
    far = max(range(len(distances)), key=distances.__getitem__) + 1
    if distances[far - 1] <= tolerance:
        return [a, b]
    return thinned(points[: far + 1], tolerance)[:-1] + thinned(points[far:], tolerance)


def tidy(polygon: Polygon) -> list[tuple[int, int]]:
    """In whole numbers, each point needed."""
    whole = [(round(x), round(y)) for x, y in thinned([*polygon, polygon[0]], 0.35)[:-1]]
    return [p for i, p in enumerate(whole) if p != whole[i - 1]]


def _as_text(points: Iterable[Point]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def data() -> dict:
    """The whole drawing as it is written."""
    made = []
    for view in views():
        layers = []
        for number, parts in enumerate(view.layers):
            regions = []
            for place, (_, pieces) in enumerate(parts):
                over = [tidy(outline) for outline, _ in parts[place + 1 :]]
                over += [tidy(outline) for layer in view.layers[number + 1 :] for outline, _ in layer]
                for key, (name, shape) in pieces.items():
                    points = tidy(shape)
                    where = spots(points, over, view.words)
                    regions.append({"key": key, "name": name, "points": _as_text(points), "spots": where})
            layers.append({"outlines": [_as_text(tidy(outline)) for outline, _ in parts], "regions": regions})
        made.append(
            {
                "key": view.key,
                "name": view.name,
                "group": view.group,
                "width": view.width,
                "height": view.height,
                "beneath": list(view.beneath),
                "layers": layers,
            }
        )
    return {"version": 1, "views": made}


def written(drawing: dict) -> str:
    """The text of the file: a line for each region, so that two versions can be compared."""
    text = json.dumps(drawing, ensure_ascii=False, indent=1)
    return re.sub(r"\[\s+(-?\d+),\s+(-?\d+)\s+\]", r"[\1, \2]", text) + "\n"


def main() -> None:
    drawing = data()
    WRITTEN_TO.write_text(written(drawing), encoding="utf-8")

    from concerns.body_map import pictures
    from concerns.body_map.drawing import drawing as kept

    sheet = ROOT / "static" / pictures.sheet_name(1)
    sheet.write_text(pictures.sheet(kept(1)), encoding="utf-8")
    print(sum(len(layer["regions"]) for view in drawing["views"] for layer in view["layers"]), "regions")


if __name__ == "__main__":
    main()
