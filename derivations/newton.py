"""Newton's method: what does the derived Hessian save, and when is it Gauss-Newton's matrix?"""

import math
import sys
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from symnet.calculus import gradient, hvp
from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.cli.pictures import lines
from symnet.cli.trainable import Figure, Training
from symnet.codegen import build
from symnet.layers import (
    add,
    constant,
    dense,
    join,
    l2_penalty,
    labels,
    softmax_cross_entropy,
)
from symnet.notation import Graph, Index, Tensor
from symnet.notation.report import SlipKind
from symnet.train.curvature import Curvature, gauss_newton_block, hessian_block
from symnet.train.datasets import digits
from symnet.train.loop import Fitted, fit
from symnet.train.model import Model
from symnet.train.optimizers import Optimizer, sgd
from symnet.train.second_order import gauss_newton, newton
from symnet.train.step import Step

SEEDS = range(5)
EPOCHS = 10  # steps: the whole training set is one batch
STRENGTH = 1e-3  # of sum W^2 + sum b^2, without 1/2: no eigenvalue is below 0.002
SMALL = 1e-10  # a gradient of this norm is taken for 0
RATES = (1.0, 2.0, 3.0, 3.4, 4.0)  # of gradient descent; 3.44 is 2/(largest eigenvalue), seed 0
PATIENCE = 8000  # its steps

RULES = {"newton": newton(), "gauss_newton": gauss_newton("a"), "descent": sgd(3.4)}
VARIANTS = tuple(RULES)

Array = np.ndarray[Any, Any]
Arrays = Mapping[str, Array]


def classifier(pixels: int | str = 64, classes: int | str = 10) -> Graph:
    """a = x W + b, softmax cross-entropy, an L2 penalty on W and on b: J is strictly convex."""
    x = Tensor("x", Index("n", "N"), Index("i", pixels))
    net = dense(x, Index("k", classes))
    fitting = softmax_cross_entropy(net.output, labels(net.output))
    penalty = l2_penalty(net.parameters, STRENGTH)
    return join(net, fitting, penalty, add(fitting.output, penalty.output))


def train(seed: int = 0, epochs: int = EPOCHS, variant: str = "newton", **options: Any) -> Fitted:
    """Full steps from 0, float64, on three quarters of the digits as one batch."""
    taught, _ = digits(seed)
    start = {"W": constant(0), "b": constant(0)}
    rule, batch = RULES[variant], len(taught["t"])
    graph = classifier()
    return fit(graph, taught, rule, epochs=epochs, batch=batch, seed=seed, initial=start, **options)


# -- what is measured -------------------------------------------------------------------------


class Slope:
    """Loss, and the Euclidean norm of its gradient by all parameters."""

    def __init__(self, graph: Graph, data: Arrays) -> None:
        names = [t.name for t in graph.parameters]
        self._of = build(gradient(graph, names, with_value=True))
        self._loss, self._data = graph.output.name, data

    def __call__(self, parameters: Arrays) -> tuple[float, float]:
        found = self._of(**self._data, **parameters)
        bars = (np.sum(found[name] ** 2) for name in found if name != self._loss)
        return float(found[self._loss]), math.sqrt(sum(map(float, bars)))


def zeros() -> dict[str, Array]:
    return {"W": np.zeros((64, 10)), "b": np.zeros(10)}


def path(rule: Optimizer, taught: Arrays, steps: int, every: int = 1) -> list[tuple[float, float]]:
    """Loss and norm of the gradient at 0 and after each `every` steps; it ends below SMALL/1000."""
    slope, step = Slope(classifier(), taught), Step(classifier(), rule, zeros())
    found = [slope(step.parameters)]
    for t in range(1, steps + 1):
        step(taught, t)
        if t % every == 0:
            found.append(slope(step.parameters))
            if not SMALL / 1000 < found[-1][1] < 1e6:
                break
    return found


def steps_needed(norms: Iterable[float], every: int = 1) -> float:
    """The number of steps to a gradient of norm below SMALL; infinite if it is not reached."""
    return next((every * float(k) for k, norm in enumerate(norms) if norm < SMALL), math.inf)


def order(norms: Iterable[float]) -> float:
    """The exponent q of |g_next| = C |g|^q, by the last three norms above the rounding errors."""
    first, second, third = [math.log(norm) for norm in norms if norm > 1e-13][-3:]
    return (third - second) / (second - first)


