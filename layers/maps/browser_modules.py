"""Our ES modules for the browser in one piece, for a page that is one file."""

import re
from dataclasses import dataclass

from gis.errors import MapError
from layers.maps import offline

_IMPORT = re.compile(
    r'^import \{\s*(\w+(?:\s*,\s*\w+)*)\s*,?\s*\} from "\./(\w+)\.js";\n', re.MULTILINE
)
_EXPORT = re.compile(
    r"^export (?=(?:async )?(?:function|const|let|class) (\w+))", re.MULTILINE
)
_NAME = re.compile(
    r"^(?:async )?(?:function\*?|const|let|var|class) (\w+)", re.MULTILINE
)
_REST = re.compile(r"^\s*(?:import|export)\b.*", re.MULTILINE)
"""What a browser understands, but our few lines do not."""


@dataclass(frozen=True, slots=True)
class _Module:
    """One file without the words of modules: its imports, exports, names and code."""

    imports: dict[str, set[str]]
    exports: set[str]
    names: list[str]
    code: str


def one_piece(name: str) -> str:
    """Return a module and all that it imports as one classic script.

    Modules stand in order of their imports, each once; the words ``import`` and
    ``export`` are off. All share one scope, so no name may stand on the outermost level
    of two of them.

    Parameters
    ----------
    name
        Of a file in `layers/browser`, without its ending.

    Raises
    ------
    MapError
        If a module is not there, two have the same name, one imports what another does
        not export or itself through others, or writes an import or export otherwise
        than ``import { a, b } from "./c.js";`` and ``export function``, ``const``,
        ``let`` or ``class``.

    Examples
    --------
    >>> code = one_piece("words")
    >>> code.index("function h(") < code.index("function wordsOf(")
    True
    """
    modules = _in_order(name, {}, ())
    _refuse_shared_names(modules)
    for importer, module in modules.items():
        for source, names in module.imports.items():
            absent = sorted(names - modules[source].exports)
            if absent:
                raise MapError(
                    "The module {importer}.js imports {absent!r} from {source}.js, "
                    "expected one of its exports; export it there or import another.",
                    importer=importer,
                    absent=absent[0],
                    source=source,
                )
    return "".join(module.code for module in modules.values())


def module_names(name: str) -> list[str]:
    """Return the names of a module and all that it imports, those first.

    Parameters
    ----------
    name
        As `one_piece` takes it.

    Examples
    --------
    >>> module_names("words")
    ['dom', 'words']
    """
    return list(_in_order(name, {}, ()))


def _in_order(
    name: str, modules: dict[str, _Module], above: tuple[str, ...]
) -> dict[str, _Module]:
    """Add a module after all that it imports, unless it is there."""
    if name in above:
        way = " -> ".join((*above[above.index(name) :], name))
        raise MapError(
            "The module {name}.js imports itself ({way}), expected imports in one "
            "direction; move what both need to a module of its own.",
            name=name,
            way=way,
        )
    if name not in modules:
        module = _read(name)
        for source in module.imports:
            _in_order(source, modules, (*above, name))
        modules[name] = module
    return modules


def _read(name: str) -> _Module:
    """Read one module and take the words of modules off."""
    text = offline.browser_file(offline.BROWSER / f"{name}.js").decode()
    imports = {
        source: {word.strip() for word in names.split(",")}
        for names, source in _IMPORT.findall(text)
    }
    code = _EXPORT.sub("", _IMPORT.sub("", text))
    rest = _REST.search(code)
    if rest:
        raise MapError(
            "The module {name}.js says {rest!r}, expected import {{ name }} from "
            '"./module.js"; or export before a function, const, let or class; write '
            "it so.",
            name=name,
            rest=rest[0].strip()[:60],
        )
    return _Module(imports, set(_EXPORT.findall(text)), _NAME.findall(code), code)


def _refuse_shared_names(modules: dict[str, _Module]) -> None:
    """Raise where two modules have the same name on their outermost level."""
    owners: dict[str, str] = {}
    for owner, module in modules.items():
        for name in module.names:
            if name in owners:
                raise MapError(
                    "The modules {owners}.js and {owner}.js both have the name "
                    "{name!r}, expected each in one of them; give one another name.",
                    owners=owners[name],
                    owner=owner,
                    name=name,
                )
            owners[name] = owner
