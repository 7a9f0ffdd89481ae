/* Calls every function of calling-from-c.mlir, rightly and wrongly. Prints what
 * is wrong, and "done". */

#include "model.h"
#ifdef WITH_OTHER
#include "other.h"
#endif

#include <stdio.h>
#include <string.h>

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition))                                                          \
      printf("wrong, line %d: %s\n", __LINE__, #condition);                    \
  } while (0)

static void check_types(void) {
  const uint16_t f16[2] = {0x3c00, 0xc000};  /* 1, -2 */
  const uint16_t bf16[2] = {0x3f80, 0x4040}; /* 1, 3 */
  const double f64[2] = {0.25, 0.5};
  const uint8_t i1[2] = {1, 0};
  const int8_t i8[2] = {-1, 7};
  const int64_t i64[2] = {INT64_C(1) << 40, -1};
  const int64_t index[2] = {5, 6};
  int64_t out_i64[2], out_index[2];
  double sum[2];
  uint8_t not_i1[2];
  uint16_t out_f16[2];
  int8_t out_i8[2];
  CHECK(model_types(f16, bf16, f64, i1, i8, i64, index, out_i64, sum, not_i1,
                    out_f16, out_i8, out_index) == MODEL_STATUS_OK);
  CHECK(!memcmp(out_i64, i64, sizeof i64));
  CHECK(!memcmp(out_index, index, sizeof index));
  CHECK(!memcmp(out_f16, f16, sizeof f16));
  CHECK(!memcmp(out_i8, i8, sizeof i8));
  CHECK(sum[0] == 2.25 && sum[1] == 1.5);
  CHECK(not_i1[0] == 0 && not_i1[1] == 1);
}

static void check_scalars(void) {
  double sum = 0;
  uint8_t truth = 9;
  uint16_t half = 0;
  int32_t isum = 0;
  int64_t n = 0;
  CHECK(model_scalars(1.5f, 2.25, 0x3c00, 1, -3, 10, INT64_C(1) << 33, &sum,
                      &truth, &half, &isum, &n) == MODEL_STATUS_OK);
  CHECK(sum == 3.75 && truth == 1 && half == 0x3c00 && isum == 7);
  CHECK(n == INT64_C(1) << 33);
  CHECK(model_scalars(1.5f, 2.25, 0, 0, 0, 0, 0, &sum, NULL, &half, &isum,
                      &n) == MODEL_STATUS_NULL_POINTER);
}

static void check_extents(void) {
  const float x[6] = {1, 2, 3, 4, 5, 6};
  const float untouched[6] = {-1, -1, -1, -1, -1, -1};
  float y[6] = {-1, -1, -1, -1, -1, -1};
  int64_t m = -1, n = -1;
  const int64_t big = INT64_C(1) << 31;

  CHECK(model_transpose(NULL, 2, 3, y) == MODEL_STATUS_NULL_POINTER);
  CHECK(model_transpose(x, 2, 3, NULL) == MODEL_STATUS_NULL_POINTER);
  CHECK(model_transpose(x, -2, 3, y) == MODEL_STATUS_NEGATIVE_EXTENT);
  CHECK(model_transpose(x, 2, INT64_MIN, y) == MODEL_STATUS_NEGATIVE_EXTENT);
  CHECK(model_transpose(x, big, 1, y) == MODEL_STATUS_EXTENT_TOO_LARGE);
  CHECK(model_transpose(x, big - 1, big - 1, y) ==
        MODEL_STATUS_EXTENT_TOO_LARGE);
  /* The first of several, in the order of their numbers. */
  CHECK(model_transpose(NULL, -2, big, y) == MODEL_STATUS_NULL_POINTER);
  CHECK(model_transpose(x, -2, big, y) == MODEL_STATUS_NEGATIVE_EXTENT);
  CHECK(!memcmp(y, untouched, sizeof y));

  CHECK(model_transpose(NULL, 0, 3, NULL) == MODEL_STATUS_OK);
  CHECK(model_transpose(NULL, big - 1, 0, NULL) == MODEL_STATUS_OK);
  CHECK(!memcmp(y, untouched, sizeof y));

  CHECK(model_transpose(x, 2, 3, y) == MODEL_STATUS_OK);
  CHECK(y[0] == 1 && y[1] == 4 && y[2] == 2 && y[5] == 6);
  CHECK(model_twice(x, 2, 3, y) == MODEL_STATUS_OK);
  CHECK(!memcmp(x, y, sizeof x));

  CHECK(model_transpose_shape(2, 3, &m, NULL) == MODEL_STATUS_NULL_POINTER);
  CHECK(model_transpose_shape(-2, 3, &m, &n) == MODEL_STATUS_NEGATIVE_EXTENT);
  CHECK(model_transpose_shape(2, big, &m, &n) == MODEL_STATUS_EXTENT_TOO_LARGE);
  CHECK(m == -1 && n == -1);
  CHECK(model_transpose_shape(2, 3, &m, &n) == MODEL_STATUS_OK);
  CHECK(m == 3 && n == 2);
}

static void check_assertion(void) {
  const float x[4] = {1, 2, 3, 4};
  float y[4] = {-1, -1, -1, -1};
  CHECK(model_checked(x, 3, y) == MODEL_STATUS_ASSERTION_FAILED);
  CHECK(y[0] == -1);
  CHECK(model_checked(x, 4, y) == MODEL_STATUS_OK);
  CHECK(y[3] == 4);
}

int main(void) {
  check_types();
  check_scalars();
  check_extents();
  check_assertion();
  CHECK(model_nothing() == MODEL_STATUS_OK);
#ifdef WITH_OTHER
  CHECK(other_nothing() == OTHER_STATUS_OK);
#endif
  CHECK(!strcmp(model_status_string(MODEL_STATUS_OK), "success"));
  CHECK(!strcmp(model_status_string(-1), "unknown status"));
  printf("done\n");
  return 0;
}
