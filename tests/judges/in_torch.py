"""What torch computes for each case: an independent implementation wherever torch has one.

run(case, point) -> value, gradient, second derivative along a direction; all float64
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from tests.judges import (
    torch_attention,
    torch_convolution,
    torch_normalisation,
    torch_objective,
    torch_pair,
    torch_recurrent,
)
from tests.judges.case import Answers, Case, Point

Given = dict[str, Tensor]


def _lstm(g: Given) -> Tensor:
    inputs, hidden = g["W_i"].shape
    module = torch.nn.LSTM(inputs, hidden, batch_first=True, dtype=torch.float64)
    parameters = {
        "weight_ih_l0": torch.cat([g[f"W_{q}"].T for q in "ifgo"]),
        "weight_hh_l0": torch.cat([g[f"U_{q}"].T for q in "ifgo"]),
        "bias_ih_l0": torch.cat([g[f"b_{q}"] for q in "ifgo"]),
        "bias_hh_l0": torch.zeros(4 * hidden, dtype=torch.float64),
    }
    states = (g["h0"][None], g["c0"][None])
    out, _ = torch.func.functional_call(module, parameters, (g["x"], states))
    return out


def _mlp(g: Given) -> Tensor:
    hidden = torch.tanh(F.linear(g["x"], g["W1"].T, g["b1"]))
    return F.linear(hidden, g["W2"].T, g["b2"])


def _soft_targets(g: Given) -> Tensor:
    return -(g["y"] * torch.log_softmax(g["x"], -1)).sum() / g["x"].shape[0]


def _attention(g: Given, causal: bool = False) -> Tensor:
    scores = g["Q"] @ g["K"].transpose(-1, -2) / g["Q"].shape[-1] ** 0.5
    if causal:
        later = torch.triu(torch.ones(scores.shape[-2:], dtype=torch.bool), 1)
        scores = scores.masked_fill(later, -torch.inf)
    return torch.softmax(scores, -1) @ g["V"]


def _gaussian(g: Given) -> Tensor:
    """torch's own density, without its constant."""
    x, mu, S = g["x"], g["mu"], g["S"]
    free = torch.distributions.MultivariateNormal(mu, covariance_matrix=S, validate_args=False)
    constant = x.numel() * math.log(2 * math.pi) / 2
    return -free.log_prob(x).sum() - constant


def _ridge(g: Given) -> Tensor:
    gram = g["X"].T @ g["X"] + g["c"] * torch.eye(g["X"].shape[1], dtype=torch.float64)
    return torch.linalg.solve(gram, g["X"].T @ g["y"])


def _volume(g: Given) -> Tensor:
    gram = g["X"].T @ g["X"] + torch.eye(g["X"].shape[1], dtype=torch.float64)
    return torch.logdet(gram) + torch.linalg.det(gram)


def _riccati(g: Given) -> Tensor:
    C, out = g["C0"], []
    for Q in g["Q"]:
        P = g["A"] @ C @ g["A"].T + Q
        C = P - P @ torch.linalg.solve(P + g["R"], P)
        out.append(C)
    return torch.stack(out)


