"""symnet export SUBJECT -o FILE: generated NumPy code of value and gradient, without symnet."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np

from symnet.cli.subject import derived, subject
from symnet.codegen import build


def run(options: Namespace) -> int:
    """0. The file is there as a whole or, after an error, as it was before."""
    dtype = np.float32 if options.dtype == "float32" else np.float64
    check = None if options.no_check else options.seed
    source = build(derived(subject(options), options.wrt, check), dtype=dtype).source
    if options.output is None:
        print(source)
        return 0
    write_whole(Path(options.output), source)
    print(f"{options.output}: {len(source.splitlines())} lines, needs numpy only", file=sys.stderr)
    return 0


def write_whole(path: Path, text: str) -> None:
    """Write beside the file first, and then put it in its place at once."""
    with NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        written = Path(file.name)
        try:
            file.write(text)
            file.flush()
            written.chmod(0o644)
            written.replace(path)
        except BaseException:
            written.unlink(missing_ok=True)
            raise
