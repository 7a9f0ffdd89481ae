//===- LogDomainTest.cpp - Tests of the log-domain terms ------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AnalysisTesting.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

class LogDomainTest : public ::testing::Test {
protected:
  LogDomainTest()
      : parsed(R"(
          func.func @f(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>, %s: tensor<4xf32>) -> tensor<4x8xf32> {
            return %x : tensor<4x8xf32>
          })"),
        domain(parsed.notation, parsed.function) {}

  /// Element [d0, d1] of argument 0 or 1, or [d0] of argument 2.
  Term x() { return domain.getTerm(parsed.argument(0)); }
  Term y() { return domain.getTerm(parsed.argument(1)); }
  Term s() { return domain.getTerm(parsed.argument(2)); }
  Term number(double value) { return domain.getConstant(value); }
  Term minus(const Term &a, const Term &b) {
    return domain.add(a, domain.scale(b, -1.0));
  }
  Term divide(const Term &a, const Term &b) {
    return domain.multiply(a, domain.power(b, -1));
  }
  /// The axis d1 as a reduction of that dimension binds it.
  BoundAxis columns() {
    return BoundAxis{1, parsed.notation.getExtent(parsed.argument(0), 1)};
  }
  Term sum(const Term &body) { return domain.sum(body, {columns()}); }
  Term max(const Term &body) {
    return domain.extremum(ReductionKind::Maximum, body, {columns()});
  }

  ParsedFunction parsed;
  LogDomain domain;
};

TEST_F(LogDomainTest, SumsAreInOneOrder) {
  EXPECT_EQ(domain.add(x(), y()).poly, domain.add(y(), x()).poly);
  EXPECT_EQ(domain.multiply(x(), y()).poly, domain.multiply(y(), x()).poly);
  EXPECT_NE(domain.add(x(), y()).poly, domain.multiply(x(), y()).poly);
}

TEST_F(LogDomainTest, WhatCancelsIsRemembered) {
  Term difference = minus(domain.add(x(), s()), s());
  EXPECT_EQ(difference.poly, x().poly);
  ASSERT_EQ(difference.cancelled.size(), 1u);
  EXPECT_EQ(difference.cancelled[0], s().poly->getSingleAtom());
  EXPECT_TRUE(minus(x(), x()).poly->isZero());
}

TEST_F(LogDomainTest, ExponentsAdd) {
  Term product =
      domain.multiply(domain.exponential(x()), domain.exponential(y()));
  EXPECT_EQ(product.poly, domain.exponential(domain.add(x(), y())).poly);
  EXPECT_EQ(divide(domain.exponential(x()), domain.exponential(x())).poly,
            number(1.0).poly);
}

TEST_F(LogDomainTest, WhatDoesNotVaryLeavesASum) {
  // sum_k exp(x_k - s) = exp(-s) sum_k exp(x_k)
  Term shifted = sum(domain.exponential(minus(x(), s())));
  Term pulled = domain.multiply(domain.exponential(domain.scale(s(), -1.0)),
                                sum(domain.exponential(x())));
  EXPECT_EQ(shifted.poly, pulled.poly);
  // sum_k s x_k = s sum_k x_k, and sum_k s = 8 s
  EXPECT_EQ(sum(domain.multiply(s(), x())).poly,
            domain.multiply(s(), sum(x())).poly);
  EXPECT_EQ(sum(s()).poly, domain.scale(s(), 8.0).poly);
}

TEST_F(LogDomainTest, EveryShiftGivesTheSameSoftmax) {
  Term plain = divide(domain.exponential(x()), sum(domain.exponential(x())));
  for (const Term &shift : {s(), max(x()), number(3.0),
                            domain.logarithm(sum(domain.exponential(x())))}) {
    Term e = domain.exponential(minus(x(), shift));
    EXPECT_EQ(divide(e, sum(e)).poly, plain.poly);
  }
}

TEST_F(LogDomainTest, DifferentShiftsDoNotCancel) {
  Term plain = divide(domain.exponential(x()), sum(domain.exponential(x())));
  Term mixed = divide(domain.exponential(minus(x(), max(x()))),
                      sum(domain.exponential(x())));
  EXPECT_NE(mixed.poly, plain.poly);
}

TEST_F(LogDomainTest, ShiftThatVariesAlongTheRowStays) {
  Term e = domain.exponential(minus(x(), y()));
  Term plain = divide(domain.exponential(x()), sum(domain.exponential(x())));
  EXPECT_NE(divide(e, sum(e)).poly, plain.poly);
}

TEST_F(LogDomainTest, LogarithmOfASumComesBack) {
  // exp(x - log(sum exp(x))) is the softmax.
  Term lse = domain.logarithm(sum(domain.exponential(x())));
  EXPECT_EQ(domain.exponential(minus(x(), lse)).poly,
            divide(domain.exponential(x()), sum(domain.exponential(x()))).poly);
  // log(exp(x)) = x, but log(x) is not split.
  EXPECT_EQ(domain.logarithm(domain.exponential(x())).poly, x().poly);
  EXPECT_NE(domain.exponential(domain.logarithm(x())).poly, x().poly);
}

