"""Codes, due checks and colours as the lines that the commands print."""

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Final

import pandas as pd

from api.service.rating.days import count_codes, count_colours
from api.service.rating.propose import Adoption
from gis.counts import count_text, noun_for
from gis.local_time import instant_text, timezone_of
from gis.models import RiskLevel, SafetyCode, Scene
from gis.risk import MethodCard
from gis.risk.day import CHANGE_DAYS
from gis.sentences import bilingual, joined, sentence
from layers.maps.captions import card_rows
from layers.rating.day import RiskDay
from layers.rating.drivers import driver_line
from layers.rating.due import DueCheck, list_due
from layers.rating.places import PlaceExplanation
from layers.rating.plan import CheckPlan, load_text
from layers.rating.posts import answering_posts
from layers.rating.proposal import (
    FEWEST_CLASSES,
    LARGEST_SHARE,
    Proposal,
    is_telling,
)
from layers.schema.circles import text_or_none
from layers.words import Words, tier_name, words_of
from layers.words.rating import LEFT_OUT
from layers.words.vocabulary import COMMUNITY_NAME, GRID_NAME

_COLOURS: Final = {
    str(name): name
    for name in (
        sentence("no data"),
        sentence("red"),
        sentence("orange"),
        sentence("yellow"),
        sentence("blue"),
        sentence("green"),
    )
}
_LAYERS: Final = {"grids": sentence("Grids"), "communities": sentence("Communities")}
LIST_ROWS = 20
"""Rows of a list that are printed; the rest is counted."""
MOST_PRESSING = 10


def safety_lines(rating: RiskDay) -> Iterator[str]:
    """Yield what `pagoda safety` prints: codes by scene, what is late, what is red.

    Red places stand in the order of urgency: the longest overdue first, then by id.

    Parameters
    ----------
    rating
        The day.
    """
    places = rating.places
    yield _head(rating)
    yield sentence("Codes      {listed}", listed=colour_counts(count_codes(rating)))
    yield sentence(
        "Overdue    {checks}",
        checks=count_text(int((places["overdue_days"] > 0).sum()), "check"),
    )
    yield sentence("Scene                        red  yellow   green  overdue")
    for scene in Scene:
        there = places[places["scene"] == scene]
        yield sentence(
            "{scene:<24}{red:>8,}{yellow:>8,}{green:>8,}{overdue:>9,}",
            scene=scene.value,
            overdue=int((there["overdue_days"] > 0).sum()),
            **{
                code.name.lower(): int((there["code"] == code).sum())
                for code in SafetyCode
            },
        )
    red = places[places["code"] == SafetyCode.RED].sort_values(
        ["overdue_days", "place_id"], ascending=[False, True]
    )
    for row in red.head(LIST_ROWS).to_dict("records"):
        late = _late(row["overdue_days"], row["due_on"].date())
        grid = text_or_none(row["grid_id"]) or "none"
        yield sentence(
            "red {place_id}  grid {grid}  {late:<18}{criteria}{name}",
            place_id=row["place_id"],
            grid=grid,
            late=late,
            criteria=_criteria(rating, row["criteria"].split(";")),
            name=_name(row["name"]),
        )
    yield from _more(len(red))
    yield from _left_out(rating.left_out)


