//===- BufferChecks.h - Checks of the caller's buffers ----------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_BUFFERCHECKS_H
#define LSE_LIB_HALIDE_BUFFERCHECKS_H

#include <Halide.h>

#include <vector>

namespace lse_halide {

/// Adds a pass that makes Halide's checks of the caller's buffers fit ours:
/// - A null pointer is an error. To Halide it is a question, namely which
///   region is needed, answered by writing to the caller's descriptors.
/// - A buffer without elements needs no memory, and neither do the others where
///   `output` has none. Where the iteration space is empty nothing is out of
///   bounds; bounds inference over fused loops asks for at least one row.
/// `buffers` are all but `output`, `extents` those of the iteration space.
void addBufferCheckPass(Halide::Pipeline &pipeline,
                        const std::vector<Halide::ImageParam> &buffers,
                        const Halide::Func &output,
                        const std::vector<Halide::Expr> &extents);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_BUFFERCHECKS_H
