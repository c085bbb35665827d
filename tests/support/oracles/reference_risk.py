"""Area risk once more, in plain Python: loops, fractions, no arrays, no shared code.

Half-lives are whole days here, so that every weight is found by whole numbers alone.
"""

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache

MICRO = 1_000_000
COLOURS = ("green", "yellow", "red")
LEVELS = ("green", "blue", "yellow", "orange", "red")


@dataclass(frozen=True)
class Place:
    place_id: str
    area: int
    scene: str
    codes: tuple[int, ...]  # one a day, oldest first


@dataclass(frozen=True)
class Event:
    area: int
    severity: int
    day: dt.date
    group: str


@dataclass(frozen=True)
class Facts:
    extents: tuple[Fraction | None, ...]
    places: tuple[Place, ...]
    events: tuple[Event, ...]
    on: dt.date
    days: int
    body: dict = field(repr=False)

    def day(self, back):
        return self.on - dt.timedelta(days=back)


@cache
def micro(weight):
    return int(Fraction(str(weight)) * MICRO)


@cache
def faded(weight, age, half_life):
    """The whole number nearest to weight * 2^(-age / half_life), halves to even."""
    whole = micro(weight)
    target = (2 * whole) ** half_life

    def reaches(doubled):
        return doubled**half_life * 2**age <= target

    low, high = 0, whole
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if reaches(2 * middle - 1) else (low, middle - 1)
    is_half = low > 0 and (2 * low - 1) ** half_life * 2**age == target
    return low - 1 if is_half and low % 2 else low


def weight_of_place(place, code, body):
    if code == 0:
        return 0
    table = body.get("scene_weights", {}).get(place.scene, body["place_weights"])
    return micro(table[COLOURS[code - 1]])


def weight_of_event(event, day, body):
    """None where the event does not count."""
    if event.group not in body.get("event_kinds", [event.group]):
        return None
    age = (day - event.day).days
    if not 0 <= age < body["window_days"] or event.severity not in (1, 2, 3, 4):
        return None
    weight = body["event_weights"][str(event.severity)]
    return faded(weight, age, body["half_life_days"])


def parts(facts, area, back):
    """{(kind, id): (facts, weight)} of an area so many days before the last."""
    found = {}
    for place in facts.places:
        weight = weight_of_place(place, place.codes[-1 - back], facts.body)
        if place.area == area and weight:
            found["place", place.place_id] = (1, weight)
    for event in facts.events:
        if event.area != area:
            continue
        weight = weight_of_event(event, facts.day(back), facts.body)
        if weight is not None:
            count, total = found.get(("events", event.group), (0, 0))
            found["events", event.group] = (count + 1, total + weight)
    found |= capped(found, facts.body)
    return {key: value for key, value in found.items() if value[1]}


def allowed(places, body):
    """The most that events may weigh beside places; None without a share."""
    if "place_share" not in body:
        return None
    share = Fraction(str(body["place_share"]))
    return int(places * (1 - share) / share)


def capped(found, body):
    """Groups of events scaled down to what the places of their area allow."""
    groups = {key: found[key] for key in sorted(found) if key[0] == "events"}
    total = sum(weight for _, weight in groups.values())
    places = sum(weight for key, (_, weight) in found.items() if key[0] == "place")
    most = allowed(places, body)
    if most is None or total <= most:
        return groups
    running, before, scaled = 0, 0, {}
    for key, (count, weight) in groups.items():
        running += weight
        reached = int(Fraction(running * most, total))
        scaled[key] = (count, reached - before)
        before = reached
    return scaled


def floor(facts, areas, back):
    """The least level of areas taken together so many days before the last, or 0."""
    least = [0]
    for rule in facts.body.get("floors", []):
        code = COLOURS.index(rule["code"]) + 1
        for place in facts.places:
            is_meant = place.scene in rule.get("scenes", [place.scene])
            if place.area in areas and place.codes[-1 - back] >= code and is_meant:
                least.append(LEVELS.index(rule["level"]) + 1)
    return max(least)


def hazard(facts, area, back):
    return sum(weight for _, weight in parts(facts, area, back).values())


def score(facts, areas, back):
    """The score of areas taken together; None without data."""
    known = [area for area in areas if facts.extents[area] is not None]
    if not known:
        return None
    extent = sum(facts.extents[area] for area in known)
    total = Fraction(sum(hazard(facts, area, back) for area in known), MICRO)
    r0, k = Fraction(str(facts.body["r0"])), Fraction(str(facts.body["k"]))
    return r0 + (total - extent * r0) / (extent + k)


def level(value, breaks):
    if value is None:
        return 0
    return 1 + sum(value > Fraction(str(limit)) for limit in breaks)


def shown(raw):
    """The level shown on the last of h + 1 days."""
    if raw[-1] == 0:
        return 0
    start, *later = [each for each in raw if each]
    if later and all(each > start for each in later):
        return min(later)
    if later and all(each < start for each in later):
        return max(later)
    return start


def levels(facts, areas, breaks=None):
    """Raw levels of all days and the level shown on the last one."""
    limits = breaks or facts.body["breaks"]
    scores = [score(facts, areas, back) for back in reversed(range(facts.days))]
    raw = [level(value, limits) for value in scores]
    return raw, shown(raw[-1 - facts.body["steady_days"] :])


def drivers(facts, area, top):
    found = parts(facts, area, 0)
    total = hazard(facts, area, 0)
    order = sorted(found, key=lambda key: (-found[key][1], key[1]))
    listed = [
        key
        for kind in ("place", "events")
        for key in [each for each in order if each[0] == kind][:top]
    ]
    return [
        (*key, found[key][0], found[key][1], Fraction(found[key][1], total))
        for key in listed
    ]


def changed_levels(facts, groups, row, factor):
    """How many areas show another level when a break is multiplied."""
    breaks = [Fraction(str(limit)) for limit in facts.body["breaks"]]
    around = [Fraction(0), *breaks, None]
    moved = max(breaks[row] * factor, around[row])
    moved = moved if around[row + 2] is None else min(moved, around[row + 2])
    other = [*breaks[:row], moved, *breaks[row + 1 :]]
    return sum(
        levels(facts, group)[1] != levels(facts, group, other)[1] for group in groups
    )
