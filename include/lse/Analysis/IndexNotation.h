//===- IndexNotation.h - Tensors as scalars at indices ----------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A dialect-neutral, functional view of tensor programs. Every tensor value is
//
//   v[d0, d1, ...] = scalar expression of elements of earlier values at affine
//                    indices, possibly with reductions over bound axes
//
// so that broadcasts, reshapes by unit dimensions, transposes and the choice
// of operation disappear into index expressions. Nothing here knows about
// exponentials; that is LogDomain's part.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_ANALYSIS_INDEXNOTATION_H
#define LSE_ANALYSIS_INDEXNOTATION_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/IR/Value.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/FoldingSet.h"
#include "llvm/Support/Allocator.h"

namespace mlir::tensor {
class CollapseShapeOp;
class ExtractOp;
} // namespace mlir::tensor

namespace mlir::arith {
class SelectOp;
} // namespace mlir::arith

namespace mlir::linalg {
class LinalgOp;
class SoftmaxOp;
} // namespace mlir::linalg

namespace mlir::lse {

/// The extent of an axis: a number, or dimension `dim` of `source`, which is
/// chosen so that extents known to be equal compare equal.
struct Extent {
  int64_t size = ShapedType::kDynamic;
  Value source;
  unsigned dim = 0;

  bool isStatic() const { return !ShapedType::isDynamic(size); }
  bool operator==(const Extent &other) const {
    return isStatic() ? size == other.size
                      : !other.isStatic() && source == other.source &&
                            dim == other.dim;
  }
  bool operator!=(const Extent &other) const { return !(*this == other); }
};

/// An axis that a reduction binds: a dimension number that occurs in the
/// indices of its body and nowhere else, and its extent.
struct BoundAxis {
  unsigned position;
  Extent extent;
};

/// `All` and `Any` are of truth values.
enum class ReductionKind { Sum, Product, Maximum, Minimum, All, Any };

/// A scalar expression, unique for its content within an IndexNotation.
class ScalarExpr : public llvm::FoldingSetNode {
public:
  enum class Kind {
    /// `source[indices...]`, or the scalar `source` itself.
    Access,
    /// `source[operands...]`, where an index is computed, or where a loop does
    /// not reach all of a dimension.
    Gather,
    /// A number.
    Constant,
    /// The affine index `indices[0]`.
    Index,
    /// A scalar operation without side effects applied to operands.
    Apply,
    /// A reduction of `operands[0]` over `axes`, without initial value.
    Reduce,
    /// The running value of the reduction being defined; never in a result.
    Accumulator
  };

  Kind kind;
  Type type;
  Value source;
  SmallVector<AffineExpr, 4> indices;
  TypedAttr constant;
  std::optional<OperationName> name;
  DictionaryAttr attributes;
  SmallVector<const ScalarExpr *, 2> operands;
  ReductionKind reduction = ReductionKind::Sum;
  /// `Reduce`: true if NaN elements are passed over (`maxnumf`, a comparison).
  bool ignoresNaN = false;
  SmallVector<BoundAxis, 1> axes;

  bool isApply(StringRef operationName) const {
    return kind == Kind::Apply && name->getStringRef() == operationName;
  }
  void Profile(llvm::FoldingSetNodeID &id) const;
};

/// What one tensor value is: an expression over its own dimensions, written
/// d0, d1, ... in order, with their extents.
struct Definition {
  SmallVector<Extent> extents;
  const ScalarExpr *value = nullptr;
};

/// The index notation of the values of one function, built on demand.
class IndexNotation {
public:
  explicit IndexNotation(MLIRContext *context) : context(context) {}

  /// Notes which dynamic extents in `function` are the same because an
  /// operation wants them to be: those of one loop of a linalg operation, and
  /// those of the operands of an elementwise one. An operation relates only
  /// extents of values of its own block: it runs if these are there. To be
  /// called before anything is asked for.
  void relateExtents(FunctionOpInterface function);

  /// Lets what structured operations make of `value` be in terms of what
  /// defines it, as if it were computed in their bodies. Does not change
  /// definitions that have been asked for.
  void makeTransparent(Value value) { transparent.insert(value); }

