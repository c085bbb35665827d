"""Tell UTF-8 from GB18030, so that Chinese text is read right or refused."""

import re
from collections import Counter
from collections.abc import Callable, Collection
from typing import Final, Literal

import pyarrow as pa

Encoding = Literal["UTF-8", "GB18030"]

MIN_COMMON_SHARE = 0.9
"""Share of double bytes that must be signs of Chinese print; Latin text that happens to
decode falls far below, because its letters pair with plain ones."""
OTHERS: Final = ("big5", "cp949", "euc_jp", "cp1251")
"""Encodings whose double bytes pass for GB18030."""
MARGIN: Final = 0.34
"""By how much the share of frequent letters must be larger in another encoding."""
FEW: Final = 6
"""So many different letters without a frequent one may be a name or two."""
TOO_FEW: Final = 2
"""So many letters say nothing of what else they could be."""
MIN_FREQUENT_SHARE: Final = 0.05

# letters that running text, addresses and names are full of, of all encodings together
FREQUENT: Final = frozenset(
    "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过"
    "家学可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经"
    "头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工向情部"
    "正名定女问力机给等几业间新什打便位因重走电四第门相次东政海口使教西再平真世气信北少关并内"
    "加化由却代产入先山五太水万市区县镇乡村街路号弄巷社园院桥河江湖州城店厂所局办楼室层单元栋"
    "场场馆站校医药银餐饮食品酒超商华安康福利和建设交通消防检查网格员类型期编称址话备注状态报"
    "警投诉管务服中心员会委党组宅苑花广百货六七八九零南左右旁对金龙永兴宏达盛泰德祥春红光青石"
    "王李张刘陈杨黄赵周吴徐孙朱马胡林郭何罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁"
    "國個來這們為時會學對說過後還發當無開見經頭長樣現將與進實點種聲問機給幾業間東氣關產萬區縣"
    "鎮鄉號園橋廠辦樓層單場館醫藥銀飲華設檢網員類編稱話狀態報訴務黨組廣貨龍興達張劉陳楊黃趙吳"
    "孫馬羅鄭謝馮蕭鄧許呂蘇盧蔣賈臺灣灣義縣段巿鄰里京都府道町丁目番地島川田野岡原崎"
    "시도군구읍면동리로길가서울대한민국부산인천광주전남북경기강원충청제이김박최정사의에는을다고지"
    "оеаинтсрвлкмдпуяыьзбгчйх"
)
# what stands in UTF-8 text for a reason: letters within Latin words, units at numbers,
# and whatever takes three bytes or more and is not for private use
_PLAUSIBLE: Final = re.compile(
    r"(?<=[A-Za-z])[À-ɏ]|[À-ɏ](?=[A-Za-z])|(?<=[0-9A-Za-z])[°²³µμ]|[±°](?=[0-9])"
    r"|[\u0800-\ud7ff\uf900-\ufffd\U00010000-\U0010ffff]"
)
# first bytes of GB 2312: print signs, numerals and wide letters; then frequent Han
_SIGNS: Final = range(0xA1, 0xA4)
_FIRST_LEVEL: Final = range(0xB0, 0xD8)
_HAN: Final = range(0xB0, 0xF8)
_PICTURES: Final = 0x1F000
_BOM: Final = b"\xef\xbb\xbf"


def encoding_of(data: bytes) -> Encoding | None:
    """Return the encoding of a text, None where it is neither.

    GB18030 (with GBK and GB 2312 in it) decodes much that is not Chinese; it is taken
    only where nine in ten double bytes are signs of Chinese print, and where no other
    encoding makes far more frequent letters of them. A text that is UTF-8 as well is
    GB18030 where that gives frequent Han and UTF-8 gives stray letters.

    Examples
    --------
    >>> encoding_of("三墩镇".encode("gbk")), encoding_of("Café, Zoë".encode("latin-1"))
    ('GB18030', None)
    """
    return _judged(data, data)


def encoding_of_cells(cells: Collection[bytes]) -> Encoding | None:
    """Return the encoding of texts, each of which may end in half a character.

    Parameters
    ----------
    cells
        What a table holds, cut where its fields end.

    Examples
    --------
    >>> encoding_of_cells([b"id", "三墩镇".encode("gbk")[:-1]])
    'GB18030'
    """
    utf8, gb18030 = (
        b"\n".join(without_half(cell, encoding) for cell in cells)
        for encoding in ("UTF-8", "GB18030")
    )
    if utf8.isascii() and gb18030.isascii() and not all(map(bytes.isascii, cells)):
        # a Latin letter at the end is no half of a character
        return None
    return _judged(utf8, gb18030)


