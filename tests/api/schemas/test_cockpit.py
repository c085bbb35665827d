"""Each figure of the cockpit is named by the registry; words are in both languages."""

from api.schemas.cockpit import HeadlineOut, NowOut, PageOut
from api.service.cockpit.headlines import AREA_FIGURES, PLACE_FIGURES, Headline
from api.service.cockpit.now import Now, Setting
from layers.figures.definitions import definitions
from layers.words import Words
from layers.words.cockpit import COCKPIT

FIGURES = ("events", "open", "overdue", *PLACE_FIGURES, *AREA_FIGURES)
EMPTY = Now(
    *("C", "2026-09-30 20:00", "2026-09-30"),
    tuple(Headline(figure, 3, None) for figure in FIGURES),
    *((), (), (), (), (), (), ()),
    {"overdue": 0},
)


def test_every_headline_has_the_name_of_the_registry() -> None:
    names = {d.figure_id: d.name for d in definitions()}
    headlines: list[HeadlineOut] = NowOut.of(EMPTY).figures
    assert [h.figure for h in headlines] == [*FIGURES]
    for headline in headlines:
        assert headline.name.zh == names[headline.figure].zh


def test_a_page_has_every_word_in_both_languages() -> None:
    setting = Setting(Words("镇", "Town"), None, "Asia/Shanghai", {}, {})
    page = PageOut.of("/town", setting, NowOut.of(EMPTY))
    assert page.words.keys() == COCKPIT.keys()
    assert all(zh and en for zh, en in page.words.values())
    assert (page.root, page.area) == ("/town", "C")
    assert PageOut.of("", setting, None).area is None