  /// The definition of a ranked tensor value, or null where nothing is known
  /// of its elements (block arguments, calls, loops, unknown operations).
  const Definition *getDefinition(Value value);
  /// What defines the element that `access` reads, in terms of its indices;
  /// null where nothing is known of it.
  const ScalarExpr *getDefinition(const ScalarExpr *access);

  /// The extent of dimension `dim` of the ranked tensor `value`.
  Extent getExtent(Value value, unsigned dim);

  /// `expr` with dimensions replaced; dimensions without entry stay.
  const ScalarExpr *substitute(const ScalarExpr *expr,
                               const DenseMap<AffineExpr, AffineExpr> &map);
  /// `expr` with d0, d1, ... replaced by `indices`.
  const ScalarExpr *substitute(const ScalarExpr *expr,
                               ArrayRef<AffineExpr> indices);

  const ScalarExpr *getAccess(Value source, ArrayRef<AffineExpr> indices);
  const ScalarExpr *getGather(Value source,
                              ArrayRef<const ScalarExpr *> indices);
  const ScalarExpr *getConstant(TypedAttr value);
  const ScalarExpr *getIndex(AffineExpr index, Type type);
  const ScalarExpr *getApply(OperationName name, DictionaryAttr attributes,
                             Type type, ArrayRef<const ScalarExpr *> operands);
  const ScalarExpr *getReduce(ReductionKind kind, bool ignoresNaN,
                              const ScalarExpr *body, ArrayRef<BoundAxis> axes);

  MLIRContext *getContext() const { return context; }

  /// Dimension numbers from here on are bound by reductions.
  static constexpr unsigned firstBoundPosition = 1 << 16;

private:
  Definition define(Value value);
  Definition defineStructured(linalg::LinalgOp op, unsigned result);
  Definition defineReshape(Operation *op);
  Definition defineElementwise(Operation *op, unsigned result);
  /// The softmax that is one operation upstream.
  Definition defineSoftmax(linalg::SoftmaxOp op);
  Definition defineTosa(Operation *op);
  const ScalarExpr *defineTosaElementwise(Operation *op);
  const ScalarExpr *defineTosaReduction(Operation *op);
  const ScalarExpr *defineTosaMatMul(Operation *op);
  const ScalarExpr *defineTosaGather(Operation *op);
  /// The same for `result`, a scatter's, or that in another shape.
  const ScalarExpr *defineTosaScatter(Operation *op, Value result);
  /// The element of `operand` for an element of `result`, where `operand` may
  /// have extent 1 in any dimension; null if an extent is not known to agree.
  const ScalarExpr *getBroadcastElement(Value operand, Value result);
  /// The indices into `source` for an element of `result`, which has the same
  /// elements in the same order and differs in dimensions of extent 1 only;
  /// nothing if it differs in more than that.
  std::optional<SmallVector<AffineExpr>> getReshapedIndices(Value source,
                                                            Value result);
  /// The nearest value that `op`, a reshape, or a chain of reshapes up to it
  /// gives the elements of, and the indices into that; a null value if all
  /// differ in more than dimensions of extent 1. What lies between may be flat.
  std::pair<Value, SmallVector<AffineExpr>> getReshapeOrigin(Operation *op);
  Definition defineByOrigin(Operation *reshape);
  /// Where dimension `dim` of a reshape's result comes from, with `dim` made
  /// that value's own; a null value if that is unknown.
  Value getReshapeExtentSource(Operation *op, unsigned &dim);
  /// What was expanded into the dimensions that `op` makes dimension `dim` of
  /// again, if that can be told by their product; else a null value.
  std::pair<Value, unsigned> getMergedExtentSource(tensor::CollapseShapeOp op,
                                                   unsigned dim);

