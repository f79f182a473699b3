"""The ground floor: indices, tensors, scalar functions, reductions, definitions, graphs."""

from symnet.notation.errors import (
    DerivativeError,
    ExtentMismatch,
    GraphError,
    IndexMismatch,
    ShapeMismatch,
    SymnetError,
    UnknownTensor,
    UnsupportedExpression,
)
from symnet.notation.functions import (
    FUNCTIONS,
    Compare,
    ScalarFunction,
    absolute,
    compare,
    cos,
    delta,
    detach,
    erf,
    exp,
    gelu,
    gelu_tanh,
    guard,
    leaky_relu,
    log,
    maximum,
    minimum,
    relu,
    sigmoid,
    sign,
    silu,
    sin,
    softplus,
    sqrt,
    tanh,
    where,
)
from symnet.notation.graph import (
    Definition,
    Graph,
    check,
    define,
    dependencies,
    entries,
    replace,
    restrict,
    shift_of,
)
from symnet.notation.index import (
    Binder,
    Index,
    bound_indices,
    extent,
    free_indices,
    fresh,
    refresh,
    rename,
    same_up_to_bound,
)
from symnet.notation.reductions import (
    ArgLargest,
    Largest,
    Product,
    Total,
    amax,
    amin,
    argmax,
    logsumexp,
    mean,
    product,
    total,
)
from symnet.notation.sizes import bind_sizes, size_of
from symnet.notation.tensor import Entry, Tensor

__all__ = [name for name in dir() if not name.startswith("_")]
