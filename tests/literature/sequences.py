"""Recurrences and gathers, in index notation, with the literature's sweeps as loops."""

from tests.literature.entry import known

SECTION = "Sequences and gathers"

RNN = """
H, h = [], np.zeros((x.shape[0], U.shape[0]))
for t in range(T):
    h = np.tanh(x[:, t] @ W + h @ U + b)
    H.append(h)
"""
RNN_BACK = (
    RNN
    + """
dW, dU, db, dx, dh = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b), np.zeros_like(x), g
for t in reversed(range(T)):
    a = dh * (1 - H[t]**2)
    dW, db = dW + x[:, t].T @ a, db + a.sum(axis=0)
    dU = dU + (H[t-1].T @ a if t else 0)
    dx[:, t] = a @ W.T
    dh = a @ U.T
"""
)
LSTM = """
h = np.zeros((x.shape[0], U.shape[0]))
c, C, S = h, [], []
for t in range(T):
    f, i = sigmoid(x[:, t] @ V + h @ P), sigmoid(x[:, t] @ W + h @ U)
    z, o = np.tanh(x[:, t] @ A + h @ B), sigmoid(x[:, t] @ R + h @ Q)
    S.append((h, c, f, i, z, o))
    c = f*c + i*z
    h = o*np.tanh(c)
    C.append(c)
"""
LSTM_BACK = (
    LSTM
    + """
dV, dU, dx = np.zeros_like(V), np.zeros_like(U), np.zeros_like(x)
dh, dc = g, np.zeros_like(g)
for t in reversed(range(T)):
    h, c, f, i, z, o = S[t]
    v = np.tanh(C[t])
    do, dc = dh*v*o*(1 - o), dc + dh*o*(1 - v**2)
    df, di, dz = dc*c*f*(1 - f), dc*z*i*(1 - i), dc*i*(1 - z**2)
    dV, dU = dV + x[:, t].T @ df, dU + h.T @ di
    dx[:, t] = df @ V.T + di @ W.T + dz @ A.T + do @ R.T
    dh, dc = df @ P.T + di @ U.T + dz @ B.T + do @ Q.T, dc*f
"""
)
CHAIN = """
a, F = s, []
for t in range(T):
    F.append(a)
    a = x[t] + logsumexp(a[:, None] + A, axis=0)
"""
MARGINALS = (
    CHAIN
    + """
b, dx, dA = np.zeros(A.shape[0]), np.zeros_like(x), np.zeros_like(A)
total = logsumexp(a)
for t in reversed(range(T)):
    E = np.exp(F[t][:, None] + A + x[t] + b - total)
    dx[t], dA = E.sum(axis=0), dA + E
    b = logsumexp(A + x[t] + b, axis=1)
"""
)

