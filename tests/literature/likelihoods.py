"""Negative log-likelihoods and log-densities."""

from tests.literature.entry import known

SECTION = "Likelihoods"
BISHOP = "Bishop 2006, Pattern Recognition and Machine Learning, "
GAUSS = "X N P | m P"

ENTRIES = [
    known(
        "Gaussian mean",
        BISHOP + "eq. (2.118), (2.120)",
        "D = X - m; np.sum((D@np.linalg.inv(S))*D)/2",
        GAUSS + " | S P P",
        gradient=dict(m="-np.linalg.inv(S)@np.sum(X - m, axis=0)"),
        hessian=dict(m="N*np.linalg.inv(S)"),
        assume={"S": "spd"},
    ),
    known(
        "Gaussian covariance",
        BISHOP + "eq. (2.118), ex. 2.34",
        "D = X - m; N*np.linalg.slogdet(S)[1]/2 + np.trace(D@np.linalg.inv(S)@D.T)/2",
        GAUSS + " | S P P",
        gradient=dict(
            S="D = X - m; Z = np.linalg.inv(S); N*Z/2 - Z@D.T@D@Z/2",
            m="-np.linalg.inv(S)@np.sum(X - m, axis=0)",
        ),
        assume={"S": "spd"},
    ),
    known(
        "Gaussian precision",
        "Banerjee, El Ghaoui & d'Aspremont 2008, eq. (1), without the penalty",
        "np.trace(S@P) - np.linalg.slogdet(P)[1]",
        "P D D | S D D",
        gradient=dict(P="S - np.linalg.inv(P)"),
        assume={"P": "spd", "S": "symmetric"},
    ),
    known(
        "graphical lasso",
        "Friedman, Hastie & Tibshirani 2008, eq. (1)-(2)",
        "np.trace(S@P) - np.linalg.slogdet(P)[1] + rho*np.sum(np.abs(P))",
        "P D D | S D D | rho",
        gradient=dict(P="S - np.linalg.inv(P) + rho*np.sign(P)"),
        assume={"P": "spd", "S": "symmetric"},
    ),
    known(
        "Gaussian by a Cholesky factor of the precision",
        "Pinheiro & Bates 1996, sec. 2; Magnus & Neudecker 2019, sec. 15.3",
        "D = X - m; np.sum((D@L)**2)/2 - N*np.linalg.slogdet(L)[1]",
        GAUSS + " | L P P",
        gradient=dict(L="D = X - m; D.T@D@L - N*np.linalg.inv(L).T"),
        draw={"L": "regular"},
    ),
    known(
        "Gaussian, mean and variance",
        BISHOP + "eq. (1.54)",
        "np.sum((x - m)**2)/(2*v) + N*np.log(2*np.pi*v)/2",
        "x N | m | v",
        gradient=dict(
            m="-np.sum(x - m)/v",
            v="N/(2*v) - np.sum((x - m)**2)/(2*v**2)",
        ),
        hessian=dict(v="np.sum((x - m)**2)/v**3 - N/(2*v**2)", m="N/v"),
        assume={"v": "positive"},
    ),
    known(
        "heteroscedastic Gaussian",
        "Nix & Weigend 1994, eq. (2); Kendall & Gal 2017, eq. (8)",
        "np.mean((y - f)**2*np.exp(-s)/2 + s/2)",
        "y N | f N | s N",
        gradient=dict(
            f="-(y - f)*np.exp(-s)/N",
            s="(1 - (y - f)**2*np.exp(-s))/(2*N)",
        ),
    ),
    known(
        "multivariate t",
        "Lange, Little & Taylor 1989, eq. (1)",
        "D = X - m; q = np.sum((D@np.linalg.inv(S))*D, axis=1); "
        "N*np.linalg.slogdet(S)[1]/2 + (nu + P)*np.sum(np.log(1 + q/nu))/2",
        "X N P | m P | S P P | nu",
        gradient=dict(
            m="D = X - m; Z = np.linalg.inv(S); u = (nu + P)/(nu + np.sum(D@Z*D, axis=1)); "
            "-Z@D.T@u",
            S="D = X - m; Z = np.linalg.inv(S); u = (nu + P)/(nu + np.sum(D@Z*D, axis=1)); "
            "N*Z/2 - Z@D.T@np.diag(u)@D@Z/2",
        ),
        assume={"S": "spd", "nu": "positive"},
    ),
    known(
        "Student t",
        BISHOP + "eq. (2.159)",
        "np.sum((nu + 1)*np.log(1 + l*(x - m)**2/nu)/2 - np.log(l)/2)",
        "x N | m | l | nu",
        gradient=dict(
            m="-np.sum((nu + 1)*l*(x - m)/(nu + l*(x - m)**2))",
            l="np.sum((nu + 1)*(x - m)**2/(nu + l*(x - m)**2)/2 - 1/(2*l))",
        ),
        assume={"l": "positive", "nu": "positive"},
    ),
    known(
        "Gaussian mixture",
        BISHOP + "eq. (9.14), (9.16), unit covariances, softmax weights",
        "Q = np.sum((X[:, None, :] - M[None, :, :])**2, axis=2); "
        "-np.sum(logsumexp(log_softmax(a, axis=0) - Q/2, axis=1))",
        "X N D | M K D | a K",
        gradient=dict(
            M="Q = np.sum((X[:, None, :] - M)**2, axis=2); R = softmax(a - Q/2, axis=1); "
            "np.sum(R, axis=0)[:, None]*M - R.T@X",
            a="Q = np.sum((X[:, None, :] - M)**2, axis=2); R = softmax(a - Q/2, axis=1); "
            "N*softmax(a, axis=0) - np.sum(R, axis=0)",
        ),
    ),
    known(
        "scale mixture",
        BISHOP + "eq. (9.14), (9.24), known means",
        "-np.sum(np.log(np.sum(p/np.sqrt(2*np.pi*v)*np.exp(-(x[:, None] - m)**2/(2*v)), axis=1)))",
        "x N | m K | v K | p K",
        gradient=dict(
            v="E = (x[:, None] - m)**2; G = p/np.sqrt(2*np.pi*v)*np.exp(-E/(2*v)); "
            "R = G/np.sum(G, axis=1, keepdims=True); np.sum(R*(1/(2*v) - E/(2*v**2)), axis=0)",
            p="E = (x[:, None] - m)**2; G = p/np.sqrt(2*np.pi*v)*np.exp(-E/(2*v)); "
            "-np.sum(G/np.sum(G, axis=1, keepdims=True), axis=0)/p",
        ),
        assume={"v": "positive", "p": "positive"},
    ),
    known(
        "exponential family",
        BISHOP + "eq. (2.194), (2.226), Bernoulli sufficient statistics",
        "np.sum(softplus(e)) - np.sum(T@e)/N",
        "e D | T N D",
        gradient=dict(e="sigmoid(e) - np.mean(T, axis=0)"),
        hessian=dict(e="np.diag(sigmoid(e)*(1 - sigmoid(e)))"),
        draw={"T": "mask"},
    ),
    known(
        "maximum entropy",
        "Berger, Della Pietra & Della Pietra 1996, eq. (10)-(12)",
        "logsumexp(F@l, axis=0) - c@l",
        "F M K | l K | c K",
        gradient=dict(l="F.T@softmax(F@l, axis=0) - c"),
        hessian=dict(l="p = softmax(F@l, axis=0); F.T@(np.diag(p) - np.outer(p, p))@F"),
    ),
    known(
        "von Mises direction",
        BISHOP + "eq. (2.179), (2.182)",
        "-k*np.sum(np.cos(x - m))",
        "x N | m | k",
        gradient=dict(m="-k*np.sum(np.sin(x - m))", k="-np.sum(np.cos(x - m))"),
        hessian=dict(m="k*np.sum(np.cos(x - m))"),
    ),
    known(
        "Laplace",
        "Kotz, Kozubowski & Podgorski 2001, eq. (2.6.1)",
        "np.sum(np.abs(x - m))/b + N*np.log(2*b)",
        "x N | m | b",
        gradient=dict(
            m="-np.sum(np.sign(x - m))/b",
            b="N/b - np.sum(np.abs(x - m))/b**2",
        ),
        assume={"b": "positive"},
    ),
    known(
        "Weibull",
        "Lawless 2003, Statistical Models and Methods for Lifetime Data, eq. (5.2.1), log scale",
        "z = (y - u)/b; np.sum(np.exp(z) - z + np.log(b))",
        "y N | u | b",
        gradient=dict(
            u="z = (y - u)/b; np.sum(1 - np.exp(z))/b",
            b="z = (y - u)/b; np.sum(z - z*np.exp(z) + 1)/b",
        ),
        assume={"b": "positive"},
    ),
    known(
        "Gaussian process evidence",
        "Rasmussen & Williams 2006, Gaussian Processes for Machine Learning, eq. (5.8)-(5.9)",
        "K = s*np.exp(-Q/(2*l)) + v*np.eye(N); y@np.linalg.inv(K)@y/2 + np.linalg.slogdet(K)[1]/2",
        "Q N N | y N | s | l | v",
        gradient=dict(
            s="E = np.exp(-Q/(2*l)); Z = np.linalg.inv(s*E + v*np.eye(N)); a = Z@y; "
            "np.trace((Z - np.outer(a, a))@E)/2",
            l="E = s*np.exp(-Q/(2*l)); Z = np.linalg.inv(E + v*np.eye(N)); a = Z@y; "
            "np.trace((Z - np.outer(a, a))@(E*Q/(2*l**2)))/2",
            v="Z = np.linalg.inv(s*np.exp(-Q/(2*l)) + v*np.eye(N)); a = Z@y; "
            "np.trace(Z - np.outer(a, a))/2",
        ),
        assume={"s": "positive", "l": "positive", "v": "positive"},
        draw={"Q": "distances", "v": "positive"},
    ),
    known(
        "Bayesian linear regression evidence",
        BISHOP + "eq. (3.77)-(3.79)",
        "S = v*np.eye(N) + u*X@X.T; (np.linalg.slogdet(S)[1] + y@np.linalg.solve(S, y))/2",
        "X N D | y N | u | v",
        gradient=dict(
            u="Z = np.linalg.inv(v*np.eye(N) + u*X@X.T); "
            "(np.trace(X.T@Z@X) - np.sum((X.T@Z@y)**2))/2",
            v="Z = np.linalg.inv(v*np.eye(N) + u*X@X.T); (np.trace(Z) - y@Z@Z@y)/2",
        ),
        assume={"u": "positive", "v": "positive"},
    ),
    known(
        "factor analysis",
        "Joereskog 1967, eq. (9), (18)",
        "C = W@W.T + np.diag(p); np.linalg.slogdet(C)[1] + np.trace(np.linalg.inv(C)@S)",
        "W D K | p D | S D D",
        gradient=dict(
            W="C = W@W.T + np.diag(p); Z = np.linalg.inv(C); 2*Z@(C - S)@Z@W",
            p="C = W@W.T + np.diag(p); Z = np.linalg.inv(C); np.diag(Z@(C - S)@Z)",
        ),
        assume={"p": "positive", "S": "symmetric"},
    ),
    known(
        "probabilistic principal components",
        "Tipping & Bishop 1999, eq. (4)-(5), app. A",
        "C = W@W.T + v*np.eye(D); (np.linalg.slogdet(C)[1] + np.trace(np.linalg.inv(C)@S))*n/2",
        "W D K | v | S D D | n",
        gradient=dict(
            W="Z = np.linalg.inv(W@W.T + v*np.eye(D)); n*(Z@W - Z@S@Z@W)",
            v="Z = np.linalg.inv(W@W.T + v*np.eye(D)); n*np.trace(Z - Z@S@Z)/2",
        ),
        assume={"v": "positive", "S": "symmetric"},
    ),
]
