"""Writes torch's answers to tests/data: python -m tests.judges.record [NAME ..] (torch needed).

One file for each case, one for the optimisers, one for a few steps of training; vectors.py says how
the cases are laid out. Run it after a change of the cases, with the version of torch that the extra
`judges` names.
"""

import sys
from pathlib import Path

import numpy as np
import torch

from tests.judges.cases import CASES, Arrays, Case, draw
from tests.judges.in_torch import OPTIMIZERS, run, steps
from tests.judges.torch_training import trained
from tests.judges.vectors import packed, write

DATA = Path(__file__).parents[1] / "data"
SEED = 20240607


def vectors(case: Case) -> Arrays:
    """All points of a case with torch's answers."""
    out: Arrays = {}
    for k, sizes in enumerate(case.sizes):
        point = draw(case, sizes, np.random.default_rng([SEED, k]))
        out |= packed(k, point, run(case, point))
    return out


def optimizer_steps() -> Arrays:
    """theta, five gradients, and theta after each step of each rule."""
    rng = np.random.default_rng(SEED)
    theta, gradients = rng.normal(size=4), rng.normal(size=(5, 4))
    rows = {name: steps(name, theta, gradients) for name in OPTIMIZERS}
    return {"theta": theta, "gradients": gradients, **rows}


def main() -> None:
    DATA.mkdir(exist_ok=True)
    chosen = sys.argv[1:] or CASES
    for name in chosen:
        case = CASES[name]
        write(DATA / f"{name}.npz", vectors(case))
    write(DATA / "optimizers.npz", optimizer_steps())
    write(DATA / "training.npz", trained())
    size = sum(f.stat().st_size for f in DATA.glob("*.npz"))
    print(f"torch {torch.__version__}: {len(chosen)} cases, {size / 1000:.0f} kB in {DATA}")


if __name__ == "__main__":
    main()
