//===- KernelJIT.h - Run kernels in this process ----------------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a program that embeds a kernel does, in small: compile a spec, clean the
// bitcode up, optimise and link it, and call it. For benchmarks and tests.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_KERNELTESTING_KERNELJIT_H
#define LSE_KERNELTESTING_KERNELJIT_H

#include "lse/Halide/MathFunction.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/Error.h"

#include <HalideRuntime.h>

#include <memory>
#include <string>
#include <vector>

namespace lse_testing {

/// A machine to make kernels for: the one that this process runs on, unless it
/// is made by name.
struct Machine {
  /// The name of its instruction set, for `machines()`.
  std::string name;
  std::string triple;
  std::string dataLayout;
  std::string cpu;
  std::string features;
  /// For the spec: the features that are on, and f32 elements in a vector.
  lse_halide::TargetSpec spec;
  unsigned vectorLanes = 4;

  /// This machine, without the features that start with one of `without`.
  static llvm::Expected<Machine>
  host(const std::vector<std::string> &without = {});
  /// Any machine, in LLVM's words, whose code can only be looked at.
  static llvm::Expected<Machine> named(llvm::StringRef triple,
                                       llvm::StringRef cpu);
};

/// One of the instruction sets that kernels are made for.
struct InstructionSet {
  std::string name;
  /// The features of it, and the vectors that go with them.
  std::string feature;
  unsigned vectorLanes;
  /// What it does without.
  std::vector<std::string> without;
};

/// AVX-512, AVX2 and the baseline, in this order.
const std::vector<InstructionSet> &instructionSets();

/// Dense data or a view of it, as kernels take it.
class Buffer {
public:
  /// `extents` and `strides` (in elements) are outermost first; without strides
  /// the data is dense.
  Buffer(void *data, lse_halide::ElementType type,
         const std::vector<int64_t> &extents,
         std::vector<int64_t> strides = {});
  Buffer(float *data, const std::vector<int64_t> &extents,
         std::vector<int64_t> strides = {})
      : Buffer(data, lse_halide::ElementType::F32, extents,
               std::move(strides)) {}
  Buffer(const Buffer &) = delete;
  Buffer &operator=(const Buffer &) = delete;

  halide_buffer_t raw = {};

private:
  std::vector<halide_dimension_t> dimensions;
};

/// What runs the tasks of a kernel's parallel loop, as `lse_rt_do_par_for`.
using RunTasks = int32_t(void *context,
                         int32_t (*task)(void *, int32_t, uint8_t *),
                         int32_t first, int32_t count, uint8_t *closure);

/// One after the other on the calling thread.
RunTasks runTasksInOrder;

/// A kernel that is ready to be called. Several threads may make kernels at
/// once.
class Kernel {
public:
  static llvm::Expected<std::unique_ptr<Kernel>>
  create(const lse_halide::KernelSpec &spec, const Machine &machine,
         RunTasks *runTasks = runTasksInOrder);
  static llvm::Expected<std::unique_ptr<Kernel>>
  create(const lse_halide::FunctionSpec &spec, const Machine &machine);

  /// Calls the kernel and returns its status.
  int32_t operator()(const std::vector<Buffer *> &buffers) const;

private:
  static llvm::Expected<std::unique_ptr<Kernel>>
  load(const lse_halide::KernelResult &bitcode, const Machine &machine,
       RunTasks *runTasks);

  std::unique_ptr<llvm::orc::LLJIT> jit;
  void *entry = nullptr;
};

/// The code of a function as assembly.
llvm::Expected<std::string>
compileToAssembly(const lse_halide::FunctionSpec &spec, const Machine &machine);

/// The kernel of `spec` after clean-up, not optimised.
llvm::Expected<std::unique_ptr<llvm::Module>>
compileToModule(const lse_halide::KernelSpec &spec, const Machine &machine,
                llvm::LLVMContext &context, llvm::StringRef name);

/// This machine once for each instruction set that it has, the widest first.
const std::vector<Machine> &machines();
const Machine &host();

/// A kernel, or a fatal error that shows the message.
std::unique_ptr<Kernel> makeKernel(const lse_halide::KernelSpec &spec,
                                   const Machine &machine,
                                   RunTasks *runTasks = runTasksInOrder);

/// Softmax of dense rows, the last of `extents`, as a spec for `machine`.
lse_halide::KernelSpec makeSoftmaxSpec(const Machine &machine,
                                       const std::vector<int64_t> &extents);

} // namespace lse_testing

#endif // LSE_KERNELTESTING_KERNELJIT_H
