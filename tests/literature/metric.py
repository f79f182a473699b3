"""Metric learning and embeddings."""

from tests.literature.entry import known

SECTION = "Metric losses and embeddings"
PAIRS = "X N D | Y N D"
SQUARES = "np.sum((X[:, None, :] - X[None, :, :])**2, axis=2)"

ENTRIES = [
    known(
        "contrastive",
        "Hadsell, Chopra & LeCun 2006, eq. (4)",
        "d = np.sqrt(np.sum((X - Y)**2, axis=1)); np.sum((1 - t)*d**2 + t*relu(m - d)**2)/2",
        PAIRS + " | t N | m",
        gradient=dict(
            X="d = np.sqrt(np.sum((X - Y)**2, axis=1)); "
            "((1 - t) - t*relu(m - d)/d)[:, None]*(X - Y)"
        ),
        draw={"t": "mask", "m": "positive"},
    ),
    known(
        "triplet",
        "Schroff, Kalenichenko & Philbin 2015, eq. (3)",
        "np.sum(relu(np.sum((A - P)**2, axis=1) - np.sum((A - Q)**2, axis=1) + m))",
        "A N D | P N D | Q N D | m",
        gradient=dict(
            A="v = np.sum((A - P)**2, axis=1) - np.sum((A - Q)**2, axis=1) + m > 0; "
            "2*v[:, None]*(Q - P)",
            P="v = np.sum((A - P)**2, axis=1) - np.sum((A - Q)**2, axis=1) + m > 0; "
            "2*v[:, None]*(P - A)",
        ),
    ),
    known(
        "neighbourhood components",
        "Goldberger et al. 2005, eq. (3), (5), given embeddings",
        "S = -" + SQUARES + " - B; -np.sum(Y*softmax(S, axis=1))",
        "X N D | Y N N | B N N",
        gradient=dict(
            X="P = softmax(-np.sum((X[:, None] - X)**2, axis=2) - B, axis=1); "
            "G = P*(Y - np.sum(P*Y, axis=1, keepdims=True)); H = G + G.T; "
            "2*(np.sum(H, axis=1)[:, None]*X - H@X)"
        ),
        draw={"Y": "mask", "B": "positive"},
    ),
    known(
        "noise-contrastive information bound",
        "van den Oord, Li & Vinyals 2018, eq. (4)",
        "S = X@Y.T/t; -np.sum(np.diag(log_softmax(S, axis=1)))/N",
        PAIRS + " | t",
        gradient=dict(
            X="(softmax(X@Y.T/t, axis=1) - np.eye(N))@Y/(N*t)",
            Y="(softmax(X@Y.T/t, axis=1) - np.eye(N)).T@X/(N*t)",
        ),
        draw={"t": "positive"},
    ),
    known(
        "image and text",
        "Radford et al. 2021, fig. 3",
        "S = X@Y.T*np.exp(t); "
        "-np.trace(log_softmax(S, axis=1))/(2*N) - np.trace(log_softmax(S, axis=0))/(2*N)",
        PAIRS + " | t",
        gradient=dict(
            X="S = X@Y.T*np.exp(t); "
            "(softmax(S, axis=1) + softmax(S, axis=0) - 2*np.eye(N))@Y*np.exp(t)/(2*N)",
            t="S = X@Y.T*np.exp(t); "
            "np.sum((softmax(S, axis=1) + softmax(S, axis=0) - 2*np.eye(N))*S)/(2*N)",
        ),
    ),
    known(
        "normalised temperature-scaled cross-entropy",
        "Chen et al. 2020, eq. (1), one direction",
        "U = X/np.linalg.norm(X, axis=1, keepdims=True); "
        "V = Y/np.linalg.norm(Y, axis=1, keepdims=True); "
        "S = U@V.T/t; np.sum(logsumexp(S, axis=1) - np.sum(U*V, axis=1)/t)",
        PAIRS + " | t",
        gradient=dict(
            X="r = np.linalg.norm(X, axis=1, keepdims=True); U = X/r; "
            "V = Y/np.linalg.norm(Y, axis=1, keepdims=True); "
            "G = (softmax(U@V.T/t, axis=1)@V - V)/t; "
            "(G - U*np.sum(U*G, axis=1, keepdims=True))/r"
        ),
        draw={"t": "positive"},
    ),
    known(
        "many negatives",
        "Sohn 2016, eq. (5): N-pair",
        "S = X@Y.T; np.sum(np.log(np.sum(np.exp(S - np.diag(S)[:, None]), axis=1)))",
        PAIRS,
        gradient=dict(
            X="(softmax(X@Y.T, axis=1) - np.eye(N))@Y",
            Y="(softmax(X@Y.T, axis=1) - np.eye(N)).T@X",
        ),
    ),
    known(
        "cosine similarity",
        "Salton & McGill 1983; gradient Luo et al. 2018, eq. (7)",
        "x@y/(np.linalg.norm(x)*np.linalg.norm(y))",
        "x N | y N",
        gradient=dict(
            x="a = np.linalg.norm(x); b = np.linalg.norm(y); y/(a*b) - (x@y)*x/(a**3*b)",
        ),
    ),
    known(
        "Mahalanobis",
        "Xing et al. 2003, eq. (1)",
        "d = x - y; np.sqrt(d@M@d)",
        "x N | y N | M N N",
        gradient=dict(
            M="d = x - y; np.outer(d, d)/(2*np.sqrt(d@M@d))",
            x="d = x - y; M@d/np.sqrt(d@M@d)",
        ),
        assume={"M": "spd"},
    ),
    known(
        "large-margin nearest neighbours",
        "Weinberger & Saul 2009, eq. (13), one linear map",
        "P = (A - B)@L; Q = (A - C)@L; "
        "np.sum(P**2) + np.sum(relu(1 + np.sum(P**2, axis=1) - np.sum(Q**2, axis=1)))",
        "A N D | B N D | C N D | L D K",
        gradient=dict(
            L="P = A - B; Q = A - C; v = 1.0*(np.sum((P@L)**2, axis=1) - np.sum((Q@L)**2, axis=1)"
            " + 1 > 0)[:, None]; 2*(P.T@P + P.T@(v*P) - Q.T@(v*Q))@L"
        ),
    ),
    known(
        "centre loss",
        "Wen et al. 2016, eq. (2)-(3)",
        "np.sum((X - Y@C)**2)/2",
        "X N D | Y N K | C K D",
        gradient=dict(X="X - Y@C", C="Y.T@(Y@C - X)"),
        assume={"Y": "one_hot"},
    ),
    known(
        "circle loss",
        "Sun et al. 2020, eq. (1), fixed weights",
        "np.log(1 + np.sum(np.exp(g*(q + m)))*np.sum(np.exp(-g*p)))",
        "p N | q M | g | m",
        gradient=dict(
            p="Z = np.sum(np.exp(g*(q + m)))*np.sum(np.exp(-g*p)); "
            "-g*Z/(1 + Z)*softmax(-g*p, axis=0)",
            q="Z = np.sum(np.exp(g*(q + m)))*np.sum(np.exp(-g*p)); "
            "g*Z/(1 + Z)*softmax(g*q, axis=0)",
        ),
    ),
    known(
        "redundancy reduction",
        "Zbontar et al. 2021, eq. (1)-(2), without the normalisation",
        "C = X.T@Y/N; np.sum((np.diag(C) - 1)**2) + l*np.sum((C - np.diag(np.diag(C)))**2)",
        PAIRS + " | l",
        gradient=dict(
            X="C = X.T@Y/N; d = np.diag(np.diag(C)); 2*Y@(d - np.eye(D) + l*(C - d)).T/N",
        ),
    ),
    known(
        "variance and covariance",
        "Bardes, Ponce & LeCun 2022, eq. (1)-(4), without off-diagonal masking",
        "A = X - np.mean(X, axis=0); C = A.T@A/(N - 1); np.sum(C**2)/D + np.sum((X - Y)**2)/N",
        PAIRS,
        gradient=dict(
            X="A = X - np.mean(X, axis=0); C = A.T@A/(N - 1); 4*A@C/(D*(N - 1)) + 2*(X - Y)/N",
        ),
    ),
    known(
        "multidimensional scaling",
        "Kruskal 1964, eq. (1); De Leeuw 1977: raw stress",
        "np.sum(W*(np.sqrt(" + SQUARES + " + e) - T)**2)",
        "X N D | W N N | T N N | e",
        gradient=dict(
            X="d = np.sqrt(np.sum((X[:, None] - X)**2, axis=2) + e); G = W*(d - T)/d; H = G + G.T; "
            "2*(np.sum(H, axis=1)[:, None]*X - H@X)"
        ),
        draw={"T": "distances", "e": "positive"},
    ),
    known(
        "stochastic neighbours",
        "Hinton & Roweis 2003, eq. (4)-(5), with P and the diagonal excluded by B",
        "S = -" + SQUARES + " - B; -np.sum(P*log_softmax(S, axis=1))",
        "X N D | P N N | B N N",
        gradient=dict(
            X="Q = softmax(-np.sum((X[:, None] - X)**2, axis=2) - B, axis=1); "
            "G = P - Q; H = G + G.T; 2*(np.sum(H, axis=1)[:, None]*X - H@X)"
        ),
        assume={"P": "simplex"},
        draw={"B": "positive"},
    ),
    known(
        "t-distributed stochastic neighbours",
        "van der Maaten & Hinton 2008, eq. (2)-(5), app. A",
        "K = (1 - np.eye(N))/(1 + " + SQUARES + "); -np.sum(P*np.log(K + np.eye(N)))"
        " + np.sum(P)*np.log(np.sum(K))",
        "X N D | P N N",
        gradient=dict(
            X="K = (1 - np.eye(N))/(1 + np.sum((X[:, None] - X)**2, axis=2)); "
            "G = (P - np.sum(P)*K/np.sum(K))*K; 4*(np.sum(G, axis=1)[:, None]*X - G@X)"
        ),
        assume={"P": "symmetric"},
        draw={"P": "affinity"},
    ),
    known(
        "Laplacian eigenmaps",
        "Belkin & Niyogi 2003, eq. (3.1)",
        "np.trace(Y.T@(np.diag(np.sum(W, axis=1)) - W)@Y)",
        "Y N K | W N N",
        gradient=dict(Y="2*(np.diag(np.sum(W, axis=1)) - W)@Y"),
        assume={"W": "symmetric"},
    ),
    known(
        "negative sampling",
        "Mikolov et al. 2013, eq. (4)",
        "-np.sum(np.log(sigmoid(np.sum(V*U, axis=1)))) - np.sum(np.log(sigmoid(-V@C.T)))",
        "V N D | U N D | C M D",
        gradient=dict(
            V="-sigmoid(-np.sum(V*U, axis=1))[:, None]*U + sigmoid(V@C.T)@C",
            U="-sigmoid(-np.sum(V*U, axis=1))[:, None]*V",
            C="sigmoid(V@C.T).T@V",
        ),
    ),
    known(
        "translation of entities",
        "Bordes et al. 2013, eq. (1), squared distance",
        "np.sum(relu(g + np.sum((H + R - T)**2, axis=1) - np.sum((S + R - T)**2, axis=1)))",
        "H N D | R N D | T N D | S N D | g",
        gradient=dict(
            H="v = g + np.sum((H + R - T)**2, axis=1) - np.sum((S + R - T)**2, axis=1) > 0; "
            "2*v[:, None]*(H + R - T)",
            R="v = g + np.sum((H + R - T)**2, axis=1) - np.sum((S + R - T)**2, axis=1) > 0; "
            "2*v[:, None]*(H - S)",
        ),
    ),
    known(
        "diagonal bilinear scores",
        "Yang et al. 2015, eq. (3), logistic loss",
        "s = np.sum(H*R*T, axis=1); np.sum(softplus(-y*s))",
        "H N D | R N D | T N D | y N",
        gradient=dict(
            R="s = np.sum(H*R*T, axis=1); (-y*sigmoid(-y*s))[:, None]*H*T",
            H="s = np.sum(H*R*T, axis=1); (-y*sigmoid(-y*s))[:, None]*R*T",
        ),
        draw={"y": "signs"},
    ),
]