def why_lines(place: PlaceExplanation) -> Iterator[str]:
    """Yield what `pagoda safety why` prints of a place.

    Parameters
    ----------
    place
        The place.
    """
    explanation = place.explanation
    grid = place.grid_id or sentence("none")
    yield sentence(
        "{place_id} {name} {scene}, grid {grid}",
        place_id=place.place_id,
        name=place.name or "",
        scene=place.scene,
        grid=grid,
    )
    by_rule = sentence(
        "by rule {rule_id} {version}",
        rule_id=explanation.rule_id,
        version=explanation.version,
    )
    yield joined("  ", (explanation.day.isoformat(), _word(explanation.code), by_rule))
    if not explanation.reasons:
        yield sentence("  nothing fires: green")
    for reason, findings in zip(explanation.reasons, place.findings, strict=True):
        criterion = reason.criterion
        yield sentence(
            "  {code:<7}{criterion_id}: {what}",
            code=_word(criterion.code),
            criterion_id=criterion.criterion_id,
            what=bilingual(criterion.en, criterion.zh),
        )
        measures = joined(
            ", ",
            (
                sentence(
                    "{measure} {value:,} (fires from {least:,})",
                    measure=name,
                    value=value,
                    least=criterion.least[name],
                )
                for name, value in reason.values.items()
            ),
        )
        yield joined("         ", ("", measures))
        for finding in findings:
            yield sentence(
                "         finding {finding_id} ({severity}) since {since}, "
                "inspection {inspection_id}{about}",
                finding_id=finding.finding_id,
                severity=finding.severity,
                since=finding.since.isoformat(),
                inspection_id=finding.inspection_id,
                about=f" {finding.about}" if finding.about else "",
            )
    check_day = (
        explanation.last_check.isoformat()
        if explanation.last_check
        else sentence("never")
    )
    drill_day = (
        explanation.last_drill.isoformat()
        if explanation.last_drill
        else sentence("never")
    )
    late = (
        sentence(", {days} overdue", days=count_text(explanation.overdue_days, "day"))
        if explanation.overdue_days
        else ""
    )
    yield sentence(
        "Last check {check_day}, last drill {drill_day}",
        check_day=check_day,
        drill_day=drill_day,
    )
    due_day = explanation.due.isoformat() if explanation.due else sentence("never")
    yield sentence("Next check due {due_day}{late}", due_day=due_day, late=late)
    first, *changes = place.history
    yield sentence(
        "History    from {day} on: {code}{changes}",
        day=first.day.isoformat(),
        code=sentence("already {code}", code=_word(first.code))
        if first.code
        else _word(None),
        changes=joined(
            "",
            (
                sentence(", {day} {code}", day=c.day.isoformat(), code=_word(c.code))
                for c in changes
            ),
        ),
    )


def due_lines(rating: RiskDay, grid_id: str | None) -> Iterator[str]:
    """Yield what `pagoda due` prints: the checks of a grid, or how many each owes.

    Parameters
    ----------
    rating
        The day.
    grid_id
        A grid; None counts those of all.
    """
    checks = list_due(rating, grid_id)
    yield _head(rating)
    late = sum(check.overdue_days > 0 for check in checks)
    due = count_text(len(checks), sentence("check is due"), sentence("checks are due"))
    if grid_id is None:
        yield sentence("{due}, {late:,} of them overdue", due=due, late=late)
        yield from _due_by_grid(rating, checks)
        return
    post, holder = answering_posts(rating.facts).get(grid_id, (None, None))
    yield sentence(
        "Grid {grid_id}: {post} answers, held by {holder}",
        grid_id=grid_id,
        post=post or sentence("no post"),
        holder=holder or sentence("nobody"),
    )
    yield sentence("{due}, {late:,} of them overdue", due=due, late=late)
    for check in checks:
        yield sentence(
            "  {code:<7}{place_id}  {scene:<22}{late:<20}{why}{name}",
            code=_COLOURS.get(check.code or "-", "-"),
            place_id=check.place_id,
            scene=check.scene,
            late=_late(check.overdue_days, check.due_on),
            why=_why(rating, check),
            name=_name(check.name),
        )


def risk_lines(rating: RiskDay) -> Iterator[str]:
    """Yield what `pagoda risk` prints: colours by tier, the highest, their drivers.

    Parameters
    ----------
    rating
        The day.
    """
    yield _head(rating)
    for name, areas in rating.tiers.items():
        counts = count_colours(areas.frame["level"].to_numpy())
        yield sentence(
            "{caption:<26}{listed}",
            caption=_tier_name(rating, name),
            listed=colour_counts({k: v for k, v in counts.items() if v}),
        )
    scored = rating.grids[rating.grids["score"].notna()]
    highest = scored.sort_values(["score", "grid_id"], ascending=[False, True])
    if not highest.empty:
        yield sentence("Highest grids, score in {unit}", unit=_unit(rating.card))
    for row in highest.head(MOST_PRESSING).to_dict("records"):
        yield (
            sentence(
                "  {grid_id}  {score:8,.2f}  {change:>8} in {change_days} days  "
                "{level}",
                grid_id=row["grid_id"],
                score=row["score"],
                change="–" if pd.isna(row["change"]) else f"{row['change']:+z.2f}",
                change_days=CHANGE_DAYS,
                level=_level(rating, row),
            )
        )
        for driver in row["drivers"]:
            line = driver_line(driver, rating.scenarios, rating.rule)
            yield joined("      ", ("", line.sentence))
    yield sentence("Grids that change colour when a break moves by 10 %")
    for move in rating.tiers["grids"].sensitivity:
        yield sentence(
            "  level {level} up to {limit:8,.2f}: {changed:,}",
            level=move.level,
            limit=move.limit,
            changed=move.changed,
        )
    yield from _left_out(rating.left_out)


