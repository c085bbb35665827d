"""The risk method: every constant of the area score, as one version with an owner."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis.models import SCENE_NAMES, Scene
from gis.risk import method_fields as reading
from gis.risk.denominators import DENOMINATORS, Denominator
from gis.risk.levels import Breaks
from gis.risk.method_card import MethodCard
from gis.risk.method_fields import Floor, Weights3, Weights4

MICRO: Final = 1_000_000
"""Weights are summed as whole millionths, so that no order of facts changes a sum."""

STEADY_DAYS: Final = 3
FORMULA: Final = (
    "score = r0 + (S - E * r0) / (E + k); S = sum of place weights "
    "+ sum of event weight * 2^(-age_days / half_life_days)"
)
FORMULA_ZH: Final = (
    "得分 = r0 + (S - E * r0) / (E + k)；S 为场所权重之和，"
    "加事件权重 * 2^(-事件距今天数 / 半衰期天数) 之和"
)
CAPPED_FORMULA: Final = (
    "score = r0 + (S - E * r0) / (E + k); "
    "S = P + min(V, P * (1 - p) / p) in each grid, p = {share:g}; "
    "P = sum of place weights; "
    "V = sum of event weight * 2^(-age_days / half_life_days)"
)
CAPPED_FORMULA_ZH: Final = (
    "得分 = r0 + (S - E * r0) / (E + k)；"
    "每个网格 S = P + min(V, P * (1 - p) / p)，p = {share:g}；"
    "P 为场所权重之和；V 为事件权重 * 2^(-事件距今天数 / 半衰期天数) 之和"
)


@dataclass(frozen=True, slots=True)
class RiskMethod:
    """A version of the area score: constants, never fitted to the day that is drawn.

    The thresholds that S town uses are not published. The constants shipped with the
    service are a starting proposal for a town of its scale (38 km2, 125 grids, 11,000
    coded places, 21,000 events a month), to be replaced by the town's own.

    Attributes
    ----------
    version
        Name of this set of constants.
    owner
        Who answers for it.
    denominator
        Key of `DENOMINATORS`: what E of the formula counts.
    r0
        Score of the normal area; small areas are drawn towards it.
    k
        How strongly, in the unit of E: an area of E = k lies half way; 0 not at all.
    breaks
        Four ascending upper limits of level 1 to 4.
    place_weights
        Weight of a green, yellow, red place.
    scene_weights
        The same for the scenes that have their own.
    event_weights
        Weight of an event of severity 1 to 4 on its own day.
    half_life_days
        After so many days an event weighs half.
    window_days
        Events of so many days count, the day itself included.
    steady_days
        h of `shown_levels`.
    source, source_zh, note, note_zh
        Where the constants come from, and the limits of what they say.
    place_percent
        Places make at least so many hundredths of S in every area, and events the rest
        at most; 0 caps no event.
    event_kinds
        Categories of the events that count; None counts all.
    floors
        Floor rules, the one of the highest level first.
    is_exempt
        Whether no place is coded, so that no share of places can be asked for.
    """

    version: str
    owner: str
    denominator: str
    r0: float
    k: float
    breaks: Breaks
    place_weights: Weights3
    scene_weights: Mapping[Scene, Weights3]
    event_weights: Weights4
    half_life_days: float
    window_days: int
    steady_days: int
    source: str
    source_zh: str
    note: str
    note_zh: str
    place_percent: int = 0
    event_kinds: tuple[str, ...] | None = None
    floors: tuple[Floor, ...] = ()
    is_exempt: bool = False

    @classmethod
    def from_body(cls, body: Mapping[str, object]) -> "RiskMethod":
        """Read a method from the body of a rule.

        Parameters
        ----------
        body
            Parsed JSON with exactly the keys of this class, and `scale`, which must be
            "five_colour". Weights of places are ``{"green": 0.02, "yellow": 1, "red":
            5}``, of scenes such a mapping each, of events ``{"1": 0.05, ..., "4": 4}``.
            `scene_weights` and `steady_days` (3) may be left out, and so may what the
            first methods did not have: `place_share` (0.7 to 1), `event_kinds` (a list)
            and `floors` (``[{"code": "red", "level": "orange", "scenes": [...]}]``).

        Raises
        ------
        InvalidLayerError
            If a key is missing or unknown, or a value is of no use; the text says
            which and why.
        """
        reading.check_scale(body)
        reading.check_keys(body)
        return cls(
            version=reading.text(body, "version"),
            owner=reading.text(body, "owner"),
            denominator=reading.denominator(body),
            r0=reading.number(body["r0"], "r0", 0.0, 1e9),
            k=reading.number(body["k"], "k", 0.0, 1e9),
            breaks=reading.breaks(body["breaks"]),
            place_weights=reading.place_weights(body["place_weights"]),
            scene_weights=reading.scene_weights(body.get("scene_weights", {})),
            event_weights=reading.event_weights(body["event_weights"]),
            half_life_days=reading.number(
                body["half_life_days"], "half_life_days", 0.01, 36_500.0
            ),
            window_days=reading.whole_days(body["window_days"], "window_days", 3_660),
            steady_days=reading.whole_days(
                body.get("steady_days", 3), "steady_days", 30
            ),
            source=reading.text(body, "source"),
            source_zh=reading.text(body, "source_zh"),
            note=reading.text(body, "note"),
            note_zh=reading.text(body, "note_zh"),
            place_percent=(
                reading.place_percent(body["place_share"])
                if "place_share" in body
                else 0
            ),
            event_kinds=(
                reading.event_kinds(body["event_kinds"])
                if "event_kinds" in body
                else None
            ),
            floors=reading.floors(body.get("floors", ())),
        )

    def without_places(self) -> "RiskMethod":
        """Return the method where no place is coded: events alone make S."""
        return replace(self, place_percent=0, is_exempt=self.place_percent > 0)

    @property
    def unit(self) -> Denominator:
        """What E counts."""
        return DENOMINATORS[self.denominator]

    def place_micro(self) -> NDArray[np.int64]:
        """Return the weight of a place by scene and code, in millionths.

        Returns
        -------
        weights
            Shape (8, 4): scene in order of `Scene`; code, 0 none.
        """
        rows = [self.scene_weights.get(scene, self.place_weights) for scene in Scene]
        return np.array(
            [[0, *(_micro(weight) for weight in row)] for row in rows], dtype=np.int64
        )

    def event_micro(self) -> NDArray[np.int64]:
        """Return the weight of an event by severity and age, in millionths.

        They are worked out in decimals, so that every machine has the same.

        Returns
        -------
        weights
            Shape (4, window_days): severity 1 to 4; age in whole days from 0.
        """
        weights = _faded(self.event_weights, self.half_life_days, self.window_days)
        return np.array(weights, dtype=np.int64)

    def extents(self, amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return E of each area.

        Parameters
        ----------
        amounts
            m2, people or places of each area, as `denominator` asks, shape (n,); NaN
            where they are not known.

        Returns
        -------
        extents
            Shape (n,); NaN where the amount is missing, 0 or less.
        """
        usable = np.isfinite(amounts) & (amounts > 0)
        return np.where(usable, amounts / self.unit.amount, np.nan)

    def card(
        self,
        data_date: str,
        *,
        boundary_version: str = "",
        rule_version: str = "",
        link: str = "",
        names: Callable[[str], tuple[str, str]] = lambda kind: (kind, kind),
    ) -> MethodCard:
        """Return the method card of a map drawn by this method.

        Parameters
        ----------
        data_date
            The days the facts cover.
        boundary_version
            Which grids were in force.
        rule_version
            Which safety rule gave the places their codes.
        link
            Where the method can be read in full.
        names
            Returns the Chinese and English name of a kind of events.
        """
        formula, formula_zh = FORMULA, FORMULA_ZH
        if self.place_percent:
            share = self.place_percent / 100
            formula, formula_zh = (
                text.format(share=share) for text in (CAPPED_FORMULA, CAPPED_FORMULA_ZH)
            )
        return MethodCard(
            title="Area risk",
            title_zh="区域平安风险",
            formula=formula,
            formula_zh=formula_zh,
            unit=f"weighted hazards per {self.unit.unit}",
            unit_zh=f"每{self.unit.unit_zh}加权隐患",
            breaks=self.breaks,
            version=self.version,
            data_date=data_date,
            note=self.note,
            note_zh=self.note_zh,
            owner=self.owner,
            constants=tuple(_constants(self, ENGLISH, names)),
            constants_zh=tuple(_constants(self, CHINESE, names)),
            population_base=self.unit.base,
            population_base_zh=self.unit.base_zh,
            source=self.source,
            source_zh=self.source_zh,
            boundary_version=boundary_version,
            rule_version=rule_version,
            link=link,
        )


