//===- BufferChecks.cpp - Checks of the caller's buffers ------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferChecks.h"

using namespace Halide;
using namespace Halide::Internal;

namespace {

class AdaptBufferChecks : public IRMutator {
public:
  explicit AdaptBufferChecks(const Func &output) : isEmpty(const_false()) {
    for (int i = 0; i < output.dimensions(); ++i) {
      std::string extent = output.name() + ".extent." + std::to_string(i);
      isEmpty = isEmpty || Variable::make(Int(32), extent) == 0;
    }
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
    if (error->name == "halide_error_access_out_of_bounds" ||
        error->name == "halide_error_host_is_null")
      condition = isEmpty || condition;
    // The text of a requirement is put together by runtime functions.
    if (error->name == "halide_error_requirement_failed")
      message =
          Call::make(error->type, error->name,
                     {Expr("extents"), Expr("too large")}, error->call_type);
    return AssertStmt::make(condition, message);
  }

private:
  Expr isEmpty;
};

/// Removes what the pass before left without a purpose.
class Simplify : public IRMutator {
public:
  using IRMutator::mutate;
  Stmt mutate(const Stmt &stmt) override { return simplify(stmt); }
};

} // namespace

namespace lse_halide {

void addBufferCheckPass(Pipeline &pipeline, const Func &output) {
  pipeline.add_custom_lowering_pass(new AdaptBufferChecks(output));
  pipeline.add_custom_lowering_pass(new Simplify());
}

} // namespace lse_halide
