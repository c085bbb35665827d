"""All that is done with events once they are taken in, behind one object."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from api.service.events.actions import Actions, Demand, Plan, Taken, Writer
from api.service.events.dossier import Dossier, Dossiers, Party
from api.service.events.pages import Pages
from api.service.events.photos import Photos, Upload
from api.service.events.steps import StepForm, Steps
from api.service.events.whistles import (
    CheckInForm,
    RatingForm,
    SolutionForm,
    WhistleForm,
    Whistles,
    event_of,
)
from gis.models import Instant
from layers.registry import Registries
from layers.snapshots import Snapshots
from layers.stores.events import EventIds
from layers.stores.protocol import Store
from layers.stores.replica import Replica

Response = TypeVar("Response", CheckInForm, SolutionForm, RatingForm)


@dataclass(frozen=True, slots=True)
class Claim:
    """How a request to change an event is made.

    Attributes
    ----------
    party
        Who asks.
    request_key
        What names the request of this key, once for ever.
    seqs
        Numbers of the last action that who asks has seen, and texts that are none;
        None where that does not matter.
    captured_at
        When it was written down on a phone, which may have had to wait; None where
        it says nothing of that.
    """

    party: Party
    request_key: str
    seqs: frozenset[int | str] | None = None
    captured_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class EventOffice:
    """Events of one grid system of a store, each on its way round its loop.

    Attributes
    ----------
    dossiers, pages
        Events one by one, and as lists.
    actions, steps, whistles
        What is done with them.
    photos
        What was seen of them.
    """

    dossiers: Dossiers
    pages: Pages
    actions: Actions
    steps: Steps
    whistles: Whistles
    photos: Photos

    def act(self, event_id: str, form: StepForm, claim: Claim, write: Writer) -> Taken:
        """Take a step by name; raises as `Actions.take`."""
        demand = _demand(event_id, form.members(), claim)
        return self.actions.take(
            demand, partial(self.steps.plan, form, claim.party), write
        )

    def summon(
        self, event_id: str, form: WhistleForm, claim: Claim, write: Writer
    ) -> Taken:
        """Summon departments to an event; raises as `Actions.take`."""
        demand = _demand(event_id, form.members(), claim)
        return self.actions.take(demand, partial(self.whistles.summon, form), write)

    def photograph(
        self, event_id: str, upload: Upload, claim: Claim, write: Writer
    ) -> Taken:
        """Add a photo to an event; raises as `Actions.take` and `Photos.plan`."""
        demand = _demand(event_id, upload.members(), claim)
        return self.actions.take(demand, partial(self.photos.plan, upload), write)

    def check_in(self, form: CheckInForm, claim: Claim, write: Writer) -> Taken:
        """Let a department arrive; raises as `Actions.take`."""
        return self._respond(form, self.whistles.check_in, claim, write)

    def solve(self, form: SolutionForm, claim: Claim, write: Writer) -> Taken:
        """Let a department be done; raises as `Actions.take`."""
        plan = partial(self.whistles.solve, captured_at=claim.captured_at)
        return self._respond(form, plan, claim, write)

    def rate(self, form: RatingForm, claim: Claim, write: Writer) -> Taken:
        """Rate a department afterwards; raises as `Actions.take`."""
        return self._respond(form, self.whistles.rate, claim, write)

    def _respond(
        self,
        form: Response,
        plan: Callable[[Response, Dossier, Instant], Plan],
        claim: Claim,
        write: Writer,
    ) -> Taken:
        """Do what is asked under a whistle."""
        demand = _demand(event_of(form.whistle_id), form.members(), claim)
        return self.actions.take(demand, partial(plan, form), write)


def event_office(
    store: Store,
    snapshots: Snapshots,
    registries: Registries,
    *,
    radius_m: float,
    photos: Photos | None = None,
    replica: Replica | None = None,
) -> EventOffice:
    """Return what is done with the events of a store.

    Parameters
    ----------
    store, snapshots, registries
        Where events are, and what decides whose they are.
    radius_m
        How near to an event a department is present, inclusively.
    photos
        Where photos are; None keeps none.
    replica
        As `Pages` takes it.
    """
    ids, dossiers = EventIds(), Dossiers(store, registries)
    return EventOffice(
        dossiers,
        Pages(store, snapshots, replica),
        Actions(store, registries, dossiers, ids),
        Steps(dossiers, snapshots, registries, ids),
        Whistles(snapshots, registries, radius_m),
        photos or Photos(None),
    )


def _demand(event_id: str, members: dict[str, object], claim: Claim) -> Demand:
    return Demand(
        event_id,
        claim.party,
        claim.request_key,
        members,
        claim.seqs,
        claim.captured_at,
    )
