"""The editor of grid boundaries in a cell of a notebook; needs the extra `notebook`."""

from typing import Any, Final

import anywidget
import traitlets

from gis.editing import Workspace
from layers.editor.editor_page import script_json
from layers.editor.session import EditorContext, EditorSession
from layers.editor_code import editor_module, editor_styles
from layers.languages import user_language
from layers.maps.offline import packed_code
from layers.words.editor import editor_words

HEIGHT_PX: Final = 720

# Leaflet gives itself to whoever has `exports`, and to the window besides
_MODULE: Final = """
const leaflet = (() => {{
  const exports = {{}}, module = {{ exports }};
  let define;
  const before = window.L;
  {leaflet}
  const own = window.L;
  window.L = before;
  return own;
}})();
{module}
const words = {words}, lang = "{lang}";
const pause = () => new Promise((resume) => setTimeout(resume, 20));
async function render({{ model, el }}) {{
  el.style.height = "{height}px";
  el.classList.add("pagoda-editor");
  // colours and sizes are those of the page, once the cell and its styles are in it
  const isStyled = () => getComputedStyle(el).getPropertyValue("--paper");
  for (let tries = 0; tries < 250 && !(el.isConnected && isStyled()); tries += 1) {{
    await pause();
  }}
  const editor = mount(el, {{
    L: leaflet,
    words,
    lang,
    send: (message) => model.send(message),
    onReceive: (receive) => model.on("msg:custom", receive),
  }});
  return () => {{
    model.off("msg:custom");
    editor.destroy();
  }};
}}
export default {{ render }};
"""


def widget_module() -> str:
    """Return Leaflet and the editor as the one ES module of the widget.

    Raises
    ------
    MapError
        If the browser code was not installed.
    """
    return _MODULE.format(
        leaflet=packed_code("leaflet.js"),
        module=editor_module(),
        words=script_json(editor_words()),
        lang=user_language(),
        height=HEIGHT_PX,
    )


class GridEditor(anywidget.AnyWidget):
    """An editor on a draft, shown as the last value of a cell.

    What is drawn in it is done on the draft itself: other cells see it, and what they
    do to the draft is shown with its next answer.

    Parameters
    ----------
    workspace
        The draft, as `open_workspace` returns it.
    context
        Author, lines to snap to, figures and file; none of it is needed.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> squares = [shapely.box(0, 0, 0.1, 0.1), shapely.box(0.1, 0, 0.2, 0.1)]
    >>> grids = gpd.GeoDataFrame(
    ...     {"grid_id": ["A-1", "A-2"]}, geometry=squares, crs=4490
    ... )
    >>> editor = GridEditor(Workspace(grids))
    >>> editor.session.workspace.ids()
    ['A-1', 'A-2']
    """

    # anywidget takes files too, and would watch them
    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, workspace: Workspace, context: EditorContext | None = None
    ) -> None:
        self.session = EditorSession(workspace, context or EditorContext())
        super().__init__(_esm=widget_module(), _css=editor_styles())
        self.on_msg(self._answer)

    def _answer(self, _: Any, message: dict[str, Any], buffers: list[Any]) -> None:
        """Answer a message of the browser."""
        answer, arrays = self.session.receive(message, [bytes(b) for b in buffers])
        self.send(answer, arrays)
