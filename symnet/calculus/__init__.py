from symnet.calculus.reverse import gradient
