"""Convolutions, differences, moving and cumulative sums, pooling."""

from tests.claims.pair import pair

SECTION = "Convolution, differences and pooling"

DUMOULIN = "Dumoulin & Visin 2016, A guide to convolution arithmetic, ch. 4; "
LECUN = "LeCun et al. 1998, Gradient-based learning, sec. II; "
POOLING = "Boureau, Ponce & LeCun 2010, sec. 2"
DECONVOLUTION = "y[u] = sum[p](w[p]*x[u+p])\nL = sum[u]((y[u] - d[u])^2)/2 + lam/2*sum[t](x[t]^2)"
D = "d = x[1:] - x[:-1]; "

PAIRS = [
    pair(
        "correlation, its kernel",
        LECUN + DUMOULIN + "stride 1",
        "y[u] = sum[p](w[p]*x[u+p])",
        "x T | w P | G T-P+1",
        wrt="w",
        of="vjp",
        cotangent="G",
        right=[
            "w_bar[p] = sum[u](G[u]*x[u+p])",
            "w_bar[p] = sum[u](x[p+u]*G[u])",
        ],
        wrong=[
            ("factor", "w_bar[p] = mean[u](G[u]*x[u+p])"),
            ("sign", "w_bar[p] = -sum[u](G[u]*x[u+p])"),
            ("factor", "w_bar[p] = sum[u](G[u]*x[u+p])*w[p]"),
        ],
    ),
    pair(
        "deconvolution with decay, the signal",
        DUMOULIN + "relationship 8; Boyd & Vandenberghe 2004, Convex Optimization, sec. 6.3.2",
        DECONVOLUTION,
        "x T | w P | d T-P+1 | lam",
        wrt="x",
        right=[
            "x_bar[t] = lam*x[t] + sum[p]([0 <= t-p < T-P+1]*w[p]*(y[t-p] - d[t-p]))",
            "e[u] = y[u] - d[u]\nx_bar[t] = sum[u]([0 <= t-u < P]*e[u]*w[t-u]) + lam*x[t]",
            "e[u] = y[u] - d[u]\nx_bar[t] = lam*x[t] + sum[u,p](e[u]*w[p]*[t == u+p])",
        ],
        wrong=[
            ("sign", "x_bar[t] = lam*x[t] + sum[p]([0 <= t-p < T-P+1]*w[p]*(y[t-p] + d[t-p]))"),
            ("missing term", "x_bar[t] = sum[p]([0 <= t-p < T-P+1]*w[p]*y[t-p]) + lam*x[t]"),
            (
                "order/shift or stride",
                "x_bar[t] = lam*x[t] + sum[p<P]([0 <= t-p < T-P+1]*w[P-1-p]*(y[t-p] - d[t-p]))",
            ),
            (
                "shift or stride",
                "x_bar[t] = lam*x[t] + sum[p]([0 <= t-p-1 < T-P+1]*w[p]*(y[t-p-1] - d[t-p-1]))",
            ),
            (
                "factor",
                "x_bar[t] = 2*lam*x[t] + sum[p]([0 <= t-p < T-P+1]*w[p]*(y[t-p] - d[t-p]))",
            ),
        ],
    ),
    pair(
        "convolution layer, its kernel",
        LECUN + DUMOULIN + "stride 1",
        "conv1d(X, K)",
        "X B C 7 | K O C 3 | G B O 5",
        wrt="K",
        of="vjp",
        cotangent="G",
        right=[
            "K_bar[o,c,p] = sum[b,u](G[b,o,u]*X[b,c,u+p])",
            "np.stack([np.einsum('bou,bcu->oc', G, X[:, :, p:p + 5]) for p in range(3)], axis=2)",
            "np.swapaxes(conv1d(np.swapaxes(X, 0, 1), np.swapaxes(G, 0, 1)), 0, 1)",
        ],
        wrong=[
            (
                "shift or stride/order",
                "np.stack([np.einsum('bou,bcu->oc', G, X[:, :, 2 - p:7 - p]) for p in range(3)],"
                " axis=2)",
            ),
            (
                "order/shift or stride",
                "np.stack([np.einsum('bou,bcu->oc', G[:, :, ::-1], X[:, :, p:p + 5])"
                " for p in range(3)], axis=2)",
            ),
            ("factor/extra sum or mean", "K_bar[o,c,p] = mean[b](sum[u](G[b,o,u]*X[b,c,u+p]))"),
            ("factor/extra sum or mean", "K_bar[o,c,p] = sum[b](mean[u](G[b,o,u]*X[b,c,u+p]))"),
        ],
    ),
    pair(
        "convolution layer, its image",
        DUMOULIN + "relationship 8: the full convolution of G by the flipped kernel",
        "conv1d(X, K)",
        "X B C 7 | K O C 3 | G B O 5",
        wrt="X",
        of="vjp",
        cotangent="G",
        right=[
            "conv1d(G, np.transpose(K[:, :, ::-1], (1, 0, 2)), padding=2)",
            "sum(np.pad(np.einsum('bou,oc->bcu', G, K[:, :, p]), ((0, 0), (0, 0), (p, 2 - p)))"
            " for p in range(3))",
        ],
        wrong=[
            (
                "order/shift or stride",
                "conv1d(G, np.transpose(K, (1, 0, 2)), padding=2)",
            ),
            ("sign", "-conv1d(G, np.transpose(K[:, :, ::-1], (1, 0, 2)), padding=2)"),
            (
                "missing term",
                "sum(np.pad(np.einsum('bou,oc->bcu', G, K[:, :, p]), ((0, 0), (0, 0), (p, 2 - p)))"
                " for p in range(2))",
            ),
            (
                "shift or stride",
                "sum(np.pad(np.einsum('bou,oc->bcu', G, K[:, :, p]), ((0, 0), (0, 0), (1, 1)))"
                " for p in range(3))",
            ),
        ],
    ),
    pair(
        "convolution layer of stride 2, its kernel",
        LECUN + DUMOULIN + "stride 2",
        "conv1d(X, K, stride=2)",
        "X B C 7 | K O C 3 | G B O 3",
        wrt="K",
        of="vjp",
        cotangent="G",
        right=[
            "K_bar[o,c,p] = sum[b,u](G[b,o,u]*X[b,c,2*u+p])",
            "np.stack([np.einsum('bou,bcu->oc', G, X[:, :, p:p + 5:2]) for p in range(3)], axis=2)",
        ],
        wrong=[
            (
                "shift or stride",
                "np.stack([np.einsum('bou,bcu->oc', G, X[:, :, p:p + 3]) for p in range(3)],"
                " axis=2)",
            ),
            (
                "shift or stride",
                "np.stack([np.einsum('bou,bcu->oc', G, X[:, :, 2*p:2*p + 3]) for p in range(3)],"
                " axis=2)",
            ),
            ("factor", "K_bar[o,c,p] = 2*sum[b,u](G[b,o,u]*X[b,c,2*u+p])"),
        ],
    ),
    pair(
        "convolution layer with padding 1, its kernel",
        DUMOULIN + "relationship 3: the same size",
        "conv1d(X, K, padding=1)",
        "X B C 6 | K O C 3 | G B O 6",
        wrt="K",
        of="vjp",
        cotangent="G",
        right=[
            "Z = np.pad(X, ((0, 0), (0, 0), (1, 1))); "
            "np.stack([np.einsum('bou,bcu->oc', G, Z[:, :, p:p + 6]) for p in range(3)], axis=2)",
            "np.swapaxes(conv1d(np.swapaxes(X, 0, 1), np.swapaxes(G, 0, 1), padding=1), 0, 1)",
        ],
        wrong=[
            (
                "shift or stride",
                "Z = np.pad(X, ((0, 0), (0, 0), (0, 2))); "
                "np.stack([np.einsum('bou,bcu->oc', G, Z[:, :, p:p + 6]) for p in range(3)],"
                " axis=2)",
            ),
            (
                "shift or stride/order",
                "Z = np.pad(X, ((0, 0), (0, 0), (1, 1))); "
                "np.stack([np.einsum('bou,bcu->oc', G, Z[:, :, 2 - p:8 - p]) for p in range(3)],"
                " axis=2)",
            ),
        ],
    ),
    pair(
        "causal filter with decay, its taps",
        "van den Oord et al. 2016, WaveNet, sec. 2.1",
        "y = x*w[0] + np.pad(x[:-1], (1, 0))*w[1] + np.pad(x[:-2], (2, 0))*w[2]; "
        "np.sum((y - d)**2)/2 + lam*np.sum(w**2)/2",
        "x 6 | w 3 | d 6 | lam",
        wrt="w",
        right=[
            "w_bar[p] = sum[t]([t-p >= 0]*(y[t] - d[t])*x[t-p]) + lam*w[p]",
            "e = y - d; np.stack([e@x, e[1:]@x[:-1], e[2:]@x[:-2]]) + lam*w",
            "w_bar[p] = lam*w[p] + sum[t]([t+p < 6]*x[t]*(y[t+p] - d[t+p]))",
        ],
        wrong=[
            (
                "mask/shift or stride",
                "w_bar[p] = sum[t]([t+p < 6]*(y[t] - d[t])*x[t+p]) + lam*w[p]",
            ),
            (
                "shift or stride",
                "e = y - d; np.stack([e@x, e[:-1]@x[:-1], e[:-2]@x[:-2]]) + lam*w",
            ),
            ("missing term", "e = y - d; np.stack([e@x, e[1:]@x[:-1], e[2:]@x[:-2]])"),
            ("missing sum or mean", "e = y - d; np.stack([e@x, e[1]*x[0], e[2:]@x[:-2]]) + lam*w"),
            ("mask", "w_bar[p] = sum[t]([t-p >= 1]*(y[t] - d[t])*x[t-p]) + lam*w[p]"),
        ],
    ),
    pair(
        "squared differences",
        "Horn & Schunck 1981, sec. 5, one dimension: the smoothness term",
        "np.sum((x[1:] - x[:-1])**2)",
        "x T",
        wrt="x",
        right=[
            D + "2*(np.pad(d, (1, 0)) - np.pad(d, (0, 1)))",
            D + "2*np.concatenate([[0], d]) - 2*np.concatenate([d, [0]])",
            "-2*np.diff(np.pad(np.diff(x), 1))",
            "x_bar[t] = 2*[t >= 1]*(x[t] - x[t-1]) - 2*[t+1 < T]*(x[t+1] - x[t])",
            "x_bar[t] = where(t > 0, 2*(x[t] - x[t-1]), 0) + where(t < T-1, 2*(x[t] - x[t+1]), 0)",
        ],
        wrong=[
            ("sign", D + "2*(np.pad(d, (1, 0)) + np.pad(d, (0, 1)))"),
            ("sign/shift or stride", D + "2*(np.pad(d, (0, 1)) - np.pad(d, (1, 0)))"),
            ("factor", D + "np.pad(d, (1, 0)) - np.pad(d, (0, 1))"),
            ("missing term", D + "-2*np.pad(d, (0, 1))"),
            ("mask", "x_bar[t] = 4*x[t] - 2*[t >= 1]*x[t-1] - 2*[t+1 < T]*x[t+1]"),
            (
                "shift or stride",
                "x_bar[t] = 2*[t >= 1]*(x[t] - x[t-1]) - 2*[t >= 1]*(x[t-1] - x[t])",
            ),
        ],
    ),
    pair(
        "smoothed total variation",
        "Rudin, Osher & Fatemi 1992, eq. (2.2), one dimension; Vogel & Oman 1996, eq. (1.6)",
        "d = x[1:] - x[:-1]; q = np.sqrt(d**2 + eps); np.sum(q)",
        "x T | eps",
        wrt="x",
        assume={"eps": "positive"},
        right=[
            "e = d/q; np.pad(e, (1, 0)) - np.pad(e, (0, 1))",
            "e = d*(d**2 + eps)**-0.5; -np.diff(np.pad(e, 1))",
            "np.concatenate([[0], d/q]) - np.concatenate([d/q, [0]])",
        ],
        wrong=[
            ("chain rule/factor", "e = d/(2*q); np.pad(e, (1, 0)) - np.pad(e, (0, 1))"),
            ("chain rule", "e = 1/(2*q); np.pad(e, (1, 0)) - np.pad(e, (0, 1))"),
            ("power", "e = d/q**2; np.pad(e, (1, 0)) - np.pad(e, (0, 1))"),
            ("missing term/assumption", "e = np.sign(d); np.pad(e, (1, 0)) - np.pad(e, (0, 1))"),
            ("sign", "e = d/q; np.pad(e, (0, 1)) - np.pad(e, (1, 0))"),
            ("missing term", "e = d/q; np.pad(e, (1, 0))"),
        ],
    ),
    pair(
        "forward difference, pulled back",
        "Strang 2007, Computational Science and Engineering, sec. 1.2",
        "x[1:] - x[:-1]",
        "x T | G T-1",
        wrt="x",
        of="vjp",
        cotangent="G",
        right=[
            "np.concatenate([[0], G]) - np.concatenate([G, [0]])",
            "np.pad(G, (1, 0)) - np.pad(G, (0, 1))",
            "-np.diff(G, prepend=0, append=0)",
        ],
        wrong=[
            ("sign", "np.diff(G, prepend=0, append=0)"),
            ("sign", "np.concatenate([[0], G]) + np.concatenate([G, [0]])"),
            ("missing term", "np.pad(G, (1, 0))"),
        ],
    ),
    pair(
        "squared second differences",
        "Hodrick & Prescott 1997, eq. (2): the penalty",
        "e = x[2:] - 2*x[1:-1] + x[:-2]; np.sum(e**2)",
        "x 7",
        wrt="x",
        right=[
            "2*(np.pad(e, (2, 0)) - 2*np.pad(e, (1, 1)) + np.pad(e, (0, 2)))",
            "2*np.diff(np.pad(e, 2), n=2)",
            "d = np.diff(x, n=2); 2*np.pad(d, (0, 2)) - 4*np.pad(d, 1) + 2*np.pad(d, (2, 0))",
        ],
        wrong=[
            ("sign", "2*(np.pad(e, (2, 0)) + 2*np.pad(e, (1, 1)) + np.pad(e, (0, 2)))"),
            ("factor", "2*(np.pad(e, (2, 0)) - np.pad(e, (1, 1)) + np.pad(e, (0, 2)))"),
            ("factor", "np.pad(e, (2, 0)) - 2*np.pad(e, (1, 1)) + np.pad(e, (0, 2))"),
            ("missing term", "2*np.pad(e, (0, 2)) - 4*np.pad(e, (1, 1))"),
            ("chain rule/missing term", "2*np.pad(e, (1, 1))"),
        ],
    ),
    pair(
        "moving average of three",
        "Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ex. 2.3",
        "np.sum(G*(x[:-2] + x[1:-1] + x[2:])/3)",
        "x T | G T-2",
        wrt="x",
        right=[
            "(np.pad(G, (0, 2)) + np.pad(G, (1, 1)) + np.pad(G, (2, 0)))/3",
            "sum(np.pad(G, (p, 2 - p)) for p in range(3))/3",
            "np.convolve(G, np.ones(3))/3",
        ],
        wrong=[
            (
                "factor/missing sum or mean",
                "np.pad(G, (0, 2)) + np.pad(G, (1, 1)) + np.pad(G, (2, 0))",
            ),
            ("missing term", "(np.pad(G, (0, 2)) + np.pad(G, (2, 0)))/3"),
            ("shift or stride", "(np.pad(G, (0, 2)) + 2*np.pad(G, (1, 1)))/3"),
            ("missing sum or mean", "np.pad(G, (1, 1))/3"),
        ],
    ),
    pair(
        "cumulative sum",
        "Blelloch 1990, Prefix sums, sec. 1: the transpose sums from the end",
        "np.sum(G*np.cumsum(x))",
        "x T | G T",
        wrt="x",
        right=[
            "np.cumsum(G[::-1])[::-1]",
            "np.sum(G) - np.cumsum(G) + G",
            "np.triu(np.ones((T, T)))@G",
            "np.tri(T).T@G",
            "x_bar[t] = sum[s]([s >= t]*G[s])",
        ],
        wrong=[
            ("mask/order", "np.cumsum(G)"),
            ("shift or stride/missing term", "np.sum(G) - np.cumsum(G)"),
            ("transpose", "np.tri(T)@G"),
            ("mask/shift or stride", "x_bar[t] = sum[s]([s > t]*G[s])"),
            ("mask", "x_bar[t] = sum[s]([s <= t]*G[s])"),
            ("mask", "np.ones((T, T))@G"),
        ],
    ),
    pair(
        "average pooling",
        POOLING,
        "np.sum(G*np.mean(X.reshape(B, 4, 3), axis=2))",
        "X B 12 | G B 4",
        wrt="X",
        right=[
            "np.repeat(G, 3, axis=1)/3",
            "np.kron(G, np.ones((1, 3)))/3",
            "(G[:, :, None]*np.ones(3)).reshape(B, 12)/3",
        ],
        wrong=[
            ("factor/missing sum or mean", "np.repeat(G, 3, axis=1)"),
            ("factor", "np.repeat(G, 3, axis=1)/4"),
            ("order/shift or stride", "np.tile(G, (1, 3))/3"),
            ("power", "np.repeat(G, 3, axis=1)/9"),
        ],
    ),
    pair(
        "max pooling",
        POOLING + "; gradient Ranzato et al. 2007, sec. 3",
        "Z = X.reshape(B, 4, 3); m = np.max(Z, axis=2); np.sum(G*m)",
        "X B 12 | G B 4",
        wrt="X",
        right=[
            "((Z == m[:, :, None])*G[:, :, None]).reshape(B, 12)",
            "(X == np.repeat(m, 3, axis=1))*np.repeat(G, 3, axis=1)",
            "np.where(Z >= m[:, :, None], G[:, :, None], 0).reshape(B, 12)",
        ],
        wrong=[
            ("mask", "np.repeat(G, 3, axis=1)"),
            ("mask", "np.where(Z < m[:, :, None], G[:, :, None], 0).reshape(B, 12)"),
            ("mask/factor", "np.repeat(G, 3, axis=1)/3"),
            ("factor/chain rule", "(X == np.repeat(m, 3, axis=1))*np.repeat(G*m, 3, axis=1)"),
            (
                "mask/wrong axis",
                "((Z == np.max(Z, axis=1, keepdims=True))*G[:, :, None]).reshape(B, 12)",
            ),
        ],
    ),
    pair(
        "global average pooling",
        "Lin, Chen & Yan 2014, sec. 3.2",
        "y[n,c] = mean[t](X[n,c,t])\nL = sum[n,c]((y[n,c] - Y[n,c])^2)/2",
        "X N C T | Y N C",
        wrt="X",
        right=[
            "(y - Y)[:, :, None]*np.ones(T)/T",
            "np.repeat((y - Y)[:, :, None], T, axis=2)/T",
            "np.einsum('nc,t->nct', y - Y, np.ones(T))/T",
        ],
        wrong=[
            ("factor", "(y - Y)[:, :, None]*np.ones(T)"),
            ("missing sum or mean", "(X - Y[:, :, None])/T"),
            ("factor", "2*(y - Y)[:, :, None]*np.ones(T)/T"),
            ("sign", "(Y - y)[:, :, None]*np.ones(T)/T"),
        ],
    ),
]
