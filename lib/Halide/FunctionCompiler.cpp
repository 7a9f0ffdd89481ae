//===- FunctionCompiler.cpp - One function, as bytes ----------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Halide/MathFunction.h"

#include "Algorithms/Exponential.h"
#include "Algorithms/HyperbolicTangent.h"
#include "Algorithms/Logarithm.h"
#include "Artifacts.h"
#include "Target.h"

#include <Halide.h>

#include <stdexcept>

using namespace Halide;
using namespace lse_halide;

namespace {

Expr evaluate(MathFunction function, const Expr &x, bool hasFusedMultiplyAdd) {
  switch (function) {
  case MathFunction::ScaledExp:
    return scaledExponential(x, hasFusedMultiplyAdd);
  case MathFunction::ExpOrZero:
    return exponentialOrZero(x, hasFusedMultiplyAdd);
  case MathFunction::Exp:
    return exponential(x);
  case MathFunction::Exp2:
    return exponentialOfTwo(x);
  case MathFunction::Log:
    return logarithm(x);
  case MathFunction::Log1p:
    return logarithmOfOnePlus(x);
  case MathFunction::Tanh:
    return hyperbolicTangent(x);
  }
  throw std::runtime_error("unknown function");
}

std::string compile(const FunctionSpec &spec, Artifact artifact) {
  if (spec.type != ElementType::F32 && spec.type != ElementType::F64)
    throw std::runtime_error("functions are of f32 or f64");
  Halide::Target target = makeTarget(spec.target);
  ImageParam input(spec.type == ElementType::F32 ? Float(32) : Float(64), 1,
                   "input");
  Func output("output");
  Var x("x");
  output(x) = evaluate(spec.function, input(x),
                       lse_halide::hasFusedMultiplyAdd(target));
  output.vectorize(x, static_cast<int>(spec.vectorLanes),
                   TailStrategy::Predicate);
  Module module =
      Pipeline(output).compile_to_module({input}, kEntryName, target);
  return makeArtifact(module, artifact);
}

} // namespace

extern "C" __attribute__((visibility("default"))) void
lse_halide_compile_function(const FunctionSpec &spec, Artifact artifact,
                            KernelResult &result) {
  result = runCatching([&] { return compile(spec, artifact); });
}
