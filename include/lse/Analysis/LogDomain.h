//===- LogDomain.h - Terms in the log-semiring ------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A small algebra with a normal form in which "it is a softmax" means that all
// shift terms cancel. A term is a sum of monomials
//
//   c * atom^n * ... * exp(term)
//
// where atoms are tensor elements, sums over axes, maxima, logarithms and
// whatever operation is not understood. Exponentials multiply by adding their
// exponents; factors that do not vary over an axis leave a sum over it:
//
//   Sum_k exp(z_k - s) = exp(-s) * Sum_k exp(z_k)
//
// The algebra is that of the reals. What makes a rewrite legal in floating
// point is decided by its user, for which every term remembers the atoms that
// cancelled on the way to it.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_ANALYSIS_LOGDOMAIN_H
#define LSE_ANALYSIS_LOGDOMAIN_H

#include "lse/Analysis/IndexNotation.h"
#include "llvm/ADT/DenseSet.h"

namespace mlir {
class AsmState;
} // namespace mlir

namespace mlir::lse {

class Poly;

/// Something that is not taken apart, unique for its content.
class Atom : public llvm::FoldingSetNode {
public:
  enum class Kind {
    /// An element of a tensor, or a scalar value.
    Element,
    /// A constant that is no finite number, or no number.
    Constant,
    /// An affine index.
    Index,
    /// The sum of `operands[0]` over `axes`.
    Sum,
    /// The maximum or minimum of `operands[0]` over `axes`; whether it holds
    /// for all or any of them.
    Extremum,
    /// The product of `operands[0]` over `axes`.
    Product,
    /// The natural logarithm of `operands[0]`.
    Log,
    /// 0 where the condition `operands[0]` holds (or does not, if `isNegated`)
    /// and -inf elsewhere: as a part of logits, what a mask makes of them.
    Mask,
    /// A term of several monomials as a factor.
    Group,
    /// An operation that the algebra does not know.
    Apply
  };

  Kind kind;
  Value source;
  SmallVector<AffineExpr, 4> indices;
  Attribute constant;
  std::optional<OperationName> name;
  DictionaryAttr attributes;
  ReductionKind reduction = ReductionKind::Sum;
  bool isNegated = false;
  SmallVector<const Poly *, 2> operands;
  SmallVector<BoundAxis, 1> axes;

  /// Creation order, by which factors are sorted.
  unsigned id = 0;
  /// How deeply atoms are nested.
  unsigned depth = 0;
  /// How deeply reductions are nested.
  unsigned boundDepth = 0;
  /// The dimensions the atom varies over, ascending.
  SmallVector<unsigned, 4> positions;

  void Profile(llvm::FoldingSetNodeID &id) const;
};

/// One product: `coefficient * factors... * exp(exponent)`.
struct Monomial {
  double coefficient = 1.0;
  /// Atoms with their powers, sorted by `Atom::id`; no power is 0.
  SmallVector<std::pair<const Atom *, int>, 2> factors;
  /// Never null; the zero polynomial where there is no exponential.
  const Poly *exponent = nullptr;

  /// The factor if there is only one, to the power 1, and no exponential.
  const Atom *getSingleFactor() const;
  /// True for a mask, whatever its sign.
  bool isMask() const {
    const Atom *atom = getSingleFactor();
    return atom && atom->kind == Atom::Kind::Mask;
  }
};

/// A sum of monomials in normal form, unique for its content.
class Poly : public llvm::FoldingSetNode {
public:
  SmallVector<Monomial, 1> monomials;
  unsigned id = 0;
  unsigned depth = 0;
  unsigned boundDepth = 0;
  SmallVector<unsigned, 4> positions;

  bool isZero() const { return monomials.empty(); }
  bool variesOver(unsigned position) const;
  bool variesOver(ArrayRef<BoundAxis> axes) const;
  /// The only atom this polynomial consists of, or null.
  const Atom *getSingleAtom() const;
  /// The value of a polynomial that is a plain number.
  std::optional<double> getNumber() const;

  void Profile(llvm::FoldingSetNodeID &id) const;
};

/// A condition, or its opposite.
struct Guard {
  const Poly *condition = nullptr;
  bool isNegated = false;

  bool operator==(const Guard &other) const {
    return condition == other.condition && isNegated == other.isNegated;
  }
};

/// A polynomial, the atoms that cancelled on the way to it, and the conditions
/// without which a quotient in it was replaced by 0.
struct Term {
  const Poly *poly = nullptr;
  SmallVector<const Atom *, 2> cancelled;
  SmallVector<Guard, 0> guards;
};

/// The terms of one function, built on demand and shared.
class LogDomain {
public:
  /// The terms of the values in `scope`, a function.
  LogDomain(IndexNotation &notation, Operation *scope);
  ~LogDomain();

  /// The term of an element of `value` at its own dimensions d0, d1, ...
  const Term &getTerm(Value value);
  /// The term of `expr`, in whatever dimensions occur in it.
  Term getTerm(const ScalarExpr *expr);

  /// From now on `value` is an atom, whatever defines it. Its logarithm, its
  /// exponential and a guard around it still see what it is made of.
  void makeOpaque(Value value);
  /// Lets the term of `value` be made again from what its operands are now.
  void forget(Value value) { terms.erase(value); }
  /// The term that `makeOpaque` hid behind the only atom of `term`, or `term`.
  Term expand(const Term &term);
  /// True if `poly` is past its logits: an exponential, a sum or what is made
  /// of one. Taking it for an atom would lose a match that is under way.
  static bool isPastLogits(const Poly *poly);
  /// True if `poly` has the logarithm of a sum of exponentials as an addend.
  static bool hasLoggedSum(const Poly *poly);

