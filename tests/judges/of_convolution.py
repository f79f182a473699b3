"""The cases of convolution, pooling and residual blocks: sizes and further graphs.

Stride, padding, dilation and groups that drop rows; kernels over the edge; windows with ties.
"""

from functools import partial

from symnet.layers import (
    average_pool,
    catalogue,
    convolution,
    dense_residual_block,
    depthwise_convolution,
    global_average_pool,
    global_max_pool,
    join,
    max_pool,
    pointwise_convolution,
    residual_block,
    transposed_convolution,
)
from symnet.notation import Graph, Index, Tensor, define, detach
from tests.judges.case import Case

N, C, A, B = (Index(letter, letter.upper()) for letter in "ncab")
X = Tensor("x", N, C, A, B)
ROW = Tensor("x", N, C, A)

SMALL = {"N": 1, "C": 2, "O": 3, "A": 5, "B": 4}
PLANES = (SMALL, {"N": 2, "C": 1, "O": 3, "A": 4, "B": 6})
ODD = ({"N": 1, "C": 3, "O": 2, "A": 6, "B": 7},)
ROWS = ({"N": 2, "C": 1, "O": 3, "A": 6}, {"N": 1, "C": 2, "O": 3, "A": 7})
POOLED = ({"N": 1, "C": 2, "A": 5, "B": 4}, {"N": 2, "C": 3, "A": 1, "B": 5})
STATES = ("mu_run1", "v_run1", "mu_run2", "v_run2")
PROJECTED = (*STATES, "mu_run_s", "v_run_s")


def tied(pool: Graph) -> Graph:
    """The pooling of z = v + d, where d = k - detach(k) is 0: ties that a derivative tells apart.

    `pool` is of z (N, C, A, B); all entries of a channel are equal.
    """
    z = pool.inputs[0]
    n, c, a, b = z.indices
    k, v, d = Tensor("k", n, c, a, b), Tensor("v", n, c), Tensor("d", n, c, a, b)
    flat = Graph(
        define(d.at(), k.at() - detach(k.at())),
        define(z.at(), v[n, c] + d.at()),
        inputs=[k, v],
        output=z,
    )
    return join(flat, pool)


Z = Tensor("z", N, C, A, B)


def _named(name: str, *sizes: dict[str, int], fixed: tuple[str, ...] = (), **options: bool) -> Case:
    return Case(name, catalogue()[name], sizes, fixed, **options)


def _case(name: str, layer: partial[Graph], *sizes: dict[str, int], **options: bool) -> Case:
    return Case(name, layer, sizes, **options)


CONVOLUTIONS = (
    _named("convolution", *PLANES),
    _named("convolution_1d", *ROWS, {"N": 1, "C": 3, "O": 2, "A": 1}),
    _named("grouped_convolution", {"N": 1, "A": 3, "B": 2}, {"N": 2, "A": 3, "B": 4}),
    _named("depthwise_convolution", {"N": 1, "C": 2, "A": 3, "B": 4}),
    _named("pointwise_convolution", *PLANES),
    _case("convolution_valid", partial(convolution, X, "O", 3), SMALL),
    _case("convolution_without_bias", partial(convolution, X, "O", 2, bias=False), SMALL),
    _case(
        "convolution_of_any_kernel",
        partial(convolution, X, "O", ("P", "Q"), stride=2, padding=1),
        {"N": 2, "C": 1, "O": 5, "A": 7, "B": 8, "P": 4, "Q": 3},
        {"N": 1, "C": 2, "O": 4, "A": 5, "B": 6, "P": 1, "Q": 3},
    ),
    _case("convolution_drops_rows", partial(convolution, X, "O", 2, stride=3), *ODD),
    _case(
        "convolution_per_axis",
        partial(convolution, X, "O", (3, 2), stride=(1, 2), padding=(2, 0), dilation=(2, 1)),
        SMALL,
    ),
    _case(
        "convolution_one_sided",
        partial(convolution, X, "O", 3, padding=((0, 2), (1, 0)), stride=2),
        SMALL,
    ),
    _case(
        "convolution_dilated", partial(convolution, X, "O", 3, dilation=2, padding="same"), SMALL
    ),
    _case(
        "convolution_strided_and_dilated",
        partial(convolution, X, "O", 2, dilation=3, stride=2, padding=1),
        *ODD,
    ),
    _case(
        "convolution_over_the_edge",
        partial(convolution, X, "O", 5, padding=2),
        {"N": 2, "C": 1, "O": 4, "A": 3, "B": 5},
        {"N": 2, "C": 3, "O": 4, "A": 1, "B": 1},
    ),
    _case(
        "convolution_1d_causal",
        partial(convolution, ROW, "O", 3, axes=1, padding=((4, 0),), dilation=2),
        *ROWS,
    ),
    _case(
        "convolution_1d_strided",
        partial(convolution, ROW, "O", 4, axes=1, stride=3, padding=1),
        *ROWS,
    ),
    _case(
        "grouped_convolution_1d",
        partial(convolution, Tensor("x", N, Index("c", 4), A), 6, 3, axes=1, groups=2, padding=1),
        {"N": 1, "A": 5},
        {"N": 2, "A": 3},
    ),
    _case(
        "grouped_convolution_strided",
        partial(convolution, Tensor("x", N, Index("c", 3), A, B), 6, 3, groups=3, stride=2,
                padding=1, bias=False),
        {"N": 1, "A": 4, "B": 3},
    ),
    _case(
        "depthwise_convolution_strided",
        partial(depthwise_convolution, X, (2, 3), stride=2, padding=(0, 1), dilation=(1, 2)),
        {"N": 1, "C": 2, "A": 5, "B": 4},
    ),
    _case("pointwise_convolution_1d", partial(pointwise_convolution, ROW, "O", axes=1), *ROWS),
    _case(
        "convolution_of_one_image",
        partial(convolution, Tensor("x", C, A, B), "O", 3, padding=1),
        {"C": 1, "O": 2, "A": 3, "B": 4},
    ),
    _case(
        "convolution_3d",
        partial(convolution, Tensor("x", N, C, A, B, Index("d", "D")), "O", 2, axes=3,
                stride=(1, 2, 1), padding=(0, 1, 0)),
        {"N": 1, "C": 2, "O": 3, "A": 4, "B": 5, "D": 6},
        second=False,
    ),
)  # fmt: skip

