//===- SplitBodies.cpp - Steps of a fused loop, one by one ----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SplitBodies.h"
#include "Candidates.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace mlir::lse;

/// Longer bodies are no step between exponentials and what is made of them.
static constexpr size_t maxOperations = 64;

/// True if `op` only computes scalars from its inputs, in several steps.
static bool isSplittable(linalg::GenericOp op) {
  if (!op.hasPureTensorSemantics() || op->getNumResults() != 1 ||
      op.getBody()->getOperations().size() > maxOperations)
    return false;
  unsigned numSteps = 0;
  for (Operation &inner : op.getBody()->without_terminator()) {
    if (!isMemoryEffectFree(&inner) || inner.getNumRegions() != 0 ||
        inner.getNumResults() != 1)
      return false;
    numSteps += isa<FloatType>(inner.getResult(0).getType()) &&
                !matchPattern(&inner, m_Constant());
  }
  return numSteps > 1;
}

namespace {

/// Makes the operations for the steps of one body.
class StepBuilder {
public:
  explicit StepBuilder(linalg::GenericOp op)
      : op(op), builder(op), ranges(op.getStaticLoopRanges()) {}

  /// True if `inner` is a step that has an operation of its own: a number that
  /// is computed from elements, but not from the reduction so far.
  bool isStep(Operation &inner);
  /// Lets later operations read `value` of the body from `tensor`.
  void addStep(Value value, Value tensor);
  /// The operation for `value`, which is computed by the body.
  linalg::GenericOp createStep(Value value);
  /// The operation for what the body yields.
  linalg::GenericOp createLast();

private:
  /// What the computation of a value needs.
  struct Slice {
    SetVector<Operation *> operations;
    SmallVector<Value> inputs;
    SmallVector<AffineMap> maps;
    /// What the body calls the inputs.
    SmallVector<Value> elements;
    /// True if it reads the result so far.
    bool readsResult = false;
  };
  struct Step {
    Value tensor;
    AffineMap map;
  };

  Slice getSlice(ValueRange values);
  /// Adds inputs that are not read but tell the extents of loops.
  void addLoops(Slice &slice);
  /// The loops that the slice varies along.
  llvm::SmallBitVector getLoops(const Slice &slice);
  OpFoldResult getExtent(unsigned loop);
  /// Computes `values` from `elements` of the slice. `loops` says which loop of
  /// the new operation each of the original's is.
  SmallVector<Value> cloneSlice(OpBuilder &b, const Slice &slice,
                                ValueRange elements, ArrayRef<int64_t> loops,
                                ValueRange values);

  linalg::GenericOp op;
  OpBuilder builder;
  SmallVector<int64_t> ranges;
  DenseMap<Value, Step> steps;
};

} // namespace

StepBuilder::Slice StepBuilder::getSlice(ValueRange values) {
  Slice slice;
  Block *body = op.getBody();
  SetVector<Value> needed(values.begin(), values.end());
  SetVector<Operation *> operations;
  for (size_t next = 0; next < needed.size(); ++next) {
    Value value = needed[next];
    bool isOwnValue = llvm::is_contained(values, value);
    if (auto it = steps.find(value); it != steps.end() && !isOwnValue) {
      slice.inputs.push_back(it->second.tensor);
      slice.maps.push_back(it->second.map);
      slice.elements.push_back(value);
      continue;
    }
    if (auto argument = dyn_cast<BlockArgument>(value);
        argument && argument.getOwner() == body) {
      if (argument.getArgNumber() >= op.getNumDpsInputs()) {
        slice.readsResult = true;
        continue;
      }
      slice.inputs.push_back(op.getDpsInputs()[argument.getArgNumber()]);
      slice.maps.push_back(op.getIndexingMapsArray()[argument.getArgNumber()]);
      slice.elements.push_back(value);
      continue;
    }
    Operation *inner = value.getDefiningOp();
    if (!inner || inner->getBlock() != body)
      continue;
    operations.insert(inner);
    needed.insert_range(inner->getOperands());
  }
  for (Operation &inner : body->without_terminator())
    if (operations.contains(&inner))
      slice.operations.insert(&inner);
  return slice;
}

llvm::SmallBitVector StepBuilder::getLoops(const Slice &slice) {
  llvm::SmallBitVector loops(op.getNumLoops());
  for (AffineMap map : slice.maps)
    for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
      if (map.isFunctionOfDim(loop))
        loops.set(loop);
  for (Operation *inner : slice.operations)
    if (auto index = dyn_cast<linalg::IndexOp>(inner))
      loops.set(index.getDim());
  return loops;
}

