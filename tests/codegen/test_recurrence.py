from symnet.codegen.lower import lower
from symnet.codegen.recurrence import carried_by, components, inner, is_recurrent, schedule
from symnet.notation import Graph, Index, Tensor, compare, define, tanh

t, u = Index("t", "T", sequential=True), Index("u", "U", sequential=True)
x, h, c, y = (Tensor(name, t) for name in "xhcy")


def test_components_in_order() -> None:
    graph = Graph(
        define(h[t], tanh(c[t - 1] + x[t]), base=0),
        define(y[t], x[t] * 2),
        define(c[t], h[t] + c[t - 1] + y[t], base=0),
        inputs=[x],
    )
    groups = [[d.name for d in g] for g in components(lower(graph).defs)]
    assert groups == [["y"], ["h", "c"]]
    loop = schedule(components(lower(graph).defs)[1])
    assert loop.places == {"h": 0, "c": 0} and not loop.backwards
    assert [[d.name for d in g] for g in inner(loop)] == [["h"], ["c"]]


def test_backward_reference_runs_backwards() -> None:
    graph = Graph(define(h[t], compare("<", t + 1, t.extent) * h[t + 1] + x[t]), inputs=[x])
    (group,) = components(lower(graph).defs)
    assert is_recurrent(group) and schedule(group).backwards


def test_the_loop_that_leaves_least_is_chosen() -> None:
    z = Tensor("z", t, u)
    both = compare("<=", 1, t) * z[t - 1, u] + compare("<=", 1, u) * z[t, u - 1]
    (group,) = components(lower(Graph(define(z[t, u], both + 1))).defs)
    assert schedule(group).places == {"z": 0}
    one = compare("<=", 1, u) * compare("<=", 1, t) * z[t - 1, u - 1]
    (group,) = components(lower(Graph(define(z[t, u], one + 1))).defs)
    loop = schedule(group)
    assert not any(is_recurrent(g, carried_by(loop)) for g in inner(loop))
