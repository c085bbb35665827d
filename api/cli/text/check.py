"""What `pagoda check` prints."""

from api.service.check import CodeReport, Findings
from gis.codes import Verdict


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
    if findings.roster is not None:
        lines.append(findings.roster.to_text(timezone))
    if findings.codes is not None:
        lines += code_lines(findings.codes)
    return lines


def code_lines(codes: CodeReport) -> list[str]:
    """Return the report on grid codes, one line a fault."""
    verdict = "clean" if codes.is_clean else "not clean"
    return [
        f"Grid codes: {verdict}: {codes.count:,} ids, "
        f"{len(codes.faulty):,} with faults or notes",
        *(
            f"{'fault' if fault.verdict is Verdict.ERROR else 'note'}: {fault.text}"
            for check in codes.faulty
            for fault in check.faults
        ),
    ]
