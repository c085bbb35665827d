"""A planner's change as a file, and what a second person signs of it."""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from gis.counts import count_text
from gis.editing import Changeset
from gis.errors import EditError, SettingError
from gis.local_time import instant_of, minute_text, timezone_of
from gis.models import Instant, Post, PostId
from gis.os_reasons import reason_of
from gis.roster import PostsPlan
from gis.sentences import sentence
from layers.files.guards import small_text
from layers.files.whole_file import whole_file
from layers.stores.log import KEY_BYTES

POLICY: Final = "two-persons/1"
"""Who drew a change does not approve it; who approves saw its draft."""
APPROVAL_FORMAT: Final = "pagoda-approval/2"


@dataclass(frozen=True, slots=True)
class Analysis:
    """That a change was analysed: the page that its reviewer reads.

    Attributes
    ----------
    changes
        Digest of the change as it was then.
    page
        SHA-256 of the page.
    valid_from
        Since when it would be true, as the page says it: local minute and zone. Empty
        where the page leaves that to the publication.
    """

    changes: str
    page: str
    valid_from: str


@dataclass(frozen=True, slots=True)
class ChangeFile:
    """A changeset with what it says about posts.

    Attributes
    ----------
    changeset
        What leads from a version to a draft.
    posts
        What becomes of posts; None for what follows from the ground.
    analysis
        Of the change, as it is or was; None where there is none.
    """

    changeset: Changeset
    posts: PostsPlan | None = None
    analysis: Analysis | None = None

    @property
    def authors(self) -> tuple[str, ...]:
        """Whose edits it has, in order of name."""
        return tuple(sorted({edit.author for edit in self.changeset.edits}))

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready values."""
        values = self._content()
        if self.analysis is not None:
            values["analysis"] = asdict(self.analysis)
        return values

    def digest(self) -> str:
        """Return the SHA-256 of all that it says, without its analysis."""
        return hashlib.sha256(_canonical(self._content())).hexdigest()

    def _content(self) -> dict[str, Any]:
        values = self.changeset.to_dict()
        if self.posts is not None:
            values["posts"] = {
                "ended": sorted(self.posts.ended),
                "moved": dict(sorted(self.posts.moved.items())),
                "created": [asdict(post) for post in self.posts.created],
                "vacant": sorted(self.posts.vacant),
            }
        return values


@dataclass(frozen=True, slots=True)
class Approval:
    """What a reviewer says of a change.

    Attributes
    ----------
    changes, draft, page
        Digests of the file, of the draft that it leads to, and of the page with its
        analysis.
    reviewer
        Who approves it; without a log-in a name is only a name.
    at
        When, as ISO 8601.
    valid_from
        Since when it shall be true, as the page says it; empty where that is left open.
    policy
        By what rule.
    signature
        HMAC-SHA256 of the rest with the key of audits; empty where there is none.
    """

    changes: str
    draft: str
    page: str
    reviewer: str
    at: str
    valid_from: str = ""
    policy: str = POLICY
    signature: str = ""

    def signed(self, key: bytes | None) -> "Approval":
        """Return it with the signature of a key; without one where there is none."""
        return self if key is None else replace(self, signature=_signature(self, key))


def read_change(path: Path) -> ChangeFile:
    """Return the change of a file.

    Raises
    ------
    InputFileError
        If there is no such file, or it cannot be opened.
    EditError
        If the file is cut or is no change.
    """
    values = _read(path, "changeset")
    return ChangeFile(
        Changeset.from_dict(values),
        _plan_of(values.get("posts")),
        _analysis_of(values.get("analysis")),
    )


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write values as a file that people can compare line by line, whole or not.

    Raises
    ------
    SettingError
        If the file cannot be written.
    """
    text = json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True)
    with whole_file(path) as part:
        part.write_text(f"{text}\n", encoding="utf-8")


def approval_dict(approval: Approval) -> dict[str, Any]:
    """Return an approval as JSON-ready values."""
    return {"format": APPROVAL_FORMAT, **asdict(approval)}


def read_approval(path: Path) -> Approval:
    """Return the approval of a file.

    Raises
    ------
    InputFileError
        If there is no such file, or it cannot be opened.
    EditError
        If the file is no approval.
    """
    values = _read(path, "approval")
    texts = {name: values.get(name) for name in Approval.__dataclass_fields__}
    if values.get("format") != APPROVAL_FORMAT or not all(
        isinstance(text, str) for text in texts.values()
    ):
        raise EditError(
            "{name} is no approval of the format {approval_format!r}",
            remedy=sentence("have it made by `pagoda draft review`"),
            name=path.name,
            approval_format=APPROVAL_FORMAT,
        )
    return Approval(**{name: str(text) for name, text in texts.items()})


def check_approval(approval: Approval, change: ChangeFile, key: bytes | None) -> None:
    """Refuse an approval that is not of a change, or not by a second person.

    Raises
    ------
    EditError
        If it approves something else, by another rule or by an author, was given
        without an analysis or upon another one, or its signature does not fit the key.
    """
    approved = approval.changes, approval.draft, approval.policy
    if approved != (change.digest(), change.changeset.digest, POLICY):
        raise EditError(
            "The approval is of the changes {changes!r}, draft {draft!r}, policy "
            "{policy!r}; this is {change!r}, {digest!r}, {policy_2!r}",
            remedy=sentence("have the change reviewed again as it is now"),
            changes=approval.changes[:12],
            draft=approval.draft[:12],
            policy=approval.policy,
            change=change.digest()[:12],
            digest=change.changeset.digest[:12],
            policy_2=POLICY,
        )
    analysis = analysis_of(change)
    if approval.page != analysis.page or approval.valid_from != analysis.valid_from:
        raise EditError(
            "The approval is upon the page {page!r} and for {valid_from!r}, the "
            "analysis of this change is {page_2!r} and for {valid_from_2!r}",
            remedy=sentence("have it reviewed again with the page that was made last"),
            page=approval.page[:12],
            valid_from=approval.valid_from,
            page_2=analysis.page[:12],
            valid_from_2=analysis.valid_from,
        )
    check_reviewer(approval.reviewer, change)
    if key is not None and not hmac.compare_digest(
        approval.signature, _signature(approval, key)
    ):
        raise EditError(
            "The signature of the approval does not fit PAGODA_AUDIT_KEY",
            remedy=sentence(
                "have it reviewed where that key is set, and do not edit the file"
            ),
        )