def by_scikit_learn(taught: Arrays) -> dict[str, Array]:
    """The same minimum by L-BFGS: mean loss + STRENGTH |w|^2 is its C sum loss + |w|^2/2, scaled.

    The bias is the weight of a column of ones, so that it has its part in the penalty.
    """
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    samples = len(taught["t"])
    wide = np.hstack([taught["x"], np.ones((samples, 1))])
    C = 1 / (2 * samples * STRENGTH)
    with threadpool_limits(1):
        model = LogisticRegression(C=C, fit_intercept=False, tol=1e-9, max_iter=20_000)
        found = model.fit(wide, taught["t"]).coef_.T
    return {"W": np.ascontiguousarray(found[:-1]), "b": found[-1]}


def score(fitted: Model, seed: int) -> dict[str, float]:
    """Norm of the gradient, J above that of scikit-learn's solution, accuracy in per cent."""
    taught, test = digits(seed)
    slope = Slope(classifier(), taught)
    loss, norm = slope(fitted.parameters)
    return {
        "norm of the gradient": norm,
        "J - J of scikit-learn": loss - slope(by_scikit_learn(taught))[0],
        "test accuracy %": 100 * fitted.score("p", test["t"], x=test["x"]),
    }


def apart(fitted: Model, seed: int) -> float:
    """The largest entry of H - G at a trained classifier, G of Gauss-Newton at the logits."""
    taught, _ = digits(seed)
    blocks = (hessian_block, partial(gauss_newton_block, at="a"))
    H, G = (Curvature(classifier(), block, fitted.parameters, {})(taught) for block in blocks)
    return float(np.abs(H - G).max())


def accept(progress: bool = False, seeds: Iterable[int] = SEEDS) -> list[Figure]:
    """Every figure that this page promises: the worst of the seeds, descent on the first one."""
    chosen = list(seeds)
    steps, orders, gaps, parts = [], [], [], []
    for seed in chosen:
        norms = [norm for _, norm in path(newton(), digits(seed)[0], 2 * EPOCHS)]
        fitted = train(seed)
        found = score(fitted, seed)
        steps.append(steps_needed(norms))
        orders.append(order(norms))
        gaps.append(abs(found["J - J of scikit-learn"]))
        parts.append(apart(fitted, seed))
        if progress:
            print(f"seed {seed}: {steps[-1]:.0f} steps, {found}", file=sys.stderr)
    descents = []
    for rate in RATES:
        norms = [norm for _, norm in path(sgd(rate), digits(chosen[0])[0], PATIENCE, every=10)]
        descents.append(steps_needed(norms, every=10))
        if progress:
            print(f"gradient descent, rate {rate}: {descents[-1]:.0f} steps", file=sys.stderr)
    ratio = min(descents) / steps[0]
    return [
        Figure("Newton, steps to a gradient below 1e-10", max(steps), 8.0, at_most=True),
        Figure("Newton, order of convergence", min(orders), 1.8),
        Figure("gradient descent, best rate, steps / Newton's", ratio, 100.0),
        Figure("J, apart from that of scikit-learn", max(gaps), 1e-6, at_most=True),
        Figure("Hessian, apart from Gauss-Newton at the logits", max(parts), 1e-12, at_most=True),
    ]


def short() -> list[Figure]:
    """7 steps; at the start the norm is 0.4."""
    taught, _ = digits(0)
    norm = Slope(classifier(), taught)(train(0, epochs=7).parameters)[1]
    return [Figure("Newton, 7 steps, norm of the gradient", norm, SMALL, at_most=True)]


def report(fitted: Fitted, seed: int, folder: Path) -> None:
    """J above its minimum and the norm of the gradient, step by step, for the three rules."""
    taught, _ = digits(seed)
    paths = {name: path(rule, taught, 30) for name, rule in RULES.items()}
    least = min(loss for found in paths.values() for loss, _ in found)
    above = {name: [loss - least for loss, _ in found] for name, found in paths.items()}
    slopes = {name: [norm for _, norm in found] for name, found in paths.items()}
    for file, named, word, rounding in (
        ("loss_by_step", above, "J above its minimum", 1e-15),
        ("gradient_by_step", slopes, "norm of the gradient", 1e-17),
    ):
        shown = {name: shown_in_log(values, 31, rounding) for name, values in named.items()}
        lines(folder / f"{file}.svg", range(31), shown, ("step", word), log=True)


