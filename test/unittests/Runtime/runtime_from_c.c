/*===- runtime_from_c.c - A C program that links the runtime ------*- C -*-===*\
|*                                                                            *|
|* Part of the lse project, under the Apache License v2.0 with LLVM           *|
|* Exceptions.                                                                *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Proves that the header is C, that the library needs no C++ one, and that   *|
|* LSE_NUM_THREADS is obeyed: the number expected is the only argument.       *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "lse/Runtime/lse_runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int set_flag(void *context, int index, uint8_t *flags) {
  flags[index] = (uint8_t)(context == NULL);
  return 0;
}

int main(int argc, char **argv) {
  int expected = argc == 2 ? atoi(argv[1]) : 1;
  if (lse_get_num_threads() != expected) {
    fprintf(stderr, "%d threads, not %d\n", lse_get_num_threads(), expected);
    return 1;
  }
  /* The variable is read once. */
  setenv("LSE_NUM_THREADS", "7", 1);
  if (lse_get_num_threads() != expected)
    return 1;

  enum { count = 1000 };
  uint8_t *flags = lse_rt_malloc(NULL, count);
  if (!flags)
    return 1;
  memset(flags, 0, count);
  int status = lse_rt_do_par_for(NULL, set_flag, 0, count, flags);
  for (int i = 0; i < count; ++i)
    status |= flags[i] != 1;
  lse_rt_free(NULL, flags);
  printf("runtime %s, status %d\n", lse_runtime_version(), status);
  return status;
}
