"""What went wrong in a refuted claim: the smallest edit that makes it true, named.

    suggestions(Setting(text, notation, values, truth, read, ...))  ->  Slips, likely ones first

Each suggestion is true at the sample points; the caller proves it.
"""

from symnet.verify.slips.setting import Setting
from symnet.verify.slips.suggest import suggestions

__all__ = ["Setting", "suggestions"]
