//===- LogDomainArithmetic.cpp - Arithmetic of terms ----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Analysis/LogDomain.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

static bool haveEqualParts(const Monomial &a, const Monomial &b) {
  return a.factors == b.factors && a.exponent == b.exponent;
}

void LogDomain::inherit(Term &result, const Term &from) {
  for (const Guard &guard : from.guards)
    if (!llvm::is_contained(result.guards, guard))
      result.guards.push_back(guard);
  for (const Atom *atom : from.cancelled)
    if (!llvm::is_contained(result.cancelled, atom))
      result.cancelled.push_back(atom);
}

/// Notes that `monomial` vanished against its opposite.
static void addCancelled(Term &result, const Monomial &monomial) {
  for (auto [atom, power] : monomial.factors)
    if (!llvm::is_contained(result.cancelled, atom))
      result.cancelled.push_back(atom);
  for (const Monomial &part : monomial.exponent->monomials)
    addCancelled(result, part);
}

void LogDomain::addMonomial(SmallVectorImpl<Monomial> &monomials,
                            Monomial monomial, Term &result) {
  if (monomial.coefficient == 0.0)
    return;
  for (Monomial &known : monomials) {
    if (!haveEqualParts(known, monomial))
      continue;
    if (monomial.isMask()) {
      // Masking twice is masking; opposite infinities do not cancel.
      if ((known.coefficient > 0) == (monomial.coefficient > 0))
        return;
      continue;
    }
    known.coefficient += monomial.coefficient;
    if (known.coefficient == 0.0) {
      addCancelled(result, monomial);
      monomials.erase(&known);
    }
    return;
  }
  monomials.push_back(std::move(monomial));
}

Term LogDomain::finish(SmallVectorImpl<Monomial> &monomials, Term result) {
  result.poly = getPoly(monomials);
  return result;
}

Term LogDomain::getConstant(double value) {
  SmallVector<Monomial> monomials;
  if (value != 0.0)
    monomials.push_back(Monomial{value, {}, zero});
  return finish(monomials, Term());
}

Term LogDomain::getAtomTerm(const Atom *atom) {
  return {getPoly(atom), {}, {}};
}

Term LogDomain::getTerm(const Monomial &monomial) {
  SmallVector<Monomial> monomials = {monomial};
  return {getPoly(monomials), {}, {}};
}

Term LogDomain::add(const Term &a, const Term &b) {
  Term result;
  inherit(result, a);
  inherit(result, b);
  SmallVector<Monomial> monomials(a.poly->monomials);
  for (const Monomial &monomial : b.poly->monomials)
    addMonomial(monomials, monomial, result);
  if (monomials.size() > maxMonomials) {
    // One atom from here on, or a long chain of additions takes its square.
    result.poly = asFactor(getPoly(monomials));
    return result;
  }
  return finish(monomials, std::move(result));
}

Term LogDomain::scale(const Term &a, double factor) {
  return multiply(a, getConstant(factor));
}

/// The nearest number of at most 12 significant bits if `value` may be it but
/// for the rounding of a few factors to f64, as log 2 times its reciprocal.
static double withoutRounding(double value) {
  int exponent;
  double fraction = std::frexp(value, &exponent);
  double near = std::ldexp(std::round(std::ldexp(fraction, 12)), exponent - 12);
  return std::abs(value - near) <= std::ldexp(std::abs(value), -50) ? near
                                                                    : value;
}

Monomial LogDomain::multiply(const Monomial &a, const Monomial &b,
                             Term &result) {
  Monomial product;
  product.coefficient = withoutRounding(a.coefficient * b.coefficient);
  product.factors = a.factors;
  for (auto [atom, power] : b.factors) {
    auto *known = llvm::find_if(product.factors, [atom = atom](auto &factor) {
      return factor.first == atom;
    });
    if (known == product.factors.end()) {
      product.factors.push_back({atom, power});
      continue;
    }
    known->second += power;
    if (known->second == 0) {
      product.factors.erase(known);
      if (!llvm::is_contained(result.cancelled, atom))
        result.cancelled.push_back(atom);
    }
  }
  llvm::sort(product.factors,
             [](auto &x, auto &y) { return x.first->id < y.first->id; });
  Term exponent = add(Term{a.exponent, {}}, Term{b.exponent, {}});
  product.exponent = exponent.poly;
  inherit(result, exponent);
  return product;
}

