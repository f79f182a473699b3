"""A CSV file as arrays for `fit`: columns of numbers, and columns of words as class numbers.

x[n,d] = the number in row n of column d             x (N, D), float64
t[n]   = the place of the word among the classes     t (N,), integers below K

alcohol,ash,kind
14.2,2.4,barolo       =>   x = [[14.2, 2.4], [13.2, 2.1]],  t = [1, 0],
13.2,2.1,barbera           classes of t: (barbera, barolo)
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from symnet.notation import TrainingError, UnknownTensor
from symnet.train.tables.cells import Samples, sorted_classes
from symnet.train.tables.columns import Choice, Columns, chosen, several
from symnet.train.tables.rows import CsvFile, Layout

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]


@dataclass(frozen=True)
class Table:
    """Arrays by tensor name, where they come from, and what class numbers stand for.

    `arrays` go into `fit` and `split` as they are.
    """

    arrays: Arrays
    choice: Choice
    layout: Layout

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """By tensor, the names of its columns, in the order of its last axis."""
        labels = {name: (column,) for name, column in self.choice.labels.items()}
        return {**self.choice.numbers, **labels}

    @property
    def classes(self) -> dict[str, tuple[str, ...]]:
        """By label, the word of each class number 0, 1, .."""
        return dict(self.choice.classes or {})

    def words(self, label: str, numbers: Any) -> Any:
        """The class of each number, in lists nested as the numbers are.

        Raises UnknownTensor if no label is called so, TrainingError for what is no class number.
        """
        if label not in self.classes:
            there = ", ".join(self.classes) or "none"
            raise UnknownTensor(f"no label is called {label}; there are {there}")
        known, found = self.classes[label], np.asarray(numbers)
        are_integers = found.dtype.kind in "iu"
        if not are_integers or (found.size and not 0 <= found.min() <= found.max() < len(known)):
            raise TrainingError(
                f"words: found {found.dtype} values {found.ravel()[:6].tolist()}; expected class "
                f"numbers, integers 0 .. {len(known) - 1}"
            )
        return np.asarray(np.array(known, object)[found], object).tolist()

    def read(self, path: str | Path, *, labels: bool = True) -> Table:
        """Another file with the same columns, in any order: a word has the number that it has here.

        Without `labels`, columns of words are not read: samples that are to be predicted.
        Raises TrainingError as `read_table` does, and for a word that is no class.
        """
        choice = self.choice if labels else replace(self.choice, labels={})
        return _read(CsvFile(Path(path), self.layout), choice)


def read_table(
    path: str | Path,
    numbers: Mapping[str, Columns] | None = None,
    labels: Mapping[str, str] | None = None,
    *,
    leave_out: Sequence[str] = (),
    names: Sequence[str] | None = None,
    skip: int = 0,
    delimiter: str = ",",
    decimal: str = ".",
    encoding: str = "utf-8",
) -> Table:
    """A CSV file: a row with the names of the columns, then a row for each sample.

    numbers: by tensor, a list of columns, x (N, D), or the name of a single one, y (N,); REST are
    all columns that are not named elsewhere, and {"x": REST} is meant if nothing is given.
    labels: by tensor, a column of words, t (N,), integers below K, the number of classes.

        x[n,d] = the number in row n;    t[n] = k where the word in row n is classes[k]

    Classes are sorted, by value if all of them are numbers, else as text. Columns that are neither
    are not read; `leave_out` takes columns out of REST. `names` are the columns of a file that has
    no row of names, and `skip` lines before it are passed over.
    Raises TrainingError with file, line, column and a caret under the place: for a file that is
    missing, empty or no text; a column that is missing, or there twice; a row of another length; a
    cell that is empty, no number, or not finite; a label of a single class.
    """
    file = CsvFile(Path(path), layout(names, skip, delimiter, decimal, encoding))
    return _read(file, chosen(file, numbers, labels, leave_out))


def layout(
    names: Sequence[str] | None, skip: int, delimiter: str, decimal: str, encoding: str
) -> Layout:
    """How a file is written, from what a person gives."""
    listed = None if names is None else several("names", names)
    return Layout(listed, skip, delimiter, decimal, encoding)


def _read(file: CsvFile, choice: Choice) -> Table:
    samples = Samples(file, choice)
    values, codes = array("d"), array("q")
    count = 0
    for numbers, words in samples:
        values.extend(numbers)
        codes.extend(words)
        count += 1
    choice = completed(file, choice, samples, count)
    wide = np.array(values).reshape(count, -1)
    long = np.array(codes, np.intp).reshape(count, -1)
    arrays = {name: np.ascontiguousarray(part(wide, choice, name)) for name in choice.numbers}
    for k, name in enumerate(choice.labels):
        arrays[name] = _numbers(choice, samples, name)[long[:, k]]
    return Table(arrays, choice, file.layout)


def completed(file: CsvFile, choice: Choice, samples: Samples, count: int) -> Choice:
    """The choice with the classes of all labels, once the file has been read.

    Raises TrainingError if there was no sample, or a label of one class.
    """
    if not count:
        raise TrainingError(f"{file.path} holds names of columns, but no samples")
    if choice.classes is not None:
        return choice
    found = {
        name: sorted_classes(file, column, list(samples.seen[name]))
        for name, column in choice.labels.items()
    }
    return replace(choice, classes=found)


def _numbers(choice: Choice, samples: Samples, name: str) -> Array:
    """The class number of each code of a label."""
    classes = (choice.classes or {})[name]
    number = {word: k for k, word in enumerate(classes)}
    return np.array([number[word] for word in samples.seen[name]], np.intp)


def part(wide: Array, choice: Choice, name: str) -> Array:
    """The columns of a tensor, (N, D) or (N,), of those of all tensors, side by side."""
    first = 0
    for other, columns in choice.numbers.items():
        if other == name:
            found = wide[:, first : first + len(columns)]
            return found[:, 0] if name in choice.flat else found
        first += len(columns)
    raise UnknownTensor(f"no column is read for {name}")
