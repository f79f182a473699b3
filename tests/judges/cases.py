"""The cases that torch judges, as one table: name -> graph, variables, sizes.

Used by the recording script, by the default tests (which read the recorded vectors) and by the
live tests. What torch computes for each stands in in_torch.py, under the same name.
"""

from functools import partial

from symnet.layers import catalogue, softmax_cross_entropy
from symnet.notation import Graph, Index, Tensor
from tests.judges import matrices, models
from tests.judges.case import Answers, Arrays, Case, Point, answers, draw
from tests.judges.of_attention import CASES as ATTENTION
from tests.judges.of_convolution import CASES as CONVOLUTION
from tests.judges.of_normalisation import CASES as NORMALISATION
from tests.judges.of_objective import CASES as OBJECTIVE
from tests.judges.of_pair import CASES as PAIR
from tests.judges.of_recurrent import CASES as RECURRENT

__all__ = ["CASES", "Answers", "Arrays", "Case", "Point", "answers", "draw"]

ROWS = ({"N": 3, "K": 4}, {"N": 1, "K": 2}, {"N": 2, "K": 1})
DENSE = ({"N": 2, "I": 4, "J": 3}, {"N": 3, "I": 1, "J": 2}, {"N": 1, "I": 3, "J": 2})
PAIRS = ({"N": 3, "J": 2}, {"N": 1, "J": 4}, {"N": 2, "J": 1})


def _simplex() -> Graph:
    n, k = Index("n", "N"), Index("k", "K")
    return softmax_cross_entropy(Tensor("x", n, k), Tensor("y", n, k, assume="simplex"))


def _of_layers() -> dict[str, Case]:
    special = {
        "dense": DENSE,
        "linear": DENSE,
        "glu": DENSE,
        "bilinear_gate": DENSE,
        "gate": PAIRS,
        "binary_cross_entropy": PAIRS,
        "mean_squared_error": PAIRS,
        "l2_penalty": ({"I": 3, "J": 2}, {"I": 1, "J": 4}),
        "mlp": ({"N": 2, "I": 4, "J": 3, "K": 1}, {"N": 1, "I": 2, "J": 4, "K": 3}),
    }
    return {name: Case(name, build, special.get(name, ROWS)) for name, build in catalogue().items()}


def _of_families() -> dict[str, Case]:
    families = (RECURRENT, ATTENTION, NORMALISATION, CONVOLUTION, OBJECTIVE, PAIR)
    return {case.name: case for family in families for case in family}


def _of_models() -> dict[str, Case]:
    planes = ({"N": 1, "C": 2, "A": 5, "B": 4, "U": 3, "V": 2},)
    listed = (
        Case("softmax_cross_entropy_simplex", _simplex, ROWS),
        Case(
            "lstm",
            models.lstm,
            ({"N": 2, "T": 4, "I": 1, "H": 3}, {"N": 1, "T": 3, "I": 2, "H": 1}),
        ),
        Case(
            "convolution",
            models.convolution,
            (
                {"N": 2, "C": 1, "O": 5, "A": 7, "B": 8, "P": 4, "Q": 3, "U": 3, "V": 4},
                {"N": 1, "C": 2, "O": 1, "A": 4, "B": 6, "P": 1, "Q": 3, "U": 3, "V": 3},
            ),
        ),
        Case("max_pool", models.max_pool, planes),
        Case("embedding", models.embedding, ({"N": 2, "T": 4, "V": 3, "D": 1},)),
        Case("layer_norm", models.layer_norm, ({"N": 3, "D": 4}, {"N": 1, "D": 2})),
        Case("batch_norm", models.batch_norm, ({"N": 4, "D": 3}, {"N": 2, "D": 1})),
        Case(
            "attention",
            models.attention,
            ({"N": 2, "I": 3, "J": 4, "D": 1, "E": 5}, {"N": 1, "I": 2, "J": 3, "D": 4, "E": 1}),
        ),
        Case(
            "causal_attention",
            partial(models.attention, causal=True),
            ({"N": 1, "I": 4, "D": 3, "E": 2},),
        ),
    )
    return {c.name: c for c in listed}


def _of_matrices() -> dict[str, Case]:
    batch = ({"B": 2, "N": 3}, {"B": 3, "N": 1}, {"B": 1, "N": 4})
    pairs = ({"M": 2, "N": 3}, {"M": 4, "N": 1}, {"M": 1, "N": 4})
    makers = {
        matrices.inverses: batch,
        matrices.determinant: batch,
        matrices.log_determinant: batch,
        matrices.solution: pairs,
        matrices.trace_of_inverse: ({"N": 3}, {"N": 1}),
        matrices.quadratic_form: pairs,
        matrices.gaussian: pairs,
        matrices.ridge: pairs,
        matrices.volume: pairs,
        matrices.riccati: ({"T": 3, "N": 2}, {"T": 2, "N": 1}, {"T": 1, "N": 3}),
    }
    return {f.__name__: Case(f.__name__, f, sizes) for f, sizes in makers.items()}


CASES: dict[str, Case] = {**_of_layers(), **_of_models(), **_of_matrices(), **_of_families()}
