"""Jacobian, Hessian and Hessian-vector product: the same verbs applied again.

jacobian: the sweep seeded with deltas   hessian = jacobian(gradient)   hvp = jvp(gradient)
"""

from __future__ import annotations

from collections.abc import Sequence

from symnet.calculus import terms as t
from symnet.calculus.affine import Affine
from symnet.calculus.cut import apart
from symnet.calculus.forward import jvp
from symnet.calculus.journal import Journal
from symnet.calculus.matrix import with_inverses
from symnet.calculus.names import unused_name
from symnet.calculus.relax import relaxed
from symnet.calculus.reverse import Sweep, assemble, gradient, wanted
from symnet.notation import DerivativeError, Graph, Tensor, fresh


def jacobian(graph: Graph, wrt: str | Tensor, journal: Journal | None = None) -> Graph:
    """d output / d variable, named `dy_dw`: the output's axes first, then the variable's.

    The sweep's cotangents carry the output's indices in front; it starts from a product of deltas.
    A `journal` records the steps.
    """
    (variable,) = wanted(graph, wrt)
    return _jacobian(graph, variable, None, journal)


def _jacobian(graph: Graph, variable: Tensor, name: str | None, journal: Journal | None) -> Graph:
    completed = with_inverses(graph)

    def derive(g: Graph) -> Graph:
        return _seeded(g, g.tensor(variable.name), name, journal)

    return relaxed(completed, (variable,), derive)


def _seeded(graph: Graph, variable: Tensor, name: str | None, journal: Journal | None) -> Graph:
    output = graph.output
    prefix = fresh(output.indices)
    taken = {x.name for x in graph.tensors}
    name = unused_name(name or f"d{output.name}_d{variable.name}", taken)

    def seed(slots: Sequence[Affine]) -> t.Poly:
        builder = t.Builder()
        builder.equate(prefix, slots)
        return builder.close()

    names = {variable.name: name}
    sweep = Sweep(graph, (variable,), {output.name: seed}, prefix, names, journal=journal)
    cotangents = sweep.run()
    return assemble(graph, cotangents, (variable,), graph.inputs, (), sweep.notes)


def hessian(
    graph: Graph, wrt: str | Tensor, journals: tuple[Journal | None, Journal | None] = (None, None)
) -> Graph:
    """d2 output / d variable^2 of a scalar, named `d2L_dw2`: the variable's axes twice.

    `journals` record the steps of the gradient, and of its Jacobian.
    """
    (variable,) = wanted(graph, wrt)
    output = graph.output
    if output.order:
        raise DerivativeError(
            f"{output.name} has {output.order} axes; a Hessian is of one scalar: "
            "ask for the jacobian of the gradient of an entry"
        )
    name = f"d2{output.name}_d{variable.name}2"

    def twice(g: Graph) -> Graph:
        first, second = journals
        return _jacobian(gradient(g, variable, journal=first), variable, name, second)

    return apart(graph, (variable,), twice)


def hvp(graph: Graph, wrt: str | Tensor) -> Graph:
    """The Hessian times the new input `w_dot`: the pushforward of the gradient."""
    variable = wanted(graph, wrt)
    return apart(graph, variable, lambda g: jvp(gradient(g, variable), variable))
