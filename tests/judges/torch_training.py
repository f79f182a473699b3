"""torch trains the network of training.py: its own layers and optimiser, the same masks."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F

from tests.judges.training import BATCH, KEEP, RATE, SIZES, Arrays, batches, masks, start


def trained() -> Arrays:
    """Parameters, running statistics and loss after each step, one row for each."""
    assert SIZES["N"] == BATCH
    first = torch.nn.Linear(SIZES["I"], SIZES["J"], dtype=torch.float64)
    norm = torch.nn.BatchNorm1d(SIZES["J"], dtype=torch.float64)
    second = torch.nn.Linear(SIZES["J"], SIZES["K"], dtype=torch.float64)
    held = {
        **{"W1": first.weight, "b1": first.bias, "gamma1": norm.weight, "beta1": norm.bias},
        **{"mu_run1": norm.running_mean, "v_run1": norm.running_var},
        **{"W2": second.weight, "b2": second.bias},
    }
    with torch.no_grad():
        for name, a in start().items():
            held[name].copy_(torch.tensor(a.T))
    modules = torch.nn.ModuleList([first, norm, second])
    optimizer = torch.optim.SGD(modules.parameters(), lr=RATE)
    rows: dict[str, list[np.ndarray]] = {}
    for batch, mask in zip(batches(), masks(), strict=True):
        h = torch.relu(norm(first(torch.tensor(batch["x"])))) * torch.tensor(mask) / KEEP
        loss = F.cross_entropy(second(h), torch.tensor(batch["t"]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        for name, a in {**held, "L": loss}.items():
            rows.setdefault(name, []).append(a.detach().numpy().T.copy())
    return {name: np.array(a) for name, a in rows.items()}
