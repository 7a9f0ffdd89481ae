//===- Status.h - Status codes of compiled functions -----------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The statuses a compiled function returns, for the compiler's own use. C
// programs get the same list from the header that lse-compile writes.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_RUNTIME_STATUS_H
#define LSE_RUNTIME_STATUS_H

#include <cstdint>

namespace mlir::lse {

/// What a compiled function returns; see Status.def for the sentences.
enum class Status : int32_t {
#define LSE_STATUS(Name, NAME, Value, Text) Name = Value,
#include "lse/Runtime/Status.def"
};

} // namespace mlir::lse

#endif // LSE_RUNTIME_STATUS_H
