r"""The commands that rows of LaTeX need besides amsmath, and the same LaTeX without them.

    \mean_e x_{ne}  =>  \operatorname{mean}_e x_{ne}        \barhat x  =>  \bar{\hat x}

Where a page can say a preamble, rows are short; where it cannot, they stand by themselves.
"""

from __future__ import annotations

import re

PREAMBLE = r"""\usepackage{amsmath}
\DeclareMathOperator{\mean}{mean}
\newcommand{\barhat}[1]{\bar{\hat{#1}}}"""

MEAN = re.compile(r"\\mean(?![A-Za-z])")
BARHAT = re.compile(r"\\barhat(?![A-Za-z])( ?[A-Za-z]|\\[A-Za-z]+)")  # names.py writes no other


def expanded(latex: str) -> str:
    """The LaTeX with what the macros stand for: amsmath only, no preamble of ours."""
    return BARHAT.sub(r"\\bar{\\hat\1}", MEAN.sub(r"\\operatorname{mean}", latex))
