"""Which columns of a file become which arrays, by name.

{"x": REST}, {"t": "kind"}, leave_out=["id"]    of a file with  id, alcohol, ash, kind
=>  x: (alcohol, ash),  t: kind
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from symnet.notation import TrainingError
from symnet.train.tables.rows import CsvFile, is_number


class Rest(Enum):
    """All columns that are not named elsewhere."""

    REST = "rest"

    def __repr__(self) -> str:
        return "REST"


REST = Rest.REST
Columns = str | Sequence[str] | Rest


@dataclass(frozen=True)
class Choice:
    """By tensor, the names of its columns: several of numbers, one of a label.

    A tensor in `flat` has one column of numbers and no axis for it. `classes` are the words of a
    label in the order of their numbers; None before they are known.
    """

    numbers: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str]
    flat: frozenset[str] = frozenset()
    classes: Mapping[str, tuple[str, ...]] | None = None


def chosen(
    file: CsvFile,
    numbers: Mapping[str, Columns] | None,
    labels: Mapping[str, str] | None,
    leave_out: Sequence[str] = (),
) -> Choice:
    """The columns of each tensor, with REST spelt out.

    Raises TrainingError for a column that the file does not have or that a tensor has twice, for a
    tensor without columns or in both, and for REST if it is no column, or one without a name.
    """
    given: dict[str, Columns] = {"x": REST} if numbers is None else dict(numbers)
    words = {name: _one(name, column) for name, column in (labels or {}).items()}
    _check_tensors(given, words)
    named = {
        t: several(t, columns) for t, columns in given.items() if not isinstance(columns, Rest)
    }
    taken = {
        *several("leave_out", leave_out or ()),
        *words.values(),
        *(c for columns in named.values() for c in columns),
    }
    for column in taken:
        file.column(column)
    rest = tuple(c for c in file.names if c not in taken)
    if len(named) < len(given):
        _check_rest(file, rest)
    return Choice(
        {t: named.get(t, rest) for t in given},
        words,
        frozenset(t for t, columns in given.items() if isinstance(columns, str)),
    )


def _check_tensors(numbers: Mapping[str, Columns], labels: Mapping[str, str]) -> None:
    both = [name for name in labels if name in numbers]
    if both:
        raise TrainingError(f"{both[0]} is among numbers and among labels; expected one of them")
    for name in (*numbers, *labels):
        if not isinstance(name, str) or not name.isidentifier():
            raise TrainingError(f"{name!r} is no name of a tensor; expected letters, such as x")
    if not numbers and not labels:
        raise TrainingError("no column is asked for; expected numbers={..} or labels={..}")
    rests = [name for name, columns in numbers.items() if isinstance(columns, Rest)]
    if len(rests) > 1:
        raise TrainingError(f"{' and '.join(rests)} both are REST; name the columns of one of them")


def _one(name: str, column: Any) -> str:
    if not isinstance(column, str):
        raise TrainingError(f"labels: {name} is {column!r}; expected the name of one column")
    return column


def several(name: str, columns: Any) -> tuple[str, ...]:
    """The names of columns, from one name or a list of them."""
    found = (columns,) if isinstance(columns, str) else columns
    if not isinstance(found, Sequence) or not all(isinstance(c, str) for c in found):
        raise TrainingError(f"{name} is {columns!r}; expected names of columns, as in the file")
    if not found and name != "leave_out":
        raise TrainingError(f"{name} has no columns; expected the name of one at least")
    for k, column in enumerate(found):
        if column in found[:k]:
            raise TrainingError(f"{name} has the column {column!r} twice")
    return tuple(found)


def _check_rest(file: CsvFile, rest: tuple[str, ...]) -> None:
    if not rest:
        raise TrainingError(f"{file.path}: no column is left for REST; all of them are named")
    odd = next((c for c in rest if is_number(c)), None)
    if odd is not None and file.layout.names is None:
        raise TrainingError(
            f"{file.path}: a column is called {odd!r}, and REST would read it; if this is a sample "
            "and the file has no row of names, give names=[..]; if not, list the columns"
        )
    if "" in rest:
        k = file.names.index("") + 1
        raise TrainingError(
            f"{file.path}: column {k} has no name, and REST would read it; leave it out by "
            "leave_out=[''], or give it a name"
        )
