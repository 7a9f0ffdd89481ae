//===- BufferStores.h - More than one store for a value ---------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel has one pass over its rows, which may fill several buffers of
// different shapes; and a row of an output is where values stay between two
// passes: no allocation, no failure, no extra cache footprint. Halide has one
// Func per loop nest and one buffer per Func. So all buffers but one are inputs
// to Halide. The algorithm reads the element that is to be stored to and says
// so with a marker, and a lowering pass turns that load into a store.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_BUFFERSTORES_H
#define LSE_LIB_HALIDE_BUFFERSTORES_H

#include <Halide.h>

#include <set>
#include <string>

namespace lse_halide {

/// Stores beside the one that Halide makes.
class BufferStores {
public:
  /// `view` stands for the memory of the pipeline's only output in Halide's
  /// eyes, `output`, so that it can be read and stored to like other buffers.
  BufferStores(Halide::Func output, Halide::ImageParam view);

  /// `result`; when that is stored, `value` is stored to where `element`, a
  /// call of an ImageParam, is. All values are computed before any is stored.
  Halide::Expr alsoStore(Halide::Expr result, Halide::Expr value,
                         Halide::Expr element) const;

  /// `value`, which is also stored to where `element` is.
  Halide::Expr keep(Halide::Expr value, Halide::Expr element) const;

  /// Names a Func that holds partial results. Its storage has a place for
  /// every lane, so a predicated store to it may become a select, which leaves
  /// the whole vector in a register.
  void addLanes(const Halide::Func &lanes);

  /// Adds the passes that resolve the markers and the view.
  void addLoweringPass(Halide::Pipeline &pipeline) const;

  /// The view is an argument until the pipeline is lowered, and none in code.
  const Halide::ImageParam &getView() const { return view; }
  void removeViewArgument(Halide::Module &module) const;

private:
  Halide::Func output;
  Halide::ImageParam view;
  std::set<std::string> laneFuncs;
};

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_BUFFERSTORES_H
