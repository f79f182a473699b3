"""Attention: by queries, keys, values, scores and weights; masks; two paths; what is zero."""

from tests.claims.pair import pair

SECTION = "Attention"

DAO = "Vaswani et al. 2017, eq. (1); gradient Dao et al. 2022, app. B.2"
DOT = "S = Q@K.T/np.sqrt(d); P = softmax(S, axis=1); O = P@V; np.sum(G*O)"
DOT_SHAPES = "Q N d | K M d | V M E | G N E"
SELF_SHAPES = "Q T d | K T d | V T E | G T E"
BACK = "A = G@V.T; R = P*(A - np.sum(P*A, axis=1, keepdims=True)); "
BACK_INDEX = "A[i,j] = sum[e](G[i,e]*V[j,e])\nR[i,j] = P[i,j]*(A[i,j] - sum[k](P[i,k]*A[i,k]))\n"
PLUS = "A = G@V.T; R = P*(A + np.sum(P*A, axis=1, keepdims=True)); "
BARE = "A = G@V.T; R = P*A; "
DIAGONAL = "A = G@V.T; R = P*(1 - P)*A; "
ACROSS = "A = G@V.T; R = P*(A - np.sum(P*A, axis=0, keepdims=True)); "
CAUSAL = (
    "S = np.where(np.tri(T) > 0, Q@K.T/np.sqrt(d), -1e9); P = softmax(S, axis=1); np.sum(G*(P@V))"
)
POOLING = "a = softmax(Y@v, axis=0); c = a@Y; np.sum(g*c)"
ADDITIVE = "h = np.tanh(X@W + q); a = softmax(h@v, axis=0); c = a@X; np.sum(g*c)"
ADDITIVE_SHAPES = "X T D | W D H | q H | v H | g D"

