"""Source of the few functions that generated modules may need beside NumPy's own.

Only those that a module uses are written into it.
"""

from __future__ import annotations

EMPTY = '''
def empty(shape, dtype):
    """A new array that starts at a multiple of 64 bytes, the length of a cache line."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.zeros(size + 64, np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start : start + size].view(dtype).reshape(shape)
'''

STRIDED = '''
def strided(array, start, shape, steps):
    """The view out[i, j, ..] = array[start + i*steps[0] + j*steps[1] + ..]."""
    origin = array[tuple(slice(s, None) for s in start)]
    strides = tuple(sum(c * s for c, s in zip(step, array.strides)) for step in steps)
    return np.lib.stride_tricks.as_strided(origin, shape, strides)
'''

REQUIRE = '''
def require(index, size, name):
    """Raise IndexError unless 0 <= index < size."""
    low, high = np.min(index), np.max(index)
    if low < 0 or high >= size:
        raise IndexError(f"{name} is read at {low if low < 0 else high}, expected 0 .. {size - 1}")
'''

INSIDE = '''
def inside(excess, name):
    """Raise IndexError if an index leaves its range by `excess`."""
    if excess > 0:
        raise IndexError(f"{name} is read {excess} beyond its range at these sizes")
'''

RATIO = '''
def ratio(a, b):
    """a / b, also for b = 0."""
    return a / b if b else float(np.divide(a, b))
'''

FILLED = '''
def filled(shape, number):
    """An array of one number that broadcasts to this shape: as many last axes as stay small."""
    first = 0
    while first < len(shape) - 1 and math.prod(shape[first:]) > 65536:
        first += 1
    return np.full(shape[first:], number, DTYPE)
'''

HALVES = '''
def halves(source, out):
    """Steps (a, b, c) with which maximum(a, b, out=c) takes source's maximum over its middle axis.

    Half of what is left against the other half: each step runs over long pieces of memory.
    """
    before, size, after = source.shape
    work = empty((before, (size + 1) // 2, after), source.dtype)
    steps = []
    while size > 2:
        half = (size + 1) // 2
        steps.append((source[:, :half], source[:, size - half : size], work[:, :half]))
        source, size = work, half
    return [*steps, (source[:, 0], source[:, size - 1], out)]
'''

FIRST_LARGEST = '''
def first_largest(x, axis, out):
    """out = the first position of the largest entry along a short axis."""
    x = np.moveaxis(x, axis, 0)
    best = x[0].copy()
    larger = np.empty(best.shape, bool)
    out.fill(0)
    for k in range(1, len(x)):
        np.less(best, x[k], out=larger)
        np.maximum(out, larger * k, out=out)
        np.maximum(best, x[k], out=best)
'''

SCATTER_ADD = '''
def scatter_add(out, index, source):
    """out[index] += source, counting repeated indices; source is a number, or has index's shape
    followed by the other axes of out.
    """
    index = index.reshape(-1)
    if out.ndim == 1:
        weights = None if np.ndim(source) == 0 else source.reshape(-1)
        added = np.bincount(index, weights, out.shape[0])
        out += added if weights is not None else added * source
        return
    order = np.argsort(index, kind="stable")
    rows = np.broadcast_to(source, (index.size, *out.shape[1:])) if np.ndim(source) == 0 else (
        source.reshape((index.size, *out.shape[1:]))
    )
    found = index[order]
    first = np.flatnonzero(np.concatenate(([True], found[1:] != found[:-1])))
    out[found[first]] += np.add.reduceat(rows[order], first, axis=0)
'''

ROWS = '''
def rows(array):
    """The rows of an array as a list: an entry takes a quarter of the time of a new view.

    Of very many rows it is the array itself, for each view needs some memory.
    """
    return list(array) if len(array) <= 4096 else array
'''

RUNS = '''
def runs(index):
    """An order in which equal indices are neighbours; each that occurs, and where it starts."""
    index = index.reshape(-1)
    short = index.max() < 65536  # these NumPy sorts by their digits, ten times as fast
    order = np.argsort(index.astype(np.uint16) if short else index, kind="stable")
    found = index[order]
    first = np.flatnonzero(np.concatenate(([True], found[1:] != found[:-1])))
    return order, found[first], first
'''

SUM_RUNS = '''
def sum_runs(out, runs, source, rows, ones):
    """out[v] = the sum of the rows of the source whose index is v, for each v that occurs.

    `rows` has the shape of the source: they are brought into order there. A long run is a product
    with ones, five times as fast as reduceat; of many short ones the calls would take longer.
    """
    order, found, first = runs
    source.take(order, axis=0, out=rows, mode="clip")
    if 8 * first.size > order.size:
        out[found] = np.add.reduceat(rows, first, axis=0)
        return
    ends = np.append(first[1:], order.size)
    for v, start, end in zip(found.tolist(), first.tolist(), ends.tolist()):
        ones[: end - start].dot(rows[start:end], out=out[v])
'''

