"""The page of the editor: one closed page that talks to the program that served it."""

import json
from typing import Final

from layers.editor_code import editor_module, editor_styles
from layers.languages import page_language, user_language
from layers.maps.offline import packed_code
from layers.words.editor import editor_words

POLICY: Final = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "script-src 'nonce-{nonce}'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""What the browser lets the page do; the nonce is of one answer."""
MESSAGES_PATH: Final = "/message"
LEFT_PATH: Final = "/left"

_SHELL: Final = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>html, body, #editor {{ height: 100%; margin: 0; }}
{styles}</style>
</head>
<body>
<div id="editor"></div>
<script nonce="{nonce}">{leaflet}</script>
<script type="module" nonce="{nonce}">{module}
{exchange}</script>
</body>
</html>
"""
# frames as `layers.editor.messages` has them; a message that gets no answer is told
_EXCHANGE: Final = """
const words = {words}, lang = "{lang}";
let receive = () => {{}};
function frameOf(message) {{
  const head = new TextEncoder().encode(JSON.stringify({{ message, buffers: [] }}));
  const frame = new Uint8Array(4 + head.length);
  new DataView(frame.buffer).setUint32(0, head.length, true);
  frame.set(head, 4);
  return frame;
}}
function readFrame(frame) {{
  const length = new DataView(frame).getUint32(0, true);
  const {{ message, buffers }} = JSON.parse(
    new TextDecoder().decode(new Uint8Array(frame, 4, length)));
  let place = 4 + length;
  const arrays = buffers.map((size) => frame.slice(place, (place += size)));
  return {{ message, arrays }};
}}
const warn = (event) => event.preventDefault();
function follow(message) {{
  if (message.isSaved === false) addEventListener("beforeunload", warn);
  if (message.isSaved || message.type === "saved") {{
    removeEventListener("beforeunload", warn);
  }}
}}
let last = Promise.resolve();
function send(message) {{
  last = last.then(() => exchange(message));
  return last;
}}
async function exchange(message) {{
  let answer;
  try {{
    const response = await fetch("{messages}", {{
      method: "POST", body: frameOf(message),
      headers: {{ "Content-Type": "application/octet-stream" }},
    }});
    if (!response.ok) throw new Error(response.statusText);
    answer = readFrame(await response.arrayBuffer());
  }} catch {{
    receive({{ type: "error", seq: message.seq, ...{lost} }}, []);
    return;
  }}
  follow(answer.message);
  receive(answer.message, answer.arrays);
}}
mount(document.getElementById("editor"), {{
  send, L, words, lang, onReceive: (act) => {{ receive = act; }},
}});
document.querySelector("#editor .leaflet-container")?.focus();
addEventListener("pagehide", () => navigator.sendBeacon("{left}"));
"""


def editor_page(nonce: str, title: str, lost: dict[str, str]) -> str:
    """Return the page of the editor, in the language of its user first.

    Parameters
    ----------
    nonce
        As `POLICY` has it.
    title
        Name of the place.
    lost
        What the page says in both languages once the program has ended.

    Raises
    ------
    MapError
        If the browser code was not installed.

    Examples
    --------
    >>> page = editor_page("abc", "S town", {"zh": "程序已结束", "en": "It has ended"})
    >>> page.count('nonce="abc"'), "://" in page.replace("://www.w3.org", "")
    (2, False)
    """
    return _SHELL.format(
        title=_escaped(title),
        lang=page_language(),
        styles=editor_styles(),
        nonce=nonce,
        leaflet=packed_code("leaflet.js"),
        module=editor_module(),
        exchange=_EXCHANGE.format(
            words=script_json(editor_words()),
            lang=user_language(),
            lost=script_json(lost),
            messages=MESSAGES_PATH,
            left=LEFT_PATH,
        ),
    )


def script_json(value: object) -> str:
    r"""Return a value as JSON that may stand in a script of a page.

    Examples
    --------
    >>> script_json({"a": "</script>"})
    '{"a": "\\u003c/script>"}'
    """
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _escaped(text: str) -> str:
    """Return a text as it may stand in a page."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
