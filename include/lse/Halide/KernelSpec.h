//===- KernelSpec.h - What a Halide kernel is to compute -------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plain data that describes one kernel completely: what it computes, for which
// extents and element types, with which schedule, for which machine. Neither
// MLIR nor Halide appears here, so the two never meet in one translation unit.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_HALIDE_KERNELSPEC_H
#define LSE_HALIDE_KERNELSPEC_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lse_halide {

/// An extent that is only known when the kernel runs.
inline constexpr int64_t kDynamicExtent = -1;

/// Element types a kernel reads; it writes the floating-point ones. A truth
/// value takes a byte.
enum class ElementType { F32, F64, F16, BF16, I1, I32, I64 };

/// What an output holds. `Probabilities`, `LogProbabilities` and `Gradient`
/// have an element for each element of the iteration space, `LogSumExp` and
/// `Loss` one for each row, `Values` what an attention is.
enum class ResultKind {
  Probabilities,
  LogProbabilities,
  LogSumExp,
  Values,
  Loss,
  Gradient
};

/// True for results with one element for each row.
inline bool isPerRow(ResultKind kind) {
  return kind == ResultKind::LogSumExp || kind == ResultKind::Loss;
}

/// What a kernel computes of its terms, as the operations of the dialect with
/// these names do. `Softmax` stands for all results of logits, attention
/// included; the others have a loss or a gradient, `CrossEntropyGradient` both
/// if it has to. `CrossEntropy`, `CrossEntropyGradient` and `LogSumExpGradient`
/// may yield the log-sum-exp of their logits, too.
enum class Operation {
  Softmax,
  CrossEntropy,
  KLDivergence,
  BinaryCrossEntropy,
  SoftmaxGradient,
  LogSoftmaxGradient,
  CrossEntropyGradient,
  LogSumExpGradient
};

/// The answer for a row without a finite or +inf logit (all of them -inf).
enum class RowDeath { NaN, Zero };

/// The numerics class (docs/Numerics.md).
enum class Numerics { Standard, Accurate };

/// One node of the logit expression. Nodes are stored operands first; the last
/// node is the logit, unless `KernelSpec::terms` says otherwise. Each has a
/// number in `KernelSpec::compute`, an integer of 32 or 64 bits, or a truth
/// value. Arithmetic of numbers is done in the order written, and is never
/// contracted or reassociated; that of integers wraps.
struct LogitNode {
  enum class Kind {
    /// The element of an input, in the type that its type is computed in.
    Input,
    /// A number.
    Constant,
    /// The score of an attention.
    Score,
    /// Where the element is in a loop dimension: 32 bits.
    Index,
    /// An integer.
    IntegerConstant,
    /// A truth value, a number or a narrower or wider integer as one of `type`.
    Convert,
    Neg,
    Abs,
    Tanh,
    Exp,
    Log,
    Sqrt,
    /// Of numbers and integers, with sign. `Max` and `Min` are NaN if
    /// an operand is.
    Add,
    Sub,
    Mul,
    Max,
    Min,
    /// Of numbers.
    Div,
    /// Of numbers, not true of NaN, and integers with sign.
    Equal,
    Less,
    LessEqual,
    /// Of numbers: an operand is NaN.
    Unordered,
    /// Of truth values.
    And,
    Or,
    Not,
    /// The second operand where the first is true, else the third.
    Select
  };
  enum class Type { Number, Truth, Integer32, Integer64 };
  Kind kind;
  /// `Input`: which input. `Index`: which dimension. Otherwise unused.
  unsigned input = 0;
  /// `Constant`: its value. Otherwise unused.
  double constant = 0.0;
  /// Indices of earlier nodes.
  std::vector<unsigned> operands = {};
  Type type = Type::Number;
  /// `IntegerConstant`: its value. Otherwise unused.
  int64_t integer = 0;
};

/// `BufferSpec::unitDim`: no stride is known.
inline constexpr unsigned kNoDimension = ~0u;

/// An input or output buffer. `dims` names, outermost first, the loop
/// dimension that each of its own dimensions is indexed by; a loop dimension
/// that is absent is broadcast. The Halide buffer has them innermost first.
struct BufferSpec {
  ElementType type = ElementType::F32;
  std::vector<unsigned> dims;
  /// The loop dimension along which elements are known to be adjacent in
  /// memory. Other strides are only known when the kernel runs; they may be
  /// zero (in inputs) or negative.
  unsigned unitDim = kNoDimension;
};

/// What has an element for each of the iteration space has all loop dimensions,
/// in any order; what has one for each row, those that are not part of it.
struct OutputSpec : BufferSpec {
  ResultKind kind = ResultKind::Probabilities;
};

