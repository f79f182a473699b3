"""symnet: layers as SymPy expressions in index notation, carried all the way.

    definition -> gradient formulas -> LaTeX, drawing -> verdict -> NumPy code -> training

`import symnet as sn`; everything below is loaded when it is first used.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES: dict[str, tuple[str, ...]] = {
    "symnet.notation": (
        *("Index", "Tensor", "Entry", "Definition", "Graph", "define", "extent", "rename", "fresh"),
        *("total", "mean", "product", "amax", "amin", "argmax", "logsumexp"),
        *(
            "exp",
            "log",
            "sqrt",
            "sin",
            "cos",
            "tanh",
            "sigmoid",
            "softplus",
            "erf",
            "relu",
            *("arctan", "sinh", "cosh"),
        ),
        *("leaky_relu", "gelu", "gelu_tanh", "silu", "absolute", "sign", "maximum", "minimum"),
        *("where", "compare", "delta", "guard", "detach", "restrict"),
        *("SymnetError", "IndexMismatch", "ExtentMismatch", "GraphError", "UnknownTensor"),
        *(
            "DerivativeError",
            "ShapeMismatch",
            "UnsupportedExpression",
            "ParseError",
            "CheckFailed",
            "TrainingError",
        ),
    ),
    "symnet.notation.parse": ("parse",),
    "symnet.notation.exchange": ("from_sympy", "to_sympy"),
    "symnet.calculus": ("jacobian", "hessian", "hvp", "jvp", "cost"),
    "symnet.verify": ("interpret", "judge"),
    "symnet.verify.derivation": ("steps",),
    "symnet.verify.check": ("check", "check_tensor"),
    "symnet.notation.report": ("Report", "SlipKind"),
    "symnet.codegen": ("build",),
    "symnet.codegen.lambdify": ("lambdify",),
    "symnet.render": ("text", "latex", "draw"),
    "symnet.train": ("fit", "save", "load"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}
_ROOMS = ("calculus", "codegen", "layers", "notation", "render", "train", "verify")

__all__ = ["__version__", "gradient", "to_networkx", *_ROOMS, *_HOME]


def gradient(
    graph: Any,
    wrt: Any,
    cotangent: Any = None,
    check: bool = False,
    shapes: Any = None,
    assume: Any = None,
    **options: Any,
) -> Any:
    """The gradient graph; see symnet.calculus.gradient. `graph` may be text, with its shapes.

    With check=True the judges hold it to differences, adjoint identity and second order at small
    random sizes; raises CheckFailed where they disagree, so that nothing wrong leaves silently.
    """
    if isinstance(graph, str):
        graph = import_module("symnet.notation.parse").parse(graph, shapes, assume=assume)
    derived = import_module("symnet.calculus").gradient(graph, wrt, cotangent, **options)
    if check:
        verdict = import_module("symnet.verify").judge(graph, wrt)
        if not verdict.passed:
            raise import_module("symnet.notation").CheckFailed(
                f"the judges do not confirm the derived gradient, so it is withheld: {verdict}"
            )
    return derived


def to_networkx(graph: Any) -> Any:
    """The graph as a networkx.DiGraph with formulas and costs; see symnet.render.to_networkx.

    sn.to_networkx(back).nodes["z"]["flops"]   =>   2*H*K*N + ..., in the extents
    """
    costs = {row.name: row for row in import_module("symnet.calculus").cost(graph).rows}
    return import_module("symnet.render").to_networkx(graph, costs)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    if name in _ROOMS:
        return import_module(f"symnet.{name}")
    raise AttributeError(f"module 'symnet' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


# What a notebook shows, by symnet.render.notebook: type -> formats.
_SHOWN = {
    ("symnet.notation.graph", "Graph"): ("text/latex", "text/plain"),
    ("symnet.notation.definition", "Definition"): ("text/latex", "text/plain"),
    ("symnet.notation.report", "Report"): ("text/html", "text/plain"),
    ("symnet.verify.shown", "ShownReport"): ("text/plain",),
    ("symnet.verify.derivation", "Derivation"): ("text/plain",),
    ("symnet.render.pictures.drawing", "Drawing"): ("text/plain",),
}


def load_ipython_extension(shell: Any) -> None:
    """Graphs, definitions and reports show themselves; done already where IPython is running."""
    for (module, name), kinds in _SHOWN.items():
        for kind in kinds:
            formatter = shell.display_formatter.formatters[kind]
            formatter.for_type_by_name(module, name, partial(_shown, kind))


def _shown(kind: str, item: Any, *printer: Any) -> Any:
    return import_module("symnet.render.notebook").shown(kind, item, *printer)


_running = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
if _running is not None:
    load_ipython_extension(_running)
