"""Every error raised on purpose.

* GovernanceError
  + InvalidLayerError (ValueError)      a layer breaks its schema
    - CoverageError                     grids overlap, leave a gap or are not polygons
    - TreeError                         the command tree is not one tree
  + CrsError (ValueError)               a datum or CRS is unknown or does not fit
  + EditError (ValueError)              an edit of a coverage is refused
  + InputFileError (OSError)            a file cannot be read as what it claims to be
  + LoopError (ValueError)              a step does not fit where an event stands
  + MapError (RuntimeError)             a map cannot be drawn as one closed page
  + MissingFontError (RuntimeError)     no font for documents is installed
  + PhotoError (ValueError)             a photo is not taken, or its file is lost
  + ScenarioError (ValueError)          a scenario pack is wrong
  + SettingError (ValueError)           an option or setting cannot be used
  + SourceError (ValueError)            nobody has registered the source of an event
  + StoreError (RuntimeError)           storage refused
    - ChangedRequestError               a request that came before says something else
    - NoVersionError                    no version is in force at a time
    - SequenceError                     an event has had another action meanwhile
    - StoreUnavailableError             storage cannot be used now
      * StoreBusyError                  too many wait to write
    - VersionConflictError              the draft is not based on the current version
  + NotReadyError (RuntimeError)        what is asked for is still being made ready
  + UnknownEventError (LookupError)     there is no such event, or it is out of sight
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from gis.sentences import Sentence, sentence, spoken


class RowFault(NamedTuple):
    """What is wrong with a row of a layer.

    Attributes
    ----------
    row
        Position in the layer; the first row is 1.
    field
        Column, or ``geometry``.
    rule
        What was found there and what was expected.
    """

    row: int
    field: str
    rule: str

    def __str__(self) -> str:
        if self.field == "geometry":
            return sentence("row {row}, geometry: {rule}", row=self.row, rule=self.rule)
        return sentence("row {row}, field {field!r}: {rule}", **self._asdict())


class GovernanceError(Exception):
    """Base of every error raised on purpose; the text is one plain sentence.

    The text is English. Who speaks another language reads it below that in a traceback,
    as a note of the error.

    Parameters
    ----------
    text
        The sentence, or its template: English with the names of values.
    **values
        What stands in the template; see `gis.sentences.sentence`.

    Examples
    --------
    >>> str(GovernanceError("Grid {grid!r} is not there; add it.", grid="G1"))
    "Grid 'G1' is not there; add it."
    """

    def __init__(self, text: str, **values: Any) -> None:
        is_whole = isinstance(text, Sentence) and not values
        message = text if is_whole else sentence(text, **values)
        super().__init__(message)
        says = spoken(message)
        if says != message:
            self.add_note(says)


class InvalidLayerError(GovernanceError, ValueError):
    """A layer breaks its schema: a column, an id, a geometry type.

    Attributes
    ----------
    faults
        Every faulty row, where rows are at fault; the text shows the first few.
    """

    def __init__(
        self, text: str, faults: Iterable[RowFault] = (), **values: Any
    ) -> None:
        super().__init__(text, **values)
        self.faults = tuple(faults)


class CoverageError(InvalidLayerError):
    """Grids overlap, leave a gap or are not usable polygons."""


class TreeError(InvalidLayerError):
    """The command tree is not one tree: an unknown parent, a cycle, two roots."""


class CrsError(GovernanceError, ValueError):
    """A datum or CRS is unknown, or does not fit the coordinates."""


class EditError(GovernanceError, ValueError):
    """An edit of a coverage is refused; nothing is changed.

    Attributes
    ----------
    reason
        What was found; the text begins with it.
    grids
        The grids that it is about, in code order.
    place
        Lon and lat where to look; None where it is no place.
    stretch
        Lon and lat of the line that is at fault; empty where it is no line.
    remedy
        What to do instead; the text ends with it.
    """

    def __init__(
        self,
        text: str,
        *,
        grids: Iterable[str] = (),
        place: tuple[float, float] | None = None,
        stretch: Iterable[tuple[float, float]] = (),
        remedy: str = "",
        **values: Any,
    ) -> None:
        if values or not isinstance(text, Sentence):
            text = sentence(text, **values)
        self.reason = text
        self.stretch = tuple(stretch)
        self.grids = tuple(sorted(grids))
        self.place = place
        self.remedy = remedy
        if place is not None:
            x, y = place
            text = sentence("{reason} at ({x:.9f}, {y:.9f})", reason=text, x=x, y=y)
        if self.grids:
            ids = ", ".join(map(repr, self.grids))
            text = sentence("{reason} (grids {ids})", reason=text, ids=ids)
        if remedy:
            text = sentence("{reason}; {remedy}.", reason=text, remedy=remedy)
        super().__init__(text)


class InputFileError(GovernanceError, OSError):
    """A file is missing, broken, hostile, or not what its name says."""


class LoopError(GovernanceError, ValueError):
    """A step does not fit where an event stands, or is not what a loop takes.

    Attributes
    ----------
    reason
        One of `STEP_REASONS` or `SUMMONS_REASONS` of `gis.events`; empty where no step
        was asked for.
    allowed
        Steps that may be taken instead, each with whether it needs a reason.
    """

    def __init__(
        self,
        text: str,
        reason: str = "",
        allowed: Iterable[tuple[str, bool]] = (),
        **values: Any,
    ) -> None:
        super().__init__(text, **values)
        self.reason = reason
        self.allowed = tuple(allowed)


class MapError(GovernanceError, RuntimeError):
    """A map cannot be drawn as one page without outside addresses."""


class MissingFontError(GovernanceError, RuntimeError):
    """No font of this machine has the characters that documents print."""


class PhotoError(GovernanceError, ValueError):
    """A photo is not taken, or its file is not there.

    Attributes
    ----------
    reason
        One of `PHOTO_REASONS` of `layers.photos`; empty where nobody says more.
    """

    def __init__(self, text: str, reason: str = "", **values: Any) -> None:
        super().__init__(text, **values)
        self.reason = reason


class ScenarioError(GovernanceError, ValueError):
    """A scenario pack is wrong; the text names file and line."""


class SettingError(GovernanceError, ValueError):
    """An option or setting cannot be used; the text says which and why."""


class SourceError(GovernanceError, ValueError):
    """Nobody has registered the source of an event."""


class StoreError(GovernanceError, RuntimeError):
    """A store refused: nothing of what was asked for was written."""


class StoreUnavailableError(StoreError):
    """A store cannot be used now: its database is away, its disk full, it is busy.

    The same call may succeed later; what was refused for what it says does not.
    """


class ChangedRequestError(StoreError):
    """A request that came before under the same key or id says something else now."""


class SequenceError(StoreError):
    """An event has had another action since it was looked at.

    Attributes
    ----------
    seq
        Number of its last action.
    """

    def __init__(self, text: str, seq: int = 0, **values: Any) -> None:
        super().__init__(text, **values)
        self.seq = seq


class StoreBusyError(StoreUnavailableError):
    """More wait to write than the store lets wait; send again a little later."""


class NoVersionError(StoreError):
    """No version of a grid system is in force at the time that was asked for."""


class VersionConflictError(StoreError):
    """A draft is not based on the head of its grid system; look at it and redo it."""


class NotReadyError(GovernanceError, RuntimeError):
    """What is asked for is still being made ready; ask again a little later."""


class UnknownEventError(GovernanceError, LookupError):
    """There is no such event, or who asks does not see it: nobody learns which."""

    def __init__(
        self,
        text: str = "There is no such event, whistle or area within what you may see; "
        "ask GET /events and GET /model for those that are.",
        **values: Any,
    ) -> None:
        super().__init__(text, **values)
