"""Which earlier forms of a store a run brings to today's."""

import os


def forms_tried(newest: int) -> list[int]:
    """Every earlier form in `make soak`; the first, the last and one in each run."""
    forms = list(range(1, newest))
    return forms if os.environ.get("PAGODA_SOAK") else [1, newest // 2, newest - 1]
