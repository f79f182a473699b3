"""Rotations and frames: the factor 2 of a quaternion, and what a loss of distances conserves."""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

UPDATE = "Jumper et al. 2021, supplement, algorithm 23"
FAPE = "Jumper et al. 2021, supplement, algorithm 28"
INVARIANCE = "the loss does not see a motion of all points and frames together"

# The rotation of the quaternion (1, w u)/norm; K v = u x v.
ROTATION = """
s = 1 + w^2*sum[k](u[k]^2)
K[i,j] = u[0]*([i = 2]*[j = 1] - [i = 1]*[j = 2]) + u[1]*([i = 0]*[j = 2] - [i = 2]*[j = 0]) \
+ u[2]*([i = 1]*[j = 0] - [i = 0]*[j = 1])
R[i,j] = [i = j] + 2*w*K[i,j]/s + 2*w^2*sum[k](K[i,k]*K[k,j])/s
"""
LOSS = """
z[i,j,a] = sum[b](R[i,b,a]*(x[j,b] - t[i,b])) - y[i,j,a]
d[i,j] = sqrt(sum[a](z[i,j,a]^2) + eps)
L = mean[i,j](minimum(d[i,j], 10))
"""
SHAPES = {"x": "N 3", "R": "F 3 3", "t": "F 3", "y": "F N 3", "eps": ""}


def sections() -> list[Section]:
    rotation = parse(ROTATION, {"u": "3", "w": "", "K": "3 3"}, notation="index")
    loss = parse(LOSS, SHAPES, assume={"eps": "positive"}, notation="index")
    pull = "[d[i,j] < 10]/(F*N*d[i,j])*z[i,j,a]"
    arm = "(x[j,b] - t[i,b])"
    turned = "sum[c](R[i,c,a]*R_bar[i,c,b] - R[i,c,b]*R_bar[i,c,a])"
    weight = "[d[i,j] < 10]/(F*N*d[i,j])"
    return [
        Section(
            "the rotation of the quaternion (1, w u), normalised",
            rotation,
            ("w",),
            (
                Claim("sum[k](R[k,i]*R[k,j]) - [i = j] == 0", f"{UPDATE}: R is orthogonal"),
                Claim(
                    "dR_dw[i,j] = 2/s*sum[k](K[i,k]*R[k,j])",
                    f"{UPDATE}: at w = 0 this is 2 K, twice the generator",
                ),
                Claim("sum[j](R[i,j]*u[j]) == u[i]", "the axis stays"),
                Claim(
                    "R[i,j] = [i = j] + w*K[i,j]/s + 2*w^2*sum[k](K[i,k]*K[k,j])/s",
                    "w u taken for the rotation vector: that is 2 w u for small w",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "frame-aligned point error, clamped",
            loss,
            ("x", "t", "R"),
            (
                Claim(f"x_bar[j,b] = sum[i,a]({pull}*R[i,b,a])", f"{FAPE}, by the chain rule"),
                Claim(f"t_bar[i,b] = -sum[j,a]({pull}*R[i,b,a])", f"{FAPE}, by the chain rule"),
                Claim(f"R_bar[i,b,a] = sum[j]({arm}*{pull})", f"{FAPE}, by the chain rule"),
                Claim("sum[j](x_bar[j,b]) + sum[i](t_bar[i,b]) == 0", f"no force: {INVARIANCE}"),
                Claim(
                    "sum[j](x[j,a]*x_bar[j,b] - x[j,b]*x_bar[j,a])"
                    " + sum[i](t[i,a]*t_bar[i,b] - t[i,b]*t_bar[i,a])"
                    " + sum[i,c](R[i,a,c]*R_bar[i,b,c] - R[i,b,c]*R_bar[i,a,c]) == 0",
                    f"no torque: {INVARIANCE}",
                ),
                Claim(
                    f"{turned} == sum[j]({weight}*(y[i,j,a]*z[i,j,b] - y[i,j,b]*z[i,j,a]))",
                    "in the frame R exp([r]): the antisymmetric part of R^T R_bar",
                ),
                Claim(
                    f"t_bar[i,b] = sum[j,a]({pull}*R[i,b,a])",
                    "the sign of x[j] for that of t[i]",
                    right=False,
                    slip=SlipKind.SIGN,
                ),
                Claim(
                    f"R_bar[i,b,a] = sum[j](x[j,b]*{pull})",
                    "the lever arm from the origin in place of the frame's",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="rigid_frames",
    title="Rotations and frames",
    question="""
AlphaFold 2 moves frames by small quaternions (1, b, c, d) and compares points in all frames. What
is the derivative of such a rotation, and which cotangents must add up to zero?
""",
    sections=sections,
    learnt="""
dR/dw = 2/(1 + w^2 |u|^2) [u]x R: at 0 it is twice the generator. The loss does not see a motion of
everything together, so forces and torques add up to zero, exactly: a test that needs no other
implementation. R_bar has nine entries; only the antisymmetric part of R^T R_bar turns the frame.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
