"""Recurrent cells, one step of each, and recurrences through time."""

from tests.claims.pair import pair

SECTION = "Recurrent cells"

PASCANU = "Elman 1990; gradient Pascanu, Mikolov & Bengio 2013, eq. (5)"
GREFF = "Hochreiter & Schmidhuber 1997; Gers et al. 2000; gradients Greff et al. 2017, app. A"
CHO = "Cho et al. 2014, eq. (5)-(8): reset before, z keeps"
CUDNN = "formulas of the PyTorch manual, torch.nn.GRUCell: reset after"
STEP = "h = np.tanh(x@W + s@U + b); np.sum(G*h)"
STEP_SHAPES = "x N D | s N H | W D H | U H H | b H | G N H"
LSTM = (
    "i = sigmoid(ai); f = sigmoid(af); g = np.tanh(ag); o = sigmoid(ao); "
    "c = f*c0 + i*g; h = o*np.tanh(c); np.sum(G*h) + np.sum(C*c)"
)
LSTM_SHAPES = "ai N H | af N H | ag N H | ao N H | c0 N H | G N H | C N H"
DC = "dc = C + G*o*(1 - np.tanh(c)**2); "
PEEP = "f = sigmoid(b + pf*c0); c = f*c0 + u; o = sigmoid(d + po*c); t = np.tanh(c); np.sum(G*o*t)"
PEEP_SHAPES = "b N H | u N H | d N H | c0 N H | pf H | po H | G N H"
GRU = "r = sigmoid(ar); z = sigmoid(az); n = np.tanh(an + (r*h)@U); np.sum(G*(z*h + (1 - z)*n))"
GRU_SHAPES = "ar N H | az N H | an N H | h N H | U H H | G N H"
DN = "dn = G*(1 - z)*(1 - n**2); "
AFTER = (
    "r = sigmoid(ar); z = sigmoid(az); s = h@U + b; n = np.tanh(an + r*s); "
    "np.sum(G*((1 - z)*n + z*h))"
)
LINEAR = "h[-1,k] = 0\nh[t,k] = a[k]*h[t-1,k] + x[t,k]\nL = sum[t,k](g[t,k]*h[t,k])"
LINEAR_BACK = "r[t,k] = g[t,k] + [t+1 < T]*a[k]*r[t+1,k]\n"
RNN = "h[-1,k] = 0\nh[t,k] = tanh(x[t,k] + sum[j](h[t-1,j]*U[j,k]))\nL = sum[t,k](g[t,k]*h[t,k])"
RNN_BACK = "r[t,k] = (1 - h[t,k]^2)*(g[t,k] + [t+1 < T]*sum[j](r[t+1,j]*U[k,j]))\n"
FIVE_LINEAR, FIVE_BACK = LINEAR_BACK.replace("T", "5"), RNN_BACK.replace("T", "5")

