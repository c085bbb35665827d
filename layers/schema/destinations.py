"""The layer of destinations: where what happens to events is told."""

import re
from typing import Final
from urllib.parse import urlsplit

import pandas as pd

from gis.models import Destination
from gis.sentences import sentence
from layers.schema.layer import Field, LayerSchema, check

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_SECRET: Final = "whsec_"  # noqa: S105  how secrets of webhooks begin


def check_url(text: str) -> None:
    """Refuse what is no address that a webhook can be sent to.

    Raises
    ------
    ValueError
        Says what was expected; never repeats a password.

    Examples
    --------
    >>> check_url("https://hotline.example/pagoda")
    >>> check_url("ftp://hotline.example")
    Traceback (most recent call last):
    ...
    ValueError: is no address of a webhook, expected one such as \
https://hotline.example/pagoda without a user, a password or a fragment
    """
    try:
        url = urlsplit(text)
        is_plain = url.username is None and url.password is None and not url.fragment
        is_whole = url.scheme in ("http", "https") and bool(url.hostname)
        is_sound = is_plain and is_whole and url.port != 0
    except ValueError:
        is_sound = False
    if not is_sound or re.search(r"\s", text):
        raise ValueError(
            sentence(
                "is no address of a webhook, expected one such as "
                "https://hotline.example/pagoda without a user, a password or a "
                "fragment"
            )
        )


def check_secret_id(text: str) -> None:
    """Refuse what is no name of a variable, above all a secret itself.

    Raises
    ------
    ValueError
        Says what was expected.

    Examples
    --------
    >>> check_secret_id("HOTLINE_SECRET")
    """
    if text.lower().startswith(_SECRET) or not _NAME.fullmatch(text):
        raise ValueError(
            sentence(
                "is no name of a variable of the environment, expected one such as "
                "HOTLINE_SECRET, never the secret itself"
            )
        )


DESTINATIONS = LayerSchema(
    name="destinations",
    key="destination_id",
    geometry=None,
    fields=(
        Field(
            "destination_id",
            "text",
            True,
            "closed",
            "Id of the destination.",
            zh="推送目标编号",
        ),
        Field(
            "url",
            "text",
            True,
            "closed",
            "Address that webhooks are sent to.",
            rule=check_url,
            is_secret=True,
            zh="推送地址",
        ),
        Field(
            "secret_id",
            "text",
            True,
            "closed",
            "Secret that signs them: the variable PAGODA_SECRET_ with this behind.",
            rule=check_secret_id,
            is_secret=True,
            zh="密钥变量名",
        ),
        Field(
            "is_disabled",
            "flag",
            False,
            "closed",
            "Whether nothing is sent to it.",
            zh="是否停用",
        ),
    ),
    owner="the service that runs the store",
    zh="推送目标",
)


def destinations_of(destinations: pd.DataFrame) -> tuple[Destination, ...]:
    """Return the destinations of a layer of destinations, in its order.

    Raises
    ------
    InvalidLayerError
        If the layer breaks its schema.

    Examples
    --------
    >>> row = {"destination_id": "hotline", "url": "https://hotline.example/",
    ...        "secret_id": "HOTLINE_SECRET"}
    >>> [hotline] = destinations_of(pd.DataFrame([row]))
    >>> hotline.url, hotline.is_disabled
    ('https://hotline.example/', False)
    """
    return tuple(
        Destination(
            destination_id=row["destination_id"],
            url=row["url"],
            secret_id=row["secret_id"],
            is_disabled=row.get("is_disabled") is True,
        )
        for row in check(destinations, DESTINATIONS).to_dict("records")
    )
