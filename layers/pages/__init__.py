"""Pages for browsers that work without scripts: templates and one style sheet."""

from layers.pages.rendering import (
    FORM_POLICY,
    INTEGRITY,
    PHONE_POLICY,
    PHOTO_POLICY,
    POLICY,
    STYLE,
    page,
    problem_page,
)

__all__ = [
    "FORM_POLICY",
    "INTEGRITY",
    "PHONE_POLICY",
    "PHOTO_POLICY",
    "POLICY",
    "STYLE",
    "page",
    "problem_page",
]
