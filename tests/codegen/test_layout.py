import numpy as np

from symnet import layers
from symnet.codegen.layout import leading_axes
from symnet.codegen.lower import lower
from symnet.codegen.safe import make_safe
from symnet.layers import dense, join
from symnet.notation import Graph, Index, Tensor
from tests.codegen.agreement import agree

n, i = Index("n", "N"), Index("i", 6)
x = Tensor("x", n, i)


def classifier(classes: int | str) -> Graph:
    a = dense(x, classes)
    return join(a, layers.softmax_cross_entropy(a.output, layers.labels(a.output)))


def test_short_axis_under_a_maximum_lies_first() -> None:
    assert leading_axes(make_safe(lower(classifier(10)))) == {"a": 1}
    assert leading_axes(make_safe(lower(classifier(100)))) == {}
    assert leading_axes(make_safe(lower(classifier("K")))) == {}


def test_values_do_not_depend_on_the_layout(rng: np.random.Generator) -> None:
    given = {
        "x": rng.standard_normal((4, 6)),
        "W": rng.standard_normal((6, 3)),
        "b": rng.standard_normal(3),
        "t": np.array([0, 2, 1, 1]),
    }
    assert "axis=0, out=" in agree(classifier(3), given).source
    assert "argmax(1, out=" in agree(classifier("K"), given).source
