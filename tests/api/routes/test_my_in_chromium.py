"""A phone in Chromium: what cannot be sent waits and acts once; all is large enough."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from api.rates import Rate
from layers.photos import PHOTO_REASONS
from layers.words.phone import WAITING
from support.harness.keyed import Keyed, keyed_service
from support.harness.phone import phone
from support.harness.photo_folders import keep_photos
from support.harness.served import served
from support.makers.photos import SVG, decoded, phone_photo

pytestmark = pytest.mark.chromium

TOO_SMALL = """() => {
  const small = [];
  const pressed = 'a, button, summary, select, textarea, label.tick, ' +
    'input:not([type=hidden]):not([type=checkbox])';
  for (const element of document.querySelectorAll(pressed)) {
    const { width, height } = element.getBoundingClientRect();
    const isSmall = width < 44 || height < 44;
    if (width && isSmall) small.push([element.outerHTML, width, height]);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const parent = walker.currentNode.parentElement;
    const isSeen = text && parent.getClientRects().length && !parent.closest('svg');
    const size = parseFloat(getComputedStyle(parent).fontSize);
    if (isSeen && size < 16) small.push([text, size]);
  }
  return small;
}"""


@pytest.fixture(scope="module")
def keyed() -> Iterator[Keyed]:
    """A service of its own: the lists of a phone end, and others report a lot."""
    with keyed_service() as service:
        yield service


@pytest.fixture(scope="module")
def address(keyed: Keyed) -> Iterator[str]:
    """Where the service of all roles is reached."""
    state = keyed.client.app.state  # type: ignore[attr-defined]
    state.sign_in_limit, state.place_limit = Rate(1000), Rate(1000)
    with served(keyed.client.app) as url:  # type: ignore[arg-type]
        yield url


def report(keyed: Keyed, name: str) -> str:
    """Take an event in that the police handles; its id."""
    body = {"source": "hotline", "id": name, "kind": "theft", "text": "-"}
    body |= {"lon": 120.08, "lat": 30.33, "datum": "wgs84"}  # type: ignore[dict-item]
    headers = keyed.headers("operator")
    answer: dict[str, Any] = keyed.client.post(
        "/events", json=body, headers=headers
    ).json()
    return str(answer["event_id"])


def times_handled(keyed: Keyed, event_id: str) -> int:
    """How often an event was said to be handled."""
    path, headers = f"/events/{event_id}/history", keyed.headers("operator")
    actions = keyed.client.get(path, headers=headers).json()["actions"]
    return [action["action"] for action in actions].count("handle")


def test_a_form_without_network_waits_and_acts_once_when_it_is_sent(
    chromium: Browser, address: str, keyed: Keyed
) -> None:
    event_id = report(keyed, "phone-1")
    with phone(chromium, address, keyed.secrets["department"], "/my") as page:
        form = page.locator(f'form[action="/my/events/{event_id}"]').first
        page.context.set_offline(True)
        form.locator("button").click()
        waiting = page.locator("#waiting")
        expect(waiting).to_contain_text(WAITING["title"].zh)
        expect(waiting).to_contain_text(WAITING["waits"].zh)
        assert times_handled(keyed, event_id) == 0
        assert page.evaluate(TOO_SMALL) == []

        # the service does it, and its answer is lost
        def lose(route: Route) -> None:
            route.fetch()
            route.abort()

        page.route("**/my/events/**", lose, times=1)
        with page.expect_event("requestfailed"):
            page.context.set_offline(False)
        assert times_handled(keyed, event_id) == 1
        expect(waiting).to_contain_text(WAITING["waits"].zh)
        page.reload()
        expect(waiting).to_contain_text(WAITING["sent"].zh)
        assert times_handled(keyed, event_id) == 1
        waiting.locator("a").click()
        page.wait_for_url("**/my?sent=handle")
        expect(page.locator("#waiting li")).to_have_count(0)


def test_a_form_with_network_is_answered_by_the_page_that_says_so(
    chromium: Browser, address: str, keyed: Keyed
) -> None:
    path = f"/enterprises/{keyed.place_id}"
    with phone(chromium, address, keyed.secrets["member"], path) as page:
        page.locator("main form").first.locator("button").click()
        page.wait_for_url(f"**{path}?recorded=*")
        expect(page.locator("[role=status]").first).to_be_visible()
        # a text that is refused comes back on a page, filled in
        page.fill("textarea[name=note]", "写了很久")
        page.evaluate("document.querySelector('input[name=link]').type = 'text'")
        page.fill("input[name=link]", "https://a:b@c.example/")
        page.locator("main form").nth(1).locator("button").click()
        expect(page.locator("[role=alert]")).to_be_visible()
        assert page.locator("textarea[name=note]").input_value() == "写了很久"


@pytest.mark.parametrize("runs", [True, False], ids=["script", "no script"])
def test_nothing_is_too_small_to_read_or_press_and_all_fits(
    chromium: Browser, address: str, keyed: Keyed, *, runs: bool
) -> None:
    secret, path = keyed.secrets["member"], f"/enterprises/{keyed.place_id}"
    with phone(chromium, address, secret, "/my", runs=runs) as page:
        for language in ("en", "zh-CN"):
            for opened in ("/my", path):
                page.goto(f"{address}{opened}")
                with page.expect_navigation(wait_until="load"):
                    page.click(f"nav.languages a[lang={language}]")
                assert page.evaluate(TOO_SMALL) == []
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= 390


@pytest.fixture
def photos(keyed: Keyed, tmp_path: Path) -> Iterator[Path]:
    """The folder into which the photos of the service go."""
    state = keyed.client.app.state  # type: ignore[attr-defined]
    office = state.event_office
    keep_photos(keyed.client.app, tmp_path / "files")
    yield tmp_path / "files"
    state.event_office = office


def photo_files(folder: Path) -> list[Path]:
    """The photos that were taken."""
    return [path for path in folder.rglob("*") if path.is_file()]


def times_photographed(keyed: Keyed, event_id: str) -> int:
    """How often a photo was added to an event."""
    path, headers = f"/events/{event_id}/history", keyed.headers("operator")
    actions = keyed.client.get(path, headers=headers).json()["actions"]
    return [action["action"] for action in actions].count("photo")


def choose(page: Page, event_id: str, name: str, content: bytes) -> Locator:
    """Choose a photo of an event; the button that sends it."""
    form = page.locator(f'form[action="/my/events/{event_id}/photos"]')
    page.locator(f'details:has(form[action="/my/events/{event_id}/photos"])').locator(
        "summary"
    ).click()
    file = {"name": name, "mimeType": "image/jpeg", "buffer": content}
    form.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[list-item]
    return form.locator("button")


def test_a_photo_without_network_waits_and_is_added_once(
    chromium: Browser, address: str, keyed: Keyed, photos: Path
) -> None:
    event_id = report(keyed, "phone-2")
    with phone(chromium, address, keyed.secrets["department"], "/my") as page:
        button = choose(page, event_id, "a.jpg", phone_photo(orientation=6))
        page.context.set_offline(True)
        button.click()
        waiting = page.locator("#waiting")
        expect(waiting).to_contain_text(WAITING["waits"].zh)
        assert page.evaluate(TOO_SMALL) == []
        assert times_photographed(keyed, event_id) == 0

        # the service takes it, and its answer is lost
        def lose(route: Route) -> None:
            route.fetch()
            route.abort()

        page.route("**/my/events/**", lose, times=1)
        with page.expect_event("requestfailed"):
            page.context.set_offline(False)
        assert times_photographed(keyed, event_id) == 1
        page.reload()
        expect(waiting).to_contain_text(WAITING["sent"].zh)
        assert times_photographed(keyed, event_id) == 1
        waiting.locator("a").click()
        page.wait_for_url("**/my?sent=photo")
        [path] = photo_files(photos)
        assert decoded(path.read_bytes()).size == (32, 64)
        link = page.locator(f'a[href="/events/{event_id}/photos/{path.stem}"]')
        expect(link).to_be_visible()


@pytest.mark.parametrize("runs", [True, False], ids=["script", "no script"])
def test_a_photo_is_added_with_and_without_script_and_what_is_none_is_said(
    chromium: Browser, address: str, keyed: Keyed, photos: Path, *, runs: bool
) -> None:
    event_id = report(keyed, f"phone-3-{runs}")
    secret = keyed.secrets["department"]
    with phone(chromium, address, secret, "/my", runs=runs) as page:
        choose(page, event_id, "photo.jpg", SVG).click()
        expect(page.locator("[role=alert]")).to_contain_text(
            PHOTO_REASONS["no_picture"].zh
        )
        file = {"name": "b.png", "mimeType": "image/png"}
        file["buffer"] = phone_photo("PNG")  # type: ignore[assignment]
        page.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[list-item]
        page.locator("main button").first.click()
        page.wait_for_url("**/my?sent=photo")
        assert times_photographed(keyed, event_id) == 1
        assert [path.suffix for path in photo_files(photos)] == [".png"]
        # the page of the event shows it under its policy
        page.goto(f"{address}/desk/events/{event_id}")
        image = page.locator("ul.photos img")
        expect(image).to_be_visible()
        image.scroll_into_view_if_needed()
        if runs:
            page.wait_for_function("document.images[0].naturalWidth === 64")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