PAIRS = [
    pair(
        "scaled dot product, the queries",
        DAO,
        DOT,
        DOT_SHAPES,
        wrt="Q",
        right=[
            BACK + "R@K/np.sqrt(d)",
            "R = P*(G@V.T - np.sum(G*O, axis=1, keepdims=True)); R@K/np.sqrt(d)",
            "R = P*(G@V.T) - P*np.sum(G*O, axis=1)[:, None]; np.einsum('ij,jk->ik', R, K)/d**0.5",
            BACK_INDEX + "Q_bar[i,c] = sum[j](R[i,j]*K[j,c])/sqrt(d)",
            "Q_bar[i,c] = sum[j](P[i,j]*sum[e](G[i,e]*(V[j,e] - O[i,e]))*K[j,c])/sqrt(d)",
        ],
        wrong=[
            ("factor", BACK + "R@K"),
            ("power", BACK + "R@K/d"),
            ("normalisation path/missing term", BARE + "R@K/np.sqrt(d)"),
            ("normalisation path/missing sum or mean", DIAGONAL + "R@K/np.sqrt(d)"),
            ("sign", PLUS + "R@K/np.sqrt(d)"),
            ("wrong axis", ACROSS + "R@K/np.sqrt(d)"),
            ("extra sum or mean", "R = P*(G@V.T - np.sum(G*O)); R@K/np.sqrt(d)"),
        ],
    ),
    pair(
        "scaled dot product, the keys",
        DAO,
        DOT,
        SELF_SHAPES,
        wrt="K",
        right=[
            BACK + "R.T@Q/np.sqrt(d)",
            "R = P*(G@V.T - np.sum(G*O, axis=1)[:, None]); (Q.T@R).T/np.sqrt(d)",
            BACK_INDEX + "K_bar[j,c] = sum[i](R[i,j]*Q[i,c])/sqrt(d)",
        ],
        wrong=[
            ("transpose", BACK + "R@Q/np.sqrt(d)"),
            ("wrong variable", BACK + "R@K/np.sqrt(d)"),
            ("factor", BACK + "R.T@Q"),
            ("normalisation path/missing term", BARE + "R.T@Q/np.sqrt(d)"),
            ("transpose", BACK_INDEX + "K_bar[j,c] = sum[i](R[j,i]*Q[i,c])/sqrt(d)"),
            (
                "transpose/order",
                "A = V@G.T; R = P*(A - np.sum(P*A, axis=1, keepdims=True)); R.T@Q/np.sqrt(d)",
            ),
        ],
    ),
    pair(
        "scaled dot product, the values",
        DAO,
        DOT,
        SELF_SHAPES,
        wrt="V",
        right=[
            "P.T@G",
            "(G.T@P).T",
            "np.einsum('ij,ie->je', P, G)",
            "V_bar[j,e] = sum[i](P[i,j]*G[i,e])",
        ],
        wrong=[
            ("transpose", "P@G"),
            ("wrong axis", "softmax(S, axis=0).T@G"),
            ("factor", "P.T@G/np.sqrt(d)"),
            ("transpose", "V_bar[j,e] = sum[i](P[j,i]*G[i,e])"),
        ],
    ),
    pair(
        "attention, the scores",
        DAO,
        "P = softmax(S, axis=1); O = P@V; np.sum(G*O)",
        "S N M | V M E | G N E",
        wrt="S",
        right=[
            "A = G@V.T; P*(A - np.sum(P*A, axis=1, keepdims=True))",
            "P*(G@V.T) - P*np.sum(G*O, axis=1)[:, None]",
            "S_bar[i,j] = P[i,j]*sum[e](G[i,e]*(V[j,e] - O[i,e]))",
            "A[i,j] = sum[e](G[i,e]*V[j,e])\n"
            "S_bar[i,j] = sum[k](P[i,k]*(delta(j,k) - P[i,j])*A[i,k])",
        ],
        wrong=[
            ("chain rule/wrong variable", "G@V.T"),
            ("normalisation path/missing term", "P*(G@V.T)"),
            ("normalisation path", "P*(1 - P)*(G@V.T)"),
            ("wrong axis", "A = G@V.T; P*(A - np.sum(P*A, axis=0, keepdims=True))"),
            ("sign", "S_bar[i,j] = P[i,j]*sum[e](G[i,e]*(V[j,e] + O[i,e]))"),
            ("factor", "A = G@V.T; P*(A - np.mean(P*A, axis=1, keepdims=True))"),
        ],
    ),
    pair(
        "causal attention, the queries",
        "Vaswani et al. 2017, sec. 3.2.3",
        CAUSAL,
        SELF_SHAPES,
        wrt="Q",
        right=[
            BACK + "R@K/np.sqrt(d)",
            "A = G@V.T; R = np.tri(T)*P*(A - np.sum(P*A, axis=1, keepdims=True)); R@K/np.sqrt(d)",
            "e[i,j] = [j <= i]*exp(sum[c](Q[i,c]*K[j,c])/sqrt(d))\n"
            "B[i,j] = e[i,j]/sum[k](e[i,k])\n"
            "A[i,j] = sum[e](G[i,e]*V[j,e])\n"
            "R[i,j] = B[i,j]*(A[i,j] - sum[k](B[i,k]*A[i,k]))\n"
            "Q_bar[i,c] = sum[j](R[i,j]*K[j,c])/sqrt(d)",
        ],
        wrong=[
            ("mask", "P = softmax(Q@K.T/np.sqrt(d), axis=1); " + BACK + "R@K/np.sqrt(d)"),
            (
                "mask",
                "S = np.where(np.tri(T).T > 0, Q@K.T/np.sqrt(d), -1e9); P = softmax(S, axis=1); "
                + BACK
                + "R@K/np.sqrt(d)",
            ),
            (
                "mask/shift or stride",
                "S = np.where(np.tri(T, T, 1) > 0, Q@K.T/np.sqrt(d), -1e9); "
                "P = softmax(S, axis=1); " + BACK + "R@K/np.sqrt(d)",
            ),
            ("normalisation path/missing term", BARE + "R@K/np.sqrt(d)"),
            ("transpose", BACK + "R.T@K/np.sqrt(d)"),
            ("wrong variable", BACK + "R.T@Q/np.sqrt(d)"),
        ],
    ),
    pair(
        "causal softmax, pulled back",
        "Vaswani et al. 2017, sec. 3.2.3",
        "P[i,j] = where(j <= i, exp(S[i,j]), 0)/sum[k](where(k <= i, exp(S[i,k]), 0))",
        "S T T | G T T",
        wrt="S",
        of="vjp",
        cotangent="G",
        right=[
            "S_bar[i,j] = P[i,j]*(G[i,j] - sum[k](P[i,k]*G[i,k]))",
            "S_bar[i,j] = [j <= i]*P[i,j]*(G[i,j] - sum[k](where(k <= i, P[i,k]*G[i,k], 0)))",
            "P*(G - np.sum(np.tril(P*G), axis=1, keepdims=True))",
        ],
        wrong=[
            (
                "mask",
                "B[i,j] = exp(S[i,j])/sum[k](exp(S[i,k]))\n"
                "S_bar[i,j] = B[i,j]*(G[i,j] - sum[k](B[i,k]*G[i,k]))",
            ),
            ("mask", "S_bar[i,j] = P[i,j]*(G[i,j] - sum[k](where(k >= i, P[i,k]*G[i,k], 0)))"),
            ("mask/shift or stride", "P*(G - np.sum(np.tril(P*G, -1), axis=1, keepdims=True))"),
            ("normalisation path/missing term", "P*G"),
            ("wrong axis", "P*(G - np.sum(np.tril(P*G), axis=0, keepdims=True))"),
        ],
    ),
    pair(
        "attention with padding, the keys",
        "Vaswani et al. 2017, sec. 3.2.3; padding by a large negative number",
        "S = Q@K.T - 1e9*(1 - M); P = softmax(S, axis=1); np.sum(G*(P@V))",
        "Q 4 d | K 5 d | V 5 E | G 4 E | M 4 5",
        wrt="K",
        assume={"M": "mask"},
        right=[
            BACK + "R.T@Q",
            "A = G@V.T; R = M*P*(A - np.sum(P*A, axis=1, keepdims=True)); R.T@Q",
            "e[n,j] = M[n,j]*exp(sum[c](Q[n,c]*K[j,c]))\n"
            "B[n,j] = e[n,j]/sum[k](e[n,k])\n"
            "A[n,j] = sum[c](G[n,c]*V[j,c])\n"
            "K_bar[j,c] = sum[n](B[n,j]*(A[n,j] - sum[k](B[n,k]*A[n,k]))*Q[n,c])",
        ],
        wrong=[
            ("mask", "P = softmax(Q@K.T, axis=1); " + BACK + "R.T@Q"),
            (
                "mask",
                "A = G@V.T; R = (1 - M)*P*(A - np.sum(P*A, axis=1, keepdims=True)); R.T@Q",
            ),
            ("normalisation path", DIAGONAL + "R.T@Q"),
            ("sign", PLUS + "R.T@Q"),
        ],
    ),
    pair(
        "self-attention, the weights of the queries",
        "Vaswani et al. 2017, sec. 3.2.2, one head",
        "Q = X@A; K = X@B; V = X@C; P = softmax(Q@K.T/np.sqrt(d), axis=1); np.sum(G*(P@V))",
        "X T D | A D d | B D d | C D E | G T E",
        wrt="A",
        right=[
            "F = G@V.T; R = P*(F - np.sum(P*F, axis=1, keepdims=True)); X.T@R@K/np.sqrt(d)",
            "F = G@V.T; R = P*(F - np.sum(P*F, axis=1, keepdims=True)); X.T@(R@K)/d**0.5",
            "F[i,j] = sum[e](G[i,e]*V[j,e])\n"
            "R[i,j] = P[i,j]*(F[i,j] - sum[k](P[i,k]*F[i,k]))\n"
            "A_bar[m,c] = sum[i,j](X[i,m]*R[i,j]*K[j,c])/sqrt(d)",
        ],
        wrong=[
            (
                "transpose",
                "F = G@V.T; R = P*(F - np.sum(P*F, axis=1, keepdims=True)); X.T@R.T@K/np.sqrt(d)",
            ),
            (
                "wrong variable",
                "F = G@V.T; R = P*(F - np.sum(P*F, axis=1, keepdims=True)); X.T@R.T@Q/np.sqrt(d)",
            ),
            (
                "factor",
                "F = G@V.T; R = P*(F - np.sum(P*F, axis=1, keepdims=True)); X.T@R@K",
            ),
            ("normalisation path/missing term", "X.T@(P*(G@V.T))@K/np.sqrt(d)"),
        ],
    ),
    pair(
        "keys that are values",
        "Luong, Pham & Manning 2015, eq. (7)-(8), dot",
        "P = softmax(Q@H.T, axis=1); np.sum(G*(P@H))",
        "Q N D | H M D | G N D",
        wrt="H",
        right=[
            "F = G@H.T; P.T@G + (P*(F - np.sum(P*F, axis=1, keepdims=True))).T@Q",
            "F = G@H.T; R = P*F - P*np.sum(G*(P@H), axis=1)[:, None]; R.T@Q + P.T@G",
            "F[n,m] = sum[c](G[n,c]*H[m,c])\n"
            "R[n,m] = P[n,m]*(F[n,m] - sum[k](P[n,k]*F[n,k]))\n"
            "H_bar[m,d] = sum[n](P[n,m]*G[n,d] + R[n,m]*Q[n,d])",
        ],
        wrong=[
            ("missing term", "P.T@G"),
            ("missing term", "F = G@H.T; (P*(F - np.sum(P*F, axis=1, keepdims=True))).T@Q"),
            ("sign", "F = G@H.T; P.T@G - (P*(F - np.sum(P*F, axis=1, keepdims=True))).T@Q"),
            ("normalisation path", "F = G@H.T; P.T@G + (P*F).T@Q"),
            (
                "wrong variable/factor",
                "F = G@H.T; P.T@Q + (P*(F - np.sum(P*F, axis=1, keepdims=True))).T@Q",
            ),
        ],
    ),
    pair(
        "attention pooling, the states",
        "Yang et al. 2016, eq. (8)-(10), given hidden states: value and scored vector are one",
        POOLING,
        "Y N D | v D | g D",
        wrt="Y",
        right=[
            "np.outer(a, g) + np.outer(a*(Y@g - g@c), v)",
            "s = a*(Y@g) - a*(a@(Y@g)); a[:, None]*g + s[:, None]*v",
            "Y_bar[n,d] = a[n]*g[d] + v[d]*a[n]*sum[k](g[k]*(Y[n,k] - c[k]))",
            "s[n] = a[n]*sum[m]((delta(n,m) - a[m])*sum[k](Y[m,k]*g[k]))\n"
            "Y_bar[n,d] = a[n]*g[d] + s[n]*v[d]",
        ],
        wrong=[
            ("missing term/normalisation path", "np.outer(a, g)"),
            ("missing term", "np.outer(a*(Y@g - g@c), v)"),
            ("normalisation path/missing term", "np.outer(a, g) + np.outer(a*(Y@g), v)"),
            ("normalisation path", "np.outer(a, g) + np.outer(a*(1 - a)*(Y@g), v)"),
            ("sign", "np.outer(a, g) - np.outer(a*(Y@g - g@c), v)"),
            ("wrong variable/factor", "np.outer(a, g) + np.outer(a*(Y@g - g@c), g)"),
        ],
    ),
    pair(
        "attention pooling, the vector of scores",
        "Yang et al. 2016, eq. (8)-(10)",
        POOLING,
        "Y N D | v D | g D",
        wrt="v",
        right=[
            "Y.T@(a*(Y@g - g@c))",
            "Y.T@(np.diag(a) - np.outer(a, a))@Y@g",
            "(Y.T*a)@(Y@g) - c*(c@g)",
            "v_bar[d] = sum[n](a[n]*Y[n,d]*sum[k](g[k]*(Y[n,k] - c[k])))",
        ],
        wrong=[
            ("normalisation path/missing term", "Y.T@(a*(Y@g))"),
            ("normalisation path", "Y.T@(a*(1 - a)*(Y@g))"),
            ("sign", "(Y.T*a)@(Y@g) + c*(c@g)"),
            ("missing sum or mean", "Y.T@(a*(Y@g)) - c*c*g"),
            ("factor", "Y.T@(Y@g - g@c)"),
        ],
    ),
    pair(
        "additive attention, the weights",
        "Bahdanau, Cho & Bengio 2015, app. A.1.2",
        ADDITIVE,
        ADDITIVE_SHAPES,
        wrt="W",
        right=[
            "s = a*(X@g - g@c); X.T@(np.outer(s, v)*(1 - h**2))",
            "s = a*(X@g - g@c); np.einsum('t,td,h,th->dh', s, X, v, (1 - h)*(1 + h))",
            "s[t] = a[t]*sum[d](g[d]*(X[t,d] - c[d]))\n"
            "W_bar[d,k] = sum[t](X[t,d]*s[t]*v[k]*(1 - h[t,k]^2))",
        ],
        wrong=[
            ("chain rule", "s = a*(X@g - g@c); X.T@np.outer(s, v)"),
            ("power", "s = a*(X@g - g@c); X.T@(np.outer(s, v)*(1 - h))"),
            ("sign", "s = a*(X@g - g@c); X.T@(np.outer(s, v)*(1 + h**2))"),
            ("chain rule", "s = a*(X@g - g@c); X.T@(np.outer(s, v)*h*(1 - h))"),
            ("normalisation path/missing term", "s = a*(X@g); X.T@(np.outer(s, v)*(1 - h**2))"),
            ("factor", "s = a*(X@g - g@c); X.T@(s[:, None]*(1 - h**2))"),
        ],
    ),
    pair(
        "additive attention, the query",
        "Bahdanau, Cho & Bengio 2015, app. A.1.2",
        ADDITIVE,
        ADDITIVE_SHAPES,
        wrt="q",
        right=[
            "s = a*(X@g - g@c); np.sum(np.outer(s, v)*(1 - h**2), axis=0)",
            "s = a*(X@g - g@c); v*(s@(1 - h**2))",
            "q_bar[k] = v[k]*sum[t](a[t]*(1 - h[t,k]^2)*sum[d](g[d]*(X[t,d] - c[d])))",
        ],
        wrong=[
            ("wrong variable", "s = a*(X@g - g@c); s@h"),
            ("factor", "s = a*(X@g - g@c); v*np.mean(s[:, None]*(1 - h**2), axis=0)"),
            ("normalisation path/missing term", "s = a*(X@g); v*(s@(1 - h**2))"),
            ("chain rule", "q_bar[k] = v[k]*sum[t](a[t]*h[t,k]*sum[d](g[d]*(X[t,d] - c[d])))"),
        ],
    ),
    pair(
        "a bias of the keys",
        "Vaswani et al. 2017, sec. 3.2.2: softmax does not see what all scores of a row share",
        "P = softmax(Q@(K + b).T, axis=1); np.sum(G*(P@V))",
        "Q N D | K M D | b D | V M E | G N E",
        wrt="b",
        right=[
            "np.zeros(D)",
            "b_bar[k] = 0*b[k]",
            "A = G@V.T; np.sum((P*(A - np.sum(P*A, axis=1, keepdims=True))).T@Q, axis=0)",
        ],
        wrong=[
            ("normalisation path", "np.sum((P*(G@V.T)).T@Q, axis=0)"),
            ("normalisation path", "np.sum((P*(1 - P)*(G@V.T)).T@Q, axis=0)"),
        ],
    ),
    pair(
        "sharpness of attention",
        "Vaswani et al. 2017, eq. (1), the scale as a variable",
        "S = Q@K.T; P = softmax(beta*S, axis=1); O = P@V; np.sum(G*O)",
        "Q N d | K M d | V M E | G N E | beta",
        wrt="beta",
        right=[
            "A = G@V.T; np.sum(P*(A - np.sum(P*A, axis=1, keepdims=True))*S)",
            "np.sum(P*S*(G@V.T)) - np.sum(np.sum(P*S, axis=1)*np.sum(G*O, axis=1))",
            "beta_bar = sum[i,j](P[i,j]*S[i,j]*sum[e](G[i,e]*(V[j,e] - O[i,e])))",
        ],
        wrong=[
            ("normalisation path/missing term", "np.sum(P*S*(G@V.T))"),
            ("factor/chain rule", "A = G@V.T; np.sum(beta*P*(A - np.sum(P*A, axis=1)[:, None])*S)"),
            ("extra sum or mean", "np.sum(P*S*(G@V.T)) - np.sum(P*S)*np.sum(G*O)"),
            ("missing term", "-np.sum(np.sum(P*S, axis=1)*np.sum(G*O, axis=1))"),
        ],
    ),
    pair(
        "the sum that the backward pass of attention needs",
        "Dao et al. 2022, app. B.2: D_i = dO_i . O_i",
        "P = softmax(S, axis=1); np.sum(P*(G@V.T), axis=1)",
        "S N M | V M E | G N E",
        wrt=None,
        of="identity",
        right=[
            "np.sum(G*(softmax(S, axis=1)@V), axis=1)",
            "O = softmax(S, axis=1)@V; np.diag(G@O.T)",
            "p[i,j] = exp(S[i,j])/sum[k](exp(S[i,k]))\nD[i] = sum[e](G[i,e]*sum[j](p[i,j]*V[j,e]))",
        ],
        wrong=[
            ("factor", "np.mean(G*(softmax(S, axis=1)@V), axis=1)"),
            ("wrong axis", "np.sum(G*(softmax(S, axis=0)@V), axis=1)"),
            ("extra sum or mean", "O = softmax(S, axis=1)@V; G@np.sum(O, axis=0)"),
        ],
    ),
]