  /// What `op`, an `scf.if`, gives: the elements of a tensor either way, where
  /// one way repeats its only element along a dimension of extent 1.
  Definition defineConditionalBroadcast(Operation *op, unsigned result);
  /// The one that stands for all extents known to be the same as `extent`.
  Extent getRepresentative(Extent extent) const;
  void relateLoops(linalg::LinalgOp op,
                   function_ref<void(Extent, Extent)> relateIfRun);
  /// Notes that `a` and `b`, of values of one block, are the same.
  void relate(Extent a, Extent b);
  /// The extent that `size`, a value of type index, is; nothing if unknown.
  std::optional<Extent> getSize(Value size);

  /// False if `value` is one of two tensors whose extents are
  /// not known to be the same.
  bool hasKnownExtents(Value value);
  /// Where dimension `dim` of `value` comes from, one step back; a null value
  /// if `value` is where the search ends.
  std::pair<Value, unsigned> getExtentSource(Value value, unsigned dim);
  /// The same for a TOSA operation: the operand, with `dim` made its own.
  Value getTosaExtentSource(Operation *op, unsigned &dim);

  using Environment = DenseMap<Value, const ScalarExpr *>;
  /// Evaluates the operations of `body`, whose loops have `extents`; what it
  /// cannot evaluate is left out of `environment`.
  void evaluateBody(Block *body, ArrayRef<AffineExpr> loops,
                    ArrayRef<Extent> extents, Environment &environment);
  /// The element of a tensor that a body reads by itself: an access if its
  /// indices are `loops` that reach, with their `extents`, all of it.
  const ScalarExpr *evaluateGather(tensor::ExtractOp extract,
                                   ArrayRef<AffineExpr> loops,
                                   ArrayRef<Extent> extents,
                                   const Environment &environment);
  /// True if `op` is the index of a loop, written as a broadcast of dynamic
  /// extent is: 0 if the extent is 1, which it is then anyway.
  bool selectsOwnIndex(arith::SelectOp op, ArrayRef<AffineExpr> loops,
                       ArrayRef<Extent> extents,
                       const Environment &environment);
  /// What `value`, used in `body`, is: evaluated before, a constant, or a
  /// scalar from above `body`; null if it is none of these.
  const ScalarExpr *lookup(Value value, const Environment &environment,
                           Block *body);
  /// Turns `step`, one step of a reduction in terms of its accumulator, into
  /// the reduction as a whole combined with `init`; null if it is none.
  const ScalarExpr *closeReduction(const ScalarExpr *step,
                                   const ScalarExpr *accumulator,
                                   const ScalarExpr *init,
                                   ArrayRef<BoundAxis> axes);
  const ScalarExpr *intern(ScalarExpr &&expr);
  /// What one substitution has made of each expression so far.
  struct Substitution {
    explicit Substitution(const DenseMap<AffineExpr, AffineExpr> &map)
        : map(map) {}
    const DenseMap<AffineExpr, AffineExpr> &map;
    DenseMap<const ScalarExpr *, const ScalarExpr *> done;
  };
  const ScalarExpr *substitute(const ScalarExpr *expr,
                               Substitution &substitution);

  /// Bodies longer than this are not looked into: expressions are walked
  /// recursively.
  static constexpr size_t maxBodyLength = 512;
  static constexpr unsigned maxExtentSteps = 100000;
  /// Values defined out of order are followed back so far, then unknown.
  static constexpr unsigned maxRecursion = 100;

  MLIRContext *context;
  llvm::SpecificBumpPtrAllocator<ScalarExpr> allocator;
  llvm::FoldingSet<ScalarExpr> expressions;
  DenseMap<Value, std::unique_ptr<Definition>> definitions;
  DenseMap<std::pair<Value, unsigned>, Extent> dynamicExtents;
  /// Dynamic extents that are the same.
  llvm::EquivalenceClasses<std::pair<Value, unsigned>> sameExtents;
  llvm::DenseSet<Value> transparent;
  unsigned nextBoundPosition = firstBoundPosition;
  unsigned recursion = 0;
};

/// The tensor whose elements `value`, a chain of `tosa.reshape`, has in their
/// order.
Value skipTosaReshapes(Value value);

} // namespace mlir::lse

#endif // LSE_ANALYSIS_INDEXNOTATION_H
