"""Normalisation layers: by their input, gain and bias."""

from tests.claims.pair import pair

SECTION = "Normalisation"

XU = "Ba, Kiros & Hinton 2016, eq. (3); gradient Xu et al. 2019, eq. (6)"
LAYER = (
    "m = np.mean(x, axis=1, keepdims=True); s = np.sqrt(np.var(x, axis=1, keepdims=True) + eps); "
    "z = (x - m)/s; "
)
LAYER_INDEX = (
    "mu[n] = mean[j](x[n,j])\n"
    "r[n] = 1/sqrt(mean[j]((x[n,j] - mu[n])^2) + eps)\n"
    "z[n,i] = (x[n,i] - mu[n])*r[n]\n"
    "L = sum[n,i](G[n,i]*(g[i]*z[n,i] + b[i]))"
)
WITH_GAIN = "x N D | G N D | g D | b D | eps"
BATCH = (
    "m = np.mean(x, axis=0); s = np.sqrt(np.var(x, axis=0) + eps); z = (x - m)/s; "
    "np.sum(G*(g*z + b))"
)
EPS = {"eps": "positive"}
STD = "s = np.sqrt(np.var(x, axis=1, keepdims=True) + eps); "
NORM = "r = np.sqrt(np.sum(X**2, axis=1, keepdims=True) + eps); "
ROW_MEAN = "np.mean({}, axis=1, keepdims=True)"

