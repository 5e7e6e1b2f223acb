"""The arithmetic of charts: nothing leaves the drawing, lengths tell the truth, words say what the picture shows."""

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from lps_safeguarding.web import charts
from lps_safeguarding.web.charts import Item

pytestmark = pytest.mark.rule("DEC-15")

numbers = st.integers(0, 2_000_000)
with_past = st.builds(Item, st.text(max_size=90), numbers, numbers)
without_past = st.builds(Item, st.text(max_size=90), numbers)
items = st.one_of(st.lists(with_past, max_size=60), st.lists(without_past, max_size=60))


def marks(chart):
    return [mark for place in chart.places for mark in (place.now, place.before) if mark is not None]


@pytest.mark.parametrize("draw", [charts.bars, charts.columns])
@given(items=items)
def test_nothing_leaves_the_drawing_and_nothing_is_left_out(draw, items):
    chart = draw("k", "Title", items)
    assert [place.now.number for place in chart.places] == [item.now for item in items]
    for mark in marks(chart):
        assert mark.x >= 0 and mark.y >= 0
        assert mark.x + mark.width <= chart.width + 0.2
        assert mark.y + mark.height <= chart.height + 0.2
        assert 0 <= mark.text_x <= chart.width and 0 <= mark.text_y <= chart.height
    for place in chart.places:
        assert len(place.label) <= charts.LONGEST_LABEL or draw is charts.columns
        assert 0 <= place.x <= chart.width or len(place.label) > charts.LONGEST_LABEL


@given(items=items)
def test_bars_have_room_for_their_numbers(items):
    for mark in marks(charts.bars("k", "Title", items)):
        assert mark.text_x + charts.DIGIT * len(f"{mark.number:,}") <= charts.WIDTH + 0.2


@pytest.mark.parametrize(("draw", "length"), [(charts.bars, "width"), (charts.columns, "height")])
@given(items=items)
def test_lengths_tell_the_truth(draw, length, items):
    drawn = sorted((mark.number, getattr(mark, length)) for mark in marks(draw("k", "Title", items)))
    greatest = max((number for number, _ in drawn), default=0)
    full = max((size for _, size in drawn), default=0)
    for number, size in drawn:
        assert (size == 0) == (number == 0)
        assert abs(size - number / max(greatest, 1) * full) <= 1.1
    assert [size for _, size in drawn] == sorted(size for _, size in drawn)


@given(items=items)
def test_columns_stand_on_one_line_side_by_side(items):
    chart = charts.columns("k", "Title", items)
    end = 0.0
    for place in chart.places:
        for mark in (place.now, place.before):
            if mark is not None:
                assert mark.x >= end - 0.2
                assert abs(mark.y + mark.height - chart.base) <= 0.2
                end = mark.x + mark.width
    assert not items or any(place.now.shown for place in chart.places) == any(item.now for item in items)


@given(items=items)
def test_the_words_say_what_the_picture_shows(items):
    said = charts.described(items)
    assert said.startswith("Most: ") == any(item.now for item in items)
    if any(item.now for item in items):
        assert f"{max(item.now for item in items):,}" in said


@given(st.integers(-5, 10**9), st.integers(-5, 10**9), st.floats(2, 1000))
def test_a_length_is_between_nothing_and_the_room(number, greatest, room):
    assert 0 <= charts.scaled(number, greatest, room) <= round(room, 1)
    assert charts.scaled(greatest, greatest, room) == (round(room, 1) if greatest > 0 else 0)


def test_as_drawn_it_has_a_name_a_description_its_numbers_and_no_script():
    chart = charts.bars("kinds", "Concerns <by> kind", [Item("Neglect & more", 1_200, 7), Item("x" * 200, 0, 0)])
    drawn = render_to_string(chart.template, {"chart": chart})
    assert '<svg class="chart" role="img"' in drawn
    assert 'aria-labelledby="kinds-name kinds-says"' in drawn
    assert "Concerns &lt;by&gt; kind</title>" in drawn
    assert "Most: Neglect &amp; more 1,200 concerns, 7 before." in drawn
    assert ">1,200<" in drawn and ">7<" in drawn
    assert 'fill="url(#kinds-hatch)"' in drawn
    assert "style=" not in drawn and "<script" not in drawn
    assert 'width="1,' not in drawn


def test_with_no_past_there_is_no_hatching():
    drawn = render_to_string("components/chart_columns.html", {"chart": charts.columns("w", "T", [Item("1 Sep", 3)])})
    assert "hatch" not in drawn