PAIRS = [
    pair(
        "simple recurrent step, the recurrent weights",
        PASCANU,
        STEP,
        STEP_SHAPES,
        wrt="U",
        right=[
            "s.T@(G*(1 - h**2))",
            "((G*(1 - h)*(1 + h)).T@s).T",
            "np.einsum('nj,nk->jk', s, G/np.cosh(x@W + s@U + b)**2)",
            "U_bar[j,k] = sum[n](s[n,j]*G[n,k]*(1 - h[n,k]^2))",
        ],
        wrong=[
            ("chain rule", "s.T@G"),
            ("transpose", "(G*(1 - h**2)).T@s"),
            ("power", "s.T@(G*(1 - h))"),
            ("sign", "s.T@(G*(1 + h**2))"),
            ("shift or stride/wrong variable", "h.T@(G*(1 - h**2))"),
            ("chain rule", "s.T@(G*h*(1 - h))"),
            ("factor", "U_bar[j,k] = mean[n](s[n,j]*G[n,k]*(1 - h[n,k]^2))"),
        ],
    ),
    pair(
        "simple recurrent step, the state before",
        PASCANU,
        STEP,
        STEP_SHAPES,
        wrt="s",
        right=[
            "(G*(1 - h**2))@U.T",
            "G@U.T - (G*h**2)@U.T",
            "s_bar[n,j] = sum[k](G[n,k]*(1 - h[n,k]^2)*U[j,k])",
        ],
        wrong=[
            ("transpose", "(G*(1 - h**2))@U"),
            ("chain rule", "G@U.T"),
            ("order/chain rule", "(G@U.T)*(1 - h**2)"),
            ("shift or stride", "(G*(1 - s**2))@U.T"),
            ("sign", "G@U.T + (G*h**2)@U.T"),
            ("transpose", "s_bar[n,j] = sum[k](G[n,k]*(1 - h[n,k]^2)*U[k,j])"),
        ],
    ),
    pair(
        "simple recurrent step, the bias",
        PASCANU,
        STEP,
        STEP_SHAPES,
        wrt="b",
        right=[
            "np.sum(G*(1 - h**2), axis=0)",
            "np.sum(G, axis=0) - np.einsum('nk,nk->k', G, h*h)",
            "b_bar[k] = sum[n](G[n,k]*(1 - tanh(sum[d](x[n,d]*W[d,k])"
            " + sum[j](s[n,j]*U[j,k]) + b[k])^2))",
        ],
        wrong=[
            ("factor", "np.mean(G*(1 - h**2), axis=0)"),
            ("chain rule", "np.sum(G, axis=0)"),
            ("power", "np.sum(G*(1 - h**2)**2, axis=0)"),
            ("missing term", "np.sum(G*(1 - np.tanh(x@W + s@U)**2), axis=0)"),
        ],
    ),
    pair(
        "LSTM, the state of the cell before",
        GREFF,
        LSTM,
        LSTM_SHAPES,
        wrt="c0",
        right=[
            DC + "dc*f",
            "C*f + G*o*f/np.cosh(c)**2",
            "c0_bar[n,k] = f[n,k]*(C[n,k] + G[n,k]*o[n,k]*(1 - tanh(c[n,k])^2))",
        ],
        wrong=[
            ("chain rule", "(C + G*o)*f"),
            ("missing term", "G*o*(1 - np.tanh(c)**2)*f"),
            ("chain rule", "(C + G*o*(1 - c**2))*f"),
            ("power", "(C + G*o*(1 - np.tanh(c)))*f"),
            ("shift or stride", "(C + G*o*(1 - np.tanh(c0)**2))*f"),
            ("factor", DC + "dc"),
        ],
    ),
    pair(
        "LSTM, the forget gate before its sigmoid",
        GREFF,
        LSTM,
        LSTM_SHAPES,
        wrt="af",
        right=[
            DC + "dc*c0*f*(1 - f)",
            DC + "dc*c0*sigmoid(af)*sigmoid(-af)",
            DC + "dc*c0*(f - f**2)",
            "d[n,k] = C[n,k] + G[n,k]*o[n,k]*(1 - tanh(c[n,k])^2)\n"
            "af_bar[n,k] = d[n,k]*c0[n,k]*f[n,k]*(1 - f[n,k])",
        ],
        wrong=[
            ("shift or stride", DC + "dc*c*f*(1 - f)"),
            ("chain rule", DC + "dc*c0*f"),
            ("chain rule/wrong variable", DC + "dc*c0"),
            ("sign", DC + "dc*c0*f*(1 + f)"),
            ("wrong variable", DC + "dc*g*i*(1 - i)"),
            ("chain rule", DC + "dc*c0*(1 - f**2)"),
        ],
    ),
    pair(
        "LSTM, the candidate before its tanh",
        GREFF,
        LSTM,
        LSTM_SHAPES,
        wrt="ag",
        right=[
            DC + "dc*i*(1 - g**2)",
            DC + "dc*i*(1 - g)*(1 + g)",
            "ag_bar[n,k] = (C[n,k] + G[n,k]*o[n,k]*(1 - tanh(c[n,k])^2))*i[n,k]"
            "*(1 - tanh(ag[n,k])^2)",
        ],
        wrong=[
            ("chain rule", DC + "dc*i*g*(1 - g)"),
            ("power", DC + "dc*i*(1 - g)**2"),
            ("chain rule/wrong variable", DC + "dc*i"),
            ("factor", DC + "dc*(1 - g**2)"),
            ("missing term", "G*o*(1 - np.tanh(c)**2)*i*(1 - g**2)"),
        ],
    ),
    pair(
        "LSTM, the output gate before its sigmoid",
        GREFF,
        LSTM,
        LSTM_SHAPES,
        wrt="ao",
        right=[
            "G*np.tanh(c)*o*(1 - o)",
            "G*h*(1 - o)",
            "ao_bar[n,k] = G[n,k]*tanh(c[n,k])*o[n,k]*(1 - o[n,k])",
            "t = 2*sigmoid(2*c) - 1; G*t*sigmoid(ao)*sigmoid(-ao)",
        ],
        wrong=[
            ("chain rule", "G*c*o*(1 - o)"),
            ("extra term", "(G*np.tanh(c) + C)*o*(1 - o)"),
            ("factor", "G*o*(1 - o)"),
            ("factor/power", "G*h*o*(1 - o)"),
            ("chain rule", "G*(1 - np.tanh(c)**2)*o*(1 - o)"),
        ],
    ),
    pair(
        "one gated unit, the recurrent weights of its gate",
        GREFF,
        "f = sigmoid(x@W + s@U + b); c = f*c0 + u; np.sum(C*c)",
        "x N D | s N H | W D H | U H H | b H | c0 N H | u N H | C N H",
        wrt="U",
        right=[
            "s.T@(C*c0*f*(1 - f))",
            "U_bar[j,k] = sum[n](s[n,j]*C[n,k]*c0[n,k]*f[n,k]*(1 - f[n,k]))",
        ],
        wrong=[
            ("transpose", "(C*c0*f*(1 - f)).T@s"),
            ("chain rule", "s.T@(C*c0)"),
            ("shift or stride", "s.T@(C*c*f*(1 - f))"),
            ("wrong variable/shift or stride", "c0.T@(C*c0*f*(1 - f))"),
        ],
    ),
    pair(
        "LSTM with peepholes, the state of the cell before",
        "Gers & Schmidhuber 2000; gradients Greff et al. 2017, app. A",
        PEEP,
        PEEP_SHAPES,
        wrt="c0",
        right=[
            "q = G*t*o*(1 - o); dc = G*o*(1 - t**2) + q*po; dc*f + dc*c0*f*(1 - f)*pf",
            "dc = G*o*(1 - t**2 + t*(1 - o)*po); dc*f*(1 + c0*(1 - f)*pf)",
            "e[n,k] = G[n,k]*o[n,k]*(1 - t[n,k]^2 + t[n,k]*(1 - o[n,k])*po[k])\n"
            "c0_bar[n,k] = e[n,k]*(f[n,k] + c0[n,k]*f[n,k]*(1 - f[n,k])*pf[k])",
        ],
        wrong=[
            ("missing term", "q = G*t*o*(1 - o); dc = G*o*(1 - t**2) + q*po; dc*f"),
            ("missing term", "dc = G*o*(1 - t**2); dc*f + dc*c0*f*(1 - f)*pf"),
            (
                "shift or stride",
                "q = G*t*o*(1 - o); dc = G*o*(1 - t**2) + q*po; dc*f + dc*c*f*(1 - f)*pf",
            ),
            (
                "sign",
                "q = G*t*o*(1 - o); dc = G*o*(1 - t**2) - q*po; dc*f + dc*c0*f*(1 - f)*pf",
            ),
        ],
    ),
    pair(
        "LSTM with peepholes, the peephole of the forget gate",
        "Gers & Schmidhuber 2000; gradients Greff et al. 2017, app. A",
        PEEP,
        PEEP_SHAPES,
        wrt="pf",
        right=[
            "dc = G*o*(1 - t**2) + G*t*o*(1 - o)*po; np.sum(dc*c0**2*f*(1 - f), axis=0)",
            "e[n,k] = G[n,k]*o[n,k]*(1 - t[n,k]^2 + t[n,k]*(1 - o[n,k])*po[k])\n"
            "pf_bar[k] = sum[n](e[n,k]*c0[n,k]^2*f[n,k]*(1 - f[n,k]))",
        ],
        wrong=[
            (
                "shift or stride",
                "dc = G*o*(1 - t**2) + G*t*o*(1 - o)*po; np.sum(dc*c0*c*f*(1 - f), axis=0)",
            ),
            (
                "power",
                "dc = G*o*(1 - t**2) + G*t*o*(1 - o)*po; np.sum(dc*c0*f*(1 - f), axis=0)",
            ),
            ("wrong variable", "np.sum(G*t*o*(1 - o)*c, axis=0)"),
            ("missing term", "dc = G*o*(1 - t**2); np.sum(dc*c0**2*f*(1 - f), axis=0)"),
        ],
    ),
    pair(
        "GRU, reset before, the state before",
        CHO,
        GRU,
        GRU_SHAPES,
        wrt="h",
        right=[
            DN + "G*z + (dn@U.T)*r",
            "G*z + r*np.einsum('nk,jk->nj', G*(1 - z)*(1 - n)*(1 + n), U)",
            "h_bar[m,j] = G[m,j]*z[m,j] + r[m,j]*sum[k](G[m,k]*(1 - z[m,k])*(1 - n[m,k]^2)*U[j,k])",
        ],
        wrong=[
            ("missing term", DN + "(dn@U.T)*r"),
            ("missing term", DN + "G*z"),
            ("factor", DN + "G*z + dn@U.T"),
            ("transpose", DN + "G*z + (dn@U)*r"),
            ("order", DN + "G*z + (dn*r)@U.T"),
            ("chain rule", "G*z + ((G*(1 - z))@U.T)*r"),
            ("sign", DN + "G*z - (dn@U.T)*r"),
        ],
    ),
    pair(
        "GRU, reset before, the recurrent weights of the candidate",
        CHO,
        GRU,
        GRU_SHAPES,
        wrt="U",
        right=[
            DN + "(r*h).T@dn",
            "np.einsum('nj,nk->jk', h*r, G*(1 - z)*(1 - n**2))",
            "U_bar[j,k] = sum[m](r[m,j]*h[m,j]*G[m,k]*(1 - z[m,k])*(1 - n[m,k]^2))",
        ],
        wrong=[
            ("order", DN + "h.T@(r*dn)"),
            ("factor", DN + "h.T@dn"),
            ("transpose", DN + "dn.T@(r*h)"),
            ("chain rule", "(r*h).T@(G*(1 - z))"),
            ("factor/sign", "(r*h).T@(G*z*(1 - n**2))"),
        ],
    ),
    pair(
        "GRU, the update gate before its sigmoid",
        CHO,
        GRU,
        GRU_SHAPES,
        wrt="az",
        right=[
            "G*(h - n)*z*(1 - z)",
            "G*h*z*(1 - z) - G*n*z*(1 - z)",
            "az_bar[m,k] = G[m,k]*(h[m,k] - n[m,k])*sigmoid(az[m,k])*sigmoid(-az[m,k])",
        ],
        wrong=[
            ("sign", "G*(n - h)*z*(1 - z)"),
            ("sign", "G*(h + n)*z*(1 - z)"),
            ("missing term", "G*h*z*(1 - z)"),
            ("chain rule", "G*(h - n)"),
            ("chain rule", "G*(h - n)*z"),
        ],
    ),
    pair(
        "GRU, the reset gate before its sigmoid",
        CHO,
        GRU,
        GRU_SHAPES,
        wrt="ar",
        right=[
            DN + "(dn@U.T)*h*r*(1 - r)",
            "ar_bar[m,j] = h[m,j]*r[m,j]*(1 - r[m,j])"
            "*sum[k](G[m,k]*(1 - z[m,k])*(1 - n[m,k]^2)*U[j,k])",
        ],
        wrong=[
            ("chain rule/factor", DN + "dn*h*r*(1 - r)"),
            ("factor", DN + "(dn@U.T)*r*(1 - r)"),
            ("order", DN + "(dn*h*r*(1 - r))@U.T"),
            ("chain rule", DN + "(dn@U.T)*h"),
            ("wrong variable", "G*(h - n)*z*(1 - z)"),
        ],
    ),
    pair(
        "GRU, reset after, the recurrent weights of the candidate",
        CUDNN,
        AFTER,
        GRU_SHAPES + " | b H",
        wrt="U",
        right=[
            DN + "h.T@(dn*r)",
            "U_bar[j,k] = sum[m](h[m,j]*r[m,k]*G[m,k]*(1 - z[m,k])*(1 - n[m,k]^2))",
        ],
        wrong=[
            ("order", DN + "(r*h).T@dn"),
            ("factor", DN + "h.T@dn"),
            ("transpose", DN + "(dn*r).T@h"),
            ("factor/wrong variable", DN + "h.T@(dn*s)"),
        ],
    ),
    pair(
        "GRU, reset after, the recurrent bias of the candidate",
        CUDNN,
        AFTER,
        GRU_SHAPES + " | b H",
        wrt="b",
        right=[
            DN + "np.sum(dn*r, axis=0)",
            "b_bar[k] = sum[m](r[m,k]*G[m,k]*(1 - z[m,k])*(1 - n[m,k]^2))",
        ],
        wrong=[
            ("factor", DN + "np.sum(dn, axis=0)"),
            ("factor", DN + "np.mean(dn*r, axis=0)"),
            ("chain rule", "np.sum(G*(1 - z)*r, axis=0)"),
        ],
    ),
    pair(
        "linear recurrence, its input",
        "Gu, Goel & Re 2022, eq. (3)-(5), diagonal",
        LINEAR,
        "x T K | a K | g T K",
        wrt="x",
        right=[
            LINEAR_BACK + "x_bar[t,k] = r[t,k]",
            "r[t,k] = [t+1 < T]*a[k]*r[t+1,k] + g[t,k]\nx_bar[t,k] = r[t,k]",
        ],
        wrong=[
            ("missing term", "x_bar[t,k] = g[t,k]"),
            (
                "shift or stride/order",
                "r[-1,k] = 0\nr[t,k] = g[t,k] + a[k]*r[t-1,k]\nx_bar[t,k] = r[t,k]",
            ),
            ("sign", "r[t,k] = g[t,k] - [t+1 < T]*a[k]*r[t+1,k]\nx_bar[t,k] = r[t,k]"),
            ("wrong variable/factor", LINEAR_BACK + "x_bar[t,k] = a[k]*r[t,k]"),
        ],
    ),
    pair(
        "linear recurrence, its coefficients",
        "Gu, Goel & Re 2022, eq. (3)-(5), diagonal",
        LINEAR,
        "x 5 K | a K | g 5 K",
        wrt="a",
        right=[
            FIVE_LINEAR + "a_bar[k] = sum[t]([t >= 1]*r[t,k]*h[t-1,k])",
            FIVE_LINEAR + "a_bar[k] = sum[t]([t+1 < 5]*r[t+1,k]*h[t,k])",
        ],
        wrong=[
            ("shift or stride", FIVE_LINEAR + "a_bar[k] = sum[t](r[t,k]*h[t,k])"),
            ("missing term/chain rule", "a_bar[k] = sum[t]([t >= 1]*g[t,k]*h[t-1,k])"),
            ("wrong variable/factor", FIVE_LINEAR + "a_bar[k] = sum[t](r[t,k]*x[t,k])"),
        ],
    ),
    pair(
        "recurrent network through time, its input",
        "Werbos 1990, eq. (13)-(16); Pascanu, Mikolov & Bengio 2013, eq. (3)-(5)",
        RNN,
        "x T K | U K K | g T K",
        wrt="x",
        right=[
            RNN_BACK + "x_bar[t,k] = r[t,k]",
            "e[t,k] = g[t,k] + [t+1 < T]*sum[j]((1 - h[t+1,j]^2)*e[t+1,j]*U[k,j])\n"
            "x_bar[t,k] = e[t,k]*(1 - h[t,k]^2)",
        ],
        wrong=[
            (
                "transpose",
                "r[t,k] = (1 - h[t,k]^2)*(g[t,k] + [t+1 < T]*sum[j](r[t+1,j]*U[j,k]))\n"
                "x_bar[t,k] = r[t,k]",
            ),
            (
                "chain rule",
                "r[t,k] = g[t,k] + [t+1 < T]*sum[j](r[t+1,j]*U[k,j])\nx_bar[t,k] = r[t,k]",
            ),
            ("missing term", "x_bar[t,k] = (1 - h[t,k]^2)*g[t,k]"),
            (
                "power",
                "r[t,k] = (1 - h[t,k])*(g[t,k] + [t+1 < T]*sum[j](r[t+1,j]*U[k,j]))\n"
                "x_bar[t,k] = r[t,k]",
            ),
        ],
    ),
    pair(
        "recurrent network through time, its weights",
        "Werbos 1990, eq. (13)-(16); Pascanu, Mikolov & Bengio 2013, eq. (3)-(5)",
        RNN,
        "x 5 K | U K K | g 5 K",
        wrt="U",
        right=[
            FIVE_BACK + "U_bar[j,k] = sum[t]([t >= 1]*h[t-1,j]*r[t,k])",
            FIVE_BACK + "U_bar[j,k] = sum[t]([t+1 < 5]*h[t,j]*r[t+1,k])",
        ],
        wrong=[
            ("shift or stride", FIVE_BACK + "U_bar[j,k] = sum[t](h[t,j]*r[t,k])"),
            ("transpose", FIVE_BACK + "U_bar[j,k] = sum[t]([t >= 1]*h[t-1,k]*r[t,j])"),
            (
                "missing term",
                "U_bar[j,k] = sum[t]([t >= 1]*h[t-1,j]*(1 - h[t,k]^2)*g[t,k])",
            ),
        ],
    ),
]
