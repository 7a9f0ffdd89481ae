"""What attention is, in extended precision, and how far results may be off."""

import numpy as np
from lse_testing import EPS, LEAST, check

NAN, INF = np.nan, np.inf


def logits(q, k, mask, scale, t):
    """In extended precision, and the largest error of those of each query.

    A score is a sum of D products, each and their sum rounded in f32 (f64), and
    rounded to its own type, twice more with scale and mask.
    """
    rounding = 2.0**-53 if t == "f64" else 2.0**-24
    with np.errstate(all="ignore"):
        score = q @ np.swapaxes(k, -1, -2)
        z = scale * score + mask
        size = np.abs(q) @ np.swapaxes(np.abs(k), -1, -2)
        error = rounding * (q.shape[-1] + 1) * scale * size
        error = error + EPS[t] * (2 * np.abs(scale * score) + np.abs(np.where(np.isfinite(mask), mask, 0)))
        return z, np.where(np.isfinite(z), error, 0).max(axis=-1, keepdims=True, initial=0)


def attend(q, k, v, mask, scale, death, t, sink=-INF):
    """The output in extended precision and a bound of its error, for operands
    that have the same batch dimensions; `sink` has an element for each query, and
    one more dimension.

    An error e of all logits changes a probability by 2 e of it; the output adds
    up K products.
    """
    rounding = 2.0**-53 if t == "f64" else 2.0**-24
    with np.errstate(all="ignore"):
        z, error = logits(q, k, mask, scale, t)
        largest = np.maximum(z.max(axis=-1, keepdims=True, initial=-INF), sink)
        isDead = (largest == -INF) & (z.shape[-1] > 0)
        e = np.exp(z - largest)
        p = e / (e.sum(axis=-1, keepdims=True) + np.where(sink == -INF, 0, np.exp(sink - largest)))
        p = np.where(isDead, 0.0 if death == "zero" else NAN, p)
        distance = np.where(np.isfinite(z), largest - z, 0)
        output = (p[..., None] * v[..., None, :, :]).sum(axis=-2)
        weight = p * (2 * error + rounding * (z.shape[-1] + 16 + 2 * distance))
        bound = (weight[..., None] * np.abs(v[..., None, :, :])).sum(axis=-2)
        return output, bound + EPS[t] * np.abs(output) + LEAST[t] * EPS[t]


def log_sum_exps(q, k, mask, scale, t, sink=-INF):
    """Those of the logits of each query, and a bound of their error: that of the
    logits, that of the sum, and one rounding."""
    rounding = 2.0**-53 if t == "f64" else 2.0**-24
    with np.errstate(all="ignore"):
        z, error = logits(q, k, mask, scale, t)
        largest = np.maximum(z.max(axis=-1, keepdims=True, initial=-INF), sink)
        total = np.exp(z - largest).sum(axis=-1, keepdims=True) + np.where(sink == -INF, 0, np.exp(sink - largest))
        result = np.where(np.isinf(largest), largest, largest + np.log(total))
        bound = error + rounding * (z.shape[-1] + 16) + EPS[t] * np.abs(result)
        return result[..., 0], bound[..., 0]


def compare(name, actual, expected, bound):
    with np.errstate(all="ignore"):
        ok = (np.abs(actual - expected) <= bound) | (actual == expected) | (np.isnan(actual) & np.isnan(expected))
    check(np.all(ok), f"{name}: {actual[~ok][:4]} instead of {expected[~ok][:4]}, within {bound[~ok][:4]}")
