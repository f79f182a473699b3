"""symnet export NAME -o FILE: generated NumPy code of value and gradient, without symnet."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

import numpy as np

from symnet.cli.subject import derived
from symnet.codegen import build


def run(options: Namespace) -> int:
    """0."""
    dtype = np.float32 if options.dtype == "float32" else np.float64
    source = build(derived(options.name, options.wrt), dtype=dtype).source
    if options.output is None:
        print(source)
        return 0
    Path(options.output).write_text(source, encoding="utf-8")
    print(f"{options.output}: {len(source.splitlines())} lines, needs numpy only", file=sys.stderr)
    return 0
