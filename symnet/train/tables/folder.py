"""A CSV file larger than memory: once row by row into .npy files, which are then memory-mapped.

    wine.csv  =>  wine/x.npy (N, D) float64, wine/t.npy (N,) int64, wine/table.json

The file is read twice: the first time every cell is checked, samples and classes are counted; the
second time arrays are written. A block of rows is in memory at a time. All is written into a hidden
folder beside the one that is wanted, which gets its name when it is complete: after an error or an
interruption there is no folder.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from symnet.notation import TrainingError
from symnet.train.tables.cells import Samples
from symnet.train.tables.columns import Choice, Columns, chosen
from symnet.train.tables.rows import CsvFile, Layout
from symnet.train.tables.table import Table, completed, layout, part

Array = np.ndarray[Any, Any]
ABOUT, FORMAT = "table.json", "symnet-table-1"
BLOCK = 4096  # rows in memory
Block = list[tuple[list[float], list[int]]]


def convert_table(
    path: str | Path,
    folder: str | Path,
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
    """`read_table` for a file larger than memory: arrays lie in a new folder, and are read from it.

    Arguments, formulas and errors are those of `read_table`; arrays are np.memmap, of which `fit`
    reads a batch at a time. `open_table(folder)` opens them again, without the CSV file.
    Raises TrainingError too if the folder is there already or cannot be written.
    """
    how = layout(names, skip, delimiter, decimal, encoding)
    file = CsvFile(Path(path), how)
    place = Path(folder)
    if place.exists():
        raise TrainingError(
            f"{place} is there already; open_table({str(folder)!r}) opens it, or remove it first"
        )
    choice = chosen(file, numbers, labels, leave_out)
    _check_file_names(choice)
    samples = Samples(file, choice)
    count = sum(1 for _ in samples)
    choice = completed(file, choice, samples, count)
    _written(place, Samples(file, choice), count)
    return open_table(place)


def open_table(folder: str | Path) -> Table:
    """The table in a folder that `convert_table` wrote, its arrays memory-mapped.

    Raises TrainingError if there is none, or if it is damaged.
    """
    place = Path(folder)
    try:
        about = json.loads((place / ABOUT).read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise TrainingError(f"{place}: format {about['format']!r}, expected {FORMAT!r}")
        choice, how = _choice(about["choice"]), _layout(about["layout"])
        arrays = {
            name: np.load(place / f"{name}.npy", mmap_mode="r")
            for name in (*choice.numbers, *choice.labels)
        }
    except FileNotFoundError as missing:
        raise TrainingError(
            f"{place} holds no table: {missing.filename} is missing; convert_table writes one"
        ) from missing
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as damage:
        raise TrainingError(f"{place} is damaged or holds no table: {damage}") from damage
    _check_shapes(place, arrays, choice, about.get("samples"))
    return Table(arrays, choice, how)


def _written(place: Path, samples: Samples, count: int) -> None:
    """Write the folder under another name, and give it its own at the end."""
    hidden = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    try:
        hidden.mkdir(parents=True)
        _write_arrays(hidden, samples, count)
        about = {
            "format": FORMAT,
            "samples": count,
            "choice": {**asdict(samples.choice), "flat": sorted(samples.choice.flat)},
            "layout": asdict(samples.file.layout),
        }
        (hidden / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
        hidden.rename(place)
    except OSError as refusal:
        raise TrainingError(
            f"{place} cannot be written: {refusal.strerror or refusal}"
        ) from refusal
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _write_arrays(place: Path, samples: Samples, count: int) -> None:
    """Not by a memory-mapped file: there, a full disk ends the program without a word."""
    choice, done = samples.choice, 0
    with ExitStack() as stack:
        files: dict[str, BinaryIO] = {
            name: stack.enter_context((place / f"{name}.npy").open("wb"))
            for name in (*choice.numbers, *choice.labels)
        }
        for block in _blocks(samples):
            for name, a in _arrays(block, choice).items():
                if not done:
                    np.lib.format.write_array_header_1_0(files[name], _header(a, count))
                files[name].write(a.tobytes())
            done += len(block)
    if done != count:
        raise TrainingError(
            f"{samples.file.path} changed while it was read: {done} rows after {count}"
        )


def _blocks(samples: Samples) -> Iterator[Block]:
    rows = iter(samples)
    while block := list(islice(rows, BLOCK)):
        yield block


def _arrays(block: Block, choice: Choice) -> dict[str, Array]:
    wide = np.array([numbers for numbers, _ in block], np.float64).reshape(len(block), -1)
    long = np.array([codes for _, codes in block], np.int64).reshape(len(block), -1)
    arrays = {name: part(wide, choice, name) for name in choice.numbers}
    for k, name in enumerate(choice.labels):
        arrays[name] = long[:, k]
    return arrays


def _header(a: Array, count: int) -> dict[str, Any]:
    return {"descr": a.dtype.str, "fortran_order": False, "shape": (count, *a.shape[1:])}


def _choice(found: Mapping[str, Any]) -> Choice:
    return Choice(
        {name: tuple(columns) for name, columns in found["numbers"].items()},
        dict(found["labels"]),
        frozenset(found["flat"]),
        {name: tuple(words) for name, words in found["classes"].items()},
    )


def _layout(found: Mapping[str, Any]) -> Layout:
    names = found["names"]
    return Layout(**{**found, "names": None if names is None else tuple(names)})


def _check_file_names(choice: Choice) -> None:
    names = sorted((*choice.numbers, *choice.labels), key=str.lower)
    for a, b in pairwise(names):
        if a.lower() == b.lower():
            raise TrainingError(
                f"{a} and {b} would be one file where capitals do not count; rename one of them"
            )


def _check_shapes(place: Path, arrays: Mapping[str, Array], choice: Choice, samples: Any) -> None:
    for name, a in arrays.items():
        columns = () if name in {*choice.flat, *choice.labels} else (len(choice.numbers[name]),)
        if a.shape != (samples, *columns):
            raise TrainingError(
                f"{place / name}.npy has shape {a.shape}, expected {(samples, *columns)}; it is "
                "damaged: convert the file again"
            )
