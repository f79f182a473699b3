"""Jacobian, Hessian and Hessian-vector product: the same verbs applied again.

jacobian: the sweep seeded with deltas   hessian = jacobian(gradient)   hvp = jvp(gradient)
"""

from __future__ import annotations

from collections.abc import Sequence

from symnet.calculus import terms as t
from symnet.calculus.affine import Affine, of_index
from symnet.calculus.cut import apart
from symnet.calculus.forward import jvp
from symnet.calculus.matrix import with_inverses
from symnet.calculus.names import unused_name
from symnet.calculus.relax import relaxed
from symnet.calculus.reverse import Sweep, assemble, gradient, wanted
from symnet.notation import DerivativeError, Graph, Tensor, fresh


def jacobian(graph: Graph, wrt: str | Tensor) -> Graph:
    """d output / d variable, named `dy_dw`: the output's axes first, then the variable's.

    The sweep's cotangents carry the output's indices in front; it starts from a product of deltas.
    """
    (variable,) = wanted(graph, wrt)
    return _jacobian(graph, variable, None)


def _jacobian(graph: Graph, variable: Tensor, name: str | None) -> Graph:
    completed = with_inverses(graph)
    return relaxed(completed, (variable,), lambda g: _seeded(g, g.tensor(variable.name), name))


def _seeded(graph: Graph, variable: Tensor, name: str | None) -> Graph:
    output = graph.output
    prefix = fresh(output.indices)
    taken = {x.name for x in graph.tensors}
    name = unused_name(name or f"d{output.name}_d{variable.name}", taken)

    def seed(slots: Sequence[Affine]) -> t.Poly:
        builder = t.Builder()
        for p, s in zip(prefix, slots, strict=True):
            builder.times(t.equals_zero(of_index(p) - s))
        return builder.close()

    sweep = Sweep(graph, (variable,), {output.name: seed}, prefix, {variable.name: name})
    cotangents = sweep.run()
    return assemble(graph, cotangents, (variable,), graph.inputs, (), sweep.notes)


def hessian(graph: Graph, wrt: str | Tensor) -> Graph:
    """d2 output / d variable^2 of a scalar, named `d2L_dw2`: the variable's axes twice."""
    (variable,) = wanted(graph, wrt)
    output = graph.output
    if output.order:
        raise DerivativeError(
            f"{output.name} has {output.order} axes; a Hessian is of one scalar: "
            "ask for the jacobian of the gradient of an entry"
        )
    name = f"d2{output.name}_d{variable.name}2"
    return apart(graph, (variable,), lambda g: _jacobian(gradient(g, variable), variable, name))


def hvp(graph: Graph, wrt: str | Tensor) -> Graph:
    """The Hessian times the new input `w_dot`: the pushforward of the gradient."""
    variable = wanted(graph, wrt)
    return apart(graph, variable, lambda g: jvp(gradient(g, variable), variable))
