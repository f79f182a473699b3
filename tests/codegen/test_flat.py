import numpy as np

from symnet.codegen import flat


def test_pieces_are_views_in_order() -> None:
    vector, views = flat({"W": (2, 3), "b": (3,), "s": ()}, np.float32)
    assert vector.shape == (10,) and vector.dtype == np.float32
    vector[:] = np.arange(10)
    assert views["W"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert views["b"].tolist() == [6, 7, 8]
    views["s"][...] = 5
    assert vector[9] == 5
    assert all(np.shares_memory(vector, v) for v in views.values())
