"""Pieces of transformers: feed-forward, residuals, gates, positions, pair updates, optimisers."""

from tests.claims.pair import pair

SECTION = "Pieces of transformers"

VASWANI = "Vaswani et al. 2017, eq. (2)"
FEED = "h = relu(x@A + a); np.sum(G*(h@B + b))"
FEED_SHAPES = "x 5 4 | A 4 4 | a 4 | B 4 4 | b 4 | G 5 4"
CHAIN = "y = x@W; u = y@U; c = np.tanh(u); np.sum(G*c)"
CHAIN_SHAPES = "x N D | W D D | U D D | G N D"
DAUPHIN = "Dauphin et al. 2017, eq. (1); gradient eq. (3)"
GLU = "v = x@A + a; s = sigmoid(x@B + b); np.sum(G*v*s)"
GLU_SHAPES = "x N D | A D H | a H | B D H | b H | G N H"
SWIGLU = "u = x@A; s = sigmoid(u); f = u*s; v = x@B; np.sum(G*((f*v)@C))"
SWIGLU_SHAPES = "x N D | A D H | B D H | C H D | G N D"
ROTARY = "np.sum(p*(x*np.cos(a) - y*np.sin(a))) + np.sum(q*(x*np.sin(a) + y*np.cos(a)))"
ROTARY_SHAPES = "x N D | y N D | a N D | p N D | q N D"
SU = "Su et al. 2021, eq. (13), (34)"
JUMPER = "Jumper et al. 2021, supplement, "

