"""Attention, with the gradient of sum(G * attention)."""

from tests.literature.entry import known

SECTION = "Attention"
VASWANI = "Vaswani et al. 2017, eq. (1); gradient Dao et al. 2022, app. B.2"
BACK = "D = G@V.T; S = P*(D - np.sum(P*D, axis=1, keepdims=True)); "
CAUSAL = "A = np.where(np.triu(np.ones((T, T)), 1) > 0, -np.inf, Q@K.T/np.sqrt(d)); "

ENTRIES = [
    known(
        "scaled dot product",
        VASWANI,
        "np.sum(G*(softmax(Q@K.T/np.sqrt(d), axis=1)@V))",
        "G N E | Q N d | K M d | V M E",
        gradient=dict(
            Q="P = softmax(Q@K.T/np.sqrt(d), axis=1); " + BACK + "S@K/np.sqrt(d)",
            K="P = softmax(Q@K.T/np.sqrt(d), axis=1); " + BACK + "S.T@Q/np.sqrt(d)",
            V="softmax(Q@K.T/np.sqrt(d), axis=1).T@G",
        ),
    ),
    known(
        "dot product, unscaled",
        "Luong, Pham & Manning 2015, eq. (7)-(8), dot",
        "np.sum(G*(softmax(Q@K.T, axis=1)@V))",
        "G N E | Q N D | K M D | V M E",
        gradient=dict(
            Q="P = softmax(Q@K.T, axis=1); " + BACK + "S@K",
            V="softmax(Q@K.T, axis=1).T@G",
        ),
    ),
    known(
        "dot product of keys that are values",
        "Luong, Pham & Manning 2015, eq. (7)-(8), dot",
        "np.sum(G*(softmax(Q@H.T, axis=1)@H))",
        "G N D | Q N D | H M D",
        gradient=dict(
            H="P = softmax(Q@H.T, axis=1); D = G@H.T; "
            "P.T@G + (P*(D - np.sum(P*D, axis=1, keepdims=True))).T@Q",
        ),
    ),
    known(
        "bilinear attention",
        "Luong, Pham & Manning 2015, eq. (8), general",
        "np.sum(G*(softmax(Q@W@K.T, axis=1)@V))",
        "G N E | Q N D | W D F | K M F | V M E",
        gradient=dict(
            W="P = softmax(Q@W@K.T, axis=1); " + BACK + "Q.T@S@K",
            Q="P = softmax(Q@W@K.T, axis=1); " + BACK + "S@K@W.T",
        ),
    ),
    known(
        "masked attention",
        "Vaswani et al. 2017, sec. 3.2.3",
        "S = np.where(M > 0, Q@K.T/np.sqrt(d), -np.inf); np.sum(G*(softmax(S, axis=1)@V))",
        "G N E | Q N d | K L d | V L E | M N L",
        gradient=dict(
            Q="P = softmax(np.where(M > 0, Q@K.T/np.sqrt(d), -np.inf), axis=1); "
            + BACK
            + "S@K/np.sqrt(d)",
            V="softmax(np.where(M > 0, Q@K.T/np.sqrt(d), -np.inf), axis=1).T@G",
        ),
        assume={"M": "mask"},
        draw={"M": "nonempty"},
    ),
    known(
        "causal attention",
        "Vaswani et al. 2017, sec. 3.2.3",
        "C = np.triu(np.ones((T, T)), 1); "
        "S = np.where(C > 0, -np.inf, Q@K.T/np.sqrt(d)); np.sum(G*(softmax(S, axis=1)@V))",
        "G T E | Q T d | K T d | V T E",
        gradient=dict(
            Q=CAUSAL + "P = softmax(A, axis=1); " + BACK + "S@K/np.sqrt(d)",
            K=CAUSAL + "P = softmax(A, axis=1); " + BACK + "S.T@Q/np.sqrt(d)",
            V=CAUSAL + "softmax(A, axis=1).T@G",
        ),
    ),
    known(
        "attention with a bias",
        "Raffel et al. 2020, sec. 2.1; Shaw, Uszkoreit & Vaswani 2018, eq. (4)",
        "np.sum(G*(softmax(Q@K.T + B, axis=1)@V))",
        "G N E | Q N D | K M D | V M E | B N M",
        gradient=dict(
            B="P = softmax(Q@K.T + B, axis=1); " + BACK + "S",
            K="P = softmax(Q@K.T + B, axis=1); " + BACK + "S.T@Q",
        ),
    ),
    known(
        "self-attention",
        "Vaswani et al. 2017, sec. 3.2.2, one head",
        "Q = X@A; K = X@B; V = X@C; np.sum(G*(softmax(Q@K.T/np.sqrt(d), axis=1)@V))",
        "G N E | X N D | A D d | B D d | C D E",
        gradient=dict(
            A="P = softmax(X@A@(X@B).T/np.sqrt(d), axis=1); V = X@C; "
            + BACK
            + "X.T@S@X@B/np.sqrt(d)",
            C="P = softmax(X@A@(X@B).T/np.sqrt(d), axis=1); X.T@P.T@G",
            X="P = softmax(X@A@(X@B).T/np.sqrt(d), axis=1); V = X@C; "
            + BACK
            + "P.T@G@C.T + (S@X@B@A.T + S.T@X@A@B.T)/np.sqrt(d)",
        ),
    ),
    known(
        "attention with a key bias",
        "Vaswani et al. 2017, sec. 3.2.2: softmax is invariant to shifts, so the gradient is 0",
        "np.sum(G*(softmax(Q@(K + b).T, axis=1)@V))",
        "G N E | Q N D | K M D | V M E | b D",
        gradient=dict(b="np.zeros_like(b)"),
    ),
    known(
        "many heads",
        "Vaswani et al. 2017, sec. 3.2.2",
        'Q = np.einsum("nd,dhk->hnk", X, A); K = np.einsum("md,dhk->hmk", Y, B); '
        'V = np.einsum("md,dhk->hmk", Y, C); '
        "P = softmax(Q@np.swapaxes(K, 1, 2)/np.sqrt(d), axis=2); "
        'np.sum(G*np.einsum("hnk,hke->ne", P@V, W))',
        "G N E | X N D | Y M D | A D H d | B D H d | C D H d | W H d E",
        gradient=dict(
            W='q = np.einsum("nd,dhk->hnk", X, A); k = np.einsum("md,dhk->hmk", Y, B); '
            'v = np.einsum("md,dhk->hmk", Y, C); '
            'P = softmax(np.einsum("hnk,hmk->hnm", q, k)/np.sqrt(d), axis=2); '
            'np.einsum("hnk,ne->hke", P@v, G)',
            A='q = np.einsum("nd,dhk->hnk", X, A); k = np.einsum("md,dhk->hmk", Y, B); '
            'v = np.einsum("md,dhk->hmk", Y, C); '
            'P = softmax(np.einsum("hnk,hmk->hnm", q, k)/np.sqrt(d), axis=2); '
            'D = np.einsum("ne,hke,hmk->hnm", G, W, v); '
            "S = P*(D - np.sum(P*D, axis=2, keepdims=True)); "
            'np.einsum("nd,hnm,hmk->dhk", X, S, k)/np.sqrt(d)',
            C='q = np.einsum("nd,dhk->hnk", X, A); k = np.einsum("md,dhk->hmk", Y, B); '
            'P = softmax(np.einsum("hnk,hmk->hnm", q, k)/np.sqrt(d), axis=2); '
            'np.einsum("md,hnm,ne,hke->dhk", Y, P, G, W)',
        ),
    ),
    known(
        "additive attention",
        "Bahdanau, Cho & Bengio 2015, app. A.1.2, eq. for e_ij",
        "E = np.tanh((Q@W)[:, None, :] + (H@U)[None, :, :])@v; np.sum(G*(softmax(E, axis=1)@H))",
        "G N D | Q N F | W F K | H M D | U D K | v K",
        gradient=dict(
            v="T = np.tanh((Q@W)[:, None, :] + H@U); P = softmax(T@v, axis=1); D = G@H.T; "
            'S = P*(D - np.sum(P*D, axis=1, keepdims=True)); np.einsum("nm,nmk->k", S, T)',
            W="T = np.tanh((Q@W)[:, None, :] + H@U); P = softmax(T@v, axis=1); D = G@H.T; "
            "S = P*(D - np.sum(P*D, axis=1, keepdims=True)); "
            'np.einsum("ne,nm,nmk,k->ek", Q, S, 1 - T**2, v)',
        ),
    ),
    known(
        "attention pooling",
        "Yang et al. 2016, eq. (8)-(10), given hidden states: value and scored vector are one",
        "a = softmax(Y@v, axis=0); np.sum(g*(a@Y))",
        "g D | Y N D | v D",
        gradient=dict(
            Y="a = softmax(Y@v, axis=0); s = a*(Y@g - a@Y@g); np.outer(a, g) + np.outer(s, v)",
            v="a = softmax(Y@v, axis=0); s = a*(Y@g - a@Y@g); Y.T@s",
        ),
    ),
    known(
        "memory with one hop",
        "Sukhbaatar et al. 2015, eq. (1)-(3)",
        "p = softmax(M@u, axis=0); -np.sum(y*np.log(softmax((C.T@p + u)@W, axis=0)))",
        "M N D | C N D | u D | W D V | y V",
        gradient=dict(
            W="p = softmax(M@u, axis=0); o = C.T@p + u; np.outer(o, softmax(o@W, axis=0) - y)",
            C="p = softmax(M@u, axis=0); e = W@(softmax((C.T@p + u)@W, axis=0) - y); "
            "np.outer(p, e)",
            u="p = softmax(M@u, axis=0); e = W@(softmax((C.T@p + u)@W, axis=0) - y); "
            "d = C@e; e + M.T@(p*(d - p@d))",
        ),
        assume={"y": "one_hot"},
    ),
    known(
        "linear attention",
        "Katharopoulos et al. 2020, eq. (5), exponential features",
        "A = np.exp(Q); B = np.exp(K); np.sum(G*(A@(B.T@V)/(A@np.sum(B, axis=0))[:, None]))",
        "G N E | Q N D | K M D | V M E",
        gradient=dict(
            V="A = np.exp(Q); B = np.exp(K); B@(A.T@(G/(A@np.sum(B, axis=0))[:, None]))",
            Q="A = np.exp(Q); B = np.exp(K); z = (A@np.sum(B, axis=0))[:, None]; O = A@(B.T@V)/z; "
            "A*(G@(B.T@V).T - np.sum(G*O, axis=1, keepdims=True)*np.sum(B, axis=0))/z",
        ),
    ),
    known(
        "squeeze and excitation",
        "Hu, Shen & Sun 2018, eq. (2)-(4)",
        "s = sigmoid(relu(np.mean(X, axis=2)@A)@B); np.sum(G*X*s[:, :, None])",
        "G N C T | X N C T | A C R | B R C",
        gradient=dict(
            B="h = relu(np.mean(X, axis=2)@A); s = sigmoid(h@B); "
            "h.T@(np.sum(G*X, axis=2)*s*(1 - s))",
            A="z = np.mean(X, axis=2); h = relu(z@A); s = sigmoid(h@B); "
            "z.T@(((np.sum(G*X, axis=2)*s*(1 - s))@B.T)*(h > 0))",
        ),
    ),
]
