"""The drawing as data: complete, well named, and never changed once records refer to it (CON-08)."""

import hashlib
import itertools
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from concerns.body_map import charts, pictures
from concerns.body_map.drawing import CURRENT, VERSIONS, drawing, file_of
from concerns.body_map.marks import Mark
from concerns.body_map.words import AboutAs, InjuryKind, Spot
from tools import draw_body_map

pytestmark = pytest.mark.rule("CON-08")

# What a record of this version is drawn from. A changed number here would redraw old records: make a new version.
FINGERPRINTS = {1: "5b94815e6f67b46a093bf13e14703b65b67dadab53306541068ae223052fe54b"}
DRAWN = drawing()
REGIONS = list(DRAWN.by_key.values())


def test_no_version_ever_changes():
    found = {version: hashlib.sha256(file_of(version).read_bytes()).hexdigest() for version in VERSIONS}
    assert found == FINGERPRINTS


def test_the_program_that_drew_it_still_draws_it():
    assert draw_body_map.written(draw_body_map.data()) == file_of(1).read_text(encoding="utf-8")


def test_the_sheet_for_the_pages_is_made_of_the_same_data():
    sheet = Path(settings.BASE_DIR) / "static" / pictures.sheet_name(CURRENT)
    assert sheet.read_text(encoding="utf-8") == pictures.sheet(DRAWN)
    root = ET.fromstring(sheet.read_text(encoding="utf-8"))
    keys = [each.get("data-region") for each in root.iter() if each.get("data-region")]
    assert sorted(keys) == sorted(DRAWN.by_key)


def test_there_are_over_a_hundred_regions_in_every_view():
    assert len(REGIONS) >= 100
    by_group = {group: len([1 for view in views for _ in view.regions]) for group, views in itertools.groupby(
        DRAWN.views, key=lambda view: view.group
    )}  # fmt: skip
    assert set(by_group) == {"front", "back", "left-side", "right-side", "head", "hands", "feet"}
    assert min(by_group.values()) >= 15
    assert {view.key for view in DRAWN.views if view.group == "head"} == {
        "head-front", "head-back", "head-left", "head-right",
    }  # fmt: skip
    assert {view.key for view in DRAWN.views if view.group == "hands"} == {
        "left-palm", "right-palm", "left-hand-back", "right-hand-back",
    }  # fmt: skip
    assert {view.key for view in DRAWN.views if view.group == "feet"} == {
        "left-foot-top", "right-foot-top", "left-sole", "right-sole",
    }  # fmt: skip


def test_each_region_has_a_name_of_its_own_in_plain_english():
    names = [region.name for region in REGIONS]
    assert len(set(names)) == len(names) == len(DRAWN.by_key)
    assert all(name == name.strip() and 3 < len(name) < 60 for name in names)
    assert "left upper arm, back" in names
    assert "genital area" in names


def test_left_and_right_are_mirrored():
    lefts = {region.key.replace("left", "SIDE") for region in REGIONS if "left" in region.key}
    rights = {region.key.replace("right", "SIDE") for region in REGIONS if "right" in region.key}
    assert lefts == rights


def test_left_is_the_childs_own():
    """From the front the child's left is on the viewer's right; from the back it is on the viewer's left."""
    x = {key: DRAWN.by_key[key].spots["middle"][0] for key in DRAWN.by_key}
    assert x["front-left-hand"] > x["front-right-hand"]
    assert x["back-left-hand"] < x["back-right-hand"]
    assert x["head-front-left-eye"] > x["head-front-right-eye"]
    front = DRAWN.by_key["front-breastbone"].spots
    back = DRAWN.by_key["back-spine-upper"].spots
    assert front["left"][0] > front["middle"][0]
    assert back["left"][0] < back["middle"][0]
    assert x["left-palm-thumb-tip"] < x["left-palm-little-tip"]
    assert x["left-hand-back-thumb-tip"] > x["left-hand-back-little-tip"]
    assert x["left-foot-top-big-toe"] > x["left-foot-top-little-toe"]
    assert x["left-sole-big-toe"] < x["left-sole-little-toe"]
    assert x["left-side-toes"] < x["left-side-heel"]


