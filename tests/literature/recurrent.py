"""Recurrent cells and gated layers: one step, with the gradient of sum(G * new state)."""

from tests.literature.entry import known

SECTION = "Recurrent cells and gates"

LSTM = (
    "i = sigmoid(x@Wi + h@Ui + bi); f = sigmoid(x@Wf + h@Uf + bf); "
    "g = np.tanh(x@Wg + h@Ug + bg); o = sigmoid(x@Wo + h@Uo + bo); "
    "c_new = f*c + i*g; t = np.tanh(c_new); "
)
LSTM_BACK = (
    LSTM + "dc = C + G*o*(1 - t**2); di = dc*g*i*(1 - i); df = dc*c*f*(1 - f); "
    "dg = dc*i*(1 - g**2); do = G*t*o*(1 - o); "
)
LSTM_SHAPES = (
    "G N H | C N H | x N D | h N H | c N H | Wi D H | Wf D H | Wg D H | Wo D H"
    " | Ui H H | Uf H H | Ug H H | Uo H H | bi H | bf H | bg H | bo H"
)
GRU = "r = sigmoid(x@Wr + h@Ur + br); z = sigmoid(x@Wz + h@Uz + bz); "
GRU_SHAPES = (
    "G N H | x N D | h N H | Wr D H | Wz D H | Wn D H | Ur H H | Uz H H | Un H H"
    " | br H | bz H | bn H"
)
GRU_BEFORE = GRU + "n = np.tanh(x@Wn + (r*h)@Un + bn); "
BEFORE_BACK = (
    GRU_BEFORE + "dn = G*(1 - z)*(1 - n**2); q = dn@Un.T; dr = q*h*r*(1 - r); "
    "dz = G*(h - n)*z*(1 - z); "
)
GRU_AFTER = GRU + "s = h@Un + bh; n = np.tanh(x@Wn + bn + r*s); "
AFTER_BACK = (
    GRU_AFTER + "dn = G*(1 - z)*(1 - n**2); dr = dn*s*r*(1 - r); dz = G*(h - n)*z*(1 - z); "
)

