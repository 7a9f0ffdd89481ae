//===- Spelling.cpp - Random ways to write one computation ----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Testing/Spelling.h"
#include "SpellingWriter.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <optional>

using namespace mlir::lse;
using namespace llvm;

namespace {

/// Writes members of the family, with at most one thing broken.
class FamilyWriter {
public:
  FamilyWriter(uint64_t seed, bool isBroken)
      : writer(seed), isBroken(isBroken), axis(0) {}

  Spelling write();

private:
  /// True if it is here that something is to be broken, as `what` says; asked
  /// at every place where that is possible until one is chosen.
  bool breaks(StringRef what, bool isPossible = true) {
    if (!isBroken || !isPossible || !mutation.empty() || writer.choose(5) != 0)
      return false;
    mutation = what.str();
    return true;
  }
  /// An argument, perhaps scaled, biased, capped and masked.
  Written makeLogits();
  Written decorate(Written z);
  /// `z` less what does not vary along a row, which is noted.
  Written shift(Written z);
  Written exponentials(Written z);
  Written sumOf(Written e);
  Written quotient(Written z);
  Written logOfSum(Written z);
  Written logProbabilities(Written z);
  Written logSumExp(Written z);
  Written loss(Written l);
  Written divergence();
  Written gradient();
  Written logGradient();
  Written binaryLoss();
  /// log(1 + exp(x)).
  Written softplus(Written x);
  /// The logarithm of the sigmoid of `x`.
  Written logSigmoid(Written x);
  Written attention();
  Axes withoutAxis(ArrayRef<Axis> axes) const {
    Axes rest;
    copy_if(axes, std::back_inserter(rest),
            [&](Axis own) { return own != axis; });
    return rest;
  }

  SpellingWriter writer;
  bool isBroken;
  Axis axis;
  std::string mutation;
  /// What was subtracted.
  SmallVector<Written> shifts;
  /// The log-sum-exp of an attention's scores, if that is wanted, too.
  std::optional<Written> logSumExpOfScores;
};

} // namespace

Written FamilyWriter::decorate(Written z) {
  z = writer.glue(z);
  for (unsigned step = 0, steps = writer.choose(3); step < steps; ++step)
    switch (writer.choose(4)) {
    case 0:
      z = writer.binary("mul", z, writer.constant(0.375, z));
      break;
    case 1:
      z = writer.binary("add", z, writer.addArgument(z.axes, "f32"));
      break;
    case 2:
      z = writer.unary("tanh", z);
      break;
    default: {
      Written mask = writer.addArgument(z.axes, "i1");
      double masked = writer.choose(2) ? -INFINITY : -1e9;
      z = writer.select(mask, z, writer.constant(masked, z));
      break;
    }
    }
  return writer.glue(z);
}

Written FamilyWriter::makeLogits() {
  axis = writer.choose(writer.getRank());
  writer.lengthen(axis);
  return decorate(writer.addArgument(writer.getAllAxes(), "f32"));
}

Written FamilyWriter::shift(Written z) {
  switch (writer.choose(4)) {
  case 0:
    return z;
  case 1: {
    Written number = writer.constant(0.5, z);
    shifts.push_back(number);
    return writer.binary("sub", z, number);
  }
  default: {
    Written maximum = writer.reduce("max", z, axis);
    if (writer.choose(3) == 0)
      maximum =
          writer.binary("max", writer.constant(-INFINITY, maximum), maximum);
    shifts.push_back(maximum);
    return writer.binary("sub", z, maximum);
  }
  }
}

Written FamilyWriter::exponentials(Written z) {
  return writer.glue(writer.unary("exp", z));
}

