"""A derived name is the plain one, or the first free number behind it."""

from symnet.calculus import jvp
from symnet.calculus.names import unused_name
from symnet.notation import Graph, Index, Tensor, define, total

n = Index("n", "N")
x, L = Tensor("x", n), Tensor("L")


def test_the_first_free_name() -> None:
    assert unused_name("x_bar", set()) == "x_bar"
    assert unused_name("x_bar", {"x_bar"}) == "x_bar2"
    assert unused_name("x_bar", {"x_bar", "x_bar2", "x_bar4"}) == "x_bar3"


def test_a_second_pushforward_has_a_direction_of_its_own() -> None:
    graph = Graph(define(L, total(x[n] ** 3, over=n)), parameters=[x])
    twice = jvp(jvp(graph, "x"), "x")
    assert [t.name for t in twice.inputs] == ["x_dot", "x_dot2"]