PAIRS = [
    pair(
        "layer normalisation without gain",
        XU,
        LAYER + "np.sum(G*z)",
        "x N D | G N D | eps",
        wrt="x",
        assume=EPS,
        right=[
            STD + f"(G - {ROW_MEAN.format('G')} - z*{ROW_MEAN.format('G*z')})/s",
            STD + "q = np.sum(G*z, axis=1, keepdims=True); "
            "(D*G - np.sum(G, axis=1, keepdims=True) - z*q)/(D*s)",
            STD + f"c = G - {ROW_MEAN.format('G')}; e = z*s; c/s - e*{ROW_MEAN.format('G*e')}/s**3",
            "v[n] = mean[i]((x[n,i] - mean[j](x[n,j]))^2) + eps\n"
            "x_bar[n,i] = (G[n,i] - mean[j](G[n,j]))/sqrt(v[n])"
            " - z[n,i]*mean[j](G[n,j]*z[n,j])/sqrt(v[n])",
        ],
        wrong=[
            ("normalisation path", STD + "G/s"),
            ("normalisation path/missing term", STD + f"(G - {ROW_MEAN.format('G')})/s"),
            ("normalisation path/missing term", STD + f"(G - z*{ROW_MEAN.format('G*z')})/s"),
            (
                "factor",
                STD + f"(G - np.sum(G, axis=1, keepdims=True) - z*{ROW_MEAN.format('G*z')})/s",
            ),
            ("sign", STD + f"(G - {ROW_MEAN.format('G')} + z*{ROW_MEAN.format('G*z')})/s"),
            (
                "wrong axis",
                STD + f"(G - np.mean(G, axis=0, keepdims=True) - z*{ROW_MEAN.format('G*z')})/s",
            ),
            ("power", STD + f"(G - {ROW_MEAN.format('G')} - z*{ROW_MEAN.format('G*z')})/s**2"),
            ("power", STD + f"(G - {ROW_MEAN.format('G')} - z**2*{ROW_MEAN.format('G*z')})/s"),
            (
                "missing term/assumption",
                "m = np.mean(x, axis=1, keepdims=True); s = np.std(x, axis=1, keepdims=True); "
                f"z = (x - m)/s; (G - {ROW_MEAN.format('G')} - z*{ROW_MEAN.format('G*z')})/s",
            ),
            ("missing sum or mean", STD + f"(G - {ROW_MEAN.format('G')} - z*G*z)/s"),
            (
                "extra sum or mean/wrong axis",
                STD + f"(G - np.mean(G) - z*{ROW_MEAN.format('G*z')})/s",
            ),
        ],
    ),
    pair(
        "layer normalisation with gain and bias",
        XU,
        LAYER_INDEX,
        WITH_GAIN,
        wrt="x",
        assume=EPS,
        right=[
            "w[n,i] = G[n,i]*g[i]\n"
            "x_bar[n,i] = r[n]*(w[n,i] - mean[j](w[n,j]) - z[n,i]*mean[j](w[n,j]*z[n,j]))",
            "x_bar[n,i] = r[n]/D*(D*G[n,i]*g[i] - sum[j](G[n,j]*g[j])"
            " - z[n,i]*sum[j](G[n,j]*g[j]*z[n,j]))",
            "w = G*g; r[:, None]*(w - np.mean(w, axis=1, keepdims=True)"
            " - z*np.mean(w*z, axis=1, keepdims=True))",
            "w = G*g; c = w - np.mean(w, axis=1)[:, None]; "
            "r[:, None]*c - (r*np.mean(w*z, axis=1))[:, None]*z",
        ],
        wrong=[
            (
                "factor/order",
                "x_bar[n,i] = g[i]*r[n]*(G[n,i] - mean[j](G[n,j]) - z[n,i]*mean[j](G[n,j]*z[n,j]))",
            ),
            (
                "factor",
                "x_bar[n,i] = r[n]*(G[n,i] - mean[j](G[n,j]) - z[n,i]*mean[j](G[n,j]*z[n,j]))",
            ),
            ("normalisation path", "x_bar[n,i] = r[n]*G[n,i]*g[i]"),
            (
                "factor",
                "w[n,i] = G[n,i]*g[i]\n"
                "x_bar[n,i] = r[n]*(w[n,i] - mean[j](w[n,j]) - z[n,i]*sum[j](w[n,j]*z[n,j]))",
            ),
            (
                "sign",
                "w[n,i] = G[n,i]*g[i]\n"
                "x_bar[n,i] = r[n]*(w[n,i] + mean[j](w[n,j]) - z[n,i]*mean[j](w[n,j]*z[n,j]))",
            ),
        ],
    ),
    pair(
        "layer normalisation, its gain",
        "Ba, Kiros & Hinton 2016, eq. (4)",
        LAYER_INDEX,
        WITH_GAIN,
        wrt="g",
        assume=EPS,
        right=[
            "g_bar[i] = sum[n](G[n,i]*z[n,i])",
            "g_bar[i] = sum[n](G[n,i]*(x[n,i] - mu[n])*r[n])",
            "np.sum(G*z, axis=0)",
            "np.einsum('ni,ni->i', G, z)",
        ],
        wrong=[
            ("wrong variable", "g_bar[i] = sum[n](G[n,i])"),
            ("factor/extra sum or mean", "g_bar[i] = mean[n](G[n,i]*z[n,i])"),
            ("factor/chain rule", "g_bar[i] = sum[n](G[n,i]*(x[n,i] - mu[n]))"),
            ("missing term", "g_bar[i] = sum[n](G[n,i]*x[n,i]*r[n])"),
            ("factor", "np.sum(G*g*z, axis=0)"),
        ],
    ),
    pair(
        "layer normalisation, its bias",
        "Ba, Kiros & Hinton 2016, eq. (4)",
        LAYER_INDEX,
        WITH_GAIN,
        wrt="b",
        assume=EPS,
        right=["b_bar[i] = sum[n](G[n,i])", "np.sum(G, axis=0)", "np.ones(N)@G"],
        wrong=[
            ("factor", "np.mean(G, axis=0)"),
            ("wrong variable", "np.sum(G*z, axis=0)"),
            ("factor", "b_bar[i] = g[i]*sum[n](G[n,i])"),
            ("factor", "G.T@r"),
        ],
    ),
    pair(
        "batch normalisation in training",
        "Ioffe & Szegedy 2015, alg. 1 and the equations of sec. 3",
        BATCH,
        WITH_GAIN,
        wrt="x",
        assume=EPS,
        right=[
            "g/s*(G - np.mean(G, axis=0) - z*np.mean(G*z, axis=0))",
            "g*(N*G - np.sum(G, axis=0) - z*np.sum(G*z, axis=0))/(N*s)",
            "h = G*g; dv = -np.sum(h*(x - m), axis=0)/(2*s**3); dm = -np.sum(h, axis=0)/s; "
            "h/s + dv*2*(x - m)/N + dm/N",
            "x_bar[n,d] = g[d]/s[d]*(G[n,d] - mean[a](G[a,d]) - z[n,d]*mean[a](G[a,d]*z[a,d]))",
        ],
        wrong=[
            ("normalisation path", "g*G/s"),
            ("normalisation path/missing term", "g/s*(G - z*np.mean(G*z, axis=0))"),
            (
                "normalisation path/missing term",
                "h = G*g; dm = -np.sum(h, axis=0)/s; h/s + dm/N",
            ),
            (
                "power",
                "h = G*g; dv = -np.sum(h*(x - m), axis=0)/(2*s); dm = -np.sum(h, axis=0)/s; "
                "h/s + dv*2*(x - m)/N + dm/N",
            ),
            (
                "factor",
                "h = G*g; dv = -np.sum(h*(x - m), axis=0)/(2*s**3); dm = -np.sum(h, axis=0)/s; "
                "h/s + dv*(x - m)/N + dm/N",
            ),
            (
                "sign",
                "h = G*g; dv = np.sum(h*(x - m), axis=0)/(2*s**3); dm = -np.sum(h, axis=0)/s; "
                "h/s + dv*2*(x - m)/N + dm/N",
            ),
            ("factor", "1/s*(G - np.mean(G, axis=0) - z*np.mean(G*z, axis=0))"),
            (
                "wrong axis",
                "g/s*(G - np.mean(G, axis=1, keepdims=True) - z*np.mean(G*z, axis=0))",
            ),
        ],
    ),
    pair(
        "batch normalisation in use",
        "Ioffe & Szegedy 2015, alg. 2: the statistics are frozen",
        "np.sum(G*(g*(x - m)/np.sqrt(v + eps) + b))",
        "x N D | G N D | g D | b D | m D | v D | eps",
        wrt="x",
        assume={"v": "positive", "eps": "positive"},
        right=[
            "G*g/np.sqrt(v + eps)",
            "G*(g*(v + eps)**-0.5)",
            "x_bar[n,d] = g[d]*G[n,d]/sqrt(v[d] + eps)",
        ],
        wrong=[
            ("extra term/assumption", "g/np.sqrt(v + eps)*(G - np.mean(G, axis=0))"),
            ("power", "G*g/(v + eps)"),
            ("missing term", "G*g/np.sqrt(v)"),
            ("factor", "G/np.sqrt(v + eps)"),
            ("chain rule", "G*(g*(x - m)/np.sqrt(v + eps) + b)"),
        ],
    ),
    pair(
        "batch normalisation in use, by its variance",
        "Ioffe & Szegedy 2015, sec. 3, dL/dvar",
        "np.sum(G*(g*(x - m)/np.sqrt(v + eps) + b))",
        "x N D | G N D | g D | b D | m D | v D | eps",
        wrt="v",
        assume={"v": "positive", "eps": "positive"},
        right=[
            "-g*np.sum(G*(x - m), axis=0)/(2*(v + eps)**1.5)",
            "r = 1/np.sqrt(v + eps); -np.sum(G*g*(x - m), axis=0)*r**3/2",
            "v_bar[d] = -1/2*(v[d] + eps)^(-3/2)*sum[n](G[n,d]*g[d]*(x[n,d] - m[d]))",
        ],
        wrong=[
            ("power", "-g*np.sum(G*(x - m), axis=0)/(2*(v + eps)**0.5)"),
            ("factor", "-g*np.sum(G*(x - m), axis=0)/(v + eps)**1.5"),
            ("sign", "g*np.sum(G*(x - m), axis=0)/(2*(v + eps)**1.5)"),
            ("wrong variable", "-g*np.sum(G, axis=0)/np.sqrt(v + eps)"),
            ("missing term", "-g*np.sum(G*x, axis=0)/(2*(v + eps)**1.5)"),
            ("extra term", "-np.sum(G*(g*(x - m) + b), axis=0)/(2*(v + eps)**1.5)"),
        ],
    ),
    pair(
        "root mean square with gain",
        "Zhang & Sennrich 2019, eq. (4); gradient eq. (9)",
        "r = 1/np.sqrt(np.mean(x**2, axis=1) + eps); np.sum(G*g*x*r[:, None])",
        "x N D | G N D | g D | eps",
        wrt="x",
        assume=EPS,
        right=[
            "w = G*g; r[:, None]*(w - (r**2*np.mean(w*x, axis=1))[:, None]*x)",
            "w = G*g; w*r[:, None] - x*(r**3*np.mean(x*w, axis=1))[:, None]",
            "w = G*g; z = x*r[:, None]; r[:, None]*(w - z*np.mean(w*z, axis=1, keepdims=True))",
            "q[n] = mean[j](x[n,j]^2) + eps\n"
            "x_bar[n,i] = G[n,i]*g[i]/sqrt(q[n])"
            " - x[n,i]*sum[j](G[n,j]*g[j]*x[n,j])/(D*q[n]^(3/2))",
        ],
        wrong=[
            ("normalisation path/missing term", "r[:, None]*G*g"),
            ("power", "w = G*g; w*r[:, None] - x*(r**2*np.mean(x*w, axis=1))[:, None]"),
            ("factor", "w = G*g; w*r[:, None] - x*(r**3*np.sum(x*w, axis=1))[:, None]"),
            ("sign", "w = G*g; w*r[:, None] + x*(r**3*np.mean(x*w, axis=1))[:, None]"),
            (
                "extra term",
                "w = G*g; z = x*r[:, None]; r[:, None]*(w - np.mean(w, axis=1, keepdims=True)"
                " - z*np.mean(w*z, axis=1, keepdims=True))",
            ),
            (
                "missing term",
                "r = 1/np.sqrt(np.mean(x**2, axis=1)); w = G*g; "
                "w*r[:, None] - x*(r**3*np.mean(x*w, axis=1))[:, None]",
            ),
            ("factor", "G*r[:, None] - x*(r**3*np.mean(x*G*g, axis=1))[:, None]"),
        ],
    ),
    pair(
        "vector over its root mean square",
        "Zhang & Sennrich 2019, eq. (4)",
        "q = mean[j](x[j]^2)\nL = sum[i](g[i]*x[i])/sqrt(q)",
        "x D | g D",
        wrt="x",
        right=[
            "x_bar[i] = g[i]/sqrt(q) - x[i]*mean[j](g[j]*x[j])/q^(3/2)",
            "x_bar[i] = (q*g[i] - x[i]*mean[j](g[j]*x[j]))/(q*sqrt(q))",
            "(g - x*(g@x)/(x@x))/np.sqrt(q)",
            "np.sqrt(D)*(g - x*(g@x)/np.sum(x**2))/np.linalg.norm(x)",
        ],
        wrong=[
            ("normalisation path/missing term", "x_bar[i] = g[i]/sqrt(q)"),
            ("factor", "(g - 2*x*(g@x)/(x@x))/np.sqrt(q)"),
            ("factor", "x_bar[i] = g[i]/sqrt(q) - x[i]*sum[j](g[j]*x[j])/q^(3/2)"),
            ("factor", "(g - x*(g@x)/np.sum(x**2))/np.linalg.norm(x)"),
            ("missing sum or mean", "x_bar[i] = g[i]/sqrt(q) - x[i]*g[i]*x[i]/(D*q^(3/2))"),
        ],
    ),
    pair(
        "unit vector, pulled back",
        "Petersen & Pedersen 2012, eq. (130)",
        "x/np.linalg.norm(x)",
        "x D | G D",
        wrt="x",
        of="vjp",
        cotangent="G",
        right=[
            "r = np.linalg.norm(x); (G - x*(x@G)/r**2)/r",
            "r = np.sqrt(x@x); G/r - x*(x@G)/r**3",
            "(np.eye(D) - np.outer(x, x)/(x@x))@G/np.linalg.norm(x)",
            "r = np.linalg.norm(x); u = x/r; (G - u*np.sum(u*G))/r",
            "r = sqrt(sum[j](x[j]^2))\nx_bar[i] = sum[j]((delta(i,j)/r - x[i]*x[j]/r^3)*G[j])",
        ],
        wrong=[
            ("normalisation path/missing term", "G/np.linalg.norm(x)"),
            ("power", "r = np.linalg.norm(x); G/r - x*(x@G)/r**2"),
            ("sign", "r = np.linalg.norm(x); G/r + x*(x@G)/r**3"),
            ("missing sum or mean", "r = np.linalg.norm(x); G/r - x*x*G/r**3"),
            ("factor", "r = np.linalg.norm(x); G/r - x*(x@G)/(2*r**3)"),
            ("factor/chain rule", "r = np.linalg.norm(x); G - x*(x@G)/r**2"),
        ],
    ),
    pair(
        "unit vector, its Jacobian",
        "Petersen & Pedersen 2012, eq. (130)",
        "r = np.sqrt(np.sum(x**2)); x/r",
        "x D",
        wrt="x",
        of="jacobian",
        right=[
            "np.eye(D)/r - np.outer(x, x)/r**3",
            "u = x/r; (np.eye(D) - np.outer(u, u))/r",
            "J[i,j] = delta(i,j)/r - x[i]*x[j]/r^3",
        ],
        wrong=[
            ("normalisation path/missing term", "np.eye(D)/r"),
            ("power", "np.eye(D)/r - np.outer(x, x)/r"),
            ("sign", "np.eye(D)/r + np.outer(x, x)/r**3"),
            ("missing term", "-np.outer(x, x)/r**3"),
        ],
    ),
    pair(
        "rows over a norm that is never 0",
        "Wang et al. 2017, NormFace, eq. (5), with eps",
        "np.sum(G*X/np.sqrt(np.sum(X**2, axis=1, keepdims=True) + eps))",
        "X N D | G N D | eps",
        wrt="X",
        assume=EPS,
        right=[
            NORM + "G/r - X*np.sum(G*X, axis=1, keepdims=True)/r**3",
            NORM + "Z = X/r; (G - Z*np.sum(G*Z, axis=1, keepdims=True))/r",
            "q[n] = sum[j](X[n,j]^2) + eps\n"
            "X_bar[n,d] = (q[n]*G[n,d] - X[n,d]*sum[j](G[n,j]*X[n,j]))/q[n]^(3/2)",
        ],
        wrong=[
            ("wrong axis", NORM + "G/r - X*np.sum(G*X, axis=0, keepdims=True)/r**3"),
            ("extra sum or mean/wrong axis", NORM + "G/r - X*np.sum(G*X)/r**3"),
            ("normalisation path/missing term", NORM + "G/r"),
            (
                "missing term",
                "r = np.linalg.norm(X, axis=1, keepdims=True); "
                "G/r - X*np.sum(G*X, axis=1, keepdims=True)/r**3",
            ),
        ],
    ),
    pair(
        "variance",
        "Casella & Berger 2002, Statistical Inference, sec. 5.2, over N",
        "np.var(x)",
        "x N",
        wrt="x",
        right=[
            "2*(x - np.mean(x))/N",
            "2*x/N - 2*np.sum(x)/N**2",
            "2/N*(np.eye(N) - np.ones((N, N))/N)@x",
            "x_bar[n] = 2/N*(x[n] - mean[m](x[m]))",
        ],
        wrong=[
            ("missing term", "2*x/N"),
            ("factor", "2*(x - np.mean(x))"),
            ("factor", "(x - np.mean(x))/N"),
            ("factor", "2*(x - np.mean(x))/(N - 1)"),
            ("factor/normalisation path", "2*(1 - 1/N)*(x - np.mean(x))/N"),
            ("power", "2*x/N - 2*np.sum(x)/N"),
        ],
    ),
    pair(
        "standard deviation",
        "Casella & Berger 2002, Statistical Inference, sec. 5.2, over N",
        "s = np.std(x); s",
        "x N",
        wrt="x",
        right=[
            "(x - np.mean(x))/(N*s)",
            "(x - np.mean(x))/N/np.sqrt(np.var(x))",
            "x_bar[n] = (x[n] - mean[m](x[m]))/(N*s)",
        ],
        wrong=[
            ("chain rule", "2*(x - np.mean(x))/N"),
            ("factor", "2*(x - np.mean(x))/(N*s)"),
            ("factor", "(x - np.mean(x))/(2*N*s)"),
            ("power", "(x - np.mean(x))/(N*s**2)"),
            ("factor", "(x - np.mean(x))/s"),
            ("missing term", "x_bar[n] = x[n]/(N*s)"),
        ],
    ),
    pair(
        "a layer norm cannot be shifted",
        "Xu et al. 2019, sec. 3: the gradient of a row has mean 0",
        LAYER + "np.sum(G*z)",
        "x N D | G N D | eps",
        wrt="x",
        of="identity",
        assume=EPS,
        right=[
            "np.sum(x_bar, axis=1) == np.zeros(N)",
            "np.sum(x_bar*z, axis=1) == eps*np.sum(G*z, axis=1)/(np.var(x, axis=1) + eps)**1.5",
            "np.sum(x_bar*(x - np.mean(x)), axis=1) == np.sum(x_bar*x, axis=1)",
        ],
        wrong=[
            ("assumption/missing term", "np.sum(x_bar*z, axis=1) == np.zeros(N)"),
            ("wrong axis", "np.sum(x_bar, axis=0) == np.zeros(D)"),
            (
                "power",
                "np.sum(x_bar*z, axis=1) == eps*np.sum(G*z, axis=1)/(np.var(x, axis=1) + eps)",
            ),
        ],
    ),
]
