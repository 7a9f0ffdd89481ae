//===- Schedule.cpp - The lse-schedule pass -------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/Passes.h"
#include "lse/Conversion/TargetList.h"
#include "lse/Dialect/IR/LSEDialect.h"

namespace mlir::lse {
#define GEN_PASS_DEF_LSESCHEDULE
#include "lse/Conversion/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

/// f32 elements in the widest vector that `target` computes with.
static unsigned getVectorLanes(const TargetInfo &target) {
  if (target.has("avx512f"))
    return 16;
  if (target.has("avx"))
    return 8;
  return 4;
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
    MLIRContext *context = &getContext();
    SmallVector<Attribute> schedules;
    for (const TargetInfo &target : *targets)
      schedules.push_back(ScheduleAttr::get(
          context, target.getAttribute(context), Strategy::CachedRow,
          getVectorLanes(target), /*unroll=*/4, /*parallel=*/true,
          /*parallel_grain=*/32768));
    getOperation()->walk([&](RowOpInterface op) {
      if (!op->hasAttr("schedules"))
        op->setAttr("schedules", ArrayAttr::get(context, schedules));
    });
  }
};

} // namespace
