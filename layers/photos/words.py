"""Words of photos: captions of pages, and why one is not taken or not there."""

from types import MappingProxyType
from typing import Final

from gis.errors import PhotoError
from layers.words import Vocabulary, Words

PHOTO: Final[Vocabulary] = MappingProxyType(
    {
        "title": Words("现场照片", "Photos"),
        "add": Words("添加照片", "Add a photo"),
        "number": Words("照片 {n}", "Photo {n}"),
        "choose": Words(
            "选择照片（JPEG、PNG，不超过 8 MB）",
            "Choose a photo (JPEG, PNG, up to 8 MB)",
        ),
        "send": Words("上传照片", "Send the photo"),
        "help": Words(
            "照片重新编码后保存，不保留位置和手机信息；请勿拍入无关人员。",
            "The photo is written anew: no position and nothing of the phone is kept; "
            "leave out people whom it is not about.",
        ),
    }
)
"""Captions of photos on pages."""

PHOTO_REASONS: Final[Vocabulary] = MappingProxyType(
    {
        "no_photo": Words(
            "没有收到照片，请选择一张 JPEG 或 PNG 照片后再提交；没有任何改动。",
            "There is no photo in what was sent, expected a JPEG or PNG; choose one "
            "and send it, nothing was changed.",
        ),
        "too_long": Words(
            "照片超过 8 MB；请在相机设置中调小照片尺寸后重拍，或压缩后再提交；"
            "没有任何改动。",
            "The photo has more than 8 MB, expected at most that; take it with a "
            "smaller picture size or send a smaller copy, nothing was changed.",
        ),
        "no_picture": Words(
            "文件不是 JPEG 或 PNG 图片（与文件名无关，SVG、GIF、HEIC 不能用）；"
            "请直接拍照，或另存为 JPEG 后再提交；没有任何改动。",
            "The file is no JPEG or PNG, whatever its name says (SVG, GIF and HEIC are "
            "not taken); take a photo or save it as JPEG, nothing was changed.",
        ),
        "damaged": Words(
            "图片不完整或已损坏；请重新提交，或重拍一张；没有任何改动。",
            "The picture is cut or damaged, expected a whole file; send it again or "
            "take it anew, nothing was changed.",
        ),
        "too_wide": Words(
            "图片超过 5000 万像素；请在相机设置中调小照片尺寸后重拍，或缩小后再提交；"
            "没有任何改动。",
            "The picture has more than 50 million pixels, expected at most that; take "
            "it with a smaller picture size or send a smaller copy, nothing was "
            "changed.",
        ),
        "too_heavy": Words(
            "读取该图片耗费的时间或内存远超一般照片；请另存为 JPEG 后再提交；"
            "没有任何改动。",
            "Reading the picture takes more time or memory than a photo should; save "
            "it anew as JPEG and send that, nothing was changed.",
        ),
        "in_memory": Words(
            "本服务的数据只在内存中，不保存照片；请管理员用 pagoda init 建库后重新启动"
            "服务，再提交照片；没有任何改动。",
            "The events of this service are in memory and end with it, so no photo is "
            "kept; have it started on a store that `pagoda init` makes, then send the "
            "photo, nothing was changed.",
        ),
        "no_folder": Words(
            "数据库为 PostgreSQL，尚未设置照片目录；请管理员把 PAGODA_FILES 设为一个"
            "目录并重新启动服务，再提交照片；没有任何改动。",
            "The store is in PostgreSQL and PAGODA_FILES is not set, so there is no "
            "folder for photos; have it set to a folder and the service started "
            "again, then send the photo, nothing was changed.",
        ),
        "lost": Words(
            "照片文件缺失或被改动，不能显示；请管理员运行 pagoda audit verify 查看，"
            "并从备份恢复。",
            "The file of the photo is missing or altered, expected that of its digest; "
            "have it restored from a backup, `pagoda audit verify` names it.",
        ),
    }
)
"""Why a photo is not taken, or cannot be shown."""


def photo_error(reason: str) -> PhotoError:
    """Return the refusal of a photo.

    Parameters
    ----------
    reason
        One of `PHOTO_REASONS`.

    Examples
    --------
    >>> str(photo_error("too_long"))[:33]
    'The photo has more than 8 MB, exp'
    """
    return PhotoError(PHOTO_REASONS[reason].en, reason)