ENTRIES = [
    known(
        "LSTM cell",
        "Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000; "
        "gradients Greff et al. 2017, app. A, without peepholes",
        LSTM + "np.sum(G*o*t) + np.sum(C*c_new)",
        LSTM_SHAPES,
        gradient={
            "x": LSTM_BACK + "di@Wi.T + df@Wf.T + dg@Wg.T + do@Wo.T",
            "h": LSTM_BACK + "di@Ui.T + df@Uf.T + dg@Ug.T + do@Uo.T",
            "c": LSTM_BACK + "dc*f",
            **{f"W{k}": LSTM_BACK + f"x.T@d{k}" for k in "ifgo"},
            **{f"U{k}": LSTM_BACK + f"h.T@d{k}" for k in "ifgo"},
            **{f"b{k}": LSTM_BACK + f"np.sum(d{k}, axis=0)" for k in "ifgo"},
        },
    ),
    known(
        "LSTM cell with peepholes",
        "Gers & Schmidhuber 2000; gradients Greff et al. 2017, app. A",
        "i = sigmoid(a + pi*c); f = sigmoid(b + pf*c); g = np.tanh(e); c_new = f*c + i*g; "
        "o = sigmoid(d + po*c_new); np.sum(G*o*np.tanh(c_new))",
        "G N H | a N H | b N H | e N H | d N H | c N H | pi H | pf H | po H",
        gradient={
            name: "i = sigmoid(a + pi*c); f = sigmoid(b + pf*c); g = np.tanh(e); m = f*c + i*g; "
            "o = sigmoid(d + po*m); t = np.tanh(m); do = G*t*o*(1 - o); "
            "dc = G*o*(1 - t**2) + do*po; di = dc*g*i*(1 - i); df = dc*c*f*(1 - f); " + answer
            for name, answer in {
                "d": "do",
                "a": "di",
                "b": "df",
                "e": "dc*i*(1 - g**2)",
                "c": "dc*f + di*pi + df*pf",
                "po": "np.sum(do*m, axis=0)",
                "pi": "np.sum(di*c, axis=0)",
            }.items()
        },
    ),
    known(
        "GRU cell, reset before",
        "Cho et al. 2014, eq. (5)-(8)",
        GRU_BEFORE + "np.sum(G*(z*h + (1 - z)*n))",
        GRU_SHAPES,
        gradient={
            "x": BEFORE_BACK + "dn@Wn.T + dr@Wr.T + dz@Wz.T",
            "h": BEFORE_BACK + "G*z + q*r + dz@Uz.T + dr@Ur.T",
            "Un": BEFORE_BACK + "(r*h).T@dn",
            "Wz": BEFORE_BACK + "x.T@dz",
            "Ur": BEFORE_BACK + "h.T@dr",
        },
    ),
    known(
        "GRU cell, flipped update gate",
        "Chung et al. 2014, eq. (5)-(8)",
        GRU_BEFORE + "np.sum(G*((1 - z)*h + z*n))",
        GRU_SHAPES,
        gradient={
            "h": GRU_BEFORE + "dn = G*z*(1 - n**2); q = dn@Un.T; dr = q*h*r*(1 - r); "
            "dz = G*(n - h)*z*(1 - z); G*(1 - z) + q*r + dz@Uz.T + dr@Ur.T",
            "Wn": GRU_BEFORE + "x.T@(G*z*(1 - n**2))",
        },
    ),
    known(
        "GRU cell, reset after",
        "Chetlur et al. 2014, cuDNN convention; formulas of the PyTorch manual, torch.nn.GRUCell",
        GRU_AFTER + "np.sum(G*((1 - z)*n + z*h))",
        GRU_SHAPES + " | bh H",
        gradient={
            "x": AFTER_BACK + "dn@Wn.T + dr@Wr.T + dz@Wz.T",
            "h": AFTER_BACK + "G*z + dz@Uz.T + dr@Ur.T + (dn*r)@Un.T",
            "Un": AFTER_BACK + "h.T@(dn*r)",
            "bh": AFTER_BACK + "np.sum(dn*r, axis=0)",
            "bn": AFTER_BACK + "np.sum(dn, axis=0)",
        },
    ),
    known(
        "minimal gated unit",
        "Zhou, Wu, Zhang & Zhou 2016, eq. (11)-(13)",
        "f = sigmoid(x@W + h@U); n = np.tanh(x@A + (f*h)@B); np.sum(G*((1 - f)*h + f*n))",
        "G N H | x N D | h N H | W D H | U H H | A D H | B H H",
        gradient={
            "B": "f = sigmoid(x@W + h@U); n = np.tanh(x@A + (f*h)@B); (f*h).T@(G*f*(1 - n**2))",
            "W": "f = sigmoid(x@W + h@U); n = np.tanh(x@A + (f*h)@B); q = (G*f*(1 - n**2))@B.T; "
            "x.T@((G*(n - h) + q*h)*f*(1 - f))",
        },
    ),
    known(
        "simple recurrent step",
        "Elman 1990; gradient Pascanu, Mikolov & Bengio 2013, eq. (5)",
        "n = np.tanh(x@W + h@U + b); np.sum(G*n)",
        "G N H | x N D | h N H | W D H | U H H | b H",
        gradient={
            "W": "n = np.tanh(x@W + h@U + b); x.T@(G*(1 - n**2))",
            "h": "n = np.tanh(x@W + h@U + b); (G*(1 - n**2))@U.T",
            "b": "n = np.tanh(x@W + h@U + b); np.sum(G*(1 - n**2), axis=0)",
        },
    ),
    known(
        "three recurrent steps",
        "Werbos 1990, eq. (13)-(16); Pascanu, Mikolov & Bengio 2013, eq. (3)-(5)",
        "a = np.tanh(u@W + h@U); b = np.tanh(v@W + a@U); np.sum(G*np.tanh(w@W + b@U))",
        "G N H | u N D | v N D | w N D | h N H | W D H | U H H",
        gradient={
            "U": "a = np.tanh(u@W + h@U); b = np.tanh(v@W + a@U); c = np.tanh(w@W + b@U); "
            "r = G*(1 - c**2); q = (r@U.T)*(1 - b**2); p = (q@U.T)*(1 - a**2); "
            "b.T@r + a.T@q + h.T@p",
            "W": "a = np.tanh(u@W + h@U); b = np.tanh(v@W + a@U); c = np.tanh(w@W + b@U); "
            "r = G*(1 - c**2); q = (r@U.T)*(1 - b**2); p = (q@U.T)*(1 - a**2); "
            "w.T@r + v.T@q + u.T@p",
        },
    ),
    known(
        "highway layer",
        "Srivastava, Greff & Schmidhuber 2015, eq. (3)",
        "t = sigmoid(X@A + a); m = np.tanh(X@B + b); np.sum(G*(m*t + X*(1 - t)))",
        "G N D | X N D | A D D | a D | B D D | b D",
        gradient={
            "X": "t = sigmoid(X@A + a); m = np.tanh(X@B + b); "
            "G*(1 - t) + (G*(m - X)*t*(1 - t))@A.T + (G*t*(1 - m**2))@B.T",
            "A": "t = sigmoid(X@A + a); m = np.tanh(X@B + b); X.T@(G*(m - X)*t*(1 - t))",
            "b": "t = sigmoid(X@A + a); m = np.tanh(X@B + b); np.sum(G*t*(1 - m**2), axis=0)",
        },
    ),
    known(
        "gated linear unit",
        "Dauphin et al. 2017, eq. (1); gradient eq. (3)",
        "np.sum(G*(X@A + a)*sigmoid(X@B + b))",
        "G N H | X N D | A D H | a H | B D H | b H",
        gradient={
            "A": "X.T@(G*sigmoid(X@B + b))",
            "B": "s = sigmoid(X@B + b); X.T@(G*(X@A + a)*s*(1 - s))",
            "X": "s = sigmoid(X@B + b); (G*s)@A.T + (G*(X@A + a)*s*(1 - s))@B.T",
        },
    ),
    known(
        "swish-gated feed-forward layer",
        "Shazeer 2020, eq. (5)-(6)",
        "np.sum(G*((silu(X@A)*(X@B))@C))",
        "G N K | X N D | A D H | B D H | C H K",
        gradient={
            "C": "(silu(X@A)*(X@B)).T@G",
            "B": "X.T@((G@C.T)*silu(X@A))",
            "A": "Z = X@A; s = sigmoid(Z); X.T@((G@C.T)*(X@B)*(s + Z*s*(1 - s)))",
        },
    ),
    known(
        "residual block",
        "He et al. 2016, eq. (1)-(2)",
        "np.sum(G*relu(X + relu(X@A + a)@B + b))",
        "G N D | X N D | A D H | a H | B H D | b D",
        gradient={
            "X": "H = relu(X@A + a); D = G*(X + H@B + b > 0); D + ((D@B.T)*(H > 0))@A.T",
            "A": "H = relu(X@A + a); D = G*(X + H@B + b > 0); X.T@((D@B.T)*(H > 0))",
            "b": "np.sum(G*(X + relu(X@A + a)@B + b > 0), axis=0)",
        },
    ),
    known(
        "fast weights",
        "Schmidhuber 1992; Schlag, Irie & Schmidhuber 2021, eq. (4)-(6): delta rule",
        "np.sum(g*((W + b*np.outer(v - W@k, k))@q))",
        "g M | W M D | b | v M | k D | q D",
        gradient={
            "W": "np.outer(g, q) - b*(k@q)*np.outer(g, k)",
            "v": "b*(k@q)*g",
            "k": "e = v - W@k; b*((g@e)*q - (k@q)*(W.T@g))",
        },
    ),
]
