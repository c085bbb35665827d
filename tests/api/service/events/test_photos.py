"""A photo is kept before it is named, once a request, for whom the texts are."""

import errno
import os

import orjson
import pytest

from api.service.events import photos
from api.service.events.closed import Reading, disclosed
from api.service.events.dossier import Party
from api.service.events.photos import Photos, Upload, photos_of
from gis.access import Caller, Role, Scope
from gis.errors import (
    ChangedRequestError,
    LoopError,
    PhotoError,
    SequenceError,
    StoreUnavailableError,
    UnknownEventError,
)
from gis.events import Actor
from support.harness.photo_folders import photograph, with_photos
from support.makers.event_town import (
    AUDITOR,
    CHIEF,
    CITIZEN,
    LEADER,
    MEMBER,
    OPERATOR,
    POLICE,
    SOURCE,
    STEWARD,
    URBAN,
    EventTown,
)
from support.makers.photos import SVG, decoded, phone_photo, png_of_size

JPEG, PNG = phone_photo(), phone_photo("PNG")
INSPECTOR = Party(Actor("K-I", frozenset({"inspector"})), Scope(("C/W/G1/",)))
FAR_MEMBER = Party(Actor("K-F", frozenset({"member"})), Scope(("C/W/G2/",)))


@pytest.fixture(scope="module")
def shared():
    return EventTown()


@pytest.fixture
def town(shared, tmp_path):
    """A town whose photos go into a new folder."""
    shared.office = with_photos(shared.office, tmp_path / "files")
    return shared


def files(town):
    folder = town.office.photos.folder.path
    return [path for path in folder.rglob("*") if path.is_file()]


def photo_actions(town, event_id):
    actions = [stored.action for stored in town.store.actions(event_id)]
    return [action for action in actions if action.action == "photo"]


def test_a_photo_is_an_action_that_names_its_file(town):
    event_id = town.report()
    before = town.loop(event_id)
    taken = photograph(town.office, event_id, MEMBER, JPEG)
    answer = orjson.loads(taken.answer)
    [action] = photo_actions(town, event_id)
    assert action.request == {
        "photo": answer["photo"],
        "media_type": "image/jpeg",
        "width": 64,
        "height": 32,
    }
    assert (action.role, action.key_id, action.reason) == ("member", "K-M", "")
    [path] = files(town)
    assert path.stem == answer["photo"]
    assert decoded(path.read_bytes()).size == (64, 32)
    assert b"KANARI" not in path.read_bytes()
    after = town.loop(event_id)
    assert (after.state, after.seq) == (before.state, before.seq + 1)
    assert [task["sort"] for task in answer["tasks"]] == ["handle"]


@pytest.mark.parametrize(
    "party", [OPERATOR, LEADER, CHIEF, MEMBER, URBAN, SOURCE, CITIZEN]
)
@pytest.mark.parametrize("is_closed", [False, True])
def test_who_sees_an_event_and_may_act_on_it_adds_photos_always(town, party, is_closed):
    event_id = town.report()
    if is_closed:
        town.act(event_id, OPERATOR, "withdraw", reason="因为")
    photograph(town.office, event_id, party, PNG)
    assert len(photo_actions(town, event_id)) == 1


@pytest.mark.parametrize("party", [STEWARD, AUDITOR, INSPECTOR, FAR_MEMBER, POLICE])
def test_others_do_not_and_nothing_is_decoded_for_them(town, party, monkeypatch):
    monkeypatch.setattr(photos, "read_picture", lambda _: pytest.fail("decoded"))
    event_id = town.report()
    with pytest.raises((LoopError, UnknownEventError)):
        photograph(town.office, event_id, party, JPEG)
    assert photo_actions(town, event_id) == []


def test_a_request_sent_twice_is_done_once_and_decoded_once(town, monkeypatch):
    calls = []
    read = photos.read_picture
    monkeypatch.setattr(
        photos, "read_picture", lambda content: calls.append(1) or read(content)
    )
    event_id = town.report()
    first, second = (
        photograph(town.office, event_id, MEMBER, JPEG, "once") for _ in range(2)
    )
    assert (first.answer, first.is_new, second.is_new) == (second.answer, True, False)
    assert len(photo_actions(town, event_id)) == len(calls) == 1
    with pytest.raises(ChangedRequestError):
        photograph(town.office, event_id, MEMBER, PNG, "once")
    assert len(calls) == 1


