"""The documentation page draws both documents in Chromium, without a network."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Locator, Page

from api.assets import assets_path
from api.routes.docs import DOCUMENTS
from support.harness.answers import assert_problem
from support.harness.served import served


@pytest.fixture(scope="module")
def address(client: TestClient) -> Iterator[str]:
    """Where the service is reached."""
    with served(client.app) as url:
        yield url


@contextmanager
def opened(chromium: Browser, url: str, width: int) -> Iterator[Page]:
    """A drawn page, which asks for nothing elsewhere and breaks no policy."""
    context = chromium.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    own, trouble = url.partition("/docs")[0], []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on(
        "request",
        lambda r: None if r.url.startswith((own, "data:")) else trouble.append(r.url),
    )
    try:
        page.goto(url)
        page.wait_for_selector(".opblock", timeout=30_000)
        yield page
        assert trouble == []
    finally:
        context.close()


def test_the_page_runs_only_its_own_files(client: TestClient) -> None:
    answer = client.get("/docs")
    policy = answer.headers["content-security-policy"]
    assert "'unsafe" not in policy
    assert "default-src 'none'; script-src 'self'" in policy
    assert not re.findall(r"<script(?![^>]*src=)|\son\w+=|<style|style=", answer.text)
    links = re.findall(r'(?:src|href)="([^"]*)"', answer.text)
    files = ("swagger-ui.js", "swagger-ui.css", "docs.js", "docs.css")
    assert {f"{assets_path()}/{name}" for name in files} <= {*links}
    assert all(link.startswith(("/", "data:")) for link in links)


def test_a_document_that_is_none_is_refused(client: TestClient) -> None:
    assert client.get("/docs?document=other").status_code == 422
    assert_problem(client.get("/docs?rabbits=1"), 400, "unknown-parameter")


@pytest.mark.chromium
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    ("document", "operation"),
    [("service", "/assign"), ("ogc", "/collections/grids/items")],
)
def test_a_document_is_drawn(
    chromium: Browser, address: str, document: str, operation: str, width: int
) -> None:
    with opened(chromium, f"{address}/docs?document={document}", width) as page:
        blocks = page.locator(".opblock")
        assert blocks.count() > 20
        path = page.locator(f'.opblock [data-path="{operation}"]').first
        path.click()
        page.wait_for_selector(".opblock.is-open .parameters-container")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
        current = page.locator("header a[aria-current=page]")
        assert current.get_attribute("href") == f"/docs?document={document}"
        other = next(name for name in DOCUMENTS if name != document)
        page.click(f'header a[href="/docs?document={other}"]')
        page.wait_for_selector(".opblock")


def violations(page: Page, part: str) -> list[tuple[str, str]]:
    """What axe-core finds in a part of a page, and where first."""
    page.wait_for_timeout(200)
    response = Axe().run(page, context=part).response
    return [(r["id"], r["nodes"][0]["html"][:200]) for r in response["violations"]]


def block_of(page: Page, operation: str) -> Locator:
    """The block of an operation, open, with its fields."""
    path = page.locator(f'[data-path="{operation}"]')
    block = page.locator(".opblock", has=path).first
    block.locator(".opblock-summary-path").click()
    block.locator(".try-out__btn").click()
    return block


@pytest.mark.chromium
@pytest.mark.parametrize(
    ("document", "operations", "language", "width"),
    [
        ("service", ("/assign", "/versions"), "zh-CN", 390),
        ("ogc", ("/collections/grids/items", "/conformance"), "en", 1280),
    ],
)
def test_nothing_shuts_people_out(
    chromium: Browser,
    address: str,
    document: str,
    operations: tuple[str, str],
    language: str,
    width: int,
) -> None:
    with opened(chromium, f"{address}/docs?document={document}", width) as page:
        page.goto(f"{address}/language/{language}")
        page.goto(f"{address}/docs?document={document}")
        form = block_of(page, operations[0])
        form.locator(".tablinks", has_text="Schema").first.click()
        block = block_of(page, operations[1])
        block.locator(".execute").click()
        block.locator(".live-responses-table").wait_for()
        assert page.locator("html").get_attribute("lang") == language
        assert violations(page, "body") == []
        # what is mended stays as it works: the address says what is open
        assert "#/" in page.url
        page.locator(".btn.authorize").first.click()
        page.wait_for_selector(".dialog-ux")
        assert violations(page, ".dialog-ux") == []
