//===- SpellingWriter.h - Random ways to write an operation -----*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_TESTING_SPELLING_SPELLINGWRITER_H
#define LSE_LIB_TESTING_SPELLING_SPELLINGWRITER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <random>

namespace mlir::lse {

/// A dimension: one of the loops, or `unit`, which has extent 1.
using Axis = int;
constexpr Axis unit = -1;
using Axes = llvm::SmallVector<Axis, 4>;

/// An SSA value: a tensor over some axes.
struct Written {
  std::string name;
  Axes axes;
  std::string element = "f32";
};

/// Writes the body of a function, each operation in a way of its own.
class SpellingWriter {
public:
  explicit SpellingWriter(uint64_t seed);

  /// An argument over `axes`.
  Written addArgument(llvm::ArrayRef<Axis> axes, llvm::StringRef element);
  /// The module, with a function that returns `results`, perhaps from another
  /// one that it calls.
  std::string finish(llvm::ArrayRef<Written> results, bool isCalled) const;

  /// One of 0, ..., `end` - 1.
  unsigned choose(unsigned end) {
    return std::uniform_int_distribution<unsigned>(0, end - 1)(engine);
  }
  bool isTosa() const { return tosa; }
  bool isDynamic() const { return dynamic; }
  unsigned getRank() const { return extents.size(); }
  Axes getAllAxes() const;
  int64_t getExtent(Axis axis) const {
    return axis == unit ? 1 : extents[axis];
  }
  /// Makes `axis`, which no tensor has yet, longer than 1.
  void lengthen(Axis axis) { extents[axis] += extents[axis] == 1; }
  /// Adds an axis that tensors may have.
  Axis addAxis(int64_t extent);

  //===--- Operations -----------------------------------------------------===//

  /// Scalar operations are `add`, `sub`, `mul`, `div`, `max`; `exp`, `log`,
  /// `neg`, `tanh`. `b` may have fewer axes than `a`, or of extent 1.
  Written binary(llvm::StringRef op, Written a, Written b);
  Written unary(llvm::StringRef op, Written a);
  /// A tensor of `number` like `like`.
  Written constant(double number, const Written &like);
  Written select(Written condition, Written a, Written b);
  /// exp(a - b), in one body where that is possible.
  Written exponentialOfDifference(Written a, Written b);
  /// What is a softmax by name.
  Written namedSoftmax(Written a, Axis axis);
  /// Two axes as one, for tensors that have them one after the other.
  Axis mergeAxes(Axis outer, Axis inner);
  /// `a` with `outer` and the axis after it as `merged`, or the other way
  /// round.
  Written merge(Written a, Axis outer, Axis merged);
  /// The sum, `add`, or maximum, `max`, over `axis`, which may stay with extent
  /// 1; `init` is added to it.
  Written reduce(llvm::StringRef op, Written a, Axis axis, double init = 0.0);
  /// `a` over `axes`, of which it has some, in order.
  Written broadcast(Written a, llvm::ArrayRef<Axis> axes);
  /// `a` after something that changes no element.
  Written glue(Written a);
  /// The sum over `summed` of products of `a` and `b`, over `axes`.
  Written contract(Written a, Written b, Axis summed,
                   llvm::ArrayRef<Axis> axes);
  /// 1 where the position along `axis` is the class number in `labels`.
  Written oneHot(Written labels, llvm::ArrayRef<Axis> axes, Axis axis);
  /// The element of `a` along `axis` at the class number in `labels`.
  Written pick(Written a, Written labels, Axis axis);

private:
  std::string fresh() { return "%" + std::to_string(nextName++); }
  void line(const std::string &text) { body += "  " + text + "\n"; }
  std::string typeOf(llvm::ArrayRef<Axis> axes, llvm::StringRef element) const;
  std::string typeOf(const Written &value) const {
    return typeOf(value.axes, value.element);
  }
  Written define(llvm::ArrayRef<Axis> axes, const std::string &text,
                 llvm::StringRef element = "f32");
  Written empty(llvm::ArrayRef<Axis> axes, llvm::StringRef element = "f32");
  Written fill(llvm::ArrayRef<Axis> axes, double number);
  /// A `linalg.generic` over `loops`; `text` has %a0, %a1, ... for elements of
  /// `inputs` and %o for that of `init`, and defines %r; without it the first
  /// input is copied.
  Written generic(llvm::ArrayRef<Written> inputs, const Written &init,
                  llvm::ArrayRef<Axis> loops, llvm::ArrayRef<Axis> reduced,
                  const std::string &text);
  std::string mapOf(llvm::ArrayRef<Axis> axes,
                    llvm::ArrayRef<Axis> loops) const;
  /// The operation of arith or math that computes `op`.
  static llvm::StringRef getArithName(llvm::StringRef op);
  Written scalarConstant(double number);
  Written transposed(Written a, bool isBack);
  Written flattened(Written a);
  /// A maximum, and where it is, which nobody asks for.
  Written maximumWithIndex(Written a, Axis axis, llvm::ArrayRef<Axis> axes);
  Written dropUnits(Written a);

  std::mt19937_64 engine;
  bool tosa, dynamic;
  llvm::SmallVector<int64_t> extents;
  std::string arguments, head, body;
  unsigned nextName = 0, numArguments = 0;
};

} // namespace mlir::lse

#endif // LSE_LIB_TESTING_SPELLING_SPELLINGWRITER_H