def test_the_same_picture_twice_is_two_actions_and_one_file(town):
    event_id, other_id = town.report(), town.report()
    for target in (event_id, event_id, other_id):
        photograph(town.office, target, MEMBER, JPEG)
    assert [len(photo_actions(town, e)) for e in (event_id, other_id)] == [2, 1]
    assert len(files(town)) == 1
    dossier = town.office.dossiers.open(event_id, OPERATOR)
    assert len(photos_of(dossier)) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no_photo"),
        (SVG, "no_picture"),
        (png_of_size(100_000, 100_000), "too_wide"),
        (JPEG[: len(JPEG) - 200], "damaged"),
        (JPEG + b"\0" * 9_000_000, "too_long"),
    ],
)
def test_what_is_no_photo_changes_nothing(town, content, reason):
    event_id = town.report()
    with pytest.raises(PhotoError) as refused:
        photograph(town.office, event_id, MEMBER, content)
    assert refused.value.reason == reason
    assert photo_actions(town, event_id) == files(town) == []


def test_a_full_disk_changes_nothing(town, monkeypatch):
    event_id = town.report()

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StoreUnavailableError, match="No space left"):
            photograph(town.office, event_id, MEMBER, JPEG, "after the disk")
    assert photo_actions(town, event_id) == files(town) == []
    assert photograph(town.office, event_id, MEMBER, JPEG, "after the disk").is_new


def test_a_file_that_no_action_names_is_never_shown(town, monkeypatch):
    event_id = town.report()

    class KilledError(Exception):
        """The process ends here."""

    def killed(_):
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(type(town.store), "append", lambda *_: killed(_))
        with pytest.raises(KilledError):
            photograph(town.office, event_id, MEMBER, JPEG, "after the end")
    [path] = files(town)
    dossier = town.office.dossiers.open(event_id, OPERATOR)
    with pytest.raises(UnknownEventError):
        town.office.photos.content(dossier, path.stem)
    taken = photograph(town.office, event_id, MEMBER, JPEG, "after the end")
    assert (taken.is_new, files(town)) == (True, [path])
    dossier = town.office.dossiers.open(event_id, OPERATOR)
    assert town.office.photos.content(dossier, path.stem)[1] == path.read_bytes()


def test_a_photo_waits_for_what_its_sender_has_not_seen(town):
    event_id = town.report()
    town.act(event_id, OPERATOR, "supervise")
    with pytest.raises(SequenceError):
        photograph(town.office, event_id, MEMBER, JPEG, seqs=frozenset({1}))
    assert files(town) == []


@pytest.mark.parametrize("reason", ["in_memory", "no_folder"])
def test_without_a_folder_none_is_taken(town, reason):
    office = with_photos(town.office, town.office.photos.folder.path)
    object.__setattr__(office, "photos", Photos(None, reason))
    event_id = town.report()
    with pytest.raises(PhotoError) as refused:
        photograph(office, event_id, MEMBER, JPEG)
    assert refused.value.reason == reason


def test_a_photo_has_a_door_of_its_own(town):
    event_id = town.report()
    with pytest.raises(LoopError, match=r"POST /events/\{id\}/photos"):
        town.act(event_id, OPERATOR, "photo")


def test_photos_are_shown_to_whom_texts_are_and_of_their_event_alone(town):
    event_id, other_id = town.report(), town.report()
    digest = orjson.loads(photograph(town.office, event_id, MEMBER, JPEG).answer)[
        "photo"
    ]
    photograph(town.office, other_id, MEMBER, PNG)

    def content(party, target=event_id, reading=None):
        dossier = town.office.dossiers.open(target, party)
        return town.office.photos.content(disclosed(dossier, reading), digest)

    for party in (OPERATOR, LEADER, MEMBER, URBAN, SOURCE, STEWARD):
        photo, picture = content(party)
        assert photo.digest == digest
        assert decoded(picture).size == (64, 32)
    for party in (AUDITOR, INSPECTOR):
        with pytest.raises(UnknownEventError):
            content(party)
    for target in (other_id, "no event"):
        with pytest.raises(UnknownEventError):
            content(OPERATOR, target)
    reading = Reading(Caller("K-A", Role.AUDITOR), "抽查")
    assert content(AUDITOR, reading=reading)[0].digest == digest


def test_a_photo_whose_file_was_altered_is_not_shown(town):
    event_id = town.report()
    photograph(town.office, event_id, MEMBER, JPEG)
    [path] = files(town)
    path.write_bytes(b"other")
    with pytest.raises(PhotoError) as refused:
        town.office.photos.content(
            town.office.dossiers.open(event_id, OPERATOR), path.stem
        )
    assert refused.value.reason == "lost"


def test_what_tells_requests_apart_is_what_was_sent():
    assert Upload(JPEG).members() == Upload(bytes(JPEG)).members()
    assert Upload(JPEG).members() != Upload(PNG).members()