ENGLISH: Final = {
    "E": "E in {unit}; r0 = {r0:g}; k = {k:g}",
    "places": "place green {0:g}, yellow {1:g}, red {2:g}",
    "scene": "{scene}: green {0:g}, yellow {1:g}, red {2:g}",
    "events": "event of severity 1 to 4: {0:g}, {1:g}, {2:g}, {3:g}",
    "days": (
        "half-life {half_life:g} days; events of {window} days; a level holds after "
        "{steady} days"
    ),
    "share": (
        "places make at least {0} % of S in every area, and so in the town; an area "
        "without a coded place has no colour"
    ),
    "exempt": "no place is coded, so events alone make S",
    "kinds": "events that are hazards count: {0}; no other kind adds anything",
    "floor": (
        "floor rule: a grid or community with a {code} place{scenes} is at least "
        "{level}, at once"
    ),
}
CHINESE: Final = {
    "E": "E 单位：{unit}；r0 = {r0:g}；k = {k:g}",
    "places": "场所权重：绿 {0:g}，黄 {1:g}，红 {2:g}",
    "scene": "{scene}：绿 {0:g}，黄 {1:g}，红 {2:g}",
    "events": "事件权重（严重程度 1 至 4）：{0:g}、{1:g}、{2:g}、{3:g}",
    "days": "半衰期 {half_life:g} 天；计入 {window} 天内的事件；连续 {steady} 天才变色",
    "share": "每个区域及全镇 S 中场所权重不低于 {0}%；没有赋码场所的区域不着色",
    "exempt": "没有赋码场所，S 仅由事件构成",
    "kinds": "只计隐患类事件：{0}；其他类别不计",
    "floor": "底线规则：有{code}码场所{scenes}的网格或社区至少为{level}色，立即生效",
}
COLOURS_ZH: Final = {
    "red": "红",
    "orange": "橙",
    "yellow": "黄",
    "blue": "蓝",
    "green": "绿",
}


