//===- Equivalence.cpp - Do two functions compute the same? ---------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Testing/Equivalence.h"
#include "lse/Dialect/IR/LSEDialect.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <random>

using namespace mlir;
using namespace mlir::lse;

namespace {

/// What arguments are like.
enum class InputKind {
  /// Numbers around 0, no two of them equal.
  Ordinary,
  /// Many equal ones.
  Ties,
  /// Numbers whose exponentials overflow, or vanish.
  Large,
  /// -inf in some places, or everywhere in a row.
  Masked,
  /// +inf in a place.
  Infinite,
  /// NaN in a place.
  NaN,
  /// Numbers below the smallest normal one of f32.
  Tiny
};
constexpr std::array<InputKind, 7> inputKinds = {
    InputKind::Ordinary, InputKind::Ties, InputKind::Large, InputKind::Masked,
    InputKind::Infinite, InputKind::NaN,  InputKind::Tiny};
constexpr StringRef kindNames[] = {"ordinary", "ties", "large", "masked",
                                   "infinite", "NaN",  "tiny"};

/// Makes arguments for a function.
class InputMaker {
public:
  explicit InputMaker(uint64_t seed) : engine(seed) {}

  SmallVector<Tensor> make(FunctionOpInterface function, InputKind kind);

private:
  double makeReal(InputKind kind);
  Tensor makeTensor(ShapedType type, InputKind kind, int64_t numClasses);
  double uniform(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(engine);
  }
  int64_t below(int64_t end) {
    return std::uniform_int_distribution<int64_t>(0, end - 1)(engine);
  }

  std::mt19937_64 engine;
  /// What a dynamic extent is in these arguments.
  int64_t dynamicExtent = 3;
};

} // namespace

double InputMaker::makeReal(InputKind kind) {
  switch (kind) {
  case InputKind::Ties:
    return double(below(3)) - 1.0;
  case InputKind::Large:
    return uniform(-2000.0, 2000.0);
  case InputKind::Tiny:
    return uniform(-1e-40, 1e-40);
  default:
    return uniform(-3.0, 3.0);
  }
}

Tensor InputMaker::makeTensor(ShapedType type, InputKind kind,
                              int64_t numClasses) {
  SmallVector<int64_t> shape(type.getShape());
  for (int64_t &extent : shape)
    if (ShapedType::isDynamic(extent))
      extent = dynamicExtent;
  Tensor tensor(shape);
  bool isFloat = isa<FloatType>(type.getElementType());
  bool isTruth = type.getElementType().isInteger(1);
  for (Scalar &element : tensor.elements)
    element = isFloat ? Scalar::ofReal(makeReal(kind))
                      : Scalar::ofInteger(below(isTruth ? 2 : numClasses));
  if (!isFloat || tensor.elements.empty())
    return tensor;
  double special = kind == InputKind::Infinite ? INFINITY
                   : kind == InputKind::NaN    ? std::nan("")
                                               : -INFINITY;
  auto spoil = [&](size_t index) {
    tensor.elements[index] = Scalar::ofReal(special);
  };
  if (kind == InputKind::Infinite || kind == InputKind::NaN)
    spoil(below(tensor.elements.size()));
  if (kind == InputKind::Masked && !shape.empty()) {
    size_t row = std::max<int64_t>(shape.back(), 1);
    size_t begin = below(tensor.elements.size() / row) * row;
    for (size_t i = begin; i < begin + row; ++i)
      spoil(i);
    for (int i = 0; i < 2; ++i)
      spoil(below(tensor.elements.size()));
  }
  return tensor;
}

SmallVector<Tensor> InputMaker::make(FunctionOpInterface function,
                                     InputKind kind) {
  // Integers may be numbers of classes, of which there are as many as the
  // shortest dimension has elements at least.
  int64_t numClasses = 8;
  for (Type type : function.getArgumentTypes())
    if (auto shaped = dyn_cast<ShapedType>(type))
      for (int64_t extent : shaped.getShape())
        if (extent > 1)
          numClasses = std::min(numClasses, extent);
  numClasses = std::min(numClasses, dynamicExtent);
  SmallVector<Tensor> arguments;
  for (Type type : function.getArgumentTypes()) {
    auto shaped = dyn_cast<ShapedType>(type);
    arguments.push_back(makeTensor(
        shaped ? shaped : RankedTensorType::get({}, type), kind, numClasses));
  }
  return arguments;
}

//===----------------------------------------------------------------------===//
// Comparing
//===----------------------------------------------------------------------===//

namespace {
/// What operations of a raised module may answer where the source has no
/// finite number (docs/Numerics.md).
struct Allowance {
  /// The source does not shift.
  bool isStabilized = false;
  bool takesLogarithms = false;
  /// A weight of 0 is not multiplied with what is infinite or NaN.
  bool skipsZeroWeights = false;
  /// Rows of only -inf are 0, be they masked or not.
  bool hasZeroRows = false;

