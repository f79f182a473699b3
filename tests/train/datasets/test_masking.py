"""The corruption of a masked language model: its shares, and what stays as it is."""

import numpy as np

from symnet.train.datasets import masked_words


def test_shares_of_the_three_fates() -> None:
    ids = np.random.default_rng(0).integers(2, 1002, size=(400, 200))
    read, selected = masked_words(np.random.default_rng(1), ids, mask=1, first=2, below=1002)
    assert abs(selected.mean() - 0.15) < 0.005
    chosen = selected == 1
    masked, same = (read == 1)[chosen], (read == ids)[chosen]
    assert abs(masked.mean() - 0.8) < 0.015 and abs(same.mean() - 0.1) < 0.015
    assert (read[~chosen] == ids[~chosen]).all()
    assert read[chosen][~masked].min() >= 2 and read.max() < 1002


def test_special_numbers_are_never_selected() -> None:
    ids = np.tile(np.array([0, 1, 2, 3]), (50, 1))
    read, selected = masked_words(np.random.default_rng(1), ids, 1, first=2, below=4, share=1.0)
    assert (selected == [0, 0, 1, 1]).all() and (read[:, :2] == [0, 1]).all()
