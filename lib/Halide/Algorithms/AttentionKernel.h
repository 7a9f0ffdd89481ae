//===- AttentionKernel.h - Values weighted by scores ------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A strip of a few queries has the scores of all keys in memory at a time, in
// the order in which two products of register tiles make and read them: blocks
// of keys, in each the queries, and for each of these the keys of the block.
// Keys and values are packed into such blocks as well. What is outside of the
// keys there are has logit -inf and value 0.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_ATTENTIONKERNEL_H
#define LSE_LIB_HALIDE_ALGORITHMS_ATTENTIONKERNEL_H

#include "Algorithms/MachineTraits.h"
#include "Algorithms/Values.h"
#include "BufferStores.h"
#include "lse/Halide/KernelSpec.h"

#include <Halide.h>

#include <vector>

namespace lse_halide {

/// Dimensions of the Funcs of an attention.
struct AttentionVars {
  /// A key in its block, and the block.
  Halide::Var key{"key"}, keyBlock{"key_block"};
  /// A query in its strip, and the strip.
  Halide::Var query{"query"}, strip{"strip"};
  /// What scores are summed over.
  Halide::Var score{"score"};
  /// A column of the values in its block, and the block.
  Halide::Var column{"column"}, columnBlock{"column_block"};
  /// Some blocks of keys that are added up before they join the others.
  Halide::Var chunk{"chunk"};
  /// All other loop dimensions, innermost first.
  std::vector<Halide::Var> outer;
};

/// A reduction over all keys: over those of a chunk first.
struct ChunkedReduction {
  Halide::Func ofChunk, total;
  /// The keys, or lanes and blocks, of a chunk, and the chunks.
  Halide::RDom inChunk, chunks;
};

/// An algorithm and all its parts, for a schedule to arrange.
struct AttentionKernel {
  BufferStores stores;
  /// All buffers but the last output.
  std::vector<Halide::ImageParam> buffers;
  /// The iteration space's, constants where they are known.
  std::vector<Halide::Expr> extents;
  AttentionVars vars;
  /// Elements of a vector; keys and columns of a block, two vectors; queries of
  /// a register tile and of a strip.
  int lanes = 1, block = 1, tile = 1, strip = 1;
  /// True if there is one strip in each iteration of the outer loops.
  bool hasOneStrip = false;

  Halide::Func queries, keys, values;
  Halide::Func scores, logits;
  Halide::RDom scoreDomain;
  Halide::Func weights;
  ChunkedReduction maxima, sums, products;
  /// Reductions of the lanes of `maxima` and `sums`, each half as wide as the
  /// one before, and what follows from them for each query.
  std::vector<Halide::Func> folds, queryValues;
  /// The update is over (query, strip).
  Halide::Func output;
  Halide::RDom outputDomain;
};

/// The algorithm for a checked spec.
AttentionKernel buildAttentionKernel(const KernelSpec &spec,
                                     const MachineTraits &traits);

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_ATTENTIONKERNEL_H
