"""Statistical models beyond the textbook likelihoods: ranking, survival, latent variables."""

from tests.literature.entry import known

SECTION = "Statistical models"

ENTRIES = [
    known(
        "Cox partial likelihood",
        "Cox 1975, eq. (5)-(6), risk sets as a 0/1 matrix",
        "z = X@w; np.sum(np.log(R@np.exp(z)) - z)",
        "X N D | w D | R N N",
        gradient=dict(
            w="e = np.exp(X@w); X.T@(e*(R.T@(1/(R@e))) - 1)",
        ),
        draw={"R": "risk"},
    ),
    known(
        "paired comparisons",
        "Bradley & Terry 1952, eq. (4), in logarithms",
        "D = s[:, None] - s[None, :]; -np.sum(C*np.log(sigmoid(D)))",
        "s N | C N N",
        gradient=dict(
            s="A = C*sigmoid(s[None, :] - s[:, None]); np.sum(A, axis=0) - np.sum(A, axis=1)",
        ),
        draw={"C": "count"},
    ),
    known(
        "ranking of three",
        "Plackett 1975; Luce 1959; likelihood of Hunter 2004, eq. (24)",
        "np.sum(logsumexp(s, axis=1) + logsumexp(s[:, 1:], axis=1) - s[:, 0] - s[:, 1])",
        "s N 3",
        gradient=dict(
            s="g = softmax(s, axis=1); g[:, 1:] += softmax(s[:, 1:], axis=1); g[:, :2] -= 1; g",
        ),
    ),
    known(
        "item response",
        "Birnbaum 1968, eq. (17.3.1); two-parameter model",
        "Z = a[None, :]*(t[:, None] - b[None, :]); np.sum(softplus(Z) - Y*Z)",
        "t N | a M | b M | Y N M",
        gradient=dict(
            t="E = sigmoid(a*(t[:, None] - b)) - Y; E@a",
            a="E = sigmoid(a*(t[:, None] - b)) - Y; np.sum(E*(t[:, None] - b), axis=0)",
            b="E = sigmoid(a*(t[:, None] - b)) - Y; -a*np.sum(E, axis=0)",
        ),
        draw={"Y": "mask"},
    ),
    known(
        "pseudo-likelihood of the Ising model",
        "Besag 1975, eq. (6); Ravikumar, Wainwright & Lafferty 2010, eq. (6)",
        "Z = X@J + h; np.sum(softplus(-2*X*Z))",
        "X N D | J D D | h D",
        gradient=dict(
            J="E = sigmoid(-2*X*(X@J + h)); -2*X.T@(X*E)",
            h="-2*np.sum(X*sigmoid(-2*X*(X@J + h)), axis=0)",
        ),
        draw={"X": "signs"},
    ),
    known(
        "free energy of a restricted Boltzmann machine",
        "Hinton 2012, A Practical Guide to Training RBMs, eq. (25)",
        "-np.sum(V@a) - np.sum(softplus(V@W + b))",
        "V N D | W D H | a D | b H",
        gradient=dict(
            W="-V.T@sigmoid(V@W + b)",
            a="-np.sum(V, axis=0)",
            b="-np.sum(sigmoid(V@W + b), axis=0)",
            V="-a - sigmoid(V@W + b)@W.T",
        ),
        draw={"V": "mask"},
    ),
    known(
        "Hopfield energy",
        "Hopfield 1984, eq. (7), without the gain integral",
        "-s@W@s/2 - b@s",
        "s N | W N N | b N",
        gradient=dict(s="-W@s - b"),
        assume={"W": "symmetric"},
    ),
    known(
        "modern Hopfield energy",
        "Ramsauer et al. 2021, eq. (2)-(3)",
        "x@x/2 - logsumexp(beta*(P@x), axis=0)/beta",
        "x D | P M D | beta",
        gradient=dict(x="x - P.T@softmax(beta*(P@x), axis=0)"),
        hessian=dict(
            x="p = softmax(beta*(P@x), axis=0); "
            "np.eye(D) - beta*P.T@(np.diag(p) - np.outer(p, p))@P"
        ),
        draw={"beta": "positive"},
    ),
    known(
        "planar flow",
        "Rezende & Mohamed 2015, eq. (10)-(12)",
        "-np.sum(np.log(np.abs(1 + (1 - np.tanh(Z@w + b)**2)*(u@w))))",
        "Z N D | w D | u D | b",
        gradient=dict(
            u="t = 1 - np.tanh(Z@w + b)**2; -np.sum(t/(1 + t*(u@w)))*w",
            b="h = np.tanh(Z@w + b); t = 1 - h**2; np.sum(2*h*t*(u@w)/(1 + t*(u@w)))",
        ),
    ),
    known(
        "affine coupling",
        "Dinh, Sohl-Dickstein & Bengio 2017, eq. (7)-(8), tanh scale",
        "s = np.tanh(X@A); Z = Y*np.exp(s) + X@B; np.sum(Z**2)/2 - np.sum(s)",
        "X N D | Y N H | A D H | B D H",
        gradient=dict(
            B="Z = Y*np.exp(np.tanh(X@A)) + X@B; X.T@Z",
            Y="E = np.exp(np.tanh(X@A)); (Y*E + X@B)*E",
            A="s = np.tanh(X@A); E = np.exp(s); X.T@(((Y*E + X@B)*Y*E - 1)*(1 - s**2))",
        ),
    ),
    known(
        "score matching of a Gaussian",
        "Hyvaerinen 2005, eq. (12)-(13)",
        "D = X - m; np.sum((D@P)**2)/(2*N) - np.trace(P)",
        "X N K | m K | P K K",
        gradient=dict(
            P="D = X - m; (D.T@D@P)/N - np.eye(P.shape[0])",
            m="-P@P@np.mean(X - m, axis=0)",
        ),
        assume={"P": "symmetric"},
    ),
    known(
        "denoising",
        "Vincent 2011, eq. (11); Ho, Jain & Abbeel 2020, eq. (14), linear predictor",
        "np.sum((E - (np.sqrt(a)*X + np.sqrt(1 - a)*E)@W)**2)",
        "X N D | E N D | W D D | a",
        gradient=dict(
            W="Z = np.sqrt(a)*X + np.sqrt(1 - a)*E; -2*Z.T@(E - Z@W)",
        ),
        draw={"a": "unit"},
    ),
    known(
        "variational bound of an autoencoder",
        "Kingma & Welling 2014, eq. (10), app. B; linear decoder",
        "Z = M + np.exp(S/2)*E; np.sum((X - Z@W)**2)/2 - np.sum(1 + S - M**2 - np.exp(S))/2",
        "X N D | M N K | S N K | E N K | W K D",
        gradient=dict(
            M="Z = M + np.exp(S/2)*E; -(X - Z@W)@W.T + M",
            S="T = np.exp(S/2)*E; -((X - (M + T)@W)@W.T)*T/2 - (1 - np.exp(S))/2",
            W="Z = M + np.exp(S/2)*E; -Z.T@(X - Z@W)",
        ),
    ),
    known(
        "independent components",
        "Bell & Sejnowski 1995, eq. (14); Hyvaerinen & Oja 2000, eq. (30)",
        "np.sum(np.log(np.cosh(X@W))) - N*np.linalg.slogdet(W)[1]",
        "X N D | W D D",
        gradient=dict(W="X.T@np.tanh(X@W) - N*np.linalg.inv(W).T"),
        draw={"W": "regular"},
    ),
    known(
        "linear dynamical system",
        "Ghahramani & Hinton 1996, eq. (4), identity covariances",
        "np.sum((Y - X@C.T)**2)/2 + np.sum((X[1:] - X[:-1]@A.T)**2)/2",
        "X T K | Y T D | C D K | A K K",
        gradient=dict(
            C="-(Y - X@C.T).T@X",
            A="-(X[1:] - X[:-1]@A.T).T@X[:-1]",
            X="R = X[1:] - X[:-1]@A.T; G = -(Y - X@C.T)@C; G[1:] += R; G[:-1] -= R@A; G",
        ),
        sizes={"T": (3, 6)},
    ),
    known(
        "topic mixture",
        "Hofmann 1999, eq. (4): probabilistic latent semantic analysis",
        "-np.sum(C*np.log(softmax(A, axis=1)@softmax(B, axis=1)))",
        "C N M | A N K | B K M",
        gradient=dict(
            A="P = softmax(A, axis=1); Q = softmax(B, axis=1); G = -(C/(P@Q))@Q.T; "
            "P*(G - np.sum(P*G, axis=1, keepdims=True))",
            B="P = softmax(A, axis=1); Q = softmax(B, axis=1); G = -P.T@(C/(P@Q)); "
            "Q*(G - np.sum(Q*G, axis=1, keepdims=True))",
        ),
        draw={"C": "count"},
    ),
    known(
        "soft k-means",
        "Dempster, Laird & Rubin 1977, sec. 4.3; MacKay 2003, alg. 22.1",
        "-np.sum(np.log(np.sum(np.exp(-b*np.sum((X[:, None, :] - M)**2, axis=2)), axis=1)))/b",
        "X N D | M K D | b",
        gradient=dict(
            M="R = softmax(-b*np.sum((X[:, None, :] - M)**2, axis=2), axis=1); "
            "2*(np.sum(R, axis=0)[:, None]*M - R.T@X)",
        ),
        assume={"b": "positive"},
    ),
]
