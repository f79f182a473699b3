"""Matrix and tensor factorisation."""

from tests.literature.entry import known

SECTION = "Factorisation"
POSITIVE = {"V": "positive", "W": "positive", "H": "positive"}

ENTRIES = [
    known(
        "low rank",
        "Srebro & Jaakkola 2003, sec. 2",
        "np.sum((X - U@V.T)**2)",
        "X N M | U N K | V M K",
        gradient=dict(U="-2*(X - U@V.T)@V", V="-2*(X - U@V.T).T@U"),
    ),
    known(
        "weighted low rank",
        "Srebro & Jaakkola 2003, eq. (1)",
        "np.sum(W*(X - U@V.T)**2)",
        "X N M | W N M | U N K | V M K",
        gradient=dict(U="2*(W*(U@V.T - X))@V", V="2*(W*(U@V.T - X)).T@U"),
    ),
    known(
        "probabilistic matrix factorisation",
        "Salakhutdinov & Mnih 2008, eq. (4)",
        "np.sum(I*(R - U@V.T)**2)/2 + lam*np.sum(U**2)/2 + mu*np.sum(V**2)/2",
        "R N M | I N M | U N K | V M K | lam | mu",
        gradient=dict(
            U="-(I*(R - U@V.T))@V + lam*U",
            V="-(I*(R - U@V.T)).T@U + mu*V",
        ),
        assume={"I": "mask"},
    ),
    known(
        "masked factorisation, twice",
        "Buchanan & Fitzgibbon 2005, sec. 3: block-diagonal Hessian",
        "np.sum(I*(R - U@V.T)**2)/2 + lam*np.sum(U**2)/2",
        "R N M | I N M | U N K | V M K | lam",
        hessian=dict(
            U='np.einsum("nm,mk,ml,np->nkpl", I, V, V, np.eye(N))'
            ' + lam*np.einsum("np,kl->nkpl", np.eye(N), np.eye(K))'
        ),
        assume={"I": "mask"},
    ),
    known(
        "implicit feedback",
        "Hu, Koren & Volinsky 2008, eq. (3)",
        "np.sum((1 + alpha*R)*(P - X@Y.T)**2) + lam*(np.sum(X**2) + np.sum(Y**2))",
        "R N M | P N M | X N K | Y M K | alpha | lam",
        gradient=dict(
            X="2*((1 + alpha*R)*(X@Y.T - P))@Y + 2*lam*X",
            Y="2*((1 + alpha*R)*(X@Y.T - P)).T@X + 2*lam*Y",
        ),
        draw={"alpha": "positive", "R": "positive"},
    ),
    known(
        "factorisation with biases",
        "Koren, Bell & Volinsky 2009, eq. (5)",
        "E = R - mu - b[:, None] - c[None, :] - P@Q.T; np.sum(K*E**2)"
        " + lam*(np.sum(P**2) + np.sum(Q**2) + np.sum(b**2) + np.sum(c**2))",
        "R N M | K N M | mu | b N | c M | P N F | Q M F | lam",
        gradient=dict(
            P="E = R - mu - b[:, None] - c - P@Q.T; -2*(K*E)@Q + 2*lam*P",
            Q="E = R - mu - b[:, None] - c - P@Q.T; -2*(K*E).T@P + 2*lam*Q",
            b="E = R - mu - b[:, None] - c - P@Q.T; -2*np.sum(K*E, axis=1) + 2*lam*b",
            c="E = R - mu - b[:, None] - c - P@Q.T; -2*np.sum(K*E, axis=0) + 2*lam*c",
        ),
        assume={"K": "mask"},
    ),
    known(
        "non-negative, squares",
        "Lee & Seung 2001, eq. (2)",
        "np.sum((V - W@H)**2)",
        "V N M | W N K | H K M",
        gradient=dict(W="2*(W@H - V)@H.T", H="2*W.T@(W@H - V)"),
        assume=POSITIVE,
    ),
    known(
        "non-negative, Kullback-Leibler",
        "Lee & Seung 2001, eq. (3)",
        "np.sum(V*np.log(V/(W@H)) - V + W@H)",
        "V N M | W N K | H K M",
        gradient=dict(W="(1 - V/(W@H))@H.T", H="W.T@(1 - V/(W@H))"),
        assume=POSITIVE,
    ),
    known(
        "non-negative, Itakura-Saito",
        "Fevotte, Bertin & Durrieu 2009, eq. (2.4)",
        "np.sum(V/(W@H) - np.log(V/(W@H)) - 1)",
        "V N M | W N K | H K M",
        gradient=dict(
            W="((W@H - V)/(W@H)**2)@H.T",
            H="W.T@((W@H - V)/(W@H)**2)",
        ),
        assume=POSITIVE,
    ),
    known(
        "non-negative, beta-divergence",
        "Fevotte & Idier 2011, eq. (2), beta = 3/2",
        "L = W@H; np.sum(4*V**1.5/3 + 2*L**1.5/3 - 2*V*L**0.5)",
        "V N M | W N K | H K M",
        gradient=dict(
            W="(np.sqrt(W@H) - V/np.sqrt(W@H))@H.T",
            H="W.T@(np.sqrt(W@H) - V/np.sqrt(W@H))",
        ),
        assume=POSITIVE,
    ),
    known(
        "three factors",
        "Ding, Li, Peng & Park 2006, eq. (5)",
        "np.sum((X - F@S@G.T)**2)",
        "X N M | F N K | S K L | G M L",
        gradient=dict(
            F="-2*(X - F@S@G.T)@G@S.T",
            S="-2*F.T@(X - F@S@G.T)@G",
            G="-2*(X - F@S@G.T).T@F@S",
        ),
    ),
    known(
        "symmetric factorisation",
        "Kuang, Ding & Park 2012, eq. (3)",
        "np.sum((A - U@U.T)**2)",
        "A N N | U N K",
        gradient=dict(U="4*(U@U.T - A)@U"),
        assume={"A": "symmetric"},
    ),
    known(
        "principal components by reconstruction",
        "Baldi & Hornik 1989, eq. (1), tied weights",
        "np.sum((X - X@W@W.T)**2)",
        "X N D | W D K",
        gradient=dict(
            W="E = X - X@W@W.T; -2*(X.T@E + E.T@X)@W",
        ),
    ),
    known(
        "linear autoencoder",
        "Baldi & Hornik 1989, eq. (1)",
        "np.sum((X - X@A@B)**2)",
        "X N D | A D K | B K D",
        gradient=dict(
            A="-2*X.T@(X - X@A@B)@B.T",
            B="-2*A.T@X.T@(X - X@A@B)",
        ),
    ),
    known(
        "canonical polyadic decomposition",
        "Kolda & Bader 2009, eq. (3.4); gradient Acar, Dunlavy & Kolda 2011, eq. (7)",
        'np.sum((X - np.einsum("ir,jr,kr->ijk", A, B, C))**2)/2',
        "X I J K | A I R | B J R | C K R",
        gradient=dict(
            A='E = np.einsum("ir,jr,kr->ijk", A, B, C) - X; np.einsum("ijk,jr,kr->ir", E, B, C)',
            B='E = np.einsum("ir,jr,kr->ijk", A, B, C) - X; np.einsum("ijk,ir,kr->jr", E, A, C)',
            C='E = np.einsum("ir,jr,kr->ijk", A, B, C) - X; np.einsum("ijk,ir,jr->kr", E, A, B)',
        ),
    ),
    known(
        "Tucker decomposition",
        "Kolda & Bader 2009, eq. (4.1)",
        'np.sum((X - np.einsum("pqr,ip,jq,kr->ijk", G, A, B, C))**2)/2',
        "X I J K | G P Q R | A I P | B J Q | C K R",
        gradient=dict(
            G='E = np.einsum("pqr,ip,jq,kr->ijk", G, A, B, C) - X; '
            'np.einsum("ijk,ip,jq,kr->pqr", E, A, B, C)',
            A='E = np.einsum("pqr,ip,jq,kr->ijk", G, A, B, C) - X; '
            'np.einsum("ijk,pqr,jq,kr->ip", E, G, B, C)',
        ),
    ),
    known(
        "sparse coding",
        "Olshausen & Field 1996, eq. (2), with |a|",
        "np.sum((X - A@D)**2)/2 + lam*np.sum(np.abs(A))",
        "X N M | A N K | D K M | lam",
        gradient=dict(A="(A@D - X)@D.T + lam*np.sign(A)", D="A.T@(A@D - X)"),
    ),
    known(
        "logistic matrix factorisation",
        "Johnson 2014, eq. (4)",
        "Z = U@V.T; np.sum((1 + alpha*R)*softplus(Z) - alpha*R*Z)",
        "R N M | U N K | V M K | alpha",
        gradient=dict(
            U="((1 + alpha*R)*sigmoid(U@V.T) - alpha*R)@V",
            V="((1 + alpha*R)*sigmoid(U@V.T) - alpha*R).T@U",
        ),
        assume={"R": "mask"},
        draw={"alpha": "positive"},
    ),
    known(
        "word vectors (GloVe)",
        "Pennington, Socher & Manning 2014, eq. (8)",
        "np.sum(F*(W@C.T + b[:, None] + c[None, :] - np.log(X))**2)",
        "F N M | X N M | W N D | C M D | b N | c M",
        gradient=dict(
            W="2*(F*(W@C.T + b[:, None] + c - np.log(X)))@C",
            C="2*(F*(W@C.T + b[:, None] + c - np.log(X))).T@W",
            b="2*np.sum(F*(W@C.T + b[:, None] + c - np.log(X)), axis=1)",
            c="2*np.sum(F*(W@C.T + b[:, None] + c - np.log(X)), axis=0)",
        ),
        assume={"X": "positive"},
    ),
    known(
        "orthogonality penalty",
        "Brock et al. 2017, eq. (3), squared",
        "np.sum((W.T@W - np.eye(K))**2)",
        "W N K",
        gradient=dict(W="4*W@(W.T@W - np.eye(K))"),
    ),
    known(
        "Procrustes",
        "Schoenemann 1966, eq. (1.1)",
        "np.sum((A@R - B)**2)",
        "A N D | R D D | B N D",
        gradient=dict(R="2*A.T@(A@R - B)"),
    ),
    known(
        "Sylvester residual",
        "Golub & Van Loan 2013, Matrix Computations, sec. 7.6.3",
        "np.sum((A@X + X@B - C)**2)",
        "A N N | X N M | B M M | C N M",
        gradient=dict(
            X="2*A.T@(A@X + X@B - C) + 2*(A@X + X@B - C)@B.T",
        ),
    ),
]
