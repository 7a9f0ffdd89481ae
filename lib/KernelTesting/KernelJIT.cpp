//===- KernelJIT.cpp - Run kernels in this process ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/KernelTesting/KernelJIT.h"

#include "lse/Conversion/KernelModule.h"
#include "lse/Halide/KernelCompiler.h"

#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/ExecutionEngine/Orc/ThreadSafeModule.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"

#include <algorithm>
#include <mutex>

using namespace llvm;
using namespace lse_testing;

namespace {

/// Held while Halide compiles: it does not promise to do so several times at
/// once.
std::mutex compiling;

void initializeTarget() {
  static std::once_flag once;
  std::call_once(once, [] {
    InitializeAllTargetInfos();
    InitializeAllTargets();
    InitializeAllTargetMCs();
    InitializeAllAsmPrinters();
  });
}

Expected<std::unique_ptr<TargetMachine>>
makeTargetMachine(const Machine &machine) {
  initializeTarget();
  orc::JITTargetMachineBuilder builder{Triple(machine.triple)};
  builder.setCPU(machine.cpu);
  builder.setCodeGenOptLevel(CodeGenOptLevel::Aggressive);
  builder.setRelocationModel(Reloc::PIC_);
  builder.setCodeModel(CodeModel::Small);
  return builder.createTargetMachine();
}

void optimize(Module &module, TargetMachine &targetMachine) {
  PassBuilder builder(&targetMachine);
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager callGraph;
  ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);
  builder.buildPerModuleDefaultPipeline(OptimizationLevel::O3)
      .run(module, modules);
}

bool startsWithAny(StringRef feature, const std::vector<std::string> &names) {
  return any_of(names, [&](const std::string &name) {
    return feature.starts_with(name);
  });
}

} // namespace