def proposal_lines(proposal: Proposal) -> Iterator[str]:
    """Yield what `pagoda risk propose` prints: the card, and the classes it makes.

    Parameters
    ----------
    proposal
        The method.
    """
    card = proposal.card
    yield (
        sentence(
            "Proposed from the scores of {first} / {last}",
            first=proposal.first.isoformat(),
            last=proposal.last.isoformat(),
        )
    )
    for zh, en, text_zh, text in card_rows(card):
        yield sentence(
            "  {caption}: {text}",
            caption=bilingual(en, zh),
            text=bilingual(text or text_zh, text_zh or text),
        )
    yield joined("  ", ("", _unit(card)))
    yield sentence("Areas on {last} by it", last=proposal.last.isoformat())
    names = [sentence("no data"), *(level.name.lower() for level in RiskLevel)]
    for layer, levels in proposal.levels.items():
        counts = dict(zip(names, levels, strict=True))
        yield sentence(
            "  {layer:<12}{listed}",
            layer=_layer_name(layer),
            listed=colour_counts({k: n for k, n in counts.items() if n}),
        )
    if not is_telling(proposal.levels["grids"]):
        yield (
            sentence(
                "The grids have fewer than {fewest_classes} classes or more than "
                "{largest_share:.0%} of them are in one; try another --denominator or "
                "--scheme.",
                fewest_classes=FEWEST_CLASSES,
                largest_share=LARGEST_SHARE,
            )
        )


def stored_line(adoption: Adoption | None) -> str:
    """Return the last line of `pagoda risk propose`: whether it came into force.

    Parameters
    ----------
    adoption
        Name, owner and first day; None where nothing was stored.
    """
    if adoption is None:
        return sentence(
            "Nothing was stored; --store-as, --owner and --valid-from store it."
        )
    since = instant_text(adoption.valid_from, timezone_of(adoption.timezone))
    return sentence(
        "Stored as {version!r} by {owner!r}: days from {since} on are rated by "
        "it, earlier ones as before.",
        version=adoption.version,
        owner=adoption.owner,
        since=since,
    )


def plan_lines(rating: RiskDay, plan: CheckPlan) -> Iterator[str]:
    """Yield what `pagoda risk plan` prints: each circle, its trades and hazards.

    Parameters
    ----------
    rating
        The day.
    plan
        The checks ahead.
    """
    first, last = plan.span
    yield _head(rating)
    yield (
        sentence(
            "Checks from {first} to {last} if codes stay as they are; a post does "
            "{checks_a_day} on a working day",
            first=first,
            last=last,
            checks_a_day=plan.checks_a_day,
        )
    )
    for circle in plan.circles.to_dict("records"):
        load = load_text(circle["checks"], circle["capacity"])
        yield sentence(
            "{circle_id:<10}{checks:>7,} {check} at {places}; {posts} can do "
            "{capacity:,} ({load}){name}",
            circle_id=circle["circle_id"] or sentence("no circle"),
            checks=circle["checks"],
            check=noun_for(circle["checks"], "check"),
            places=count_text(circle["places"], "place"),
            posts=count_text(circle["posts"], "post"),
            capacity=circle["capacity"],
            load=load,
            name=_name(circle["name"]),
        )
        own = plan.trades[plan.trades["circle_id"] == circle["circle_id"]]
        for row in own.to_dict("records"):
            checks = noun_for(row["checks"], "check")
            codes = {c: row[c] for c in ("red", "yellow", "green") if row[c]}
            yield sentence(
                "    {scene:<24}{count:>7,} {checks}  {listed}",
                scene=row["scene"],
                count=row["checks"],
                checks=checks,
                listed=colour_counts(codes),
            )
        kinds = joined(
            ", ",
            (
                sentence(
                    "{hazard} {count:,}", hazard=_hazard(rating, code), count=count
                )
                for code, count in circle["hazards"]
            ),
        )
        if kinds:
            yield sentence("    look for {kinds}", kinds=kinds)


def _why(rating: RiskDay, check: DueCheck) -> str:
    """Return the criteria of a check, or the campaign that owes it."""
    campaign = (
        sentence("campaign {campaign}", campaign=check.campaign)
        if check.campaign
        else ""
    )
    return _criteria(rating, check.criteria) or campaign


