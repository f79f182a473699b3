"""How the tests of this folder write shapes, cases and mistakes."""


def shapes(listed: str) -> dict[str, str]:
    """{"X": "N D", "b": ""} from "X N D | b"."""
    pairs = (part.split(maxsplit=1) for part in listed.split("|"))
    return {p[0]: p[1].strip() if p[1:] else "" for p in pairs}


def described(case: tuple) -> str:
    """The text of (shapes, text, ...), short."""
    return str(case[1]).replace("\n", "; ")[:60]


def mistakes(blocks: str) -> list[tuple[str, str]]:
    """(text, whole error) from blocks of lines: the text, carets under it, the message."""
    out = []
    for block in blocks.strip("\n").split("\n\n"):
        text, carets, *message = block.split("\n")
        out.append((text, f"{' '.join(message)}\n  {text}\n  {carets}"))
    return out
