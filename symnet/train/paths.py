"""A file of data that a person names: it is there, it can be read, and it is not empty.

readable("wines.csv")   =>   TrainingError: wines.csv: no such file; did you mean wine.csv?
"""

from __future__ import annotations

from pathlib import Path

from symnet.notation import TrainingError
from symnet.notation.parse.source import nearest


def readable(path: str | Path) -> Path:
    """The path, of a file that is not empty.

    Raises TrainingError if there is no such file (with the nearest name in its folder), if it is a
    folder, may not be read, or is empty.
    """
    place = Path(path)
    if place.is_dir():
        raise TrainingError(f"{place} is a folder; expected a file")
    if not place.exists():
        raise TrainingError(f"{place}: no such file{_near(place)}")
    try:
        with place.open("rb") as file:
            found = file.read(1)
    except OSError as refusal:
        raise TrainingError(f"{place} cannot be read: {refusal.strerror or refusal}") from refusal
    if not found:
        raise TrainingError(f"{place} is empty")
    return place


def _near(place: Path) -> str:
    folder = place.parent
    if not folder.is_dir():
        return f"; there is no folder {folder}"
    return nearest(place.name, sorted(entry.name for entry in folder.iterdir()))
