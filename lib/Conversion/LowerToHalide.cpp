//===- LowerToHalide.cpp - The lse-lower-to-halide pass -------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HalideLibrary.h"
#include "KernelAdaptor.h"
#include "KernelDispatch.h"
#include "KernelSpecBuilder.h"
#include "LogitNodes.h"
#include "lse/Conversion/KernelListing.h"
#include "lse/Conversion/KernelModule.h"
#include "lse/Conversion/Passes.h"
#include "lse/Conversion/StatusCell.h"
#include "lse/Conversion/TargetList.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Target/LLVMIR/Import.h"

namespace mlir::lse {
#define GEN_PASS_DEF_LSELOWERTOHALIDE
#include "lse/Conversion/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Collapsing dimensions
//===----------------------------------------------------------------------===//

/// True if dimensions `position` and `position + 1` of `type` are known to be
/// one in memory.
static bool isCollapsible(MemRefType type, unsigned position) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    if (dim == int64_t(position) + 1)
      groups.back().push_back(dim);
    else
      groups.push_back({dim});
  }
  return memref::CollapseShapeOp::isGuaranteedCollapsible(type, groups);
}

/// True if loops `loop` and `loop + 1` can be one for `operand`, which `map`
/// indexes: both index it side by side, or neither does.
static bool canFuseLoops(Value operand, AffineMap map, unsigned loop) {
  MLIRContext *context = map.getContext();
  auto first = map.getResultPosition(getAffineDimExpr(loop, context));
  auto second = map.getResultPosition(getAffineDimExpr(loop + 1, context));
  if (!first && !second)
    return true;
  auto type = dyn_cast<MemRefType>(operand.getType());
  return type && first && second && *first + 1 == *second &&
         isCollapsible(type, *first);
}

/// Groups of consecutive loops that can be one, or nothing if none can. Those
/// of a row and those outside of it stay apart.
static SmallVector<SmallVector<unsigned>> getLoopGroups(RowOpInterface op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  for (AffineMap map : maps)
    if (!map.isProjectedPermutation())
      return {};
  auto isInRow = [&](unsigned loop) {
    return llvm::is_contained(op.getRowDims(), int64_t(loop));
  };
  llvm::SmallDenseSet<int64_t> indexed;
  op.getLogitBody()->walk(
      [&](IndexOp index) { indexed.insert(index.getDim()); });
  SmallVector<SmallVector<unsigned>> groups = {{0}};
  for (unsigned loop = 1; loop < op.getNumLoops(); ++loop) {
    bool fuses = isInRow(loop) == isInRow(loop - 1) &&
                 !indexed.contains(loop) && !indexed.contains(loop - 1) &&
                 llvm::all_of_zip(op->getOperands(), maps,
                                  [&](Value operand, AffineMap map) {
                                    return canFuseLoops(operand, map, loop - 1);
                                  });
    if (fuses)
      groups.back().push_back(loop);
    else
      groups.push_back({loop});
  }
  return groups.size() == op.getNumLoops()
             ? SmallVector<SmallVector<unsigned>>()
             : groups;
}

/// Reads `operand` with each group of loops as one dimension.
static std::pair<Value, AffineMap>
collapseOperand(OpBuilder &builder, Location loc, Value operand, AffineMap map,
                ArrayRef<SmallVector<unsigned>> groups) {
  SmallVector<ReassociationIndices> reassociation;
  SmallVector<AffineExpr> exprs;
  for (auto [position, expr] : llvm::enumerate(map.getResults())) {
    unsigned loop = cast<AffineDimExpr>(expr).getPosition();
    const auto *group = llvm::find_if(groups, [&](auto &members) {
      return llvm::is_contained(members, loop);
    });
    if (group->front() == loop) {
      reassociation.emplace_back();
      exprs.push_back(builder.getAffineDimExpr(group - groups.begin()));
    }
    reassociation.back().push_back(position);
  }
  AffineMap collapsed =
      AffineMap::get(groups.size(), 0, exprs, builder.getContext());
  if (exprs.size() == map.getNumResults())
    return {operand, collapsed};
  return {memref::CollapseShapeOp::create(builder, loc, operand, reassociation),
          collapsed};
}

