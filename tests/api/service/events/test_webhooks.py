"""A webhook is signed, arrives or does not, and takes no longer than it may."""

import threading
import time

import pytest

from api.service.events.hosts import AllowedHosts
from api.service.events.webhooks import MOST_ANSWER_BYTES, Message, Webhooks
from gis.models import Destination
from support.harness.receiver import OK, SECRET, answer, receiving

MESSAGE = Message("store-1", '{"id":"热线-1"}'.encode())


def webhooks_to(hosts="127.0.0.1", timeout_s=5.0, secret=SECRET):
    environment = {"PAGODA_SECRET_DESK": secret}
    return Webhooks(AllowedHosts.of(hosts), environment, timeout_s)


def destination(url):
    return Destination("desk", url, "DESK", False)


def outcome_of(reply, **options):
    """What becomes of a webhook that is answered so."""
    with receiving() as receiver:
        receiver.answers = iter([reply])
        return webhooks_to(**options).send(destination(receiver.url), MESSAGE)


def test_signature_is_verified_by_the_library_of_the_standard():
    with receiving() as receiver:
        outcome = webhooks_to().send(destination(receiver.url), MESSAGE)
        assert (outcome.reason, outcome.status) == ("", 204)
        assert receiver.received == [("store-1", {"id": "热线-1"})]


@pytest.mark.parametrize(
    ("reply", "reason", "status"),
    [
        (answer(500), "refused", 500),
        (answer(404, body=b"no"), "refused", 404),
        (answer(301, "Location: http://127.0.0.1:1/"), "redirected", 301),
        (answer(410), "gone", 410),
        (b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + OK, "", 204),
        (b"", "no_answer", None),
        (b"HTTP/1.1 20", "no_answer", None),
        (b"SSH-2.0 x\r\n\r\n", "no_answer", None),
        (b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 20_000, "no_answer", None),
        # it has said that it took the message
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort", "", 200),
    ],
)
def test_what_a_receiver_answers_decides(reply, reason, status):
    outcome = outcome_of(reply)
    assert (outcome.reason, outcome.status) == (reason, status)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7), ("Fri, 31 Dec 1999 23:59:59 GMT", 0), ("soon", 0), ("-5", 0), ("", 0)],
)
def test_receiver_may_say_when_to_ask_again(text, seconds):
    outcome = outcome_of(answer(429, f"Retry-After: {text}"))
    assert (outcome.reason, outcome.retry_after_s) == ("refused", seconds)


def test_date_after_which_to_ask_again_is_kept():
    at = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 100))
    outcome = outcome_of(answer(503, f"Retry-After: {at}"))
    assert 90 < outcome.retry_after_s <= 100


def test_receiver_that_hangs_is_given_up():
    with receiving() as receiver:
        receiver.is_hanging.set()
        outcome = webhooks_to(timeout_s=0.2).send(destination(receiver.url), MESSAGE)
    assert outcome.reason == "timed_out"


def test_receiver_that_drips_is_given_up():
    with receiving() as receiver:
        receiver.drip_s = 0.1
        receiver.answers = iter([answer(200)])
        outcome = webhooks_to(timeout_s=0.4).send(destination(receiver.url), MESSAGE)
    assert outcome.reason == "timed_out"


def test_long_answer_is_not_read_to_its_end():
    with receiving() as receiver:
        receiver.answers = iter([answer(200, body=b"x" * (64 * MOST_ANSWER_BYTES))])
        outcome = webhooks_to().send(destination(receiver.url), MESSAGE)
        assert outcome.status == 200
        # it could not get rid of the rest
        receiver.wait_for_end()
        assert receiver.is_broken_off


def test_name_that_leads_inwards_is_not_connected_to():
    with receiving() as receiver:
        url = f"http://localhost:{receiver.port}/hook"
        webhooks = webhooks_to("hotline.example,10.0.0.0/8")
        assert webhooks.send(destination(url), MESSAGE).reason == "private_address"
        assert receiver.received == []


def test_certificate_that_cannot_be_verified_is_no_delivery():
    with receiving() as receiver:
        url = receiver.url.replace("http:", "https:")
        outcome = webhooks_to().send(destination(url), MESSAGE)
    assert outcome.reason in {"tls_failed", "no_answer"}


def test_nobody_at_an_address_is_no_answer():
    with receiving() as receiver:
        url = receiver.url
    assert webhooks_to().send(destination(url), MESSAGE).reason == "no_answer"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"hosts": "other.example"}, "host_not_allowed"),
        ({"secret": ""}, "no_secret"),
        ({"secret": "whsec_"}, "wrong_secret"),
        ({"secret": "whsec_a"}, "wrong_secret"),
        ({}, ""),
    ],
)
def test_what_is_in_the_way_is_known_before_anything_is_sent(options, reason):
    assert webhooks_to(**options).obstacle(destination("http://127.0.0.1/")) == reason


def test_secrets_are_in_no_representation():
    assert SECRET not in repr(webhooks_to())


def test_end_cuts_what_is_under_way():
    with receiving() as receiver:
        receiver.is_hanging.set()
        webhooks, outcomes = webhooks_to(timeout_s=60), []
        thread = threading.Thread(
            target=lambda: outcomes.append(
                webhooks.send(destination(receiver.url), MESSAGE)
            )
        )
        thread.start()
        while not receiver.tries:
            time.sleep(0.01)
        webhooks.end()
        thread.join(10)
    assert [outcome.reason for outcome in outcomes] == ["no_answer"]
