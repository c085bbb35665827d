"""What `pagoda check` prints."""

from collections.abc import Mapping

from api.service.check import CodeReport, Findings
from gis.codes import Verdict
from gis.counts import count_text
from gis.sentences import sentence
from layers.files.grid_parts import numbers_text


def check_lines(findings: Findings, timezone: str) -> list[str]:
    """Return all findings as plain reports.

    Parameters
    ----------
    findings
        What `pagoda check` found.
    timezone
        IANA zone of the times shown.
    """
    lines = [findings.coverage.to_text()]
    if any(fault.kind == "invalid" for fault in findings.coverage.faults):
        lines.append(sentence("Rings that are not valid can be mended with --repair."))
    lines += [mending.to_text() for mending in findings.mendings]
    lines += [*findings.parts, *id_lines(findings.repeated)]
    if findings.roster is not None:
        lines += [findings.roster.to_text(timezone), *findings.days]
    if findings.codes is not None:
        lines += code_lines(findings.codes)
    return lines


def id_lines(repeated: Mapping[str, tuple[int, ...]]) -> list[str]:
    """Return the report on ids that stand on several polygons, one line an id."""
    if not repeated:
        return []
    return [
        sentence(
            "Grid ids: not clean: {stand} on several polygons; correct the rows, or "
            "say with --join-parts that they are parts of one grid",
            stand=count_text(len(repeated), "stands", "stand"),
        ),
        *(
            sentence(
                "fault: {grid_id!r} stands on the rows {numbers_text}",
                grid_id=grid_id,
                numbers_text=numbers_text(rows),
            )
            for grid_id, rows in repeated.items()
        ),
    ]


def code_lines(codes: CodeReport) -> list[str]:
    """Return the report on grid codes, one line a fault."""
    verdict = sentence("clean") if codes.is_clean else sentence("not clean")
    return [
        sentence(
            "Grid codes: {verdict}: {ids}, {faulty:,} with faults or notes",
            verdict=verdict,
            ids=count_text(codes.count, "id"),
            faulty=len(codes.faulty),
        ),
        *(
            sentence(
                "{sort}: {text}",
                sort=sentence("fault")
                if fault.verdict is Verdict.ERROR
                else sentence("note"),
                text=fault.text,
            )
            for check in codes.faulty
            for fault in check.faults
        ),
    ]
