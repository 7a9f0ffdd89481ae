//===- LSEAttributes.td - Attributes of the lse dialect ----*- tablegen -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_DIALECT_IR_LSEATTRIBUTES_TD
#define LSE_DIALECT_IR_LSEATTRIBUTES_TD

include "lse/Dialect/IR/LSEBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

class LSE_Attr<string name, string attrMnemonic, list<Trait> traits = []> :
    AttrDef<LSE_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

class LSE_EnumAttr<EnumInfo info, string mnemonic> :
    EnumAttr<LSE_Dialect, info, mnemonic> {
  let assemblyFormat = "`<` $value `>`";
}

//===----------------------------------------------------------------------===//
// What an operation yields, and how
//===----------------------------------------------------------------------===//

def LSE_ResultKind : I32Enum<"ResultKind", "what a result holds", [
    I32EnumCase<"Probabilities", 0, "probabilities">,
    I32EnumCase<"LogProbabilities", 1, "log_probabilities">,
    I32EnumCase<"LogSumExp", 2, "logsumexp">,
    I32EnumCase<"ArgMax", 3, "argmax">,
    I32EnumCase<"Loss", 4, "loss">,
    I32EnumCase<"Gradient", 5, "gradient">,
    I32EnumCase<"Output", 6, "output">
  ]> {
  let cppNamespace = "::mlir::lse";
  let description = [{
    * `probabilities`: `exp(z_i) / sum_k exp(z_k)`, one for each logit.
    * `log_probabilities`: `z_i - lse(z)`, one for each logit.
    * `logsumexp`: `lse(z)`, one for each row.
    * `argmax`: the position of the first largest logit, one for each row, of a
      signless integer type or `index`. Positions count from 0, row-major over
      `dims`. NaN is larger than any number, so that the first NaN wins, as it
      does in NumPy and PyTorch. It is 0 in a row of only `-inf` and in an empty
      one.
    * `loss`: what `lse.cross_entropy` and other losses are named after, one for
      each row.
    * `gradient`: what the operations ending in `_grad` are named after, one for
      each logit.
    * `output`: what `lse.attention` is named after, values weighted with
      probabilities, one for each row and each dimension of the values.
  }];
}
def LSE_ResultKindAttr : LSE_EnumAttr<LSE_ResultKind, "result">;
def LSE_ResultKindArrayAttr :
    TypedArrayAttrBase<LSE_ResultKindAttr, "array of result kinds">;

def LSE_RowDeath : I32Enum<"RowDeath", "the answer for a row without a key", [
    I32EnumCase<"NaN", 0, "nan">,
    I32EnumCase<"Zero", 1, "zero">
  ]> {
  let cppNamespace = "::mlir::lse";
  let description = [{
    A row is dead when all its logits are `-inf`. Its probabilities are NaN in
    an unguarded softmax (0/0) and +0 in one that guards against it, as masked
    attention does; its log-probabilities are NaN and `-inf`. Its log-sum-exp is
    `-inf` either way. The attribute is read from the source graph, never
    guessed.
  }];
}
def LSE_RowDeathAttr : LSE_EnumAttr<LSE_RowDeath, "row_death">;

def LSE_Numerics : I32Enum<"Numerics", "the class of error bounds", [
    I32EnumCase<"Standard", 0, "standard">,
    I32EnumCase<"Accurate", 1, "accurate">
  ]> {
  let cppNamespace = "::mlir::lse";
}
def LSE_NumericsAttr : LSE_EnumAttr<LSE_Numerics, "numerics">;

//===----------------------------------------------------------------------===//
// Schedules
//===----------------------------------------------------------------------===//

def LSE_Strategy : I32Enum<"Strategy", "how a kernel walks its rows", [
    I32EnumCase<"CachedRow", 0, "cached_row">,
    I32EnumCase<"ColumnTile", 1, "column_tile">,
    I32EnumCase<"OnlineRow", 2, "online_row">,
    I32EnumCase<"QueryStrip", 3, "query_strip">
  ]> {
  let cppNamespace = "::mlir::lse";
  let description = [{
    * `cached_row`: vectors along a row, and several passes over a row that stays
      in cache: its maximum; the exponentials and their sum; the results.
    * `column_tile`: vectors across rows, one row in each lane, and the same
      passes over a tile of adjacent rows. For rows that are not contiguous but
      lie side by side.
    * `online_row`: vectors along a row that is read once from memory, in segments
      that stay in cache, with a running maximum and sums that are rescaled when
      the maximum grows. For a log-sum-exp alone, and for losses and gradients of
      the logits of a softmax, whose elements are a second pass.
    * `query_strip`: for attention. The scores of a few queries and all keys are
      in memory at a time; both products are made in tiles of registers, two
      vectors of keys, or of columns of the values, times `unroll` queries.
  }];
}

def LSE_ScheduleAttr : LSE_Attr<"Schedule", "schedule"> {
  let summary = "How the kernel for one target is made";
  let description = [{
    Chosen by `lse-schedule`, or written by hand, and obeyed by
    `lse-lower-to-halide`. `target` is the machine that the schedule is for, a
    `#llvm.target`.

    Example:

    ```mlir
    #lse.schedule<target = #llvm.target<triple = "x86_64-pc-linux-gnu",
                                        chip = "x86-64-v3">,
                  strategy = cached_row, vector_lanes = 8, unroll = 4,
                  parallel = true, parallel_grain = 32768>
    ```
  }];
  let parameters = (ins
    "Attribute":$target,
    EnumParameter<LSE_Strategy>:$strategy,
    "unsigned":$vector_lanes,
    "unsigned":$unroll,
    DefaultValuedParameter<"bool", "true">:$parallel,
    DefaultValuedParameter<"int64_t", "32768">:$parallel_grain
  );
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}
def LSE_ScheduleArrayAttr :
    TypedArrayAttrBase<LSE_ScheduleAttr, "array of schedules">;

#endif // LSE_DIALECT_IR_LSEATTRIBUTES_TD