def without_half(cell: bytes, encoding: str) -> bytes:
    """Return a text without the half of a character that it ends in, if it does.

    Examples
    --------
    >>> without_half("三墩".encode()[:-1], "UTF-8").decode()
    '三'
    """
    try:
        cell.decode(encoding)
    except UnicodeDecodeError as error:
        if error.end == len(cell) and _is_half(cell[error.start :], encoding):
            return cell[: error.start]
    return cell


def is_likely(text: str) -> bool:
    """Say whether the letters of a text make sense, in whatever encoding it was read.

    Examples
    --------
    >>> is_likely("Café"), is_likely("三墩镇".encode("gbk").decode("latin-1"))
    (True, False)
    """
    letters = _foreign(text)
    frequent = sum(n for letter, n in letters.items() if letter in FREQUENT)
    return len(_PLAUSIBLE.findall(text)) + frequent >= 0.5 * letters.total()


def _is_half(end: bytes, encoding: str) -> bool:
    """Say whether bytes begin a character that more of them would complete."""
    at = len(end)
    # two to four bytes of UTF-8, two of a double-byte encoding, four of GB18030
    wholes = (*(b"?\xa0\xa0\xa0"[:n] for n in (2, 3, 4)), b"?\xa1", b"?0\x810")
    return any(_decodes(end + w[at:], encoding) for w in wholes if len(w) > at)


def _judged(utf8: bytes, gb18030: bytes) -> Encoding | None:
    """Return the encoding of a text, given as either would have it."""
    is_utf8 = _is_utf8(utf8)
    if is_utf8 and (utf8.isascii() or utf8.startswith(_BOM)):
        return "UTF-8"
    try:
        text = gb18030.decode("gb18030")
    except UnicodeDecodeError:
        return "UTF-8" if is_utf8 else None
    if is_utf8:
        return "GB18030" if _is_stray(utf8.decode(), text) else "UTF-8"
    return "GB18030" if _is_chinese(text, gb18030) else None


def _is_stray(utf8: str, gb18030: str) -> bool:
    """Say whether UTF-8 makes stray letters where GB18030 makes frequent Han."""
    if len(_PLAUSIBLE.findall(utf8)) >= 0.5 * _foreign(utf8).total():
        return False
    letters = _foreign(gb18030)
    return _share(letters, _is_frequent_print) >= MIN_COMMON_SHARE


def _is_chinese(text: str, data: bytes) -> bool:
    """Say whether what GB18030 makes of bytes is Chinese."""
    letters = _foreign(text)
    if _share(letters, _is_print) < MIN_COMMON_SHARE:
        return False
    share = _share(letters, FREQUENT.__contains__)
    if len(letters) > FEW and share < MIN_FREQUENT_SHARE:
        return False
    return letters.total() <= TOO_FEW or not any(
        _frequent_share(data, other) > share + MARGIN for other in OTHERS
    )


def _frequent_share(data: bytes, encoding: str) -> float:
    """Return the share of frequent letters in an encoding, 0 where it is none."""
    try:
        return _share(_foreign(data.decode(encoding)), FREQUENT.__contains__)
    except UnicodeDecodeError:
        return 0.0


def _foreign(text: str) -> Counter[str]:
    """Return how often each letter stands that is not ASCII."""
    counts = Counter(text)
    return Counter({letter: n for letter, n in counts.items() if ord(letter) > 127})


def _share(letters: Counter[str], belongs: Callable[[str], bool]) -> float:
    """Return the share of letters that belong somewhere."""
    own = sum(n for letter, n in letters.items() if belongs(letter))
    return own / max(1, letters.total())


def _is_print(letter: str) -> bool:
    """Say whether a letter is Han or a sign of print in GB 2312, or an emoji."""
    first = _first_byte(letter)
    return first in _HAN or first in _SIGNS or ord(letter) >= _PICTURES


def _is_frequent_print(letter: str) -> bool:
    """Say whether a letter is of the frequent Han or a sign of print in GB 2312."""
    first = _first_byte(letter)
    return first in _FIRST_LEVEL or first in _SIGNS


def _first_byte(letter: str) -> int:
    """Return the first byte of a letter in GB 2312, 0 where it is not in it."""
    return letter.encode("gb2312", "replace")[0] if ord(letter) > 127 else 0


def _decodes(data: bytes, encoding: str) -> bool:
    """Say whether bytes are text of an encoding."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(data: bytes) -> bool:
    """Say whether bytes are UTF-8, without a copy of them."""
    offsets = pa.array([0, len(data)], pa.int64()).buffers()[1]
    text = pa.Array.from_buffers(
        pa.large_string(), 1, [None, offsets, pa.py_buffer(data)]
    )
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
