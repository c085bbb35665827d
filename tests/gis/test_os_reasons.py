"""What the system says of usual errors can be said in any language."""

import errno
import os

import pytest

from gis.os_reasons import os_reason
from layers.languages import in_language


@pytest.mark.parametrize(
    ("number", "zh"),
    [
        (errno.ENOENT, "没有此文件或文件夹"),
        (errno.ENOSPC, "磁盘空间已满"),
        (errno.EADDRINUSE, "地址已被占用"),
    ],
)
def test_usual_reason_is_a_sentence(number, zh):
    reason = os_reason(OSError(number, os.strerror(number)))
    assert reason == os.strerror(number)
    assert in_language(reason, "zh") == zh


def test_other_reason_stays_as_it_is():
    assert os_reason(OSError("the cable is out")) == "the cable is out"
    assert os_reason(OSError(errno.EXDEV, "Invalid cross-device link")).startswith("In")