  explicit Allowance(ModuleOp raised) {
    raised.walk([&](RowOpInterface op) {
      isStabilized |= op.getStabilized();
      takesLogarithms |= isa<LogSoftmaxOp, CrossEntropyOp, KLDivergenceOp>(op);
      skipsZeroWeights |=
          isa<CrossEntropyOp, KLDivergenceOp, CrossEntropyGradOp>(op);
      hasZeroRows |= op.getRowDeath() == RowDeath::Zero;
    });
  }
  bool mayDiffer(InputKind kind, double source, double raised) const;
};
} // namespace

bool Allowance::mayDiffer(InputKind kind, double source, double raised) const {
  // A finite mask can make a source overflow, or divide 0 by 0, too.
  if (isStabilized && !std::isfinite(source))
    return true;
  // On its way a source overflows, or loses what is small, which may leave
  // finite numbers of what has lost a row.
  if (kind == InputKind::Large &&
      (isStabilized || !std::isfinite(source) || source == 0.0))
    return true;
  // E5: a row with +inf is NaN, also where the source divides by it. Products
  // of two -inf are such.
  if ((kind == InputKind::Infinite ||
       (kind == InputKind::Masked && isStabilized)) &&
      std::isnan(raised))
    return true;
  // E25: the logarithm of a probability that underflows.
  if (takesLogarithms && std::isinf(source))
    return true;
  // E3: rows of only -inf.
  if (kind == InputKind::Masked && hasZeroRows && std::isnan(source) &&
      raised == 0.0)
    return true;
  // What is masked is 0 in the source, in a row that has no answer, too.
  if (kind == InputKind::NaN && std::isnan(raised) && source == 0.0)
    return true;
  // No finite answer from NaN, but for what is weighted with 0.
  return std::isnan(source) && (!std::isfinite(raised) || skipsZeroWeights);
}

/// True if `a` and `b` differ by no more than a few roundings of f32, which
/// constants may have, at numbers of size `scale`.
static bool areClose(double a, double b, double scale) {
  if (std::isnan(a) || std::isnan(b))
    return std::isnan(a) && std::isnan(b);
  return a == b || std::fabs(a - b) <= 1e-6 * std::max(scale, 1e-30);
}

/// How results differ for arguments of `kind`; empty if they do not.
static std::string findDifference(ArrayRef<Tensor> source,
                                  ArrayRef<Tensor> raised, InputKind kind,
                                  const Allowance &allowance, bool isFloat) {
  for (auto [number, own, other] : llvm::enumerate(source, raised)) {
    if (own.shape != other.shape)
      return llvm::formatv("result {0} has another shape", number);
    // Exponents of millions are off by tenths when log2(e) is rounded to f32,
    // and a logarithm of what is subnormal has a few digits only.
    double largest = kind == InputKind::Large ? 4e9 : 1.0;
    for (const Scalar &element : own.elements)
      if (std::isfinite(element.real))
        largest = std::max(largest, std::fabs(element.real));
    for (size_t i = 0; i < own.elements.size(); ++i) {
      const Scalar &a = own.elements[i], &b = other.elements[i];
      if (a.integer == b.integer && (areClose(a.real, b.real, largest) ||
                                     allowance.mayDiffer(kind, a.real, b.real)))
        continue;
      return llvm::formatv(
          "result {0}, element {1}, for {2} inputs: {3} in the "
          "source, {4} raised",
          number, i, kindNames[unsigned(kind)], isFloat ? a.real : a.integer,
          isFloat ? b.real : b.integer);
    }
  }
  return "";
}

static Comparison compareFunctions(FunctionOpInterface source,
                                   FunctionOpInterface raised,
                                   const Allowance &allowance, uint64_t seed) {
  Comparison comparison;
  InputMaker inputs(seed);
  bool isFloat = llvm::all_of(source.getResultTypes(), [](Type type) {
    auto shaped = dyn_cast<ShapedType>(type);
    return isa<FloatType>(shaped ? shaped.getElementType() : type);
  });
  for (InputKind kind : inputKinds)
    for (int repetition = 0; repetition < 2; ++repetition) {
      SmallVector<Tensor> arguments = inputs.make(source, kind);
      Interpreter own, other;
      FailureOr<SmallVector<Tensor>> results = own.run(source, arguments);
      if (failed(results)) {
        if (own.hasTrapped())
          continue;
        return {};
      }
      FailureOr<SmallVector<Tensor>> raisedResults =
          other.run(raised, arguments);
      if (failed(raisedResults)) {
        if (!other.hasTrapped())
          return {};
        return {Verdict::Different, "only what was raised traps"};
      }
      comparison.difference =
          findDifference(*results, *raisedResults, kind, allowance, isFloat);
      comparison.verdict =
          comparison.difference.empty() ? Verdict::Same : Verdict::Different;
      if (comparison.verdict == Verdict::Different)
        return comparison;
    }
  return comparison;
}

Comparison lse::compareModules(ModuleOp source, ModuleOp raised,
                               uint64_t seed) {
  Comparison comparison;
  Allowance allowance(raised);
  for (auto function : source.getOps<FunctionOpInterface>()) {
    auto other =
        raised.lookupSymbol<FunctionOpInterface>(function.getNameAttr());
    if (function.isPrivate() || function.isExternal() || !other)
      continue;
    comparison = compareFunctions(function, other, allowance, seed);
    if (comparison.verdict != Verdict::Same)
      return comparison;
  }
  return comparison;
}