def floor_texts(floor: Floor) -> tuple[str, str]:
    """Return a floor rule in Chinese and English, as the card prints it.

    Examples
    --------
    >>> from gis.models import RiskLevel, SafetyCode
    >>> floor_texts(Floor(SafetyCode.RED, RiskLevel.YELLOW))[1]
    'floor rule: a grid or community with a red place is at least yellow, at once'
    """
    code, level = floor.code.name.lower(), floor.level.name.lower()
    zh, en = (
        "、".join(SCENE_NAMES[scene][0] for scene in floor.scenes),
        ", ".join(SCENE_NAMES[scene][1] for scene in floor.scenes),
    )
    return (
        CHINESE["floor"].format(
            code=COLOURS_ZH[code],
            level=COLOURS_ZH[level],
            scenes=f"（{zh}）" if zh else "",
        ),
        ENGLISH["floor"].format(
            code=code, level=level, scenes=f" ({en})" if en else ""
        ),
    )


def _constants(
    method: RiskMethod,
    texts: Mapping[str, str],
    names: Callable[[str], tuple[str, str]],
) -> list[str]:
    """Return every constant of a method as lines of one language."""
    chinese = texts is CHINESE
    unit = method.unit.unit_zh if chinese else method.unit.unit
    scenes = (
        texts["scene"].format(*weights, scene=SCENE_NAMES[scene][0 if chinese else 1])
        for scene, weights in method.scene_weights.items()
    )
    return [
        texts["E"].format(unit=unit, r0=method.r0, k=method.k),
        texts["places"].format(*method.place_weights),
        *scenes,
        texts["events"].format(*method.event_weights),
        texts["days"].format(
            half_life=method.half_life_days,
            window=method.window_days,
            steady=method.steady_days,
        ),
        *_ground(method, texts, names),
    ]


def _ground(
    method: RiskMethod,
    texts: Mapping[str, str],
    names: Callable[[str], tuple[str, str]],
) -> Iterator[str]:
    """Yield what ties the colours to the codes of places."""
    row = 0 if texts is CHINESE else 1
    if method.place_percent:
        yield texts["share"].format(method.place_percent)
    if method.is_exempt:
        yield texts["exempt"]
    if method.event_kinds is not None:
        kinds = [names(kind)[row] for kind in method.event_kinds]
        yield texts["kinds"].format("、".join(kinds) if row == 0 else ", ".join(kinds))
    yield from (floor_texts(floor)[row] for floor in method.floors)


@lru_cache
def _faded(weights: Weights4, half_life_days: float, days: int) -> list[list[int]]:
    """Return the weight of each severity at each age; the same for every layer."""
    half_life = Decimal(repr(half_life_days))
    fading = [Decimal(2) ** (-age / half_life) for age in range(days)]
    return [[_micro(weight, fade) for fade in fading] for weight in weights]


def _micro(weight: float, fade: Decimal = Decimal(1)) -> int:
    """Return a weight in whole millionths, halves to even."""
    exact = Decimal(repr(weight)) * fade * MICRO
    return int(exact.to_integral_value(rounding=ROUND_HALF_EVEN))
