"""Real data sets that come with scikit-learn (extra `data`): nothing is downloaded.

digits(seed) => ({x (1347, 64), t (1347,)}, {x (450, 64), t (450,)})
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
