//===- RowFiles.h - Rows and results for other programs ---------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_TOOLS_LSEVERIFY_ROWFILES_H
#define LSE_TOOLS_LSEVERIFY_ROWFILES_H

#include <string>

namespace lse_verify {

/// Writes rows of f32 of each distribution, in its main length, what the
/// kernels of the widest instruction set make of them, and the references, into
/// a directory. `index.json` there is a list of
///
///   {"name": ..., "rows": R, "length": N, "classes": ["standard", ...],
///    "files": PREFIX}
///
/// and with each prefix there are, all dense and little endian,
///
///   PREFIX.logits                f32, R x N
///   PREFIX.OPERATION.reference   f64, R x N x 2, or R x 2 for a log-sum-exp:
///                                the value is the sum of two numbers
///   PREFIX.OPERATION.CLASS       f32, R x N, or R for a log-sum-exp
///
/// Ends the program with a message if a file cannot be written.
void writeRowFiles(const std::string &directory);

} // namespace lse_verify

#endif // LSE_TOOLS_LSEVERIFY_ROWFILES_H
