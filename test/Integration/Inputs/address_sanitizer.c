/* Calls one function of address_sanitizer.mlir with buffers from malloc, of
 * which the input or the output may be too short, and prints the results.
 *
 * usage: program FUNCTION ROWS COLUMNS MISSING_INPUT MISSING_OUTPUT
 *        program target
 */

#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *lse_get_target(void);

int main(int argc, char **argv) {
  int64_t rows, columns, count, present, i;
  float *input, *output;
  int status = -1;
  if (argc == 2 && !strcmp(argv[1], "target")) {
    puts(lse_get_target());
    return 0;
  }
  if (argc != 6)
    return 2;
  rows = atoi(argv[2]);
  columns = atoi(argv[3]);
  count = rows * columns;
  present = count - atoi(argv[4]);
  input = malloc(present * sizeof *input);
  output = malloc((count - atoi(argv[5])) * sizeof *output);
  for (i = 0; i < present; ++i)
    input[i] = (float)(i * 5 % 17);
  if (!strcmp(argv[1], "rows"))
    status = model_rows(input, rows, columns, output);
  else if (!strcmp(argv[1], "columns"))
    status = model_columns(input, rows, columns, output);
  else if (!strcmp(argv[1], "twice"))
    status = model_twice(input, rows, columns, output);
  for (i = 0; status == 0 && i < count; ++i)
    printf("%a\n", output[i]);
  free(input);
  free(output);
  return status;
}
