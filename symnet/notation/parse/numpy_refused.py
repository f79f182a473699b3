"""What NumPy has and this notation has not, by name, with what comes nearest.

np.sort(x)  =>  "sort is not supported; np.max and np.min are"
"""

from __future__ import annotations

from symnet.notation.parse.call import Table, refuse

FLAT = "its derivative is 0 wherever there is one"
ORDERED = "np.max and np.min are, and x[np.argmax(s)]"
SPECTRAL = "inv, det, slogdet, solve and norm of NumPy's linalg are"
RANDOM = "nothing random stands in a formula; give the array a shape, as any other"
INVERSES = "of the inverse functions np.arctan, np.log and np.sqrt are"
COMPLEX = "all numbers are real"
WINDOWS = "conv1d and conv2d are, with stride, padding, dilation and groups"
POOLS = "max_pool1d, max_pool2d, avg_pool1d and avg_pool2d are"
MISSING = "nothing is missing in an array; give a mask and write np.where(mask, x, 0)"

INSTEAD: dict[str, str] = {
    **dict.fromkeys(("floor", "ceil", "round", "rint", "trunc", "fix", "around"), FLAT),
    **dict.fromkeys(("floor_divide", "mod", "fmod", "remainder", "divmod", "modf"), FLAT),
    **dict.fromkeys(("heaviside",), "write (x > 0)"),
    **dict.fromkeys(("isclose", "allclose", "array_equal"), "compare by == or by np.abs(a - b)"),
    **dict.fromkeys(("any", "all"), "write np.max(a > 0) or np.min(a > 0)"),
    **dict.fromkeys(("sort", "argsort", "partition", "argpartition", "lexsort"), ORDERED),
    **dict.fromkeys(("median", "percentile", "quantile", "nanmedian"), ORDERED),
    **dict.fromkeys(("unique", "nonzero", "flatnonzero", "argwhere", "searchsorted"), ORDERED),
    **dict.fromkeys(("histogram", "bincount", "digitize"), "np.sum(x[:, None] == k) counts"),
    **dict.fromkeys(("pinv", "lstsq", "matrix_rank", "cond", "expm", "logm", "sqrtm"), SPECTRAL),
    **dict.fromkeys(("eig", "eigh", "eigvals", "eigvalsh", "svd", "svdvals", "qr"), SPECTRAL),
    **dict.fromkeys(("cholesky", "schur", "lu", "cho_solve", "tensorsolve"), SPECTRAL),
    **dict.fromkeys(("random", "rand", "randn", "randint", "normal", "uniform", "choice"), RANDOM),
    **dict.fromkeys(("dropout", "default_rng", "permutation", "shuffle", "seed"), RANDOM),
    **dict.fromkeys(("arcsin", "arccos", "asin", "acos", "arctan2", "atan2"), INVERSES),
    **dict.fromkeys(("arcsinh", "arccosh", "arctanh", "asinh", "acosh", "atanh"), INVERSES),
    **dict.fromkeys(("erfinv", "gamma", "gammaln", "lgamma", "digamma", "beta"), "erf is"),
    **dict.fromkeys(("erfc",), "write 1 - erf(x)"),
    **dict.fromkeys(("hypot",), "write np.sqrt(a**2 + b**2)"),
    **dict.fromkeys(("fft", "ifft", "rfft", "irfft", "fft2"), "sums over np.cos and np.sin are"),
    **dict.fromkeys(("real", "imag", "conj", "conjugate", "angle"), COMPLEX),
    **dict.fromkeys(("nan", "isnan", "isfinite", "isinf", "nan_to_num", "nanmean"), MISSING),
    **dict.fromkeys(("nanmax", "nanmin", "nanvar", "nanstd"), MISSING),
    **dict.fromkeys(("vectorize", "apply_along_axis", "frompyfunc", "map"), "write the formula"),
    **dict.fromkeys(("scan", "vmap", "grad", "jit"), "write the formula; sn.gradient derives"),
    **dict.fromkeys(("logspace", "geomspace"), "np.linspace is, and np.exp of it"),
    **dict.fromkeys(("indices", "ogrid", "mgrid"), "write x[:, None] and y[None, :]"),
    **dict.fromkeys(("take", "take_along_axis", "choose", "compress"), "write x[t] for integers t"),
    **dict.fromkeys(("print", "eval", "exec", "open", "compile", "getattr"), "only formulas are"),
    **dict.fromkeys(("zip", "enumerate", "reversed"), "for k in range(3) is, with x[k] and y[k]"),
    **dict.fromkeys(("conv3d", "conv_transpose1d", "conv_transpose2d", "unfold", "fold"), WINDOWS),
    **dict.fromkeys(("max_pool3d", "avg_pool3d", "adaptive_avg_pool2d", "lp_pool1d"), POOLS),
    **dict.fromkeys(("empty", "empty_like"), "np.zeros is"),
    **dict.fromkeys(("gradient", "interp", "trapz", "trapezoid"), "np.diff and slices are"),
}

TABLE: Table = {}
for _name, _instead in INSTEAD.items():
    refuse(TABLE, _instead, _name)
