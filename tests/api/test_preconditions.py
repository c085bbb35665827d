"""Headers that name a request, and those that say what was read."""

import pytest
from fastapi import Request

from api.preconditions import is_unchanged, replied, request_key, seqs_of, tagged
from api.refusals import RequestError


@pytest.mark.parametrize("key", ["w-1", '"w-1"', "a b", "x" * 255, " w-1\t"])
def test_a_request_is_named_by_printable_text(key):
    assert request_key([key]) == key.strip()


@pytest.mark.parametrize(
    "values", [[], [""], [" "], ["x" * 256], ["é"], ["\x7f"], ["a", "a"], ["a", "b"]]
)
def test_a_request_without_one_name_is_refused(values):
    with pytest.raises(RequestError) as refused:
        request_key(values)
    assert (refused.value.status, refused.value.kind) == (400, "no-idempotency-key")


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([], "The request has 0 headers Idempotency-Key,"),
        (["a", "b"], "The request has 2 headers Idempotency-Key,"),
        (["x" * 300], "The header Idempotency-Key has 300 characters,"),
        ([" "], "The header Idempotency-Key is empty,"),
        (["é"], "The header Idempotency-Key has a character that is not printable"),
    ],
)
def test_what_is_wrong_with_the_name_of_a_request_is_said(values, found):
    with pytest.raises(RequestError) as refused:
        request_key(values)
    assert refused.value.detail.startswith(found)
    assert "Idempotency-Key" in refused.value.detail_zh
    assert ("300" in refused.value.detail) is ("300" in refused.value.detail_zh)


@pytest.mark.parametrize(
    ("values", "seqs"),
    [
        ([], None),
        (["*"], None),
        (['"3"'], {3}),
        (['"3", "4"', '"5"'], {3, 4, 5}),
        (['W/"3"'], {'W/"3"'}),
        (['"03"'], {'"03"'}),
        (['"3", "x"'], {3, '"x"'}),
        ([f'"{"9" * 30}"'], {f'"{"9" * 30}"'}),
    ],
)
def test_tags_are_numbers_of_actions(values, seqs):
    assert seqs_of(values) == seqs


@pytest.mark.parametrize("values", [["3"], ['"3'], ['"3" "4"'], ["*, *"], [""], [","]])
def test_what_is_no_list_of_tags_is_refused(values):
    with pytest.raises(RequestError) as refused:
        seqs_of(values)
    assert (refused.value.status, refused.value.kind) == (400, "invalid-precondition")


@pytest.mark.parametrize(
    ("values", "same"),
    [
        ([], False),
        (["*"], True),
        (['W/"3"'], True),
        (['"2", "3"'], True),
        (['"2"'], False),
    ],
)
def test_what_was_read_is_compared_weakly(values, same):
    assert is_unchanged(values, '"3"') is same


def test_what_is_kept_already_is_not_sent_again():
    def ask(*tags):
        headers = [(b"if-none-match", tag.encode()) for tag in tags]
        return tagged(Request({"type": "http", "headers": headers}), b"{}")

    first = ask()
    assert (first.status_code, first.body) == (200, b"{}")
    assert first.headers["cache-control"] == "private, no-cache"
    again = ask(first.headers["etag"])
    assert (again.status_code, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert ask('"other"').status_code == 200


def test_an_answer_says_whether_it_is_given_again():
    first = replied(b"{}", 3, {"Location": "/x"}, is_new=True)
    again = replied(b"{}", 3, is_new=False)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.headers["etag"] == again.headers["etag"] == '"3"'
    assert first.headers["location"] == "/x"
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
