//===- HandWritten.cpp - The softmax loop to match ------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The three passes over a row that the kernel makes, in x86 intrinsics: what a
// careful programmer would write for one row length in cache. Compiled once for
// each instruction set (see CMakeLists.txt).
//
//===----------------------------------------------------------------------===//

#include "HandWritten.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <initializer_list>
#include <limits>

namespace {

#if defined(LSE_HAND_AVX512) && defined(__AVX512F__)
#define LSE_HAS_LOOP 1
using Vector = __m512;
constexpr int kLanes = 16;
Vector load(const float *p) { return _mm512_loadu_ps(p); }
void store(float *p, Vector v) { _mm512_storeu_ps(p, v); }
Vector splat(float f) { return _mm512_set1_ps(f); }
Vector multiplyAdd(Vector a, Vector b, Vector c) {
  return _mm512_fmadd_ps(a, b, c);
}
Vector maximum(Vector a, Vector b) { return _mm512_max_ps(a, b); }
Vector exponent(Vector bits) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(bits), 23));
}
float reduceMaximum(Vector v) { return _mm512_reduce_max_ps(v); }
float reduceSum(Vector v) { return _mm512_reduce_add_ps(v); }
#elif defined(LSE_HAND_AVX2) && defined(__AVX2__) && defined(__FMA__)
#define LSE_HAS_LOOP 1
using Vector = __m256;
constexpr int kLanes = 8;
Vector load(const float *p) { return _mm256_loadu_ps(p); }
void store(float *p, Vector v) { _mm256_storeu_ps(p, v); }
Vector splat(float f) { return _mm256_set1_ps(f); }
Vector multiplyAdd(Vector a, Vector b, Vector c) {
  return _mm256_fmadd_ps(a, b, c);
}
Vector maximum(Vector a, Vector b) { return _mm256_max_ps(a, b); }
Vector exponent(Vector bits) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(bits), 23));
}
template <typename Combine>
float reduce(Vector v, Combine combine) {
  __m128 four = combine(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  __m128 two = combine(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(combine(two, _mm_shuffle_ps(two, two, 1)));
}
float reduceMaximum(Vector v) {
  return reduce(v, [](__m128 a, __m128 b) { return _mm_max_ps(a, b); });
}
float reduceSum(Vector v) {
  return reduce(v, [](__m128 a, __m128 b) { return _mm_add_ps(a, b); });
}
#endif

#ifdef LSE_HAS_LOOP
constexpr int kUnroll = 4;
constexpr int kBlock = kLanes * kUnroll;

/// 2^64 * exp(d), d <= 0: the kernel's own polynomial, so that the two do the
/// same work.
Vector scaledExponential(Vector d) {
  const Vector bias = splat(12582912.0f + 191.0f);
  Vector clamped = maximum(splat(-110.0f), d);
  Vector biased = multiplyAdd(clamped, splat(1.44269504f), bias);
  Vector n = biased - bias;
  Vector t = multiplyAdd(n, splat(-0.693147182f), clamped);
  Vector p = splat(8.290186524391174e-3f);
  for (float c : {4.189898818731308e-2f, 1.6667646169662476e-1f,
                  4.9999141693115234e-1f, 9.999997019767761e-1f, 1.0f})
    p = multiplyAdd(p, t, splat(c));
  return p * exponent(biased);
}

float rowMaximum(const float *x, int64_t length) {
  constexpr float lowest = -std::numeric_limits<float>::infinity();
  Vector m[kUnroll];
  for (Vector &v : m)
    v = splat(lowest);
  int64_t i = 0;
  for (; i + kBlock <= length; i += kBlock)
    for (int u = 0; u < kUnroll; ++u)
      m[u] = maximum(load(x + i + u * kLanes), m[u]);
  float result =
      reduceMaximum(maximum(maximum(m[0], m[1]), maximum(m[2], m[3])));
  for (; i < length; ++i)
    result = x[i] > result ? x[i] : result;
  return result;
}

float rowExponentials(const float *x, float *p, int64_t length, float shift) {
  Vector sums[kUnroll] = {};
  Vector m = splat(shift);
  int64_t i = 0;
  for (; i + kBlock <= length; i += kBlock)
    for (int u = 0; u < kUnroll; ++u) {
      Vector e = scaledExponential(load(x + i + u * kLanes) - m);
      store(p + i + u * kLanes, e);
      sums[u] += e;
    }
  float sum = reduceSum((sums[0] + sums[1]) + (sums[2] + sums[3]));
  for (; i < length; ++i) {
    float lanes[kLanes];
    store(lanes, scaledExponential(splat(x[i] - shift)));
    p[i] = lanes[0];
    sum += lanes[0];
  }
  return sum;
}

void rowScale(float *p, int64_t length, float factor) {
  Vector f = splat(factor);
  int64_t i = 0;
  for (; i + kBlock <= length; i += kBlock)
    for (int u = 0; u < kUnroll; ++u)
      store(p + i + u * kLanes, load(p + i + u * kLanes) * f);
  for (; i < length; ++i)
    p[i] *= factor;
}

void softmaxRows(const float *input, float *output, int64_t rows,
                 int64_t length) {
  for (int64_t row = 0; row < rows; ++row) {
    const float *x = input + row * length;
    float *p = output + row * length;
    float sum = rowExponentials(x, p, length, rowMaximum(x, length));
    rowScale(p, length, 1.0f / sum);
  }
}
#endif

} // namespace

#if defined(LSE_HAND_AVX512)
lse_testing::HandWrittenLoop lse_testing::handWrittenAVX512() {
#ifdef LSE_HAS_LOOP
  return {"AVX-512", kLanes, softmaxRows};
#else
  return {"AVX-512", 16, nullptr};
#endif
}
#endif

#if defined(LSE_HAND_AVX2)
lse_testing::HandWrittenLoop lse_testing::handWrittenAVX2() {
#ifdef LSE_HAS_LOOP
  return {"AVX2", kLanes, softmaxRows};
#else
  return {"AVX2", 8, nullptr};
#endif
}
#endif
