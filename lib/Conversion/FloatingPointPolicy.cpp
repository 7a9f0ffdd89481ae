//===- FloatingPointPolicy.cpp - Which operations may be fused ------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Conversion/FloatingPoint.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace {

/// Tells arithmetic on nothing but loaded elements and constants, the user's
/// logit expression, from the exponential. That one begins with a clamp: a
/// choice between the two values compared. (A maximum in a logit expression is
/// not of that form, because it keeps NaN.)
class LogitArithmetic {
public:
  /// There is none unless `exists`.
  explicit LogitArithmetic(bool exists) : exists(exists) {}

  bool contains(const Value *value) {
    if (!exists)
      return false;
    if (isa<Constant>(value) || isElement(value))
      return true;
    const auto *instruction = dyn_cast<Instruction>(value);
    if (!instruction || !isTransparent(*instruction) || isClamp(*instruction))
      return false;
    auto known = answers.find(instruction);
    if (known != answers.end())
      return known->second;
    bool answer = all_of(instruction->operands(), [this](const Use &operand) {
      return contains(operand.get());
    });
    return answers[instruction] = answer;
  }

private:
  /// True for what is loaded, unless from the stack, which holds values of
  /// rows.
  static bool isElement(const Value *value) {
    const Value *pointer = nullptr;
    if (const auto *load = dyn_cast<LoadInst>(value))
      pointer = load->getPointerOperand();
    else if (const auto *call = dyn_cast<IntrinsicInst>(value))
      if (call->getIntrinsicID() == Intrinsic::masked_load ||
          call->getIntrinsicID() == Intrinsic::masked_gather)
        pointer = call->getArgOperand(0);
    return pointer && !isa<AllocaInst>(getUnderlyingObject(pointer));
  }

  static bool isTransparent(const Instruction &instruction) {
    return instruction.isBinaryOp() || instruction.isUnaryOp() ||
           isa<CmpInst, CastInst, SelectInst, ShuffleVectorInst,
               InsertElementInst, ExtractElementInst>(instruction);
  }

  static bool isClamp(const Instruction &instruction) {
    const auto *select = dyn_cast<SelectInst>(&instruction);
    const auto *compare =
        select ? dyn_cast<FCmpInst>(select->getCondition()) : nullptr;
    if (!compare)
      return false;
    const Value *a = compare->getOperand(0), *b = compare->getOperand(1);
    return (select->getTrueValue() == a && select->getFalseValue() == b) ||
           (select->getTrueValue() == b && select->getFalseValue() == a);
  }

  bool exists;
  DenseMap<const Instruction *, bool> answers;
};

bool isProduct(const Value *value) {
  const auto *instruction = dyn_cast<Instruction>(value);
  return instruction && instruction->getOpcode() == Instruction::FMul;
}

/// True for a * b + a * c. Which of the products is fused, if any, would depend
/// on what is around them, and rows would have other bits in other places.
bool isSumWithCommonFactor(const Instruction &sum) {
  const Value *left = sum.getOperand(0), *right = sum.getOperand(1);
  if (!isProduct(left) || !isProduct(right))
    return false;
  return any_of(cast<Instruction>(left)->operands(), [&](const Use &factor) {
    return is_contained(cast<Instruction>(right)->operands(), factor.get());
  });
}

bool mayContract(const Instruction &instruction, LogitArithmetic &logit) {
  switch (instruction.getOpcode()) {
  case Instruction::FMul:
    return !logit.contains(&instruction);
  case Instruction::FAdd:
    return !logit.contains(&instruction) && !isSumWithCommonFactor(instruction);
  case Instruction::FSub:
    return isProduct(instruction.getOperand(1)) &&
           !isProduct(instruction.getOperand(0)) &&
           !logit.contains(&instruction);
  default:
    return false;
  }
}

} // namespace

void mlir::lse::setFloatingPointPolicy(Module &module, bool hasLogitsInMemory) {
  for (Function &function : module) {
    LogitArithmetic logit(!hasLogitsInMemory);
    for (Instruction &instruction : instructions(function)) {
      if (!isa<FPMathOperator>(instruction))
        continue;
      FastMathFlags flags;
      flags.setAllowContract(mayContract(instruction, logit));
      instruction.copyFastMathFlags(flags);
      instruction.setMetadata(LLVMContext::MD_fpmath, nullptr);
    }
  }
}
