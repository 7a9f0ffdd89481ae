//===- HandWritten.h - The softmax loop to match ----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TOOLS_LSEBENCH_HANDWRITTEN_H
#define LSE_TOOLS_LSEBENCH_HANDWRITTEN_H

#include <cstdint>

namespace lse_testing {

/// Softmax of dense rows, written by hand for a vector of 16 or of 8 elements.
using HandWritten = void (*)(const float *input, float *output, int64_t rows,
                             int64_t length);

/// Null where the instructions are missing. The name is for the report.
struct HandWrittenLoop {
  const char *name;
  unsigned lanes;
  HandWritten run;
};
HandWrittenLoop handWrittenAVX512();
HandWrittenLoop handWrittenAVX2();

} // namespace lse_testing

#endif // LSE_TOOLS_LSEBENCH_HANDWRITTEN_H