Written FamilyWriter::sumOf(Written e) {
  Axis other = writer.choose(writer.getRank());
  if (breaks("the sum begins at one"))
    return writer.reduce("add", e, axis, 1.0);
  if (breaks("the maximum instead of the sum"))
    return writer.reduce("max", e, axis);
  if (breaks("weights in the sum"))
    return writer.reduce(
        "add", writer.binary("mul", e, writer.addArgument(e.axes, "f32")),
        axis);
  if (breaks("the sum of something else"))
    return writer.reduce(
        "add", writer.unary("exp", writer.addArgument(e.axes, "f32")), axis);
  Written sum = writer.reduce("add", e, axis);
  if (breaks("more than the sum"))
    return writer.binary("add", sum, writer.constant(0.25, sum));
  if (breaks("the sum along another axis",
             std::abs(other - axis) == 1 && is_contained(e.axes, other) &&
                 !writer.isTosa() &&
                 writer.getExtent(other) == writer.getExtent(axis))) {
    // Read as if it had been along `axis`.
    Written wrong = writer.reduce("add", e, other);
    for (Axis &own : wrong.axes)
      own = own == axis ? other : own;
    return wrong;
  }
  return sum;
}

Written FamilyWriter::quotient(Written z) {
  if (!isBroken && !writer.isTosa() && writer.choose(8) == 0)
    return writer.glue(writer.namedSoftmax(z, axis));
  Written d = shift(z);
  Written e = d.name != z.name && writer.choose(3) == 0
                  ? writer.exponentialOfDifference(z, shifts.back())
                  : exponentials(d);
  Written sum = sumOf(e);
  if (writer.choose(3) == 0 && d.name != z.name)
    // The numerator is computed again.
    e = writer.glue(writer.exponentialOfDifference(z, shifts.back()));
  if (breaks("no shift in the numerator", d.name != z.name))
    e = exponentials(z);
  if (breaks("another scale in the numerator"))
    e = exponentials(writer.binary("mul", d, writer.constant(0.5, d)));
  if (breaks("another sign in the numerator"))
    e = exponentials(writer.unary("neg", d));
  Written p = writer.binary("div", e, sum);
  if (breaks("a factor for each element"))
    p = writer.binary("mul", p, writer.addArgument(p.axes, "f32"));
  return writer.glue(p);
}

Written FamilyWriter::logOfSum(Written d) {
  return writer.unary("log", sumOf(exponentials(d)));
}

Written FamilyWriter::logProbabilities(Written z) {
  switch (writer.choose(3)) {
  case 0:
    return writer.unary("log", quotient(z));
  case 1: {
    Written d = shift(z);
    Written log = logOfSum(d);
    if (breaks("another shift before the logarithm", d.name != z.name))
      d = z;
    return writer.binary(breaks("the logarithm is added") ? "add" : "sub", d,
                         log);
  }
  default:
    return writer.binary("sub", z, logSumExp(z));
  }
}

Written FamilyWriter::logSumExp(Written z) {
  Written d = shift(z);
  Written result = logOfSum(d);
  if (d.name == z.name)
    return result;
  Written back = shifts.back();
  if (back.axes == d.axes)
    // A number.
    back = writer.constant(0.5, result);
  if (breaks("the shift is not added again"))
    return result;
  // Either may have kept the dimension.
  if (back.axes.size() > result.axes.size())
    return writer.binary("add", back, result);
  return writer.binary("add", result, back);
}

Written FamilyWriter::loss(Written l) {
  Written result;
  Axes rows = withoutAxis(l.axes);
  unsigned kind = writer.isTosa() ? 0 : writer.choose(3);
  if (kind == 2) {
    result = writer.pick(l, writer.addArgument(rows, "i64"), axis);
  } else {
    Written target = kind == 0 ? writer.addArgument(l.axes, "f32")
                               : writer.oneHot(writer.addArgument(rows, "i64"),
                                               l.axes, axis);
    result = writer.reduce("add", writer.binary("mul", l, target), axis);
  }
  result = writer.unary("neg", result);
  SmallVector<Axis> left;
  copy_if(result.axes, std::back_inserter(left),
          [&](Axis own) { return own != unit; });
  if (left.empty() || writer.choose(2))
    return result;
  result = writer.reduce("add", result, left.front());
  return writer.binary("mul", result, writer.constant(0.125, result));
}

