"""Pages for browsers that work without scripts: templates and one style sheet."""

from layers.pages.rendering import (
    INTEGRITY,
    PHONE_POLICY,
    PHOTO_POLICY,
    POLICY,
    STYLE,
    page,
    problem_page,
)

__all__ = [
    "INTEGRITY",
    "PHONE_POLICY",
    "PHOTO_POLICY",
    "POLICY",
    "STYLE",
    "page",
    "problem_page",
]
