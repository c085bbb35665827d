"""Parameters of a batch become its question."""

from api.schemas.batch import BatchIn
from api.service.assignment.batch import BatchQuestion


def test_parameters_left_out_ask_for_the_owner_alone() -> None:
    assert BatchIn().question() == BatchQuestion()


def test_parameters_stand_where_the_question_has_them() -> None:
    query = BatchIn("gcj02", None, "x", "y", "r", "0.95", 50.0)
    assert query.question() == BatchQuestion("gcj02", None, "x", "y", "r", 0.95, 50.0)