/// How the loops over rows are made. See docs/Schedules.md.
enum class Strategy {
  /// Vectors along a row, several passes over a row that stays in cache.
  CachedRow,
  /// Vectors across rows: a tile of adjacent rows walks its positions in step.
  ColumnTile,
  /// Vectors along a row that is read once from memory, in segments: there is a
  /// running maximum, and sums that are rescaled when it grows. For a
  /// log-sum-exp alone, and for losses and gradients of the logits of a
  /// softmax.
  OnlineRow,
  /// For an attention: the scores of a few queries and all keys at a time.
  QueryStrip
};

/// True if vectors of `strategy` run along rows: those of an attention's scores
/// do.
inline bool runsAlongRows(Strategy strategy) {
  return strategy != Strategy::ColumnTile;
}

struct Schedule {
  Strategy strategy = Strategy::CachedRow;
  /// The loop dimension that vectors run along: not part of the row for
  /// `ColumnTile`, part of it for the others.
  unsigned vectorDim = 0;
  /// Elements of the type of computation in a vector.
  unsigned vectorLanes = 8;
  /// Vectors in flight, hence `vectorLanes * unroll` elements of a row at a
  /// time, or that many rows in a tile. For `QueryStrip`, the queries of a tile
  /// of registers, two vectors wide.
  unsigned unroll = 4;
  /// True if rows are shared between threads through the runtime.
  bool parallel = true;
  /// Elements that make a task worth starting: a task takes so many whole
  /// rows, at least one.
  int64_t parallelGrain = 32768;
};

/// The machine, in LLVM's words.
struct TargetSpec {
  /// An LLVM triple, such as `x86_64-unknown-linux-gnu`.
  std::string triple;
  /// Enabled LLVM subtarget features without sign, such as `avx2`, sorted.
  std::vector<std::string> features;
};

/// The loop dimensions of an attention, whose first three inputs are queries,
/// keys and values. `KernelSpec::rowDims` is the one that numbers the keys.
struct AttentionSpec {
  /// What scores are summed over: indexes queries and keys.
  unsigned scoreDim = 0;
  /// Indexes values and the output.
  unsigned valueDim = 0;
  /// Indexes queries and the output; queries next to each other share keys and
  /// values. There need not be one.
  unsigned queryDim = kNoDimension;
};

/// One kernel. The iteration space is `extents`, outermost first. Arguments are
/// the inputs, then the outputs, in order; what has an element for each row
/// comes before other outputs. Each kind of result is there once at most, one
/// at least.
///
/// An input and an output of the same type and `dims` may be the same memory.
struct KernelSpec {
  std::vector<int64_t> extents;
  /// The loop dimensions that make up a row, ascending. None where each element
  /// has a binary cross-entropy of its own.
  std::vector<unsigned> rowDims;
  std::vector<BufferSpec> inputs;
  std::vector<OutputSpec> outputs;
  std::vector<LogitNode> logit;
  /// The nodes that are terms of the operation. `Softmax` has none, or the
  /// logit and a sink: one more logit of the row, which is in the sum.
  /// `CrossEntropyGradient` may have a weight after its two terms: what the
  /// gradient of the row is multiplied by; and a z-weight after that: what the
  /// log-sum-exp of the row is multiplied by where its square is a part of what
  /// the gradient is of. `LogSumExpGradient`, whose second term is that with
  /// respect to the log-sum-exp, may have an addend, and a weight of the sum
  /// after that. All of these but the addend are the same for all of a row.
  std::vector<unsigned> terms;
  Operation operation = Operation::Softmax;
  /// True if a gradient has logits for its first term, not probabilities.
  bool fromLogits = false;
  std::optional<AttentionSpec> attention;
  /// The type of all arithmetic: f32 or f64.
  ElementType compute = ElementType::F32;
  RowDeath rowDeath = RowDeath::NaN;
  Numerics numerics = Numerics::Standard;
  Schedule schedule;
  TargetSpec target;
};

/// The node that is the logit of a `Softmax`.
inline unsigned getLogitNode(const KernelSpec &spec) {
  return spec.terms.empty() ? static_cast<unsigned>(spec.logit.size()) - 1
                            : spec.terms.front();
}

/// True if `spec` is a `Softmax` whose rows have a sink.
inline bool hasSink(const KernelSpec &spec) {
  return spec.operation == Operation::Softmax && !spec.terms.empty();
}

/// True if `spec` is a `CrossEntropyGradient` whose rows have a z-weight.
inline bool hasZWeight(const KernelSpec &spec) {
  return spec.operation == Operation::CrossEntropyGradient &&
         spec.terms.size() > 3;
}

} // namespace lse_halide

#endif // LSE_HALIDE_KERNELSPEC_H