def _criteria(rating: RiskDay, ids: Iterable[str]) -> str:
    """Return criteria that fired, in English by their ids."""
    words = {c.criterion_id: c.zh for c in rating.rule.criteria}
    return joined(";", (bilingual(name, words.get(name, name)) for name in ids if name))


def _due_by_grid(rating: RiskDay, checks: list[DueCheck]) -> Iterator[str]:
    """Yield the grids with most checks owed."""
    counts = pd.Series(
        [check.grid_id or "none" for check in checks], dtype=str
    ).value_counts()
    posts = answering_posts(rating.facts)
    for grid_id, count in counts.head(LIST_ROWS).items():
        post = posts.get(str(grid_id), (None, None))[0]
        yield sentence(
            "  {grid_id}  {count:>6,}  {post}",
            grid_id=grid_id,
            count=count,
            post=post or sentence("no post"),
        )
    yield from _more(len(counts))


def _head(rating: RiskDay) -> str:
    imprint = rating.facts.rulebook.imprint
    mark = (
        sentence(" (synthetic, by a clock of its own)") if imprint.is_synthetic else ""
    )
    return sentence(
        "{title}{mark} on {day}, boundaries of version {version}, rule "
        "{version_2}, method {version_3}",
        title=imprint.words.sentence or sentence("The town"),
        mark=mark,
        day=rating.day.isoformat(),
        version=rating.version.version,
        version_2=rating.rule.version,
        version_3=rating.method.version,
    )


def _left_out(left_out: Mapping[str, int]) -> Iterator[str]:
    words = {words_of(reason, LEFT_OUT): n for reason, n in left_out.items()}
    counts = (
        sentence("{what}: {count:,}", what=bilingual(_lowered(w.en), w.zh), count=count)
        for w, count in words.items()
    )
    if words:
        yield sentence("Left out   {listed}", listed=joined("; ", counts))


def _level(rating: RiskDay, area: Mapping[Hashable, int]) -> str:
    """Return the level of an area; where it is not that of its score alone, why."""
    names = {0: sentence("no data")} | {
        level.value: _COLOURS[level.name.lower()] for level in RiskLevel
    }
    label, by_score = names[area["level"]], names[area["raw_level"]]
    if area["floor"]:
        return sentence(
            "{label} (floor rule: {by_score} by its score)",
            label=label,
            by_score=by_score,
        )
    if label == by_score:
        return label
    days = count_text(rating.method.steady_days, "day")
    return sentence(
        "{label} (held: {by_score} needs {days})",
        label=label,
        by_score=by_score,
        days=days,
    )


def _late(overdue_days: int, due_on: dt.date) -> str:
    if not overdue_days:
        return sentence("due {due_on}", due_on=due_on)
    return sentence("{days} overdue", days=count_text(overdue_days, "day"))


def _name(name: object) -> str:
    """Return a name for the end of a line; nothing where there is none."""
    return f"  {name}" if isinstance(name, str) and name else ""


def _tier_name(rating: RiskDay, name: str) -> str:
    if name.startswith("tier"):
        tier = int(name.removeprefix("tier"))
        return Words(*rating.facts.rulebook.imprint.names_of_tier(tier)).sentence
    return _LAYERS[name]


def _layer_name(name: str) -> str:
    """Return the usual name of the areas of a layer, in English its own."""
    if name.startswith("tier"):
        return bilingual(name, tier_name(int(name.removeprefix("tier"))).zh)
    return bilingual(name, {"grids": GRID_NAME, "communities": COMMUNITY_NAME}[name].zh)


def _unit(card: MethodCard) -> str:
    """Return the unit of a score."""
    return bilingual(card.unit, card.unit_zh)


def _hazard(rating: RiskDay, code: str) -> str:
    """Return a criterion or a kind of events, in English by its code."""
    words = {c.criterion_id: c.zh for c in rating.rule.criteria}
    return bilingual(code, words.get(code) or rating.scenarios.names_of(code)[0])


def _word(code: SafetyCode | None) -> str:
    return _COLOURS[code.name.lower()] if code else sentence("no code")


def colour_counts(counts: Mapping[str, int]) -> str:
    """Return how many there are of each colour, or of each name."""
    return joined(
        ", ",
        (
            sentence("{count:,} {name}", count=count, name=_COLOURS.get(name, name))
            for name, count in counts.items()
        ),
    )


def _lowered(caption: str) -> str:
    return caption[:1].lower() + caption[1:]


def _more(count: int) -> Iterator[str]:
    if count > LIST_ROWS:
        yield sentence("  and {count:,} more", count=count - LIST_ROWS)