bool StepBuilder::isStep(Operation &inner) {
  Value value = inner.getResult(0);
  if (!isa<FloatType>(value.getType()) || matchPattern(&inner, m_Constant()) ||
      value == op.getBody()->getTerminator()->getOperand(0))
    return false;
  Slice slice = getSlice(value);
  return !slice.readsResult && !slice.inputs.empty();
}

OpFoldResult StepBuilder::getExtent(unsigned loop) {
  if (!ShapedType::isDynamic(ranges[loop]))
    return builder.getIndexAttr(ranges[loop]);
  for (auto [operand, map] :
       llvm::zip(op->getOperands(), op.getIndexingMapsArray())) {
    std::optional<unsigned> position =
        map.getResultPosition(builder.getAffineDimExpr(loop));
    if (!position)
      continue;
    // Not a use of what is computed: that may depend on how many there are.
    while (auto producer = operand.getDefiningOp<linalg::LinalgOp>())
      operand = producer.getTiedOpOperand(cast<OpResult>(operand))->get();
    if (auto empty = operand.getDefiningOp<tensor::EmptyOp>())
      return empty.getMixedSizes()[*position];
    return tensor::getMixedSize(builder, op.getLoc(), operand, *position);
  }
  llvm_unreachable("each loop has an operand");
}

SmallVector<Value> StepBuilder::cloneSlice(OpBuilder &b, const Slice &slice,
                                           ValueRange elements,
                                           ArrayRef<int64_t> loops,
                                           ValueRange values) {
  IRMapping mapping;
  mapping.map(slice.elements, elements);
  for (Operation *inner : slice.operations) {
    Operation *copy = b.clone(*inner, mapping);
    if (auto index = dyn_cast<linalg::IndexOp>(copy))
      index.setDim(loops[index.getDim()]);
  }
  return llvm::map_to_vector(
      values, [&](Value value) { return mapping.lookupOrDefault(value); });
}

void StepBuilder::addStep(Value value, Value tensor) {
  SmallVector<AffineExpr> results;
  for (unsigned loop : getLoops(getSlice(value)).set_bits())
    results.push_back(builder.getAffineDimExpr(loop));
  steps[value] = {
      tensor, AffineMap::get(op.getNumLoops(), 0, results, op.getContext())};
}

linalg::GenericOp StepBuilder::createStep(Value value) {
  Slice slice = getSlice(value);
  llvm::SmallBitVector used = getLoops(slice);
  SmallVector<OpFoldResult> extents;
  SmallVector<AffineExpr> exprs(op.getNumLoops(),
                                builder.getAffineConstantExpr(0));
  SmallVector<int64_t> loops(op.getNumLoops(), 0);
  for (unsigned loop : used.set_bits()) {
    loops[loop] = extents.size();
    exprs[loop] = builder.getAffineDimExpr(extents.size());
    extents.push_back(getExtent(loop));
  }
  unsigned numLoops = extents.size();
  SmallVector<AffineMap> maps;
  for (AffineMap map : slice.maps)
    maps.push_back(map.replaceDimsAndSymbols(exprs, {}, numLoops, 0));
  maps.push_back(builder.getMultiDimIdentityMap(numLoops));
  Location loc = value.getLoc();
  Value empty = tensor::EmptyOp::create(builder, loc, extents, value.getType());
  return linalg::GenericOp::create(
      builder, loc, empty.getType(), slice.inputs, empty, maps,
      SmallVector<utils::IteratorType>(numLoops, utils::IteratorType::parallel),
      [&](OpBuilder &b, Location loc, ValueRange arguments) {
        linalg::YieldOp::create(
            b, loc, cloneSlice(b, slice, arguments.drop_back(), loops, value));
      });
}

void StepBuilder::addLoops(Slice &slice) {
  llvm::SmallBitVector covered(op.getNumLoops());
  auto cover = [&](AffineMap map) {
    bool isNew = false;
    for (AffineExpr expr : map.getResults())
      if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
        isNew |= !covered.test(dim.getPosition());
        covered.set(dim.getPosition());
      }
    return isNew;
  };
  for (AffineMap map : slice.maps)
    cover(map);
  cover(op.getIndexingMapsArray().back());
  for (auto [value, argument, map] :
       llvm::zip(op.getDpsInputs(), op.getBody()->getArguments(),
                 op.getIndexingMapsArray()))
    if (cover(map)) {
      slice.inputs.push_back(value);
      slice.maps.push_back(map);
      slice.elements.push_back(argument);
    }
}