Written FamilyWriter::gradient() {
  axis = writer.choose(writer.getRank());
  writer.lengthen(axis);
  Axes axes = writer.getAllAxes();
  Written p = writer.choose(2) ? writer.addArgument(axes, "f32")
                               : quotient(writer.addArgument(axes, "f32"));
  Written g = writer.glue(writer.addArgument(axes, "f32"));
  Written product = writer.binary("mul", p, g);
  Written sum = writer.reduce(
      "add", breaks("no probabilities in the sum") ? g : product, axis);
  StringRef difference = breaks("the sum is added") ? "add" : "sub";
  if (writer.choose(2)) {
    Written weighted = writer.binary("mul", p, sum);
    return writer.binary(difference, product, weighted);
  }
  Written rest = writer.binary(difference, g, sum);
  if (breaks("no probabilities before the difference"))
    return rest;
  return writer.binary("mul", rest, p);
}

Written FamilyWriter::logGradient() {
  axis = writer.choose(writer.getRank());
  writer.lengthen(axis);
  Axes axes = writer.getAllAxes();
  Written l = writer.addArgument(axes, "f32");
  if (writer.choose(2))
    l = logProbabilities(l);
  Written p = breaks("no exponential") ? l : writer.unary("exp", l);
  Written g = writer.glue(writer.addArgument(axes, "f32"));
  Written sum = writer.reduce(
      "add",
      breaks("probabilities in the sum") ? writer.binary("mul", p, g) : g,
      axis);
  return writer.binary(breaks("the sum is added") ? "add" : "sub", g,
                       writer.binary("mul", p, sum));
}

Written FamilyWriter::divergence() {
  Written l = logProbabilities(makeLogits());
  Written m = logProbabilities(writer.addArgument(writer.getAllAxes(), "f32"));
  Written p = writer.unary("exp", breaks("other probabilities") ? l : m);
  bool isReversed = breaks("the difference the other way round");
  Written difference =
      writer.binary("sub", isReversed ? l : m, isReversed ? m : l);
  return writer.reduce("add", writer.binary("mul", p, difference), axis);
}

Written FamilyWriter::softplus(Written x) {
  if (writer.choose(2)) {
    Written e = writer.unary("exp", x);
    return writer.unary("log",
                        writer.binary("add", writer.constant(1.0, e), e));
  }
  Written e = writer.unary("exp", writer.unary("neg", writer.unary("abs", x)));
  Written log =
      writer.unary("log", writer.binary("add", e, writer.constant(1.0, e)));
  return writer.binary("add", writer.binary("max", x, writer.constant(0.0, x)),
                       log);
}

Written FamilyWriter::logSigmoid(Written x) {
  if (writer.choose(2))
    return writer.unary("neg", softplus(writer.unary("neg", x)));
  Written e = writer.unary("exp", writer.unary("neg", x));
  Written sum = writer.binary("add", writer.constant(1.0, e), e);
  return writer.unary(
      "log", writer.binary("div", writer.constant(1.0, sum), writer.glue(sum)));
}

Written FamilyWriter::binaryLoss() {
  axis = writer.choose(writer.getRank());
  writer.lengthen(axis);
  Axes axes = writer.getAllAxes();
  Written x = writer.glue(writer.addArgument(axes, "f32"));
  Written y = writer.glue(writer.addArgument(axes, "f32"));
  Written other = writer.binary("sub", writer.constant(1.0, y), y);
  Written opposite = breaks("the logit of something else")
                         ? writer.addArgument(axes, "f32")
                         : x;
  bool isSame = breaks("both logarithms of the same class");
  Written logOther =
      isSame ? logSigmoid(opposite) : writer.unary("neg", softplus(opposite));
  Written first = writer.binary("mul", y, logSigmoid(x));
  Written second = writer.binary("mul", other, logOther);
  Written loss = writer.binary("add", first, second);
  if (breaks("more than logarithms"))
    loss = writer.binary("add", loss, y);
  loss = writer.unary("neg", loss);
  if (writer.choose(2))
    return loss;
  loss = writer.reduce("add", loss, axis);
  return writer.choose(2)
             ? loss
             : writer.binary("mul", loss, writer.constant(0.125, loss));
}

