"""Shapes as the tests of this folder write them, and short names for their cases."""


def shapes(listed: str) -> dict[str, str]:
    """{"X": "N D", "b": ""} from "X N D | b"."""
    pairs = (part.split(maxsplit=1) for part in listed.split("|"))
    return {p[0]: p[1].strip() if p[1:] else "" for p in pairs}


def described(case: tuple) -> str:
    """The text of (shapes, text, ...), short."""
    return str(case[1]).replace("\n", "; ")[:60]
