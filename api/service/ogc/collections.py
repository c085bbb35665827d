"""Which collections there are, and who sees them."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from api.service.access.sight import Sight
from layers.schema.areas import RATED_CIRCLES, RATED_COMMUNITIES, RATED_GRIDS
from layers.schema.circles import CIRCLES
from layers.schema.communities import COMMUNITIES
from layers.schema.enterprises import REGISTERED
from layers.schema.grids import GRIDS
from layers.schema.layer import Field, LayerSchema
from layers.schema.loops import EVENT_LOOPS, TASKS
from layers.schema.places import PLACES
from layers.schema.posts import PUBLISHED_POSTS
from layers.schema.stations import STATIONS
from layers.stores import Store
from layers.stores.protocol import MAIN_SYSTEM
from layers.words import Words

Rows: TypeAlias = Literal[
    "boundaries", "rated", "places", "enterprises", "facts", "events", "tasks"
]
"""What the rows of a collection are read from."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A layer that is given out.

    Attributes
    ----------
    collection_id
        Its name in paths.
    title
        In both languages.
    schema
        What its columns are.
    rows
        What its rows are read from.
    system
        Grid system that it is of.
    """

    collection_id: str
    title: Words
    schema: LayerSchema
    rows: Rows
    system: str = MAIN_SYSTEM

    @property
    def has_places(self) -> bool:
        """Whether its rows are places, which not everybody sees."""
        return self.rows in ("places", "enterprises")

    @property
    def has_events(self) -> bool:
        """Whether its rows are of events, which not everybody sees."""
        return self.rows in ("events", "tasks")

    @property
    def is_tiled(self) -> bool:
        """Whether it has vector tiles."""
        return self.rows == "boundaries"

    def fields(self, sight: Sight) -> tuple[Field, ...]:
        """Return the fields that who asks sees, in order."""
        names = sight.classes.fields_of(self.schema)
        return tuple(field for field in self.schema.fields if field.name in names)

    def is_there(self, sight: Sight) -> bool:
        """Say whether there is such a collection for who asks.

        One whose key is not seen has no rows that could be named.
        """
        if self.has_places and not sight.has_places:
            return False
        return sight.classes.has(self.schema, self.schema.key)


COLLECTIONS: Final = (
    Collection("grids", Words("治理网格", "Grids"), GRIDS, "boundaries"),
    Collection(
        "circles", Words("指挥圈层", "Circles of command"), CIRCLES, "boundaries"
    ),
    Collection(
        "communities", Words("社区边界", "Communities"), COMMUNITIES, "boundaries"
    ),
    Collection(
        "risk_grids", Words("网格五色图", "Risk of grids"), RATED_GRIDS, "rated"
    ),
    Collection(
        "risk_circles", Words("圈层五色图", "Risk of circles"), RATED_CIRCLES, "rated"
    ),
    Collection(
        "risk_communities",
        Words("社区五色图", "Risk of communities"),
        RATED_COMMUNITIES,
        "rated",
    ),
    Collection(
        "places", Words("赋码场所", "Places with a safety code"), PLACES, "places"
    ),
    Collection(
        "enterprises", Words("企业与场所", "Enterprises"), REGISTERED, "enterprises"
    ),
    Collection("stations", Words("力量驻点", "Stations"), STATIONS, "facts"),
    Collection("posts", Words("岗位设置", "Posts of areas"), PUBLISHED_POSTS, "facts"),
    Collection(
        "events", Words("事件现况", "Events as they stand"), EVENT_LOOPS, "events"
    ),
    Collection("tasks", Words("待办", "Tasks"), TASKS, "tasks"),
)


def collections_of(store: Store, sight: Sight) -> dict[str, Collection]:
    """Return the collections that who asks sees, by name.

    Parameters
    ----------
    store
        Its further grid systems are collections of their own.
    sight
        Of who asks.
    """
    grids = COLLECTIONS[0]
    systems = [
        Collection(
            f"{grids.collection_id}-{system}",
            Words(f"{grids.title.zh}：{system}", f"{grids.title.en}: {system}"),
            grids.schema,
            grids.rows,
            system,
        )
        for system in store.systems()
        if system != MAIN_SYSTEM
    ]
    return {
        collection.collection_id: collection
        for collection in (*COLLECTIONS, *systems)
        if collection.is_there(sight)
    }
