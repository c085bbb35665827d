"""Chinese text is told from Latin text that happens to decode."""

import pytest

from layers.files.encoding import encoding_of

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
