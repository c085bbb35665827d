"""Where every kind of events goes, as it is answered."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from api.schemas.event_answers import RouteStepOut, step_out, utc
from api.service.events.directory import Directory, KindRoute
from gis.events import PHASES, Template


class BodyOut(BaseModel):
    """A body that a kind goes to."""

    department_id: str
    name: str
    name_zh: str
    rank: int
    post_id: str | None
    on_duty: bool = Field(description="Else the post of the area answers.")


class KindRouteOut(BaseModel):
    """A kind, its platform, and the bodies that the platform picks."""

    kind: str
    name: str
    name_zh: str
    pack: str
    template: str
    platform: str
    line: str
    module: str
    departments: list[BodyOut] = Field(description="In order of rank.")
    lead: str = Field(description="In charge; empty: the post of the area.")
    missing: list[str] = Field(description="Bodies of the pack that are not there.")
    steps: list[RouteStepOut]

    @classmethod
    def of(cls, item: KindRoute, directory: Directory) -> Self:
        """Return the route of a kind as it is answered."""
        kind, route = item.kind, item.route
        bodies = [directory.departments[t.department_id] for t in route.departments]
        return cls(
            kind=kind.kind,
            name=kind.name[1],
            name_zh=kind.name[0],
            pack=item.pack.pack,
            template=item.pack.template,
            platform=route.platform,
            line=route.line,
            module=route.module,
            departments=[
                BodyOut(
                    department_id=body.department_id,
                    name=body.name_en or body.name_zh,
                    name_zh=body.name_zh,
                    rank=body.rank,
                    post_id=body.post_id,
                    on_duty=body.post_id in directory.on_duty,
                )
                for body in bodies
            ],
            lead=route.lead,
            missing=[*route.missing],
            steps=[RouteStepOut(**step_out(step)) for step in route.steps],
        )


class StateOut(BaseModel):
    """A state of a loop."""

    state: str
    name: str
    name_zh: str


class TemplateOut(BaseModel):
    """A loop, and what its states are published as."""

    template: str
    name: str
    name_zh: str
    phases: dict[str, list[StateOut]] = Field(
        description="Reported, accepted, assigned, handled, closed -> its states."
    )

    @classmethod
    def of(cls, template: Template) -> Self:
        """Return the published mapping of a loop."""
        return cls(
            template=template.template,
            name=template.name_en,
            name_zh=template.name_zh,
            phases={
                phase: [
                    StateOut(state=s.state, name=s.name_en, name_zh=s.name_zh)
                    for s in template.states_by_phase[phase]
                ]
                for phase in PHASES
            },
        )


class OwnerCertificateOut(BaseModel):
    """Whether every place, kind and post has somebody who answers."""

    clean: bool
    version: int
    uncovered_m2: float
    kinds_without_destination: list[str]
    posts_vacant: list[str]
    posts_without_fallback: list[str]


class RoutingOut(BaseModel):
    """Where every kind goes now, and the loops that events run."""

    at: datetime
    kinds: list[KindRouteOut]
    templates: list[TemplateOut]
    certificate: OwnerCertificateOut

    @classmethod
    def of(cls, directory: Directory, templates: list[Template]) -> Self:
        """Return a directory as it is answered."""
        certificate = directory.certificate
        return cls(
            at=utc(directory.at),
            kinds=[KindRouteOut.of(item, directory) for item in directory.routes],
            templates=[TemplateOut.of(template) for template in templates],
            certificate=OwnerCertificateOut(
                clean=certificate.is_clean,
                version=certificate.version,
                uncovered_m2=certificate.uncovered_m2,
                kinds_without_destination=[*certificate.kinds_without_destination],
                posts_vacant=[*certificate.posts_vacant],
                posts_without_fallback=[*certificate.posts_without_fallback],
            ),
        )
