"""The whole list, section by section."""

from importlib import import_module

from tests.literature.entry import Known

FILES = (
    *("determinants", "inverses", "forms", "traces", "norms", "factorisation"),
    *("regression", "classification", "likelihoods", "statistics", "divergences"),
    *("metric", "normalisation", "attention", "recurrent"),
    *("convolution", "activations", "geometry", "sequences"),
)
SECTIONS = tuple(import_module(f"tests.literature.{name}") for name in FILES)
ENTRIES: dict[str, Known] = {e.name: e for s in SECTIONS for e in s.ENTRIES}
SECTION_OF: dict[str, str] = {e.name: s.SECTION for s in SECTIONS for e in s.ENTRIES}
