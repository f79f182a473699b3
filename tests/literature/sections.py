"""The whole list, section by section."""

from tests.literature import determinants, factorisation, forms, inverses, norms, traces
from tests.literature.entry import Known

SECTIONS = (determinants, inverses, forms, traces, norms, factorisation)
ENTRIES: dict[str, Known] = {e.name: e for s in SECTIONS for e in s.ENTRIES}
SECTION_OF: dict[str, str] = {e.name: s.SECTION for s in SECTIONS for e in s.ENTRIES}