PAIRS = [
    pair(
        "feed-forward block, the first weights",
        VASWANI,
        FEED,
        FEED_SHAPES,
        wrt="A",
        right=[
            "x.T@((G@B.T)*(h > 0))",
            "np.einsum('nd,nk,hk,nh->dh', x, G, B, h > 0)",
            "q = np.where(x@A + a > 0, G@B.T, 0); x.T@q",
            "A_bar[d,j] = sum[n](x[n,d]*[h[n,j] > 0]*sum[k](G[n,k]*B[j,k]))",
        ],
        wrong=[
            ("mask", "x.T@(G@B.T)"),
            ("transpose", "x.T@((G@B)*(h > 0))"),
            ("order", "x.T@((G*(h > 0))@B.T)"),
            ("transpose", "((G@B.T)*(h > 0)).T@x"),
            ("chain rule", "x.T@((G@B.T)*h)"),
            ("mask", "x.T@((G@B.T)*(h <= 0))"),
            ("chain rule/factor", "x.T@(G*(h > 0))"),
        ],
    ),
    pair(
        "feed-forward block, the second weights",
        VASWANI,
        FEED,
        FEED_SHAPES,
        wrt="B",
        right=[
            "h.T@G",
            "relu(x@A + a).T@G",
            "B_bar[j,k] = sum[n](relu(sum[d](x[n,d]*A[d,j]) + a[j])*G[n,k])",
        ],
        wrong=[
            ("transpose", "G.T@h"),
            ("chain rule/mask", "(h > 0).T@G"),
            ("mask", "(x@A + a).T@G"),
            ("missing term", "relu(x@A).T@G"),
            ("factor", "B_bar[j,k] = mean[n](h[n,j]*G[n,k])"),
        ],
    ),
    pair(
        "feed-forward block, its input",
        VASWANI,
        FEED,
        FEED_SHAPES,
        wrt="x",
        right=[
            "((G@B.T)*(h > 0))@A.T",
            "x_bar[n,d] = sum[j]([h[n,j] > 0]*A[d,j]*sum[k](G[n,k]*B[j,k]))",
        ],
        wrong=[
            ("transpose", "((G@B.T)*(h > 0))@A"),
            ("mask", "G@B.T@A.T"),
            ("order", "((G@A.T)*(h > 0))@B.T"),
            ("transpose", "x_bar[n,d] = sum[j]([h[n,j] > 0]*A[d,j]*sum[k](G[n,k]*B[k,j]))"),
        ],
    ),
    pair(
        "product through two names, the first weights",
        "Petersen & Pedersen 2012, sec. 2.8: chain rule of matrices",
        CHAIN,
        CHAIN_SHAPES,
        wrt="W",
        right=[
            "x.T@(G*(1 - c**2))@U.T",
            "d = G - G*c*c; x.T@(d@U.T)",
            "W_bar[i,j] = sum[n,k](x[n,i]*G[n,k]*(1 - c[n,k]^2)*U[j,k])",
        ],
        wrong=[
            ("transpose", "x.T@(G*(1 - c**2))@U"),
            ("order", "U.T@x.T@(G*(1 - c**2))"),
            ("chain rule", "x.T@G@U.T"),
            ("transpose", "W_bar[i,j] = sum[n,k](x[n,i]*G[n,k]*(1 - c[n,k]^2)*U[k,j])"),
            ("chain rule", "x.T@(G*(1 - u**2))@U.T"),
            ("wrong variable", "y.T@(G*(1 - c**2))"),
        ],
    ),
    pair(
        "product through two names, the second weights",
        "Petersen & Pedersen 2012, sec. 2.8: chain rule of matrices",
        CHAIN,
        CHAIN_SHAPES,
        wrt="U",
        right=[
            "y.T@(G*(1 - c**2))",
            "W.T@x.T@(G*(1 - c)*(1 + c))",
            "U_bar[j,k] = sum[n](y[n,j]*G[n,k]*(1 - tanh(u[n,k])^2))",
        ],
        wrong=[
            ("transpose", "W@x.T@(G*(1 - c**2))"),
            ("transpose", "(G*(1 - c**2)).T@y"),
            ("order", "x.T@(G*(1 - c**2))@W.T"),
            ("factor/chain rule", "x.T@(G*(1 - c**2))"),
            ("power", "y.T@(G*(1 - c))"),
        ],
    ),
    pair(
        "residual with relu",
        "He et al. 2016, eq. (1)",
        "f = relu(x@W + b); np.sum(G*(x + f))",
        "x 6 4 | W 4 4 | b 4 | G 6 4",
        wrt="x",
        right=[
            "G + (G*(f > 0))@W.T",
            "x_bar[n,d] = G[n,d] + sum[k](G[n,k]*[f[n,k] > 0]*W[d,k])",
        ],
        wrong=[
            ("missing term", "(G*(f > 0))@W.T"),
            ("missing term", "G"),
            ("transpose", "G + (G*(f > 0))@W"),
            ("mask", "G + G@W.T"),
            ("order/mask", "G + (G@W.T)*(f > 0)"),
            ("mask/factor", "G*(f > 0) + (G*(f > 0))@W.T"),
        ],
    ),
    pair(
        "residual, then unit length",
        "He et al. 2016, eq. (1); Zhang & Sennrich 2019, eq. (4)",
        "u = x + W@x; r = np.sqrt(u@u); y = u/r; g@y",
        "x D | W D D | g D",
        wrt="x",
        right=[
            "q = (g - y*(g@y))/r; q + W.T@q",
            "q = g/r - u*(g@u)/r**3; (np.eye(D) + W).T@q",
            "q[i] = (g[i] - y[i]*sum[j](g[j]*y[j]))/r\nx_bar[i] = q[i] + sum[k](W[k,i]*q[k])",
        ],
        wrong=[
            ("missing term", "q = (g - y*(g@y))/r; W.T@q"),
            ("transpose", "q = (g - y*(g@y))/r; q + W@q"),
            ("normalisation path/missing term", "q = g/r; q + W.T@q"),
            ("sign", "q = (g - y*(g@y))/r; q - W.T@q"),
            ("power", "q = g/r - u*(g@u)/r; q + W.T@q"),
            ("missing term", "(g - y*(g@y))/r"),
        ],
    ),
    pair(
        "gated linear unit, the weights of the gate",
        DAUPHIN,
        GLU,
        GLU_SHAPES,
        wrt="B",
        right=[
            "x.T@(G*v*s*(1 - s))",
            "np.einsum('nd,nh->dh', x, G*(x@A + a)*(s - s**2))",
            "B_bar[d,h] = sum[n](x[n,d]*G[n,h]*v[n,h]*s[n,h]*(1 - s[n,h]))",
        ],
        wrong=[
            ("chain rule", "x.T@(G*v*s)"),
            ("wrong variable", "x.T@(G*s)"),
            ("factor", "x.T@(G*s*(1 - s))"),
            ("sign", "x.T@(G*v*s*(1 + s))"),
            ("chain rule", "x.T@(G*v)"),
            ("power", "x.T@(G*v*s**2*(1 - s))"),
        ],
    ),
    pair(
        "gated linear unit, its input",
        DAUPHIN,
        GLU,
        GLU_SHAPES,
        wrt="x",
        right=[
            "(G*s)@A.T + (G*v*s*(1 - s))@B.T",
            "q = G*s; q@A.T + (q*v*(1 - s))@B.T",
            "x_bar[n,d] = sum[h](G[n,h]*s[n,h]*(A[d,h] + v[n,h]*(1 - s[n,h])*B[d,h]))",
        ],
        wrong=[
            ("missing term", "(G*s)@A.T"),
            ("missing term", "(G*v*s*(1 - s))@B.T"),
            ("chain rule", "(G*s)@A.T + (G*v*s)@B.T"),
            ("sign", "(G*s)@A.T - (G*v*s*(1 - s))@B.T"),
            ("wrong variable/order", "(G*s)@B.T + (G*v*s*(1 - s))@A.T"),
        ],
    ),
    pair(
        "swish-gated layer, the weights inside the swish",
        "Shazeer 2020, eq. (5)-(6)",
        SWIGLU,
        SWIGLU_SHAPES,
        wrt="A",
        right=[
            "x.T@((G@C.T)*v*(s + u*s*(1 - s)))",
            "x.T@((G@C.T)*v*(f + s*(1 - f)))",
            "A_bar[d,h] = sum[n](x[n,d]*v[n,h]*s[n,h]*(1 + u[n,h]*(1 - s[n,h]))"
            "*sum[k](G[n,k]*C[h,k]))",
        ],
        wrong=[
            ("chain rule/missing term", "x.T@((G@C.T)*v*s)"),
            ("missing term", "x.T@((G@C.T)*v*u*s*(1 - s))"),
            ("wrong variable", "x.T@((G@C.T)*f)"),
            ("factor", "x.T@((G@C.T)*(s + u*s*(1 - s)))"),
            ("sign", "x.T@((G@C.T)*v*(s - u*s*(1 - s)))"),
        ],
    ),
    pair(
        "rotary positions, the first half",
        SU,
        ROTARY,
        ROTARY_SHAPES,
        wrt="x",
        right=[
            "p*np.cos(a) + q*np.sin(a)",
            "x_bar[n,d] = cos(a[n,d])*p[n,d] + sin(a[n,d])*q[n,d]",
        ],
        wrong=[
            ("sign/transpose", "p*np.cos(a) - q*np.sin(a)"),
            ("wrong variable", "q*np.cos(a) - p*np.sin(a)"),
            ("missing term", "p*np.cos(a)"),
            ("chain rule/order", "p*np.sin(a) + q*np.cos(a)"),
        ],
    ),
    pair(
        "rotary positions, the angle",
        SU,
        ROTARY,
        ROTARY_SHAPES,
        wrt="a",
        right=[
            "q*(x*np.cos(a) - y*np.sin(a)) - p*(x*np.sin(a) + y*np.cos(a))",
            "(q*x - p*y)*np.cos(a) - (p*x + q*y)*np.sin(a)",
            "a_bar[n,d] = (q[n,d]*x[n,d] - p[n,d]*y[n,d])*cos(a[n,d])"
            " - (p[n,d]*x[n,d] + q[n,d]*y[n,d])*sin(a[n,d])",
        ],
        wrong=[
            ("sign", "q*(x*np.cos(a) - y*np.sin(a)) + p*(x*np.sin(a) + y*np.cos(a))"),
            ("chain rule", "p*(x*np.cos(a) - y*np.sin(a)) + q*(x*np.sin(a) + y*np.cos(a))"),
            ("missing term", "q*(x*np.cos(a) - y*np.sin(a))"),
            ("sign", "q*(x*np.cos(a) + y*np.sin(a)) - p*(x*np.sin(a) + y*np.cos(a))"),
        ],
    ),
    pair(
        "sinusoidal positions, the frequencies",
        "Vaswani et al. 2017, sec. 3.5",
        "np.sum(G*np.sin(t[:, None]*w)) + np.sum(C*np.cos(t[:, None]*w))",
        "t T | w D | G T D | C T D",
        wrt="w",
        right=[
            "z = np.outer(t, w); t@(G*np.cos(z) - C*np.sin(z))",
            "w_bar[d] = sum[s](t[s]*(G[s,d]*cos(t[s]*w[d]) - C[s,d]*sin(t[s]*w[d])))",
        ],
        wrong=[
            ("sign", "z = np.outer(t, w); t@(G*np.cos(z) + C*np.sin(z))"),
            ("chain rule", "z = np.outer(t, w); np.sum(G*np.cos(z) - C*np.sin(z), axis=0)"),
            ("chain rule", "z = np.outer(t, w); t@(G*np.sin(z) - C*np.cos(z))"),
            ("factor/extra sum or mean", "z = np.outer(t, w); t@(G*np.cos(z) - C*np.sin(z))/T"),
            ("missing term", "z = np.outer(t, w); t@(G*np.cos(z))"),
        ],
    ),
    pair(
        "dropout, inverted",
        "Srivastava et al. 2014, sec. 10: scaled in training",
        "h = np.tanh(x); np.sum(G*m*h/(1 - q))",
        "x 5 6 | m 5 6 | G 5 6 | q",
        wrt="x",
        assume={"m": "mask"},
        right=[
            "G*m*(1 - h**2)/(1 - q)",
            "np.where(m > 0, G/(1 - q), 0)*(1 - h**2)",
            "x_bar[i,j] = m[i,j]*G[i,j]*(1 - tanh(x[i,j])^2)/(1 - q)",
        ],
        wrong=[
            ("factor", "G*m*(1 - h**2)"),
            ("mask", "G*(1 - h**2)/(1 - q)"),
            ("mask", "G*(1 - m)*(1 - h**2)/(1 - q)"),
            ("chain rule", "G*m/(1 - q)"),
            ("power/factor", "G*m*(1 - h**2)*(1 - q)"),
            ("sign", "G*m*(1 - h**2)/(1 + q)"),
        ],
    ),
    pair(
        "length after a linear map",
        "Saxe, McClelland & Ganguli 2014, sec. 3.2: orthogonal weights keep lengths",
        "np.sum((x@W)**2)/2",
        "x N D | W D D",
        wrt="x",
        right=[
            "x@W@W.T",
            "x_bar[n,d] = sum[k,c](x[n,c]*W[c,k]*W[d,k])",
        ],
        wrong=[
            ("assumption", "x"),
            ("assumption/transpose", "x@W@W"),
            ("order/transpose", "x@W.T@W"),
            ("factor", "2*x@W@W.T"),
            ("factor/chain rule", "x@W"),
        ],
    ),
    pair(
        "scores of a set with itself",
        "Vaswani et al. 2017, sec. 3.2.1: one matrix for queries and keys",
        "S = x@A@x.T; np.sum(G*S)",
        "x T D | A D D | G T T",
        wrt="x",
        right=[
            "G@x@A.T + G.T@x@A",
            "np.einsum('ts,sk,dk->td', G, x, A) + np.einsum('st,sk,kd->td', G, x, A)",
            "x_bar[t,d] = sum[s,k](G[t,s]*x[s,k]*A[d,k] + G[s,t]*x[s,k]*A[k,d])",
        ],
        wrong=[
            ("assumption", "2*G@x@A.T"),
            ("assumption/transpose", "G@x@A.T + G@x@A"),
            ("missing term", "G@x@A.T"),
            ("transpose", "G@x@A.T + G.T@x@A.T"),
            ("sign", "G@x@A.T - G.T@x@A"),
            ("factor", "G@x + G.T@x@A"),
        ],
    ),
    pair(
        "scores of a set with itself, the matrix",
        "Vaswani et al. 2017, sec. 3.2.1: one matrix for queries and keys",
        "S = x@A@x.T; np.sum(G*S)",
        "x T D | A D D | G T T",
        wrt="A",
        right=[
            "x.T@G@x",
            "(x.T@G.T@x).T",
            "A_bar[d,k] = sum[t,s](x[t,d]*G[t,s]*x[s,k])",
        ],
        wrong=[
            ("transpose", "x.T@G.T@x"),
            ("transpose", "A_bar[d,k] = sum[t,s](x[t,k]*G[t,s]*x[s,d])"),
            ("missing sum or mean", "A_bar[d,k] = sum[t](x[t,d]*G[t,t]*x[t,k])"),
            ("assumption/extra term", "x.T@(G + G.T)@x/2"),
            ("factor", "2*x.T@G@x"),
        ],
    ),
    pair(
        "outer product mean",
        JUMPER + "alg. 10",
        "o[i,j,c,e] = mean[s](a[s,i,c]*b[s,j,e])",
        "a S N C | b S N C | G N N C C",
        wrt="a",
        of="vjp",
        cotangent="G",
        right=[
            "a_bar[s,i,c] = sum[j,e](G[i,j,c,e]*b[s,j,e])/S",
            "np.einsum('ijce,sje->sic', G, b)/S",
        ],
        wrong=[
            ("factor/missing sum or mean", "a_bar[s,i,c] = sum[j,e](G[i,j,c,e]*b[s,j,e])"),
            ("transpose", "a_bar[s,i,c] = sum[j,e](G[j,i,c,e]*b[s,j,e])/S"),
            ("transpose", "a_bar[s,i,c] = sum[j,e](G[i,j,e,c]*b[s,j,e])/S"),
            ("wrong variable", "np.einsum('jiec,sje->sic', G, a)/S"),
            ("missing sum or mean", "a_bar[s,i,c] = sum[j](G[i,j,c,c]*b[s,j,c])/S"),
        ],
    ),
    pair(
        "triangle multiplication, outgoing edges",
        JUMPER + "alg. 11",
        "t[i,j,c] = sum[k](a[i,k,c]*b[j,k,c])",
        "a N N C | b N N C | G N N C",
        wrt="b",
        of="vjp",
        cotangent="G",
        right=[
            "b_bar[j,k,c] = sum[i](G[i,j,c]*a[i,k,c])",
            "np.einsum('ijc,ikc->jkc', G, a)",
        ],
        wrong=[
            ("transpose", "b_bar[j,k,c] = sum[i](G[j,i,c]*a[i,k,c])"),
            ("transpose", "b_bar[j,k,c] = sum[i](G[i,j,c]*a[k,i,c])"),
            ("wrong variable", "np.einsum('jic,ikc->jkc', G, b)"),
            ("factor/extra sum or mean", "b_bar[j,k,c] = mean[i](G[i,j,c]*a[i,k,c])"),
            ("missing sum or mean", "b_bar[j,k,c] = G[j,j,c]*a[j,k,c]"),
        ],
    ),
    pair(
        "decay inside the gradient",
        "Loshchilov & Hutter 2019, prop. 1: for plain descent, decay and a squared norm agree",
        "theta - eta*(g + lam*theta)",
        "theta D | g D | eta | lam",
        wrt=None,
        of="identity",
        right=[
            "(1 - eta*lam)*theta - eta*g",
            "y[d] = theta[d] - eta*g[d] - eta*lam*theta[d]",
        ],
        wrong=[
            ("factor", "(1 - lam)*theta - eta*g"),
            ("sign", "(1 + eta*lam)*theta - eta*g"),
            ("factor", "(1 - 2*eta*lam)*theta - eta*g"),
            ("missing term", "theta - eta*g"),
        ],
    ),
    pair(
        "two steps with momentum",
        "Polyak 1964, eq. (9)",
        "v1 = mu*v - eta*g1; v2 = mu*v1 - eta*g2; theta + v1 + v2",
        "theta D | v D | g1 D | g2 D | mu | eta",
        wrt=None,
        of="identity",
        right=[
            "theta + (mu + mu**2)*v - eta*((1 + mu)*g1 + g2)",
            "y[d] = theta[d] + mu*(1 + mu)*v[d] - eta*g1[d] - eta*mu*g1[d] - eta*g2[d]",
        ],
        wrong=[
            ("missing term/factor", "theta + (mu + mu**2)*v - eta*(g1 + g2)"),
            ("order/wrong variable", "theta + (mu + mu**2)*v - eta*(g1 + (1 + mu)*g2)"),
            ("power/factor", "theta + 2*mu*v - eta*((1 + mu)*g1 + g2)"),
            ("sign", "theta + (mu + mu**2)*v + eta*((1 + mu)*g1 + g2)"),
        ],
    ),
    pair(
        "the first step of Adam",
        "Kingma & Ba 2015, alg. 1 and sec. 3, without the small constant",
        "m = (1 - a)*g; v = (1 - b)*g**2; -eta*(m/(1 - a))/np.sqrt(v/(1 - b))",
        "g D | a | b | eta",
        wrt=None,
        of="identity",
        right=[
            "-eta*np.sign(g)",
            "-eta*g/np.abs(g)",
            "s[d] = -eta*where(g[d] > 0, 1, -1)",
        ],
        wrong=[
            ("factor/missing term", "-eta*(1 - a)*np.sign(g)"),
            ("power", "-eta*g/np.sqrt(np.abs(g))"),
            ("sign", "eta*np.sign(g)"),
            ("power", "-eta*g/g**2"),
        ],
    ),
    pair(
        "two moments of Adam",
        "Kingma & Ba 2015, alg. 1 and eq. (3)",
        "m1 = b*m + (1 - b)*g1; m2 = b*m1 + (1 - b)*g2; m2",
        "m D | g1 D | g2 D | b",
        wrt=None,
        of="identity",
        right=[
            "b**2*m + (1 - b)*(b*g1 + g2)",
            "m2[d] = b^2*m[d] + b*g1[d] - b^2*g1[d] + g2[d] - b*g2[d]",
        ],
        wrong=[
            ("power", "b*m + (1 - b)*(b*g1 + g2)"),
            ("factor", "b**2*m + (1 - b)*(g1 + g2)"),
            ("order/wrong variable", "b**2*m + (1 - b)*(g1 + b*g2)"),
            ("factor/missing term", "b**2*m + b*g1 + g2"),
            ("missing term", "(1 - b)*(b*g1 + g2)"),
        ],
    ),
    pair(
        "sigmoid by tanh",
        "LeCun et al. 1998, Efficient BackProp, sec. 4.4",
        "sigmoid(x)",
        "x N D",
        wrt=None,
        of="identity",
        right=[
            "(1 + np.tanh(x/2))/2",
            "1 - sigmoid(-x)",
            "np.exp(-softplus(-x))",
            "np.exp(x)/(1 + np.exp(x))",
            "y[n,d] = 1/(1 + exp(-x[n,d]))",
        ],
        wrong=[
            ("factor", "(1 + np.tanh(x))/2"),
            ("sign", "(1 - np.tanh(x/2))/2"),
            ("missing term", "np.tanh(x/2)/2"),
            ("sign", "np.exp(-softplus(x))"),
        ],
    ),
]