TRANSPOSED = (
    _named("transposed_convolution", {"N": 1, "C": 2, "O": 3, "U": 4}, {"N": 2, "C": 3, "O": 1,
                                                                        "U": 1}),
    _case(
        "transposed_convolution_2d",
        partial(transposed_convolution, X, "O", 3, stride=2, padding=1, output_padding=1),
        {"N": 1, "C": 2, "O": 4, "A": 3, "B": 5},
    ),
    _case(
        "transposed_convolution_per_axis",
        partial(transposed_convolution, X, "O", (3, 2), stride=(1, 3), padding=(1, 0),
                dilation=(2, 1), output_padding=(0, 2)),
        {"N": 1, "C": 2, "O": 4, "A": 3, "B": 5},
    ),
    _case(
        "transposed_convolution_1d_dilated",
        partial(transposed_convolution, ROW, "O", 3, axes=1, stride=2, dilation=2, padding=1,
                bias=False),
        {"N": 1, "C": 2, "O": 3, "A": 4},
    ),
)  # fmt: skip

POOLS = (
    _named("max_pool", *POOLED),
    _named("average_pool", {"N": 1, "C": 3, "A": 5, "B": 4}),
    _named("average_pool_inside", *POOLED),
    _named("global_average_pool", *POOLED),
    _named("global_max_pool", *POOLED),
    _case("max_pool_without_overlap", partial(max_pool, X, 2), {"N": 1, "C": 3, "A": 5, "B": 4}),
    _case(
        "max_pool_dilated",
        partial(max_pool, X, (2, 3), stride=1, padding=(1, 0), dilation=(2, 1)),
        {"N": 1, "C": 2, "A": 5, "B": 4},
    ),
    _case("max_pool_1d", partial(max_pool, ROW, 3, axes=1, stride=2, padding=1),
          {"N": 1, "C": 2, "A": 6}),
    _case("max_pool_with_ties", lambda: tied(max_pool(Z, 3, stride=2, padding=1)), *POOLED),
    _case("max_pool_1d_with_ties", lambda: tied(max_pool(Z, 3, axes=1, stride=1)),
          {"N": 1, "C": 2, "A": 3, "B": 5}),
    _case("global_max_pool_with_ties", lambda: tied(global_max_pool(Z)), *POOLED),
    _case("average_pool_padded", partial(average_pool, X, 3, stride=2, padding=1), *POOLED),
    _case(
        "average_pool_per_axis",
        partial(average_pool, X, (4, 3), stride=(1, 2), padding=(2, 0), count_padding=False),
        {"N": 1, "C": 2, "A": 3, "B": 5},
    ),
    _case("average_pool_1d", partial(average_pool, ROW, 3, axes=1, stride=2),
          {"N": 1, "C": 2, "A": 6}),
    _case("global_average_pool_1d", partial(global_average_pool, ROW, axes=1),
          {"N": 1, "C": 2, "A": 6}),
)  # fmt: skip

BLOCKS = (
    _named("residual", {"N": 1, "I": 3}, {"N": 4, "I": 2}),
    _named("residual_block", {"N": 2, "C": 1, "A": 3, "B": 4}, fixed=STATES, second=False),
    _named(
        "residual_block_projection",
        {"N": 2, "C": 1, "O": 3, "A": 5},
        fixed=PROJECTED,
        second=False,
    ),
    _named("residual_block_pre_activation", {"N": 2, "C": 1, "A": 4}, fixed=STATES),
    Case(
        "residual_block_of_planes",
        partial(residual_block, X, "O", stride=2),
        ({"N": 2, "C": 1, "O": 3, "A": 4, "B": 5},),
        PROJECTED,
        second=False,
    ),
    Case(
        "residual_block_pre_activation_projection",
        partial(residual_block, X, "O", stride=2, pre_activation=True),
        ({"N": 2, "C": 1, "O": 3, "A": 4, "B": 5},),
        STATES,
        second=False,
    ),
    _named("dense_residual_block", {"N": 3, "I": 2}, {"N": 4, "I": 1}, fixed=STATES),
    Case(
        "dense_residual_block_pre_activation",
        partial(dense_residual_block, Tensor("x", N, Index("i", "I")), "J", pre_activation=True),
        ({"N": 4, "I": 1, "J": 3},),
        STATES,
    ),
)

CASES: tuple[Case, ...] = (*CONVOLUTIONS, *TRANSPOSED, *POOLS, *BLOCKS)