def shown_in_log(values: list[float], count: int, least: float) -> list[float]:
    """As many values, with gaps for those below the rounding errors, and after the end."""
    return [v if v > least else math.nan for v in values] + [math.nan] * (count - len(values))


# -- the page ---------------------------------------------------------------------------------


def side_by_side(loss: Graph, p: str, q: str) -> Graph:
    """A block of the Hessian, and of Gauss-Newton's matrix at the logits."""
    H, G = hessian_block(loss, p, q), gauss_newton_block(loss, p, q, "a")
    return join(H, G, outputs=[H.output, G.output])


def sections() -> list[Section]:
    BISHOP = "Bishop 2006, sec. 4.3.4"
    x = Tensor("x", Index("k", "K"))
    alone = softmax_cross_entropy(x, labels(x))
    J = classifier("I", "K")
    blocks = [("W", "W"), ("W", "b"), ("b", "b")]
    H = "sum[n](x[n,i]*x[n,j]*p[n,k]*([k == l] - p[n,l]))/N"
    return [
        Section(
            "softmax and cross-entropy of one sample",
            alone,
            ("x",),
            (
                Claim("d2L_dx2[k,l] = [k == l]*p[k] - p[k]*p[l]", f"{BISHOP}: diag(p) - p p^T"),
                Claim(
                    "d2L_dx2[k,l] = [k == l]*p[k]",
                    "p p^T forgotten: the sum in p taken for a constant",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
        Section(
            "its Hessian times a vector v = x_dot: v^T H v is the variance of v under p",
            hvp(alone, "x"),
            (),
            (
                Claim(
                    "sum[k](x_dot[k]*x_bar_dot[k])"
                    " == sum[k](p[k]*(x_dot[k] - sum[l](p[l]*x_dot[l]))^2)",
                    "so it is never negative, and 0 for a shift",
                ),
            ),
        ),
        Section(
            "logistic regression with an L2 penalty",
            J,
            ("W", "b"),
            (
                Claim(f"d2J_dW2[i,k,j,l] = {H} + 0.002*[i == j]*[k == l]", BISHOP),
                Claim(
                    "d2J_db2[k,l] = sum[n](p[n,k]*([k == l] - p[n,l]))/N + 0.002*[k == l]",
                    "the bias is the weight of an input of 1",
                ),
                Claim(
                    f"d2J_dW2[i,k,j,l] = {H} + 0.002*[k == l]",
                    "the penalty in every row of a class",
                    right=False,
                    slip=SlipKind.MASK,
                ),
            ),
        ),
        *(
            Section(
                f"Hessian and Gauss-Newton at the logits, the block of {p} and {q}",
                side_by_side(J, p, q),
                (),
                (Claim(f"G_{p}_{q} == d{p}_bar_d{q}", "Schraudolph 2002: a is linear in W and b"),),
            )
            for p, q in blocks
        ),
        Section(
            "the rule",
            newton().graph,
            (),
            (
                Claim("sum[j](H[i,j]*step[j]) + damping*step[i] == g[i]", "Levenberg 1944"),
                Claim("theta_new[i] = theta[i] - eta*step[i]", "Newton's method for eta = 1"),
            ),
        ),
    ]


PAGE = Page(
    name="newton",
    title="Newton's method",
    question="""
The Hessian of multinomial logistic regression is derived and generated like a gradient. What are
its formulas, what does a step with it save, and is Gauss-Newton's matrix another one? (symnet train
newton --accept)
""",
    sections=sections,
    learnt="""
The Hessian of softmax and cross-entropy is diag(p) - p p^T, a covariance, so with the penalty J has
one minimum. Newton's full steps from 0, without damping or line search, bring the gradient of 650
parameters below 1e-10 in 6 steps; the number of right digits nearly doubles with each of the last
ones. Gradient descent takes more than a hundred times as many, at its best fixed rate. Where the
logits are linear in the parameters, Gauss-Newton's matrix is the Hessian.
""",
)

TRAINING = Training(
    fit=train,
    score=score,
    accept=accept,
    epochs=EPOCHS,
    short=short,
    variants=VARIANTS,
    report=report,
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
