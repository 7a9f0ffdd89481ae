//===- BufferStores.cpp - More than one store for a value -----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferStores.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <vector>

using namespace Halide;
using namespace Halide::Internal;

namespace {

/// keep(value, element), and also_store(result, value, element).
const char *const kKeepMarker = "lse_keep";
const char *const kAlsoStoreMarker = "lse_also_store";

bool isMarker(const Call *call) {
  return call->name == kKeepMarker || call->name == kAlsoStoreMarker;
}

/// Looks for markers in an expression.
class FindMarker : public IRGraphVisitor {
public:
  bool found = false;

protected:
  using IRGraphVisitor::visit;

  void visit(const Call *call) override {
    found = found || isMarker(call);
    IRGraphVisitor::visit(call);
  }
};

bool hasMarker(const Expr &value) {
  FindMarker finder;
  value.accept(&finder);
  return finder.found;
}

/// A store that a marker asked for. `name` stands for the value.
struct ExtraStore {
  std::string name;
  Expr value;
  Expr element;

  const Load *load() const { return element.as<Load>(); }
};

/// Resolves the markers in a lowered pipeline. See BufferStores.
class ResolveMarkers : public IRMutator {
public:
  explicit ResolveMarkers(std::set<std::string> laneFuncs)
      : laneFuncs(std::move(laneFuncs)) {}

protected:
  using IRMutator::visit;

  Expr visit(const Call *call) override {
    if (!isMarker(call))
      return IRMutator::visit(call);
    if (call->name == kKeepMarker) {
      Expr value = mutate(call->args[0]);
      return Variable::make(value.type(), store(value, call->args[1]));
    }
    Expr result = mutate(call->args[0]);
    store(mutate(call->args[1]), call->args[2]);
    return result;
  }

  /// Of lanes, all may be read whatever the predicate of the store.
  Expr visit(const Load *load) override {
    if (!laneFuncs.count(load->name))
      return IRMutator::visit(load);
    return Load::make(load->type, load->name, mutate(load->index), load->image,
                      load->param, const_true(load->type.lanes()),
                      load->alignment);
  }

  /// A marker is resolved where its result is stored, under the same predicate.
  Stmt visit(const LetStmt *let) override {
    if (hasMarker(let->value))
      return mutate(substitute(let->name, let->value, let->body));
    if (let->value.as<Load>())
      loads[let->name] = let->value;
    return IRMutator::visit(let);
  }

  /// Makes the stores that the value of `store` asks for.
  Stmt visit(const Store *store) override {
    if (!hasMarker(store->value))
      return makeStore(store, mutate(store->value));
    std::vector<ExtraStore> outerPending;
    std::swap(pending, outerPending);
    // Without lets, each value is closed: it can be computed before any store.
    Expr value = mutate(substitute_in_all_lets(store->value));
    std::string name = unique_name("stored");
    Stmt result = makeStore(store, Variable::make(value.type(), name));
    for (auto extra = pending.rbegin(); extra != pending.rend(); ++extra)
      result = Block::make(makeExtraStore(*extra, store->predicate), result);
    result =
        LetStmt::make(name, common_subexpression_elimination(value), result);
    for (auto extra = pending.rbegin(); extra != pending.rend(); ++extra)
      result = LetStmt::make(
          extra->name, common_subexpression_elimination(extra->value), result);
    std::swap(pending, outerPending);
    return result;
  }

  /// Notes a store, unless the same is noted already; returns its value's name.
  std::string store(const Expr &value, Expr target) {
    if (const Variable *variable = target.as<Variable>())
      target = loads[variable->name];
    const Load *element = target.as<Load>();
    if (!element)
      throw std::logic_error("a marker without an element to store to");
    for (const ExtraStore &earlier : pending)
      if (earlier.load()->name == element->name &&
          graph_equal(earlier.load()->index, element->index))
        return earlier.name;
    pending.push_back({unique_name("kept"), value, target});
    return pending.back().name;
  }

  static Stmt makeExtraStore(const ExtraStore &extra, const Expr &predicate) {
    int lanes = extra.value.type().lanes();
    bool fits = predicate.type().lanes() == lanes;
    return Store::make(
        extra.load()->name, Variable::make(extra.value.type(), extra.name),
        extra.load()->index, extra.load()->param,
        fits ? predicate : const_true(lanes), ModulusRemainder());
  }

  Stmt makeStore(const Store *store, Expr value) {
    Expr condition = store->predicate;
    if (laneFuncs.count(store->name) && !is_const_one(condition)) {
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
  std::set<std::string> laneFuncs;
  std::vector<ExtraStore> pending;
  /// The loads that lets around the current statement stand for.
  std::map<std::string, Expr> loads;
};

/// Makes the view's fields those of the output, so that it is no argument.
class ReplaceView : public IRMutator {
public:
  ReplaceView(const ImageParam &view, const Func &output)
      : viewName(view.name()), outputName(output.name()),
        output(output.output_buffer().parameter()) {}

protected:
  using IRMutator::visit;

  bool isView(const Parameter &parameter) const {
    return parameter.defined() && parameter.name() == viewName;
  }

  Expr visit(const Variable *variable) override {
    if (variable->name == viewName + ".buffer")
      return Variable::make(variable->type, outputName + ".buffer", output);
    if (isView(variable->param))
      return Variable::make(variable->type, variable->name, output);
    return variable;
  }

  Expr visit(const Load *load) override {
    return Load::make(load->type, load->name, mutate(load->index), load->image,
                      isView(load->param) ? output : load->param,
                      mutate(load->predicate), load->alignment);
  }

  Stmt visit(const Store *store) override {
    return Store::make(store->name, mutate(store->value), mutate(store->index),
                       isView(store->param) ? output : store->param,
                       mutate(store->predicate), store->alignment);
  }

private:
  std::string viewName, outputName;
  Parameter output;
};

} // namespace

namespace lse_halide {

BufferStores::BufferStores(Func output, ImageParam view)
    : output(std::move(output)), view(std::move(view)) {}

Expr BufferStores::alsoStore(Expr result, Expr value, Expr element) const {
  return Call::make(result.type(), kAlsoStoreMarker, {result, value, element},
                    Call::PureExtern);
}

Expr BufferStores::keep(Expr value, Expr element) const {
  return Call::make(value.type(), kKeepMarker, {value, element},
                    Call::PureExtern);
}

void BufferStores::addLanes(const Func &lanes) {
  if (lanes.outputs() == 1)
    laneFuncs.insert(lanes.name());
  else
    for (int i = 0; i < lanes.outputs(); ++i)
      laneFuncs.insert(lanes.name() + "." + std::to_string(i));
}

void BufferStores::addLoweringPass(Pipeline &pipeline) const {
  pipeline.add_custom_lowering_pass(new ResolveMarkers(laneFuncs));
  pipeline.add_custom_lowering_pass(new ReplaceView(view, output));
}

void BufferStores::removeViewArgument(Module &module) const {
  for (LoweredFunc &function : module.functions())
    function.args.erase(std::remove_if(function.args.begin(),
                                       function.args.end(),
                                       [&](const LoweredArgument &argument) {
                                         return argument.name == view.name();
                                       }),
                        function.args.end());
}

} // namespace lse_halide
