"""What identifies a model: a hash of its definitions, whatever letters its indices have.

    y[n,j] = sum_i x[n,i] W[i,j]   and   y[a,b] = sum_c W[c,b] x[a,c]   have one fingerprint

Free indices become f0, f1, ... in the order of the left side, bound ones b0, b1, ... from the
outside; the operands of sums and products are sorted. So it is the same in every process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import sympy

from symnet.notation import Binder, Definition, Entry, Graph, Index, Tensor


def fingerprint(graph: Graph) -> str:
    """The SHA-256, in hexadecimal, of the definitions, given tensors, outputs, and what is beside.

    Beside are updates, how inputs are drawn, and estimates; where parameters start does not count.
    """
    return hashlib.sha256(canonical(graph).encode()).hexdigest()


def canonical(graph: Graph) -> str:
    """The text that is hashed: a line for each given tensor, each definition, each thing beside."""
    lines = [f"given {_tensor(t)}" for t in sorted(graph.given, key=lambda t: t.name)]
    lines += [_definition(d) for d in graph.definitions]
    lines += [f"update {state.name} <- {new.name}" for state, new in graph.updates]
    lines += [f"drawn {t.name}: {r.kind} {r.mean} {r.deviation}" for t, r in graph.drawn]
    lines += [f"estimate {t.name} by {state.name}" for t, state in graph.estimates]
    lines += [f"output {t.name}" for t in graph.outputs]
    return "\n".join(lines)


def parameters_fingerprint(parameters: Iterable[Tensor]) -> str:
    """The SHA-256, in hexadecimal, of the parameters' names and extents."""
    text = "\n".join(sorted(_tensor(t) for t in parameters))
    return hashlib.sha256(text.encode()).hexdigest()


def _tensor(t: Tensor) -> str:
    return f"{t.name}{[str(e) for e in t.shape]}{sorted(t.assume)}{t.below}"


def _definition(d: Definition) -> str:
    names = {i: f"f{k}" for k, i in enumerate(d.free)}
    left = f"{d.name}[{','.join(f'{names[i]}<{i.extent}' for i in d.free)}]"
    base = "" if d.base is None else f" base {_text(d.base, names, 0)}"
    return f"{left} = {_text(d.expression, names, 0)}{base}"


def _text(e: sympy.Basic, names: Mapping[Index, str], depth: int) -> str:
    if isinstance(e, Index):
        return names[e]
    if isinstance(e, Binder):
        inner = {**names, **{i: f"b{depth + k}" for k, i in enumerate(e.bound)}}
        over = ",".join(f"{inner[i]}<{i.extent}" for i in e.bound)
        return f"{e.symbol}[{over}]({_text(e.body, inner, depth + len(e.bound))})"
    if isinstance(e, Entry):
        return f"{e.tensor.name}[{','.join(_text(s, names, depth) for s in e.slots)}]"
    if not e.args:
        return str(e)
    parts = [_text(a, names, depth) for a in e.args]
    if isinstance(e, sympy.Add | sympy.Mul):
        parts.sort()
    return f"{type(e).__name__}({','.join(parts)})"
