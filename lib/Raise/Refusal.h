//===- Refusal.h - Why a candidate is not raised ----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_RAISE_REFUSAL_H
#define LSE_LIB_RAISE_REFUSAL_H

#include "lse/Analysis/LogDomain.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::lse {

/// Why a candidate is refused. docs/Remarks.md explains each code.
enum class RefusalCode {
  Axis,
  DifferentLogits,
  ElementType,
  ExtraFactor,
  ExtraTerm,
  LogitForm,
  ShapeUnproven,
  ShiftForeign,
  ShiftResidual,
  Unshifted,
  Weight
};

/// The stable name of a code, such as `shift-residual`.
StringRef getRefusalName(RefusalCode code);

struct Refusal;

/// What `refusal` says about the candidate, as a sentence with both terms.
std::string getMeaning(const Refusal &refusal);

/// A refused candidate: the code and the two terms that disagree, as formulas.
/// docs/Remarks.md says for each code which terms these are.
struct Refusal {
  RefusalCode code;
  std::string left, right;
};

/// The tensors and scalars that `poly` is made of.
SetVector<Value> getSources(const Poly *poly);

/// exp(`exponent`) / `sum` as a formula.
std::string toQuotient(LogDomain &domain, const Poly *exponent,
                       const Atom *sum);

/// Refuses `sum` for the factors its exponentials have.
Refusal refuseWeight(LogDomain &domain, const Atom *sum);

/// Refuses `monomial` for what it has beside its exponential and 1 / `sum`.
Refusal refuseFactor(LogDomain &domain, const Monomial &monomial,
                     const Atom *sum);

/// Refuses `atom`, where a sum of exponentials was wanted, for being more.
Refusal refuseTerm(LogDomain &domain, const Atom *atom);

/// Says why exp(`numerator`) / `sum` is no softmax over dimensions of `loops`,
/// the extents of the numerator's.
Refusal explainQuotient(LogDomain &domain, ArrayRef<Extent> loops,
                        const Poly *numerator, const Atom *sum);

} // namespace mlir::lse

#endif // LSE_LIB_RAISE_REFUSAL_H
