"""From an address typed at the desk to who is on duty, at the door and in a browser.

Gives the 20,000 places of S town names and addresses, opens some hundred events, and
asks the desk for addresses, one at a time:

    python tests/benchmarks/bench_desk.py --asks 200 --events 400

Prints JSON: milliseconds from the question until the answer is whole at the door, and
from Enter in Chromium until the telephone of who is on duty is on the screen; p50 and
p95 of each.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx2
import pandas as pd
from playwright.sync_api import sync_playwright

CHROMIUM: Final = "/usr/bin/chromium"
PORT: Final = 8164
URL: Final = f"http://127.0.0.1:{PORT}"
ROOT: Final = Path(__file__).resolve().parents[2]
STREETS: Final = ("镜湖路", "文一路", "东风街", "学院路", "新华巷", "长桥路", "西山路")
SHOPS: Final = ("便利店", "五金行", "药店", "面馆", "书店", "网吧", "理发店")
KINDS: Final = ("street_trading", "noise", "theft", "odd")


def addresses() -> pd.DataFrame:
    """Return the places of S town, each with a name and an address of its own."""
    places = pd.read_csv(ROOT / "sample_geodata" / "s_town" / "enterprises.csv")
    numbers = range(len(places))
    streets = [STREETS[n % len(STREETS)] for n in numbers]
    houses = [
        f"{s}{n // len(STREETS) + 1}号" for n, s in zip(numbers, streets, strict=True)
    ]
    shops = [f"{s[:2]}{SHOPS[n % 6]}{n}" for n, s in zip(numbers, streets, strict=True)]
    columns = places[["place_id", "scene", "is_coded", "lon", "lat"]]
    return columns.assign(name=shops, address=houses, address_kind="actual")


@contextmanager
def service(places: pd.DataFrame) -> Iterator[None]:
    """Serve S town with addresses, from a folder of its own."""
    pagoda = str(Path(sys.executable).with_name("pagoda"))
    with tempfile.TemporaryDirectory() as folder:
        places.to_csv(Path(folder) / "named.csv", index=False)
        names = ["load", "enterprises", "named.csv", "--source", "register"]
        names += ["--valid-from", "2026-01-01", "--datum", "cgcs2000"]
        for arguments in (["init", "--sample", "s_town"], names):
            subprocess.run([pagoda, *arguments], cwd=folder, check=True,
                           capture_output=True)  # fmt: skip
        with subprocess.Popen(
            [pagoda, "serve", "--port", str(PORT)],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                _wait()
                yield
            finally:
                process.terminate()


def _wait() -> None:
    """Wait until the service is ready."""
    for _ in range(600):
        try:
            if httpx2.get(f"{URL}/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.2)
    raise SystemExit("The service did not start within two minutes.")


def post_events(places: pd.DataFrame, count: int, rng: random.Random) -> None:
    """Open events at places of the town."""
    with httpx2.Client(base_url=URL) as client:
        for number in range(count):
            place = places.iloc[rng.randrange(len(places))]
            body = {"source": "hotline", "id": f"B-{number}", "kind": rng.choice(KINDS)}
            spot = {"lon": float(place["lon"]), "lat": float(place["lat"])}
            answer = client.post("/events", json={**body, **spot, "datum": "cgcs2000"})
            answer.raise_for_status()


def asked_at_the_door(texts: list[str]) -> list[float]:
    """Return how long each answer takes at the door, ms."""
    times = []
    with httpx2.Client(base_url=URL, headers={"accept": "text/html"}) as client:
        for text in texts:
            start = time.perf_counter()
            answer = client.get("/desk", params={"find": text})
            times.append((time.perf_counter() - start) * 1000)
            if 'class="duty"' not in answer.text:
                raise SystemExit(f"Nobody is on duty for {text!r}; load addresses.")
    return times


def asked_in_a_browser(texts: list[str]) -> list[float]:
    """Return how long it takes from Enter until a telephone is on the screen, ms."""
    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{URL}/desk")
        for text in texts:
            page.fill("#find", text)
            start = time.perf_counter()
            page.press("#find", "Enter", no_wait_after=True)
            page.wait_for_url("**find=*", wait_until="commit")
            page.locator(".duty a.tel").wait_for()
            times.append((time.perf_counter() - start) * 1000)
            page.goto(f"{URL}/desk")
        browser.close()
    return times


def spread(times: list[float]) -> dict[str, int]:
    """Return p50 and p95."""
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    return {"p50": round(statistics.median(times)), "p95": round(cuts[-1])}


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asks", type=int, default=200)
    parser.add_argument("--events", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng, places = random.Random(options.seed), addresses()  # noqa: S311
    with service(places):
        post_events(places, options.events, rng)
        texts = rng.sample(places["address"].tolist(), options.asks)
        # the gazetteer is read when it is first asked for
        asked_at_the_door(texts[:3])
        door = spread(asked_at_the_door(texts))
        browser = spread(asked_in_a_browser(texts[: options.asks // 4]))
    figures = {"asks": options.asks, "events": options.events}
    print(json.dumps({**figures, "door_ms": door, "browser_ms": browser}))


if __name__ == "__main__":
    main()
