//===- AttentionOp.cpp - What sets an attention apart ---------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dimensions and the region of an operation over rows whose logits are made
// of scores.
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::lse;

FloatType lse::detail::getSumType(TypeRange types) {
  FloatType widest = Float32Type::get(types.front().getContext());
  for (Type type : types)
    if (auto element = dyn_cast<FloatType>(getElementTypeOrSelf(type));
        element && element.getWidth() > widest.getWidth())
      widest = element;
  return widest;
}

SmallVector<Type> lse::detail::getElementTypes(TypeRange inputTypes,
                                               bool isAttention,
                                               Type scoreType) {
  SmallVector<Type> types;
  if (isAttention) {
    types.push_back(scoreType ? scoreType
                              : getSumType(inputTypes.take_front(2)));
    inputTypes = inputTypes.drop_front(3);
  }
  for (Type type : inputTypes)
    types.push_back(getElementTypeOrSelf(type));
  return types;
}

SmallVector<int64_t> lse::detail::getScoreDims(RowOpInterface op) {
  SmallVector<int64_t> dims;
  if (op.isAttention())
    for (int64_t dim : op.getParallelDims())
      if (!op.getDestinationMap(0).isFunctionOfDim(dim))
        dims.push_back(dim);
  return dims;
}

SmallVector<int64_t> lse::detail::getValueDims(RowOpInterface op) {
  SmallVector<int64_t> dims;
  if (!op.isAttention())
    return dims;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  maps.resize(op.getRowInputs().size());
  maps.erase(maps.begin() + 2);
  for (int64_t dim : op.getParallelDims())
    if (op.getDestinationMap(0).isFunctionOfDim(dim) &&
        llvm::none_of(maps,
                      [&](AffineMap map) { return map.isFunctionOfDim(dim); }))
      dims.push_back(dim);
  return dims;
}

namespace {
/// Which operands of an attention a loop dimension indexes.
struct DimUse {
  DimUse(RowOpInterface op, int64_t dim) {
    auto isIndexed = [&](AffineMap map) { return map.isFunctionOfDim(dim); };
    inQuery = isIndexed(op.getInputMap(0));
    inKey = isIndexed(op.getInputMap(1));
    inValue = isIndexed(op.getInputMap(2));
    inOutput = isIndexed(op.getDestinationMap(0));
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    maps.resize(op.getRowInputs().size());
    inOthers = llvm::any_of(ArrayRef(maps).drop_front(3), isIndexed);
  }
  bool inQuery, inKey, inValue, inOutput, inOthers;
};
} // namespace

/// `what` dimension `dim` of `op` fails to be.
static LogicalResult emitDimError(RowOpInterface op, int64_t dim,
                                  const Twine &what) {
  return op.emitOpError("loop dimension ") << dim << ' ' << what;
}

/// A log-sum-exp has an element for each row of logits.
static LogicalResult verifyLogSumExpMap(RowOpInterface op, unsigned index) {
  AffineMap map = op.getDestinationMap(index);
  SmallVector<int64_t> scoreDims = op.getScoreDims();
  SmallVector<int64_t> valueDims = op.getValueDims();
  unsigned numDims = 0;
  bool hasAllDims = true;
  for (int64_t dim : op.getParallelDims()) {
    if (llvm::is_contained(scoreDims, dim) ||
        llvm::is_contained(valueDims, dim))
      continue;
    ++numDims;
    hasAllDims &= map.isFunctionOfDim(dim);
  }
  if (hasAllDims && map.isProjectedPermutation() &&
      map.getNumResults() == numDims)
    return success();
  return op.emitOpError("indexing map of result #")
         << index << " (logsumexp) must index each dimension of a query, and "
         << "none of keys, scores and values, exactly once";
}

LogicalResult lse::detail::verifyAttentionDims(RowOpInterface op) {
  if (op.getResultKindsArray().front() != ResultKind::Output)
    return op.emitOpError("must yield 'output' first");
  if (!op.getDestinationMap(0).isProjectedPermutation())
    return op.emitOpError("indexing map of the destination must index each "
                          "dimension at most once");
  bool hasScoreDim = false;
  for (int64_t dim = 0, e = op.getNumLoops(); dim < e; ++dim) {
    DimUse use(op, dim);
    if (llvm::is_contained(op.getRowDims(), dim)) {
      if (!use.inKey || !use.inValue)
        return emitDimError(op, dim,
                            "is one of 'dims' and must index keys and values");
      if (use.inQuery || use.inOutput)
        return emitDimError(
            op, dim,
            "is one of 'dims' and must not index queries or the destination");
    } else if (!use.inOutput) {
      hasScoreDim = true;
      if (!use.inQuery || !use.inKey || use.inValue || use.inOthers)
        return emitDimError(op, dim,
                            "is not one of the destination, so that scores are "
                            "summed over it: it must index queries and keys, "
                            "and nothing else");
    }
  }
  if (!hasScoreDim)
    return op.emitOpError("needs a loop dimension that indexes queries and "
                          "keys and nothing else: that of a score");
  for (unsigned index = 1; index < op.getDestinations().size(); ++index)
    if (failed(verifyLogSumExpMap(op, index)))
      return failure();
  return success();
}
