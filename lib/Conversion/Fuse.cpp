//===- Fuse.cpp - The lse-fuse pass ---------------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementwiseBody.h"
#include "GradientSums.h"
#include "KernelSpecBuilder.h"
#include "LinearUses.h"
#include "LogitNodes.h"
#include "lse/Conversion/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SmallBitVector.h"

#define DEBUG_TYPE "lse-fuse"

namespace mlir::lse {
#define GEN_PASS_DEF_LSEFUSE
#include "lse/Conversion/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// What may be fused
//===----------------------------------------------------------------------===//

/// The element that the body of `op`, which is elementwise, hands on as it is;
/// the number of an input, or nothing.
static std::optional<unsigned> getForwardedInput(linalg::LinalgOp op) {
  auto argument =
      dyn_cast<BlockArgument>(op.getBlock()->getTerminator()->getOperand(0));
  if (!argument || argument.getOwner() != op.getBlock())
    return std::nullopt;
  return argument.getArgNumber();
}

/// True if computing each element of `op` again for every element that it is
/// broadcast to costs next to nothing.
static bool isCheap(linalg::LinalgOp op) {
  return llvm::none_of(op.getBlock()->without_terminator(), [](Operation &op) {
    return isa<math::MathDialect>(op.getDialect()) ||
           isa<arith::DivFOp, arith::RemFOp, arith::DivSIOp, arith::DivUIOp,
               arith::CeilDivSIOp, arith::CeilDivUIOp, arith::FloorDivSIOp,
               arith::RemSIOp, arith::RemUIOp>(op);
  });
}

/// True if every loop dimension of `op` that input `index` has is one of
/// `maps`, or of another operand.
static bool keepsLoops(RowOpInterface op, unsigned index,
                       ArrayRef<AffineMap> maps) {
  SmallVector<AffineMap> all = op.getIndexingMapsArray();
  all.erase(all.begin() + index);
  llvm::append_range(all, maps);
  llvm::SmallBitVector covered(op.getNumLoops());
  for (AffineMap map : all)
    for (AffineExpr expr : map.getResults())
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        covered.set(dim.getPosition());
  return covered.all();
}

/// True if elements that lie side by side where `before` leads do so where
/// `after` leads, or are one.
static bool keepsNeighbours(AffineMap before, AffineMap after) {
  if (before.getNumResults() == 0)
    return true;
  auto innermost = dyn_cast<AffineDimExpr>(before.getResults().back());
  return !innermost || !after.isFunctionOfDim(innermost.getPosition()) ||
         after.getResults().back() == innermost;
}

/// True if `fused`, made from `op`, needs something that no kernel has while
/// `op` does not.
static bool losesKernel(RowOpInterface op, RowOpInterface fused) {
  return (getKernelObstacle(fused) && !getKernelObstacle(op)) ||
         (getLogitObstacle(fused) && !getLogitObstacle(op));
}

//===----------------------------------------------------------------------===//
// Producers
//===----------------------------------------------------------------------===//

/// The elementwise operation in the same block that input `index` of `op` is
/// read from; null if there is none.
static linalg::LinalgOp getProducer(RowOpInterface op, unsigned index) {
  auto producer = op.getRowInputs()[index].getDefiningOp<linalg::LinalgOp>();
  if (!producer || producer->getBlock() != op->getBlock() ||
      !isElementwise(producer))
    return {};
  return producer;
}

/// True if `element` has to be an input itself.
static bool mustBeInput(BlockArgument element) {
  return llvm::any_of(element.getUses(), [](OpOperand &use) {
    auto temper = dyn_cast<TemperOp>(use.getOwner());
    return isa<IsClassOp>(use.getOwner()) ||
           (temper && use.get() == temper.getTemperature());
  });
}

/// True if nothing but logit regions of its own block, which may compute it as
/// well, reads what `producer` computes.
static bool isReadByRegionsOnly(linalg::LinalgOp producer) {
  return llvm::all_of(producer->getUses(), [&](OpOperand &use) {
    auto op = dyn_cast<RowOpInterface>(use.getOwner());
    unsigned number = use.getOperandNumber();
    return op && op->getBlock() == producer->getBlock() &&
           number < op.getRowInputs().size() && op.getElementOfInput(number) &&
           !mustBeInput(op.getElementOfInput(number));
  });
}

/// True if one operation over rows reads what `producer` computes, or each that
/// does may compute it: from tensors with fewer dimensions, such as a class
/// number for each row, and at next to no cost.
static bool mayBeMoved(linalg::LinalgOp producer, ArrayRef<Source> sources) {
  constexpr size_t mostRepeated = 12;
  if (producer->hasOneUse())
    return true;
  bool isSmall = llvm::all_of(sources, [&](const Source &source) {
    auto type = dyn_cast<ShapedType>(source.value.getType());
    return source.constant || !type ||
           type.getRank() < int64_t(producer.getNumLoops());
  });
  return isSmall && isCheap(producer) &&
         producer.getBlock()->getOperations().size() <= mostRepeated &&
         isReadByRegionsOnly(producer);
}

/// True if computing input `index` of `op` in the logit region costs less than
/// it saves, and leaves every loop an operand that tells its extent.
static bool isProfitable(RowOpInterface op, unsigned index,
                         linalg::LinalgOp producer, ArrayRef<Source> sources) {
  AffineMap readMap = op.getInputMap(index);
  SmallVector<AffineMap> maps;
  for (const Source &source : sources)
    if (!source.constant)
      maps.push_back(source.map);
  bool isBroadcast =
      llvm::any_of(llvm::seq<int64_t>(op.getNumLoops()), [&](int64_t dim) {
        return !readMap.isFunctionOfDim(dim) &&
               (llvm::is_contained(op.getRowDims(), dim) ||
                op.getDestinationMap(0).isFunctionOfDim(dim));
      });
  return keepsLoops(op, index, maps) && (!isBroadcast || isCheap(producer)) &&
         llvm::all_of(maps, [&](AffineMap map) {
           return keepsNeighbours(readMap, map);
         });
}

/// Computes input `index` of `op` in its logit region. Null if nothing that can
/// and should be computed there yields it.
static RowOpInterface fuseProducer(RewriterBase &rewriter, RowOpInterface op,
                                   unsigned index) {
  linalg::LinalgOp producer = getProducer(op, index);
  if (!producer || !op.getElementOfInput(index) ||
      mustBeInput(op.getElementOfInput(index)))
    return {};
  AffineMap loops =
      getLoops(producer.getIndexingMapsArray().back(), op.getInputMap(index));
  SmallVector<Source> sources = getSources(producer, loops);
  if (!llvm::all_of(sources, isReadable) || !mayBeMoved(producer, sources) ||
      !isProfitable(op, index, producer, sources))
    return {};

  SmallVector<Value> inputs(op.getRowInputs().take_front(index));
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<AffineMap> laterMaps =
      llvm::to_vector(llvm::drop_begin(maps, index + 1));
  maps.resize(index);
  for (const Source &source : getDistinct(sources)) {
    inputs.push_back(source.value);
    maps.push_back(source.map);
  }
  llvm::append_range(inputs, op.getRowInputs().drop_front(index + 1));
  llvm::append_range(maps, laterMaps);
  rewriter.setInsertionPoint(op);
  RowOpInterface fused =
      createRowOpLike(rewriter, op, inputs, op.getDestinations(), maps,
                      op.getResultKindsArray());

  Block *body = fused.getLogitBody();
  rewriter.setInsertionPointToStart(body);
  unsigned position = op.getElementOfInput(index).getArgNumber();
  IRMapping mapping;
  SmallVector<Value> elements;
  for (const Source &source : getDistinct(sources))
    elements.push_back(body->insertArgument(position++, source.inBody.getType(),
                                            source.inBody.getLoc()));
  mapSources(rewriter, sources, elements, mapping);
  for (Operation &inner : producer.getBlock()->without_terminator())
    cloneScalar(rewriter, inner, loops, mapping);
  Value computed =
      mapping.lookup(producer.getBlock()->getTerminator()->getOperand(0));
  rewriter.replaceAllUsesWith(body->getArgument(position), computed);
  body->eraseArgument(position);
  if (!losesKernel(op, fused))
    return fused;
  rewriter.eraseOp(fused);
  return {};
}

/// Lets `op`, an attention, read input `index`, its queries, keys or values,
/// from where a transposition or repetition takes it. Null if there is none.
static RowOpInterface readBeforeCopy(RewriterBase &rewriter, RowOpInterface op,
                                     unsigned index) {
  linalg::LinalgOp producer = getProducer(op, index);
  if (!producer || !producer->hasOneUse() || op.getElementOfInput(index))
    return {};
  std::optional<unsigned> forwarded = getForwardedInput(producer);
  if (!forwarded || producer.getNumDpsInputs() != 1)
    return {};
  AffineMap readMap = op.getInputMap(index);
  AffineMap map = producer.getIndexingMapsArray()[*forwarded].compose(
      getLoops(producer.getIndexingMapsArray().back(), readMap));
  // What a repetition drops may be a dimension of the batch or the heads only.
  SmallVector<int64_t> needed(op.getRowDims());
  llvm::append_range(needed, op.getScoreDims());
  llvm::append_range(needed, op.getValueDims());
  if (llvm::any_of(needed,
                   [&](int64_t dim) {
                     return readMap.isFunctionOfDim(dim) &&
                            !map.isFunctionOfDim(dim);
                   }) ||
      !mayIndex(map, producer.getDpsInputs()[*forwarded]) ||
      !keepsLoops(op, index, map))
    return {};
  SmallVector<Value> inputs(op.getRowInputs());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  inputs[index] = producer.getDpsInputs()[*forwarded];
  maps[index] = map;
  rewriter.setInsertionPoint(op);
  RowOpInterface fused =
      createRowOpLike(rewriter, op, inputs, op.getDestinations(), maps,
                      op.getResultKindsArray());
  if (!losesKernel(op, fused))
    return fused;
  rewriter.eraseOp(fused);
  return {};
}

//===----------------------------------------------------------------------===//
// Consumers
//===----------------------------------------------------------------------===//

/// What `consumer`, an elementwise operation with one input, makes of a result
/// of kind `kind`, in the same place or, if it only moves elements, in another:
/// a result of the kind that is returned. Nothing if no operation yields that.
static std::optional<ResultKind>
getKindAfter(RowOpInterface op, linalg::LinalgOp consumer, ResultKind kind) {
  if (consumer.getNumDpsInputs() != 1)
    return std::nullopt;
  Operation *yield = consumer.getBlock()->getTerminator();
  Value value = yield->getOperand(0);
  auto isElement = [&](Value value) {
    return value == consumer.getBlock()->getArgument(0);
  };
  if (isElement(value))
    return kind;
  Operation *last = value.getDefiningOp();
  // A narrower destination rounds what a row is computed in, which is never
  // narrower than f32, once; if the result is rounded before, twice.
  auto truncation = dyn_cast_if_present<arith::TruncFOp>(last);
  if (truncation && !truncation.getRoundingmode() &&
      isElement(truncation.getIn()))
    return kind;
  // Those with exact zeros have no logarithms.
  if (isa_and_present<math::LogOp>(last) && isElement(last->getOperand(0)) &&
      kind == ResultKind::Probabilities && op.hasLogits())
    return ResultKind::LogProbabilities;
  return std::nullopt;
}

/// Lets `op` store what the only user of result `index` makes of it. Null if no
/// result can be that.
static RowOpInterface fuseConsumer(RewriterBase &rewriter, RowOpInterface op,
                                   unsigned index) {
  OpResult result = op->getResult(index);
  if (!result.hasOneUse())
    return {};
  auto consumer = dyn_cast<linalg::LinalgOp>(*result.user_begin());
  if (!consumer || consumer->getBlock() != op->getBlock() ||
      !isElementwise(consumer) ||
      consumer.getDpsInputOperand(0)->get() != result)
    return {};
  SmallVector<ResultKind> kinds = op.getResultKindsArray();
  std::optional<ResultKind> kind = getKindAfter(op, consumer, kinds[index]);
  AffineMap readMap = consumer.getIndexingMapsArray().front();
  // A sum in the type of the result is not one in that of its logarithm.
  if (!kind || !readMap.isPermutation() ||
      (*kind != kinds[index] && llvm::is_contained(kinds, *kind)))
    return {};
  AffineMap map = consumer.getIndexingMapsArray()
                      .back()
                      .compose(inversePermutation(readMap))
                      .compose(op.getDestinationMap(index));
  Value init = consumer.getDpsInits().front();
  if (!keepsNeighbours(op.getDestinationMap(index), map) ||
      failed(moveValueDefinitions(rewriter, init, op)))
    return {};
  SmallVector<Value> outs(op.getDestinations());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  kinds[index] = *kind;
  outs[index] = init;
  maps[op.getRowInputs().size() + index] = map;
  rewriter.setInsertionPoint(op);
  RowOpInterface fused =
      createRowOpLike(rewriter, op, op.getRowInputs(), outs, maps, kinds);
  if (losesKernel(op, fused)) {
    rewriter.eraseOp(fused);
    return {};
  }
  rewriter.replaceOp(consumer, fused->getResult(index));
  return fused;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

namespace {

struct LSEFusePass final : lse::impl::LSEFuseBase<LSEFusePass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    fuseAll(rewriter, LinearForm::Product);
    // What is added to a gradient may be one, which is none for an addend then.
    numConsumers += fuseGradientSums(rewriter, getOperation());
    // What the operations that are made then read alike moves into all of them.
    fuseAll(rewriter, LinearForm::Any);
    fuseAll(rewriter, LinearForm::Any);
  }

private:
  void fuseAll(RewriterBase &rewriter, LinearForm form) {
    SmallVector<RowOpInterface> ops;
    getOperation()->walk([&](RowOpInterface op) {
      if (llvm::none_of(op->getOperandTypes(), llvm::IsaPred<MemRefType>))
        ops.push_back(op);
    });
    for (RowOpInterface op : ops)
      fuse(rewriter, op, form);
  }

  // Each step does away with an operation, and may bring another beside `op`.
  void fuse(RewriterBase &rewriter, RowOpInterface op, LinearForm form) {
    while (true) {
      fuseProducers(rewriter, op);
      fuseConsumers(rewriter, op);
      RowOpInterface gradient = fuseLinearUse(rewriter, op, form);
      if (!gradient)
        return;
      rewriter.eraseOp(op);
      op = gradient;
      ++numConsumers;
    }
  }

  void fuseProducers(RewriterBase &rewriter, RowOpInterface &op) {
    for (unsigned index = 0; index < op.getRowInputs().size();) {
      Operation *producer = op.getRowInputs()[index].getDefiningOp();
      RowOpInterface fused = fuseProducer(rewriter, op, index);
      if (!fused)
        fused = readBeforeCopy(rewriter, op, index);
      if (!fused) {
        ++index;
        continue;
      }
      rewriter.replaceOp(op, fused);
      if (producer->use_empty())
        rewriter.eraseOp(producer);
      op = fused;
      ++numProducers;
    }
  }

  void fuseConsumers(RewriterBase &rewriter, RowOpInterface &op) {
    for (unsigned index = 0; index < op->getNumResults();) {
      RowOpInterface fused = fuseConsumer(rewriter, op, index);
      if (!fused) {
        ++index;
        continue;
      }
      rewriter.replaceOp(op, fused);
      op = fused;
      ++numConsumers;
    }
  }
};

} // namespace
