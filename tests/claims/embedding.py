"""Look-ups, one-hot products, tied weights, sums over neighbours."""

from tests.claims.pair import pair

SECTION = "Embeddings and gathers"

COLLOBERT = "Collobert et al. 2011, eq. (1): look-up table"
TOKENS = {"t": "integer<V"}
PRESS = "Press & Wolf 2017, sec. 3; Inan, Khosravi & Socher 2017, eq. (4.1)"

PAIRS = [
    pair(
        "look-up table",
        COLLOBERT,
        "np.sum(G*E[t])",
        "E 4 D | t 7 | G 7 D",
        wrt="E",
        assume={"t": "integer<4"},
        right=[
            "np.eye(4)[t].T@G",
            "np.einsum('nv,nd->vd', np.eye(4)[t], G)",
            "np.where(np.arange(4)[:, None] == t, 1, 0)@G",
            "np.stack([np.sum((t == v)[:, None]*G, axis=0) for v in range(4)])",
        ],
        wrong=[
            (
                "extra sum or mean/factor",
                "C = np.eye(4)[t]; C.T@G/np.maximum(np.sum(C, axis=0), 1)[:, None]",
            ),
            ("factor", "np.eye(4)[t].T@G/7"),
            ("mask", "np.where(np.arange(4)[:, None] != t, 1, 0)@G"),
            ("sign", "-np.eye(4)[t].T@G"),
            (
                "shift or stride",
                "np.stack([np.sum((t + 1 == v)[:, None]*G, axis=0) for v in range(4)])",
            ),
        ],
    ),
    pair(
        "look-up table with decay",
        COLLOBERT,
        "x[n,d] = E[t[n],d]\nL = sum[n,d](G[n,d]*x[n,d]) + lam/2*sum[v,d](E[v,d]^2)",
        "E 9 D | t 4 | G 4 D | lam",
        wrt="E",
        assume={"t": "integer<9"},
        right=[
            "E_bar[v,d] = sum[n]([t[n] == v]*G[n,d]) + lam*E[v,d]",
            "E_bar[v,d] = lam*E[v,d] + sum[n](delta(v,t[n])*G[n,d])",
            "np.eye(9)[t].T@G + lam*E",
        ],
        wrong=[
            ("missing term", "np.eye(9)[t].T@G"),
            ("factor", "E_bar[v,d] = sum[n]([t[n] == v]*G[n,d]) + 2*lam*E[v,d]"),
            ("mask", "E_bar[v,d] = sum[n](G[n,d]) + lam*E[v,d]"),
            (
                "mask/missing term",
                "C = np.eye(9)[t]; C.T@G + lam*np.minimum(np.sum(C, axis=0), 1)[:, None]*E",
            ),
            ("sign", "E_bar[v,d] = sum[n]([t[n] == v]*G[n,d]) - lam*E[v,d]"),
        ],
    ),
    pair(
        "linear map of looked-up rows, the table",
        COLLOBERT,
        "x = E[t]; r = x@W - Y; np.sum(r**2)/2",
        "E V D | t N | W D D | Y N D",
        wrt="E",
        assume=TOKENS,
        right=[
            "np.eye(V)[t].T@(r@W.T)",
            "np.einsum('nv,nk,dk->vd', np.eye(V)[t], r, W)",
            "C = np.eye(V)[t]; C.T@(C@E@W - Y)@W.T",
        ],
        wrong=[
            ("transpose", "np.eye(V)[t].T@(r@W)"),
            ("chain rule/missing term", "np.eye(V)[t].T@r"),
            ("factor", "2*np.eye(V)[t].T@(r@W.T)"),
            ("sign", "np.eye(V)[t].T@((x@W + Y)@W.T)"),
            ("factor/extra sum or mean", "np.eye(V)[t].T@(r@W.T)/N"),
        ],
    ),
    pair(
        "linear map of looked-up rows, the map",
        COLLOBERT,
        "x = E[t]; r = x@W - Y; np.sum(r**2)/2",
        "E V D | t N | W D D | Y N D",
        wrt="W",
        assume=TOKENS,
        right=[
            "x.T@r",
            "E[t].T@(E[t]@W - Y)",
            "W_bar[d,k] = sum[n](E[t[n],d]*r[n,k])",
        ],
        wrong=[
            ("transpose", "r.T@x"),
            ("chain rule/missing term", "x.T@(x@W)"),
            ("factor", "2*x.T@r"),
        ],
    ),
    pair(
        "bag of embeddings",
        "Joulin et al. 2017, sec. 2, squared error",
        "y = np.mean(E[t], axis=1); np.sum((y - Y)**2)/2",
        "E 5 D | t N M | Y N D",
        wrt="E",
        assume={"t": "integer<5"},
        right=[
            "np.einsum('nmv,nd->vd', np.eye(5)[t], y - Y)/M",
            "np.mean(np.eye(5)[t], axis=1).T@(y - Y)",
            "np.stack([np.sum((t == v)[:, :, None]*(y - Y)[:, None, :], axis=(0, 1))"
            " for v in range(5)])/M",
        ],
        wrong=[
            ("factor/missing sum or mean", "np.einsum('nmv,nd->vd', np.eye(5)[t], y - Y)"),
            ("factor", "np.einsum('nmv,nd->vd', np.eye(5)[t], y - Y)/(N*M)"),
            (
                "missing sum or mean/chain rule",
                "np.einsum('nmv,nmd->vd', np.eye(5)[t], E[t] - Y[:, None])/M",
            ),
            ("sign", "np.mean(np.eye(5)[t], axis=1).T@(Y - y)"),
            ("missing term", "np.mean(np.eye(5)[t], axis=1).T@y"),
        ],
    ),
    pair(
        "tied embeddings",
        PRESS,
        "x = E[t]; p = softmax(x@E.T, axis=1); -np.sum(Y*np.log(p))",
        "E 5 D | t 6 | Y 6 5",
        wrt="E",
        assume={"t": "integer<5", "Y": "one_hot"},
        right=[
            "R = p - Y; R.T@x + np.eye(5)[t].T@(R@E)",
            "R = p - Y; C = np.eye(5)[t]; (R.T@C + C.T@R)@E",
            "E_bar[v,d] = sum[n]((p[n,v] - Y[n,v])*E[t[n],d])"
            " + sum[n,w]([t[n] == v]*(p[n,w] - Y[n,w])*E[w,d])",
        ],
        wrong=[
            ("missing term", "R = p - Y; R.T@x"),
            ("missing term", "R = p - Y; np.eye(5)[t].T@(R@E)"),
            ("sign", "R = p - Y; R.T@x - np.eye(5)[t].T@(R@E)"),
            ("normalisation path", "R = -Y*(1 - p); R.T@x + np.eye(5)[t].T@(R@E)"),
            ("assumption/transpose", "R = p - Y; C = np.eye(5)[t]; 2*R.T@C@E"),
            ("mask/wrong variable", "R = p - Y; R.T@x + Y.T@(R@E)"),
        ],
    ),
    pair(
        "untied output weights",
        PRESS,
        "x = E[t]; p = softmax(x@W, axis=1); -np.sum(np.log(p)[np.arange(7), u])/7",
        "E 5 D | W D 5 | t 7 | u 7",
        wrt="W",
        assume={"t": "integer<5", "u": "integer<5"},
        right=[
            "x.T@(p - np.eye(5)[u])/7",
            "(x.T@p - x.T@np.eye(5)[u])/7",
            "W_bar[d,v] = sum[n](E[t[n],d]*(p[n,v] - [u[n] == v]))/7",
        ],
        wrong=[
            ("factor/missing sum or mean", "x.T@(p - np.eye(5)[u])"),
            ("sign", "x.T@(np.eye(5)[u] - p)/7"),
            ("wrong variable/mask", "x.T@(p - np.eye(5)[t])/7"),
            ("missing term", "x.T@p/7"),
            ("normalisation path/missing term", "-x.T@np.eye(5)[u]/7"),
        ],
    ),
    pair(
        "weights of rows, any mixture",
        "Petersen & Pedersen 2012, eq. (77)",
        "x = Y@E; np.sum(x**2)/2",
        "Y N V | E V D",
        wrt="E",
        right=[
            "Y.T@x",
            "Y.T@Y@E",
            "E_bar[v,d] = sum[n](Y[n,v]*sum[w](Y[n,w]*E[w,d]))",
        ],
        wrong=[
            ("assumption", "np.sum(Y, axis=0)[:, None]*E"),
            ("assumption/missing term", "np.sum(Y**2, axis=0)[:, None]*E"),
            ("factor", "2*Y.T@Y@E"),
            ("missing sum or mean", "E_bar[v,d] = sum[n](Y[n,v]*Y[n,v]*E[v,d])"),
        ],
    ),
    pair(
        "rows chosen by one-hot vectors",
        COLLOBERT,
        "x = Y@E; np.sum(x**2)/2",
        "Y 7 4 | E 4 D",
        wrt="E",
        assume={"Y": "one_hot"},
        right=[
            "Y.T@Y@E",
            "np.sum(Y, axis=0)[:, None]*E",
            "np.diag(np.sum(Y**2, axis=0))@E",
            "E_bar[v,d] = sum[n](Y[n,v])*E[v,d]",
        ],
        wrong=[
            ("factor", "np.mean(Y, axis=0)[:, None]*E"),
            ("factor/missing sum or mean", "E_bar[v,d] = E[v,d]"),
            ("factor", "2*np.sum(Y, axis=0)[:, None]*E"),
            ("power", "np.sum(Y, axis=0)[:, None]**2*E"),
        ],
    ),
    pair(
        "skip-gram with negative samples",
        "Mikolov et al. 2013, eq. (4)",
        "-np.log(sigmoid(u@v)) - np.sum(np.log(sigmoid(-(B@v))))",
        "u D | v D | B M D",
        wrt="v",
        right=[
            "(sigmoid(u@v) - 1)*u + sigmoid(B@v)@B",
            "B.T@sigmoid(B@v) - sigmoid(-(u@v))*u",
            "v_bar[d] = sum[m](sigmoid(sum[k](B[m,k]*v[k]))*B[m,d])"
            " - u[d]/(1 + exp(sum[k](u[k]*v[k])))",
        ],
        wrong=[
            ("sign", "sigmoid(-(u@v))*u + sigmoid(B@v)@B"),
            ("sign", "(sigmoid(u@v) - 1)*u + sigmoid(-(B@v))@B"),
            ("missing term", "(sigmoid(u@v) - 1)*u"),
            ("wrong variable/factor", "(sigmoid(u@v) - 1)*v + sigmoid(B@v)@B"),
            ("factor/extra sum or mean", "(sigmoid(u@v) - 1)*u + sigmoid(B@v)@B/M"),
            ("chain rule", "s = sigmoid(B@v); (sigmoid(u@v) - 1)*u + (s*(1 - s))@B"),
        ],
    ),
    pair(
        "messages along edges",
        "Gilmer et al. 2017, eq. (1)-(2), linear messages",
        "z[v,c] = sum[e]([v == r[e]]*X[s[e],c])\n"
        "h[v,c] = tanh(z[v,c])\n"
        "L = sum[v,c](G[v,c]*h[v,c])",
        "X 6 C | s 8 | r 8 | G 6 C",
        wrt="X",
        assume={"s": "integer<6", "r": "integer<6"},
        right=[
            "a = G*(1 - h**2); np.eye(6)[s].T@(np.eye(6)[r]@a)",
            "S = np.eye(6)[s]; R = np.eye(6)[r]; S.T@R@(G*(1 - h**2))",
            "S = np.eye(6)[s]; S.T@((G*(1 - h)*(1 + h))[r])",
        ],
        wrong=[
            ("chain rule", "np.eye(6)[s].T@(np.eye(6)[r]@G)"),
            ("order/transpose", "np.eye(6)[r].T@(np.eye(6)[s]@(G*(1 - h**2)))"),
            ("power", "np.eye(6)[s].T@(np.eye(6)[r]@(G*(1 - h)))"),
            ("mask/missing sum or mean", "G*(1 - h**2)"),
            ("wrong variable", "np.eye(6)[r].T@(np.eye(6)[r]@(G*(1 - h**2)))"),
        ],
    ),
]
