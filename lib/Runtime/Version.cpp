//===- Version.cpp - Which runtime was linked -----------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// In a file of its own, so that only this one depends on the number.
//
//===----------------------------------------------------------------------===//

#include "lse/Runtime/lse_runtime.h"

const char *lse_runtime_version() { return LSE_VERSION_STRING; }
