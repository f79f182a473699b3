"""Optimisers: rules that move parameters, as Graphs over one flat index.

    theta[i] <- theta[i] - eta g[i]        (gradient descent; the others refine it)

theta (P,) holds all parameters end to end, g (P,) their gradient, eta the learning rate at step
t = 1, 2, ... A rule is derived, printed and compiled like any layer; its states are `updates`.
Weight decay in the loss (layers.l2_penalty) reaches g and thereby the moments; `adamw` decouples
it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import replace as with_fields

import sympy

from symnet.layers import join, reuse
from symnet.notation import (
    Definition,
    Graph,
    Index,
    Tensor,
    TrainingError,
    define,
    exp,
    log,
    minimum,
    sqrt,
    total,
)

Rate = float | Callable[[int], float]

RANGES: dict[str, tuple[str, Callable[[float], bool]]] = {  # setting: (in words, as a test)
    "mu": ("0 <= mu < 1", lambda x: 0 <= x < 1),
    "beta1": ("0 < beta1 < 1", lambda x: 0 < x < 1),
    "beta2": ("0 < beta2 < 1", lambda x: 0 < x < 1),
    "eps": ("eps >= 0", lambda x: 0 <= x < math.inf),
    "decay": ("decay >= 0", lambda x: 0 <= x < math.inf),
    "clip": ("clip > 0", lambda x: 0 < x < math.inf),
    "damping": ("damping >= 0", lambda x: 0 <= x < math.inf),
}


@dataclass(frozen=True)
class Optimizer:
    """A rule with the values of its settings.

    `graph` takes theta, g, the states, eta, (t), and one scalar for each of `settings`; its
    updates are pairs state <- new. `rate` is eta, or a function t -> eta (a schedule).
    With `curvature`, a function of loss and two parameters' names to the block of a matrix, the
    graph takes that matrix as H (P, P) too (symnet.train.curvature).
    Raises TrainingError if a setting is out of range.
    """

    name: str
    graph: Graph
    rate: Rate
    settings: Mapping[str, float]
    curvature: Callable[[Graph, str, str], Graph] | None = None

    def __post_init__(self) -> None:
        if not callable(self.rate) and not 0 < self.rate < math.inf:
            raise TrainingError(
                f"{self.name}: the rate is {self.rate}; expected a positive number or a schedule"
            )
        for name, value in self.settings.items():
            words, holds = RANGES[name]
            if not holds(value):
                raise TrainingError(f"{self.name}: {name} is {value}; expected {words}")

    @property
    def states(self) -> tuple[Tensor, ...]:
        """The vectors that it keeps beside theta (moments); each starts at 0."""
        return tuple(state for state, _ in self.graph.updates if state.name != "theta")

    def rate_at(self, t: int) -> float:
        """eta at step t = 1, 2, ..."""
        return float(self.rate(t) if callable(self.rate) else self.rate)


def sgd(rate: Rate = 0.1) -> Optimizer:
    """theta <- theta - eta g. Cauchy 1847; Robbins & Monro 1951 for sampled g."""
    i, theta, g = _flat()
    eta, new = Tensor("eta"), Tensor("theta_new", i)
    rule = define(new[i], theta[i] - eta[()] * g[i])
    return Optimizer("sgd", _graph((rule,), (g, eta), {theta: new}), rate, {})


def momentum(rate: Rate = 0.1, mu: float = 0.9) -> Optimizer:
    """v <- mu v - eta g;  theta <- theta + v. Polyak 1964; in this form Sutskever et al. 2013.

    torch's convention is v' <- mu v' + g; theta <- theta - eta v'. With a constant eta the two are
    the same steps (v = -eta v'); when eta changes, here the old velocity keeps its old eta.
    """
    i, theta, g = _flat()
    v, eta, m = Tensor("v", i), Tensor("eta"), Tensor("mu")
    v_new, new = Tensor("v_new", i), Tensor("theta_new", i)
    rules = (
        define(v_new[i], m[()] * v[i] - eta[()] * g[i]),
        define(new[i], theta[i] + v_new[i]),
    )
    graph = _graph(rules, (g, v, eta, m), {v: v_new, theta: new})
    return Optimizer("momentum", graph, rate, {"mu": mu})


def momentum_torch(rate: Rate = 0.1, mu: float = 0.9, decay: float = 0.0) -> Optimizer:
    """v <- mu v + g;  theta <- theta - eta v. The other convention, that of torch.optim.SGD.

    With a decay, v <- mu v + (g + decay theta): it reaches every parameter, biases and gains too,
    and v, as torch's weight_decay does.
    """
    i, theta, g = _flat()
    v, eta, m = Tensor("v", i), Tensor("eta"), Tensor("mu")
    v_new, new = Tensor("v_new", i), Tensor("theta_new", i)
    settings = {"mu": mu, "decay": decay} if decay else {"mu": mu}
    pull = g[i] + Tensor("decay")[()] * theta[i] if decay else g[i]
    rules = (
        define(v_new[i], m[()] * v[i] + pull),
        define(new[i], theta[i] - eta[()] * v_new[i]),
    )
    given = (g, v, eta, *(Tensor(k) for k in settings))
    graph = _graph(rules, given, {v: v_new, theta: new})
    return Optimizer("momentum_torch", graph, rate, settings)


def nesterov(rate: Rate = 0.1, mu: float = 0.9) -> Optimizer:
    """v <- mu v - eta g;  theta <- theta + mu v - eta g, with the new v.

    Nesterov 1983, with g taken where theta stands: theta is Sutskever et al. 2013's look-ahead
    point theta + mu v, as in Bengio, Boulanger-Lewandowski & Pascanu 2013 and in torch. With a
    constant eta it takes torch's steps.
    """
    i, theta, g = _flat()
    v, eta, m = Tensor("v", i), Tensor("eta"), Tensor("mu")
    v_new, new = Tensor("v_new", i), Tensor("theta_new", i)
    rules = (
        define(v_new[i], m[()] * v[i] - eta[()] * g[i]),
        define(new[i], theta[i] + m[()] * v_new[i] - eta[()] * g[i]),
    )
    graph = _graph(rules, (g, v, eta, m), {v: v_new, theta: new})
    return Optimizer("nesterov", graph, rate, {"mu": mu})


def adam(
    rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
) -> Optimizer:
    """m <- beta1 m + (1 - beta1) g;  s <- beta2 s + (1 - beta2) g^2;

    theta <- theta - eta (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + eps).
    eps has the unit of g. Source: Kingma & Ba 2015, algorithm 1 (s is v there). Vaswani et al.
    2017, sec. 5.3, take beta2 = 0.98, eps = 1e-9.
    """
    return _adam("adam", rate, {"beta1": beta1, "beta2": beta2, "eps": eps})


def adamw(
    rate: Rate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    decay: float = 1e-2,
) -> Optimizer:
    """Adam, and besides theta <- theta - eta decay theta: the decay does not enter m and s.

    The decay reaches every parameter, biases too. Source: Loshchilov & Hutter 2019, algorithm 2,
    with eta in place of their product of schedule and rate, as torch.optim.AdamW has it.
    """
    return _adam("adamw", rate, {"beta1": beta1, "beta2": beta2, "eps": eps, "decay": decay})


def _adam(name: str, rate: Rate, settings: Mapping[str, float]) -> Optimizer:
    i, theta, g = _flat()
    m, s, eta, t = Tensor("m", i), Tensor("s", i), Tensor("eta"), Tensor("t")
    b1, b2, eps = (Tensor(k) for k in ("beta1", "beta2", "eps"))
    decay = Tensor("decay")
    m_new, s_new, new = (Tensor(f"{k}_new", i) for k in ("m", "s", "theta"))
    c1, c2 = Tensor("c1"), Tensor("c2")
    move = (m_new[i] / c1[()]) / (sqrt(s_new[i] / c2[()]) + eps[()])
    if "decay" in settings:
        move = move + decay[()] * theta[i]
    rules = (
        define(m_new[i], b1[()] * m[i] + (1 - b1[()]) * g[i]),
        define(s_new[i], b2[()] * s[i] + (1 - b2[()]) * g[i] ** 2),
        define(c1[()], 1 - exp(t[()] * log(b1[()]))),
        define(c2[()], 1 - exp(t[()] * log(b2[()]))),
        define(new[i], theta[i] - eta[()] * move),
    )
    given = (g, m, s, eta, t, *(Tensor(k) for k in settings))
    graph = _graph(rules, given, {m: m_new, s: s_new, theta: new})
    return Optimizer(name, graph, rate, settings)


def clipped(rule: Optimizer, clip: float) -> Optimizer:
    """g <- g min(1, clip / |g|) before the rule, with |g| the norm over all parameters together.

    Source: Pascanu, Mikolov & Bengio 2013, algorithm 1. Ours: 1e-6 is added to |g|, as torch does,
    so that a gradient of 0 stays 0.
    """
    i, _, g = _flat()
    j = i.fresh()
    bound, size, short = Tensor("clip"), Tensor("size"), Tensor("g_clipped", i)
    scale = minimum(1, bound[()] / (size[()] + sympy.Rational(1, 10**6)))
    first = Graph(
        define(size[()], sqrt(total(g[j] ** 2, over=j))),
        define(short[i], g[i] * scale),
        inputs=[g, bound],
        output=short,
    )
    graph = join(first, reuse(rule.graph, {"g": short}, ""))
    settings = {**rule.settings, "clip": clip}
    return with_fields(rule, name=f"{rule.name}, clipped", graph=graph, settings=settings)


OPTIMIZERS: dict[str, Callable[[], Optimizer]] = {
    f.__name__: f for f in (sgd, momentum, momentum_torch, nesterov, adam, adamw)
}


def _flat() -> tuple[Index, Tensor, Tensor]:
    i = Index("i", "P")
    return i, Tensor("theta", i), Tensor("g", i)


def _graph(
    rules: tuple[Definition, ...], inputs: tuple[Tensor, ...], updates: Mapping[Tensor, Tensor]
) -> Graph:
    return Graph(
        *rules,
        inputs=inputs,
        parameters=[Tensor("theta", inputs[0].indices[0])],
        outputs=updates.values(),
        updates=updates.items(),
    )
