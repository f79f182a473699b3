"""Optimisers: which step do they take first, and where do two conventions agree?"""

import sympy

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation import Definition, Entry, Graph, Tensor, define, replace
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind
from symnet.train.optimizers import (
    Optimizer,
    adam,
    adamw,
    momentum,
    momentum_torch,
    nesterov,
    sgd,
)

KINGMA = "Kingma & Ba 2015"
LOSHCHILOV = "Loshchilov & Hutter 2019"
STEPS = 3


def _with(optimizer: Optimizer, **known: object) -> Graph:
    """The rule with some of its inputs defined: `m=0, s=0, t=1` is the first step."""
    g = optimizer.graph
    made: list[Definition] = []
    for name, value in known.items():
        x = g.tensor(name)
        made.append(Definition(Entry(x, *x.indices), value))
    kept = [x for x in g.inputs if x.name not in known]
    return replace(g, definitions=(*made, *g.definitions), inputs=kept)


def _other_momentum() -> Graph:
    """Momentum as torch has it, w = g + mu w, started from w = -v/eta."""
    v, w = (Tensor(name, *sgd().graph.tensor("theta").indices) for name in "vw")
    (i,), eta = v.indices, Tensor("eta")[()]
    rule = momentum_torch().graph
    moved = (_moved(d, "v", w) for d in rule.definitions)
    return replace(rule, definitions=(define(w[i], -v[i] / eta), *moved), updates=())


def _unrolled() -> Graph:
    """Adam's first moment after 3 steps, from m = 0."""
    rows = [f"m{k} = beta1*m{k - 1} + (1 - beta1)*g{k}" for k in range(2, STEPS + 1)]
    text = "\n".join(["m1 = (1 - beta1)*g1", *rows, f"m_hat = m{STEPS}/(1 - beta1^{STEPS})"])
    return parse(text, dict.fromkeys(["beta1", "g1", "g2", "g3"], ""), notation="index")


def _adam_with_l2() -> Graph:
    """Adam's first step where the loss has (decay/2) |theta|^2."""
    first = _with(adam(), m=sympy.S.Zero, s=sympy.S.Zero, t=sympy.S.One)
    theta, g = first.tensor("theta"), first.tensor("g")
    (i,), f, decay = g.indices, Tensor("f", *g.indices), Tensor("decay")
    made = define(g[i], f[i] + decay[()] * theta[i])
    inputs = [f if x is g else x for x in first.inputs]
    return replace(
        first, definitions=(made, *first.definitions), inputs=[*inputs, decay], updates=()
    )


def sections() -> list[Section]:
    heavy = "theta_new[i] = theta[i] + mu*v[i] - eta*g[i]"
    first = "theta_new[i] = theta[i] - eta*g[i]/(abs(g[i]) + eps)"
    return [
        Section(
            "gradient descent",
            sgd().graph,
            (),
            (Claim("theta_new[i] = theta[i] - eta*g[i]", "Cauchy 1847"),),
        ),
        Section(
            "momentum",
            momentum().graph,
            (),
            (Claim(heavy, "Sutskever, Martens, Dahl & Hinton 2013, eqs. (1) and (2)"),),
        ),
        Section(
            "torch's momentum, started from w = -v/eta",
            _other_momentum(),
            (),
            (Claim(heavy, "the other convention: the same step while eta is constant"),),
        ),
        Section(
            "Nesterov's momentum",
            nesterov().graph,
            (),
            (
                Claim(
                    "theta_new[i] = theta[i] + mu^2*v[i] - (1 + mu)*eta*g[i]",
                    "Bengio, Boulanger-Lewandowski & Pascanu 2013",
                ),
                Claim(
                    "theta_new[i] = theta[i] + mu*v[i] - (1 + mu)*eta*g[i]",
                    "v before the step in place of v after it",
                    right=False,
                    slip=SlipKind.POWER,
                ),
            ),
        ),
        Section("Adam", adam().graph),
        Section(
            "Adam's first moment after three steps: the weights that the correction divides by",
            _unrolled(),
            (),
            (
                Claim(
                    "m3 = (1 - beta1)*(beta1^2*g1 + beta1*g2 + g3)",
                    f"{KINGMA}, sec. 3, eq. (1), for the first moment",
                ),
                Claim(
                    "m_hat = (beta1^2*g1 + beta1*g2 + g3)/(1 + beta1 + beta1^2)",
                    f"{KINGMA}, sec. 3: a mean, with weights that sum to 1",
                ),
                Claim(
                    "m_hat = m3/(1 - beta1)",
                    "the correction of the first step, kept for all steps",
                    right=False,
                    slip=SlipKind.POWER,
                ),
            ),
        ),
        Section(
            "Adam's first step, m = s = 0 and t = 1",
            _with(adam(), m=sympy.S.Zero, s=sympy.S.Zero, t=sympy.S.One),
            (),
            (
                Claim(first, f"{KINGMA}, sec. 2.1: a step of about eta, whatever g"),
                Claim(
                    "theta_new[i] = theta[i] - eta*g[i]",
                    "a step that grows with g, as in gradient descent",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "AdamW's first step: the decay beside the normalised gradient",
            _with(adamw(), m=sympy.S.Zero, s=sympy.S.Zero, t=sympy.S.One),
            (),
            (
                Claim(f"{first} - eta*decay*theta[i]", f"{LOSHCHILOV}, algorithm 2"),
                Claim(
                    f"{first} - decay*theta[i]",
                    "a decay that does not follow the rate eta",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "Adam's first step with the decay as an L2 term of the loss: g = f + decay theta",
            _adam_with_l2(),
            (),
            (
                Claim(
                    "theta_new[i] = theta[i]"
                    " - eta*(f[i] + decay*theta[i])/(abs(f[i] + decay*theta[i]) + eps)",
                    f"{LOSHCHILOV}, sec. 2: the decay is normalised away",
                ),
                Claim(
                    "theta_new[i] = theta[i] - eta*f[i]/(abs(f[i]) + eps) - eta*decay*theta[i]",
                    "L2 taken for decoupled decay: the same for gradient descent, not here",
                    right=False,
                    slip=SlipKind.OTHER,
                ),
            ),
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
