//===- SpellingReductions.cpp - Reductions and reorderings as text --------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SpellingWriter.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir::lse;
using namespace llvm;

//===----------------------------------------------------------------------===//
// Reductions and products
//===----------------------------------------------------------------------===//

Written SpellingWriter::reduce(StringRef op, Written a, Axis axis,
                               double init) {
  Axes kept(a.axes), dropped;
  for (Axis &own : kept)
    if (own == axis)
      own = unit;
  copy_if(a.axes, std::back_inserter(dropped),
          [&](Axis own) { return own != axis; });
  size_t position = find(a.axes, axis) - a.axes.begin();
  if (tosa) {
    Written sum = define(
        kept, formatv("tosa.reduce_{0} {1} {{axis = {2} : i32} : ({3}) -> {4}",
                      op == "add" ? "sum" : "max", a.name, position, typeOf(a),
                      typeOf(kept, "f32")));
    return init == 0.0 ? sum : binary("add", sum, constant(init, sum));
  }
  if (op == "max" && choose(4) == 0)
    return maximumWithIndex(a, axis, dropped);
  if (op == "add" && init == 0.0 && choose(6) == 0 && a.element == "f32") {
    // In f64.
    Written wide = define(a.axes,
                          "arith.extf " + a.name + " : " + typeOf(a) + " to " +
                              typeOf(a.axes, "f64"),
                          "f64");
    Written zero = define({}, "arith.constant 0.0 : f64", "f64");
    Written out = empty(dropped, "f64");
    Written start =
        define(dropped,
               "linalg.fill ins(" + zero.name + " : f64) outs(" + out.name +
                   " : " + typeOf(out) + ") -> " + typeOf(out),
               "f64");
    Written sum = generic(wide, start, a.axes, axis,
                          "      %r = arith.addf %a0, %o : f64\n");
    return define(dropped, "arith.truncf " + sum.name + " : " + typeOf(sum) +
                               " to " + typeOf(dropped, "f32"));
  }
  double start = op == "add" ? init : -INFINITY;
  std::string name = getArithName(op).str();
  switch (choose(3)) {
  case 0: {
    Written out = fill(dropped, start);
    return define(dropped,
                  formatv("linalg.reduce {{ {0} } ins({1} : {2}) outs({3} : "
                          "{4}) dimensions = [{5}]",
                          name, a.name, typeOf(a), out.name, typeOf(out),
                          position));
  }
  case 1: {
    Written out = fill(dropped, start);
    bool isFirst = choose(2);
    return generic(a, out, a.axes, axis,
                   "      %r = " + name + (isFirst ? " %a0, %o" : " %o, %a0") +
                       " : f32\n");
  }
  default: {
    // With the dimension kept.
    Written out = fill(kept, start);
    return generic(a, out, a.axes, axis,
                   "      %r = " + name + " %a0, %o : f32\n");
  }
  }
}

Written SpellingWriter::maximumWithIndex(Written a, Axis axis,
                                         ArrayRef<Axis> axes) {
  Written out = fill(axes, -INFINITY);
  Written zero = define({}, "arith.constant 0 : i64", "i64");
  Written emptyIndex = empty(axes, "i64");
  Written index = define(axes,
                         "linalg.fill ins(" + zero.name + " : i64) outs(" +
                             emptyIndex.name + " : " + typeOf(emptyIndex) +
                             ") -> " + typeOf(emptyIndex),
                         "i64");
  std::string iterators;
  for (auto [position, own] : enumerate(a.axes))
    iterators += (position ? ", " : "") +
                 std::string(own == axis ? "\"reduction\"" : "\"parallel\"");
  Written both{fresh(), Axes(axes)};
  line(formatv(
      "{0}:2 = linalg.generic {{indexing_maps = [{1}, {2}, {2}], "
      "iterator_types = [{3}]} ins({4} : {5}) outs({6}, {7} : {8}, {9}) {{\n"
      "    ^bb0(%a0: f32, %o: f32, %i: i64):\n"
      "      %p = linalg.index {10} : index\n"
      "      %c = arith.index_cast %p : index to i64\n"
      "      %m = arith.maximumf %a0, %o : f32\n"
      "      %g = arith.cmpf ogt, %a0, %o : f32\n"
      "      %s = arith.select %g, %c, %i : i64\n"
      "      linalg.yield %m, %s : f32, i64\n"
      "  } -> ({8}, {9})",
      both.name, mapOf(a.axes, a.axes), mapOf(axes, a.axes), iterators, a.name,
      typeOf(a), out.name, index.name, typeOf(out), typeOf(index),
      find(a.axes, axis) - a.axes.begin()));
  both.name += "#0";
  return both;
}

