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

std::string SpellingWriter::finish(ArrayRef<Written> results,
                                   bool isCalled) const {
  std::string returned, resultTypes;
  for (auto [number, result] : enumerate(results)) {
    returned += (number ? ", " : "") + result.name;
    resultTypes += (number ? ", " : "") + typeOf(result);
  }
  std::string call;
  if (isCalled) {
    std::string names, types, called;
    for (unsigned number = 0; number < numArguments; ++number)
      names += (number ? ", %arg" : "%arg") + std::to_string(number);
    for (unsigned number = 0; number < results.size(); ++number)
      called += (number ? ", %r#" : "%r#") + std::to_string(number);
    SmallVector<StringRef> parts;
    StringRef(arguments).split(parts, ", ");
    for (auto [position, argument] : enumerate(parts))
      types += (position ? ", " : "") + argument.split(": ").second.str();
    call = "func.func @main(" + arguments + ") -> (" + resultTypes +
           ") {\n  %r:" + std::to_string(results.size()) + " = call @callee(" +
           names + ") : (" + types + ") -> (" + resultTypes + ")\n  return " +
           called + " : " + resultTypes + "\n}\n";
  }
  return call + (isCalled ? "func.func private @callee(" : "func.func @main(") +
         arguments + ") -> (" + resultTypes + ") {\n" + head + body +
         "  return " + returned + " : " + resultTypes + "\n}\n";
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

StringRef SpellingWriter::getArithName(StringRef op) {
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
