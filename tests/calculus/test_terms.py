"""The canonical terms: laws of the form itself."""

from symnet.calculus import jvp
from symnet.notation import Graph, Index, Tensor, define, exp, log, total


def test_a_common_denominator_with_an_extent_is_taken_out_once():
    """log(sum_j sum_k e^..) with an unused j: the denominator is N sum_k e^.., one factor."""
    n, j, k = Index("n", "N"), Index("j", "N"), Index("k", "K")
    y, z = Tensor("y", k), Tensor("z", n)
    both = log(total(exp(y[k] + 2 * z[n]), over=(j, k)))
    graph = Graph(define(Tensor("d", n)[n], both), inputs=[y, z])
    tangent = jvp(graph, ["y", "z"]).definitions[-1]
    assert str(tangent.expression).count("exp") <= 5
