"""A training step of generated NumPy code beside the same step in torch, eager, one thread.

    python tests/benchmarks/against_torch.py [NAME ..]      (the extra `judges` has torch)

Loss, gradient and one update by Adam, in float32, of models that tests/benchmarks/models.py builds
from the layers. Both start from the same numbers; losses and gradients are compared first. Then the
steps are timed in turn, in processor time; the ratio is what holds on another machine.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # before NumPy is imported

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np
import torch
from impl_symnet import Train
from torch.nn import functional as F

Arrays = dict[str, np.ndarray[Any, Any]]
Given = dict[str, torch.Tensor]
ROUNDS = 15
BOUNDS = {"lstm": 2.0, "attention": 1.3, "transformer": 1.5, "resnet": 2.0, "mlp": 0.4}


@dataclass
class Work:
    """A model, the numbers that it starts from and learns from, and its sizes."""

    model: str
    params: Arrays
    data: Arrays
    cfg: dict[str, int] = field(default_factory=dict)
    opt: tuple[str, float] = ("adam", 1e-4)


def _weights(rng: np.random.Generator, **shapes: tuple[int, ...]) -> Arrays:
    return {k: rng.normal(size=s) / np.prod(s[:-1]) ** 0.5 for k, s in shapes.items()}


def _mlp(rng: np.random.Generator) -> Work:
    p = _weights(rng, W1=(64, 128), W2=(128, 64), W3=(64, 10))
    p |= {f"b{k}": np.zeros(n) for k, n in ((1, 128), (2, 64), (3, 10))}
    return Work("mlp", p, {"x": rng.random((32, 64)), "y": rng.integers(0, 10, 32)})


def _lstm(rng: np.random.Generator) -> Work:
    c = {"V": 64, "E": 32, "H": 128, "T": 64, "B": 32}
    H, V = c["H"], c["V"]
    p = _weights(rng, E=(V, c["E"]), Wx=(c["E"], 4 * H), Wh=(H, 4 * H), Wy=(H, V))
    p |= {"bx": np.zeros(4 * H), "by": np.zeros(V)}
    d = {k: rng.integers(0, V, (c["T"], c["B"])) for k in "xy"}
    return Work("lstm", p, d, c)


def _attention(rng: np.random.Generator) -> Work:
    c = {"d": 64, "h": 4, "T": 64, "B": 16}
    d, shape = c["d"], (c["B"], c["T"], c["d"])
    p = {"x": rng.normal(size=shape)} | _weights(rng, Wqkv=(d, 3 * d), Wo=(d, d))
    p |= {"bqkv": np.zeros(3 * d), "bo": np.zeros(d)}
    return Work("attention", p, {"G": rng.normal(size=shape)}, c)


def _transformer(rng: np.random.Generator) -> Work:
    c = {"L": 2, "V": 64, "d": 128, "h": 4, "T": 64, "ff": 512, "B": 16}
    d, f, V = c["d"], c["ff"], c["V"]
    p = _weights(rng, E=(V, d), P=(c["T"], d), Wy=(d, V))
    p |= {"gf": np.ones(d), "cf": np.zeros(d), "by": np.zeros(V)}
    for l in range(c["L"]):
        shapes = {"Wqkv": (d, 3 * d), "Wo": (d, d), "W1": (d, f), "W2": (f, d)}
        p |= _weights(rng, **{f"{k}_{l}": s for k, s in shapes.items()})
        p |= {f"{k}_{l}": np.ones(d) for k in ("g1", "g2")}
        widths = {"c1": d, "c2": d, "bqkv": 3 * d, "bo": d, "b1": f, "b2": d}
        p |= {f"{k}_{l}": np.zeros(n) for k, n in widths.items()}
    data = {k: rng.integers(0, V, (c["B"], c["T"])) for k in "xy"}
    return Work("transformer", p, data, c)


def _resnet(rng: np.random.Generator) -> Work:
    c = {"B": 64, "C": 16, "nb": 2}
    C, p = c["C"], _weights(rng, W=(c["C"], 10)) | {"b": np.zeros(10)}
    for name in ("0", *(f"{b}{s}" for b in range(1, c["nb"] + 1) for s in "ab")):
        p |= _weights(rng, **{f"K{name}": (3, 3, 1 if name == "0" else C, C)})
        p |= {f"g{name}": np.ones(C), f"c{name}": np.zeros(C)}
    data = {"x": rng.random((c["B"], 8, 8, 1)), "y": rng.integers(0, 10, c["B"])}
    return Work("resnet", p, data, c)


WORKS: dict[str, Callable[[np.random.Generator], Work]] = {
    "mlp": _mlp,
    "lstm": _lstm,
    "attention": _attention,
    "transformer": _transformer,
    "resnet": _resnet,
}


# -- torch --------------------------------------------------------------------------------------


def _heads(x: torch.Tensor, p: Given, at: str, heads: int, causal: bool) -> torch.Tensor:
    """torch's fused attention of x with itself; weights are (out, in), as torch keeps them."""
    batch, steps, width = x.shape
    packed = F.linear(x, p[f"Wqkv{at}"], p[f"bqkv{at}"])
    q, k, v = packed.view(batch, steps, 3, heads, width // heads).permute(2, 0, 3, 1, 4).unbind()
    seen = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
    joined = seen.transpose(1, 2).reshape(batch, steps, width)
    return F.linear(joined, p[f"Wo{at}"], p[f"bo{at}"])


def _loss(w: Work, p: Given, d: Given) -> torch.Tensor:
    c = w.cfg
    if w.model == "attention":
        return (_heads(p["x"], p, "", c["h"], False) * d["G"]).sum()
    if w.model == "mlp":
        h = torch.relu(F.linear(d["x"], p["W1"], p["b1"]))
        h = torch.relu(F.linear(h, p["W2"], p["b2"]))
        return F.cross_entropy(F.linear(h, p["W3"], p["b3"]), d["y"])
    if w.model == "lstm":
        start = p["E"].new_zeros(1, c["B"], c["H"])
        rows = [p["Wx"], p["Wh"], p["bx"], torch.zeros_like(p["bx"])]
        x = F.embedding(d["x"], p["E"])
        h = torch.lstm(x, (start, start), rows, True, 1, 0.0, True, False, False)[0]
        return F.cross_entropy(F.linear(h, p["Wy"], p["by"]).flatten(0, 1), d["y"].flatten())
    if w.model == "transformer":
        x, width = F.embedding(d["x"], p["E"]) + p["P"], (c["d"],)
        for l in range(c["L"]):
            y = F.layer_norm(x, width, p[f"g1_{l}"], p[f"c1_{l}"])
            x = x + _heads(y, p, f"_{l}", c["h"], True)
            y = F.layer_norm(x, width, p[f"g2_{l}"], p[f"c2_{l}"])
            u = F.gelu(F.linear(y, p[f"W1_{l}"], p[f"b1_{l}"]), approximate="tanh")
            x = x + F.linear(u, p[f"W2_{l}"], p[f"b2_{l}"])
        x = F.layer_norm(x, width, p["gf"], p["cf"])
        return F.cross_entropy(F.linear(x, p["Wy"], p["by"]).flatten(0, 1), d["y"].flatten())

    def normed(x: torch.Tensor, at: str) -> torch.Tensor:
        made = F.conv2d(x, p[f"K{at}"], padding=1)
        return F.batch_norm(made, None, None, p[f"g{at}"], p[f"c{at}"], training=True)

    x = torch.relu(normed(d["x"].permute(0, 3, 1, 2), "0"))
    for b in range(1, c["nb"] + 1):
        x = torch.relu(x + normed(torch.relu(normed(x, f"{b}a")), f"{b}b"))
    return F.cross_entropy(F.linear(x.mean((2, 3)), p["W"], p["b"]), d["y"])


def _turned(name: str, a: Any) -> Any:
    """A parameter in torch's order of axes, and back for a matrix."""
    if name[0] == "K":
        return a.transpose(3, 2, 0, 1)
    return a.T if name[0] == "W" else a


class Torch:
    """The same model, data and rule in torch."""

    def __init__(self, w: Work) -> None:
        self.work = w

        def tensor(a: Any) -> torch.Tensor:
            kind = np.int64 if a.dtype.kind == "i" else np.float32
            return torch.from_numpy(np.array(a, kind, order="C"))

        self.p = {k: tensor(_turned(k, a)).requires_grad_() for k, a in w.params.items()}
        self.d = {k: tensor(a) for k, a in w.data.items()}
        self.rule = torch.optim.Adam(self.p.values(), lr=w.opt[1], fused=True)

    def slope(self) -> tuple[float, Arrays]:
        self.rule.zero_grad()
        loss = _loss(self.work, self.p, self.d)
        loss.backward()
        return float(loss.detach()), {k: t.grad.numpy() for k, t in self.p.items()}

    def step(self) -> None:
        self.rule.zero_grad()
        _loss(self.work, self.p, self.d).backward()
        self.rule.step()


def compared(ours: Train, theirs: Torch) -> float:
    """The largest error of loss and gradients, relative to the largest entry of each."""
    loss, slopes = theirs.slope()
    found = ours.check()
    errors = [abs(found["loss"] - loss) / max(1.0, abs(loss))]
    for name, a in slopes.items():
        error = np.abs(_turned(name, found[name]) - a).max()
        errors.append(error / max(np.abs(a).max(), 1e-3))
    return float(max(errors))


def seconds(step: Callable[[], None], count: int) -> float:
    start = time.process_time()
    for _ in range(count):
        step()
    return (time.process_time() - start) / count


def main() -> int:
    """Print the table; 1 if a bound is missed or the two disagree."""
    torch.set_num_threads(1)
    missed = False
    print(f"{'model':12} {'torch us':>9} {'symnet us':>9} {'ratio':>6}  bound  difference")
    for name in sys.argv[1:] or WORKS:
        work = WORKS[name](np.random.default_rng(1))
        ours, theirs = Train(work, np.float32), Torch(work)
        difference = compared(ours, theirs)
        seconds(ours.step, 3), seconds(theirs.step, 3)
        count = max(1, int(0.05 / seconds(theirs.step, 3)))
        pairs = [(seconds(theirs.step, count), seconds(ours.step, count)) for _ in range(ROUNDS)]
        ratio = median(b / a for a, b in pairs)
        missed |= ratio > BOUNDS[name] or difference > 1e-3
        torchs, symnets = (1e6 * median(p[k] for p in pairs) for k in (0, 1))
        print(
            f"{name:12} {torchs:9.0f} {symnets:9.0f} {ratio:6.2f}  {BOUNDS[name]:5.2f}"
            f"  {difference:.0e}"
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