def approved_time(
    change: ChangeFile, valid_from: Instant | None, now: Callable[[], Instant]
) -> Instant:
    """Return since when a change that was approved is true.

    Parameters
    ----------
    change
        With its analysis.
    valid_from
        The time that its publication names; None for what was approved.
    now
        A clock, for a change whose page leaves the time open.

    Raises
    ------
    EditError
        If another time was approved.
    """
    text = analysis_of(change).valid_from
    if not text:
        return now() if valid_from is None else valid_from
    minute, _, zone = text.rpartition(" ")
    if valid_from is None:
        return instant_of(dt.datetime.fromisoformat(minute), zone)
    asked_minute = minute_text(valid_from, timezone_of(zone))
    if asked_minute != minute:
        raise EditError(
            "The change was approved for {minute} ({zone}), and its publication asks "
            "for {asked_minute}",
            remedy=sentence(
                "leave --valid-from out for the time that was approved, or have the "
                "change reviewed for the other one by `pagoda draft diff --valid-from` "
                "and `pagoda draft review`"
            ),
            minute=minute,
            asked_minute=asked_minute,
            zone=zone,
        )
    return valid_from


def analysis_of(change: ChangeFile) -> Analysis:
    """Return the analysis of a change as it is.

    Raises
    ------
    EditError
        If there is none of the change as it is.
    """
    analysis, digest = change.analysis, change.digest()
    if analysis is None or analysis.changes != digest:
        of = (
            sentence("no analysis")
            if analysis is None
            else sentence("that of an earlier state")
        )
        raise EditError(
            "The change {digest!r} comes with {of}, expected one of it as it is",
            remedy=sentence("make it by `pagoda draft diff`, and have its page read"),
            digest=digest[:12],
            of=of,
        )
    return analysis


def check_reviewer(reviewer: str, change: ChangeFile) -> None:
    """Refuse a reviewer who has no name or drew the change."""
    name = reviewer.strip().casefold()
    if not name or name in {author.strip().casefold() for author in change.authors}:
        raise EditError(
            "The reviewer is {reviewer!r}, the change is by {authors!r}",
            remedy=sentence("have it reviewed by a second person"),
            reviewer=reviewer,
            authors=change.authors,
        )


def _plan_of(values: object) -> PostsPlan | None:
    """Return the plan for posts of a file."""
    if values is None:
        return None
    try:
        assert isinstance(values, Mapping)  # noqa: S101  told as another form
        return PostsPlan(
            frozenset(map(PostId, values.get("ended", ()))),
            {PostId(post): str(area) for post, area in values.get("moved", {}).items()},
            tuple(Post(**post) for post in values.get("created", ())),
            frozenset(map(str, values.get("vacant", ()))),
        )
    except (AssertionError, AttributeError, TypeError, ValueError) as error:
        raise EditError(
            "The plan for posts of the changeset cannot be read: {error!r}",
            remedy=sentence("make it by `pagoda draft apply --posts`"),
            error=error,
        ) from error


def _analysis_of(values: object) -> Analysis | None:
    """Return the analysis of a file."""
    if values is None:
        return None
    names = Analysis.__dataclass_fields__
    if (
        not isinstance(values, Mapping)
        or set(values) != set(names)
        or not all(isinstance(text, str) for text in values.values())
        or not _is_time(values["valid_from"])
    ):
        raise EditError(
            "The analysis of the changeset is {values!r}, expected the texts {value!r}",
            remedy=sentence("make it by `pagoda draft diff`"),
            values=values,
            value=[*names],
        )
    return Analysis(**values)


def _is_time(text: str) -> bool:
    """Say whether a text is a local minute with its zone, or empty."""
    minute, _, zone = text.rpartition(" ")
    try:
        return not text or bool(dt.datetime.fromisoformat(minute) and timezone_of(zone))
    except (SettingError, ValueError):
        return False


def _read(path: Path, word: str) -> dict[str, Any]:
    try:
        values = json.loads(small_text(path))
    except (ValueError, RecursionError) as error:
        raise EditError(
            "The {word} {name!r} cannot be read ({error})",
            remedy=sentence("give the file as it was written; it may be cut"),
            word=word,
            name=path.name,
            error=reason_of(error),
        ) from error
    if not isinstance(values, dict):
        raise EditError(
            "The {word} {name!r} has {name_2} at its top",
            remedy=sentence("give the file as it was written"),
            word=word,
            name=path.name,
            name_2=type(values).__name__,
        )
    return values


def _signature(approval: Approval, key: bytes) -> str:
    if len(key) < KEY_BYTES:
        raise SettingError(
            "PAGODA_AUDIT_KEY has {bytes}; give one of at least {key_bytes} bytes.",
            bytes=count_text(len(key), "byte"),
            key_bytes=KEY_BYTES,
        )
    unsigned = replace(approval, signature="")
    return hmac.new(key, _canonical(approval_dict(unsigned)), "sha256").hexdigest()


def _canonical(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, sort_keys=True).encode()
