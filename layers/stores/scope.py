"""What a scope sees, as a condition of SQL: the one place for every door."""

from gis.access import Scope
from layers.stores.loop_conditions import Condition, all_of, any_of, below_path, one_of


def scope_condition(scope: Scope, mark: str = "?") -> Condition:
    """Return the condition that a row of `loops` is seen, as `gis.access.is_visible`.

    Parameters
    ----------
    scope
        Of who asks.
    mark
        How a placeholder is written.

    Examples
    --------
    >>> scope_condition(Scope(sources=("hotline",)))
    Condition(sql='source IN (?)', values=('hotline',))
    >>> scope_condition(Scope())
    Condition(sql='false', values=())
    """
    if scope.is_whole:
        return Condition("true")
    ways = [below_path(path, mark) for path in scope.area_paths]
    if scope.departments:
        owed = one_of("owed.department_id", scope.departments, mark)
        sql = (
            "EXISTS (SELECT 1 FROM loop_departments AS owed "  # noqa: S608  placeholders only
            f"WHERE owed.event_row = loops.event_row AND {owed.sql})"
        )
        ways.append(Condition(sql, owed.values))
    own = [one_of("source", scope.sources, mark)] if scope.sources else []
    if not ways:
        return own[0] if own else Condition("false")
    plain = Condition("NOT is_sensitive")
    if scope.grants:
        plain = any_of([plain, one_of("kind", scope.grants, mark)])
    visible = all_of([plain, any_of(ways) if len(ways) > 1 else ways[0]])
    return any_of([visible, *own]) if own else visible
