"""The documentation page draws both documents in Chromium, without a network."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page

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
