"""Pages for browsers that work without scripts: templates and one style sheet."""

from layers.pages.rendering import INTEGRITY, POLICY, STYLE, page, problem_page

__all__ = ["INTEGRITY", "POLICY", "STYLE", "page", "problem_page"]
