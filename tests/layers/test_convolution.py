"""Convolutions: formulas, the adjoint, extents of models, refusals. Judges: test_catalogue.py."""

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.layers import (
    convolution,
    depthwise_convolution,
    join,
    pointwise_convolution,
    transposed_convolution,
)
from symnet.notation import ExtentMismatch, Index, IndexMismatch, Tensor
from symnet.render.text import text
from symnet.verify.differences import gap
from symnet.verify.interpret import interpret
from symnet.verify.judge import judge


def planes(channels: int | str = "C", *extents: int | str) -> Tensor:
    a, b = extents or ("A", "B")
    return Tensor("x", Index("n", "N"), Index("c", channels), Index("a", a), Index("b", b))


def row(extent: int | str = "A", channels: int | str = "C") -> Tensor:
    return Tensor("x", Index("n", "N"), Index("c", channels), Index("a", extent))


def test_formula() -> None:
    g = convolution(planes(), "O", 3, "1", stride=2, padding=1)
    assert text(g) == (
        "xp1[n,c,u,v,p,q] = [0 <= 2*u+p-1 < A]*[0 <= 2*v+q-1 < B]*x[n,c,2*u+p-1,2*v+q-1]\n"
        "y1[n,o,u,v] = sum[c,p,q](xp1[n,c,u,v,p,q]*w1[o,c,p,q]) + b1[o]"
    )
    assert [str(t.shape) for t in g.parameters] == ["(O, C, 3, 3)", "(O,)"]


def test_gradient_is_the_correlation_with_the_kernel_turned_round() -> None:
    g = convolution(planes(), "O", 3, padding="same", bias=False)
    assert text(gradient(g, ["x", "w"], "y_bar"), "gradient") == (
        "xp_bar[n,c,u,v,p,q] = sum[o](w[o,c,p,q]*y_bar[n,o,u,v])\n"
        "w_bar[o,c,p,q] = sum[n,u,v](xp[n,c,u,v,p,q]*y_bar[n,o,u,v])\n"
        "x_bar[n,c,a,b] = sum[u,v: 0 <= a-u+1 < 3, 0 <= b-v+1 < 3]"
        "(xp_bar[n,c,u,v,a-u+1,b-v+1])"
    )


def test_stride_and_dilation_that_share_a_divisor() -> None:
    g = convolution(row(), "O", 3, axes=1, stride=2, dilation=2, padding=2, bias=False)
    assert text(gradient(g, "x", "y_bar"), "gradient").splitlines()[-1] == (
        "x_bar[n,c,a] = sum[p,u: a+2 = 2*p+2*u](xp_bar[n,c,u,p])"
    )


def test_layers_follow_one_another() -> None:
    """Letters are chosen when printing: the channels o of the first are the c of the second."""
    first = convolution(planes(3, 32, 32), 8, 3, "1", padding="same")
    second = convolution(first.output, 4, 3, "2", stride=2, padding="same")
    g = join(first, second)
    assert [str(t.shape) for t in g.parameters] == ["(8, 3, 3, 3)", "(8,)", "(4, 8, 3, 3)", "(4,)"]
    assert str(g.output.shape) == "(N, 4, 16, 16)"
    assert text(g).splitlines()[-1] == (
        "y2[n,o,u,v] = sum[c,p,q](xp2[n,c,u,v,p,q]*w2[o,c,p,q]) + b2[o]"
    )


CONVOLUTIONS = [
    (7, {"kernel": 3, "stride": 2, "padding": 1}, 0),
    (8, {"kernel": 3, "stride": 2, "padding": 1}, 1),
    (9, {"kernel": 2, "stride": 4}, 3),
    (6, {"kernel": 3, "dilation": 2, "padding": (1, 2)}, 0),
    (8, {"kernel": 2, "dilation": 3, "stride": 3, "padding": 1}, 0),
    (1, {"kernel": 3, "padding": 1}, 0),
]


@pytest.mark.parametrize(("extent", "options", "dropped"), CONVOLUTIONS)
def test_the_transposed_is_the_adjoint(extent: int, options: dict, dropped: int) -> None:
    """<convolution(x), y> = <x, transposed(y)>, with one w; output_padding is what was dropped."""
    x, options = row(extent, 2), dict(options)
    if isinstance(options.get("padding"), tuple):
        options["padding"] = (options["padding"],)
    forth = convolution(x, 3, axes=1, bias=False, **options)
    w = forth.parameters[0]
    bar = Tensor("ybar", *forth.output.indices)
    others = {k: v for k, v in options.items() if k != "kernel"}
    back = transposed_convolution(
        bar,
        2,
        w.indices[2],
        "_back",
        axes=1,
        weight=w,
        bias=False,
        output_padding=dropped,
        **others,
    )
    assert back.output.shape == x.shape
    rng = np.random.default_rng(0)
    given = {
        "x": rng.normal(size=(2, 2, extent)),
        "w": rng.normal(size=tuple(map(int, w.shape))),
        "ybar": rng.normal(size=(2, 3, int(bar.shape[2]))),
    }
    found = interpret(join(forth, back, outputs=[forth.output, back.output]), given)
    pulled = interpret(gradient(forth, "x", "ybar"), given)["x_bar"]
    assert gap(found["y_back"], pulled) < 1e-14
    assert np.isclose((found["y"] * given["ybar"]).sum(), (found["y_back"] * given["x"]).sum())


