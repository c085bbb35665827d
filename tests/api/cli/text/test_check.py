"""Lines of what a check found."""

import shapely

from api.cli.text.check import check_lines, code_lines, id_lines
from api.service.check import CodeReport, Findings
from gis.codes import check_unit_grid
from gis.coverage import Mending, certify

SHORT, UNUSUAL = "33019910100100", "330199101001000"


def test_codes_are_counted_and_every_fault_is_a_line() -> None:
    checks = (check_unit_grid(SHORT), check_unit_grid(UNUSUAL))
    head, fault, note = code_lines(CodeReport(1250, checks))
    assert head == "Grid codes: not clean: 1,250 ids, 2 with faults or notes"
    assert fault.startswith(f"fault: Code {SHORT!r} does not fit its pattern")
    assert note.startswith("note: Sequence '000' is not usual")


def test_codes_with_notes_alone_are_clean() -> None:
    [head, note] = code_lines(CodeReport(1, (check_unit_grid(UNUSUAL),)))
    assert head == "Grid codes: clean: 1 id, 1 with faults or notes"
    assert note.startswith("note: ")


def test_certificate_stands_first_and_only_what_was_asked_for_follows() -> None:
    squares = [shapely.box(120, 30, 120.1, 30.1), shapely.box(120.1, 30, 120.2, 30.1)]
    certificate = certify(["G1", "G2"], squares, "EPSG:4490")
    codes = CodeReport(2, ())
    bare = Findings(certificate, None, None, notice="")
    coded = Findings(certificate, None, codes, notice="")
    text = certificate.to_text()
    assert check_lines(bare, "Asia/Shanghai") == [text]
    assert check_lines(coded, "Asia/Shanghai") == [text, *code_lines(codes)]


def test_repeated_ids_are_counted_and_each_is_a_line() -> None:
    head, first, second = id_lines({"A": (1, 3), "B": (2, 4, 5)})
    assert head.startswith("Grid ids: not clean: 2 stand on several polygons; ")
    assert first == "fault: 'A' stands on the rows 1, 3"
    assert second == "fault: 'B' stands on the rows 2, 4, 5"
    assert id_lines({}) == []


def test_mended_grids_follow_the_certificate() -> None:
    certificate = certify(["G1"], [shapely.box(120, 30, 120.1, 30.1)], "EPSG:4490")
    mending = Mending("G1", 10.0, 10.001)
    findings = Findings(certificate, None, None, notice="", mendings=(mending,))
    assert check_lines(findings, "Asia/Shanghai")[1:] == [mending.to_text()]


def test_option_that_mends_is_named_where_a_ring_is_broken() -> None:
    bow_tie = shapely.Polygon([(120, 30), (120.1, 30.1), (120.1, 30), (120, 30.1)])
    findings = Findings(certify(["G1"], [bow_tie], "EPSG:4490"), None, None, notice="")
    assert check_lines(findings, "Asia/Shanghai")[1].endswith("--repair.")
