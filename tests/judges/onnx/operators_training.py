"""One step of an optimiser: symnet's rules are graphs too.

onnx adds norm_coefficient x to the gradient before the rule; that is a definition of its own here.
Its T = 0 means no correction of the moments, which symnet has in the limit of a large t.
"""

from __future__ import annotations

import numpy as np

from symnet import layers
from symnet.notation import Graph, Tensor, define
from symnet.train.optimizers import Optimizer, adam, momentum_torch
from tests.judges.onnx.load import OnnxCase
from tests.judges.onnx.model import Model, Table, has_all, layer, need, typed

LONG_AGO = 10.0**6


def _regularised(rule: Optimizer) -> Graph:
    """g[i] = strength theta[i] + G[i], then the rule."""
    theta, g = rule.graph.tensor("theta"), rule.graph.tensor("g")
    (i,) = theta.indices
    raw, strength = Tensor("G", i), Tensor("strength")
    added = define(g[i], strength[()] * theta[i] + raw[i])
    first = Graph(added, inputs=[raw, strength], parameters=[theta], output=g)
    return layers.join(first, rule.graph, outputs=rule.graph.outputs)


def _steps(case: OnnxCase, rule: Optimizer, states: tuple[str, ...], more: dict) -> list[Model]:
    """A model for each tensor: onnx lists all tensors, then all gradients, then all states."""
    rate, _, *arrays = has_all(case.inputs)
    need(not case["norm_coefficient_post"], "a decay after the step")
    names = ("theta", "G", *states)
    n = len(arrays) // len(names)
    graph = _regularised(rule)
    settings = {k: np.asarray(float(v)) for k, v in rule.settings.items()}
    out = []
    for k in range(n):
        given = {name: arrays[j * n + k] for j, name in enumerate(names)}
        given |= {"eta": rate, "strength": np.asarray(case["norm_coefficient"]), **settings, **more}
        new = [f"{name}_new" for name in ("theta", *states)]
        expected = {name: case.outputs[j * n + k] for j, name in enumerate(new)}
        out.append(layer(graph, given, expected))
    return out


def adam_step(case: OnnxCase) -> list[Model]:
    need(int(case.input(1)) == 0, "Adam with epsilon beside moments that are corrected")
    rule = adam(0.1, case["alpha"], case["beta"], case["epsilon"])
    return _steps(case, rule, ("m", "s"), {"t": np.asarray(LONG_AGO)})


def momentum_step(case: OnnxCase) -> list[Model]:
    need(case["mode"] == "standard", "the velocity of Nesterov's momentum without the rate")
    need(int(case.input(1)) == 0 or case["beta"] == 1, "another weight of the gradient")
    return _steps(case, momentum_torch(0.1, case["alpha"]), ("v",), {})


def nesterov_text(case: OnnxCase) -> list[Model]:
    """V = alpha v + g;  X = x - R (g + alpha V), in text."""
    need(case["mode"] == "nesterov", "the standard momentum")
    rate, _, x, g, v = has_all(case.inputs)
    a, first = case["alpha"], f"g = G + {case['norm_coefficient']}*x\nV = {case['alpha']}*v + g\n"
    given = {"x": x, "G": g, "v": v}
    return [
        typed(case, f"{first}x - R*(g + {a}*V)", R=rate, **given),
        typed(case, f"{first}np.copy(V)", of=1, **given),
    ]


def adagrad(case: OnnxCase) -> list[Model]:
    """H = h + g^2;  X = x - R/(1 + decay T) g/(sqrt(H) + eps), in text: symnet has no such rule."""
    rate, count, *arrays = has_all(case.inputs)
    n = len(arrays) // 3
    out = []
    for k in range(n):
        x, g, h = arrays[k::n]
        given = {"x": x, "G": g, "h": h}
        lines = f"g = G + {case['norm_coefficient']}*x\nH = h + g**2\n"
        eta = f"R/(1 + {case['decay_factor']}*T)"
        step = f"{lines}x - {eta}*g/(np.sqrt(H) + {case['epsilon']})"
        out.append(typed(case, step, of=k, R=rate, T=count, **given))
        out.append(typed(case, f"{lines}np.copy(H)", of=n + k, **given))
    return out


DOMAIN = "ai.onnx.preview.training"
TABLE: Table = {
    f"{DOMAIN}.Adam": (adam_step,),
    f"{DOMAIN}.Momentum": (momentum_step, nesterov_text),
    f"{DOMAIN}.Adagrad": (adagrad,),
}
