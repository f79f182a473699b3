"""Convolution, pooling and other local operations, with the gradient of sum(G * output).

The gradients are written as the literature's sums, with loops over the kernel where it has them.
"""

from tests.literature.entry import known

SECTION = "Convolution and pooling"
DUMOULIN = "Dumoulin & Visin 2016, A guide to convolution arithmetic, ch. 4; "
LECUN = "LeCun et al. 1998, Gradient-based learning, sec. II; "


def kernel_1d(stride: int, padding: int) -> str:
    """K_bar[o,c,p] = sum_{b,u} G[b,o,u] X[b,c,stride u + p - padding]."""
    return (
        f"Z = np.pad(X, ((0, 0), (0, 0), ({padding}, {padding}))); U = G.shape[2]; "
        'np.stack([np.einsum("bou,bcu->oc", G, '
        f"Z[:, :, p:p + {stride}*(U - 1) + 1:{stride}]) for p in range(K.shape[2])], axis=2)"
    )


def image_1d(stride: int, padding: int) -> str:
    """X_bar[b,c,stride u + p - padding] += sum_o G[b,o,u] K[o,c,p]."""
    return (
        f"Z = np.zeros((X.shape[0], X.shape[1], X.shape[2] + 2*{padding})); U = G.shape[2]\n"
        "for p in range(K.shape[2]):\n"
        f"    Z[:, :, p:p + {stride}*(U - 1) + 1:{stride}] += "
        'np.einsum("bou,oc->bcu", G, K[:, :, p])\n'
        f"Z[:, :, {padding}:{padding} + X.shape[2]]"
    )


def kernel_2d(stride: int, padding: int) -> str:
    """K_bar[o,c,p,q] = sum_{b,u,v} G[b,o,u,v] X[b,c,stride u + p - padding,stride v + q - ...]."""
    at = "{0}:{0} + {1}*({2} - 1) + 1:{1}"
    rows, columns = at.format("p", stride, "G.shape[2]"), at.format("q", stride, "G.shape[3]")
    return (
        f"Z = np.pad(X, ((0, 0), (0, 0), ({padding}, {padding}), ({padding}, {padding})))\n"
        "R = np.zeros_like(K)\n"
        "for p in range(K.shape[2]):\n"
        "    for q in range(K.shape[3]):\n"
        '        R[:, :, p, q] = np.einsum("bouv,bcuv->oc", G, '
        f"Z[:, :, {rows}, {columns}])\n"
        "R"
    )


def image_2d(stride: int, padding: int) -> str:
    """X_bar[b,c,stride u + p - padding,stride v + q - padding] += sum_o G[b,o,u,v] K[o,c,p,q]."""
    at = "{0}:{0} + {1}*({2} - 1) + 1:{1}"
    rows, columns = at.format("p", stride, "G.shape[2]"), at.format("q", stride, "G.shape[3]")
    return (
        "B, C, S, T = X.shape\n"
        f"Z = np.zeros((B, C, S + 2*{padding}, T + 2*{padding}))\n"
        "for p in range(K.shape[2]):\n"
        "    for q in range(K.shape[3]):\n"
        f"        Z[:, :, {rows}, {columns}] += "
        'np.einsum("bouv,oc->bcuv", G, K[:, :, p, q])\n'
        f"Z[:, :, {padding}:{padding} + S, {padding}:{padding} + T]"
    )


