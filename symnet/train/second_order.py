"""Second-order optimisers: a linear system with the curvature in place of a small step.

    theta[i] <- theta[i] - eta sum_j ((H + damping I)^-1)[i,j] g[j]

H (P, P) is the Hessian of the loss on the batch, or the generalised Gauss-Newton matrix
(symnet.train.curvature). The generated code solves for the step; no inverse is formed. One step
costs (2/3) P^3 operations and the matrix: for hundreds of parameters, and all data as one batch.
"""

from __future__ import annotations

from functools import partial

from symnet.notation import Graph, Index, Tensor, define, delta, inverse, total
from symnet.train.compiled import Block
from symnet.train.curvature import gauss_newton_block, hessian_block
from symnet.train.optimizers import Optimizer, Rate


def newton(rate: Rate = 1.0, damping: float = 0.0) -> Optimizer:
    """The rule with the Hessian; eta = 1 and damping = 0 are Newton's method.

    It goes to the point where the quadratic model of the loss is stationary: a minimum only if H
    has no negative eigenvalue. Source: Nocedal & Wright 2006, sec. 3.3; damping: Levenberg 1944.
    """
    return _second_order("newton", rate, damping, hessian_block)


def gauss_newton(at: str, rate: Rate = 1.0, damping: float = 0.0) -> Optimizer:
    """The rule with the generalised Gauss-Newton matrix at the tensor called `at`.

    `at` are the logits, or the residuals of least squares. Its steps go downhill where the loss is
    convex in it. Source: Schraudolph 2002; with damping, Levenberg 1944 and Marquardt 1963 (there
    adapted from step to step, here fixed).
    """
    block = partial(gauss_newton_block, at=at)
    return _second_order(f"gauss_newton at {at}", rate, damping, block)


def _second_order(name: str, rate: Rate, damping: float, block: Block) -> Optimizer:
    return Optimizer(name, _rule(), rate, {"damping": damping}, block)


def _rule() -> Graph:
    i = Index("i", "P")
    j, p, q = i.fresh(), i.fresh(), i.fresh()
    theta, g, H = Tensor("theta", i), Tensor("g", i), Tensor("H", i, j)
    eta, damping = Tensor("eta"), Tensor("damping")
    A, A_inv, step = Tensor("A", i, j), Tensor("A_inv", i, j), Tensor("step", i)
    new = Tensor("theta_new", i)
    return Graph(
        define(A[i, j], H[i, j] + damping[()] * delta(i, j)),
        define(A_inv[i, j], inverse(A[p, q], (p, q), at=(i, j))),
        define(step[i], total(A_inv[i, j] * g[j], over=j)),
        define(new[i], theta[i] - eta[()] * step[i]),
        inputs=[g, H, eta, damping],
        parameters=[theta],
        output=new,
        updates=[(theta, new)],
    )
