"""Images: a real data set that comes with scikit-learn (extra `data`), and small shifts of images.

digits(seed)     => ({x (1347, 64), t (1347,)}, {x (450, 64), t (450,)})
shifted(x, by)   => y[n,u,v] = x[n, u - by[n,0], v - by[n,1]], linear between pixels
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symnet.notation import TrainingError

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]


def digits(seed: int) -> tuple[Arrays, Arrays]:
    """(train, test): scikit-learn's 8 x 8 digits, x = pixels/16 in [0, 1], labels t in 0..9.

    A stratified quarter is the test set, drawn with `random_state=seed`.
    Raises TrainingError if scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_digits
        from sklearn.model_selection import train_test_split
    except ImportError as missing:
        raise TrainingError(
            "the digits come with scikit-learn, which is not installed: pip install 'symnet[data]'"
        ) from missing
    found = load_digits()
    x, t = found.data / 16.0, found.target.astype(np.int64)
    x0, x1, t0, t1 = train_test_split(x, t, test_size=0.25, random_state=seed, stratify=t)
    return {"x": x0, "t": t0}, {"x": x1, "t": t1}


def shifted(x: Array, by: Array) -> Array:
    """Images x (N, A, B), each moved by by[n] = (down, right) pixels, between -1 and 1.

    Along each axis y[u] = (1 - |s|) x[u] + max(s, 0) x[u-1] + max(-s, 0) x[u+1]; what comes in at
    an edge is 0. Raises TrainingError for a shift of more than a pixel.
    """
    if not (np.abs(by) <= 1).all():
        raise TrainingError(f"shifted: a shift of {np.abs(by).max()} pixels; expected at most 1")
    moved = x
    for axis in (1, 2):
        s = by[:, axis - 1, None, None]
        wide = np.pad(moved, [(0, 0) if a != axis else (1, 1) for a in range(3)])
        before, after = (np.take(wide, np.arange(x.shape[axis]) + k, axis) for k in (0, 2))
        moved = (1 - abs(s)) * moved + np.maximum(s, 0) * before + np.maximum(-s, 0) * after
    return moved