ENTRIES = [
    known(
        "one-dimensional convolution",
        LECUN + DUMOULIN + "stride 1",
        "np.sum(G*conv1d(X, K))",
        "G B O 5 | X B C 7 | K O C 3",
        gradient=dict(K=kernel_1d(1, 0), X=image_1d(1, 0)),
    ),
    known(
        "one-dimensional convolution by a flipped kernel",
        DUMOULIN + "relationship 8: the full convolution of G",
        "np.sum(G*conv1d(X, K))",
        "G B O 5 | X B C 7 | K O C 3",
        gradient=dict(X="conv1d(G, np.transpose(K[:, :, ::-1], (1, 0, 2)), padding=2)"),
    ),
    known(
        "one-dimensional convolution, stride 2",
        DUMOULIN + "relationship 13",
        "np.sum(G*conv1d(X, K, stride=2))",
        "G B O 3 | X B C 8 | K O C 3",
        gradient=dict(K=kernel_1d(2, 0), X=image_1d(2, 0)),
    ),
    known(
        "one-dimensional convolution, stride 2, padding 1",
        DUMOULIN + "relationship 14",
        "np.sum(G*conv1d(X, K, stride=2, padding=1))",
        "G B O 4 | X B C 7 | K O C 3",
        gradient=dict(K=kernel_1d(2, 1), X=image_1d(2, 1)),
    ),
    known(
        "convolution",
        LECUN + DUMOULIN + "stride 1",
        "np.sum(G*conv2d(X, K))",
        "G B O 4 3 | X B C 6 5 | K O C 3 3",
        gradient=dict(K=kernel_2d(1, 0), X=image_2d(1, 0)),
    ),
    known(
        "convolution, same size",
        DUMOULIN + "relationship 3",
        "np.sum(G*conv2d(X, K, padding=1))",
        "G B O 4 5 | X B C 4 5 | K O C 3 3",
        gradient=dict(K=kernel_2d(1, 1), X=image_2d(1, 1)),
    ),
    known(
        "convolution, stride 2, padding 1",
        DUMOULIN + "relationship 14",
        "np.sum(G*conv2d(X, K, stride=2, padding=1))",
        "G B O 3 2 | X B C 6 4 | K O C 3 3",
        gradient=dict(K=kernel_2d(2, 1), X=image_2d(2, 1)),
    ),
    known(
        "convolution with a bias and relu",
        LECUN + "bias: sum over examples and places",
        "np.sum(G*relu(conv2d(X, K) + b[:, None, None]))",
        "G B O 3 3 | X B C 4 5 | K O C 2 3 | b O",
        gradient=dict(
            b="np.sum(G*(conv2d(X, K) + b[:, None, None] > 0), axis=(0, 2, 3))",
            K="G = G*(conv2d(X, K) + b[:, None, None] > 0)\n" + kernel_2d(1, 0),
        ),
    ),
    known(
        "pointwise convolution",
        "Lin, Chen & Yan 2014, sec. 3.1",
        'np.sum(G*np.einsum("bcuv,co->bouv", X, W))',
        "G B O S T | X B C S T | W C O",
        gradient=dict(
            W='np.einsum("bcuv,bouv->co", X, G)',
            X='np.einsum("bouv,co->bcuv", G, W)',
        ),
    ),
    known(
        "depthwise convolution",
        "Howard et al. 2017, eq. (3), one dimension",
        "y = sum(X[:, :, p:p + 5]*k[None, :, p:p + 1] for p in range(3)); np.sum(G*y)",
        "G B C 5 | X B C 7 | k C 3",
        gradient=dict(
            k="np.stack([np.sum(G*X[:, :, p:p + 5], axis=(0, 2)) for p in range(3)], axis=1)",
            X="Z = np.zeros_like(X)\n"
            "for p in range(3):\n"
            "    Z[:, :, p:p + 5] += G*k[None, :, p:p + 1]\n"
            "Z",
        ),
    ),
    known(
        "dilated convolution",
        "Yu & Koltun 2016, eq. (1)-(2), one dimension, dilation 2",
        "y = sum(X[:, 2*p:2*p + 4]*k[p] for p in range(3)); np.sum(G*y)",
        "G B 4 | X B 8 | k 3",
        gradient=dict(
            k="np.stack([np.sum(G*X[:, 2*p:2*p + 4]) for p in range(3)])",
            X="Z = np.zeros_like(X)\nfor p in range(3):\n    Z[:, 2*p:2*p + 4] += G*k[p]\nZ",
        ),
    ),
    known(
        "causal convolution",
        "van den Oord et al. 2016, WaveNet, sec. 2.1",
        "np.sum(G*sum(np.pad(X, ((0, 0), (p, 0)))[:, :6]*k[p] for p in range(3)))",
        "G B 6 | X B 6 | k 3",
        gradient=dict(
            k="np.stack([np.sum(G[:, p:]*X[:, :6 - p]) for p in range(3)])",
            X="Z = np.zeros_like(X)\nfor p in range(3):\n    Z[:, :6 - p] += G[:, p:]*k[p]\nZ",
        ),
    ),
    known(
        "average pooling",
        "Boureau, Ponce & LeCun 2010, sec. 2",
        "np.sum(G*np.mean(X.reshape(B, C, 3, 2, 4, 2), axis=(3, 5)))",
        "G B C 3 4 | X B C 6 8",
        gradient=dict(X="np.repeat(np.repeat(G, 2, axis=2), 2, axis=3)/4"),
    ),
    known(
        "max pooling",
        "Boureau, Ponce & LeCun 2010, sec. 2; gradient Ranzato et al. 2007, sec. 3",
        "np.sum(G*np.max(X.reshape(B, C, 4, 3), axis=3))",
        "G B C 4 | X B C 12",
        gradient=dict(
            X="Z = X.reshape(B, C, 4, 3); "
            "(np.eye(3)[np.argmax(Z, axis=3)]*G[:, :, :, None]).reshape(B, C, 12)"
        ),
    ),
    known(
        "global average pooling",
        "Lin, Chen & Yan 2014, sec. 3.2",
        "np.sum(G*np.mean(X, axis=(2, 3)))",
        "G B C | X B C S T",
        gradient=dict(X="np.broadcast_to(G[:, :, None, None], X.shape)/(S*T)"),
    ),
    known(
        "pooling by a norm",
        "Sermanet, Chintala & LeCun 2012, eq. (1), p = 2",
        "np.sum(G*np.sqrt(np.sum(X.reshape(B, 4, 3)**2, axis=2)))",
        "G B 4 | X B 12",
        gradient=dict(
            X="Z = X.reshape(B, 4, 3); "
            "(G[:, :, None]*Z/np.sqrt(np.sum(Z**2, axis=2, keepdims=True))).reshape(B, 12)"
        ),
    ),
    known(
        "pooling by log-sum-exp",
        "Boureau, Ponce & LeCun 2010, eq. (4)",
        "np.sum(G*(logsumexp(b*X, axis=2) - np.log(T))/b)",
        "G B C | X B C T | b",
        gradient=dict(X="G[:, :, None]*softmax(b*X, axis=2)"),
        draw={"b": "positive"},
    ),
    known(
        "Horn-Schunck flow",
        "Horn & Schunck 1981, eq. in sec. 5, one dimension",
        "np.sum((E*u + T)**2) + a**2*np.sum((u[1:] - u[:-1])**2)",
        "E N | T N | u N | a",
        gradient=dict(
            u="d = u[1:] - u[:-1]; g = 2*E*(E*u + T); g[1:] += 2*a**2*d; g[:-1] -= 2*a**2*d; g"
        ),
        sizes={"N": (3, 7)},
    ),
]
