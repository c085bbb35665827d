"""Row 0-11 of README.md here: every source hears what became of its report."""

from contextlib import nullcontext

from api.service.events.hosts import AllowedHosts
from api.service.events.outbox import Sender
from api.service.events.webhooks import Webhooks
from layers.registry import Registries, destinations_of
from layers.stores import open_store
from support.harness.receiver import SECRET, receiving
from support.makers.outbox_towns import advance, record_destination, record_source
from support.makers.outbox_towns import report as report_event

PHASES = [
    ("accepted", "accepted"),
    ("assigned", "assigned"),
    ("handled", "handled"),
    ("verified", "handled"),
    ("closed", "closed"),
]


def test_row_0_11_source_hears_each_phase_of_its_event_by_its_own_id():
    store = open_store("memory:")
    with receiving() as receiver:
        record_destination(store, "desk", receiver.url)
        record_source(store, "hotline", "desk")
        record_source(store, "camera", None)
        registry = Registries(store).current
        names = destinations_of(registry, "hotline", "", "reported")
        loop = {"state": "collected", "phase": "reported"}
        event_id = report_event(store, "H-7", *names, loop=loop, path=("collected",))
        phase_before = "reported"
        for state, phase in PHASES:
            names = destinations_of(registry, "hotline", phase_before, phase)
            advance(store, event_id, state, phase, *names)
            phase_before = phase
        assert destinations_of(registry, "camera", "", "reported") == ()
        webhooks = Webhooks(
            AllowedHosts.of("127.0.0.1"), {"PAGODA_SECRET_DESK": SECRET}
        )
        with Sender(store, Registries(store), webhooks, lambda: nullcontext(True)):
            receiver.wait(5)
        heard = [(body["id"], body["phase"]) for body in receiver.bodies()]
    phases = ["reported", "accepted", "assigned", "handled", "closed"]
    assert heard == [("H-7", phase) for phase in phases]