RUNS: dict[str, Callable[[Given], Tensor]] = {
    "linear": lambda g: F.linear(g["x"], g["W"].T),
    "dense": lambda g: F.linear(g["x"], g["W"].T, g["b"]),
    "identity": lambda g: g["x"] * 1,
    "exp": lambda g: torch.exp(g["x"]),
    "log": lambda g: torch.log(g["x"]),
    "sin": lambda g: torch.sin(g["x"]),
    "cos": lambda g: torch.cos(g["x"]),
    "tanh": lambda g: torch.tanh(g["x"]),
    "sigmoid": lambda g: torch.sigmoid(g["x"]),
    "softplus": lambda g: F.softplus(g["x"], threshold=1e9),
    "erf": lambda g: torch.erf(g["x"]),
    "relu": lambda g: torch.relu(g["x"]),
    "leaky_relu": lambda g: F.leaky_relu(g["x"], 0.01),
    "silu": lambda g: F.silu(g["x"]),
    "gelu": lambda g: F.gelu(g["x"]),
    "gelu_tanh": lambda g: F.gelu(g["x"], approximate="tanh"),
    "absolute": lambda g: torch.abs(g["x"]),
    "sign": lambda g: torch.sign(g["x"]),
    "detach": lambda g: g["x"].detach() + 0 * g["x"],
    "tanh_exponential": lambda g: torch.tanh(g["x"]),
    "sigmoid_exponential": lambda g: torch.sigmoid(g["x"]),
    "maximum": lambda g: torch.maximum(g["x"], g["y"]),
    "minimum": lambda g: torch.minimum(g["x"], g["y"]),
    "softmax": lambda g: torch.softmax(g["x"], -1),
    "log_softmax": lambda g: torch.log_softmax(g["x"], -1),
    "gate": lambda g: g["x"] * g["y"],
    "bilinear_gate": lambda g: (
        F.linear(g["x"], g["W"].T, g["b"]) * F.linear(g["x"], g["V"].T, g["c"])
    ),
    "glu": lambda g: F.glu(
        torch.cat([F.linear(g["x"], g["W"].T, g["b"]), F.linear(g["x"], g["V"].T, g["c"])], dim=-1)
    ),
    "softmax_cross_entropy": lambda g: F.cross_entropy(g["x"], g["t"]),
    "softmax_cross_entropy_one_hot": _soft_targets,
    "softmax_cross_entropy_simplex": _soft_targets,
    "softmax_cross_entropy_targets": _soft_targets,
    "binary_cross_entropy": lambda g: F.binary_cross_entropy_with_logits(g["x"], g["y"]),
    "mean_squared_error": lambda g: F.mse_loss(g["x"], g["y"]),
    "l2_penalty": lambda g: 1e-4 * (g["W"].square().sum() + g["V"].square().sum()),
    "mlp": _mlp,
    "lstm": _lstm,
    "convolution": lambda g: F.conv2d(g["x"], g["w"], g["b"], stride=2, padding=1),
    "max_pool": lambda g: F.max_pool2d(g["x"], 3, stride=2, padding=1),
    "embedding": lambda g: F.embedding(g["ids"], g["E"]),
    "layer_norm": lambda g: F.layer_norm(g["x"], g["x"].shape[-1:], g["g"], g["b"]),
    "batch_norm": lambda g: F.batch_norm(g["x"], None, None, g["g"], g["b"], training=True),
    "attention": _attention,
    "causal_attention": lambda g: _attention(g, causal=True),
    "inverses": lambda g: torch.linalg.inv(g["X"]),
    "determinant": lambda g: torch.linalg.det(g["X"]),
    "log_determinant": lambda g: torch.linalg.slogdet(g["X"])[1],
    "solution": lambda g: torch.linalg.solve(g["A"], g["R"]),
    "trace_of_inverse": lambda g: torch.trace(torch.linalg.solve(g["A"], g["B"])),
    "quadratic_form": lambda g: (g["u"] * torch.linalg.solve(g["A"], g["v"].T).T).sum(1),
    "gaussian": _gaussian,
    "ridge": _ridge,
    "volume": _volume,
    "riccati": _riccati,
    **torch_recurrent.RUNS,
    **torch_attention.RUNS,
    **torch_normalisation.RUNS,
    **torch_convolution.RUNS,
    **torch_objective.RUNS,
    **torch_pair.RUNS,
}


def run(case: Case, point: Point) -> Answers:
    """torch's answers at a point."""
    given = {name: torch.tensor(a) for name, a in point.given.items()}
    variables = {name: given[name].requires_grad_() for name in point.directions}
    value = RUNS[case.name](given)
    first = _derivatives((value * torch.tensor(point.cotangent)).sum(), variables, case.second)
    if not case.second:
        return Answers(value.detach().numpy(), _arrays(first), {})
    along = sum((first[x] * torch.tensor(v)).sum() for x, v in point.directions.items())
    second = _derivatives(along, variables, False)
    return Answers(value.detach().numpy(), _arrays(first), _arrays(second))


def _derivatives(scalar: Tensor, variables: Given, again: bool) -> Given:
    if not scalar.requires_grad:
        return {name: torch.zeros_like(v) for name, v in variables.items()}
    found = torch.autograd.grad(
        scalar, list(variables.values()), create_graph=again, materialize_grads=True
    )
    return dict(zip(variables, found, strict=True))


def _arrays(tensors: Given) -> dict[str, np.ndarray]:
    return {name: v.numpy(force=True) for name, v in tensors.items()}


# -- optimisers -------------------------------------------------------------------------------

OPTIMIZERS: dict[str, Callable[[list[Tensor]], torch.optim.Optimizer]] = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p, lr=1e-3),
    "adamw": lambda p: torch.optim.AdamW(p, lr=1e-3, weight_decay=1e-2),
}


def steps(name: str, theta: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """theta after each step, for given gradients, one row for each."""
    parameter = torch.nn.Parameter(torch.tensor(theta))
    optimizer = OPTIMIZERS[name]([parameter])
    rows = []
    for g in gradients:
        parameter.grad = torch.tensor(g)
        optimizer.step()
        rows.append(parameter.detach().numpy().copy())
    return np.array(rows)
