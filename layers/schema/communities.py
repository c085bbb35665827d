"""The layer of communities: administrative parents of the grids, apart from command."""

from layers.schema.layer import Field, LayerSchema

COMMUNITIES = LayerSchema(
    name="communities",
    key="community_id",
    geometry="polygon",
    fields=(
        Field(
            "community_id", "text", True, "open", "Id of the community.", zh="社区编号"
        ),
        Field("name", "text", False, "open", "Name of the community.", zh="社区名称"),
    ),
    owner="civil affairs office",
    zh="社区",
)
