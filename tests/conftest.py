"""Fixtures of the whole suite: real data, a browser, the font, golden files."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from pandas.testing import assert_frame_equal

from gis.synthetic import Town, make_s_town
from support.harness.whole_sentences import watch_sentences

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"
# run by the Python that has QGIS; doctests would import it here
collect_ignore = ["support/harness/qgis_reader.py"]
COMPONENTS = {"chromium", "postgis"}
CHROMIUM = Path("/usr/bin/chromium")
PATIENCE_S = 120.0
"""How long a test waits for what the other tests may delay."""

# short form for every run; `make soak` takes the full counts
settings.register_profile(
    "short",
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("soak", max_examples=2000, deadline=None)
settings.load_profile("soak" if os.environ.get("PAGODA_SOAK") else "short")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite golden files"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for a browser or a server, before `-m` picks."""
    for item in items:
        asked = {*getattr(item, "fixturenames", ())}
        if hasattr(item, "callspec"):
            asked |= {v for v in item.callspec.params.values() if isinstance(v, str)}
        for name in COMPONENTS & asked:
            item.add_marker(name)


def missing(component: str) -> None:
    """Skip for a missing component, or fail where all of them are required."""
    if os.environ.get("PAGODA_REQUIRE") == "all":
        pytest.fail(f"{component}, and PAGODA_REQUIRE=all asks for it")
    pytest.skip(component)


@pytest.fixture(scope="session", autouse=True)
def whole_sentences() -> None:
    """Every test fails where a sentence becomes plain text."""
    watch_sentences()


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of its own for what services can make again, not that of the user."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAGODA_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data with official labels."""
    folder = Path(os.environ.get("PAGODA_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "chicago" / "SOURCE.md").is_file():
        missing("no folder of real data (PAGODA_REAL_DATA)")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium that reaches no network."""
    if not CHROMIUM.exists():
        missing(f"no {CHROMIUM}")
    from playwright.sync_api import expect  # noqa: PLC0415  only where it is used

    from support.harness.browser import launch  # noqa: PLC0415

    expect.set_options(timeout=PATIENCE_S * 1000)  # other tests may have the machine
    with launch(CHROMIUM) as browser:
        yield browser


@pytest.fixture(scope="session")
def installed_font() -> None:
    """Skip where the font is not installed."""
    from gis.errors import MissingFontError  # noqa: PLC0415  heavy
    from layers.reports.fonts import family  # noqa: PLC0415  heavy

    try:
        family()
    except MissingFontError as error:
        missing(str(error))


@pytest.fixture(scope="session")
def s_town() -> Iterator[Town]:
    """S town, made once for all who only read it; a change of it is an error."""
    town = make_s_town()
    frames = {
        field.name: frame.copy()
        for field in fields(town)
        if isinstance(frame := getattr(town, field.name), pd.DataFrame)
    }
    yield town
    for name, frame in frames.items():
        assert_frame_equal(getattr(town, name), frame)


@pytest.fixture(scope="session")
def s_town_store(s_town: Town) -> Iterator[Any]:
    """All of S town in memory, filled once; nothing may be written to it."""
    from api.service.stores.sample import sample_store  # noqa: PLC0415  slow

    store = sample_store(s_town, "Asia/Shanghai")
    last = store.last_link()
    yield store
    assert store.last_link() == last
    store.close()


@pytest.fixture(scope="session")
def postgis() -> Iterator[Any]:
    """The one PostgreSQL with PostGIS of this run; a test takes a schema of its own."""
    from support.harness.postgres import new_server  # noqa: PLC0415  psycopg only where it is used

    with closing(new_server()) as server:
        yield server


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """The one session of Spark of this process, on two cores of this machine."""
    from gis.errors import SettingError  # noqa: PLC0415  heavy
    from layers.spark import require_spark, spark_session  # noqa: PLC0415  heavy

    try:
        require_spark()
    except SettingError as error:
        missing(str(error))
    # short runs are not worth the better compiler of Java; drivers inherit it
    os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")
    with spark_session("local[2,4]") as session:
        session.conf.set("spark.sql.shuffle.partitions", 2)
        yield session


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the file of that name, or rewrite it on --update-golden."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"no golden file {name}; run pytest --update-golden"
        assert text == path.read_text(encoding="utf-8")

    return compare
