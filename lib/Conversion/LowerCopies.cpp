//===- LowerCopies.cpp - The lse-lower-copies pass ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/Passes.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"

namespace mlir::lse {
#define GEN_PASS_DEF_LSELOWERCOPIES
#include "lse/Conversion/Passes.h.inc"
} // namespace mlir::lse

using namespace mlir;
using namespace mlir::lse;

static bool isDense(Value memref) {
  auto type = dyn_cast<MemRefType>(memref.getType());
  return type && type.getLayout().isIdentity();
}

namespace {

struct LSELowerCopiesPass final
    : lse::impl::LSELowerCopiesBase<LSELowerCopiesPass> {
  void runOnOperation() override {
    SmallVector<memref::CopyOp> copies;
    getOperation()->walk([&](memref::CopyOp copy) {
      if (!isDense(copy.getSource()) || !isDense(copy.getTarget()))
        copies.push_back(copy);
    });
    for (memref::CopyOp copy : copies) {
      OpBuilder builder(copy);
      linalg::makeMemRefCopyOp(builder, copy.getLoc(), copy.getSource(),
                               copy.getTarget());
      copy.erase();
    }
  }
};

} // namespace
