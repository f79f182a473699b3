"""Divergences, entropies and optimal transport."""

from tests.literature.entry import known

SECTION = "Divergences"
POSITIVE = {"p": "positive", "q": "positive"}

ENTRIES = [
    known(
        "Kullback-Leibler",
        "Kullback & Leibler 1951, eq. (2.4)",
        "np.sum(p*np.log(p/q))",
        "p N | q N",
        gradient=dict(p="np.log(p/q) + 1", q="-p/q"),
        hessian=dict(q="np.diag(p/q**2)"),
        assume=POSITIVE,
    ),
    known(
        "Kullback-Leibler of a softmax",
        "Cover & Thomas 2006, Elements of Information Theory, eq. (2.26)",
        "p = softmax(z, axis=0); np.sum(p*np.log(p/q))",
        "z N | q N",
        gradient=dict(
            z="p = softmax(z, axis=0); d = np.log(p/q); p*(d - np.sum(p*d))",
        ),
        assume={"q": "positive"},
    ),
    known(
        "entropy of a softmax",
        "Mnih et al. 2016, sec. 4: entropy bonus",
        "p = softmax(z, axis=0); -np.sum(p*np.log(p))",
        "z N",
        gradient=dict(z="p = softmax(z, axis=0); -p*(np.log(p) - np.sum(p*np.log(p)))"),
    ),
    known(
        "Kullback-Leibler of two softmaxes",
        "Amari & Nagaoka 2000, Methods of Information Geometry, eq. (3.35)",
        "np.sum(softmax(a, axis=0)*(log_softmax(a, axis=0) - log_softmax(b, axis=0)))",
        "a N | b N",
        gradient=dict(
            a="p = softmax(a, axis=0); d = np.log(p) - log_softmax(b, axis=0); p*(d - p@d)",
            b="softmax(b, axis=0) - softmax(a, axis=0)",
        ),
    ),
    known(
        "Jensen-Shannon",
        "Lin 1991, eq. (3.1)",
        "m = (p + q)/2; np.sum(p*np.log(p/m) + q*np.log(q/m))/2",
        "p N | q N",
        gradient=dict(p="np.log(2*p/(p + q))/2", q="np.log(2*q/(p + q))/2"),
        assume=POSITIVE,
    ),
    known(
        "Itakura-Saito",
        "Itakura & Saito 1968; Fevotte, Bertin & Durrieu 2009, eq. (2.1)",
        "np.sum(p/q - np.log(p/q) - 1)",
        "p N | q N",
        gradient=dict(p="1/q - 1/p", q="1/q - p/q**2"),
        assume=POSITIVE,
    ),
    known(
        "Bregman of the negative entropy",
        "Bregman 1967; Banerjee et al. 2005, table 1",
        "np.sum(p*np.log(p)) - np.sum(q*np.log(q)) - np.sum((p - q)*(np.log(q) + 1))",
        "p N | q N",
        gradient=dict(p="np.log(p) - np.log(q)", q="(q - p)/q"),
        assume=POSITIVE,
    ),
    known(
        "Hellinger",
        "Csiszar & Shields 2004, Information Theory and Statistics, sec. 4",
        "np.sum((np.sqrt(p) - np.sqrt(q))**2)/2",
        "p N | q N",
        gradient=dict(p="(1 - np.sqrt(q/p))/2"),
        assume=POSITIVE,
    ),
    known(
        "Bhattacharyya",
        "Bhattacharyya 1943; Kailath 1967, eq. (5)",
        "-np.log(np.sum(np.sqrt(p*q)))",
        "p N | q N",
        gradient=dict(p="-np.sqrt(q/p)/(2*np.sum(np.sqrt(p*q)))"),
        assume=POSITIVE,
    ),
    known(
        "chi squared",
        "Csiszar & Shields 2004, Information Theory and Statistics, sec. 4",
        "np.sum((p - q)**2/q)",
        "p N | q N",
        gradient=dict(p="2*(p - q)/q", q="1 - p**2/q**2"),
        assume=POSITIVE,
    ),
    known(
        "alpha divergence",
        "Cichocki & Amari 2010, eq. (14), alpha = 3",
        "np.sum(p**3/q**2 - 3*p + 2*q)/6",
        "p N | q N",
        gradient=dict(p="(p**2/q**2 - 1)/2", q="(1 - p**3/q**3)/3"),
        assume=POSITIVE,
    ),
    known(
        "Gaussian, diagonal",
        "Kingma & Welling 2014, app. B",
        "-np.sum(1 + s - m**2 - np.exp(s))/2",
        "m N | s N",
        gradient=dict(m="m", s="(np.exp(s) - 1)/2"),
        hessian=dict(s="np.diag(np.exp(s))/2"),
    ),
    known(
        "Gaussians",
        "Rasmussen & Williams 2006, Gaussian Processes for Machine Learning, eq. (A.23)",
        "Z = np.linalg.inv(T); (np.trace(Z@S) + (n - m)@Z@(n - m) - D"
        " + np.linalg.slogdet(T)[1] - np.linalg.slogdet(S)[1])/2",
        "m D | n D | S D D | T D D",
        gradient=dict(
            m="np.linalg.inv(T)@(m - n)",
            S="(np.linalg.inv(T) - np.linalg.inv(S))/2",
            T="Z = np.linalg.inv(T); (Z - Z@(S + np.outer(n - m, n - m))@Z)/2",
        ),
        assume={"S": "spd", "T": "spd"},
    ),
    known(
        "log-det divergence",
        "Kulis, Sustik & Dhillon 2009, eq. (2.3)",
        "Z = X@np.linalg.inv(Y); np.trace(Z) - np.linalg.slogdet(Z)[1] - N",
        "X N N | Y N N",
        gradient=dict(
            X="np.linalg.inv(Y) - np.linalg.inv(X)",
            Y="Z = np.linalg.inv(Y); Z - Z@X@Z",
        ),
        assume={"X": "spd", "Y": "spd"},
    ),
    known(
        "S-divergence",
        "Sra 2016, eq. (1.1)",
        "np.linalg.slogdet((X + Y)/2)[1] - np.linalg.slogdet(X@Y)[1]/2",
        "X N N | Y N N",
        gradient=dict(X="np.linalg.inv(X + Y) - np.linalg.inv(X)/2"),
        assume={"X": "spd", "Y": "spd"},
    ),
    known(
        "two-Wasserstein of diagonal Gaussians",
        "Givens & Shortt 1984, prop. 7",
        "np.sum((m - n)**2) + np.sum((np.sqrt(u) - np.sqrt(v))**2)",
        "m N | n N | u N | v N",
        gradient=dict(m="2*(m - n)", u="1 - np.sqrt(v/u)"),
        assume={"u": "positive", "v": "positive"},
    ),
    known(
        "entropic transport",
        "Cuturi 2013, eq. (2); Peyre & Cuturi 2019, eq. (4.2)",
        "np.sum(P*C) + eps*np.sum(P*(np.log(P) - 1))",
        "P N M | C N M | eps",
        gradient=dict(P="C + eps*np.log(P)"),
        assume={"P": "positive"},
        draw={"eps": "positive"},
    ),
    known(
        "entropic transport, dual",
        "Peyre & Cuturi 2019, Computational Optimal Transport, prop. 4.4",
        "f@a + g@b - eps*np.sum(np.exp((f[:, None] + g[None, :] - C)/eps))",
        "f N | g M | a N | b M | C N M | eps",
        gradient=dict(
            f="a - np.sum(np.exp((f[:, None] + g - C)/eps), axis=1)",
            g="b - np.sum(np.exp((f[:, None] + g - C)/eps), axis=0)",
        ),
        draw={"eps": "positive"},
    ),
    known(
        "entropic transport, semi-dual",
        "Genevay et al. 2016, eq. (4)-(5)",
        "g@b - eps*np.sum(a*logsumexp((g[None, :] - C)/eps, axis=1))",
        "g M | a N | b M | C N M | eps",
        gradient=dict(g="b - softmax((g - C)/eps, axis=1).T@a"),
        draw={"eps": "positive"},
    ),
    known(
        "maximum mean discrepancy",
        "Gretton et al. 2012, eq. (5), Gaussian kernel, biased, without the term in Y alone",
        "A = np.sum((X[:, None, :] - X[None, :, :])**2, axis=2); "
        "B = np.sum((X[:, None, :] - Y[None, :, :])**2, axis=2); "
        "np.mean(np.exp(-A/2)) - 2*np.mean(np.exp(-B/2))",
        "X N D | Y M D",
        gradient=dict(
            X="K = np.exp(-np.sum((X[:, None] - X)**2, axis=2)/2); "
            "L = np.exp(-np.sum((X[:, None] - Y)**2, axis=2)/2); "
            "-2*(np.sum(K, axis=1)[:, None]*X - K@X)/N**2"
            " + 2*(np.sum(L, axis=1)[:, None]*X - L@Y)/(N*M)",
        ),
    ),
    known(
        "centred kernel alignment",
        "Gretton et al. 2005, eq. (9): Hilbert-Schmidt independence criterion",
        "H = np.eye(N) - np.ones((N, N))/N; np.trace(K@H@L@H)",
        "K N N | L N N",
        gradient=dict(K="H = np.eye(N) - np.ones((N, N))/N; (H@L@H).T"),
    ),
]
