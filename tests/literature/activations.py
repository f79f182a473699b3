"""Activation functions f with f': the gradient of sum(G * f(X)) is G * f'(X)."""

from tests.literature.entry import Known, known

SECTION = "Activations"


def activation(name: str, source: str, f: str, slope: str, more: str = "", **draw: str) -> Known:
    """`f` and `slope` are texts in X; `more` are the shapes of its parameters."""
    return known(
        name,
        source,
        f"np.sum(G*({f}))",
        "G N D | X N D" + more,
        gradient={"X": f"G*({slope})"},
        draw=draw,
    )


SELU = "1.0507009873554805*np.where(X > 0, X, 1.6732632423543772*(np.exp(X) - 1))"
SELU_SLOPE = "1.0507009873554805*np.where(X > 0, 1, 1.6732632423543772*np.exp(X))"
TANH_GELU = "u = np.tanh(np.sqrt(2/np.pi)*(X + 0.044715*X**3)); "

ENTRIES = [
    activation("logistic sigmoid", "Rumelhart et al. 1986", "sigmoid(X)", "sigmoid(X)*sigmoid(-X)"),
    activation(
        "hyperbolic tangent",
        "LeCun et al. 1998, Efficient BackProp, sec. 4.4",
        "np.tanh(X)",
        "1 - np.tanh(X)**2",
    ),
    activation(
        "scaled hyperbolic tangent",
        "LeCun et al. 1998, Efficient BackProp, sec. 4.4",
        "1.7159*np.tanh(2*X/3)",
        "1.7159*2/3*(1 - np.tanh(2*X/3)**2)",
    ),
    activation("relu", "Nair & Hinton 2010, sec. 2", "np.maximum(X, 0)", "(X > 0)*1.0"),
    activation(
        "leaky relu",
        "Maas, Hannun & Ng 2013, eq. (2)",
        "np.where(X > 0, X, 0.01*X)",
        "np.where(X > 0, 1, 0.01)",
    ),
    known(
        "parametric relu",
        "He et al. 2015, eq. (1), (3)",
        "np.sum(G*(np.maximum(X, 0) + a*np.minimum(X, 0)))",
        "G N D | X N D | a D",
        gradient=dict(X="G*np.where(X > 0, 1, a)", a="np.sum(G*np.minimum(X, 0), axis=0)"),
    ),
    activation("clipped relu", "Krizhevsky 2010, sec. 2", "np.clip(X, 0, 6)", "(X > 0)*(X < 6)"),
    activation("softplus", "Glorot, Bordes & Bengio 2011", "softplus(X)", "sigmoid(X)"),
    activation(
        "softplus with a sharpness",
        "Glorot, Bordes & Bengio 2011, sec. 3",
        "np.log(1 + np.exp(b*X))/b",
        "sigmoid(b*X)",
        " | b",
        b="positive",
    ),
    activation("softsign", "Turian et al. 2009", "X/(1 + np.abs(X))", "1/(1 + np.abs(X))**2"),
    activation(
        "exponential linear unit",
        "Clevert, Unterthiner & Hochreiter 2016, eq. (15)",
        "np.where(X > 0, X, a*(np.exp(X) - 1))",
        "np.where(X > 0, 1, a*np.exp(X))",
        " | a",
    ),
    activation("scaled exponential unit", "Klambauer et al. 2017, eq. (2)", SELU, SELU_SLOPE),
    activation(
        "continuous exponential unit",
        "Barron 2017, eq. (2)",
        "np.where(X > 0, X, a*(np.exp(X/a) - 1))",
        "np.where(X > 0, 1, np.exp(X/a))",
        " | a",
        a="positive",
    ),
    activation(
        "Gaussian error unit",
        "Hendrycks & Gimpel 2016, sec. 2",
        "gelu(X)",
        "(1 + erf(X/np.sqrt(2)))/2 + X*np.exp(-(X**2)/2)/np.sqrt(2*np.pi)",
    ),
    known(
        "Gaussian error unit by tanh",
        "Hendrycks & Gimpel 2016, sec. 2",
        TANH_GELU + "np.sum(G*X*(1 + u)/2)",
        "G N D | X N D",
        gradient=dict(
            X=TANH_GELU + "G*((1 + u)/2 + X*(1 - u**2)*np.sqrt(2/np.pi)*(1 + 0.134145*X**2)/2)"
        ),
    ),
    activation(
        "sigmoid linear unit",
        "Elfwing, Uchibe & Doya 2018, eq. (12)-(13)",
        "X*sigmoid(X)",
        "sigmoid(X)*(1 + X*(1 - sigmoid(X)))",
    ),
    known(
        "swish",
        "Ramachandran, Zoph & Le 2017, sec. 4",
        "np.sum(G*X*sigmoid(b*X))",
        "G N D | X N D | b",
        gradient=dict(
            X="s = sigmoid(b*X); G*(s + b*X*s*(1 - s))",
            b="s = sigmoid(b*X); np.sum(G*X**2*s*(1 - s))",
        ),
    ),
    activation(
        "mish",
        "Misra 2020, eq. (1)",
        "X*np.tanh(softplus(X))",
        "np.tanh(softplus(X)) + X*(1 - np.tanh(softplus(X))**2)*sigmoid(X)",
    ),
    activation(
        "hard sigmoid",
        "Courbariaux, Bengio & David 2015, eq. (2)",
        "np.clip((X + 1)/2, 0, 1)",
        "((X > -1)*(X < 1))/2",
    ),
    activation(
        "hard swish",
        "Howard et al. 2019, eq. (3)",
        "X*relu(X + 3)/6 - X*relu(X - 3)/6",
        "np.where(X <= -3, 0, np.where(X >= 3, 1, X/3 + 0.5))",
    ),
    activation(
        "log-sigmoid",
        "Mikolov et al. 2013, eq. (4)",
        "np.log(sigmoid(X))",
        "sigmoid(-X)",
    ),
    activation(
        "soft shrinkage",
        "Donoho 1995, eq. (2)",
        "np.sign(X)*relu(np.abs(X) - t)",
        "(np.abs(X) > t)*1.0",
        " | t",
        t="unit",
    ),
    activation("tanh shrinkage", "Gregor & LeCun 2010", "X - np.tanh(X)", "np.tanh(X)**2"),
    activation("squared relu", "So et al. 2021, sec. 4.2", "relu(X)**2", "2*relu(X)"),
    activation(
        "snake",
        "Liu, Hartwig & Ueda 2020, eq. (3)",
        "X + np.sin(a*X)**2/a",
        "1 + 2*np.sin(a*X)*np.cos(a*X)",
        " | a",
        a="positive",
    ),
    activation("sine", "Sitzmann et al. 2020, eq. (5)", "np.sin(30*X)", "30*np.cos(30*X)"),
    activation("arc tangent", "Duch & Jankowski 1999", "np.arctan(X)", "1/(1 + X**2)"),
    activation(
        "Gaussian",
        "Broomhead & Lowe 1988, sec. 2",
        "np.exp(-(X**2)/2)",
        "-X*np.exp(-(X**2)/2)",
    ),
    known(
        "maxout",
        "Goodfellow et al. 2013, eq. (1)-(2), two pieces",
        "np.sum(G*np.maximum(X@A, X@B))",
        "G N H | X N D | A D H | B D H",
        gradient=dict(
            A="X.T@(G*(X@A > X@B))",
            X="v = X@A > X@B; (G*v)@A.T + (G*(1 - v))@B.T",
        ),
    ),
    known(
        "random Fourier features",
        "Rahimi & Recht 2008, alg. 1",
        "np.sum(G*np.cos(X@W + b))",
        "G N H | X N D | W D H | b H",
        gradient=dict(
            W="-X.T@(G*np.sin(X@W + b))",
            b="-np.sum(G*np.sin(X@W + b), axis=0)",
        ),
    ),
]