  //===--- Arithmetic
  //------------------------------------------------------===//

  Term getConstant(double value);
  Term getAtomTerm(const Atom *atom);
  Term getTerm(const Monomial &monomial);
  Term add(const Term &a, const Term &b);
  Term multiply(const Term &a, const Term &b);
  Term scale(const Term &a, double factor);
  Term power(const Term &a, int exponent);
  Term exponential(const Term &a);
  Term logarithm(const Term &a);
  Term sum(const Term &body, ArrayRef<BoundAxis> axes);
  Term extremum(ReductionKind kind, const Term &body, ArrayRef<BoundAxis> axes);

  /// 0 where `condition` holds and -inf elsewhere.
  Term getMask(const Guard &condition);
  /// `poly`, a truth value, without the negations around it.
  Guard getCondition(const Poly *poly);

  /// `poly` with dimensions replaced; dimensions without entry stay.
  const Poly *substitute(const Poly *poly,
                         const DenseMap<AffineExpr, AffineExpr> &map);
  /// The part of `poly` whose monomials vary over any of `positions`, and its
  /// masks.
  const Poly *getVaryingPart(const Poly *poly, ArrayRef<int64_t> positions);

  /// `poly` as a formula, with SSA names for tensors: those that the values
  /// have when a formula is asked for first.
  std::string toFormula(const Poly *poly);
  std::string toFormula(const Atom *atom);
  /// The SSA name that `value` has in formulas.
  std::string getName(Value value);

  IndexNotation &getNotation() { return notation; }

private:
  AsmState &getNames();
  /// Adds to `result` what cancelled and what guards on the way to `from`.
  static void inherit(Term &result, const Term &from);
  Term evaluate(const ScalarExpr *expr);
  Term evaluateApply(const ScalarExpr *expr);
  Term evaluatePower(const Term &base, const Term &exponent,
                     const ScalarExpr *expr);
  Term evaluateSelect(const ScalarExpr *expr, ArrayRef<Term> operands);
  Term evaluateTruncation(const ScalarExpr *expr, const Term &operand);
  Term evaluateMaximum(const ScalarExpr *expr, ArrayRef<Term> operands);
  Term getApplyAtom(const ScalarExpr *expr, ArrayRef<Term> operands);
  Term getElement(Value source, ArrayRef<AffineExpr> indices);
  /// `poly` if it is a single monomial, else an atom that stands for it.
  const Poly *asFactor(const Poly *poly);
  Monomial multiply(const Monomial &a, const Monomial &b, Term &result);
  void addMonomial(SmallVectorImpl<Monomial> &monomials, Monomial monomial,
                   Term &result);
  Term finish(SmallVectorImpl<Monomial> &monomials, Term result);
  const Poly *getPoly(SmallVectorImpl<Monomial> &monomials);
  const Poly *getPoly(const Atom *atom);
  const Atom *intern(Atom &&atom);
  /// What one substitution has made of each polynomial and atom so far: terms
  /// share their parts, and each part is to be met once.
  struct Substitution {
    explicit Substitution(const DenseMap<AffineExpr, AffineExpr> &map)
        : map(map) {}
    const DenseMap<AffineExpr, AffineExpr> &map;
    DenseMap<const Poly *, const Poly *> polys;
    DenseMap<const Atom *, const Atom *> atoms;
  };
  const Poly *substitute(const Poly *poly, Substitution &substitution);
  const Atom *substitute(const Atom *atom, Substitution &substitution);
  /// `term`, in dimensions d0, d1, ..., at `indices`.
  Term substitute(const Term &term, ArrayRef<AffineExpr> indices);
  /// Reductions inside a reduction of the same kind, as one over all axes.
  const Poly *flattenSum(const Poly *body, SmallVectorImpl<BoundAxis> &axes);
  /// Renames `axes` in `body` so that equal reductions are equal atoms.
  std::pair<const Poly *, SmallVector<BoundAxis, 1>>
  canonicalizeAxes(const Poly *body, ArrayRef<BoundAxis> axes);

  /// A term with more parts than this becomes one atom, so that a long chain
  /// of additions does not make every later term long.
  static constexpr unsigned maxMonomials = 32;
  /// Logits nested deeper than this become one atom. What is made of their
  /// exponentials may be a few steps deeper.
  static constexpr unsigned maxDepth = 32;
  static constexpr unsigned maxDepthPastLogits = 48;
  /// Values defined out of order are followed back so far, then atoms.
  static constexpr unsigned maxRecursion = 100;
  /// Numbers of axes that leave an inner reduction for the one around it.
  static constexpr unsigned firstInnerPosition = 1 << 22;
  /// Canonical numbers of bound axes start here.
  static constexpr unsigned firstCanonicalPosition = 1 << 24;

  IndexNotation &notation;
  Operation *scope;
  std::unique_ptr<AsmState> names;
  MLIRContext *context;
  llvm::SpecificBumpPtrAllocator<Atom> atomAllocator;
  llvm::SpecificBumpPtrAllocator<Poly> polyAllocator;
  llvm::FoldingSet<Atom> atoms;
  llvm::FoldingSet<Poly> polys;
  DenseMap<Value, std::unique_ptr<Term>> terms;
  DenseMap<const ScalarExpr *, Term> expressionTerms;
  /// The values whose elements `expressionTerms` are made of.
  llvm::DenseSet<Value> readValues;
  /// What is behind each opaque value, in its own dimensions.
  DenseMap<Value, Term> expansions;
  unsigned nextId = 1;
  unsigned nextPosition = firstInnerPosition;
  unsigned recursion = 0;
  const Poly *zero = nullptr;
};

} // namespace mlir::lse

#endif // LSE_ANALYSIS_LOGDOMAIN_H
