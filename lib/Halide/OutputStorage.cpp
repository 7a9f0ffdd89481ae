//===- OutputStorage.cpp - Row scratch kept in the output buffer ----------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OutputStorage.h"

using namespace Halide;
using namespace Halide::Internal;

namespace {

const char *const kKeepMarker = "lse_keep_in_output";
const char *const kKeptMarker = "lse_kept_in_output";

bool isMarker(const Call *call, const char *name) {
  return call->call_type == Call::PureExtern && call->name == name;
}

/// Looks for markers in an expression.
class FindMarker : public IRGraphVisitor {
public:
  bool found = false;

protected:
  using IRGraphVisitor::visit;

  void visit(const Call *call) override {
    found = found || isMarker(call, kKeepMarker) || isMarker(call, kKeptMarker);
    IRGraphVisitor::visit(call);
  }
};

bool hasMarker(const Expr &value) {
  FindMarker finder;
  value.accept(&finder);
  return finder.found;
}

/// A store to the output that a marker asked for. `name` stands for the value.
struct KeptValue {
  std::string name;
  Expr value;
  Expr index;
};

/// Resolves the markers in a lowered pipeline. See OutputStorage.
class ResolveMarkers : public IRMutator {
public:
  ResolveMarkers(const Func &output, size_t rowDimension,
                 std::set<std::string> laneFuncs)
      : outputName(output.name()), output(output.output_buffer().parameter()),
        rowDimension(rowDimension), laneFuncs(std::move(laneFuncs)) {}

protected:
  using IRMutator::visit;

  /// The index into the flat output buffer, whose minima are all zero.
  Expr flatIndex(const std::vector<Expr> &coordinates) {
    Expr offset = make_zero(Int(64));
    for (size_t i = 0; i < coordinates.size(); ++i)
      if (i != rowDimension)
        offset += cast<int64_t>(anyLane(coordinates[i])) * stride(i);
    Expr position = simplify(substitute_in_all_lets(coordinates[rowDimension]));
    Expr step = stride(rowDimension);
    if (const Ramp *ramp = position.as<Ramp>())
      return Ramp::make(simplify(offset + cast<int64_t>(ramp->base) * step),
                        simplify(cast<int64_t>(ramp->stride) * step),
                        ramp->lanes);
    int lanes = position.type().lanes();
    Expr elements = cast(Int(64, lanes), position);
    if (lanes == 1)
      return simplify(offset + elements * step);
    return simplify(Broadcast::make(offset, lanes) +
                    elements * Broadcast::make(step, lanes));
  }

  /// The one value that all lanes of a coordinate outside the row have.
  static Expr anyLane(const Expr &coordinate) {
    if (coordinate.type().is_scalar())
      return coordinate;
    return simplify(
        Shuffle::make_extract_element(substitute_in_all_lets(coordinate), 0));
  }

  Expr stride(size_t dimension) {
    Expr known = output.stride_constraint(static_cast<int>(dimension));
    if (known.defined() && is_const(known))
      return cast<int64_t>(known);
    return cast<int64_t>(Variable::make(
        Int(32), outputName + ".stride." + std::to_string(dimension)));
  }

  Expr visit(const Call *call) override {
    if (isMarker(call, kKeepMarker))
      return keep(call);
    if (isMarker(call, kKeptMarker))
      return Load::make(
          call->type, outputName, flatIndex(call->args), Buffer<>(), output,
          currentPredicate(call->type.lanes()), ModulusRemainder());
    return IRMutator::visit(call);
  }

  bool isLanes(const std::string &name) const {
    return laneFuncs.count(name) != 0;
  }

  /// Of lanes, all may be read whatever the predicate of the store. Where an
  /// update reads the output itself, Halide 21 forgets that this is a buffer of
  /// the caller's and takes its alignment for granted; the parameter tells.
  Expr visit(const Load *load) override {
    bool ofLanes = isLanes(load->name);
    if (!ofLanes && load->name != outputName)
      return IRMutator::visit(load);
    return Load::make(load->type, load->name, mutate(load->index), load->image,
                      ofLanes ? load->param : output,
                      ofLanes ? const_true(load->type.lanes())
                              : mutate(load->predicate),
                      load->alignment);
  }

  Expr currentPredicate(int lanes) const {
    if (predicate.defined() && predicate.type().lanes() == lanes)
      return predicate;
    return const_true(lanes);
  }

  Expr keep(const Call *call) {
    Expr value = mutate(call->args[0]);
    Expr index = flatIndex({call->args.begin() + 1, call->args.end()});
    for (const KeptValue &earlier : pending)
      if (graph_equal(earlier.index, index))
        return Variable::make(value.type(), earlier.name);
    pending.push_back({unique_name("kept"), value, index});
    return Variable::make(value.type(), pending.back().name);
  }

  /// A marker is resolved where its result is stored, under the same predicate.
  Stmt visit(const LetStmt *let) override {
    if (hasMarker(let->value))
      return mutate(substitute(let->name, let->value, let->body));
    return IRMutator::visit(let);
  }

  /// Emits the stores of the values that the statement keeps before it.
  Stmt visit(const Store *store) override {
    std::vector<KeptValue> outerPending;
    std::swap(pending, outerPending);
    Expr outerPredicate = predicate;
    predicate = store->predicate;
    // Without lets, a kept value is closed: it can be computed before the
    // store.
    Expr value = mutate(substitute_in_all_lets(store->value));
    Stmt result = makeStore(store, common_subexpression_elimination(value));
    for (auto kept = pending.rbegin(); kept != pending.rend(); ++kept) {
      Stmt keepIt = Store::make(
          outputName, Variable::make(kept->value.type(), kept->name),
          kept->index, output, currentPredicate(kept->value.type().lanes()),
          ModulusRemainder());
      result = LetStmt::make(kept->name,
                             common_subexpression_elimination(kept->value),
                             Block::make(keepIt, result));
    }
    predicate = outerPredicate;
    std::swap(pending, outerPending);
    return result;
  }

  Stmt makeStore(const Store *store, Expr value) {
    Expr condition = store->predicate;
    if (isLanes(store->name) && !is_const_one(condition)) {
      Expr old = Load::make(value.type(), store->name, store->index, Buffer<>(),
                            store->param, const_true(value.type().lanes()),
                            store->alignment);
      value = select(condition, value, old);
      condition = const_true(value.type().lanes());
    }
    return Store::make(store->name, value, store->index, store->param,
                       condition, store->alignment);
  }

private:
  std::string outputName;
  Parameter output;
  size_t rowDimension;
  std::set<std::string> laneFuncs;
  std::vector<KeptValue> pending;
  Expr predicate;
};

} // namespace

namespace lse_halide {

OutputStorage::OutputStorage(Func output, size_t rowDimension)
    : output(std::move(output)), rowDimension(rowDimension) {}

Expr OutputStorage::keep(Expr value,
                         const std::vector<Expr> &coordinates) const {
  std::vector<Expr> arguments = {value};
  arguments.insert(arguments.end(), coordinates.begin(), coordinates.end());
  return Call::make(value.type(), kKeepMarker, arguments, Call::PureExtern);
}

Expr OutputStorage::kept(const std::vector<Expr> &coordinates) const {
  return Call::make(output.type(), kKeptMarker, coordinates, Call::PureExtern);
}

void OutputStorage::addLanes(const Func &lanes) {
  laneFuncs.insert(lanes.name());
}

void OutputStorage::addLoweringPass(Pipeline &pipeline) const {
  pipeline.add_custom_lowering_pass(
      new ResolveMarkers(output, rowDimension, laneFuncs));
}

} // namespace lse_halide
