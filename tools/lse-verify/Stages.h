//===- Stages.h - What is verified ------------------------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TOOLS_LSEVERIFY_STAGES_H
#define LSE_TOOLS_LSEVERIFY_STAGES_H

#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lse_verify {

struct Settings {
  /// One in so many cases is taken; all if it is 1.
  uint64_t every = 1;
  unsigned threads = 1;
  /// Names of instruction sets that count as absent.
  std::vector<std::string> without = {};
  /// Where the ulp stage writes rows instead of checking them; nowhere if
  /// empty.
  std::string rowsDirectory;
};

/// A stage prints a table in Markdown and returns the number of failures.
using Stage = uint64_t(llvm::raw_ostream &os, const Settings &settings);

/// Checks exp, exp2, log, log1p and the scaled exponential of rows in f32, on
/// every instruction set that runs here, over all 2^32 inputs in blocks; of the
/// others, and of NEON, the code is looked at.
/// References are in 80-bit extended precision. A failure is an error beyond
/// the bounds of docs/Numerics.md, or a special value that is not exact.
Stage verifyExp;

/// Checks softmax, log-softmax and log-sum-exp on the special rows of
/// docs/Numerics.md, with what is special in every place, for every type,
/// layout and class, static and dynamic, in place and not. A failure is another
/// answer, or a row beside that is answered otherwise than alone.
Stage verifyEdges;

/// Checks that kernels touch nothing but their buffers, and that where these
/// lie does not matter: buffers touch forbidden pages at either end, or lie at
/// any offset, for every size up to four vectors and around blocks. A failure
/// is an access to a forbidden page, a byte around an output that changes, a
/// status, or a result that is not that of the same kernel in ordinary memory.
Stage verifyGuards;

/// Checks that results have the same bits for 1, 2, 3 and 8 threads of the
/// runtime's pool, for any split of a batch of rows, for each row alone, and
/// for several callers at once. A failure is a result with other bits, a
/// status, or a loop that not all threads take part in.
Stage verifyThreads;

/// Checks softmax, log-softmax and log-sum-exp of every type, numerics class
/// and instruction set over rows of several distributions, of up to a million
/// elements. References are computed with 192 bits. A failure is an error
/// beyond the bounds of docs/Numerics.md, a probability below 0 or above 1, a
/// log-probability above 0, or a class that rounds correctly too seldom.
Stage verifyUlp;

} // namespace lse_verify

#endif // LSE_TOOLS_LSEVERIFY_STAGES_H