const Poly *LogDomain::asFactor(const Poly *poly) {
  if (poly->monomials.size() <= 1)
    return poly;
  Atom atom;
  atom.kind = Atom::Kind::Group;
  atom.operands.push_back(poly);
  return getPoly(intern(std::move(atom)));
}

Term LogDomain::multiply(const Term &a, const Term &b) {
  Term result;
  inherit(result, a);
  inherit(result, b);
  // One factor distributes over a sum; two sums would multiply out.
  const Poly *left = a.poly, *right = b.poly;
  if (left->monomials.size() > 1 && right->monomials.size() > 1) {
    left = asFactor(left);
    right = asFactor(right);
  }
  SmallVector<Monomial> monomials;
  for (const Monomial &x : left->monomials)
    for (const Monomial &y : right->monomials)
      addMonomial(monomials, multiply(x, y, result), result);
  return finish(monomials, std::move(result));
}

Term LogDomain::power(const Term &a, int exponent) {
  SmallVector<Monomial> none;
  Term result;
  inherit(result, a);
  const Poly *base = asFactor(a.poly);
  bool mayBeZero =
      base->isZero() ||
      llvm::any_of(base->monomials.front().exponent->monomials,
                   [](const Monomial &part) { return part.isMask(); });
  if (mayBeZero && exponent < 0) {
    // The reciprocal of zero is no number, and that of a mask is infinite.
    Atom atom;
    atom.kind = Atom::Kind::Group;
    atom.operands.push_back(base);
    base = getPoly(intern(std::move(atom)));
  }
  if (base->isZero())
    return finish(none, std::move(result));
  SmallVector<Monomial> monomials = {base->monomials.front()};
  Monomial &monomial = monomials.front();
  monomial.coefficient = std::pow(monomial.coefficient, exponent);
  for (auto &factor : monomial.factors)
    factor.second *= exponent;
  monomial.exponent = scale(Term{monomial.exponent, {}}, exponent).poly;
  return finish(monomials, std::move(result));
}

/// A sum of exponentials: positive whatever its logits are.
static bool isExponentialSum(const Atom *atom) {
  return atom && atom->kind == Atom::Kind::Sum &&
         llvm::all_of(
             atom->operands.front()->monomials, [](const Monomial &monomial) {
               return monomial.factors.empty() && monomial.coefficient > 0;
             });
}

bool LogDomain::hasLoggedSum(const Poly *poly) {
  return llvm::any_of(poly->monomials, [](const Monomial &monomial) {
    const Atom *log = monomial.getSingleFactor();
    return log && log->kind == Atom::Kind::Log &&
           isExponentialSum(log->operands.front()->getSingleAtom());
  });
}

Term LogDomain::exponential(const Term &opaque) {
  // Of probabilities, it is not what they are made of that counts.
  Term expanded = expand(opaque);
  const Term &a = hasLoggedSum(expanded.poly) ? expanded : opaque;
  // exp(n * log(t) + rest) = t^n * exp(rest) for a sum t of exponentials. Any
  // other logarithm is as good a part of the logits as a tensor is.
  Term result = getConstant(1.0);
  inherit(result, a);
  SmallVector<Monomial> rest;
  for (const Monomial &monomial : a.poly->monomials) {
    const Atom *atom =
        monomial.factors.size() == 1 && monomial.exponent->isZero()
            ? monomial.factors.front().first
            : nullptr;
    int times = static_cast<int>(monomial.coefficient);
    if (atom && atom->kind == Atom::Kind::Log &&
        isExponentialSum(atom->operands.front()->getSingleAtom()) &&
        monomial.factors.front().second == 1 && std::abs(times) <= 8 &&
        times == monomial.coefficient)
      result = multiply(result, power(Term{atom->operands.front(), {}}, times));
    else
      rest.push_back(monomial);
  }
  SmallVector<Monomial> monomials = {Monomial{1.0, {}, getPoly(rest)}};
  return multiply(result, finish(monomials, Term()));
}