linalg::GenericOp StepBuilder::createLast() {
  Value yielded = op.getBody()->getTerminator()->getOperand(0);
  Slice slice = getSlice(yielded);
  addLoops(slice);
  SmallVector<AffineMap> maps = slice.maps;
  maps.push_back(op.getIndexingMapsArray().back());
  SmallVector<int64_t> loops =
      llvm::to_vector(llvm::seq<int64_t>(op.getNumLoops()));
  // The element of the result so far is the last one here as well.
  slice.elements.push_back(op.getBody()->getArguments().back());
  return linalg::GenericOp::create(
      builder, op.getLoc(), op->getResultTypes(), slice.inputs,
      op.getDpsInits(), maps, op.getIteratorTypesArray(),
      [&](OpBuilder &b, Location loc, ValueRange arguments) {
        linalg::YieldOp::create(
            b, loc, cloneSlice(b, slice, arguments, loops, yielded));
      });
}

//===----------------------------------------------------------------------===//
// Splitting and restoring
//===----------------------------------------------------------------------===//

SplitBodies::SplitBodies(FunctionOpInterface function) {
  Candidates candidates;
  SmallVector<linalg::GenericOp> found;
  function->walk<WalkOrder::PreOrder>([&](Operation *op) {
    candidates.add(op);
    auto genericOp = dyn_cast<linalg::GenericOp>(op);
    if (genericOp && genericOp->getNumResults() == 1 &&
        candidates.isNearSumOfExponentials(genericOp.getResult(0)) &&
        isSplittable(genericOp))
      found.push_back(genericOp);
    return isa<linalg::LinalgOp>(op) ? WalkResult::skip()
                                     : WalkResult::advance();
  });
  for (linalg::GenericOp op : found)
    split(op);
}

void SplitBodies::split(linalg::GenericOp op) {
  StepBuilder builder(op);
  Body body;
  for (Operation &inner : op.getBody()->without_terminator()) {
    if (!builder.isStep(inner))
      continue;
    Value value = inner.getResult(0);
    body.steps.emplace_back(value, builder.createStep(value));
    steps.insert(body.steps.back().second.getResult(0));
    builder.addStep(value, body.steps.back().second.getResult(0));
  }
  if (body.steps.empty())
    return;
  body.last = builder.createLast();
  body.original = op;
  body.inputs = op.getDpsInputs();
  body.outs = llvm::to_vector(op.getDpsInits());
  lastSteps[op.getResult(0)] = body.last.getResult(0);
  op->replaceAllUsesWith(body.last);
  // It must not count as a user of what it reads.
  op->remove();
  op->setOperands({});
  bodies.push_back(std::move(body));
}

Value SplitBodies::restore(Body &body, const DenseMap<Value, Value> &replaced) {
  OpBuilder builder(body.last);
  linalg::GenericOp original = body.original;
  SmallVector<Value> operands(body.inputs);
  llvm::append_range(operands, body.outs);
  for (Value &operand : operands)
    operand = replaced.lookup_or(operand, operand);
  builder.insert(original);
  original->setOperands(operands);
  StepBuilder steps(original);
  bool isAnyReplaced = false;
  for (auto [value, step] : body.steps)
    if (Value tensor = replaced.lookup(step.getResult(0))) {
      steps.addStep(value, tensor);
      isAnyReplaced = true;
    }
  if (!isAnyReplaced)
    return original.getResult(0);
  linalg::GenericOp restored = steps.createLast();
  original.erase();
  return restored.getResult(0);
}

void SplitBodies::restore(DenseMap<Value, Value> replaced,
                          SetVector<Operation *> &unneeded) {
  // Blocks may come in any order: an operand may have been split later.
  for (Body &body : bodies)
    for (Value &operand : llvm::concat<Value>(body.inputs, body.outs))
      operand = lastSteps.lookup_or(operand, operand);
  for (Body &body : bodies) {
    Value last = body.last.getResult(0);
    if (replaced.contains(last) || last.use_empty()) {
      body.original->destroy();
    } else {
      Value restored = restore(body, replaced);
      last.replaceAllUsesWith(restored);
      replaced[last] = restored;
      unneeded.insert(restored.getDefiningOp());
    }
    for (auto [value, step] : body.steps)
      unneeded.insert(step);
    unneeded.insert(body.last);
  }
}
