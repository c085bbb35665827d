"""Chinese text is told from Latin text that happens to decode."""

import gzip
from pathlib import Path

import pytest

from layers.files.encoding import (
    encoding_of,
    encoding_of_cells,
    is_likely,
    without_half,
)

COMMON = "三墩镇西湖区拱墅"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"", "UTF-8"),
        (b"id,name\n", "UTF-8"),
        ("\ufeff三墩镇".encode(), "UTF-8"),
        ("三墩镇".encode("gbk"), "GB18030"),
        ("Café, Zoë".encode("latin-1"), None),
        ("東京タワー駅前".encode("shift-jis"), None),
        (b"\xff\xff\xff", None),
    ],
    ids=["empty", "plain", "marked", "gbk", "latin", "japanese", "no text"],
)
def test_encoding_is_named_or_none(content: bytes, encoding: str | None) -> None:
    assert encoding_of(content) == encoding


def test_a_rare_character_in_ten_is_chinese_and_one_in_nine_is_not() -> None:
    assert encoding_of(f"{COMMON}路囍".encode("gbk")) == "GB18030"
    assert encoding_of(f"{COMMON}囍".encode("gbk")) is None


def test_character_that_is_cut_makes_a_text_unreadable() -> None:
    whole = f"{COMMON}路".encode("gbk")
    assert encoding_of(whole[:-1] + b"\n") is None


@pytest.mark.parametrize("text", ["一", "一路", "鲁", "id,name\n1,一\n2,路\n"])
def test_frequent_han_that_are_utf8_by_chance_are_chinese(text: str) -> None:
    data = text.encode("gbk")
    data.decode()  # stray letters of rare scripts
    assert encoding_of(data) == "GB18030"


@pytest.mark.parametrize(
    "text",
    [
        "Café",
        "±30",
        "30°",
        "10 m²",
        "Привет",
        "שלום",
        "العربية",
        "你·好",
        "三墩镇",
        "火灾🔥",
        "\ufeff·",
    ],
)
def test_utf8_text_stays_utf8(text: str) -> None:
    assert encoding_of(f"id,name\n1,{text}\n".encode()) == "UTF-8"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("臺北市信義區", "big5"),
        ("新北市板橋區文化路一段", "big5"),
        ("香港九龍彌敦道", "big5"),
        ("서울특별시 강남구", "euc_kr"),
        ("大阪市北区", "euc_jp"),
        ("улица Ленина", "cp1251"),
        ("улица Ленина", "koi8-r"),
        ("ÄÖÜ Köln", "cp1252"),
        ("±30m", "cp1252"),
        ("三墩镇", "utf-16"),
    ],
)
def test_other_encodings_are_neither(text: str, encoding: str) -> None:
    assert encoding_of(f"id,name\n1,{text}\n".encode(encoding)) is None


@pytest.mark.parametrize("text", ["井盖", "A座", "鲁", "桃花坞", "噪音", "火灾🔥"])
def test_short_chinese_is_read(text: str) -> None:
    assert encoding_of(text.encode("gb18030")) == "GB18030"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_every_cut_of_every_character_is_found(encoding: str) -> None:
    for character in "街é𠮷🔥":
        data = character.encode(encoding)
        for cut in range(1, len(data)):
            if data[:cut].isascii():
                continue
            assert without_half(b"A" + data[:cut], encoding) == b"A"


def test_what_is_no_half_stays() -> None:
    assert without_half(b"A\xff", "UTF-8") == b"A\xff"
    assert without_half(b"\xe8A", "UTF-8") == b"\xe8A"


def test_cells_may_end_in_half_a_character() -> None:
    for encoding, name in (("utf-8", "UTF-8"), ("gbk", "GB18030")):
        cells = [b"id", "文一路".encode(encoding)[:-1], "街道".encode(encoding)]
        assert encoding_of_cells(cells) == name


def test_latin_letters_at_the_end_are_no_halves() -> None:
    assert encoding_of_cells([b"id", b"Caf\xe9", b"Zo\xeb"]) is None


def test_text_of_another_encoding_makes_no_sense() -> None:
    assert is_likely("Café, 10 m², 臺北市")
    assert not is_likely("三墩镇西湖区".encode("gbk").decode("latin-1"))


@pytest.mark.real_data
def test_names_of_towns_are_read_in_both_encodings(real_data: Path) -> None:
    path = real_data / "hangzhou" / "hangzhou_division_codes.csv.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()[1:]
    for start in range(0, len(lines) - 8, 8):
        text = "\n".join(lines[start : start + 8])
        assert encoding_of(text.encode("gb18030")) == "GB18030"
        assert encoding_of(text.encode()) == "UTF-8"