/// Makes adjacent loops one where every operand is contiguous: fewer kernels,
/// longer rows, and rows enough to share between threads.
static RowOpInterface collapseLoops(RowOpInterface op) {
  SmallVector<SmallVector<unsigned>> groups = getLoopGroups(op);
  if (groups.empty())
    return op;
  OpBuilder builder(op);
  SmallVector<Value> operands;
  SmallVector<AffineMap> maps;
  for (auto [operand, map] :
       llvm::zip(op->getOperands(), op.getIndexingMapsArray())) {
    auto [value, collapsed] =
        collapseOperand(builder, op.getLoc(), operand, map, groups);
    operands.push_back(value);
    maps.push_back(collapsed);
  }
  OperationState state(op.getLoc(), op->getName(), operands, TypeRange(),
                       op->getAttrs());
  state.attributes.set("indexing_maps", builder.getAffineMapArrayAttr(maps));
  SmallVector<int64_t> rowDims;
  for (auto [dim, group] : llvm::enumerate(groups))
    if (llvm::is_contained(op.getRowDims(), int64_t(group.front())))
      rowDims.push_back(dim);
  state.attributes.set("reduction_dims", builder.getDenseI64ArrayAttr(rowDims));
  state.addRegion()->takeBody(op->getRegion(0));
  auto collapsedOp = cast<RowOpInterface>(builder.create(state));
  collapsedOp.getLogitBody()->walk([&](IndexOp index) {
    const auto *group = llvm::find_if(groups, [&](auto &members) {
      return llvm::is_contained(members, unsigned(index.getDim()));
    });
    index.setDim(group - groups.begin());
  });
  op->erase();
  return collapsedOp;
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

/// Gives `module` the triple and data layout of `target`, or compares them.
static LogicalResult setModuleTarget(ModuleOp module, const TargetInfo &target,
                                     Operation *op) {
  auto check = [&](StringRef name, StringRef value) -> LogicalResult {
    auto known = module->getAttrOfType<StringAttr>(name);
    if (known && known.getValue() != value)
      return op->emitError("is scheduled for a machine with ")
             << name << " '" << value << "', but the module has '"
             << known.getValue() << "'";
    module->setAttr(name, StringAttr::get(module.getContext(), value));
    return success();
  };
  return success(succeeded(check(LLVM::LLVMDialect::getTargetTripleAttrName(),
                                 target.triple)) &&
                 succeeded(check(LLVM::LLVMDialect::getDataLayoutAttrName(),
                                 target.dataLayout)));
}

/// Compiles `spec` and moves its functions and constants into `module`.
static LogicalResult importKernel(ModuleOp module, Operation *op,
                                  const lse_halide::KernelSpec &spec,
                                  const TargetInfo &target, StringRef name) {
  llvm::Expected<lse_halide::CompileFunction> compile = loadHalideLibrary();
  if (!compile)
    return op->emitError() << llvm::toString(compile.takeError());
  lse_halide::KernelResult result;
  (*compile)(spec, lse_halide::Artifact::Bitcode, result);
  if (!result.succeeded)
    return op->emitError("Halide made no kernel of it: ") << result.error;
  std::string features = target.getFeatureString();
  llvm::LLVMContext llvmContext;
  llvm::Expected<std::unique_ptr<llvm::Module>> kernel =
      loadKernelModule(llvmContext, result.bytes, name,
                       {target.triple, target.dataLayout, target.cpu, features},
                       /*hasLogitsInMemory=*/spec.attention.has_value());
  if (!kernel)
    return op->emitError() << llvm::toString(kernel.takeError());
  OwningOpRef<ModuleOp> imported = translateLLVMIRToModule(
      std::move(*kernel), module.getContext(),
      /*emitExpensiveWarnings=*/false, /*dropDICompositeTypeElements=*/false,
      /*loadAllDialects=*/false);
  if (!imported)
    return op->emitError("the kernel's LLVM IR could not be imported");
  for (Operation &symbol :
       llvm::make_early_inc_range(imported->getBody()->getOperations())) {
    auto existing = SymbolTable::lookupSymbolIn(
        module, SymbolTable::getSymbolName(&symbol));
    // Declarations of the runtime are shared; the rest is named by its kernel.
    if (existing)
      continue;
    symbol.moveBefore(module.getBody(), module.getBody()->end());
    if (auto function = dyn_cast<LLVM::LLVMFuncOp>(symbol);
        function && !function.isExternal())
      function.setLinkage(LLVM::Linkage::Private);
  }
  return success();
}

namespace {

struct LSELowerToHalidePass final
    : lse::impl::LSELowerToHalideBase<LSELowerToHalidePass> {
  void getDependentDialects(DialectRegistry &registry) const override {
    LSELowerToHalideBase::getDependentDialects(registry);
    registerAllFromLLVMIRTranslations(registry);
  }

  void runOnOperation() override {
    SmallVector<RowOpInterface> ops;
    getOperation().walk([&](RowOpInterface op) { ops.push_back(op); });
    for (RowOpInterface op : ops)
      if (failed(lower(op)))
        return signalPassFailure();
  }

  /// Where loop nests go, or null.
  KernelListing *listing = nullptr;

private:
  LogicalResult lower(RowOpInterface op);
  /// The name of what calls the best kernel of `op` for the machine.
  FailureOr<std::string> compileKernels(RowOpInterface op, ArrayAttr schedules);
  /// The name of the kernel for one target.
  FailureOr<std::string> compileKernel(RowOpInterface op, ScheduleAttr schedule,
                                       const TargetInfo &target);
};

} // namespace

FailureOr<std::string>
LSELowerToHalidePass::compileKernel(RowOpInterface op, ScheduleAttr schedule,
                                    const TargetInfo &target) {
  ModuleOp module = getOperation();
  if (failed(setModuleTarget(module, target, op)))
    return failure();
  lse_halide::KernelSpec spec = buildKernelSpec(op, schedule, target);
  std::string name = getKernelName(spec, target);
  if (!module.lookupSymbol(name)) {
    if (failed(importKernel(module, op, spec, target, name)))
      return failure();
    ++numKernels;
  }
  if (listing && failed(addToListing(*listing, op, schedule, spec, name)))
    return failure();
  return name;
}

FailureOr<std::string>
LSELowerToHalidePass::compileKernels(RowOpInterface op, ArrayAttr schedules) {
  SmallVector<TargetInfo> targets;
  for (auto schedule : schedules.getAsRange<ScheduleAttr>()) {
    llvm::Expected<TargetInfo> target = resolveTarget(schedule.getTarget());
    if (!target)
      return op.emitError() << llvm::toString(target.takeError());
    targets.push_back(std::move(*target));
  }
  llvm::Expected<SmallVector<unsigned>> order = getDispatchOrder(targets);
  if (!order)
    return op.emitError() << llvm::toString(order.takeError());
  const TargetInfo &baseline = targets[order->back()];
  SmallVector<KernelVersion> versions;
  for (unsigned index : *order) {
    llvm::Expected<uint64_t> features =
        getFeatureMask(targets[index], baseline);
    if (!features)
      return op.emitError() << llvm::toString(features.takeError());
    FailureOr<std::string> name =
        compileKernel(op, cast<ScheduleAttr>(schedules[index]), targets[index]);
    if (failed(name))
      return failure();
    versions.push_back({*name, *features});
  }
  return getOrCreateKernelDispatcher(getOperation(), op.getLoc(), versions);
}

LogicalResult LSELowerToHalidePass::lower(RowOpInterface op) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  Value status = function ? getStatusCell(function) : Value();
  if (!status)
    return op.emitError("is in a function without a status cell; run "
                        "lse-thread-status first");
  if (op->getNumResults() != 0)
    return op.emitError("works on tensors; bufferize first");
  auto schedules = op->getAttrOfType<ArrayAttr>("schedules");
  if (!schedules || schedules.empty())
    return op.emitError("has no schedule; run lse-schedule first");
  for (auto obstacle : {getKernelObstacle(op), getLogitObstacle(op)})
    if (obstacle)
      return op.emitError("has no kernel: ")
             << *obstacle << "; run lse-prepare-kernels before bufferization";

  for (Attribute schedule : schedules)
    if (Strategy strategy = cast<ScheduleAttr>(schedule).getStrategy();
        !chooseVectorDim(op, strategy))
      return op.emitError("has the strategy ")
             << stringifyStrategy(strategy)
             << ", but no dimension outside of its rows; use "
             << stringifyStrategy(Strategy::CachedRow);
  op = collapseLoops(op);
  FailureOr<std::string> kernel = compileKernels(op, schedules);
  if (failed(kernel))
    return failure();
  func::FuncOp adaptor = getOrCreateKernelAdaptor(getOperation(), op, *kernel);
  OpBuilder builder(op);
  func::CallOp::create(builder, op.getLoc(), adaptor,
                       castToAdaptorArguments(builder, op, adaptor, status));
  ++numCalls;
  op->erase();
  return success();
}

std::unique_ptr<Pass> lse::createLSELowerToHalide(KernelListing *listing) {
  auto pass = std::make_unique<LSELowerToHalidePass>();
  pass->listing = listing;
  return pass;
}
