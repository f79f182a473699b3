"""Joining graphs: order, names, sharing, and what is refused."""

import pytest

from symnet.layers import activation as activate
from symnet.layers import chain, dense, gate, join, linear, mlp, softmax, weights
from symnet.notation import Graph, GraphError, Index, Tensor, UnsupportedExpression, define


def rows(name: str = "x", letter: str = "i", over: int | str = 3) -> Tensor:
    return Tensor(name, Index("n", "N"), Index(letter, over))


def names(tensors: tuple[Tensor, ...]) -> list[str]:
    return [t.name for t in tensors]


def test_what_one_graph_defines_is_no_input_of_the_joined_one() -> None:
    first = dense(rows(), 4, "1")
    model = join(first, activate(first.output, "tanh", "1"))
    assert names(model.inputs) == ["x"]
    assert names(model.parameters) == ["W1", "b1"]
    assert [d.name for d in model.definitions] == ["a1", "h1"]
    assert names(model.outputs) == ["h1"]


def test_chain_is_join_of_layers_on_outputs() -> None:
    x = rows()
    model = chain(x, lambda t: dense(t, 4, "1"), lambda t: activate(t, "relu", "1"), softmax)
    assert [d.name for d in model.definitions] == ["a1", "h1", "p"]


def test_mlp_numbers_layers_and_ends_without_activation() -> None:
    model = mlp(rows(), [5, 4, "K"], "relu", name="e")
    assert [d.name for d in model.definitions] == ["ae1", "he1", "ae2", "he2", "ae3"]
    assert [str(e) for e in model.output.shape] == ["N", "K"]
    assert names(weights(model)) == ["We1", "We2", "We3"]


def test_two_heads_share_a_trunk() -> None:
    trunk = mlp(rows(), [5], name="t")
    one = join(trunk, dense(trunk.output, 2, "1"))
    two = join(trunk, dense(trunk.output, 3, "2"))
    both = join(one, two, outputs=[one.output, two.output])
    assert [d.name for d in both.definitions] == ["at1", "a1", "a2"]
    assert names(both.outputs) == ["a1", "a2"]


def test_encoder_and_decoder_are_graphs_of_their_own() -> None:
    x = rows()
    encoder = mlp(x, [4, 2], name="e")
    decoder = mlp(encoder.output, [4, 3], name="d")
    whole = join(encoder, decoder)
    assert names(decoder.inputs) == [encoder.output.name]
    assert names(whole.inputs) == ["x"]
    assert names(whole.parameters) == [*names(encoder.parameters), *names(decoder.parameters)]


def test_weights_are_shared_by_giving_the_same_tensor() -> None:
    x, y = rows("x"), rows("y")
    i, j = x.indices[-1], Index("j", 4)
    W = Tensor("W", i, j)
    left, right = linear(x, j, "1", weight=W), linear(y, j, "2", weight=W)
    both = join(left, right, gate(left.output, right.output))
    assert names(both.parameters) == ["W"]
    assert names(both.inputs) == ["x", "y"]


def test_clash_of_definitions_is_refused_by_name() -> None:
    x = rows()
    with pytest.raises(GraphError, match=r"a is defined twice.*another name="):
        join(linear(x, 4), linear(x, 4, weight=Tensor("V", x.indices[-1], Index("j", 4))))


def test_one_name_for_two_shapes_is_refused() -> None:
    with pytest.raises(GraphError, match="W1 stands for two tensors"):
        join(dense(rows("x"), 4, "1"), linear(rows("y", over=5), 4, "1", output="c"))


def test_wrong_order_is_refused() -> None:
    first = linear(rows(), 4, "1")
    with pytest.raises(GraphError, match="join the graph that defines a1 first"):
        join(activate(first.output, "tanh", "1"), first)


def test_input_and_parameter_of_one_name_are_refused() -> None:
    x = rows()
    n, i = x.indices
    as_input = Graph(define(Tensor("y", n, i)[n, i], x[n, i]), inputs=[x])
    as_parameter = Graph(define(Tensor("z", n, i)[n, i], x[n, i]), parameters=[x])
    with pytest.raises(GraphError, match="x is an input of one graph and a parameter of another"):
        join(as_input, as_parameter)


@pytest.mark.parametrize("call", [join, lambda: chain(rows()), lambda: mlp(rows(), [])])
def test_nothing_to_join_is_refused(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(GraphError, match=r"no (graph|width) is given"):
        call()


def test_unknown_activation_names_the_nearest() -> None:
    with pytest.raises(UnsupportedExpression, match="'rellu'; did you mean relu"):
        activate(rows(), "rellu")
