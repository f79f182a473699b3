"""Normalisation layers, with the gradient of sum(G * layer(X))."""

from tests.literature.entry import known

SECTION = "Normalisation"
ROWS = "G N D | X N D"
IMAGE = "G N C T | X N C T"
LAYER = "(X - np.mean(X, axis=1, keepdims=True))/np.sqrt(np.var(X, axis=1, keepdims=True) + eps)"

ENTRIES = [
    known(
        "layer normalisation",
        "Ba, Kiros & Hinton 2016, eq. (4); gradient Xu et al. 2019, eq. (6)",
        "m = np.mean(X, axis=1, keepdims=True); v = np.var(X, axis=1, keepdims=True); "
        "np.sum(G*(g*(X - m)/np.sqrt(v + eps) + b))",
        ROWS + " | g D | b D | eps",
        gradient=dict(
            X=f"r = 1/np.sqrt(np.var(X, axis=1, keepdims=True) + eps); Z = {LAYER}; H = G*g; "
            "r*(H - np.mean(H, axis=1, keepdims=True) - Z*np.mean(H*Z, axis=1, keepdims=True))",
            g=f"np.sum(G*{LAYER}, axis=0)",
            b="np.sum(G, axis=0)",
        ),
        draw={"eps": "positive"},
    ),
    known(
        "layer normalisation without gain",
        "Ba, Kiros & Hinton 2016, eq. (3)",
        "m = np.mean(x); s = np.std(x); np.sum(g*(x - m)/s)",
        "x D | g D",
        gradient=dict(
            x="s = np.std(x); z = (x - np.mean(x))/s; (g - np.mean(g) - z*np.mean(g*z))/s",
        ),
        sizes={"D": (3, 7)},
    ),
    known(
        "batch normalisation",
        "Ioffe & Szegedy 2015, alg. 1 and the equations of sec. 3",
        "m = np.mean(X, axis=0); v = np.mean((X - m)**2, axis=0); "
        "Z = (X - m)/np.sqrt(v + eps); np.sum(G*(g*Z + b))",
        ROWS + " | g D | b D | eps",
        gradient=dict(
            X="s = np.sqrt(np.var(X, axis=0) + eps); Z = (X - np.mean(X, axis=0))/s; "
            "g/s*(G - np.mean(G, axis=0) - Z*np.mean(G*Z, axis=0))",
            g="s = np.sqrt(np.var(X, axis=0) + eps); np.sum(G*(X - np.mean(X, axis=0))/s, axis=0)",
            b="np.sum(G, axis=0)",
        ),
        draw={"eps": "positive"},
    ),
    known(
        "batch normalisation in use",
        "Ioffe & Szegedy 2015, alg. 2, frozen statistics",
        "np.sum(G*(g*(X - m)/np.sqrt(v + eps) + b))",
        ROWS + " | g D | b D | m D | v D | eps",
        gradient=dict(
            X="G*g/np.sqrt(v + eps)",
            g="np.sum(G*(X - m), axis=0)/np.sqrt(v + eps)",
        ),
        assume={"v": "positive", "eps": "positive"},
    ),
    known(
        "root mean square",
        "Zhang & Sennrich 2019, eq. (4); gradient eq. (9)",
        "np.sum(G*g*X/np.sqrt(np.mean(X**2, axis=1, keepdims=True) + eps))",
        ROWS + " | g D | eps",
        gradient=dict(
            X="r = 1/np.sqrt(np.mean(X**2, axis=1, keepdims=True) + eps); H = G*g; "
            "r*(H - r**2*X*np.mean(H*X, axis=1, keepdims=True))",
            g="np.sum(G*X/np.sqrt(np.mean(X**2, axis=1, keepdims=True) + eps), axis=0)",
        ),
        draw={"eps": "positive"},
    ),
    known(
        "instance normalisation",
        "Ulyanov, Vedaldi & Lempitsky 2016, eq. (2)-(3)",
        "m = np.mean(X, axis=2, keepdims=True); v = np.var(X, axis=2, keepdims=True); "
        "np.sum(G*(X - m)/np.sqrt(v + eps))",
        IMAGE + " | eps",
        gradient=dict(
            X="r = 1/np.sqrt(np.var(X, axis=2, keepdims=True) + eps); "
            "Z = r*(X - np.mean(X, axis=2, keepdims=True)); "
            "r*(G - np.mean(G, axis=2, keepdims=True) - Z*np.mean(G*Z, axis=2, keepdims=True))"
        ),
        draw={"eps": "positive"},
    ),
    known(
        "normalisation of images by channel",
        "Ioffe & Szegedy 2015, sec. 3.2",
        "m = np.mean(X, axis=(0, 2), keepdims=True); v = np.var(X, axis=(0, 2), keepdims=True); "
        "np.sum(G*(X - m)/np.sqrt(v + eps))",
        IMAGE + " | eps",
        gradient=dict(
            X="k = dict(axis=(0, 2), keepdims=True); r = 1/np.sqrt(np.var(X, **k) + eps); "
            "Z = r*(X - np.mean(X, **k)); r*(G - np.mean(G, **k) - Z*np.mean(G*Z, **k))"
        ),
        draw={"eps": "positive"},
    ),
    known(
        "group normalisation",
        "Wu & He 2018, eq. (1)-(3), channels as groups by places",
        "m = np.mean(X, axis=(2, 3), keepdims=True); v = np.var(X, axis=(2, 3), keepdims=True); "
        "np.sum(G*(g[:, :, None]*((X - m)/np.sqrt(v + eps)) + b[:, :, None]))",
        "G N S C T | X N S C T | g S C | b S C | eps",
        gradient=dict(
            X="k = dict(axis=(2, 3), keepdims=True); r = 1/np.sqrt(np.var(X, **k) + eps); "
            "Z = r*(X - np.mean(X, **k)); H = G*g[:, :, None]; "
            "r*(H - np.mean(H, **k) - Z*np.mean(H*Z, **k))",
            g="k = dict(axis=(2, 3), keepdims=True); "
            "Z = (X - np.mean(X, **k))/np.sqrt(np.var(X, **k) + eps); np.sum(G*Z, axis=(0, 3))",
            b="np.sum(G, axis=(0, 3))",
        ),
        draw={"eps": "positive"},
    ),
    known(
        "weight normalisation",
        "Salimans & Kingma 2016, eq. (2)-(3)",
        "w = g*v/np.linalg.norm(v); np.sum((X@w - y)**2)/2",
        "X N D | y N | v D | g",
        gradient=dict(
            g="r = np.linalg.norm(v); d = X.T@(g*X@v/r - y); d@v/r",
            v="r = np.linalg.norm(v); d = X.T@(g*X@v/r - y); g*d/r - g*(d@v/r)*v/r**2",
        ),
    ),
    known(
        "unit rows",
        "Wang et al. 2017, NormFace, eq. (5)",
        "np.sum(G*X/np.linalg.norm(X, axis=1, keepdims=True))",
        ROWS,
        gradient=dict(
            X="r = np.linalg.norm(X, axis=1, keepdims=True); Z = X/r; "
            "(G - Z*np.sum(G*Z, axis=1, keepdims=True))/r"
        ),
    ),
    known(
        "unit vector",
        "Petersen & Pedersen 2012, eq. (130)",
        "np.sum(g*x)/np.linalg.norm(x)",
        "g N | x N",
        gradient=dict(x="r = np.linalg.norm(x); g/r - x*(x@g)/r**3"),
    ),
    known(
        "softmax",
        "Bridle 1990, eq. (3); Goodfellow, Bengio & Courville 2016, Deep Learning, sec. 6.2.2.3",
        "np.sum(G*softmax(X, axis=1))",
        ROWS,
        gradient=dict(
            X="P = softmax(X, axis=1); P*(G - np.sum(P*G, axis=1, keepdims=True))",
        ),
    ),
    known(
        "log-softmax",
        "Goodfellow, Bengio & Courville 2016, Deep Learning, eq. (6.30)",
        "np.sum(G*log_softmax(X, axis=1))",
        ROWS,
        gradient=dict(X="G - softmax(X, axis=1)*np.sum(G, axis=1, keepdims=True)"),
    ),
    known(
        "standard scores",
        "LeCun et al. 1998, Efficient BackProp, sec. 4.3",
        "np.sum(G*(X - np.mean(X, axis=0))/np.std(X, axis=0))",
        ROWS,
        gradient=dict(
            X="s = np.std(X, axis=0); Z = (X - np.mean(X, axis=0))/s; "
            "(G - np.mean(G, axis=0) - Z*np.mean(G*Z, axis=0))/s"
        ),
        sizes={"N": (3, 7)},
    ),
    known(
        "centring",
        "Marden 1996, Analyzing and Modeling Rank Data, sec. 2.1; the centring matrix",
        "np.sum((X - np.mean(X, axis=0))**2)",
        "X N D",
        gradient=dict(X="2*(X - np.mean(X, axis=0))"),
    ),
    known(
        "divisive normalisation",
        "Heeger 1992, eq. (3)",
        "np.sum(G*X**2/(s**2 + np.sum(X**2, axis=1, keepdims=True)))",
        ROWS + " | s",
        gradient=dict(
            X="d = s**2 + np.sum(X**2, axis=1, keepdims=True); "
            "2*X*(G - np.sum(G*X**2, axis=1, keepdims=True)/d)/d"
        ),
        draw={"s": "positive"},
    ),
]
