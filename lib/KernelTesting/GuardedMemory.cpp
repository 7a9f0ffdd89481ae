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

#include <sys/mman.h>
#include <unistd.h>

using namespace lse_testing;

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
}

GuardedMemory::~GuardedMemory() { munmap(mapping, mapped); }
