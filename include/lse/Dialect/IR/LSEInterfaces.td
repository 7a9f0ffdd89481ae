//===- LSEInterfaces.td - What the operations have in common --*- tablegen -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_DIALECT_IR_LSEINTERFACES_TD
#define LSE_DIALECT_IR_LSEINTERFACES_TD

include "mlir/IR/OpBase.td"

def LSE_RowOpInterface : OpInterface<"RowOpInterface"> {
  let cppNamespace = "::mlir::lse";
  let description = [{
    A structured operation in destination style over rows of logits. Its
    iteration space is that of the logits; `reduction_dims` are the loop
    dimensions that make up a row. Each input and each destination has an
    indexing map from the iteration space; the logit region computes one scalar
    logit from one element of each input.

    The iteration space of an attention has more dimensions: those of a score, a
    sum over products of queries and keys, and those of a value. These are its
    first three inputs, in whose place the logit region has the score.
  }];
  let methods = [
    InterfaceMethod<"The inputs, tensors, memrefs or scalars.",
      "::mlir::ValueRange", "getRowInputs", (ins), [{
        return $_op.getInputs();
      }]>,
    InterfaceMethod<"The destinations, one for each result kind.",
      "::mlir::ValueRange", "getDestinations", (ins), [{
        return $_op.getOuts();
      }]>,
    InterfaceMethod<"The loop dimensions that make up a row, ascending.",
      "::llvm::ArrayRef<int64_t>", "getRowDims", (ins), [{
        return $_op.getReductionDims();
      }]>,
    InterfaceMethod<"The indexing maps of the inputs, then the destinations.",
      "::llvm::SmallVector<::mlir::AffineMap>", "getIndexingMapsArray", (ins), [{
        return ::llvm::to_vector(
            $_op.getIndexingMaps().template getAsValueRange<::mlir::AffineMapAttr>());
      }]>,
    InterfaceMethod<"What each result holds.",
      "::llvm::SmallVector<::mlir::lse::ResultKind>", "getResultKindsArray",
      (ins), [{
        return ::llvm::map_to_vector(
            $_op.getResultKinds().template getAsRange<::mlir::lse::ResultKindAttr>(),
            [](::mlir::lse::ResultKindAttr kind) { return kind.getValue(); });
      }]>,
    StaticInterfaceMethod<[{
        The number of values that the logit region yields for each element: the
        logit and what else the operation is named after needs. A sink comes
        after them.
      }], "unsigned", "getNumTerms">,
    StaticInterfaceMethod<[{
        True if the first of these is a logit, so that probabilities,
        log-probabilities, log-sum-exp and argmax are results, too.
      }], "bool", "hasLogits">,
    StaticInterfaceMethod<[{
        True if the first three inputs are queries, keys and values, and the
        region has a score in place of their elements.
      }], "bool", "isAttention">,
    InterfaceMethod<"The body that computes one logit.",
      "::mlir::Block *", "getLogitBody", (ins), [{
        return &$_op.getLogitRegion().front();
      }]>,
    StaticInterfaceMethod<[{
        The kind of result that the operation is named after and always has.
      }], "::mlir::lse::ResultKind", "getOwnResultKind">,
    InterfaceMethod<"The answer for rows of only -inf.",
      "::mlir::lse::RowDeath", "getRowDeath">,
    InterfaceMethod<"Sets the answer for rows of only -inf.",
      "void", "setRowDeath", (ins "::mlir::lse::RowDeath":$rowDeath)>,
    InterfaceMethod<"The class of error bounds.",
      "::mlir::lse::Numerics", "getNumerics">,
    InterfaceMethod<"Sets the class of error bounds.",
      "void", "setNumerics", (ins "::mlir::lse::Numerics":$numerics)>,
    InterfaceMethod<"True if the source did not shift by the row maximum.",
      "bool", "getStabilized">,
    InterfaceMethod<"Says if the source did not shift by the row maximum.",
      "void", "setStabilized", (ins "bool":$stabilized)>,
    InterfaceMethod<"True if a gradient is computed from logits.",
      "bool", "getFromLogits">,
    InterfaceMethod<"Says if a gradient is computed from logits.",
      "void", "setFromLogits", (ins "bool":$fromLogits)>,
    InterfaceMethod<"The schedules of its kernels, one per target, or null.",
      "::mlir::ArrayAttr", "getSchedulesAttr">,
    InterfaceMethod<"Sets the schedules of its kernels.",
      "void", "setSchedulesAttr", (ins "::mlir::ArrayAttr":$schedules)>
  ];
  let extraSharedClassDeclaration = [{
    /// Number of dimensions of the iteration space.
    unsigned getNumLoops() {
      return $_op.getIndexingMapsArray().front().getNumDims();
    }
    /// The indexing map of input `index`.
    ::mlir::AffineMap getInputMap(unsigned index) {
      return $_op.getIndexingMapsArray()[index];
    }
    /// The indexing map of destination `index`.
    ::mlir::AffineMap getDestinationMap(unsigned index) {
      return $_op.getIndexingMapsArray()[$_op.getRowInputs().size() + index];
    }
    /// The loop dimensions that are not part of a row, ascending.
    ::llvm::SmallVector<int64_t> getParallelDims() {
      ::llvm::SmallVector<int64_t> dims;
      for (int64_t dim = 0, e = $_op.getNumLoops(); dim < e; ++dim)
        if (!::llvm::is_contained($_op.getRowDims(), dim))
          dims.push_back(dim);
      return dims;
    }
    /// The argument of the logit region that is the element of input `index`;
    /// null for queries, keys and values.
    ::mlir::BlockArgument getElementOfInput(unsigned index) {
      if (!$_op.isAttention())
        return $_op.getLogitBody()->getArgument(index);
      return index < 3 ? ::mlir::BlockArgument()
                       : $_op.getLogitBody()->getArgument(index - 2);
    }
    /// The loop dimensions that a score is summed over, ascending: no
    /// destination of an attention has them.
    ::llvm::SmallVector<int64_t> getScoreDims() {
      return ::mlir::lse::detail::getScoreDims($_op);
    }
    /// The loop dimensions that logits do not have and the destinations of an
    /// attention do, ascending.
    ::llvm::SmallVector<int64_t> getValueDims() {
      return ::mlir::lse::detail::getValueDims($_op);
    }
    /// The floating-point type that logits are computed in.
    ::mlir::FloatType getLogitType() {
      return ::llvm::cast<::mlir::FloatType>(
          $_op.getLogitBody()->getTerminator()->getOperand(0).getType());
    }
    /// The floating-point type that rows are computed in: the widest of what the
    /// region yields, but f32 at least, because less is no type to sum
    /// exponentials in.
    ::mlir::FloatType getComputeType() {
      ::mlir::FloatType widest = ::mlir::Float32Type::get($_op.getContext());
      for (::mlir::Type type :
           $_op.getLogitBody()->getTerminator()->getOperandTypes())
        if (type.getIntOrFloatBitWidth() > widest.getWidth())
          widest = ::llvm::cast<::mlir::FloatType>(type);
      return widest;
    }
    /// What the region may yield after its terms, in order.
    ::llvm::ArrayRef<::mlir::lse::ExtraTerm> getExtraTerms() {
      return ::mlir::lse::detail::getExtraTerms($_op);
    }
    /// What the region yields after its terms.
    ::mlir::OperandRange getExtraValues() {
      return $_op.getLogitBody()->getTerminator()->getOperands().drop_front(
          $_op.getNumTerms());
    }
    /// The one of these that is called `name`, or null.
    ::mlir::Value getExtraValue(::llvm::StringRef name) {
      for (auto [term, value] :
           ::llvm::zip($_op.getExtraTerms(), $_op.getExtraValues()))
        if (term.name == name)
          return value;
      return {};
    }
    /// One more logit of a row, which is in its sum and has no element in a
    /// result, or null.
    ::mlir::Value getSink() { return $_op.getExtraValue("sink"); }
    /// What the gradient of a row, and no other result, is multiplied by, or
    /// null.
    ::mlir::Value getWeight() { return $_op.getExtraValue("weight"); }
    /// What the log-sum-exp of a row is multiplied by where its square is a
    /// part of what the gradient is of, or null.
    ::mlir::Value getZWeight() { return $_op.getExtraValue("z-weight"); }
    /// What is added to an element of the gradient before it is weighted, or
    /// null.
    ::mlir::Value getAddend() { return $_op.getExtraValue("addend"); }
    /// True if a kernel may compute it as it is: others are expanded into
    /// operations that are, and linalg.
    bool mayHaveKernel() {
      return $_op.hasLogits() || $_op.getNumTerms() > 1 || $_op.isAttention();
    }
    /// True if one of the results, or destinations, is of `kind`.
    bool hasResultKind(::mlir::lse::ResultKind kind) {
      return ::llvm::is_contained($_op.getResultKindsArray(), kind);
    }
    /// True if the logit is the element of the only input, read in loop order.
    bool hasIdentityLogit() {
      return $_op.getRowInputs().size() == 1 && $_op.getNumTerms() == 1 &&
             !$_op.getSink() &&
             $_op.getInputMap(0).isIdentity() &&
             $_op.getLogitBody()->getTerminator()->getOperand(0) ==
                 $_op.getLogitBody()->getArgument(0);
    }
    /// True if a result may take the place of an input that is indexed alike:
    /// it is the only one with an element for each logit. A kernel has read all
    /// of an element before it stores the last result there, but not before it
    /// stores the first.
    bool mayWorkInPlace() {
      return !$_op.isAttention() && ::llvm::count_if($_op.getResultKindsArray(),
                              ::std::not_fn(::mlir::lse::isPerRow)) == 1;
    }
    /// Static loop extents, `ShapedType::kDynamic` where they are not.
    ::llvm::SmallVector<int64_t> getLoopExtents() {
      return ::mlir::lse::detail::getLoopExtents($_op);
    }
  }];
}

#endif // LSE_DIALECT_IR_LSEINTERFACES_TD
