"""A page of a phone in Chromium, behind a key or without one."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page


@contextmanager
def phone(
    chromium: Browser, address: str, secret: str, path: str, *, runs: bool = True
) -> Iterator[Page]:
    """A page in which a key was typed, none if it is empty; it breaks no policy.

    With `runs` its scripts run.
    """
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=runs
    )
    page, trouble = context.new_page(), []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on(
        "console",
        lambda message: (
            trouble.append(message.text) if "Policy" in message.text else None
        ),
    )
    if secret:
        page.goto(f"{address}/login")
        page.fill("input[name=key]", secret)
        page.click("main button")
        # a page that is asked for before that one came would be a stranger's
        page.wait_for_url(lambda url: not url.endswith("/login"))
    page.goto(f"{address}{path}")
    yield page
    context.close()
    assert trouble == []