Term LogDomain::logarithm(const Term &opaque) {
  Term a = expand(opaque);
  Term result = getConstant(0.0);
  inherit(result, a);
  auto logOf = [&](const Poly *poly) {
    Atom atom;
    atom.kind = Atom::Kind::Log;
    atom.operands.push_back(poly);
    return Term{getPoly(intern(std::move(atom))), {}, {}};
  };
  if (a.poly->monomials.size() != 1 ||
      a.poly->monomials.front().coefficient <= 0.0)
    return add(result, logOf(asFactor(a.poly)));
  const Monomial &monomial = a.poly->monomials.front();
  result = add(result, Term{monomial.exponent, {}});
  SmallVector<Monomial> rest = {Monomial{monomial.coefficient, {}, zero}};
  for (auto [atom, power] : monomial.factors) {
    // Only what cannot be negative comes apart.
    if (isExponentialSum(atom))
      result = add(result, scale(logOf(getPoly(atom)), power));
    else
      rest.front().factors.push_back({atom, power});
  }
  if (rest.front().factors.empty())
    return add(result, getConstant(std::log(monomial.coefficient)));
  return add(result, logOf(getPoly(rest)));
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

std::pair<const Poly *, SmallVector<BoundAxis, 1>>
LogDomain::canonicalizeAxes(const Poly *body, ArrayRef<BoundAxis> axes) {
  DenseMap<AffineExpr, AffineExpr> map;
  SmallVector<BoundAxis, 1> canonical;
  for (auto [index, axis] : llvm::enumerate(axes)) {
    unsigned position = firstCanonicalPosition + body->boundDepth * 64 + index;
    map[getAffineDimExpr(axis.position, context)] =
        getAffineDimExpr(position, context);
    canonical.push_back({position, axis.extent});
  }
  return {substitute(body, map), canonical};
}

/// Splits `monomial` into what varies over `axes` and what does not.
static std::pair<Monomial, Monomial>
splitByAxes(const Monomial &monomial, ArrayRef<BoundAxis> axes,
            function_ref<const Poly *(SmallVectorImpl<Monomial> &)> getPoly) {
  auto varies = [&](ArrayRef<unsigned> positions) {
    return llvm::any_of(axes, [&](const BoundAxis &axis) {
      return llvm::is_contained(positions, axis.position);
    });
  };
  Monomial varying, fixed;
  fixed.coefficient = monomial.coefficient;
  for (auto &factor : monomial.factors)
    (varies(factor.first->positions) ? varying : fixed)
        .factors.push_back(factor);
  // A mask stays with what it masks: as a shift it would be infinite.
  SmallVector<Monomial> varyingExponent, fixedExponent;
  for (const Monomial &part : monomial.exponent->monomials) {
    bool partVaries = part.isMask() || varies(part.exponent->positions) ||
                      llvm::any_of(part.factors, [&](auto &factor) {
                        return varies(factor.first->positions);
                      });
    (partVaries ? varyingExponent : fixedExponent).push_back(part);
  }
  varying.exponent = getPoly(varyingExponent);
  fixed.exponent = getPoly(fixedExponent);
  return {varying, fixed};
}

/// Gives `axes` numbers that occur nowhere else.
static DenseMap<AffineExpr, AffineExpr>
renameAxes(SmallVectorImpl<BoundAxis> &axes, unsigned &nextPosition,
           MLIRContext *context) {
  DenseMap<AffineExpr, AffineExpr> map;
  for (BoundAxis &axis : axes) {
    map[getAffineDimExpr(axis.position, context)] =
        getAffineDimExpr(nextPosition, context);
    axis.position = nextPosition++;
  }
  return map;
}

const Poly *LogDomain::flattenSum(const Poly *body,
                                  SmallVectorImpl<BoundAxis> &axes) {
  // Sum_a exp(y) * Sum_b exp(z) = Sum_{a,b} exp(y + z)
  if (body->monomials.size() != 1)
    return body;
  const Monomial &monomial = body->monomials.front();
  if (monomial.factors.size() != 1)
    return body;
  auto [inner, power] = monomial.factors.front();
  if (inner->kind != Atom::Kind::Sum || power != 1)
    return body;
  axes.assign(inner->axes.begin(), inner->axes.end());
  const Poly *innerBody = substitute(inner->operands.front(),
                                     renameAxes(axes, nextPosition, context));
  SmallVector<Monomial> outer = {
      Monomial{monomial.coefficient, {}, monomial.exponent}};
  return multiply(Term{getPoly(outer), {}, {}}, Term{innerBody, {}, {}}).poly;
}

Term LogDomain::sum(const Term &body, ArrayRef<BoundAxis> axes) {
  Term result = getConstant(0.0);
  inherit(result, body);
  for (const Monomial &monomial : body.poly->monomials) {
    auto [varying, fixed] = splitByAxes(
        monomial, axes, [&](auto &parts) { return getPoly(parts); });
    SmallVector<Monomial> varyingPart = {varying}, fixedPart = {fixed};
    const Poly *varyingPoly = getPoly(varyingPart);
    Term part = finish(fixedPart, Term());
    // An axis that nothing varies over only repeats; how often must be known.
    SmallVector<BoundAxis> kept, inner;
    varyingPoly = flattenSum(varyingPoly, inner);
    for (const BoundAxis &axis : axes) {
      if (varyingPoly->variesOver(axis.position) || !axis.extent.isStatic())
        kept.push_back(axis);
      else
        part = scale(part, static_cast<double>(axis.extent.size));
    }
    llvm::append_range(kept, inner);
    if (kept.empty()) {
      // At most a mask, of the row as a whole.
      part = multiply(part, Term{varyingPoly, {}, {}});
    } else {
      Atom atom;
      atom.kind = Atom::Kind::Sum;
      auto [canonicalBody, canonicalAxes] = canonicalizeAxes(varyingPoly, kept);
      atom.operands.push_back(canonicalBody);
      atom.axes = canonicalAxes;
      part = multiply(part, Term{getPoly(intern(std::move(atom))), {}, {}});
    }
    result = add(result, part);
  }
  return result;
}

Term LogDomain::extremum(ReductionKind kind, const Term &body,
                         ArrayRef<BoundAxis> axes) {
  // Addends that do not vary leave a maximum: max_k(z_k + s) = max_k(z_k) + s.
  Term result;
  inherit(result, body);
  SmallVector<Monomial> varying, fixed;
  for (const Monomial &monomial : body.poly->monomials) {
    SmallVector<Monomial> single = {monomial};
    (getPoly(single)->variesOver(axes) ? varying : fixed).push_back(monomial);
  }
  Term fixedTerm = finish(fixed, std::move(result));
  if (varying.empty() && llvm::all_of(axes, [](const BoundAxis &axis) {
        return axis.extent.isStatic() && axis.extent.size > 0;
      }))
    return fixedTerm;
  // max_a max_b z = max_{a,b} z
  const Poly *varyingPoly = getPoly(varying);
  // An axis that nothing varies over repeats one value.
  SmallVector<BoundAxis> allAxes(
      llvm::make_filter_range(axes, [&](const BoundAxis &axis) {
        return varyingPoly->variesOver(axis.position) ||
               !axis.extent.isStatic() || axis.extent.size == 0;
      }));
  if (const Atom *inner = varyingPoly->getSingleAtom();
      inner && inner->kind == Atom::Kind::Extremum &&
      inner->reduction == kind) {
    SmallVector<BoundAxis> innerAxes(inner->axes);
    varyingPoly = substitute(inner->operands.front(),
                             renameAxes(innerAxes, nextPosition, context));
    llvm::append_range(allAxes, innerAxes);
  }
  Atom atom;
  atom.kind = Atom::Kind::Extremum;
  atom.reduction = kind;
  auto [canonicalBody, canonicalAxes] = canonicalizeAxes(varyingPoly, allAxes);
  atom.operands.push_back(canonicalBody);
  atom.axes = canonicalAxes;
  return add(fixedTerm, Term{getPoly(intern(std::move(atom))), {}, {}});
}