@pytest.mark.parametrize("view", [view.key for view in DRAWN.views])
def test_each_spot_is_within_its_region_and_under_no_other(view):
    layers = DRAWN.view_by_key[view].layers
    regions = [region for layer in layers for region in layer.regions]
    for place, region in enumerate(regions):
        assert "middle" in region.spots
        assert set(region.spots) <= set(Spot.values)
        for spot, point in region.spots.items():
            assert region.holds(*point), (region.key, spot)
            assert not any(other.holds(*point) for other in regions[place + 1 :]), (region.key, spot)
            assert region.spot_at(*point) == spot
            assert region.nearest_spot(*point) == spot


def test_outlines_stay_on_the_paper():
    for view in DRAWN.views:
        for layer in view.layers:
            for outline in layer.outlines:
                points = [tuple(map(int, pair.split(","))) for pair in outline.split()]
                assert all(0 <= x <= view.width and 0 <= y <= view.height for x, y in points), view.key


# --- Marks ----------------------------------------------------------------------------------------------------------
def a_mark(**given):
    return Mark.at(
        given.pop("region", "back-left-upper-arm"), given.pop("spot", "middle"), **{"kind": "bruise"} | given
    )


def test_a_mark_is_told_in_one_line():
    mark = a_mark(spot="lower", size_mm=20, colour="purple", words="a row of four")
    assert mark.said == "Bruise, left upper arm, back, lower part, 20 mm, purple"
    assert mark.in_full == f"{mark.said}: a row of four"
    assert a_mark(about="coin_5p").said == "Bruise, left upper arm, back, about the size of a 5p coin"
    assert Mark.from_data(1, json.loads(json.dumps(mark.as_data()))) == mark


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"region": ""}, "region"),
        ({"region": "front-tail"}, "region"),
        ({"region": "__proto__"}, "region"),
        ({"region": "left-palm-thumb-tip", "spot": "upper"}, "spot"),
        ({"spot": "nowhere"}, "spot"),
        ({"kind": "murder"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"size_mm": 0}, "size_mm"),
        ({"size_mm": -3}, "size_mm"),
        ({"size_mm": 10**30}, "size_mm"),
        ({"size_mm": True}, "size_mm"),
        ({"about": "a whale"}, "about"),
        ({"colour": "x" * 61}, "colour"),
        ({"words": "x" * 2001}, "words"),
    ],
)
def test_what_does_not_exist_is_refused_with_a_sentence(wrong, field):
    with pytest.raises(ValidationError) as refused:
        a_mark(**wrong)
    assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize(("x", "y"), [(0, 0), (-5, 300), (10**9, 3), (2.5, 300), (220, 90)])
def test_a_point_outside_its_region_is_refused(x, y):
    with pytest.raises(ValidationError, match="not on the left upper arm"):
        Mark(1, "back-left-upper-arm", x, y, "bruise").check()


def test_another_version_of_the_drawing_is_refused():
    with pytest.raises(ValidationError):
        Mark(99, "back-left-upper-arm", 100, 300, "bruise").check()


def test_every_region_kind_and_size_can_be_marked_and_said():
    for region in REGIONS:
        for spot in region.spots:
            assert region.name in a_mark(region=region.key, spot=spot).said
    for kind, about in itertools.product(InjuryKind.values, AboutAs.values):
        assert a_mark(kind=kind, about=about).said


# --- Pictures -------------------------------------------------------------------------------------------------------
def test_drawing_and_key_have_the_same_numbers():
    marks = [a_mark(), a_mark(region="left-palm-thumb-tip"), a_mark(spot="lower"), a_mark(region="back-left-blade")]
    made = charts.chart(enumerate(marks, start=1))
    assert [line.number for line in made.lines] == [1, 2, 3, 4]
    assert [picture.name for picture in made.pictures] == ["Back", "Left hand, palm"]
    back = ET.fromstring(made.pictures[0].svg)
    space = "{http://www.w3.org/2000/svg}"
    badges = [text.text for text in back.iter(f"{space}text") if (text.text or "").isdigit()]
    assert badges == ["1", "3", "4"]
    assert back.findtext(f"{space}title") == "Body map: Back, with injuries 1, 3 and 4"
    assert "style=" not in made.pictures[0].svg
    assert "the child’s left" in made.pictures[0].svg


def test_marks_on_one_spot_do_not_cover_each_other():
    svg = str(charts.chart(enumerate([a_mark(), a_mark(), a_mark(), a_mark()], start=1)).pictures[0].svg)
    places = [(each.get("cx"), each.get("cy")) for each in ET.fromstring(svg).iter() if each.tag.endswith("circle")]
    assert len(set(places)) == 4
