"""Slots near another one."""

from symnet.verify.slips.affine import affine, nearby, slot_of
from symnet.verify.slips.node import Node
from symnet.verify.slips.reading import read_formula
from symnet.verify.slips.writing import Writer


def slot(text: str) -> Node:
    return read_formula(f"x[{text}]", "index").root.parts[1]


def test_coefficients() -> None:
    assert affine(slot("2*u + p - 1")) == {"u": 2, "p": 1, "": -1}
    assert affine(slot("t*u")) is None


def test_slot_of_is_the_inverse() -> None:
    for text in ("2*u+p-1", "t-k", "-t+3", "t"):
        found = affine(slot(text))
        assert found is not None
        assert affine(slot_of(found)) == {k: v for k, v in found.items() if v}


def test_nearby() -> None:
    writer = Writer("", "index", whole=True)
    shown = {writer.written(n).replace(" ", "") for n in nearby(slot("t + k - 1"))}
    assert {"t+k", "t+k-2", "t-k+1", "t+2*k-1", "t-1"} <= shown
    assert "t+k-1" not in shown
