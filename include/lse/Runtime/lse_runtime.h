/*===- lse_runtime.h - What a program may tell compiled kernels ---*- C -*-===*\
|*                                                                            *|
|* Part of the lse project, under the Apache License v2.0 with LLVM           *|
|* Exceptions.                                                                *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* The C interface of liblse_runtime, the small library that compiled kernels *|
|* link for threads and scratch memory. A program needs none of it: without a *|
|* call, kernels use every processor the process may run on, and malloc. The  *|
|* environment variable LSE_NUM_THREADS, read once, sets the number of        *|
|* threads of a program that does not choose one itself.                      *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef LSE_RUNTIME_LSE_RUNTIME_H
#define LSE_RUNTIME_LSE_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define LSE_RUNTIME_API __attribute__((visibility("default")))
#else
#define LSE_RUNTIME_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the runtime that was linked, such as "0.1.0". */
LSE_RUNTIME_API const char *lse_runtime_version(void);

/*===--- Threads ----------------------------------------------------------===*/

/* Sets how many threads one parallel loop may use, the calling thread included;
 * 0 asks for as many as the process may run on at this moment. Results never
 * depend on it. Any thread may call this at any time; loops that start later
 * obey. A negative number counts as 1. */
LSE_RUNTIME_API void lse_set_num_threads(int count);

/* How many threads one parallel loop may use now; at least 1. */
LSE_RUNTIME_API int lse_get_num_threads(void);

/* One iteration of a parallel loop: 0, or a status that ends the loop. The
 * first argument is for the runtime's own use and is always null. */
typedef int (*lse_task_t)(void *context, int index, uint8_t *closure);

/* Runs `task(NULL, i, closure)` for every i of [min, min + size), in any order
 * and on any threads, and returns when all of them are done: 0, or the status
 * of an iteration that failed, after which the others may be skipped.
 * Iterations may start parallel loops themselves. */
typedef int (*lse_parallel_for_t)(void *user, lse_task_t task, int min,
                                  int size, uint8_t *closure);

/* Has parallel loops run by the host's own thread pool; a null hook returns to
 * the built-in one. Call it while no compiled function runs. Loops of a single
 * iteration never reach the hook. */
LSE_RUNTIME_API void lse_set_parallel_for(lse_parallel_for_t hook, void *user);

/*===--- Memory -----------------------------------------------------------===*/

/* Like malloc and free; any alignment will do. `free_hook` never gets null. */
typedef void *(*lse_malloc_t)(void *user, size_t size);
typedef void (*lse_free_t)(void *user, void *pointer);

/* Has kernels take their scratch memory from the host's allocator; two null
 * hooks return to malloc and free. Call it while no compiled function runs. The
 * hooks must be safe to call from several threads at once. */
LSE_RUNTIME_API void lse_set_allocator(lse_malloc_t malloc_hook,
                                       lse_free_t free_hook, void *user);

/*===--- Instruction sets -------------------------------------------------===*/

/* A library that was compiled for several CPUs calls the best kernels that the
 * machine can execute. This lets it use no more than a level of x86-64, one of
 * "x86-64", "x86-64-v2", "x86-64-v3" and "x86-64-v4", to compare them or to
 * test; null ends that. The environment variable LSE_MAX_TARGET, read once, does
 * the same for a program that does not call it. Returns 0, or -1 and does
 * nothing if there is no such level. Any thread may call this at any time;
 * kernels that start later obey. */
LSE_RUNTIME_API int lse_set_max_target(const char *level);

/* The highest level of x86-64 that kernels may use now, by the machine and by
 * lse_set_max_target; "generic" on other architectures. */
LSE_RUNTIME_API const char *lse_get_target(void);

/*===--- Called by compiled kernels, not by programs ----------------------===*/

LSE_RUNTIME_API int lse_rt_do_par_for(void *user_context,
                                      int (*task)(void *, int, uint8_t *),
                                      int min, int size, uint8_t *closure);

/* 64-byte aligned, and readable for 8 bytes beyond either end; or null. */
LSE_RUNTIME_API void *lse_rt_malloc(void *user_context, size_t size);
LSE_RUNTIME_API void lse_rt_free(void *user_context, void *pointer);

/* 1 if kernels may use all of `features`, numbered as in CPUFeatures.def. */
LSE_RUNTIME_API int lse_rt_supports(uint64_t features);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* LSE_RUNTIME_LSE_RUNTIME_H */
