//===- BufferChecks.cpp - Checks of the caller's buffers ------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferChecks.h"

#include <map>
#include <string>

using namespace Halide;
using namespace Halide::Internal;

namespace {

class AdaptBufferChecks : public IRMutator {
public:
  AdaptBufferChecks(const std::vector<ImageParam> &buffers, const Func &output,
                    const std::vector<Expr> &extents)
      : hasNoIteration(const_false()) {
    for (const Expr &extent : extents)
      hasNoIteration = hasNoIteration || extent == 0;
    for (const ImageParam &buffer : buffers)
      noteEmpty(buffer.name(), buffer.dimensions());
    noteEmpty(output.name(), output.dimensions());
    outputIsEmpty = isEmpty[output.name()];
  }

protected:
  using IRMutator::visit;

  Expr visit(const Call *call) override {
    if (call->name == Call::buffer_is_bounds_query)
      return const_false();
    return IRMutator::visit(call);
  }

  Stmt visit(const AssertStmt *check) override {
    // The message may have lets of its own for the numbers it shows.
    Expr message = substitute_in_all_lets(check->message);
    const Call *error = message.as<Call>();
    if (!error)
      return IRMutator::visit(check);
    Expr condition = mutate(check->condition);
    if (error->name == "halide_error_access_out_of_bounds")
      condition = hasNoIteration || condition;
    if (error->name == "halide_error_host_is_null")
      condition = needsNoMemory(error->args[0]) || condition;
    // The text of a requirement is put together by runtime functions.
    if (error->name == "halide_error_requirement_failed")
      message =
          Call::make(error->type, error->name,
                     {Expr("extents"), Expr("too large")}, error->call_type);
    return AssertStmt::make(condition, message);
  }

private:
  void noteEmpty(const std::string &name, int dimensions) {
    Expr empty = const_false();
    for (int i = 0; i < dimensions; ++i)
      empty = empty || Variable::make(Int(32), name + ".extent." +
                                                   std::to_string(i)) == 0;
    isEmpty[name] = empty;
  }

  /// For a name as error reports have it, such as `Input buffer x`.
  Expr needsNoMemory(const Expr &reported) const {
    const StringImm *text = reported.as<StringImm>();
    if (!text)
      return outputIsEmpty;
    size_t space = text->value.rfind(' ');
    auto known = isEmpty.find(space == std::string::npos
                                  ? text->value
                                  : text->value.substr(space + 1));
    return known == isEmpty.end() ? outputIsEmpty
                                  : outputIsEmpty || known->second;
  }

  Expr hasNoIteration, outputIsEmpty;
  std::map<std::string, Expr> isEmpty;
};

/// Removes what the pass before left without a purpose.
class Simplify : public IRMutator {
public:
  using IRMutator::mutate;
  Stmt mutate(const Stmt &stmt) override { return simplify(stmt); }
};

} // namespace

namespace lse_halide {

void addBufferCheckPass(Pipeline &pipeline,
                        const std::vector<ImageParam> &buffers,
                        const Func &output, const std::vector<Expr> &extents) {
  pipeline.add_custom_lowering_pass(
      new AdaptBufferChecks(buffers, output, extents));
  pipeline.add_custom_lowering_pass(new Simplify());
}

} // namespace lse_halide
