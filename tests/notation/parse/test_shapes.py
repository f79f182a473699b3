"""Shapes and assumptions, as callers write them."""

from typing import Any

import pytest
import sympy

from symnet.notation import ParseError, SymnetError, extent
from symnet.notation.parse import parse
from symnet.notation.parse.shapes import extents_of, given_tensors, tensors

N, D = extent("N"), extent("D")


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("N D", (N, D)),
        ("N,D", (N, D)),
        (" N , D ", (N, D)),
        ("(N, D)", (N, D)),
        ("6 3", (6, 3)),
        ("N 3", (N, 3)),
        ("", ()),
        ("()", ()),
        (6, (6,)),
        ((6, 3), (6, 3)),
        (("N", 3), (N, 3)),
        (["N", "D"], (N, D)),
        ((N, D), (N, D)),
        ((), ()),
        ("2*N", (2 * N,)),
        ("N-1 2*N+1", (N - 1, 2 * N + 1)),
        ("N*D", (N * D,)),
    ],
)
def test_shapes(shape: Any, expected: tuple[Any, ...]) -> None:
    made = tensors({"X": shape}, None)["X"]
    assert made.shape == expected


def test_letters_differ_from_each_other_and_from_extents() -> None:
    made = tensors({"X": "n n m", "Y": "N N"}, None)
    letters = [i.letter for i in made["X"].indices]
    assert len(set(letters)) == 3 and not {"n", "m"} & set(letters)
    assert made["Y"].indices[0].letter != made["Y"].indices[1].letter


def test_extents_are_numbers() -> None:
    assert extents_of(tensors({"X": "N 2*D", "b": ""}, None).values()) == {"N": N, "D": D}


@pytest.mark.parametrize(
    ("words", "assumed", "below"),
    [
        ("one_hot", {"one_hot"}, None),
        ("one-hot", {"one_hot"}, None),
        (["positive", "mask"], {"positive", "mask"}, None),
        ("integer<V", {"integer"}, extent("V")),
        ("integer<10", {"integer"}, sympy.Integer(10)),
        ("integer < V", {"integer"}, extent("V")),
    ],
)
def test_assumptions(words: Any, assumed: set[str], below: Any) -> None:
    made = tensors({"t": "N"}, {"t": words})["t"]
    assert made.assume == assumed and made.below == below


WRONG: list[tuple[Any, Any, str]] = [
    ({"X": "N D E!"}, None, "extent 'E!'"),
    ({"X": 0}, None, "extent 0, expected 1 to"),
    ({"X": -3}, None, "extent -3"),
    ({"X": 10**12}, None, "expected 1 to"),
    ({"X": "1000000000000"}, None, "expected 1 to"),
    ({"X": "9" * 5000}, None, "expected"),
    ({"X": 10**5000}, None, "expected"),
    ({"X": 2.5}, None, "the shape of X"),
    ({"X": None}, None, "the shape of X"),
    ({"X": True}, None, "the shape of X"),
    ({"X": (True,)}, None, "extent"),
    ({"X": "N**9"}, None, "extent"),
    ({"X": "-N"}, None, "extent"),
    ({"X": "N-N"}, None, "extent"),
    ({"X": "1-2*N"}, None, "never positive"),
    ({"X": "9999999*9999999"}, None, "expected"),
    ({"X": "__import__('os')"}, None, "extent"),
    ({"X": "lambda"}, None, "reserved"),
    ({"X": "a" * 100}, None, "extent"),
    ({"X": " ".join(["N"] * 100)}, None, "axes"),
    ({"__X": "N"}, None, "reserved"),
    ({"np": "N"}, None, "reserved"),
    ({"if": "N"}, None, "reserved"),
    ({"X Y": "N"}, None, "expected an identifier"),
    ({"": "N"}, None, "expected an identifier"),
    ({3: "N"}, None, "expected an identifier"),
    ({"x" * 100: "N"}, None, "expected an identifier"),
    ({"N": "N"}, None, "name of a tensor and of an extent"),
    ({"X": "D", "D": "N"}, None, "D is the name of a tensor and of an extent"),
    ("X N D", None, "by name"),
    ({"X": "N"}, "positive", "by name"),
    ({"X": "N"}, {"Y": "positive"}, "assume Y: no tensor of that name"),
    ({"X": "N"}, {"XX": "positive"}, "did you mean X"),
    ({"X": "N"}, {"X": "positiv"}, "did you mean positive"),
    ({"X": "N"}, {"X": 3}, "assume X"),
    ({"X": "N"}, {"X": "positive<3"}, "only integers"),
    ({"X": "N"}, {"X": "integer<0"}, "extent 0"),
    ({"X": "N"}, {"X": "integer<"}, "extent ''"),
]


@pytest.mark.parametrize(("shapes", "assume", "message"), WRONG, ids=[m[2] for m in WRONG])
def test_what_is_refused(shapes: Any, assume: Any, message: str) -> None:
    with pytest.raises(SymnetError) as caught:
        tensors(shapes, assume)
    assert message in str(caught.value) and len(str(caught.value)) < 400
    with pytest.raises(SymnetError):
        parse("X + 1", shapes, assume)


def test_a_name_without_shape_may_be_assumed_of() -> None:
    assert given_tensors({"X": "N"}, {"Y": "positive"}, ["Y"]).keys() == {"X"}
    with pytest.raises(ParseError):
        given_tensors({"X": "N"}, {"Z": "positive"}, ["Y"])