ENTRIES = [
    known(
        "recurrent network through time",
        "Werbos 1990, eq. (13)-(16); Pascanu, Mikolov & Bengio 2013, eq. (3)-(5)",
        RNN + "np.sum(g*h)",
        "x N T D | W D H | U H H | b H | g N H",
        gradient={n: RNN_BACK + f"d{n}" for n in ("W", "U", "b", "x")},
        index="h[n,-1,k] = 0\n"
        "h[n,t,k] = tanh(sum[d](x[n,t,d]*W[d,k]) + sum[j](h[n,t-1,j]*U[j,k]) + b[k])\n"
        "L = sum[n,k](g[n,k]*h[n,T-1,k])",
    ),
    known(
        "LSTM through time",
        "Hochreiter & Schmidhuber 1997; Gers et al. 2000; gradients Greff et al. 2017, app. A",
        LSTM + "np.sum(g*h)",
        "x N T D | V D H | P H H | W D H | U H H | A D H | B H H | R D H | Q H H | g N H",
        gradient={n: LSTM_BACK + f"d{n}" for n in ("V", "U", "x")},
        index="h[n,-1,k] = 0\n"
        "c[n,-1,k] = 0\n"
        "f[n,t,k] = sigmoid(sum[d](x[n,t,d]*V[d,k]) + sum[j](h[n,t-1,j]*P[j,k]))\n"
        "i[n,t,k] = sigmoid(sum[d](x[n,t,d]*W[d,k]) + sum[j](h[n,t-1,j]*U[j,k]))\n"
        "z[n,t,k] = tanh(sum[d](x[n,t,d]*A[d,k]) + sum[j](h[n,t-1,j]*B[j,k]))\n"
        "o[n,t,k] = sigmoid(sum[d](x[n,t,d]*R[d,k]) + sum[j](h[n,t-1,j]*Q[j,k]))\n"
        "c[n,t,k] = f[n,t,k]*c[n,t-1,k] + i[n,t,k]*z[n,t,k]\n"
        "h[n,t,k] = o[n,t,k]*tanh(c[n,t,k])\n"
        "L = sum[n,k](g[n,k]*h[n,T-1,k])",
    ),
    known(
        "partition function of a chain",
        "Rabiner 1989, eq. (19)-(25); Lafferty, McCallum & Pereira 2001, sec. 3: marginals",
        CHAIN + "logsumexp(a)",
        "x T K | A K K | s K",
        gradient={
            "x": MARGINALS + "dx",
            "A": MARGINALS + "dA",
            "s": MARGINALS + "np.exp(s + b - total)",
        },
        index="a[-1,k] = s[k]\n"
        "a[t,k] = x[t,k] + log(sum[j](exp(a[t-1,j] + A[j,k])))\n"
        "L = log(sum[k](exp(a[T-1,k])))",
    ),
    known(
        "diagonal linear recurrence",
        "Gu, Goel & Re 2022, eq. (3)-(5): the convolution with powers",
        "h, y = 0*a, 0\nfor t in range(T):\n    h = a*h + b*x[t]\n    y = y + g[t]*(c @ h)\ny",
        "x T | a K | b K | c K | g T",
        gradient={
            "x": "np.stack([sum(g[s]*(c @ (a**(s - t)*b)) for s in range(t, T))"
            " for t in range(T)])",
            "c": "np.stack([sum(g[s]*sum(a[k]**(s - t)*b[k]*x[t] for t in range(s + 1))"
            " for s in range(T)) for k in range(K)])",
            "a": "np.stack([c[k]*b[k]*sum(g[s]*(s - t)*a[k]**(s - t - 1.0)*x[t]"
            " for s in range(T) for t in range(s)) for k in range(K)])",
        },
        index="h[-1,k] = 0\n"
        "h[t,k] = a[k]*h[t-1,k] + b[k]*x[t]\n"
        "L = sum[t](g[t]*sum[k](c[k]*h[t,k]))",
        draw={"a": "unit"},
    ),
    known(
        "exponential smoothing",
        "Holt 2004, eq. (1), one-step squared errors",
        "m, e = 0*x[0], 0\n"
        "for t in range(T):\n"
        "    e = e + (x[t] - m)**2\n"
        "    m = m + a*(x[t] - m)\n"
        "e",
        "x T | a",
        gradient={
            "a": "m, d, s = 0.0, 0.0, 0.0\n"
            "for t in range(T):\n"
            "    s -= 2*(x[t] - m)*d\n"
            "    m, d = m + a*(x[t] - m), (1 - a)*d + x[t] - m\n"
            "s"
        },
        index="m[-1] = 0\nm[t] = m[t-1] + a*(x[t] - m[t-1])\nL = sum[t]((x[t] - m[t-1])^2)",
        draw={"a": "unit"},
    ),
    known(
        "embedding",
        "Collobert et al. 2011, eq. (1): lookup table",
        "np.sum(G*E[t])",
        "E V D | t N | G N D",
        gradient={"E": "Z = np.zeros_like(E); np.add.at(Z, t, G); Z"},
        index="L = sum[n,d](G[n,d]*E[t[n],d])",
        assume={"t": "integer<V"},
    ),
    known(
        "bag of embeddings",
        "Joulin et al. 2017, sec. 2, squared error",
        "np.sum((np.mean(E[t], axis=1) - Y)**2)/2",
        "E V D | t N M | Y N D",
        gradient={
            "E": "R = np.mean(E[t], axis=1) - Y; Z = np.zeros_like(E); "
            "np.add.at(Z, t, np.repeat(R[:, None], M, axis=1)/M); Z"
        },
        index="y[n,d] = mean[m](E[t[n,m],d])\nL = sum[n,d]((y[n,d] - Y[n,d])^2)/2",
        assume={"t": "integer<V"},
    ),
    known(
        "classes by number",
        "Bishop 2006, Pattern Recognition and Machine Learning, eq. (4.108)-(4.109)",
        "-np.mean(np.sum(np.eye(K)[t]*log_softmax(X@W, axis=1), axis=1))",
        "X N D | W D K | t N",
        gradient={"W": "X.T@(softmax(X@W, axis=1) - np.eye(K)[t])/N"},
        index="z[n,k] = sum[d](X[n,d]*W[d,k])\n"
        "p[n,k] = exp(z[n,k])/sum[j](exp(z[n,j]))\n"
        "L = -mean[n](log(p[n,t[n]]))",
        assume={"t": "integer<K"},
    ),
    known(
        "tied embeddings",
        "Press & Wolf 2017, sec. 3; Inan, Khosravi & Socher 2017, eq. (4.1)",
        "-np.sum(np.eye(V)[u]*log_softmax(E[t]@E.T, axis=1))",
        "E V D | t N | u N",
        gradient={
            "E": "R = softmax(E[t]@E.T, axis=1) - np.eye(V)[u]; Z = R.T@E[t]; "
            "np.add.at(Z, t, R@E); Z"
        },
        index="x[n,d] = E[t[n],d]\n"
        "z[n,v] = sum[d](x[n,d]*E[v,d])\n"
        "p[n,v] = exp(z[n,v])/sum[w](exp(z[n,w]))\n"
        "L = -sum[n](log(p[n,u[n]]))",
        assume={"t": "integer<V", "u": "integer<V"},
    ),
    known(
        "message passing on edges",
        "Gilmer et al. 2017, eq. (1)-(2), linear messages",
        "Z = np.zeros((V, D)) + sum(np.eye(V)[r[e]][:, None]*(X[s[e]]@W) for e in range(E)); "
        "np.sum(G*np.tanh(Z))",
        "X V D | W D D | s E | r E | G V D",
        gradient={
            "W": "Z = np.zeros((V, D)); np.add.at(Z, r, X[s]@W); A = G*(1 - np.tanh(Z)**2); "
            "X[s].T@A[r]",
            "X": "Z = np.zeros((V, D)); np.add.at(Z, r, X[s]@W); A = G*(1 - np.tanh(Z)**2); "
            "B = np.zeros((V, D)); np.add.at(B, s, A[r]@W.T); B",
        },
        index="m[e,c] = sum[d](X[s[e],d]*W[d,c])\n"
        "z[v,c] = sum[e]([v == r[e]]*m[e,c])\n"
        "L = sum[v,c](G[v,c]*tanh(z[v,c]))",
        assume={"s": "integer<V", "r": "integer<V"},
    ),
]