TEST_F(LogDomainTest, AddendsLeaveAMaximum) {
  EXPECT_EQ(max(domain.add(x(), s())).poly, domain.add(max(x()), s()).poly);
  EXPECT_EQ(max(s()).poly, s().poly);
  EXPECT_NE(max(x()).poly,
            domain.extremum(ReductionKind::Minimum, x(), {columns()}).poly);
}

TEST_F(LogDomainTest, SumOfTermsIsOneFactor) {
  // (1 + sum exp(x))^-1 is no inverse of a sum of exponentials.
  Term extra = domain.add(number(1.0), sum(domain.exponential(x())));
  Term quotient = divide(domain.exponential(x()), extra);
  ASSERT_EQ(quotient.poly->monomials.size(), 1u);
  ASSERT_EQ(quotient.poly->monomials[0].factors.size(), 1u);
  EXPECT_EQ(quotient.poly->monomials[0].factors[0].first->kind,
            Atom::Kind::Group);
}

TEST_F(LogDomainTest, EqualSumsOfDifferentAxesAreOneAtom) {
  DenseMap<AffineExpr, AffineExpr> renamed;
  unsigned other = IndexNotation::firstBoundPosition + 7;
  renamed[parsed.dim(1)] = parsed.dim(other);
  const Poly *body = domain.substitute(x().poly, renamed);
  Term sumOverOther =
      domain.sum(Term{body, {}}, {BoundAxis{other, columns().extent}});
  EXPECT_EQ(sumOverOther.poly, sum(x()).poly);
}

TEST_F(LogDomainTest, NothingIsDividedByZero) {
  Term zero = minus(x(), x());
  Term inverse = domain.power(zero, -1);
  ASSERT_EQ(inverse.poly->monomials.size(), 1u);
  EXPECT_EQ(inverse.poly->monomials[0].factors[0].first->kind,
            Atom::Kind::Group);
}

TEST_F(LogDomainTest, NestedReductionsAreOne) {
  // sum_b exp(s_b) sum_a exp(x_ba) = sum_{a,b} exp(x_ba + s_b), however it is
  // nested, and the same for a maximum.
  BoundAxis rows{0, parsed.notation.getExtent(parsed.argument(0), 0)};
  Term inner = sum(domain.exponential(domain.add(x(), s())));
  Term nested = domain.sum(inner, {rows});
  Term flat =
      domain.sum(domain.exponential(domain.add(x(), s())), {rows, columns()});
  EXPECT_EQ(nested.poly, flat.poly);
  const Atom *atom = nested.poly->getSingleAtom();
  ASSERT_TRUE(atom);
  EXPECT_EQ(atom->axes.size(), 2u);
  EXPECT_EQ(
      domain.extremum(ReductionKind::Maximum, max(x()), {rows}).poly,
      domain.extremum(ReductionKind::Maximum, x(), {rows, columns()}).poly);
  // A sum of maxima is neither.
  EXPECT_EQ(domain.sum(max(x()), {rows}).poly->getSingleAtom()->axes.size(),
            1u);
}

TEST_F(LogDomainTest, MaskingTwiceIsMasking) {
  Term mask = domain.getMask({y().poly, /*isNegated=*/false});
  Term opposite = domain.getMask({y().poly, /*isNegated=*/true});
  Term masked = domain.add(x(), mask);
  EXPECT_EQ(domain.add(masked, mask).poly, masked.poly);
  EXPECT_NE(domain.add(masked, opposite).poly, masked.poly);
  EXPECT_NE(mask.poly, opposite.poly);
}

TEST_F(LogDomainTest, InfinitiesDoNotCancel) {
  Term mask = domain.getMask({s().poly, /*isNegated=*/false});
  // -inf - -inf is no 0, and a mask of the row is no shift that leaves a sum.
  EXPECT_FALSE(minus(mask, mask).poly->isZero());
  Term e = domain.exponential(domain.add(x(), mask));
  Term plain = divide(domain.exponential(x()), sum(domain.exponential(x())));
  EXPECT_NE(divide(e, sum(e)).poly, plain.poly);
  EXPECT_TRUE(domain.getVaryingPart(domain.add(x(), mask).poly, {1})
                  ->monomials.size() == 2);
  // Nor is the reciprocal of 0 or 1 a product of exponentials.
  Term reciprocal = domain.power(domain.exponential(mask), -1);
  EXPECT_EQ(reciprocal.poly->monomials[0].factors[0].first->kind,
            Atom::Kind::Group);
}