Written FamilyWriter::attention() {
  // Batch, queries, keys, and the dimensions of scores and values.
  Axis batch = 0, queries = writer.addAxis(3), keys = writer.addAxis(3),
       score = writer.addAxis(2), value = writer.addAxis(4);
  axis = keys;
  Written q, k, v;
  if (!writer.isDynamic() && writer.choose(2)) {
    // Heads are merged with the batch; some have keys and values in common.
    Axis group = writer.addAxis(2), member = writer.addAxis(2), outer = batch;
    q = writer.addArgument({outer, group, member, queries, score}, "f32");
    k = writer.addArgument({outer, group, keys, score}, "f32");
    v = writer.addArgument({outer, group, keys, value}, "f32");
    Axis head = writer.mergeAxes(group, member);
    batch = writer.mergeAxes(outer, head);
    auto merged = [&](Written a, ArrayRef<Axis> axes) {
      Written heads = writer.merge(writer.broadcast(a, axes), group, head);
      return writer.merge(heads, outer, batch);
    };
    q = merged(q, q.axes);
    k = merged(k, {outer, group, member, keys, score});
    v = merged(v, {outer, group, member, keys, value});
  } else {
    q = writer.addArgument({batch, queries, score}, "f32");
    k = writer.addArgument({batch, keys, score}, "f32");
    v = writer.addArgument({batch, keys, value}, "f32");
  }
  q = writer.glue(q);
  k = writer.glue(k);
  v = writer.glue(v);
  Written z = decorate(writer.contract(q, k, score, {batch, queries, keys}));
  if (breaks("a softmax over queries"))
    axis = queries;
  unsigned place = writer.choose(4);
  if (place == 0)
    logSumExpOfScores = logSumExp(z);
  if (axis == keys && writer.choose(4) == 0) {
    // The sum is divided by at last.
    Written e = exponentials(shift(z));
    Written sum = sumOf(e);
    return writer.binary(
        "div", writer.contract(e, v, keys, {batch, queries, value}), sum);
  }
  Written p = quotient(z);
  if (breaks("keys and queries exchanged"))
    std::swap(p.axes[1], p.axes[2]);
  Written output = writer.contract(p, v, keys, {batch, queries, value});
  if (place == 1)
    logSumExpOfScores = logSumExp(z);
  return output;
}

Spelling FamilyWriter::write() {
  Written result;
  StringRef operation;
  unsigned family = writer.choose(writer.isTosa() ? 8 : 9);
  switch (family) {
  case 0:
    operation = "softmax";
    result = quotient(makeLogits());
    break;
  case 1:
    operation = "log_softmax";
    result = logProbabilities(makeLogits());
    break;
  case 2:
    operation = "logsumexp";
    result = logSumExp(makeLogits());
    break;
  case 3:
    operation = "cross_entropy";
    result = loss(logProbabilities(makeLogits()));
    break;
  case 4:
    operation = "softmax_grad";
    result = gradient();
    break;
  case 5:
    operation = "log_softmax_grad";
    result = logGradient();
    break;
  case 6:
    operation = "kl_divergence";
    result = divergence();
    break;
  case 7:
    operation = "binary_cross_entropy";
    result = binaryLoss();
    break;
  default:
    operation = "attention";
    result = attention();
    break;
  }
  bool isCalled = writer.choose(8) == 0;
  SmallVector<Written> results = {result};
  if (logSumExpOfScores)
    results.push_back(*logSumExpOfScores);
  return {writer.finish(results, isCalled), operation.str(),
          logSumExpOfScores ? "logsumexp" : "", mutation};
}

Spelling mlir::lse::writeSpelling(uint64_t seed, bool isBroken) {
  // Until something is broken, if it is to be.
  for (uint64_t attempt = 0;; ++attempt) {
    Spelling spelling = FamilyWriter(seed * 1000 + attempt, isBroken).write();
    if (!isBroken || !spelling.mutation.empty())
      return spelling;
  }
}
