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
        domain(parsed.notation) {}

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

TEST_F(LogDomainTest, OpaqueValueIsAnAtom) {
  domain.makeOpaque(parsed.argument(0));
  EXPECT_EQ(x().poly->getSingleAtom()->source, parsed.argument(0));
}

} // namespace
