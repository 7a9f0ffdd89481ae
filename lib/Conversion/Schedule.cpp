//===- Schedule.cpp - The lse-schedule pass -------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelSpecBuilder.h"
#include "lse/Conversion/Passes.h"
#include "lse/Conversion/TargetList.h"
#include "lse/Dialect/IR/LSEDialect.h"

namespace mlir::lse {
#define GEN_PASS_DEF_LSESCHEDULE
#include "lse/Conversion/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

/// Vectors in flight. A tile of one vector would use a fraction of each cache
/// line where planes are a power of two apart. Tiles of an attention, two
/// vectors for each query, take up all registers but a few.
static unsigned getUnroll(Strategy strategy, const TargetInfo &target) {
  switch (strategy) {
  case Strategy::ColumnTile:
    return 8;
  case Strategy::QueryStrip:
    return target.has("avx512f") ? 12 : 6;
  default:
    return 4;
  }
}

static Attribute chooseSchedule(RowOpInterface op, const TargetInfo &target) {
  MLIRContext *context = op.getContext();
  unsigned lanes = target.getVectorLanes();
  if (op.getComputeType().isF64())
    lanes /= 2;
  Strategy strategy = chooseStrategy(op, lanes);
  return ScheduleAttr::get(context, target.getAttribute(context), strategy,
                           lanes, getUnroll(strategy, target),
                           /*parallel=*/true,
                           /*parallel_grain=*/32768);
}

namespace {

struct LSESchedulePass final : lse::impl::LSEScheduleBase<LSESchedulePass> {
  using LSEScheduleBase::LSEScheduleBase;

  void runOnOperation() override {
    llvm::Expected<SmallVector<TargetInfo>> targets =
        resolveTargets(triple, llvm::to_vector(cpus));
    if (!targets) {
      getOperation()->emitError() << llvm::toString(targets.takeError());
      return signalPassFailure();
    }
    getOperation()->walk([&](RowOpInterface op) {
      if (op.getSchedulesAttr())
        return;
      SmallVector<Attribute> schedules;
      for (const TargetInfo &target : *targets)
        schedules.push_back(chooseSchedule(op, target));
      op.setSchedulesAttr(ArrayAttr::get(&getContext(), schedules));
    });
  }
};

} // namespace
