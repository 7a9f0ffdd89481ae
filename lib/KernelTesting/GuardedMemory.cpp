//===- GuardedMemory.cpp - Memory between forbidden pages -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/KernelTesting/GuardedMemory.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

#include <csetjmp>
#include <csignal>
#include <sys/mman.h>
#include <unistd.h>

using namespace lse_testing;

namespace {

/// Where the current thread goes on after a fault; null if nobody waits for
/// one.
thread_local sigjmp_buf *landing = nullptr;
thread_local const void *faultAddress = nullptr;
/// What was done about faults before.
struct sigaction previousAction;

void handleFault(int /*signal*/, siginfo_t *info, void * /*context*/) {
  if (!landing) {
    // The access is repeated when this returns.
    sigaction(SIGSEGV, &previousAction, nullptr);
    return;
  }
  faultAddress = info->si_addr;
  siglongjmp(*landing, 1);
}

bool installHandler() {
  struct sigaction action = {};
  action.sa_sigaction = handleFault;
  // Leaving the handler by a jump then leaves no signal blocked, and there is
  // no mask to save.
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  return sigaction(SIGSEGV, &action, &previousAction) == 0;
}

} // namespace

GuardedMemory::GuardedMemory(size_t size, Placement placement) {
  size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  size_t usable = llvm::alignTo(size, page);
  mapped = usable + 2 * page;
  mapping =
      mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED)
    llvm::report_fatal_error("mmap failed");
  char *start = static_cast<char *>(mapping) + page;
  if (usable && mprotect(start, usable, PROT_READ | PROT_WRITE) != 0)
    llvm::report_fatal_error("mprotect failed");
  first = placement == Placement::AtEnd ? start + (usable - size) : start;
  between = {reinterpret_cast<uint8_t *>(start), usable};
}

GuardedMemory::~GuardedMemory() { munmap(mapping, mapped); }

std::optional<const void *>
lse_testing::findFault(llvm::function_ref<void()> function) {
  static bool isInstalled = installHandler();
  if (!isInstalled)
    llvm::report_fatal_error("sigaction failed");
  sigjmp_buf here;
  landing = &here;
  bool hasFault = sigsetjmp(here, /*savemask=*/0) != 0;
  if (!hasFault)
    function();
  landing = nullptr;
  if (!hasFault)
    return std::nullopt;
  return faultAddress;
}
