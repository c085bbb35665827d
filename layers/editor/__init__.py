"""The planner's editor of grid boundaries: one session, for a page and a notebook."""

from layers.editor.session import EditorContext, EditorSession
from layers.editor.snap_lines import SnapLines

__all__ = ["EditorContext", "EditorSession", "SnapLines"]
