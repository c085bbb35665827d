"""The answer to a photo is that of an action, with what is kept of the photo."""

import orjson

from api.schemas.loops import action_bytes
from api.schemas.photos import PhotoTakenOut, photo_bytes
from api.service.events.actions import Outcome
from gis.events import Loop
from layers.photos import Photo


def test_the_answer_names_the_photo_and_where_the_event_stands():
    photo = Photo("ab" * 32, "image/png", 640, 480)
    outcome = Outcome("A1", Loop("E1", state="assigned", phase="assigned"), (), photo)
    answer = orjson.loads(photo_bytes(outcome))
    kept = {"photo": "ab" * 32, "media_type": "image/png", "width": 640, "height": 480}
    assert answer == orjson.loads(action_bytes(outcome)) | kept
    assert {*PhotoTakenOut.model_validate(answer).model_dump()} == {*answer}
