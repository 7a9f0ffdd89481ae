/*===- classifier.c - Calling a compiled model from C -------------*- C -*-===*\
|*                                                                            *|
|* Part of the lse project, under the Apache License v2.0 with LLVM           *|
|* Exceptions.                                                                *|
|* See LICENSE for license information.                                       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Classifies two inputs: an ordinary one, and one whose logits are 1000 and  *|
|* more. The model computes exp(x) / sum(exp(x)) without subtracting the      *|
|* maximum, which is NaN for the second input; the compiled function is not.  *|
|*                                                                            *|
|* lse-compile classifier.mlir -o classifier                                  *|
|* cc classifier.c classifier.a -lpthread -lm                                 *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "classifier.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

enum { NUM_ROWS = 2, NUM_FEATURES = 64, NUM_CLASSES = 10 };

static float features[NUM_ROWS][NUM_FEATURES];
static float weights[NUM_FEATURES][NUM_CLASSES];
static float bias[NUM_CLASSES];
static float probabilities[NUM_ROWS][NUM_CLASSES];

/* Class c looks at feature c alone, so that the logits are easy to choose. */
static void fill_inputs(void) {
  for (int c = 0; c < NUM_CLASSES; ++c) {
    weights[c][c] = 1.0f;
    features[0][c] = 0.5f * (float)c;
    features[1][c] = 1000.0f + 0.5f * (float)c;
  }
}

/* Prints a row of probabilities; 0 if it is a distribution. */
static int print_row(const char *name, const float *row) {
  float sum = 0.0f;
  printf("%s:", name);
  for (int c = 0; c < NUM_CLASSES; ++c) {
    printf(" %.4f", row[c]);
    sum += row[c];
  }
  printf("  sum %.6f\n", sum);
  return !(fabsf(sum - 1.0f) < 1e-5f);
}

int main(void) {
  fill_inputs();
  int status = classifier_main(&features[0][0], NUM_ROWS, &weights[0][0], bias,
                               &probabilities[0][0]);
  if (status != 0) {
    fprintf(stderr, "classifier_main: %s\n", classifier_status_string(status));
    return 1;
  }
  int wrong = print_row("logits near    0", probabilities[0]);
  wrong |= print_row("logits near 1000", probabilities[1]);
  return wrong;
}
