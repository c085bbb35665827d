"""Many positions over HTTP: five formats, and what is refused before it is read."""

import gzip
import json
import threading
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from api.app import BATCHES, create_app
from api.service.assignment.batch import CHARSETS, EXCEL, MOST_DOCUMENT_BYTES
from api.settings import Settings
from layers.files.workbook import SheetChoice, parse_workbook
from support.harness.answers import LOCAL, assert_problem
from support.harness.coroutines import run
from support.makers.workbooks import with_part, workbook

PATH = "/assign/batch"
CSV = {"Content-Type": "text/csv"}
BODY = b"id,lon,lat\n7,120.08,30.33\n"


def test_rows_come_back_in_their_format_with_the_revision(client: TestClient) -> None:
    response = client.post(PATH, content=BODY, headers=CSV)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert int(response.headers["pagoda-revision"]) > 0
    assert int(response.headers["content-length"]) == len(response.content)
    header, row = response.text.splitlines()
    assert header.startswith("id,lon,lat,grid_id,status,")
    assert row.startswith("7,120.08,30.33,")


def test_workbook_is_taken_and_returned(client: TestClient, tmp_path: Path) -> None:
    book = workbook(tmp_path / "a.xlsx", [("lon", "lat"), (120.08, 30.33)])
    headers = {"Content-Type": EXCEL}
    response = client.post(PATH, content=book.read_bytes(), headers=headers)
    assert response.status_code == 200
    assert response.headers["content-type"] == EXCEL
    columns = parse_workbook(Path("a"), response.content, SheetChoice()).columns
    assert columns["status"].to_pylist() == ["inside"]
    response = client.post(PATH, content=BODY, headers={**CSV, "Accept": EXCEL})
    assert response.headers["content-type"] == EXCEL
    assert parse_workbook(Path("a"), response.content, SheetChoice()).columns.equals(
        columns.add_column(0, "id", [["7"]])
    )


def hiding(path: Path, names: list[str]) -> Path:
    """A workbook with one position, and hidden sheets."""

    def hide(book: Workbook, page: Worksheet) -> None:
        for name in names:
            book.add_worksheet(name).hide()

    return workbook(path, [("lon", "lat"), (120.08, 30.33)], hide)


@pytest.mark.parametrize("accept", [EXCEL, "text/csv"])
def test_what_a_workbook_hides_is_said_in_both_languages(
    client: TestClient, tmp_path: Path, accept: str
) -> None:
    book = hiding(tmp_path / "a.xlsm", ["秘密", "b"])
    with_part(book, "xl/vbaProject.bin", lambda part: b"\xd0\xcf\x11\xe0 code")
    headers = {"Content-Type": EXCEL, "Accept": accept}
    response = client.post(PATH, content=book.read_bytes(), headers=headers)
    assert (response.status_code, response.headers["content-type"][:8]) == (
        200,
        accept[:8],
    )
    assert json.loads(response.headers["pagoda-notices"]) == [
        {
            "en": "The workbook hides ['秘密', 'b'], not read here.",
            "zh": "工作簿隐藏了 ['秘密', 'b']，未读取。",
        },
        {
            "en": "The macros of the workbook are not run.",
            "zh": "工作簿中的宏不会运行。",
        },
    ]


def test_a_table_without_anything_odd_has_no_notices(
    client: TestClient, tmp_path: Path
) -> None:
    book = workbook(tmp_path / "a.xlsx", [("lon", "lat"), (120.08, 30.33)])
    for content, kind in ((book.read_bytes(), EXCEL), (BODY, "text/csv")):
        response = client.post(PATH, content=content, headers={"Content-Type": kind})
        assert response.status_code == 200
        assert "pagoda-notices" not in response.headers


def test_many_hidden_sheets_are_counted(client: TestClient, tmp_path: Path) -> None:
    book = hiding(tmp_path / "a.xlsx", [f"{n:031}" for n in range(300)])
    headers = {"Content-Type": EXCEL}
    response = client.post(PATH, content=book.read_bytes(), headers=headers)
    assert len(response.headers["pagoda-notices"]) < 2000
    [notice] = json.loads(response.headers["pagoda-notices"])
    assert "and 295 more, not read" in notice["en"]


