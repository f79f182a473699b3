"""Classification losses."""

from tests.literature.entry import known

SECTION = "Classification"
LINEAR = "X N D | w D | y N"
SIGNS = {"y": "signs"}
LOGITS = "Z N K | Y N K"
ONE_HOT = {"Y": "one_hot"}

ENTRIES = [
    known(
        "hinge",
        "Cortes & Vapnik 1995, eq. (12), as a penalty",
        "np.sum(np.maximum(0, 1 - y*(X@w))) + lam*np.sum(w**2)/2",
        LINEAR + " | lam",
        gradient=dict(w="-X.T@(y*(y*(X@w) < 1)) + lam*w"),
        draw=SIGNS,
    ),
    known(
        "squared hinge",
        "Chapelle 2007, eq. (2.6)-(2.7)",
        "np.sum(relu(1 - y*(X@w))**2)",
        LINEAR,
        gradient=dict(w="-2*X.T@(y*relu(1 - y*(X@w)))"),
        hessian=dict(w="2*X.T@np.diag(y**2*(y*(X@w) < 1))@X"),
        draw=SIGNS,
    ),
    known(
        "perceptron",
        "Bishop 2006, Pattern Recognition and Machine Learning, eq. (4.54)",
        "np.sum(relu(-y*(X@w)))",
        LINEAR,
        gradient=dict(w="-X.T@(y*(y*(X@w) < 0))"),
        draw=SIGNS,
    ),
    known(
        "exponential loss",
        "Friedman, Hastie & Tibshirani 2000, eq. (6)",
        "np.mean(np.exp(-y*(X@w)))",
        LINEAR,
        gradient=dict(w="-X.T@(y*np.exp(-y*(X@w)))/N"),
        draw=SIGNS,
    ),
    known(
        "modified Huber",
        "Zhang 2004, eq. (5)",
        "m = y*(X@w); np.sum(np.where(m >= -1, relu(1 - m)**2, -4*m))",
        LINEAR,
        gradient=dict(w="m = y*(X@w); X.T@(y*np.where(m >= -1, -2*relu(1 - m), -4))"),
        draw=SIGNS,
    ),
    known(
        "savage loss",
        "Masnadi-Shirazi & Vasconcelos 2008, eq. (23)",
        "np.sum(1/(1 + np.exp(2*y*(X@w)))**2)",
        LINEAR,
        gradient=dict(w="s = sigmoid(-2*y*(X@w)); -4*X.T@(y*s**2*(1 - s))"),
        draw=SIGNS,
    ),
    known(
        "multi-class hinge",
        "Weston & Watkins 1999, eq. (3), margin 1",
        "np.sum((1 - Y)*relu(1 + Z - np.sum(Y*Z, axis=1, keepdims=True)))",
        LOGITS,
        gradient=dict(
            Z="A = (1 - Y)*(1 + Z - np.sum(Y*Z, axis=1, keepdims=True) > 0); "
            "A - Y*np.sum(A, axis=1, keepdims=True)"
        ),
        assume=ONE_HOT,
    ),
    known(
        "multi-class hinge of the worst",
        "Crammer & Singer 2001, eq. (4)",
        "np.sum(np.max(Z + 1 - Y, axis=1) - np.sum(Y*Z, axis=1))",
        LOGITS,
        gradient=dict(Z="np.eye(K)[np.argmax(Z + 1 - Y, axis=1)] - Y"),
        assume=ONE_HOT,
    ),
    known(
        "binary cross-entropy with logits",
        "Bishop 2006, Pattern Recognition and Machine Learning, eq. (4.90)-(4.91)",
        "np.mean(softplus(z) - t*z)",
        "z N | t N",
        gradient=dict(z="(sigmoid(z) - t)/N", t="-z/N"),
        hessian=dict(z="np.diag(sigmoid(z)*(1 - sigmoid(z)))/N"),
        draw={"t": "unit"},
    ),
    known(
        "softmax cross-entropy",
        "Bishop 2006, Pattern Recognition and Machine Learning, eq. (4.108)-(4.109)",
        "-np.sum(Y*log_softmax(Z, axis=1))/N",
        LOGITS,
        gradient=dict(Z="(softmax(Z, axis=1) - Y)/N"),
        assume=ONE_HOT,
    ),
    known(
        "softmax cross-entropy, any targets",
        "Goodfellow, Bengio & Courville 2016, Deep Learning, eq. (6.29)-(6.31)",
        "-np.sum(Y*log_softmax(Z, axis=1))",
        LOGITS,
        gradient=dict(
            Z="softmax(Z, axis=1)*np.sum(Y, axis=1, keepdims=True) - Y",
            Y="-log_softmax(Z, axis=1)",
        ),
    ),
    known(
        "softmax cross-entropy, twice",
        "Boyd & Vandenberghe 2004, Convex Optimization, sec. 3.1.5",
        "-np.sum(y*np.log(softmax(z, axis=0)))",
        "z K | y K",
        hessian=dict(z="p = softmax(z, axis=0); np.diag(p) - np.outer(p, p)"),
        assume={"y": "one_hot"},
    ),
    known(
        "label smoothing",
        "Szegedy et al. 2016, eq. in sec. 7: q' = (1 - e) q + e/K",
        "-np.sum(((1 - e)*Y + e/K)*log_softmax(Z, axis=1))/N",
        LOGITS + " | e",
        gradient=dict(Z="(softmax(Z, axis=1) - (1 - e)*Y - e/K)/N"),
        assume=ONE_HOT,
        draw={"e": "unit"},
    ),
    known(
        "confidence penalty",
        "Pereyra et al. 2017, eq. (1)-(2)",
        "P = softmax(Z, axis=1); -np.sum(Y*np.log(P)) + b*np.sum(P*np.log(P))",
        LOGITS + " | b",
        gradient=dict(
            Z="P = softmax(Z, axis=1); "
            "P - Y + b*P*(np.log(P) - np.sum(P*np.log(P), axis=1, keepdims=True))"
        ),
        assume=ONE_HOT,
    ),
    known(
        "distillation",
        "Hinton, Vinyals & Dean 2015, eq. (2)",
        "-np.sum(softmax(V/T, axis=1)*log_softmax(Z/T, axis=1))",
        "Z N K | V N K | T",
        gradient=dict(Z="(softmax(Z/T, axis=1) - softmax(V/T, axis=1))/T"),
        draw={"T": "positive"},
    ),
    known(
        "focal",
        "Lin et al. 2017, eq. (4), app. B, gamma = 2",
        "p = sigmoid(y*z); -np.sum((1 - p)**2*np.log(p))",
        "z N | y N",
        gradient=dict(z="p = sigmoid(y*z); y*(1 - p)**2*(2*p*np.log(p) + p - 1)"),
        draw=SIGNS,
    ),
    known(
        "generalised cross-entropy",
        "Zhang & Sabuncu 2018, eq. (6), q = 1/2",
        "p = np.sum(Y*softmax(Z, axis=1), axis=1); np.sum((1 - np.sqrt(p))*2)",
        LOGITS,
        gradient=dict(
            Z="P = softmax(Z, axis=1); p = np.sum(Y*P, axis=1, keepdims=True); np.sqrt(p)*(P - Y)"
        ),
        assume=ONE_HOT,
    ),
    known(
        "Brier score",
        "Brier 1950, eq. (2)",
        "np.sum((softmax(Z, axis=1) - Y)**2)/N",
        LOGITS,
        gradient=dict(
            Z="P = softmax(Z, axis=1); 2*P*(P - Y - np.sum(P*(P - Y), axis=1, keepdims=True))/N"
        ),
        assume=ONE_HOT,
    ),
    known(
        "Dice",
        "Milletari, Navab & Ahmadi 2016, eq. (3)",
        "1 - 2*np.sum(p*g)/(np.sum(p**2) + np.sum(g**2))",
        "p N | g N",
        gradient=dict(
            p="S = np.sum(p**2) + np.sum(g**2); -2*(g*S - 2*p*np.sum(p*g))/S**2",
        ),
        draw={"p": "unit", "g": "unit"},
    ),
    known(
        "Tversky",
        "Salehi, Erdogmus & Gholipour 2017, eq. (3)-(4)",
        "t = np.sum(p*g); 1 - t/(t + a*np.sum(p*(1 - g)) + b*np.sum((1 - p)*g))",
        "p N | g N | a | b",
        gradient=dict(
            p="t = p@g; D = t + a*(p@(1 - g)) + b*((1 - p)@g); -g/D + t*(g + a*(1 - g) - b*g)/D**2"
        ),
        draw={"p": "unit", "g": "unit", "a": "positive", "b": "positive"},
    ),
    known(
        "pairwise ranking",
        "Burges et al. 2005, eq. (3), RankNet",
        "D = s[:, None] - s[None, :]; np.sum(softplus(D) - P*D)",
        "s N | P N N",
        gradient=dict(
            s="A = sigmoid(s[:, None] - s) - P; np.sum(A, axis=1) - np.sum(A, axis=0)",
        ),
        draw={"P": "unit"},
    ),
    known(
        "listwise ranking",
        "Cao et al. 2007, eq. (6), top one",
        "-np.sum(softmax(y, axis=1)*np.log(softmax(Z, axis=1)))",
        "Z N K | y N K",
        gradient=dict(Z="softmax(Z, axis=1) - softmax(y, axis=1)"),
    ),
    known(
        "large-margin softmax with an additive margin",
        "Wang, Cheng, Liu & Liu 2018, eq. (6)",
        "-np.sum(Y*log_softmax(s*(Z - m*Y), axis=1))/N",
        LOGITS + " | s | m",
        gradient=dict(Z="s*(softmax(s*(Z - m*Y), axis=1) - Y)/N"),
        assume=ONE_HOT,
        draw={"s": "positive", "m": "unit"},
    ),
    known(
        "mixture of experts",
        "Jacobs et al. 1991, eq. (1.3)",
        "-np.log(np.sum(softmax(g, axis=0)*np.exp(-np.sum((d[None, :] - O)**2, axis=1)/2)))",
        "g K | O K D | d D",
        gradient=dict(
            g="e = np.exp(-np.sum((d - O)**2, axis=1)/2); p = softmax(g, axis=0); p - p*e/(p@e)",
            O="e = np.exp(-np.sum((d - O)**2, axis=1)/2); p = softmax(g, axis=0); "
            "-(p*e/(p@e))[:, None]*(d - O)",
        ),
    ),
    known(
        "policy gradient",
        "Williams 1992, eq. (5); softmax policy of Sutton & Barto 2018, eq. (13.9)",
        "-np.sum(A*np.sum(Y*log_softmax(Z, axis=1), axis=1))",
        LOGITS + " | A N",
        gradient=dict(Z="A[:, None]*(softmax(Z, axis=1) - Y)"),
        assume=ONE_HOT,
    ),
]