Written SpellingWriter::contract(Written a, Written b, Axis summed,
                                 ArrayRef<Axis> axes) {
  Axes loops(axes);
  loops.push_back(summed);
  Written init = fill(axes, 0.0);
  return generic({a, b}, init, loops, summed,
                 std::string("      %m = arith.mulf ") +
                     (choose(2) ? "%a0, %a1" : "%a1, %a0") +
                     " : f32\n      %r = arith.addf %o, %m : f32\n");
}

Written SpellingWriter::oneHot(Written labels, ArrayRef<Axis> axes, Axis axis) {
  Written init = empty(axes);
  return generic(labels, init, axes, {},
                 formatv("      %i = linalg.index {0} : index\n"
                         "      %c = arith.index_cast %i : index to i64\n"
                         "      %e = arith.cmpi eq, {1} : i64\n"
                         "      %r = arith.uitofp %e : i1 to f32\n",
                         find(axes, axis) - axes.begin(),
                         choose(2) ? "%c, %a0" : "%a0, %c"));
}

Written SpellingWriter::pick(Written a, Written labels, Axis axis) {
  std::string text = "      %c = arith.index_cast %a0 : i64 to index\n";
  std::string indices;
  for (Axis own : a.axes) {
    std::string index = "%c";
    if (own != axis) {
      index = "%i" + std::to_string(own);
      text += formatv("      {0} = linalg.index {1} : index\n", index,
                      find(labels.axes, own) - labels.axes.begin());
    }
    indices += (indices.empty() ? "" : ", ") + index;
  }
  text += "      %r = tensor.extract " + a.name + "[" + indices +
          "] : " + typeOf(a) + "\n";
  Written init = empty(labels.axes);
  return generic(labels, init, labels.axes, {}, text);
}

//===----------------------------------------------------------------------===//
// What changes nothing
//===----------------------------------------------------------------------===//

Written SpellingWriter::transposed(Written a, bool isBack) {
  std::string permutation;
  Axes axes;
  size_t rank = a.axes.size();
  for (size_t position = 0; position < rank; ++position) {
    size_t from = (position + (isBack ? rank - 1 : 1)) % rank;
    axes.push_back(a.axes[from]);
    permutation += (position ? ", " : "") + std::to_string(from);
  }
  Written init = empty(axes);
  return define(axes, "linalg.transpose ins(" + a.name + " : " + typeOf(a) +
                          ") outs(" + init.name + " : " + typeOf(init) +
                          ") permutation = [" + permutation + "]");
}

Written SpellingWriter::flattened(Written a) {
  std::string group, shape;
  for (auto [position, axis] : enumerate(a.axes)) {
    group += (position ? ", " : "") + std::to_string(position);
    shape += (position ? ", " : "") + std::to_string(getExtent(axis));
  }
  int64_t size = 1;
  for (Axis axis : a.axes)
    size *= getExtent(axis);
  std::string flat = formatv("tensor<{0}xf32>", size);
  Written one = define({}, "tensor.collapse_shape " + a.name + " [[" + group +
                               "]] : " + typeOf(a) + " into " + flat);
  return define(a.axes, "tensor.expand_shape " + one.name + " [[" + group +
                            "]] output_shape [" + shape + "] : " + flat +
                            " into " + typeOf(a));
}

Written SpellingWriter::glue(Written a) {
  if (tosa || a.axes.empty() || a.element != "f32")
    return a;
  switch (choose(8)) {
  case 4:
    return dynamic ? a : flattened(a);
  case 0: {
    std::string wide = typeOf(a.axes, "f64");
    Written extended = define(
        a.axes, "arith.extf " + a.name + " : " + typeOf(a) + " to " + wide,
        "f64");
    return define(a.axes, "arith.truncf " + extended.name + " : " + wide +
                              " to " + typeOf(a));
  }
  case 1:
    return transposed(transposed(a, /*isBack=*/false), /*isBack=*/true);
  case 2: {
    Written init = empty(a.axes);
    return generic(a, init, a.axes, {}, "");
  }
  case 3:
    return binary("mul", a, constant(1.0, a));
  default:
    return a;
  }
}