PART = '''
def part(count, start, step, size):
    """Two slices: of 0 .. count-1, where 0 <= start + step*k < size, and the places this gives."""
    first = max(0, -(start // step))
    last = max(first, min(count, (size - 1 - start) // step + 1))
    return slice(first, last), slice(start + step * first, start + step * last, step)
'''

PLACES = '''
def places(shape, slots):
    """The flat positions of slots in an array of this shape, and which of them are inside."""
    slots = np.broadcast_arrays(*slots)
    valid = np.ones(slots[0].shape, bool)
    flat = np.zeros(slots[0].shape, np.intp)
    for size, slot in zip(shape, slots):
        valid &= (slot >= 0) & (slot < size)
        flat = flat * size + slot
    return flat[valid], valid
'''

INVERSE = '''
def inverse(x, name):
    """The inverse of each matrix in the last two axes; LinAlgError says which one is singular."""
    try:
        return np.linalg.inv(x)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(f"{name} is singular: it has no inverse") from None
'''

SOLVED = '''
def solved(x, right, name):
    """inv(x) @ right without the inverse; LinAlgError says which matrix is singular."""
    try:
        return np.linalg.solve(x, right)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(f"{name} is singular: it has no inverse") from None
'''

# W. J. Cody 1969, Rational Chebyshev approximations for the error function, Math. Comp. 23, 631.
ERF = '''
_ERF_P = (3.20937758913846947e03, 3.77485237685302021e02, 1.13864154151050156e02,
          3.16112374387056560e00, 1.85777706184603153e-1)
_ERF_Q = (2.84423683343917062e03, 1.28261652607737228e03, 2.44024637934444173e02,
          2.36012909523441209e01, 1.0)
_ERFC_P = (1.23033935479799725e03, 2.05107837782607147e03, 1.71204761263407058e03,
           8.81952221241769090e02, 2.98635138197400131e02, 6.61191906371416295e01,
           8.88314979438837594e00, 5.64188496988670089e-1, 2.15311535474403846e-8)
_ERFC_Q = (1.23033935480374942e03, 3.43936767414372164e03, 4.36261909014324716e03,
           3.29079923573345963e03, 1.62138957456669019e03, 5.37181101862009858e02,
           1.17693950891312499e02, 1.57449261107098347e01, 1.0)
_TAIL_P = (-6.58749161529837803e-4, -1.60837851487422766e-2, -1.25781726111229246e-1,
           -3.60344899949804439e-1, -3.05326634961232344e-1, -1.63153871373020978e-2)
_TAIL_Q = (2.33520497626869185e-3, 6.05183413124413191e-2, 5.27905102951428412e-1,
           1.87295284992346047e00, 2.56852019228982242e00, 1.0)


def _polynomial(coefficients, x):
    value = coefficients[-1]
    for c in coefficients[-2::-1]:
        value = value * x + c
    return value


def erf(x, out=None):
    """The error function, by three rational approximations (Cody 1969)."""
    x = np.asarray(x)
    a = np.abs(x.astype(np.float64))
    s = a * a
    small = a * _polynomial(_ERF_P, np.minimum(s, 1.0)) / _polynomial(_ERF_Q, np.minimum(s, 1.0))
    middle = np.clip(a, 0.25, 4.0)
    large = np.maximum(a, 1.0)
    r = 1.0 / (large * large)
    tail = r * _polynomial(_TAIL_P, r) / _polynomial(_TAIL_Q, r)
    scaled = np.where(
        a <= 4.0,
        _polynomial(_ERFC_P, middle) / _polynomial(_ERFC_Q, middle),
        (0.5641895835477562869 + tail) / large,
    )
    value = np.where(a <= 0.46875, small, 1.0 - np.exp(-np.minimum(s, 700.0)) * scaled)
    value = np.copysign(value, x)
    if out is None:
        return float(value)
    np.copyto(out, value, casting="same_kind")
    return out
'''

HELPERS = {
    "empty": EMPTY,
    "strided": STRIDED,
    "require": REQUIRE,
    "inside": INSIDE,
    "filled": FILLED,
    "halves": HALVES,
    "ratio": RATIO,
    "first_largest": FIRST_LARGEST,
    "scatter_add": SCATTER_ADD,
    "rows": ROWS,
    "runs": RUNS,
    "sum_runs": SUM_RUNS,
    "part": PART,
    "places": PLACES,
    "erf": ERF,
    "inverse": INVERSE,
    "solved": SOLVED,
}
