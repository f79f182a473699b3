"""NAME on the command line -> a page of derivations/, or the graph of a layer or an optimiser.

    checkout: ../derivations/NAME.py      wheel: symnet/_derivations/NAME.py

A page comes before a layer of the same name: it shows the layer, and more.
"""

from __future__ import annotations

import importlib.util
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType

from symnet.cli import UsageError
from symnet.cli.page import Page
from symnet.layers import catalogue
from symnet.notation import Graph
from symnet.train.optimizers import OPTIMIZERS

PACKAGE = Path(__file__).parents[1]


def page_folder() -> Path:
    """Where the pages are: beside the package in a checkout, inside of it in a wheel."""
    inside = PACKAGE / "_derivations"
    return inside if inside.is_dir() else PACKAGE.parent / "derivations"


def page_names() -> list[str]:
    """The names of all pages, sorted."""
    return sorted(p.stem for p in page_folder().glob("*.py") if not p.stem.startswith("_"))


def names() -> list[str]:
    """Every NAME: pages first, then layers, then optimisers."""
    return list(dict.fromkeys((*page_names(), *catalogue(), *OPTIMIZERS)))


def page_module(name: str) -> ModuleType:
    """The module of a page, loaded from its file. Raises UsageError if there is none."""
    if name not in page_names():
        raise UsageError(unknown(name, page_names()))
    path = page_folder() / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"symnet_page_{name}", path)
    assert spec is not None and spec.loader is not None, path
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page(name: str) -> Page:
    """The page of that name. Raises UsageError if there is none."""
    found = page_module(name).PAGE
    assert isinstance(found, Page), name
    return found


def graph(name: str) -> Graph:
    """The graph of a page's first section, of a layer, or of an optimiser.

    Raises UsageError for an unknown name.
    """
    if name in page_names():
        return page(name).sections()[0].graph
    if name in catalogue():
        return catalogue()[name]()
    if name in OPTIMIZERS:
        return OPTIMIZERS[name]().graph
    raise UsageError(unknown(name, names()))


def unknown(name: str, known: list[str]) -> str:
    """The message for a name that does not exist, with the nearest ones."""
    near = get_close_matches(name, known, 3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}"
    return f"unknown name {name!r}; {hint}"