namespace lse_testing {

int32_t runTasksInOrder(void *context,
                        int32_t (*task)(void *, int32_t, uint8_t *),
                        int32_t first, int32_t count, uint8_t *closure) {
  for (int32_t i = first; i < first + count; ++i)
    if (int32_t status = task(context, i, closure))
      return status;
  return 0;
}

Expected<Machine> Machine::host(const std::vector<std::string> &without) {
  Machine machine;
  machine.triple = sys::getProcessTriple();
  machine.cpu = sys::getHostCPUName().str();
  std::vector<std::string> signedFeatures;
  for (const auto &feature : sys::getHostCPUFeatures()) {
    bool isOn = feature.second && !startsWithAny(feature.first(), without);
    signedFeatures.push_back((isOn ? "+" : "-") + feature.first().str());
    if (isOn)
      machine.spec.features.push_back(feature.first().str());
  }
  std::sort(signedFeatures.begin(), signedFeatures.end());
  std::sort(machine.spec.features.begin(), machine.spec.features.end());
  machine.features = join(signedFeatures, ",");
  machine.spec.triple = machine.triple;
  if (is_contained(machine.spec.features, "avx512f"))
    machine.vectorLanes = 16;
  else if (is_contained(machine.spec.features, "avx"))
    machine.vectorLanes = 8;
  Expected<std::unique_ptr<TargetMachine>> target = makeTargetMachine(machine);
  if (!target)
    return target.takeError();
  machine.dataLayout = (*target)->createDataLayout().getStringRepresentation();
  return machine;
}

Expected<Machine> Machine::named(StringRef triple, StringRef cpu) {
  Machine machine;
  machine.triple = triple;
  machine.cpu = cpu;
  Expected<std::unique_ptr<TargetMachine>> target = makeTargetMachine(machine);
  if (!target)
    return target.takeError();
  const MCSubtargetInfo &subtarget = *(*target)->getMCSubtargetInfo();
  for (const SubtargetFeatureKV &feature : subtarget.getAllProcessorFeatures())
    if (subtarget.getFeatureBits().test(feature.Value))
      machine.spec.features.push_back(feature.Key);
  std::sort(machine.spec.features.begin(), machine.spec.features.end());
  machine.spec.triple = machine.triple;
  machine.dataLayout = (*target)->createDataLayout().getStringRepresentation();
  return machine;
}

const std::vector<InstructionSet> &instructionSets() {
  static const std::vector<InstructionSet> all = {
      {"AVX-512", "avx512f", 16, {}},
      {"AVX2", "avx2", 8, {"avx512", "avx10", "evex512"}},
      {"baseline",
       "sse2",
       4,
       {"avx", "fma", "f16c", "evex512", "vaes", "vpclmul", "xop"}}};
  return all;
}

Buffer::Buffer(void *data, lse_halide::ElementType type,
               const std::vector<int64_t> &extents,
               std::vector<int64_t> strides) {
  size_t rank = extents.size();
  if (strides.empty()) {
    strides.assign(rank, 1);
    for (size_t i = rank; i-- > 1;)
      strides[i - 1] = strides[i] * extents[i];
  }
  for (size_t i = rank; i-- > 0;)
    dimensions.emplace_back(0, static_cast<int32_t>(extents[i]),
                            static_cast<int32_t>(strides[i]));
  raw.host = static_cast<uint8_t *>(data);
  // Kernels take both half-precision types as plain bits.
  using lse_halide::ElementType;
  bool isHalf = type == ElementType::F16 || type == ElementType::BF16;
  raw.type = isHalf ? halide_type_t(halide_type_uint, 16, 1)
                    : halide_type_t(halide_type_float,
                                    type == ElementType::F64 ? 64 : 32, 1);
  raw.dimensions = static_cast<int32_t>(rank);
  raw.dim = dimensions.data();
}

static Expected<std::unique_ptr<Module>>
loadModule(const lse_halide::KernelResult &bitcode, const Machine &machine,
           LLVMContext &context, StringRef name,
           bool hasLogitsInMemory = false) {
  if (!bitcode.succeeded)
    return createStringError(bitcode.error);
  return mlir::lse::loadKernelModule(
      context, bitcode.bytes, name,
      {machine.triple, machine.dataLayout, machine.cpu, machine.features},
      hasLogitsInMemory);
}

static lse_halide::KernelResult
compileToBitcode(const lse_halide::KernelSpec &spec) {
  std::lock_guard<std::mutex> lock(compiling);
  lse_halide::KernelResult result;
  lse_halide_compile(spec, lse_halide::Artifact::Bitcode, result);
  return result;
}

Expected<std::unique_ptr<Module>>
compileToModule(const lse_halide::KernelSpec &spec, const Machine &machine,
                LLVMContext &context, StringRef name) {
  return loadModule(compileToBitcode(spec), machine, context, name);
}

Expected<std::unique_ptr<Kernel>>
Kernel::create(const lse_halide::KernelSpec &spec, const Machine &machine,
               RunTasks *runTasks) {
  return load(compileToBitcode(spec), machine, runTasks);
}

static lse_halide::KernelResult
compileToBitcode(const lse_halide::FunctionSpec &spec) {
  lse_halide::KernelResult result;
  std::lock_guard<std::mutex> lock(compiling);
  lse_halide_compile_function(spec, lse_halide::Artifact::Bitcode, result);
  return result;
}

Expected<std::string> compileToAssembly(const lse_halide::FunctionSpec &spec,
                                        const Machine &machine) {
  LLVMContext context;
  Expected<std::unique_ptr<Module>> module =
      loadModule(compileToBitcode(spec), machine, context, "lse.kernel");
  if (!module)
    return module.takeError();
  Expected<std::unique_ptr<TargetMachine>> target = makeTargetMachine(machine);
  if (!target)
    return target.takeError();
  optimize(**module, **target);
  SmallString<0> assembly;
  raw_svector_ostream stream(assembly);
  legacy::PassManager passes;
  if ((*target)->addPassesToEmitFile(passes, stream, nullptr,
                                     CodeGenFileType::AssemblyFile))
    return createStringError("no assembly for " + machine.triple);
  passes.run(**module);
  return assembly.str().str();
}

Expected<std::unique_ptr<Kernel>>
Kernel::create(const lse_halide::FunctionSpec &spec, const Machine &machine) {
  return load(compileToBitcode(spec), machine, runTasksInOrder);
}

Expected<std::unique_ptr<Kernel>>
Kernel::load(const lse_halide::KernelResult &bitcode, const Machine &machine,
             RunTasks *runTasks) {
  auto context = std::make_unique<LLVMContext>();
  Expected<std::unique_ptr<Module>> module =
      loadModule(bitcode, machine, *context, "lse.kernel");
  if (!module)
    return module.takeError();
  Expected<std::unique_ptr<TargetMachine>> target = makeTargetMachine(machine);
  if (!target)
    return target.takeError();
  optimize(**module, **target);

  orc::LLJITBuilder builder;
  orc::JITTargetMachineBuilder targetBuilder{Triple(machine.triple)};
  targetBuilder.setCPU(machine.cpu);
  targetBuilder.setCodeGenOptLevel(CodeGenOptLevel::Aggressive);
  builder.setJITTargetMachineBuilder(std::move(targetBuilder));
  Expected<std::unique_ptr<orc::LLJIT>> jit = builder.create();
  if (!jit)
    return jit.takeError();
  orc::MangleAndInterner mangle((*jit)->getExecutionSession(),
                                (*jit)->getDataLayout());
  if (Error error = (*jit)->getMainJITDylib().define(orc::absoluteSymbols(
          {{mangle("lse_rt_do_par_for"),
            {orc::ExecutorAddr::fromPtr(runTasks),
             JITSymbolFlags::Exported | JITSymbolFlags::Callable}}})))
    return error;
  if (Error error = (*jit)->addIRModule(
          orc::ThreadSafeModule(std::move(*module), std::move(context))))
    return error;
  Expected<orc::ExecutorAddr> entry = (*jit)->lookup("lse.kernel");
  if (!entry)
    return entry.takeError();
  auto kernel = std::make_unique<Kernel>();
  kernel->entry = entry->toPtr<void *>();
  kernel->jit = std::move(*jit);
  return kernel;
}

namespace {

/// Calls `entry` with as many pointers as there are indices.
template <size_t... index>
int32_t call(void *entry, const std::vector<Buffer *> &buffers,
             std::index_sequence<index...>) {
  using Raw = halide_buffer_t *;
  return reinterpret_cast<int32_t (*)(
      std::conditional_t<index == size_t(-1), void, Raw>...)>(entry)(
      &buffers[index]->raw...);
}

} // namespace

int32_t Kernel::operator()(const std::vector<Buffer *> &buffers) const {
  switch (buffers.size()) {
  case 1:
    return call(entry, buffers, std::make_index_sequence<1>());
  case 2:
    return call(entry, buffers, std::make_index_sequence<2>());
  case 3:
    return call(entry, buffers, std::make_index_sequence<3>());
  case 4:
    return call(entry, buffers, std::make_index_sequence<4>());
  case 5:
    return call(entry, buffers, std::make_index_sequence<5>());
  default:
    report_fatal_error("a kernel with more than five buffers");
  }
}

const std::vector<Machine> &machines() {
  static const std::vector<Machine> all = [] {
    std::vector<Machine> result;
    for (const InstructionSet &set : instructionSets()) {
      Machine machine = llvm::cantFail(Machine::host(set.without));
      if (result.empty() || machine.features != result.back().features)
        result.push_back(machine);
      // Without a set this machine is that of the next one.
      result.back().name = set.name;
    }
    return result;
  }();
  return all;
}

const Machine &host() { return machines().front(); }

std::unique_ptr<Kernel> makeKernel(const lse_halide::KernelSpec &spec,
                                   const Machine &machine, RunTasks *runTasks) {
  llvm::Expected<std::unique_ptr<Kernel>> kernel =
      Kernel::create(spec, machine, runTasks);
  if (!kernel)
    llvm::report_fatal_error(kernel.takeError());
  return std::move(*kernel);
}

lse_halide::KernelSpec makeSoftmaxSpec(const Machine &machine,
                                       const std::vector<int64_t> &extents) {
  lse_halide::KernelSpec spec;
  spec.extents = extents;
  lse_halide::BufferSpec input;
  for (unsigned i = 0; i < extents.size(); ++i)
    input.dims.push_back(i);
  input.unitDim = extents.size() - 1;
  lse_halide::OutputSpec output;
  output.dims = input.dims;
  output.unitDim = input.unitDim;
  spec.rowDims = {input.unitDim};
  spec.schedule.vectorDim = input.unitDim;
  spec.inputs = {input};
  spec.outputs = {output};
  spec.logit = {{lse_halide::LogitNode::Kind::Input}};
  spec.schedule.vectorLanes = machine.vectorLanes;
  spec.schedule.unroll = 4;
  spec.target = machine.spec;
  return spec;
}

} // namespace lse_testing
