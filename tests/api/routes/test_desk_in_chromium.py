"""The desk in Chromium without JavaScript: a round by clicks, hostile texts as text."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from api.rates import Rate
from support.harness.keyed import Keyed
from support.harness.served import served

pytestmark = pytest.mark.chromium

HOSTILE = (
    "<script>document.title='x'</script><img src=//evil.example/x onerror=alert(1)> "
    "${7*7} {{7*7}} \u202egnp.exe\u202c"
)
LARGEST = 3840
LONGEST_DUE = {"[class=zh]": "逾期 119 分钟", "[lang=en]": "119 min overdue"}
"""The longest that is said of a time, by the part of its mark."""


@pytest.fixture(scope="module")
def address(keyed: Keyed) -> Iterator[str]:
    """Where the service of all roles is reached."""
    state = keyed.client.app.state  # type: ignore[attr-defined]
    state.sign_in_limit, state.token_limit = Rate(1000), Rate(1000)
    with served(keyed.client.app) as url:  # type: ignore[arg-type]
        yield url


@pytest.fixture
def report(keyed: Keyed) -> Callable[[str], dict[str, Any]]:
    """Take an event of an unknown kind in; the answer."""

    def send(text: str) -> dict[str, Any]:
        body = {"source": "hotline", "id": f"c-{hash(text)}", "kind": "odd"}
        body |= {"lon": 120.08, "lat": 30.33, "datum": "wgs84", "text": text}  # type: ignore[dict-item]
        headers = keyed.headers("operator")
        answer: dict[str, Any] = keyed.client.post(
            "/events", json=body, headers=headers
        ).json()
        return answer

    return send


@contextmanager
def opened(
    chromium: Browser,
    address: str,
    secret: str = "",
    width: int = 390,
    *,
    is_quiet: bool = True,
) -> Iterator[Page]:
    """A page of a browser without scripts that does nothing it should not."""
    context = chromium.new_context(
        viewport={"width": width, "height": 844}, java_script_enabled=False
    )
    page = context.new_page()
    trouble: list[str] = []
    page.on("dialog", lambda dialog: trouble.append(dialog.message))
    page.on("console", lambda message: trouble.append(message.text))
    page.on(
        "request",
        lambda r: None if r.url.startswith(address) else trouble.append(r.url),
    )
    if secret:
        page.goto(f"{address}/desk")
        page.fill("input[name=key]", secret)
        page.click("button")
        page.wait_for_url(f"{address}/desk")
    yield page
    context.close()
    assert trouble == [] or not is_quiet


def press(page: Page, action: str, **fields: str) -> None:
    """Fill in the form of a step and press its button."""
    form = page.locator(f"form:has(input[name=action][value={action}])")
    if not form.is_visible():
        page.locator(f"details:has(input[value={action}]) > summary").click()
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if name == "departments":
            form.locator(f"[name={name}][value={value}]").check()
        elif field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.locator("button").click()
    page.wait_for_load_state()
    assert page.locator("[role=alert]").count() == 0, page.content()


def test_an_event_goes_round_without_scripts(
    chromium: Browser,
    address: str,
    keyed: Keyed,
    report: Callable[[str], dict[str, Any]],
) -> None:
    path = f"{address}/desk/events/{report('一圈')['event_id']}"
    secrets = keyed.secrets
    with (
        opened(chromium, address, secrets["operator"]) as operator,
        opened(chromium, address, secrets["department"]) as police,
    ):
        operator.goto(path)
        press(operator, "accept")
        press(operator, "assign", to="police")
        press(operator, "whistle", departments="police")
        police.goto(path)
        press(police, "check_in", lon="120.08", lat="30.33")
        press(police, "solve", result="现场已清理")
        press(police, "handle")
        operator.reload()
        press(operator, "verify")
        press(operator, "close")
        assert "结案" in operator.locator("header strong").inner_text()
        assert "到场" in operator.locator("table").inner_text()


def test_hostile_text_is_read_as_it_is_written(
    chromium: Browser,
    address: str,
    keyed: Keyed,
    report: Callable[[str], dict[str, Any]],
) -> None:
    path = f"{address}/desk/events/{report(HOSTILE)['event_id']}"
    with opened(chromium, address, keyed.secrets["operator"]) as page:
        page.goto(path)
        shown = page.locator("blockquote").inner_text()
        assert "<script>document.title='x'</script>" in shown
        assert "${7*7} {{7*7}}" in shown
        assert "U+202Egnp.exeU+202C" in shown
        assert page.locator("img, script:not([src])").count() == 0


@pytest.mark.parametrize("width", [390, 1440, LARGEST])
def test_no_page_is_wider_than_its_screen(
    chromium: Browser,
    address: str,
    keyed: Keyed,
    report: Callable[[str], dict[str, Any]],
    width: int,
) -> None:
    answer = report(f"{'长' * 300} {width} {'x' * 600}")
    paths = ("/desk", f"/desk/events/{answer['event_id']}", f"/t/{answer['token']}")
    with opened(chromium, address, keyed.secrets["operator"], width) as page:
        for path in paths:
            page.goto(f"{address}{path}")
            box = page.locator("main").bounding_box()
            inner = page.locator("main *").evaluate_all(
                "all => Math.max(...all.map(e => e.getBoundingClientRect().right))"
            )
            assert box
            assert max(inner, box["x"] + box["width"]) <= width, path


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_on_a_page_stands_out_of_its_section(
    chromium: Browser,
    address: str,
    keyed: Keyed,
    report: Callable[[str], dict[str, Any]],
    width: int,
) -> None:
    answer = report(f"边界 {width}")
    paths = ("/desk", f"/desk/events/{answer['event_id']}", f"/t/{answer['token']}")
    with opened(chromium, address, keyed.secrets["operator"], width) as page:
        for path in paths:
            page.goto(f"{address}{path}")
            for part, text in LONGEST_DUE.items():
                page.locator(f".due {part}").evaluate_all(
                    "(all, text) => all.forEach(e => e.textContent = text)", text
                )
            wider = page.locator("section *").evaluate_all(
                """all => all.filter(e => e.getBoundingClientRect().right >
                    e.closest('section').getBoundingClientRect().right)
                    .map(e => e.outerHTML)"""
            )
            assert wider == [], path


def test_a_form_on_the_page_of_another_origin_is_refused(
    chromium: Browser,
    address: str,
    keyed: Keyed,
    report: Callable[[str], dict[str, Any]],
) -> None:
    event_id = report("别处的表单")["event_id"]
    operator = keyed.secrets["operator"]
    with opened(chromium, address, operator, is_quiet=False) as page:
        page.goto(f"{address}/desk")
        token = page.locator("[name=form_token]").first.get_attribute("value")
        page.goto("about:blank")
        page.set_content(
            f"<form method=post action='{address}/desk/events/{event_id}'>"
            f"<input name=form_token value='{token}'><input name=action value=accept>"
            "<input name=request_key value=k-1><button>x</button></form>"
        )
        with page.expect_navigation() as navigation:
            page.click("button")
        assert navigation.value.status in {401, 403}
        page.goto(f"{address}/desk/events/{event_id}")
        assert "待研判" in page.locator("header strong").inner_text()
