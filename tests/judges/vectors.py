"""How a case's points and answers lie in an .npz file: the k-th point under names that start k/.

k/x given array, k/x/gradient, and k/x/direction, k/x/second if the case has a second derivative;
k//value, k//cotangent (if it has axes).
All float64, labels int64. The numbers of all arrays stand in one array, since each array of an .npz
file costs about 250 bytes beside its numbers; another says in JSON which is which.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tests.judges.cases import Answers, Arrays, Case, Point


def write(path: Path, arrays: Arrays) -> None:
    """All arrays, by name, as one file."""
    index = [[name, a.dtype.str, a.shape] for name, a in arrays.items()]
    text = np.frombuffer(json.dumps(index).encode(), np.uint8)
    numbers = [np.asarray(a, np.float64).ravel() for a in arrays.values()]
    np.savez_compressed(path, index=text, numbers=np.concatenate(numbers))


def read(path: Path) -> Arrays:
    """What `write` wrote. Whole numbers beyond 2^53 are not among them."""
    with np.load(path, allow_pickle=False) as data:
        index, numbers = json.loads(data["index"].tobytes()), data["numbers"]
    out: Arrays = {}
    at = 0
    for name, kind, shape in index:
        count = int(np.prod(shape))
        out[name] = numbers[at : at + count].astype(kind).reshape(shape)
        at += count
    return out


def packed(k: int, point: Point, found: Answers) -> Arrays:
    """The arrays of one point, named."""
    out = {f"{k}/{x}": a for x, a in point.given.items()}
    if found.second:
        out |= {f"{k}/{x}/direction": v for x, v in point.directions.items()}
    out |= {f"{k}/{x}/gradient": v for x, v in found.gradient.items()}
    out |= {f"{k}/{x}/second": v for x, v in found.second.items()}
    out |= {f"{k}//value": found.value}
    return out | ({f"{k}//cotangent": point.cotangent} if found.value.ndim else {})


def unpacked(case: Case, data: Mapping[str, np.ndarray], k: int) -> tuple[Point, Answers]:
    """The k-th point of a case, and the answers there."""
    graph = case.graph
    names = case.wrt(graph)

    def each(what: str) -> Arrays:
        return {x: data[f"{k}/{x}/{what}"] for x in names}

    given = {t.name: data[f"{k}/{t.name}"] for t in graph.given}
    value = data[f"{k}//value"]
    cotangent = data[f"{k}//cotangent"] if value.ndim else np.ones(())
    directions = each("direction") if case.second else {x: np.zeros_like(given[x]) for x in names}
    return (
        Point(given, cotangent, directions),
        Answers(value, each("gradient"), each("second") if case.second else {}),
    )
