"""Grids of a version that leave for other programs, and what comes back of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import pandas as pd
import pyproj

from api.service.inputs.polygons import bring_polygons
from api.service.inputs.systems import refuse_unknown_systems
from gis.counts import count_text
from gis.coverage import mend_grids
from gis.editing.caseload import Redrawing
from gis.editing.grid_rows import rows_of
from gis.editing.head_counts import counts_after
from gis.editing.reconciliation import NOISE_M, Reconciliation, reconcile
from gis.editing.returned import ReturnedGrids, match_grids
from gis.editing.sizing import POPULATIONS
from gis.errors import (
    InvalidLayerError,
    NoVersionError,
    SettingError,
    VersionConflictError,
)
from gis.sentences import sentence
from gis.versions import DIGEST_DIGITS, SHOWN_DIGITS, History, Version
from layers.datums import choose_datum, refuse_misplaced
from layers.files.attributes import unfold_attributes
from layers.files.drafts import (
    DraftBase,
    DraftFile,
    draft_rows,
    read_draft,
    write_draft,
)
from layers.files.table import notices_of
from layers.schema.damaged_ids import rewritten_ids
from layers.schema.grids import GRIDS
from layers.stores import Store
from layers.stores.protocol import MAIN_SYSTEM

KEY = GRIDS.key


@dataclass(frozen=True, slots=True)
class ImportJob:
    """What came back, and how it is taken.

    Attributes
    ----------
    path
        The file.
    id_column
        Column with the ids.
    base
        Number or digest of the version that it was drawn on; None where the file says
        it.
    system
        The grid system; None for that of the file, else the main one.
    grids_datum, ballpark_m
        What overrides the CRS of the file, and the error allowed where no parameters
        lead from that.
    repair
        Whether broken rings are mended.
    heal, noise_m
        As `gis.editing.reconciliation.reconcile` takes them.
    """

    path: Path
    id_column: str = KEY
    base: str | None = None
    system: str | None = None
    grids_datum: str | None = None
    ballpark_m: float | None = None
    repair: bool = False
    heal: bool = False
    noise_m: float = NOISE_M


class FieldChange(NamedTuple):
    """A value of a grid that came back as another one, as text; None for no value."""

    grid: str
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, eq=False)
class ImportedDraft:
    """What came back, laid over its base.

    Attributes
    ----------
    base
        The version that it was drawn on.
    is_on_head
        Whether that one is still the head.
    rows
        What the file holds, in the CRS of the store; `reconciliation.returned.rows`
        says which row each grid or half is.
    reconciliation
        What became of the grids.
    fields
        Values that are others than in the base, by grid and field.
    notices
        What the user should read.
    sums
        Grid and name -> people or households of the whole grids that it became, where
        the file has those of one of them.
    """

    base: Version
    is_on_head: bool
    rows: gpd.GeoDataFrame
    reconciliation: Reconciliation
    fields: tuple[FieldChange, ...]
    notices: tuple[str, ...]
    sums: Mapping[tuple[str, str], int] = field(default_factory=dict)


def export_draft(store: Store, path: Path, system: str = MAIN_SYSTEM) -> Version:
    """Write the grids of the head for QGIS and ArcGIS; return the version.

    Parameters
    ----------
    store
        What has it.
    path
        The GeoPackage.
    system
        The grid system.

    Raises
    ------
    SettingError
        If there is no such system, or the file cannot be written.
    NoVersionError
        If every version of it was withdrawn.
    """
    refuse_unknown_systems(store, [system], option="--system")
    head = store.history(system).head()
    if head is None:
        raise NoVersionError(
            "Grid system {system!r} has no version that was not withdrawn; publish "
            "its grids first.",
            system=system,
        )
    write_draft(path, _columns(store, head), _base_of(head))
    return head


def import_draft(store: Store, job: ImportJob) -> ImportedDraft:
    """Read what came back and lay it over the version that it was drawn on.

    Nothing is stored.

    Parameters
    ----------
    store
        What has that version.
    job
        File and options.

    Raises
    ------
    VersionConflictError
        If the base is not said, is not in the store, or file and option differ.
    InputFileError, InvalidLayerError, CoverageError, CrsError
        If the file holds no usable grids, or their ids without their zeros.
    """
    draft = read_draft(job.path)
    history = _history(store, job, draft)
    base = _base(history, job, draft)
    layer = _columns(store, base)
    rows, notices = _rows(job, draft, layer, store.crs)
    polygons = dict(zip(layer[KEY], layer.geometry, strict=True))
    returned = match_grids(
        polygons, zip(rows[KEY], rows.geometry.to_numpy(), strict=True)
    )
    _refuse_rewritten(job.path, returned)
    reconciliation = reconcile(
        returned, pyproj.CRS(store.crs), is_healed=job.heal, noise_m=job.noise_m
    )
    fields = tuple(_field_changes(layer, rows))
    return ImportedDraft(
        base,
        base == history.head(),
        rows,
        reconciliation,
        fields,
        tuple(notices),
        _sums(layer, reconciliation, fields),
    )


def _sums(
    layer: gpd.GeoDataFrame, outcome: Reconciliation, fields: Iterable[FieldChange]
) -> dict[tuple[str, str], int]:
    """Return the counts of grids that whole grids became, but for typed ones."""
    base, polygons = outcome.returned.base, outcome.polygons
    change = Redrawing(
        {
            key: polygon
            for key, polygon in base.items()
            if polygons.get(key) is not polygon
        },
        {
            key: polygon
            for key, polygon in polygons.items()
            if base.get(key) is not polygon
        },
    )
    names = [name for name in POPULATIONS if name in layer]
    rows = dict(zip(layer[KEY], rows_of(layer, names), strict=True))
    typed = {(field.grid, field.field) for field in fields}
    return {
        (grid, name): count.value
        for name, counts in counts_after(rows, change, ()).items()
        for grid, count in counts.items()
        if count is not None
        and not count.is_estimate
        and count.value != rows.get(grid, {}).get(name)
        and grid in base
        and (grid, name) not in typed
    }


def _refuse_rewritten(path: Path, returned: ReturnedGrids) -> None:
    """Refuse ids that lost their zeros on the way: they are no new grids."""
    rewritten = rewritten_ids(
        [grid for grid in returned.created if grid not in returned.half_of],
        returned.lacking,
    )
    if rewritten:
        raise InvalidLayerError(
            "Ids {found!r} of {path!r} ({count} in all) are {meant!r} of its version "
            "written otherwise, without leading zeros or in other signs; make the "
            "column text where the file was drawn, and write them as they were.",
            found=[grid.id_of_file for grid in rewritten[:3]],
            meant=[grid.id_of_base for grid in rewritten[:3]],
            path=str(path),
            count=len(rewritten),
        )


def write_imported(path: Path, imported: ImportedDraft) -> None:
    """Write grids that came back as they shall be, for QGIS and ArcGIS.

    Halves that wait for an id stand under that of their grid, as QGIS leaves them. A
    grid that whole grids became has the people of all.

    Parameters
    ----------
    path
        The GeoPackage.
    imported
        Without conflicts.

    Raises
    ------
    SettingError
        If there are conflicts, or the file cannot be written.
    """
    outcome = imported.reconciliation
    if outcome.conflicts:
        raise SettingError(
            "What came back has {conflicts}, expected none before it is written; "
            "solve them in the file and import it again.",
            conflicts=count_text(len(outcome.conflicts), "conflict"),
        )
    keys = list(outcome.polygons)
    first = [outcome.returned.rows[key][0] for key in keys]
    polygons = gpd.GeoSeries(list(outcome.polygons.values()), crs=imported.rows.crs)
    frame = imported.rows.iloc[first].reset_index(drop=True).set_geometry(polygons)
    for (key, name), count in imported.sums.items():
        if name in frame:
            frame.loc[keys.index(key), name] = count
    write_draft(path, frame, _base_of(imported.base))


def _base_of(version: Version) -> DraftBase:
    return DraftBase(version.version, version.digest, version.system)


def _columns(store: Store, version: Version) -> gpd.GeoDataFrame:
    """Return the grids of a version with all their columns."""
    layers = store.version_layers(version.version, version.system)
    frame, _ = unfold_attributes(layers.grids, GRIDS)
    return frame.drop(columns="attributes")


def _history(store: Store, job: ImportJob, draft: DraftFile) -> History:
    """Return the history of the grid system that the file is of."""
    own = None if draft.base is None else draft.base.system
    if job.system is not None and own not in (None, job.system):
        raise SettingError(
            "File {path!r} is of grid system {own!r}, and --system is {system!r}; "
            "leave --system away.",
            path=str(job.path),
            own=own,
            system=job.system,
        )
    system = job.system or own or MAIN_SYSTEM
    refuse_unknown_systems(store, [system], option="--system")
    return store.history(system)


def _base(history: History, job: ImportJob, draft: DraftFile) -> Version:
    """Return the version that the file was drawn on."""
    own = draft.base
    if own is None and job.base is None:
        raise VersionConflictError(
            "File {path!r} does not say on which version it was drawn, expected the "
            "column or table of a file that pagoda wrote; name the version with "
            "--base, such as {stand}.",
            path=str(job.path),
            stand=_stand(history.head()),
        )
    stand = own and sentence(
        "{version}, digest {digest}",
        version=own.version,
        digest=own.digest[:SHOWN_DIGITS],
    )
    version = _version(history, job.base or (own.digest if own else ""))
    if version is None:
        raise VersionConflictError(
            "Grid system {system!r} has no version {base}, on which {path!r} is said "
            "to be drawn; name the store that has it with --store, or its version "
            "with --base.",
            system=history.system,
            base=job.base or stand,
            path=str(job.path),
        )
    if own is not None and (own.version, own.digest) != (
        version.version,
        version.digest,
    ):
        raise VersionConflictError(
            "File {path!r} was drawn on version {stand}, and --base is {base!r}; "
            "leave --base away.",
            path=str(job.path),
            stand=stand,
            base=job.base,
        )
    return version


def _version(history: History, reference: str) -> Version | None:
    """Return the version of a number or of the first letters of a digest."""
    standing = history.standing()
    for version in standing:
        if reference == str(version.version):
            return version
    matches = [v for v in standing if v.digest.startswith(reference.lower())]
    return matches[-1] if len(reference) >= DIGEST_DIGITS and matches else None


def _stand(head: Version | None) -> str:
    return "1" if head is None else str(head.version)


def _rows(
    job: ImportJob, draft: DraftFile, layer: gpd.GeoDataFrame, crs: str
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the grids that came back in the CRS of the store, and what to say."""
    names = {str(name) for name in layer.columns} - {"geometry"}
    names |= {field.name for field in GRIDS.fields}
    rows = draft_rows(draft, job.id_column, sorted(names), allow_invalid=job.repair)
    datum, notice = choose_datum(
        sentence("grids"), "--grids-datum", job.grids_datum, rows.crs, job.ballpark_m
    )
    notices = [notice, *refuse_misplaced(rows, datum, "--grids-datum")]
    if job.repair:
        polygons, mendings = mend_grids(
            rows[KEY].tolist(), rows.geometry.to_numpy(), datum.crs
        )
        rows = rows.set_geometry(gpd.GeoSeries(polygons, rows.index, crs=rows.crs))
        notices += [mending.to_text() for mending in mendings]
    return bring_polygons(rows, datum, crs), [*notices_of(rows), *notices]


def _field_changes(
    layer: gpd.GeoDataFrame, rows: gpd.GeoDataFrame
) -> list[FieldChange]:
    """Return the values of grids that came back once, where they are others."""
    common = [name for name in layer.columns if name in rows and name != "geometry"]
    before, after = (frame.set_index(KEY) for frame in (layer, rows))
    after = after[~after.index.duplicated(keep=False)]
    grids = sorted(set(before.index) & set(after.index))
    changes = []
    for name in common:
        if name == KEY:
            continue
        for grid, old, new in zip(
            grids,
            _texts(before.loc[grids, name]),
            _texts(after.loc[grids, name]),
            strict=True,
        ):
            if old != new:
                changes.append(FieldChange(grid, name, old, new))
    return sorted(changes)


def _texts(values: pd.Series) -> list[str | None]:
    """Return values as text, whole numbers without decimals; None where none is."""
    return [
        None if is_missing or value == "" else _text(value)
        for value, is_missing in zip(values.tolist(), values.isna(), strict=True)
    ]


def _text(value: object) -> str:
    is_whole = isinstance(value, float) and value.is_integer()
    return f"{value:.0f}" if is_whole else str(value)
