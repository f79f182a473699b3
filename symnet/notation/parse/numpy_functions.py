"""Which function a name means: the tables together, the modules, and what is refused by name.

softmax, np.softmax, jax.nn.softmax  =>  one Function
"""

from __future__ import annotations

import ast

from symnet.notation.errors import ParseError
from symnet.notation.parse import (
    numpy_constants,
    numpy_convolution,
    numpy_diagonals,
    numpy_einsum,
    numpy_elementwise,
    numpy_joins,
    numpy_linear,
    numpy_norms,
    numpy_products,
    numpy_reduce,
    numpy_refused,
    numpy_reshape,
    numpy_shaping,
    numpy_shifts,
)
from symnet.notation.parse.call import Function, Table
from symnet.notation.parse.source import Source, nearest

FUNCTIONS: dict[str, Function] = {
    **numpy_refused.TABLE,
    **numpy_elementwise.TABLE,
    **numpy_reduce.TABLE,
    **numpy_products.TABLE,
    **numpy_einsum.TABLE,
    **numpy_diagonals.TABLE,
    **numpy_reshape.TABLE,
    **numpy_shaping.TABLE,
    **numpy_joins.TABLE,
    **numpy_shifts.TABLE,
    **numpy_constants.TABLE,
    **numpy_linear.TABLE,
    **numpy_norms.TABLE,
    **numpy_convolution.TABLE,
}
SUPPORTED = [name for name, function in FUNCTIONS.items() if not function.instead]
METHODS = [name for name in SUPPORTED if FUNCTIONS[name].method]
MODULES = frozenset(
    {
        *("np", "numpy", "np.linalg", "numpy.linalg", "linalg", "math", "nn", "F"),
        *("scipy", "scipy.special", "special", "scipy.linalg"),
        *("jnp", "jnp.linalg", "jax", "jax.numpy", "jax.numpy.linalg", "jax.nn", "jax.scipy"),
        *("jax.scipy.special", "jax.scipy.linalg"),
    }
)
# What a module means by a name that NumPy has too, with other axes.
IN_MODULE: dict[str, Table] = {
    "linalg": numpy_linear.IN_LINALG,
    "special": numpy_reduce.IN_SPECIAL,
}
ELSEWHERE = "; docs/text.md lists what is"


def dotted(node: ast.expr) -> str | None:
    """np.linalg for the names of modules, else None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return None if before is None else f"{before}.{node.attr}"
    return None


def function(source: Source, node: ast.expr, name: str, module: str = "") -> Function:
    """The function of that name in a module; raises ParseError with what comes nearest."""
    found = IN_MODULE.get(module.split(".")[-1], {}).get(name) or FUNCTIONS.get(name)
    if found is None or found.instead:
        raise unsupported(source, node, name, module)
    return found


def unsupported(source: Source, node: ast.AST, name: str, module: str = "") -> ParseError:
    """The error for a name that is no function here."""
    spelled = f"{module}.{name}" if module else name
    found = FUNCTIONS.get(name)
    hint = f"; {found.instead}" if found else nearest(name, SUPPORTED) or ELSEWHERE
    return source.error(node, f"{spelled} is not supported{hint}")


def unknown_module(source: Source, node: ast.Attribute, module: str) -> ParseError:
    """The error for torch.sum, where torch is neither a tensor nor a module known here."""
    if node.attr in SUPPORTED:
        return source.error(node, f"{module} is not known here; write np.{node.attr}")
    if node.attr in FUNCTIONS:
        return unsupported(source, node, node.attr, module)
    hint = nearest(module, MODULES) or "; np and scipy.special are"
    return source.error(node, f"{module} is neither a tensor nor a module known here{hint}")
