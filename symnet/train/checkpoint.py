"""Arrays and a description on disk: safetensors, written atomically, with a hash of its own.

    temporary file in the same folder -> fsync -> rename

A crash leaves the old file or the new one, never half of one. No code is in the file, and none runs
when it is read. safetensors itself loads flipped bits silently, hence the SHA-256.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from symnet.notation import TrainingError

Array = np.ndarray[Any, Any]
KEY, FORMAT = "symnet", "symnet-1"


@dataclass(frozen=True)
class Checkpoint:
    """Named arrays and a description (JSON values only)."""

    arrays: Mapping[str, Array]
    about: Mapping[str, Any]


def write(path: str | Path, checkpoint: Checkpoint) -> None:
    """Write the file atomically. Raises TrainingError if its folder cannot be written to."""
    from safetensors.numpy import save

    arrays = {k: np.asarray(a, order="C") for k, a in checkpoint.arrays.items()}
    about = dict(checkpoint.about)
    # One key only: safetensors writes several in any order, and equal runs give equal bytes.
    own = {"format": FORMAT, "about": about, "sha256": digest(arrays, about)}
    _write_atomically(Path(path), save(arrays, metadata={KEY: json.dumps(own, sort_keys=True)}))


def read(path: str | Path) -> Checkpoint:
    """Read a file that `write` wrote.

    Raises TrainingError if it is missing, is no checkpoint of symnet, or is damaged.
    """
    from safetensors import SafetensorError, safe_open

    place = Path(path)
    if not place.is_file():
        raise TrainingError(f"{place}: no such checkpoint")
    try:
        with safe_open(str(place), framework="numpy") as file:
            metadata = json.loads((file.metadata() or {}).get(KEY, "{}"))
            arrays = {k: file.get_tensor(k) for k in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as damage:
        raise TrainingError(f"{place} is damaged or no checkpoint: {damage}") from damage
    if metadata.get("format") != FORMAT:
        found = metadata.get("format", "none")
        raise TrainingError(
            f"{place} is no checkpoint of symnet: format {found}, expected {FORMAT}"
        )
    if metadata.get("sha256") != digest(arrays, metadata.get("about")):
        raise TrainingError(f"{place} is damaged: its SHA-256 is not the one written into it")
    return Checkpoint(arrays, metadata["about"])


def digest(arrays: Mapping[str, Array], about: Any) -> str:
    """SHA-256 over the description and over name, dtype, shape and bytes of every array."""
    found = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    for name in sorted(arrays):
        a = arrays[name]
        found.update(f"\n{name} {a.dtype.str} {a.shape}\n".encode())
        found.update(a.tobytes())
    return found.hexdigest()


def _write_atomically(place: Path, content: bytes) -> None:
    temporary = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, place)
        _sync_folder(place.parent)
    except OSError as refusal:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise TrainingError(
            f"{place} cannot be written: {refusal.strerror or refusal}"
        ) from refusal


def _sync_folder(folder: Path) -> None:
    """Make the rename last: on POSIX the folder is a file of its own."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