def test_trap_is_refused_in_both_languages(client: TestClient) -> None:
    headers = {"Content-Type": EXCEL}
    content = b"\xd0\xcf\x11\xe0" + bytes(600)
    response = client.post(PATH, content=content, headers=headers)
    assert_problem(response, 400, "input-file-error")
    assert "密码" in response.json()["detail_zh"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "application/json"},
        {"Content-Type": "text/csv; charset=latin-1"},
        {"Content-Type": "application/x-ndjson; charset=gbk"},
        {**CSV, "Content-Encoding": "gzip"},
    ],
    ids=repr,
)
def test_what_is_declared_as_none_of_the_formats_is_refused(
    client: TestClient, headers: dict[str, str]
) -> None:
    response = client.post(PATH, content=gzip.compress(BODY), headers=headers)
    assert_problem(response, 415, "http-error")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("at=2026-09-01", 422),
        ("at=2026-09-01T08:00:00 08:00", 422),
        ("candidates_m=1_0", 422),
        ("candidates_m=5001", 422),
        ("confidence=0.7", 422),
        ("datum=mars", 400),
        ("lon=lon", 400),
        ("lon=id&lat=nope", 400),
        ("accuracy=nope", 400),
        ("sheet=a", 400),
        ("limit=5", 400),
        ("at=1990-01-01T00:00:00Z", 404),
    ],
)
def test_parameter_that_cannot_be_used_is_refused(
    client: TestClient, query: str, status: int
) -> None:
    response = client.post(f"{PATH}?{query}", content=BODY, headers=CSV)
    assert response.status_code == status
    assert response.json()["detail_zh"].endswith("。")


def test_body_above_one_mebibyte_is_read_and_one_above_the_setting_is_not() -> None:
    app = create_app(Settings(max_batch_bytes=2 << 20), speed=1e-6)
    with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as small:
        rows = b"id,lon,lat\n" + b"7,120.08,30.33\n" * 90_000
        assert len(rows) > 1 << 20
        assert small.post(PATH, content=rows, headers=CSV).status_code == 200
        for content in (rows * 2, iter([rows, rows])):
            response = small.post(PATH, content=content, headers=CSV)
            assert_problem(response, 413, "http-error")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/geo+json"},
        {"Content-Type": EXCEL},
        {**CSV, "Accept": EXCEL},
    ],
    ids=repr,
)
def test_document_above_its_limit_is_refused(
    client: TestClient, headers: dict[str, str]
) -> None:
    response = client.post(
        PATH, content=b" " * (MOST_DOCUMENT_BYTES + 1), headers=headers
    )
    assert_problem(response, 413, "http-error")


def test_batch_more_than_are_taken_at_once_waits(client: TestClient) -> None:
    app = client.app
    slots = app.state.batch_slots  # type: ignore[attr-defined]

    async def take() -> None:
        for _ in range(BATCHES):
            await slots.acquire()

    run(take())
    try:
        response = client.post(PATH, content=BODY, headers=CSV)
    finally:
        for _ in range(BATCHES):
            slots.release()
    assert_problem(response, 503, "busy")
    assert int(response.headers["retry-after"]) > 0
    assert client.post(PATH, content=BODY, headers=CSV).status_code == 200


def test_refused_batches_hold_no_slot_and_leave_no_thread(client: TestClient) -> None:
    client.post(PATH, content=BODY, headers=CSV)
    before = threading.active_count()
    for content in (b"", b"lon,lat\n1,2,3\n") * (BATCHES + 1):
        response = client.post(PATH, content=content, headers=CSV)
        assert_problem(response, 400, "input-file-error")
    time.sleep(0.05)
    assert threading.active_count() <= before + 1
    assert client.post(PATH, content=BODY, headers=CSV).status_code == 200


def test_document_names_formats_and_answers(client: TestClient) -> None:
    operation = client.get("/openapi.json").json()["paths"][PATH]["post"]
    assert set(operation["requestBody"]["content"]) == set(CHARSETS)
    statuses = {"200", "400", "404", "413", "415", "422", "429", "503"}
    assert statuses <= set(operation["responses"])
