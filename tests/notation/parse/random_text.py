"""Random NumPy expressions over a few arrays; many of them have no value, for NumPy as for us.

random_text(random.Random(7), 3)  =>  np.sum((X @ W), axis=1)
"""

from random import Random

SHAPES = {
    **{"X": "N D", "Y": "N D", "W": "D K", "w": "D", "x": "N", "a": "N 1", "c": "", "T": "B N D"},
}
SIZES = {"N": 5, "D": 7, "K": 2, "B": 6}  # all different, and other than the numbers in the texts
KEYS = ["0", "-1", ":", "1:", ":-1", "::2", "::-1", "None", "...", "-2:", "1::3"]
ATOMS = ["X", "X", "Y", "W", "w", "x", "x", "a", "c", "T", "T", "N", "0.5"]


def random_text(r: Random, depth: int) -> str:
    """An expression with at most so many levels."""
    if depth <= 0:
        return r.choice(ATOMS)

    def part() -> str:
        return random_text(r, depth - 1 - r.randrange(2))

    kind = r.randrange(13)
    if kind < 3:
        return f"({part()} {r.choice('+-*')} {part()})"
    if kind == 3:
        return f"({part()} @ {part()})"
    if kind == 4:
        keys = (r.choice(KEYS) for _ in range(r.choice([1, 1, 2, 3])))
        return f"({part()})[{', '.join(keys)}]"
    if kind == 5:
        name = r.choice(["sum", "mean", "max", "min", "prod", "var"])
        axis = r.choice(["None", "0", "1", "-1", "(0, 1)", "-2"])
        return f"np.{name}({part()}, axis={axis}{r.choice(['', ', keepdims=True'])})"
    if kind == 6:
        return f"np.{r.choice(['tanh', 'exp', 'sin', 'abs', 'square', 'arctan'])}({part()}/4)"
    if kind == 7:
        return f"({part()} {r.choice(['<', '>=', '=='])} {part()})*1"
    if kind == 8:
        return f"np.where({part()} > 0, {part()}, {part()})"
    if kind == 9:
        return f"({part()}).T"
    if kind == 10:
        return f"({part()}/(1 + ({part()})**2))"
    if kind == 11:
        return f"np.maximum({part()}, {part()})"
    return f"softmax({part()}, axis={r.choice(['0', '-1', '1'])})"
