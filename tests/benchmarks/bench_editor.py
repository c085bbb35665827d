"""The editor in Chromium: from letting go of a corner to the new picture, and frames.

Usage: ``python tests/benchmarks/bench_editor.py [GRIDS ...]``; 125 and 5,733 without.
Corners of borders are dragged at street scale, warm; frames are counted while the map
is dragged, over the whole extent and at street scale.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from bench_editing import city

sys.path.insert(0, str(Path(__file__).parents[1]))

from gis.editing import Workspace
from gis.editing.whole_numbers import to_degrees
from layers.editor import EditorSession
from support.harness.browser import launch
from support.harness.editor_page import Hand, planner_at

ASKED_MS = {125: (250, 25, 25), 5733: (350, 50, 25)}
CHROMIUM = Path("/usr/bin/chromium")
CORNERS, WARM = 40, 5
# from letting the mouse go to the second frame after the answer is on the page
WATCH = """() => {
  window.times = [];
  let start = 0;
  document.addEventListener("mouseup", () => { start = performance.now(); }, true);
  const message = document.querySelector(".editor-message");
  new MutationObserver(() => {
    const what = message.className;
    if (!start || !/is-(done|refused|warning)/.test(what)) return;
    const began = start;
    start = 0;
    requestAnimationFrame(() => requestAnimationFrame(() =>
      times.push([/is-refused/.test(what) ? 0 : 1, performance.now() - began])));
  }).observe(message, { attributes: true, childList: true, subtree: true });
}"""
FRAMES = """() => {
  window.frames_ms = [];
  let last = 0;
  const note = (now) => {
    if (last) frames_ms.push(now - last);
    last = now;
    window.frame = requestAnimationFrame(note);
  };
  window.frame = requestAnimationFrame(note);
}"""


def corners(draft: Workspace, count: int) -> list[tuple[list[float], list[float]]]:
    """Return corners between two grids of one community, and where each goes."""
    rng = np.random.default_rng(3)
    keys = [
        key
        for key, arc in draft.planar.arcs.items()
        if None not in arc.faces
        and len({draft.community_of(str(face)) for face in arc.faces}) == 1
        and len(arc.xy) > 8
    ]
    pairs = []
    for key in rng.choice(keys, count, replace=False).tolist():
        xy = to_degrees(draft.planar.arcs[key].xy)
        row = len(xy) // 2
        across = xy[row + 1] - xy[row - 1]
        pairs.append((xy[row].tolist(), (xy[row] + 0.3 * across[::-1]).tolist()))
    return pairs


def drags(hand: Hand, draft: Workspace) -> tuple[float, int]:
    """Return the 95th percentile of drags that were done, and how many."""
    hand.page.evaluate(WATCH)
    hand.press("v")
    for old, new in corners(draft, CORNERS):
        half = 6 * max(abs(np.subtract(new, old)))
        (x, y), seen = old, len(hand.page.evaluate("times"))
        hand.look((x - half, y - half, x + half, y + half))
        hand.page.wait_for_timeout(250)
        hand.drag((x, y), tuple(new))
        end = time.monotonic() + 5
        while len(hand.page.evaluate("times")) == seen and time.monotonic() < end:
            hand.page.wait_for_timeout(20)
    done = [ms for was_done, ms in hand.page.evaluate("times")[WARM:] if was_done]
    return float(np.percentile(done, 95)), len(done)


def pan(hand: Hand) -> float:
    """Return the 95th percentile of frames while the map is dragged."""
    hand.page.evaluate(FRAMES)
    hand.page.mouse.move(500, 450)
    hand.page.mouse.down()
    for step in range(90):
        angle = step / 90 * 4 * np.pi
        hand.page.mouse.move(500 + 220 * np.sin(angle), 450 + 160 * np.sin(2 * angle))
    hand.page.mouse.up()
    hand.page.evaluate("() => cancelAnimationFrame(window.frame)")
    return float(np.percentile(hand.page.evaluate("frames_ms"), 95))


def measure(count: int) -> dict[str, float]:
    """Return what was measured of a town of so many grids."""
    draft = Workspace(city(count))
    session = EditorSession(draft)
    start = time.perf_counter()
    with launch(CHROMIUM) as browser, planner_at(browser, session) as hand:
        hand.page.wait_for_timeout(1000)
        opened = time.perf_counter() - start
        whole = pan(hand)
        [(old, _)] = corners(draft, 1)
        x, y = old
        hand.look((x - 0.004, y - 0.003, x + 0.004, y + 0.003))
        hand.page.wait_for_timeout(500)
        street = pan(hand)
        redrawn, done = drags(hand, draft)
        assert hand.trouble == []
    return {
        "grids": count,
        "vertices": sum(len(arc.xy) for arc in draft.planar.arcs.values()),
        "opened_s": opened,
        "drag_to_redrawn_p95_ms": redrawn,
        "drags": done,
        "frame_whole_p95_ms": whole,
        "frame_street_p95_ms": street,
    }


def main(counts: list[int]) -> None:
    """Print what was measured beside what is asked."""
    for count in counts:
        figures = measure(count)
        print(json.dumps(figures), "asked", ASKED_MS.get(count))


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [125, 5733])
