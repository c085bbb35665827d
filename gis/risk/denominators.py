"""What hazards are counted against: area, people or coded places."""

from typing import Final, NamedTuple


class Denominator(NamedTuple):
    """What hazards are counted against.

    Attributes
    ----------
    amount
        How much of the natural unit (m2, people, places) makes one.
    unit, unit_zh
        One of them, as the score is read.
    base, base_zh
        What is counted; which people, where it is people.
    """

    amount: float
    unit: str
    unit_zh: str
    base: str
    base_zh: str


DENOMINATORS: Final = {
    "km2": Denominator(
        1e6, "km2", "平方千米", "area; no population is used", "面积，不涉及人口"
    ),
    "residents": Denominator(
        1e3,
        "1,000 residents",
        "千名居住人口",
        "people who live in the area, registered there or not",
        "居住人口（不论户籍）",
    ),
    "registered": Denominator(
        1e3,
        "1,000 registered people",
        "千名户籍人口",
        "people registered in the area, living there or not",
        "户籍人口（不论是否居住）",
    ),
    "places": Denominator(
        1.0,
        "coded place",
        "个赋码场所",
        "places with a safety code; no population is used",
        "赋码场所数，不涉及人口",
    ),
}
