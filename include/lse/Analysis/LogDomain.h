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
    /// The maximum or minimum of `operands[0]` over `axes`.
    Extremum,
    /// The product of `operands[0]` over `axes`.
    Product,
    /// The natural logarithm of `operands[0]`.
    Log,
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

  void Profile(llvm::FoldingSetNodeID &id) const;
};

/// A polynomial and the atoms that cancelled on the way to it.
struct Term {
  const Poly *poly = nullptr;
  SmallVector<const Atom *, 2> cancelled;
};

/// The terms of one function, built on demand and shared.
class LogDomain {
public:
  explicit LogDomain(IndexNotation &notation);

  /// The term of an element of `value` at its own dimensions d0, d1, ...
  const Term &getTerm(Value value);
  /// The term of `expr`, in whatever dimensions occur in it.
  Term getTerm(const ScalarExpr *expr);

  /// From now on `value` is an atom, whatever defines it.
  void makeOpaque(Value value);

  //===--- Arithmetic
  //------------------------------------------------------===//

  Term getConstant(double value);
  Term getAtomTerm(const Atom *atom);
  Term add(const Term &a, const Term &b);
  Term multiply(const Term &a, const Term &b);
  Term scale(const Term &a, double factor);
  Term power(const Term &a, int exponent);
  Term exponential(const Term &a);
  Term logarithm(const Term &a);
  Term sum(const Term &body, ArrayRef<BoundAxis> axes);
  Term extremum(ReductionKind kind, const Term &body, ArrayRef<BoundAxis> axes);

  /// `poly` with dimensions replaced; dimensions without entry stay.
  const Poly *substitute(const Poly *poly,
                         const DenseMap<AffineExpr, AffineExpr> &map);
  /// The part of `poly` whose monomials vary over `position`.
  const Poly *getVaryingPart(const Poly *poly, unsigned position);

  /// Writes `poly` as a formula, with SSA names for tensors.
  static void print(const Poly *poly, raw_ostream &os);
  static void print(const Atom *atom, raw_ostream &os);

  IndexNotation &getNotation() { return notation; }

private:
  Term evaluate(const ScalarExpr *expr);
  Term evaluateApply(const ScalarExpr *expr);
  Term evaluatePower(const Term &base, const Term &exponent,
                     const ScalarExpr *expr);
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
  /// Renames `axes` in `body` so that equal reductions are equal atoms.
  std::pair<const Poly *, SmallVector<BoundAxis, 1>>
  canonicalizeAxes(const Poly *body, ArrayRef<BoundAxis> axes);

  /// A term with more parts than this becomes one atom, so that a long chain
  /// of additions does not make every later term long.
  static constexpr unsigned maxMonomials = 32;
  /// Logits nested deeper than this become one atom. What is made of their
  /// exponentials may be deeper.
  static constexpr unsigned maxDepth = 32;
  /// Values defined out of order are followed back so far, then atoms.
  static constexpr unsigned maxRecursion = 100;
  /// Canonical numbers of bound axes start here.
  static constexpr unsigned firstCanonicalPosition = 1 << 24;

  IndexNotation &notation;
  MLIRContext *context;
  llvm::SpecificBumpPtrAllocator<Atom> atomAllocator;
  llvm::SpecificBumpPtrAllocator<Poly> polyAllocator;
  llvm::FoldingSet<Atom> atoms;
  llvm::FoldingSet<Poly> polys;
  DenseMap<Value, std::unique_ptr<Term>> terms;
  DenseMap<const ScalarExpr *, Term> expressionTerms;
  unsigned nextId = 1;
  unsigned recursion = 0;
  const Poly *zero = nullptr;
};

} // namespace mlir::lse

#endif // LSE_ANALYSIS_LOGDOMAIN_H
