//===- SpellingWriter.cpp - Random ways to write an operation -------------===//
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
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir::lse;
using namespace llvm;

SpellingWriter::SpellingWriter(uint64_t seed) : engine(seed) {
  tosa = choose(4) == 0;
  dynamic = !tosa && choose(4) == 0;
  for (unsigned dim = 0, rank = 1 + choose(3); dim < rank; ++dim)
    extents.push_back(1 + choose(4));
}

Axes SpellingWriter::getAllAxes() const {
  Axes axes;
  append_range(axes, seq<Axis>(0, Axis(getRank())));
  return axes;
}

Axis SpellingWriter::addAxis(int64_t extent) {
  extents.push_back(extent);
  return Axis(extents.size()) - 1;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

std::string SpellingWriter::typeOf(ArrayRef<Axis> axes,
                                   StringRef element) const {
  std::string type = "tensor<";
  for (Axis axis : axes)
    type += (axis == unit ? "1"
             : dynamic    ? "?"
                          : std::to_string(extents[axis])) +
            "x";
  return type + element.str() + ">";
}

Written SpellingWriter::addArgument(ArrayRef<Axis> axes, StringRef element) {
  Written argument{"%arg" + std::to_string(numArguments++), Axes(axes),
                   element.str()};
  arguments +=
      (arguments.empty() ? "" : ", ") + argument.name + ": " + typeOf(argument);
  if (dynamic)
    for (auto [position, axis] : enumerate(axes)) {
      // The first tensor with an axis tells its extent.
      std::string name = "%extent" + std::to_string(axis);
      if (axis == unit || StringRef(head).contains(name + " ="))
        continue;
      head += formatv("  %position{0} = arith.constant {1} : index\n"
                      "  {2} = tensor.dim {3}, %position{0} : {4}\n",
                      axis, position, name, argument.name, typeOf(argument));
    }
  return argument;
}

std::string SpellingWriter::finish(const Written &result, bool isCalled) const {
  std::string call;
  if (isCalled) {
    std::string names, types;
    for (unsigned number = 0; number < numArguments; ++number)
      names += (number ? ", %arg" : "%arg") + std::to_string(number);
    SmallVector<StringRef> parts;
    StringRef(arguments).split(parts, ", ");
    for (auto [position, argument] : enumerate(parts))
      types += (position ? ", " : "") + argument.split(": ").second.str();
    call = "func.func @main(" + arguments + ") -> " + typeOf(result) +
           " {\n  %r = call @callee(" + names + ") : (" + types + ") -> " +
           typeOf(result) + "\n  return %r : " + typeOf(result) + "\n}\n";
  }
  return call + (isCalled ? "func.func private @callee(" : "func.func @main(") +
         arguments + ") -> " + typeOf(result) + " {\n" + head + body +
         "  return " + result.name + " : " + typeOf(result) + "\n}\n";
}

Written SpellingWriter::define(ArrayRef<Axis> axes, const std::string &text,
                               StringRef element) {
  Written value{fresh(), Axes(axes), element.str()};
  line(value.name + " = " + text);
  return value;
}

std::string SpellingWriter::mapOf(ArrayRef<Axis> axes,
                                  ArrayRef<Axis> loops) const {
  // Units are loops of their own if there are such, one after another.
  unsigned nextUnit = 0;
  auto number = [&](Axis axis) {
    if (axis != unit)
      return "d" + std::to_string(find(loops, axis) - loops.begin());
    for (unsigned loop = nextUnit; loop < loops.size(); ++loop)
      if (loops[loop] == unit) {
        nextUnit = loop + 1;
        return "d" + std::to_string(loop);
      }
    return std::string("0");
  };
  std::string dims, results;
  for (size_t loop = 0; loop < loops.size(); ++loop)
    dims += (loop ? ", d" : "d") + std::to_string(loop);
  for (auto [position, axis] : enumerate(axes))
    results += (position ? ", " : "") + number(axis);
  return "affine_map<(" + dims + ") -> (" + results + ")>";
}

/// `number` as MLIR writes it, in f32.
static std::string toText(double number) {
  if (std::isinf(number))
    return number < 0 ? "0xFF800000" : "0x7F800000";
  return formatv("{0:e8}", number);
}

Written SpellingWriter::scalarConstant(double number) {
  return define({}, "arith.constant " + toText(number) + " : f32");
}

Written SpellingWriter::empty(ArrayRef<Axis> axes, StringRef element) {
  std::string sizes;
  if (dynamic)
    for (Axis axis : axes)
      if (axis != unit)
        sizes +=
            (sizes.empty() ? "" : ", ") + ("%extent" + std::to_string(axis));
  return define(axes, "tensor.empty(" + sizes + ") : " + typeOf(axes, element),
                element);
}

Written SpellingWriter::fill(ArrayRef<Axis> axes, double number) {
  if (!dynamic && choose(2))
    return define(axes, "arith.constant dense<" + toText(number) +
                            "> : " + typeOf(axes, "f32"));
  Written value = scalarConstant(number);
  Written init = empty(axes);
  return define(axes, "linalg.fill ins(" + value.name + " : f32) outs(" +
                          init.name + " : " + typeOf(init) + ") -> " +
                          typeOf(init));
}

Written SpellingWriter::generic(ArrayRef<Written> inputs, const Written &init,
                                ArrayRef<Axis> loops, ArrayRef<Axis> reduced,
                                const std::string &text) {
  std::string maps, iterators, ins, types, block;
  for (auto [number, input] : enumerate(inputs)) {
    maps += mapOf(input.axes, loops) + ", ";
    ins += (number ? ", " : "") + input.name;
    types += (number ? ", " : "") + typeOf(input);
    block += "%a" + std::to_string(number) + ": " + input.element + ", ";
  }
  for (auto [number, axis] : enumerate(loops))
    iterators += (number ? ", " : "") + std::string(is_contained(reduced, axis)
                                                        ? "\"reduction\""
                                                        : "\"parallel\"");
  std::string operands =
      inputs.empty() ? "" : " ins(" + ins + " : " + types + ")";
  return define(init.axes,
                "linalg.generic {indexing_maps = [" + maps +
                    mapOf(init.axes, loops) + "], iterator_types = [" +
                    iterators + "]}" + operands + " outs(" + init.name + " : " +
                    typeOf(init) + ") {\n    ^bb0(" + block +
                    "%o: " + init.element + "):\n" + text +
                    "      linalg.yield " + (text.empty() ? "%a0" : "%r") +
                    " : " + init.element + "\n  } -> " + typeOf(init),
                init.element);
}

//===----------------------------------------------------------------------===//
// Elementwise operations
//===----------------------------------------------------------------------===//

static StringRef getArithName(StringRef op) {
  return StringSwitch<StringRef>(op)
      .Case("add", "arith.addf")
      .Case("sub", "arith.subf")
      .Case("mul", "arith.mulf")
      .Case("div", "arith.divf")
      .Case("max", "arith.maximumf")
      .Case("exp", "math.exp")
      .Case("abs", "math.absf")
      .Case("log", "math.log")
      .Case("neg", "arith.negf")
      .Case("tanh", "math.tanh");
}

static StringRef getTosaName(StringRef op) {
  return StringSwitch<StringRef>(op)
      .Case("add", "tosa.add")
      .Case("sub", "tosa.sub")
      .Case("mul", "tosa.mul")
      .Case("max", "tosa.maximum")
      .Case("exp", "tosa.exp")
      .Case("abs", "tosa.abs")
      .Case("log", "tosa.log")
      .Case("neg", "tosa.negate")
      .Case("tanh", "tosa.tanh");
}

Written SpellingWriter::dropUnits(Written a) {
  Axes kept(make_filter_range(a.axes, [](Axis axis) { return axis != unit; }));
  if (kept.size() == a.axes.size())
    return a;
  // Units go with the dimension before them, or the first.
  std::string groups;
  SmallVector<std::string> members(std::max<size_t>(kept.size(), 1));
  int group = -1;
  for (auto [position, axis] : enumerate(a.axes)) {
    group += axis != unit;
    std::string &own = members[std::max(group, 0)];
    own += (own.empty() ? "" : ", ") + std::to_string(position);
  }
  for (const std::string &own : members)
    groups += (groups.empty() ? "[" : ", [") + own + "]";
  return define(kept,
                "tensor.collapse_shape " + a.name + " [" +
                    (kept.empty() ? "" : groups) + "] : " + typeOf(a) +
                    " into " + typeOf(kept, a.element),
                a.element);
}

Written SpellingWriter::broadcast(Written a, ArrayRef<Axis> axes) {
  if (a.axes == Axes(axes))
    return a;
  if (choose(2)) {
    Written init = empty(axes, a.element);
    return generic(a, init, axes, {}, "");
  }
  a = dropUnits(a);
  std::string added;
  for (auto [position, axis] : enumerate(axes))
    if (!is_contained(a.axes, axis))
      added += (added.empty() ? "" : ", ") + std::to_string(position);
  Written init = empty(axes, a.element);
  return define(axes,
                "linalg.broadcast ins(" + a.name + " : " + typeOf(a) +
                    ") outs(" + init.name + " : " + typeOf(init) +
                    ") dimensions = [" + added + "]",
                a.element);
}

Written SpellingWriter::binary(StringRef op, Written a, Written b) {
  if (tosa) {
    if (op == "div") {
      Written inverse = define(b.axes, "tosa.reciprocal " + b.name + " : (" +
                                           typeOf(b) + ") -> " + typeOf(b));
      return choose(2) ? binary("mul", a, inverse) : binary("mul", inverse, a);
    }
    Axes axes = a.axes.size() >= b.axes.size() ? a.axes : b.axes;
    for (auto [own, other] : zip(axes, b.axes))
      own = own == unit ? other : own;
    std::string shift, shiftType;
    if (op == "mul") {
      Written zero = define({}, "\"tosa.const\"() <{values = dense<0> : "
                                "tensor<1xi8>}> : () -> tensor<1xi8>");
      shift = ", " + zero.name;
      shiftType = ", tensor<1xi8>";
    }
    return define(axes, getTosaName(op).str() + " " + a.name + ", " + b.name +
                            shift + " : (" + typeOf(a) + ", " + typeOf(b) +
                            shiftType + ") -> " + typeOf(axes, "f32"));
  }
  if (op == "div" && choose(3) == 0) {
    Written one = constant(1.0, b);
    Written inverse = binary("div", one, b);
    return binary("mul", a, inverse);
  }
  bool isPlain = a.axes == b.axes;
  std::string name = getArithName(op).str();
  if (isPlain && choose(2))
    return define(a.axes,
                  name + " " + a.name + ", " + b.name + " : " + typeOf(a));
  if (isPlain || choose(2)) {
    Written init = empty(a.axes);
    return generic({a, b}, init, a.axes, {},
                   "      %r = " + name + " %a0, %a1 : f32\n");
  }
  return binary(op, a, broadcast(b, a.axes));
}

Written SpellingWriter::unary(StringRef op, Written a) {
  if (tosa) {
    std::string zeros, types;
    if (op == "neg") {
      Written zero = define({}, "\"tosa.const\"() <{values = dense<0.0> : "
                                "tensor<1xf32>}> : () -> tensor<1xf32>");
      zeros = ", " + zero.name + ", " + zero.name;
      types = ", tensor<1xf32>, tensor<1xf32>";
    }
    return define(a.axes, getTosaName(op).str() + " " + a.name + zeros +
                              " : (" + typeOf(a) + types + ") -> " + typeOf(a));
  }
  if (op == "exp" && choose(4) == 0) {
    // In base 2, as kernels have it.
    Written scaled = binary("mul", a, constant(1.44269504088896340736, a));
    return define(a.axes, "math.exp2 " + scaled.name + " : " + typeOf(a));
  }
  std::string name = getArithName(op).str();
  switch (choose(3)) {
  case 0:
    return define(a.axes, name + " " + a.name + " : " + typeOf(a));
  case 1: {
    Written init = empty(a.axes);
    return generic(a, init, a.axes, {}, "      %r = " + name + " %a0 : f32\n");
  }
  default: {
    Written init = empty(a.axes);
    return define(a.axes, "linalg.map { " + name + " } ins(" + a.name + " : " +
                              typeOf(a) + ") outs(" + init.name + " : " +
                              typeOf(init) + ")");
  }
  }
}

Written SpellingWriter::exponentialOfDifference(Written a, Written b) {
  if (tosa || choose(2))
    return unary("exp", binary("sub", a, b));
  Written init = empty(a.axes);
  return generic({a, b}, init, a.axes, {},
                 "      %d = arith.subf %a0, %a1 : f32\n"
                 "      %r = math.exp %d : f32\n");
}

Written SpellingWriter::namedSoftmax(Written a, Axis axis) {
  Written init = empty(a.axes);
  return define(a.axes, formatv("linalg.softmax dimension({0}) ins({1} : {2}) "
                                "outs({3} : {2}) -> {2}",
                                find(a.axes, axis) - a.axes.begin(), a.name,
                                typeOf(a), init.name));
}

Axis SpellingWriter::mergeAxes(Axis outer, Axis inner) {
  Axis merged = addAxis(extents[outer] * extents[inner]);
  if (dynamic)
    head +=
        formatv("  %extent{0} = arith.muli %extent{1}, %extent{2} : index\n",
                merged, outer, inner);
  return merged;
}

Written SpellingWriter::merge(Written a, Axis outer, Axis merged) {
  Axes axes;
  std::string groups;
  unsigned position = 0;
  for (Axis axis : a.axes) {
    bool isInner = !axes.empty() && axes.back() == merged;
    if (isInner && position == axes.size()) {
      groups += ", " + std::to_string(position++);
      continue;
    }
    groups += (groups.empty() ? "[" : "], [") + std::to_string(position++);
    axes.push_back(axis == outer ? merged : axis);
  }
  return define(axes, "tensor.collapse_shape " + a.name + " [" + groups +
                          "]] : " + typeOf(a) + " into " +
                          typeOf(axes, a.element));
}

Written SpellingWriter::constant(double number, const Written &like) {
  if (tosa)
    return define(like.axes, "\"tosa.const\"() <{values = dense<" +
                                 toText(number) + "> : " + typeOf(like) +
                                 "}> : () -> " + typeOf(like));
  return fill(like.axes, number);
}

Written SpellingWriter::select(Written condition, Written a, Written b) {
  if (tosa)
    return define(a.axes, "tosa.select " + condition.name + ", " + a.name +
                              ", " + b.name + " : (" + typeOf(condition) +
                              ", " + typeOf(a) + ", " + typeOf(b) + ") -> " +
                              typeOf(a));
  condition = broadcast(condition, a.axes);
  if (choose(2))
    return define(a.axes, "arith.select " + condition.name + ", " + a.name +
                              ", " + b.name + " : " + typeOf(condition) + ", " +
                              typeOf(a));
  Written init = empty(a.axes);
  return generic({condition, a, b}, init, a.axes, {},
                 "      %r = arith.select %a0, %a1, %a2 : f32\n");
}

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
