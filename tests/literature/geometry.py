"""Graphs, kernels, geometry, physics and portfolio: functions from outside learning proper."""

from tests.literature.entry import known

SECTION = "Graphs, kernels and geometry"

ENTRIES = [
    known(
        "graph Laplacian",
        "von Luxburg 2007, prop. 1",
        "x@(np.diag(np.sum(W, axis=1)) - W)@x",
        "x N | W N N",
        gradient=dict(x="2*(np.diag(np.sum(W, axis=1)) - W)@x"),
        hessian=dict(x="2*(np.diag(np.sum(W, axis=1)) - W)"),
        assume={"W": "symmetric"},
    ),
    known(
        "smoothness on a graph",
        "von Luxburg 2007, prop. 1: sum of squared differences",
        "np.sum(W*(x[:, None] - x[None, :])**2)/2",
        "x N | W N N",
        gradient=dict(
            x="2*(np.diag(np.sum(W, axis=1)) - W)@x",
            W="(x[:, None] - x)**2/2",
        ),
        assume={"W": "symmetric"},
    ),
    known(
        "modularity",
        "Newman 2006, eq. (2)",
        "k = np.sum(A, axis=1); np.trace(S.T@(A - np.outer(k, k)/np.sum(A))@S)",
        "S N K | A N N",
        gradient=dict(S="k = np.sum(A, axis=1); 2*(A - np.outer(k, k)/np.sum(A))@S"),
        assume={"A": "symmetric"},
    ),
    known(
        "graph convolution",
        "Kipf & Welling 2017, eq. (2)",
        "np.sum(G*relu(A@X@W))",
        "G N H | A N N | X N D | W D H",
        gradient=dict(
            W="X.T@A@(G*(A@X@W > 0))",
            X="A@(G*(A@X@W > 0))@W.T",
        ),
        assume={"A": "symmetric"},
    ),
    known(
        "graph attention scores",
        "Velickovic et al. 2018, eq. (3), tanh for the leaky relu",
        "P = softmax(np.tanh((H@a)[:, None] + (H@b)[None, :]), axis=1); np.sum(G*(P@H))",
        "G N D | H N D | a D | b D",
        gradient=dict(
            a="T = np.tanh((H@a)[:, None] + H@b); P = softmax(T, axis=1); D = G@H.T; "
            "S = P*(D - np.sum(P*D, axis=1, keepdims=True))*(1 - T**2); H.T@np.sum(S, axis=1)",
            b="T = np.tanh((H@a)[:, None] + H@b); P = softmax(T, axis=1); D = G@H.T; "
            "S = P*(D - np.sum(P*D, axis=1, keepdims=True))*(1 - T**2); H.T@np.sum(S, axis=0)",
        ),
    ),
    known(
        "kernel expansion",
        "Broomhead & Lowe 1988, eq. (2); Schoelkopf & Smola 2002, eq. (2.68)",
        "np.sum(a*np.exp(-np.sum((x - C)**2, axis=1)/(2*s**2)))",
        "x D | a N | C N D | s",
        gradient=dict(
            x="k = np.exp(-np.sum((x - C)**2, axis=1)/(2*s**2)); -(a*k)@(x - C)/s**2",
            C="k = np.exp(-np.sum((x - C)**2, axis=1)/(2*s**2)); (a*k)[:, None]*(x - C)/s**2",
            s="q = np.sum((x - C)**2, axis=1); np.sum(a*np.exp(-q/(2*s**2))*q)/s**3",
        ),
        draw={"s": "positive"},
    ),
    known(
        "Gaussian kernel matrix",
        "Rasmussen & Williams 2006, Gaussian Processes for Machine Learning, eq. (4.9), ex. 5.1",
        "K = np.exp(-np.sum((X[:, None, :] - X[None, :, :])**2, axis=2)/2); a@K@a",
        "X N D | a N",
        gradient=dict(
            X="K = np.exp(-np.sum((X[:, None] - X)**2, axis=2)/2); A = np.outer(a, a)*K; "
            "-2*(np.sum(A, axis=1)[:, None]*X - A@X)"
        ),
    ),
    known(
        "mean shift",
        "Comaniciu & Meer 2002, eq. (11)-(17), Gaussian profile",
        "np.log(np.sum(np.exp(-np.sum((X - m)**2, axis=1)/2)))",
        "X N D | m D",
        gradient=dict(
            m="k = np.exp(-np.sum((X - m)**2, axis=1)/2); k@X/np.sum(k) - m",
        ),
    ),
    known(
        "kernel regression",
        "Nadaraya 1964; Watson 1964, eq. (3)",
        "np.sum(softmax(-(x - c)**2/(2*h), axis=0)*y)",
        "x | c N | y N | h",
        gradient=dict(
            x="p = softmax(-((x - c)**2)/(2*h), axis=0); (p@(c*y) - (p@c)*(p@y))/h",
            y="softmax(-((x - c)**2)/(2*h), axis=0)",
        ),
        draw={"h": "positive"},
    ),
    known(
        "Weber point",
        "Weiszfeld 1937, eq. (2); Boyd & Vandenberghe 2004, sec. 8.7",
        "np.sum(w*np.sqrt(np.sum((x - A)**2, axis=1)))",
        "x D | A N D | w N",
        gradient=dict(
            x="d = np.sqrt(np.sum((x - A)**2, axis=1)); (w/d)@(x - A)",
        ),
    ),
    known(
        "pairwise Coulomb energy",
        "Allen & Tildesley 2017, Computer Simulation of Liquids, eq. (1.20), softened",
        "D = np.sum((X[:, None, :] - X[None, :, :])**2, axis=2) + e; "
        "np.sum(np.outer(q, q)/D**0.5)/2",
        "X N 3 | q N | e",
        gradient=dict(
            X="D = np.sum((X[:, None] - X)**2, axis=2) + e; F = np.outer(q, q)/D**1.5; "
            "-(np.sum(F, axis=1)[:, None]*X - F@X)"
        ),
        draw={"e": "positive"},
    ),
    known(
        "Lennard-Jones chain",
        "Lennard-Jones 1931; Allen & Tildesley 2017, eq. (1.6), neighbours on a line",
        "r = x[1:] - x[:-1]; np.sum(4*(r**-12 - r**-6))",
        "x N",
        gradient=dict(
            x="r = x[1:] - x[:-1]; f = 4*(-12*r**-13.0 + 6*r**-7.0); "
            "g = np.zeros(N); g[1:] += f; g[:-1] -= f; g"
        ),
        draw={"x": "line"},
        sizes={"N": (3, 6)},
    ),
    known(
        "mean and variance of a portfolio",
        "Markowitz 1952; Boyd & Vandenberghe 2004, Convex Optimization, eq. (4.18)",
        "w@S@w - l*(m@w)",
        "w N | S N N | m N | l",
        gradient=dict(w="2*S@w - l*m"),
        hessian=dict(w="2*S"),
        assume={"S": "symmetric"},
    ),
    known(
        "Sharpe ratio",
        "Sharpe 1966, eq. (1)",
        "(m@w)/np.sqrt(w@S@w)",
        "w N | S N N | m N",
        gradient=dict(w="v = w@S@w; m/np.sqrt(v) - (m@w)*(S@w)/v**1.5"),
        assume={"S": "spd"},
    ),
    known(
        "risk parity",
        "Maillard, Roncalli & Teiletche 2010, eq. (7)",
        "w@S@w/2 - b*np.sum(np.log(w))",
        "w N | S N N | b",
        gradient=dict(w="S@w - b/w"),
        hessian=dict(w="S + b*np.diag(1/w**2)"),
        assume={"S": "spd", "w": "positive"},
    ),
    known(
        "bundle of rotations and translations",
        "Kabsch 1976, eq. (1), a general linear map",
        "np.sum(w*np.sum((X@R + t - Y)**2, axis=1))/2",
        "X N 3 | Y N 3 | R 3 3 | t 3 | w N",
        gradient=dict(
            R="X.T@(w[:, None]*(X@R + t - Y))",
            t="w@(X@R + t - Y)",
        ),
    ),
    known(
        "double-well potential",
        "Ginzburg & Landau 1950; chain of Allen & Cahn 1979, eq. (2)",
        "np.sum((u**2 - 1)**2)/4 + k*np.sum((u[1:] - u[:-1])**2)/2",
        "u N | k",
        gradient=dict(
            u="d = u[1:] - u[:-1]; g = u*(u**2 - 1); g[1:] += k*d; g[:-1] -= k*d; g",
        ),
        sizes={"N": (3, 7)},
    ),
    known(
        "geometric programme",
        "Boyd & Vandenberghe 2004, Convex Optimization, sec. 4.5.3",
        "np.log(np.sum(np.exp(A@y + b)))",
        "A M N | y N | b M",
        gradient=dict(y="A.T@softmax(A@y + b, axis=0)"),
        hessian=dict(
            y="p = softmax(A@y + b, axis=0); A.T@(np.diag(p) - np.outer(p, p))@A",
        ),
    ),
    known(
        "chain of labels",
        "Lafferty, McCallum & Pereira 2001, eq. (1)-(2); three places, marginals by enumeration",
        "a = x[0]; b = logsumexp(a[:, None] + A, axis=0) + x[1]; "
        "c = logsumexp(b[:, None] + A, axis=0) + x[2]; logsumexp(c, axis=0)",
        "x 3 K | A K K",
        gradient=dict(
            x="S = x[0][:, None, None] + x[1][None, :, None] + x[2] + A[:, :, None] + A[None]; "
            "P = softmax(S, axis=(0, 1, 2)); "
            "np.stack([np.sum(P, axis=(1, 2)), np.sum(P, axis=(0, 2)), np.sum(P, axis=(0, 1))])",
            A="S = x[0][:, None, None] + x[1][None, :, None] + x[2] + A[:, :, None] + A[None]; "
            "P = softmax(S, axis=(0, 1, 2)); np.sum(P, axis=2) + np.sum(P, axis=0)",
        ),
    ),
]