def test_groups_are_convolutions_side_by_side() -> None:
    x = row(5, 6)
    g = convolution(x, 4, 3, axes=1, groups=2)
    rng = np.random.default_rng(1)
    given = {
        "x": rng.normal(size=(2, 6, 5)),
        "w": rng.normal(size=(2, 2, 3, 3)),
        "b": rng.normal(size=4),
    }
    found = interpret(g, given)["y"]
    one = convolution(row(5, 3), 2, 3, axes=1)
    for k in range(2):
        ins, outs = slice(3 * k, 3 * k + 3), slice(2 * k, 2 * k + 2)
        part = {"x": given["x"][:, ins], "w": given["w"][k], "b": given["b"][outs]}
        assert gap(found[:, outs], interpret(one, part)["y"]) < 1e-14


def test_depthwise_is_a_group_for_each_channel() -> None:
    rng = np.random.default_rng(2)
    x, w, b = rng.normal(size=(2, 3, 4)), rng.normal(size=(3, 3)), rng.normal(size=3)
    alone = depthwise_convolution(row(4, 3), 3, axes=1, padding=1)
    groups = convolution(row(4, 3), 3, 3, axes=1, padding=1, groups=3)
    one = interpret(alone, {"x": x, "w": w, "b": b})["y"]
    other = interpret(groups, {"x": x, "w": w[:, None, None], "b": b})["y"]
    assert gap(one, other) < 1e-14


def test_pointwise_is_a_kernel_of_one_entry() -> None:
    rng = np.random.default_rng(3)
    x, w, b = rng.normal(size=(2, 3, 5)), rng.normal(size=(4, 3)), rng.normal(size=4)
    alone = interpret(pointwise_convolution(row(), "O", axes=1, stride=2), {"x": x, "w": w, "b": b})
    kernel = interpret(
        convolution(row(), "O", 1, axes=1, stride=2), {"x": x, "w": w[..., None], "b": b}
    )
    assert gap(alone["y"], kernel["y"]) < 1e-14


@pytest.mark.parametrize("leading", ["", "MN"])
def test_any_number_of_leading_axes(leading: str) -> None:
    x = Tensor("x", *(Index(e.lower(), e) for e in leading), Index("c", "C"), Index("a", "A"))
    verdict = judge(convolution(x, "O", 2, axes=1), ["x", "w", "b"])
    assert verdict.passed, str(verdict)


def test_shared_tensors() -> None:
    w = Tensor("k", Index("o", 2), Index("c", 3), Index("p", 3), Index("q", 3))
    b = Tensor("t", Index("o", 2))
    g = convolution(planes(3), 2, weight=w, bias=b)
    assert g.parameters == (w, b)
    with pytest.raises(ExtentMismatch, match="k"):
        convolution(planes(4), 2, weight=w)


def test_refusals() -> None:
    with pytest.raises(IndexMismatch, match="x has 3 axes; expected channels and 3 axes"):
        convolution(row(), "O", axes=3)
    with pytest.raises(ExtentMismatch, match=r"groups 4 of channels c < 6"):
        convolution(row("A", 6), 8, axes=1, groups=4)
    with pytest.raises(ExtentMismatch, match=r"groups 2 of channels c < C"):
        convolution(row(), 8, axes=1, groups=2)
    with pytest.raises(ExtentMismatch, match="no window fits"):
        convolution(row(2), "O", 3, axes=1)


def test_rows_beyond_the_last_window_get_nothing() -> None:
    g = convolution(row(8, 1), 1, 3, axes=1, stride=2, bias=False)
    rng = np.random.default_rng(4)
    given = {"w": rng.normal(size=(1, 1, 3)), "y_bar": rng.normal(size=(1, 1, 3))}
    x_bar = interpret(gradient(g, "x", "y_bar"), given)["x_bar"]
    assert x_bar[0, 0, -1] == 0
    assert (x_bar[0, 0, :-1] != 0).all()
