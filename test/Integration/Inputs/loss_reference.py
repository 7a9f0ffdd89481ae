"""References for losses and gradients: one row, in extended precision."""

import numpy as np
from lse_testing import EPS, LEAST

NAN, INF = np.nan, np.inf


def log_softmax(z, row_death="nan"):
    largest = z.max(initial=-INF)
    if largest == -INF and row_death == "zero":
        return np.full(z.shape, -INF, np.longdouble)
    if not np.isfinite(largest):
        return np.full(z.shape, NAN, np.longdouble)
    return z - largest - np.log(np.exp(z - largest).sum())


def weighted(weights, values):
    """The sum of products, in which a weight of 0 counts as 0."""
    return np.where(weights == 0, np.longdouble(0), weights * values).sum()


def reference(op, a, b, row_death="nan", from_logits=False):
    """The result for one row, and what errors are measured by: the sum of the
    absolute values of what was added."""
    l = log_softmax(a, row_death)
    # An exponential has an error for itself and one for the distance to the maximum.
    steps = 6 + np.where(np.isfinite(a), a.max(initial=-INF) - a, 0)
    p, of_p = (np.exp(l), steps) if from_logits else (a, 1)
    if op == "cross_entropy":
        return -weighted(b, l), weighted(np.abs(b), 1 + np.abs(l) + np.abs(a))
    if op == "kl_divergence":
        m = log_softmax(b, row_death)
        q = np.exp(m)
        return weighted(q, m - l), weighted(q, 2 + np.abs(m) + np.abs(l) + np.abs(a) + np.abs(b))
    if op == "softmax_grad":
        total = (p * b).sum()
        return p * (b - total), np.abs(p) * (of_p * np.abs(b) + ((of_p + steps * from_logits) * np.abs(p * b)).sum())
    if op == "log_softmax_grad":
        return b - p * b.sum(), np.abs(b) + of_p * np.abs(p) * np.abs(b).sum()
    total = b.sum()
    product = np.zeros(a.shape, np.longdouble) if total == 0 else np.exp(l) * total
    return product - b, np.abs(b) + np.exp(l) * steps * np.abs(b).sum()


def agree(actual, expected, scale, t):
    """The same specials; else within some roundings of f32 (f64: of f64) of what
    was added, and one to the type of the result."""
    compute = 2.0**-52 if t == "f64" else 2.0**-23
    bound = 8 * compute * scale + EPS[t] * np.abs(expected) + LEAST[t] * EPS[t]
    return np.all((np.abs(actual - expected) <= bound) | (actual == expected)
                  | (np.isnan(actual) & np.isnan(expected)))


def special_logits(length):
    """Rows with one thing in them that is special, at each place."""
    base = np.linspace(-2, 3, length)
    rows = [base, base * 0, base + 1000, base - 1000, np.full(length, -INF)]
    # Masked by large numbers: two of them are infinite together in f32.
    rows.append(np.where(np.arange(length) == 0, 0, -3e38))
    for value in (INF, -INF, NAN, 80, -80):
        for place in range(length):
            rows.append(np.where(np.arange(length) == place, value, base))
    return np.array(rows)
