/* Calls a Halide pipeline and a function of lse in turn and looks whether
 * each still does what it did. */
#include "HalideRuntime.h"
#include "doubled.h"
#include "model.h"
#include <math.h>
#include <stdio.h>

enum { kRows = 500, kColumns = 1000 };
static float logits[kRows * kColumns], probabilities[kRows * kColumns];
static float twice[kRows * kColumns];

static int own_runtime_calls;
static int count_par_for(void *context, halide_task_t task, int min, int size,
                         uint8_t *closure) {
  ++own_runtime_calls;
  return halide_default_do_par_for(context, task, min, size, closure);
}

static void describe(halide_buffer_t *buffer, halide_dimension_t *dimension,
                     float *data) {
  *dimension = (halide_dimension_t){0, kRows * kColumns, 1, 0};
  *buffer = (halide_buffer_t){0};
  buffer->host = (uint8_t *)data;
  buffer->type = (struct halide_type_t){halide_type_float, 32, 1};
  buffer->dimensions = 1;
  buffer->dim = dimension;
}

int main(void) {
  halide_dimension_t dimensions[2];
  halide_buffer_t in, out;
  describe(&in, &dimensions[0], logits);
  describe(&out, &dimensions[1], twice);
  for (int i = 0; i < kRows * kColumns; ++i)
    logits[i] = sinf((float)i) * 9.0f;
  /* The user's hook must see the user's pipelines and no kernel of lse. */
  halide_set_custom_do_par_for(count_par_for);
  for (int round = 0; round < 3; ++round) {
    int status = model_main(logits, kRows, kColumns, probabilities);
    if (status != MODEL_STATUS_OK) {
      printf("lse: %s\n", model_status_string(status));
      return 1;
    }
    if (own_runtime_calls != round) {
      printf("lse used Halide's runtime\n");
      return 1;
    }
    if (doubled(&in, &out) != 0 || own_runtime_calls != round + 1) {
      printf("Halide's pipeline failed\n");
      return 1;
    }
    for (int row = 0; row < kRows; ++row) {
      double sum = 0.0;
      for (int column = 0; column < kColumns; ++column)
        sum += probabilities[row * kColumns + column];
      if (fabs(sum - 1.0) > 1e-5 || twice[row] != 2.0f * logits[row]) {
        printf("wrong numbers in row %d\n", row);
        return 1;
      }
    }
  }
  printf("both work side by side\n");
  return 0;
}
