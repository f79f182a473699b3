"""Index notation: every text against literal loops, and everything that sn.text prints."""

import itertools
import math
from typing import Any

import numpy as np
import pytest

from symnet.calculus import gradient
from symnet.layers.catalogue import catalogue
from symnet.notation import Graph, ParseError
from symnet.notation.parse import parse
from symnet.render import text
from symnet.verify import interpret, sample, sizes_of
from tests.by_loops import Case, compare, filled
from tests.graphs import Seeded, random_case
from tests.judges import models
from tests.judges.test_random_graphs import is_tame

exp, log, tanh, sqrt = math.exp, math.log, math.tanh, math.sqrt


def sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x))


def relu(x: float) -> float:
    return max(x, 0.0)


def det(m: Any) -> float:
    """By expansion along the first row."""
    if len(m) == 1:
        return float(m[0][0])
    rest = [[[row[k] for k in range(len(m)) if k != c] for row in m[1:]] for c in range(len(m))]
    return sum((-1) ** c * m[0][c] * det(rest[c]) for c in range(len(m)))


def lse(values: Any) -> float:
    return log(sum(exp(v) for v in values))


# fmt: off
SUMS = [
    Case("y[n,o] = sum[i](x[n,i]*W[i,o]) + b[o]", "x: N D; W: D K; b: K",
         lambda x, W, b, N, D, K: filled(
             (N, K), lambda n, o: sum(x[n, i] * W[i, o] for i in range(D)) + b[o])),
    Case("L = sum[n,k]((x[n,k] - y[n,k])^2)/2", "x: N K; y: N K",
         lambda x, y, N, K: sum((x[n, k] - y[n, k]) ** 2 for n in range(N) for k in range(K)) / 2),
    Case("L = mean[n,k]((x[n,k] - y[n,k])**2)", "x: N K; y: N K",
         lambda x, y, N, K: sum((x[n, k] - y[n, k]) ** 2 for n in range(N) for k in range(K))
         / (N * K)),
    Case("m[n] = max[k](x[n,k])", "x: N K",
         lambda x, N, K: filled((N,), lambda n: max(x[n, k] for k in range(K)))),
    Case("m[n] = min[k](x[n,k])", "x: N K",
         lambda x, N, K: filled((N,), lambda n: min(x[n, k] for k in range(K)))),
    Case("m = max[n,k](x[n,k])", "x: N K",
         lambda x, N, K: max(x[n, k] for n in range(N) for k in range(K))),
    Case("m = min[n,k](x[n,k]) + prod[k](x[0,k])", "x: N K",
         lambda x, N, K: min(x[n, k] for n in range(N) for k in range(K))
         + math.prod(x[0, k] for k in range(K))),
    Case("p[n] = prod[k](1 + x[n,k]^2)", "x: N K",
         lambda x, N, K: filled((N,), lambda n: math.prod(1 + x[n, k] ** 2 for k in range(K)))),
    Case("p = prod[n,k](x[n,k])", "x: N K",
         lambda x, N, K: math.prod(x[n, k] for n in range(N) for k in range(K))),
    Case("l[n] = logsumexp[k](x[n,k])", "x: N K",
         lambda x, N, K: filled((N,), lambda n: lse([x[n, k] for k in range(K)]))),
    Case("a[n] = argmax[k](x[n,k])", "x: N K",
         lambda x, N, K: filled((N,), lambda n: max(range(K), key=lambda k: x[n, k]))),
    Case("a[n] = argmin[k](x[n,k])", "x: N K",
         lambda x, N, K: filled((N,), lambda n: min(range(K), key=lambda k: x[n, k]))),
    Case("c[i] = sum[j: j <= i](x[j])", "x: N; c: N",
         lambda x, N: filled((N,), lambda i: sum(x[j] for j in range(N) if j <= i))),
    Case("c[i] = sum[j<=i](x[j])", "x: T",
         lambda x, T: filled((T,), lambda i: sum(x[j] for j in range(i + 1)))),
    Case("c[i] = sum[j<i](x[j]*x[i])", "x: T",
         lambda x, T: filled((T,), lambda i: sum(x[j] * x[i] for j in range(i)))),
    Case("s = sum[i=0..N-1](x[i]^3)", "x: N", lambda x, N: sum(x[i] ** 3 for i in range(N))),
    Case("s = sum[i=0..T-1, j=0..T-1](x[i]*x[j])", "x: T",
         lambda x, T: sum(x[i] * x[j] for i in range(T) for j in range(T))),
    Case("s = sum[i<N](x[i])", "x: N", lambda x, N: sum(x[i] for i in range(N))),
    Case("s = sum[i<T-1]((x[i+1] - x[i])^2)", "x: T",
         lambda x, T: sum((x[i + 1] - x[i]) ** 2 for i in range(T - 1))),
    Case("s = sum[0<=i<T](i*x[i])", "x: T", lambda x, T: sum(i * x[i] for i in range(T))),
    Case("s = sum[i=1..T-1](x[i] - x[i-1])", "x: T",
         lambda x, T: sum(x[i] - x[i - 1] for i in range(1, T))),
    Case("s = sum[i,j: i < j, i != 1](x[i]*x[j])", "x: T",
         lambda x, T: sum(x[i] * x[j] for i in range(T) for j in range(T) if i < j and i != 1)),
    Case("s = max[i: i > 1](x[i])", "x: T", lambda x, T: max(x[i] for i in range(2, T))),
    Case("s = min[i: i > 1](x[i])", "x: T", lambda x, T: min(x[i] for i in range(2, T))),
    Case("s = prod[i: i > 1](x[i])", "x: T", lambda x, T: math.prod(x[i] for i in range(2, T))),
    Case("s = mean[i: i > 1](x[i])", "x: T", lambda x, T: sum(x[i] for i in range(2, T)) / (T - 2)),
    Case("s = logsumexp[i: i > 1](x[i])", "x: T", lambda x, T: lse([x[i] for i in range(2, T)])),
    Case("s = argmax[i: i > 1](x[i])", "x: T",
         lambda x, T: max(range(2, T), key=lambda i: x[i])),
    Case("y[n] = x[n]/sum[n](x[n]^2)", "x: N",
         lambda x, N: filled((N,), lambda n: x[n] / sum(x[m] ** 2 for m in range(N)))),
    Case("t = sum[i](A[i,i])", "A: D D", lambda A, D: sum(A[i, i] for i in range(D))),
    Case("q = sum[i,j](x[i]*A[i,j]*x[j])", "A: D D; x: D",
         lambda A, x, D: sum(x[i] * A[i, j] * x[j] for i in range(D) for j in range(D))),
    Case("sum[n,o]((sum[i](x[n,i]*W[i,o]) - y[n,o])^2)/N", "x: N D; W: D K; y: N K",
         lambda x, W, y, N, D, K: sum(
             (sum(x[n, i] * W[i, o] for i in range(D)) - y[n, o]) ** 2
             for n in range(N) for o in range(K)) / N),
    Case("sum[i](x[n,i]*W[i,o])", "x: N D; W: D K",
         lambda x, W, N, D, K: filled(
             (N, K), lambda n, o: sum(x[n, i] * W[i, o] for i in range(D)))),
]
FUNCTIONS = [
    Case("y[n] = np.exp(x[n]) + abs(x[n]) + np.log1p(np.square(x[n]))", "x: N",
         lambda x, N: filled((N,), lambda n: exp(x[n]) + abs(x[n]) + log(1 + x[n] ** 2))),
    Case("y[n] = sqrt(1 + x[n]^2)^3 + (1 + x[n]^2)^(-3/2)", "x: N",
         lambda x, N: filled(
             (N,), lambda n: sqrt(1 + x[n] ** 2) ** 3 + (1 + x[n] ** 2) ** -1.5)),
    Case("y[n] = -x[n]^2 + 2^x[n] + x[n]^-2", "x: N",
         lambda x, N: filled((N,), lambda n: -(x[n] ** 2) + 2 ** x[n] + x[n] ** -2)),
    Case("y[n] = x[n] - 2*x[n]/3/5 - (1 - x[n])", "x: N",
         lambda x, N: filled((N,), lambda n: x[n] - 2 * x[n] / 3 / 5 - (1 - x[n]))),
    Case("y[n] = relu(x[n]) + leaky_relu(x[n], 0.2) + leaky_relu(x[n])", "x: N",
         lambda x, N: filled((N,), lambda n: relu(x[n]) + (x[n] if x[n] > 0 else 0.2 * x[n])
                             + (x[n] if x[n] > 0 else 0.01 * x[n]))),
    Case("y[n] = maximum(x[n], 0.1) + minimum(x[n], 0) + max(x[n], 1, -1) + clip(x[n], -1, 1)",
         "x: N",
         lambda x, N: filled((N,), lambda n: max(x[n], 0.1) + min(x[n], 0) + max(x[n], 1, -1)
                             + min(max(x[n], -1), 1))),
    Case("y[n] = where(x[n] > 0, log(x[n]), -x[n])", "x: N",
         lambda x, N: filled((N,), lambda n: log(x[n]) if x[n] > 0 else -x[n])),
    Case("y[n] = where(x[n] > 0 and x[n] < 1, 1, 0) + where(not x[n] > 0, 2, 3)", "x: N",
         lambda x, N: filled(
             (N,), lambda n: (1 if 0 < x[n] < 1 else 0) + (2 if x[n] <= 0 else 3))),
    Case("y[n] = [0 < x[n] <= 1]*x[n] + (x[n] > 0)*2 + [x[n] < 0 or x[n] > 1]", "x: N",
         lambda x, N: filled((N,), lambda n: (x[n] if 0 < x[n] <= 1 else 0) + 2 * (x[n] > 0)
                             + (x[n] < 0 or x[n] > 1))),
    Case("y[n] = sigmoid(x[n])*softplus(x[n]) + silu(x[n]) + gelu(x[n])", "x: N",
         lambda x, N: filled((N,), lambda n: sigmoid(x[n]) * log(1 + exp(x[n]))
                             + x[n] * sigmoid(x[n])
                             + x[n] * (1 + math.erf(x[n] / sqrt(2))) / 2)),
    Case("y[n] = sin(x[n])*cos(x[n]) + tan(x[n]) + sinh(x[n]) + arctan(x[n]) + pi", "x: N",
         lambda x, N: filled((N,), lambda n: math.sin(x[n]) * math.cos(x[n]) + math.tan(x[n])
                             + math.sinh(x[n]) + math.atan(x[n]) + math.pi)),
    Case("y[i,j] = delta(i,j)*x[i] + [i = j]*x[j] + [i != j]", "x: D; y: D D",
         lambda x, D: filled((D, D), lambda i, j: 2 * x[i] if i == j else 1)),
    Case("y[n] = 1e-3*x[n] + 0.125 + 1_000/N + n/2", "x: N",
         lambda x, N: filled((N,), lambda n: 1e-3 * x[n] + 0.125 + 1000 / N + n / 2)),
    Case("y[n] = power(x[n]^2 + 1, a)*xlogy(x[n]^2, 2)", "x: N; a:",
         lambda x, a, N: filled((N,), lambda n: (x[n] ** 2 + 1) ** a * x[n] ** 2 * log(2))),
    Case("y[n] = detach(x[n])*x[n] + sign(x[n])", "x: N",
         lambda x, N: filled((N,), lambda n: x[n] ** 2 + (x[n] > 0) - (x[n] < 0))),
]
SLOTS = [
    Case("y[u] = sum[p](w[p]*x[u+p])", "x: A; w: K",
         lambda x, w, A, K: filled(
             (A - K + 1,), lambda u: sum(w[p] * x[u + p] for p in range(K)))),
    Case("y[u] = sum[p](w[p]*x[2*u+p])", "x: A; w: K",
         lambda x, w, A, K: filled(
             ((A - K) // 2 + 1,), lambda u: sum(w[p] * x[2 * u + p] for p in range(K)))),
    Case("y[n,o,u,v] = sum[c,p,q](x[n,c,u+p,v+q]*w[o,c,p,q]) + b[o]",
         "x: N C A A; w: O C M M; b: O",
         lambda x, w, b, N, C, A, O, M: filled(
             (N, O, A - M + 1, A - M + 1), lambda n, o, u, v: b[o] + sum(
                 x[n, c, u + p, v + q] * w[o, c, p, q]
                 for c in range(C) for p in range(M) for q in range(M)))),
    Case("q[u,p] = [0 <= 2*u+p-1 < A]*x[2*u+p-1]", "x: A; q: U M",
         lambda x, A, U, M: filled(
             (U, M), lambda u, p: x[2 * u + p - 1] if 0 <= 2 * u + p - 1 < A else 0)),
    Case("y[u] = max[p<M: 0 <= 2*u+p-1 < A](x[2*u+p-1])", "x: A; y: U",
         lambda x, A, U, M: filled((U,), lambda u: max(
             x[2 * u + p - 1] for p in range(M) if 0 <= 2 * u + p - 1 < A))),
    Case("d[i] = x[i+1] - x[i]", "x: T; d: T-1",
         lambda x, T: filled((T - 1,), lambda i: x[i + 1] - x[i])),
    Case("y[i] = x[T-1-i] + x[0] + x[T-1]", "x: T; y: T",
         lambda x, T: filled((T,), lambda i: x[T - 1 - i] + x[0] + x[T - 1])),
    Case("y[i,j] = x[j,i] + x[i,i]", "x: D D",
         lambda x, D: filled((D, D), lambda i, j: x[j, i] + x[i, i])),
    Case("y[n,d] = E[t[n],d]", "E: V D; t: N",
         lambda E, t, N, D: filled((N, D), lambda n, d: E[int(t[n]), d])),
    Case("L = -sum[n](log(p[n,t[n]]))/N", "p: N K; t: N",
         lambda p, t, N: -sum(log(p[n, int(t[n])]) for n in range(N)) / N,
         {"p": "positive"}),
    Case("L = sum[n,k]([k = t[n]]*x[n,k])", "x: N K; t: N",
         lambda x, t, N: sum(x[n, int(t[n])] for n in range(N))),
    Case("y[n] = x[n, argmax[k](z[n,k])]", "x: N K; z: N K",
         lambda x, z, N, K: filled((N,), lambda n: x[n, max(range(K), key=lambda k: z[n, k])])),
    Case("a[n] = argmax[k](z[n,k])\ny[n] = x[n,a[n]]", "x: N K; z: N K",
         lambda x, z, N, K: filled((N,), lambda n: x[n, max(range(K), key=lambda k: z[n, k])])),
    Case("y[k] = x[k] + x[s]", "x: K; s:",
         lambda x, s, K: filled((K,), lambda k: x[k] + x[int(s)])),
]
LINES = [
    Case("a[n,h] = sum[d](x[n,d]*W[d,h]) + b[h]\nz[n,h] = tanh(a[n,h])\nL = sum[n,h](z[n,h]^2)",
         "x: N D; W: D H; b: H",
         lambda x, W, b, N, D, H: sum(
             tanh(sum(x[n, d] * W[d, h] for d in range(D)) + b[h]) ** 2
             for n in range(N) for h in range(H))),
    Case("p[n,k] = softmax[k](z[n,k])", "z: N K",
         lambda z, N, K: filled(
             (N, K), lambda n, k: exp(z[n, k]) / sum(exp(z[n, j]) for j in range(K)))),
    Case("p[n,k] = exp(z[n,k])/sum[k](exp(z[n,k]))", "z: N K",
         lambda z, N, K: filled(
             (N, K), lambda n, k: exp(z[n, k]) / sum(exp(z[n, j]) for j in range(K)))),
    Case("L = -sum[n,k](y[n,k]*log_softmax[k](z[n,k]))/N", "z: N K; y: N K",
         lambda z, y, N, K: -sum(
             y[n, k] * (z[n, k] - lse(z[n])) for n in range(N) for k in range(K)) / N,
         {"y": "one_hot"}),
    Case("o[i,e] = sum[j](softmax[j](sum[d](Q[i,d]*M[j,d])/sqrt(D))*W[j,e])",
         "Q: I D; M: J D; W: J O",
         lambda Q, M, W, I, J, D, O: filled((I, O), lambda i, e: sum(
             exp(sum(Q[i, d] * M[j, d] for d in range(D)) / sqrt(D)) * W[j, e] for j in range(J))
             / sum(exp(sum(Q[i, d] * M[j, d] for d in range(D)) / sqrt(D)) for j in range(J)))),
    Case("y[n,k] = (x[n,k] - mean[j](x[n,j]))/sqrt(mean[j]((x[n,j] - mean[i](x[n,i]))^2) + 1e-5)",
         "x: N K",
         lambda x, N, K: filled((N, K), lambda n, k: (x[n, k] - sum(x[n]) / K) / sqrt(
             sum((x[n, j] - sum(x[n]) / K) ** 2 for j in range(K)) / K + 1e-5))),
    Case("c[b,i,j] = inv[p,q](X[b,p,q])[i,j]", "X: B D D",
         lambda X, B, D: filled((B, D, D), lambda b, i, j: (-1) ** (i + j) * det(
             [[X[b, r, c] for c in range(D) if c != i] for r in range(D) if r != j]) / det(X[b]))),
    Case("L = logdet[p,q](X[p,q]) + det[p,q](X[p,q])*2", "X: D D",
         lambda X: log(abs(det(X))) + 2 * det(X)),
    Case("L = det[p,q](sum[k](A[p,k]*C[k,q]))", "A: D D; C: D D",
         lambda A, C, D: det(filled((D, D), lambda p, q: sum(A[p, k] * C[k, q]
                                                            for k in range(D))))),
    Case("y[i] = sum[j](inv[p,q](X[p,q])[i,j]*b[j])", "X: D D; b: D",
         lambda X, b, D: filled((D,), lambda i: sum((-1) ** (i + j) * det(
             [[X[r, c] for c in range(D) if c != i] for r in range(D) if r != j])
             / det(X) * b[j] for j in range(D)))),
    Case("  # two lines, indented\n    u[n] = x[n]^2  # squares\n\n    L = sum[n](u[n])\n", "x: N",
         lambda x, N: sum(x[n] ** 2 for n in range(N))),
    Case("y[n] = (x[n]\n  + 1)*(\n  x[n] - 1)", "x: N",
         lambda x, N: filled((N,), lambda n: (x[n] + 1) * (x[n] - 1))),
    Case("y[n] = m; z[n] = y[n]*x[n]", "x: N; m:",
         lambda x, m, N: filled((N,), lambda n: m * x[n])),
    Case("y[n] = 0*x[n] + 1\nz = sum[n](y[n])", "x: N", lambda N: N),
]


def cell(x: Any, U: Any, first: Any, N: int, T: int, H: int) -> np.ndarray:
    out = np.zeros((N, T, H))
    for n, t, k in itertools.product(range(N), range(T), range(H)):
        before = out[n, t - 1] if t else first[n]
        out[n, t, k] = tanh(x[n, t, k] + sum(before[j] * U[j, k] for j in range(H)))
    return out


def two_back(x: Any, T: int, first: float, second: float) -> np.ndarray:
    out = [second, first]  # at -2, -1
    for t in range(T):
        out.append(x[t] * out[-1] + 0.5 * out[-2])
    return np.array(out[2:])


def lstm(x: Any, w: Any, T: int) -> np.ndarray:
    h = c = 0.0
    out = []
    for t in range(T):
        i, f, g, o = (fun(w[k] * x[t] + w[k + 4] * h)
                      for k, fun in enumerate([sigmoid, sigmoid, tanh, sigmoid]))
        c = f * c + i * g
        h = o * tanh(c)
        out.append(h)
    return np.array(out)


RECURRENCES = [
    Case("h[n,t,k] = tanh(x[n,t,k] + sum[j](h[n,t-1,j]*U[j,k]))\nh[n,-1,k] = 0",
         "x: N T H; U: H H",
         lambda x, U, N, T, H: cell(x, U, np.zeros((N, H)), N, T, H)),
    Case("h[n,-1,k] = s[n,k]\nh[n,t,k] = tanh(x[n,t,k] + sum[j](h[n,t-1,j]*U[j,k]))",
         "x: N T H; U: H H; s: N H",
         lambda x, U, s, N, T, H: cell(x, U, s, N, T, H)),
    Case("y[t] = x[t]*y[t-1] + 0.5*y[t-2]\ny[-1] = y[-2] = 1", "x: T",
         lambda x, T: two_back(x, T, 1, 1)),
    Case("y[t] = x[t]*y[t-1] + 0.5*y[t-2]\ny[-1] = 3\ny[-2] = 2", "x: T",
         lambda x, T: two_back(x, T, 3, 2)),
    Case("y[t] = y[t-1] + x[t]\ny[0] = x[0]", "x: T",
         lambda x, T: np.array([sum(x[: t + 1]) for t in range(T)])),
    Case("y[t] = [t > 0]*y[t-1]*0.5 + x[t]", "x: T",
         lambda x, T: np.array([sum(0.5 ** (t - s) * x[s] for s in range(t + 1))
                                for t in range(T)])),
    Case("i[t] = sigmoid(w[0]*x[t] + w[4]*h[t-1])\nf[t] = sigmoid(w[1]*x[t] + w[5]*h[t-1])\n"
         "g[t] = tanh(w[2]*x[t] + w[6]*h[t-1])\no[t] = sigmoid(w[3]*x[t] + w[7]*h[t-1])\n"
         "c[t] = f[t]*c[t-1] + i[t]*g[t]\nh[t] = o[t]*tanh(c[t])\nh[-1] = c[-1] = 0",
         "x: T; w: 8", lambda x, w, T: lstm(x, w, T)),
    Case("r[t] = x[t] + 0.5*r[t+1]\nr[T] = 0", "x: T",
         lambda x, T: np.array([sum(0.5 ** (s - t) * x[s] for s in range(t, T))
                                for t in range(T)])),
    Case("r[t] = x[t] + w[t+1]*r[t+1]*0.5\nr[T] = 0", "x: T; w: T",
         lambda x, w, T: np.array([sum(math.prod(0.5 * w[u] for u in range(t + 1, s + 1)) * x[s]
                                       for s in range(t, T)) for t in range(T)])),
]
# fmt: on
CASES = [*SUMS, *FUNCTIONS, *SLOTS, *LINES, *RECURRENCES]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_value_is_that_of_literal_loops(case: Case) -> None:
    for seed in range(2):
        compare(case, seed)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_was_read_prints_as_what_can_be_read(case: Case) -> None:
    graph = parse(case.text, case.given, case.assume)
    again(graph, {s.name: 7 for s in graph.extents})


# -- the printed text of any graph -------------------------------------------------------------


def again(graph: Graph, sizes: dict[str, int], seed: int = 0) -> None:
    """The printed graph, read back, has the values of the graph; its definitions too."""
    tensors = graph.tensors
    shapes = {t.name: t.shape for t in tensors}
    assume = {t.name: [w for w in sorted(t.assume) if w != "integer"] for t in tensors}
    for t in tensors:
        if t.is_integer_valued:
            assume[t.name].append("integer" if t.below is None else f"integer<{t.below}")
    read = parse(text(graph), shapes, {k: v for k, v in assume.items() if v}, notation="index")
    arrays = sample(graph, sizes_of(graph, {}, sizes), np.random.default_rng(seed))
    lone = {t.name: sizes[t.name] for t in read.given if t.name in sizes}  # an extent in no shape
    names, known = {t.name for t in read.given}, {s.name for s in read.extents}
    found = interpret(
        read,
        {k: v for k, v in {**arrays, **lone}.items() if k in names},
        {k: n for k, n in sizes.items() if k in known},
    )
    for name, expected in interpret(graph, arrays, sizes).items():
        assert found[name].shape == expected.shape, name
        np.testing.assert_allclose(found[name], expected, rtol=1e-9, atol=1e-9, err_msg=name)


MODELS = {
    **catalogue(),
    **{
        f.__name__: f
        for f in (
            *(models.lstm, models.convolution, models.max_pool, models.embedding),
            *(models.layer_norm, models.batch_norm, models.attention),
        )
    },
    "causal": lambda: models.attention(causal=True),
}


NOT_READ = {  # printed, but not read yet
    "padded_attention": r"extent 'J \+ 1', expected a name",
    "bert": r"extent 'T \+ 1', expected a name",
    "residual_block_projection": "floor is not supported",
}


@pytest.mark.parametrize("name", MODELS)
def test_printed_models_and_their_gradients_are_read_back(name: str) -> None:
    graph = MODELS[name]()
    if name in NOT_READ:
        with pytest.raises(ParseError, match=NOT_READ[name]):
            again(graph, {s.name: 2 + k % 3 for k, s in enumerate(graph.extents)})
        return
    wrt = [t.name for t in graph.given if not t.is_integer_valued]
    derived = gradient(graph, wrt, cotangent="seed" if graph.output.order else None)
    for g in (graph, derived):
        again(g, {s.name: 2 + k % 3 for k, s in enumerate(g.extents)})


@pytest.mark.parametrize(
    "part", [*range(4), *(pytest.param(p, marks=pytest.mark.slow) for p in range(4, 12))]
)
def test_printed_random_graphs_and_their_gradients_are_read_back(part: int) -> None:
    for number in range(25 * part, 25 * part + 25):
        case = random_case(Seeded(number))
        if not is_tame(case):
            continue
        output = case.graph.output
        derived = gradient(case.graph, case.wrt, cotangent="seed" if output.order else None)
        for g in (case.graph, derived):
            again(g, {s.name: case.sizes[s.name] for s in g.extents}, case.seed)


# -- shapes that the text determines -----------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "shapes", "found"),
    [
        ("y[n,o] = sum[i](x[n,i]*W[i,o]) + b[o]", {}, {"x": "N I", "W": "I O", "b": "O"}),
        ("y[n,o] = sum[i](x[n,i]*W[i,o]) + b[o]", {"x": "N D"}, {"W": "D O", "b": "O"}),
        ("y[n] = a*x[n] + b", {"x": "N"}, {"a": "", "b": ""}),
        ("y[n,d] = E[t[n],d]", {"E": "V D"}, {"t": "N"}),
        ("y[i] = x[i]*I", {"I": ""}, {"x": "I2"}),
        ("L = sum[n](x[n])/N", {}, {"x": "N"}),
        ("y[N] = x[N]", {}, {"x": "N_N"}),
        ("y[i,j] = inv[p,q](A[p,q])[i,j]", {}, {"A": "I I"}),
        ("z[n,k] = x[n,k]\nL = sum[n,k](z[n,k]*Y[n,k])", {"Y": "N K"}, {"x": "N K"}),
    ],
)
def test_inferred_shapes_stand_in_the_notes(
    line: str, shapes: dict[str, str], found: dict[str, str]
) -> None:
    graph = parse(line, shapes)
    notes = dict(graph.notes)
    for name, shape in found.items():
        assert " ".join(map(str, graph.tensor(name).shape)) == shape
        assert f"shape {shape.replace(' ', ' x ')}" in notes[name] or "a scalar" in notes[name]


def test_labels_become_integers() -> None:
    graph = parse("L = sum[n](x[n,t[n]])", {"x": "N K"})
    t = graph.tensor("t")
    assert t.is_integer_valued and str(t.below) == "K"
    assert dict(graph.notes)["t"] == "integers below K, from how it is used; shape N, from t[n]"


def test_every_given_tensor_is_an_input() -> None:
    graph = parse("y[n] = x[n]", {"x": "N", "w": "K"})
    assert [t.name for t in graph.inputs] == ["x", "w"]


def test_assumptions_are_kept() -> None:
    graph = parse("y[n] = sum[k](x[n,k]*p[n,k])", {"x": "N K"}, {"p": "simplex", "x": "positive"})
    assert graph.tensor("p").assume == {"simplex"}
    assert graph.tensor("x").assume == {"positive"}


def test_updates() -> None:
    graph = parse("w_new[i] = w[i] - eta*g[i]\nw[i] <- w_new[i]", {"w": "K", "g": "K", "eta": ""})
    assert [(a.name, b.name) for a, b in graph.updates] == [("w", "w_new")]


# -- mistakes ----------------------------------------------------------------------------------

MISTAKES = [
    ("y[n] = x[n,i]", "i is neither an index", "i"),
    ("y[n] = sum(x[n,0])", "say over which index: sum[i](x[n,i]*w[i])", "sum(x[n,0])"),
    ("y[n] = sum[i](x[i,i])", "runs to N", "i"),
    ("y[n] = x[n]", "x has 2 axes (N, D), found 1|x has 1 indices here", "x[n]"),
    ("y[n] = x", "x has 2 axes; write its entry, x[i,j]", "x"),
    ("y[n,n] = x[n,n]", "stands twice on the left", "n"),
    ("y[n] = x[n,0]\ny[m] = x[m,1]", "y is defined twice", "y[m]"),
    ("y[n] = x[n,0] +", "cannot be read", ""),
    ("y[n] = tahn(x[n,0])", "tahn is not supported; did you mean tan or tanh", "tahn"),
    ("y[n] = sums[i](x[n,i])", "did you mean sum", "sums"),
    ("y[n] = sum[i](x[n,i], 2)", "takes one argument", "sum[i](x[n,i], 2)"),
    ("y[n] = sum[i+1](x[n,i])", "expected an index to run over", "i+1"),
    ("y[n] = sum[i,i](x[n,i])", "the index i stands twice", "i"),
    ("y[n] = x[n,0:2]", "a range is no index", "0:2"),
    ("y[n] = x[n,i+1]", "i is neither", "i"),
    ("y[n] = sum[i](x[n,i+1])", "the extent of i is not known", "i"),
    ("y[n] = sum[i<D](x[n,i+1])", "guard the read: for 0 outside", "x[n,i+1]"),
    ("y[n] = [x[n,0]]", "expected a relation in the bracket", "[x[n,0]]"),
    ("y[n] = x[n,0]/0", "division by 0", "x[n,0]/0"),
    ("y[n] = 9^9^9 + x[n,0]", "too large|too long", ""),
    ("y[n] = (0-2)^(1/2) + x[n,0]", "no real number", ""),
    ("y[n] = tanh(x[n,0], 1)", "takes 1 arguments, found 2", "tanh(x[n,0], 1)"),
    ("y[n] = where(x[n,0], 1)", "where(condition, a, b): found 2", ""),
    ("y[n] = leaky_relu(x[n,0], slope=1)", "slope= has no meaning here", "1"),
    ("h[n] = h[n-1] + x[n,0]", "value before the start on a line of its own", "h[n-1]"),
    ("h[n] = h[n+1] + x[n,0]", "guard the read", "h[n+1]"),
    ("h[n] = h[n] + x[n,0]", "mentions itself", "h[n]"),
    ("a[n] = b[n]\nb[n] = x[n,0]", "mentions b, which is defined later", "a[n]"),
    ("h[-1] = 0", "h has a value at a place, but no definition", "h[-1]"),
    ("y[n] = det[p](x[p,p])", "expected a row and a column", "det[p]"),
    ("y[n] = det[p,q](x[p,q]) + x[n,0]", "rows and D columns", "q"),
    ("y[n] = inv[p,q](Q[p,q])*x[n,0]", "expected the place of an entry", ""),
    ("y[n] = softmax[k](x[n,k])", "expected an index that stands on the left", "k"),
    ("x[n,d] + 1\ny[n] = x[n,0]", "has no name", "x[n,d] + 1"),
    ("y[n] = x[n,0] @ x[n,0]", "@ is of NumPy notation", ""),
    ("y[n] = x.T[n,0]", "expected a name before [", "x.T[n,0]"),
    ("y[n] = (lambda: x)[n]", "lambda is not supported", "lambda: x"),
    ("y[n] = x[n,0] if n else 1", "IfExp is not supported", ""),
    ("y[n] = x[n,0] + 'a'", "is not supported; expected a number", "'a'"),
    ("y[n] = inf*x[n,0]", "infinity", ""),
    ("y[n] = inf - inf + x[n,0]", "no value", ""),
    ("y[n] = x[n,w]\nz[n] = y[n]*wx[n]", "", ""),
    ("y[n] = x[n,0]\ns[i] <- y[j]", "over the same indices", "y[j]"),
    ("y[n] = x[n,0]\ns[i] <- y[i]", "s is not known", "s[i]"),
    ("y[n] = sum[i: i](x[n,i])", "expected a condition", "i"),
    ("y[n] = sum[i: i < 2, x](x[n,i])", "expected a condition", "x"),
    ("y[n] = pi(x[n,0])", "pi is not supported", "pi"),
    ("y[n] = tanh", "tanh is a function; call it", "tanh"),
    ("y[n] = max[n]", "has no argument", "max[n]"),
]


@pytest.mark.parametrize(("line", "message", "under"), MISTAKES, ids=[m[0] for m in MISTAKES])
def test_mistakes_are_answered_in_words_and_carets(line: str, message: str, under: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(line, {"x": "N D"}, notation="index")
    said = str(caught.value)
    first, *rest = said.split("\n")
    assert any(m in first for m in message.split("|")), said
    assert len(rest) == 2 and set(rest[1].strip()) == {"^"}, said
    if under:
        start = rest[1].index("^")
        assert rest[0][start : len(rest[1])] == under, said


def test_a_near_miss_of_a_given_name_is_no_new_tensor() -> None:
    with pytest.raises(ParseError, match="did you mean weights"):
        parse("y[n] = sum[i](x[n,i]*weigths[i])", {"x": "N D", "weights": "D"})