TEST_F(LogDomainTest, OpaqueProbabilitiesStillHaveALogarithm) {
  ParsedFunction softmax(R"(
    func.func @f(%x: tensor<4x8xf32>, %z: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
      %e = math.exp %x : tensor<4x8xf32>
      %p = arith.divf %e, %z : tensor<4x8xf32>
      %l = math.log %p : tensor<4x8xf32>
      %q = math.exp %p : tensor<4x8xf32>
      return %p, %l, %q : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
    })");
  LogDomain opaque(softmax.notation, softmax.function);
  const Poly *whole = opaque.getTerm(softmax.result(0)).poly;
  opaque.makeOpaque(softmax.result(0));
  const Atom *atom = opaque.getTerm(softmax.result(0)).poly->getSingleAtom();
  ASSERT_TRUE(atom);
  EXPECT_EQ(atom->source, softmax.result(0));
  EXPECT_EQ(opaque.expand(opaque.getTerm(softmax.result(0))).poly, whole);
  // log(p) sees exp(x) / z, exp(p) only p.
  EXPECT_EQ(opaque.getTerm(softmax.result(1)).poly->monomials.size(), 2u);
  const Monomial &power = opaque.getTerm(softmax.result(2)).poly->monomials[0];
  EXPECT_EQ(power.exponent->getSingleAtom(), atom);
}

TEST_F(LogDomainTest, RoundingIsPartOfLogitsOnly) {
  ParsedFunction rounded(R"(
    func.func @f(%x: tensor<4x8xf32>) -> (tensor<4x8xf16>, tensor<4x8xf16>, tensor<4x8xf8E5M2>) {
      %e = math.exp %x : tensor<4x8xf32>
      %a = arith.truncf %x : tensor<4x8xf32> to tensor<4x8xf16>
      %b = arith.truncf %e : tensor<4x8xf32> to tensor<4x8xf16>
      %c = arith.truncf %e : tensor<4x8xf32> to tensor<4x8xf8E5M2>
      return %a, %b, %c : tensor<4x8xf16>, tensor<4x8xf16>, tensor<4x8xf8E5M2>
    })");
  LogDomain domain(rounded.notation, rounded.function);
  EXPECT_EQ(domain.getTerm(rounded.result(0)).poly->getSingleAtom()->kind,
            Atom::Kind::Apply);
  EXPECT_FALSE(domain.getTerm(rounded.result(1)).poly->getSingleAtom());
  EXPECT_EQ(domain.getTerm(rounded.result(2)).poly->getSingleAtom()->kind,
            Atom::Kind::Apply);
}

TEST_F(LogDomainTest, ExponentialLessOne) {
  ParsedFunction function(R"(
    func.func @f(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
      %one = arith.constant dense<1.0> : tensor<4x8xf32>
      %e = math.exp %x : tensor<4x8xf32>
      %m = math.expm1 %x : tensor<4x8xf32>
      %s = arith.addf %m, %one : tensor<4x8xf32>
      return %e, %s : tensor<4x8xf32>, tensor<4x8xf32>
    })");
  LogDomain domain(function.notation, function.function);
  EXPECT_EQ(domain.getTerm(function.result(0)).poly,
            domain.getTerm(function.result(1)).poly);
}

TEST_F(LogDomainTest, ZeroOverSomethingMayBeNaN) {
  ParsedFunction function(R"(
    func.func @f(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
      %zero = arith.constant dense<0.0> : tensor<4x8xf32>
      %two = arith.constant dense<2.0> : tensor<4x8xf32>
      %q = arith.divf %zero, %x : tensor<4x8xf32>
      %n = arith.divf %zero, %two : tensor<4x8xf32>
      return %q, %n : tensor<4x8xf32>, tensor<4x8xf32>
    })");
  LogDomain domain(function.notation, function.function);
  EXPECT_FALSE(domain.getTerm(function.result(0)).poly->isZero());
  EXPECT_TRUE(domain.getTerm(function.result(1)).poly->isZero());
}

TEST_F(LogDomainTest, SumsOfExponentialsHaveNoOtherFactors) {
  Term plain = domain.logarithm(sum(domain.exponential(x())));
  Term negative =
      domain.logarithm(domain.scale(sum(domain.exponential(x())), -1.0));
  Term weighted =
      domain.logarithm(sum(domain.multiply(y(), domain.exponential(x()))));
  Term ofNumbers = domain.logarithm(sum(y()));
  EXPECT_TRUE(LogDomain::hasLoggedSum(plain.poly));
  EXPECT_TRUE(LogDomain::hasLoggedSum(minus(x(), plain).poly));
  EXPECT_FALSE(LogDomain::hasLoggedSum(negative.poly));
  EXPECT_FALSE(LogDomain::hasLoggedSum(weighted.poly));
  EXPECT_FALSE(LogDomain::hasLoggedSum(ofNumbers.poly));
}

TEST_F(LogDomainTest, OpaqueValueIsAnAtom) {
  domain.makeOpaque(parsed.argument(0));
  EXPECT_EQ(x().poly->getSingleAtom()->source, parsed.argument(0));
}

} // namespace
