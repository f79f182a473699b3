"""Optimisers: which step do they take first, and where do two conventions agree?"""

import sympy

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation import Definition, Entry, Graph, Tensor, absolute, define, replace
from symnet.train.optimizers import (
    Optimizer,
    adam,
    adamw,
    momentum,
    momentum_torch,
    nesterov,
    sgd,
)


def _with(optimizer: Optimizer, **known: object) -> Graph:
    """The rule with some of its inputs defined: `m=0, s=0, t=1` is the first step."""
    g = optimizer.graph
    made: list[Definition] = []
    for name, value in known.items():
        x = g.tensor(name)
        made.append(Definition(Entry(x, *x.indices), value))
    kept = [x for x in g.inputs if x.name not in known]
    return replace(g, definitions=(*made, *g.definitions), inputs=kept)


def sections() -> list[Section]:
    plain, heavy = sgd().graph, momentum().graph
    (i,) = plain.tensor("theta").indices
    theta, g, v, w = (Tensor(name, i) for name in ("theta", "g", "v", "w"))
    new = Tensor("theta_new", i)
    eta, mu, eps, decay = (Tensor(name)[()] for name in ("eta", "mu", "eps", "decay"))
    G = g[i]
    descent = Claim(define(new[i], theta[i] - eta * G), "Cauchy 1847")
    first = define(new[i], theta[i] - eta * G / (absolute(G) + eps))
    return [
        Section("gradient descent", plain, (), (descent,)),
        Section(
            "momentum",
            heavy,
            (),
            (
                Claim(
                    define(new[i], theta[i] + mu * v[i] - eta * G),
                    "Sutskever, Martens, Dahl & Hinton 2013, eqs. (1) and (2)",
                ),
            ),
        ),
        Section(
            "torch's momentum, started from w = -v/eta",
            replace(
                momentum_torch().graph,
                definitions=(
                    define(w[i], -v[i] / eta),
                    *(_moved(d, "v", w) for d in momentum_torch().graph.definitions),
                ),
                updates=(),
            ),
            (),
            (
                Claim(
                    define(new[i], theta[i] + mu * v[i] - eta * G),
                    "the other convention: the same step while eta is constant",
                ),
            ),
        ),
        Section(
            "Nesterov's momentum",
            nesterov().graph,
            (),
            (
                Claim(
                    define(new[i], theta[i] + mu**2 * v[i] - (1 + mu) * eta * G),
                    "Bengio, Boulanger-Lewandowski & Pascanu 2013",
                ),
            ),
        ),
        Section("Adam", adam().graph),
        Section(
            "Adam's first step, m = s = 0 and t = 1",
            _with(adam(), m=sympy.S.Zero, s=sympy.S.Zero, t=sympy.S.One),
            (),
            (
                Claim(first, "Kingma & Ba 2015, sec. 2.1: a step of about eta, whatever g"),
                Claim(
                    define(new[i], theta[i] - eta * G),
                    "a step that grows with g, as in gradient descent",
                    right=False,
                ),
            ),
            adam().settings,
        ),
        Section(
            "AdamW's first step: the decay beside the normalised gradient",
            _with(adamw(), m=sympy.S.Zero, s=sympy.S.Zero, t=sympy.S.One),
            (),
            (
                Claim(
                    define(new[i], first.expression - eta * decay * theta[i]),
                    "Loshchilov & Hutter 2019, algorithm 2",
                ),
                Claim(
                    define(
                        new[i],
                        theta[i]
                        - eta * (G + decay * theta[i]) / (absolute(G + decay * theta[i]) + eps),
                    ),
                    "decay as an L2 term in the loss: it is normalised away",
                    right=False,
                ),
            ),
            adamw().settings,
        ),
    ]


def _moved(d: Definition, name: str, to: Tensor) -> Definition:
    """The definition with one tensor in place of another of the same shape."""

    def walk(e: sympy.Basic) -> sympy.Basic:
        if isinstance(e, Entry):
            return Entry(to if e.tensor.name == name else e.tensor, *e.slots)
        return e.func(*map(walk, e.args)) if e.args else e

    return Definition(d.entry, walk(d.expression))


PAGE = Page(
    name="optimizers",
    title="Optimisers",
    question="""
An optimiser is a rule theta <- theta + ..., with states. What is its first step, where do two
conventions agree, and what does Adam do with a decay that comes in through the loss?
""",
    sections=sections,
    learnt="""
The two conventions of momentum take the same steps while eta is constant (v = -eta w). Adam's first
step is eta g/(|g| + eps): its length does not depend on the size of g; so a decay that comes in
through g is normalised away with it, and AdamW's is not.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
