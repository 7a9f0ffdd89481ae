//===- IndexNotationTest.cpp - Tests of the index notation ----------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AnalysisTesting.h"

using namespace mlir;
using namespace mlir::lse;

namespace {

/// The definition of result `index`, which must be an access.
const ScalarExpr *getAccess(ParsedFunction &parsed, unsigned index = 0) {
  const Definition *definition =
      parsed.notation.getDefinition(parsed.result(index));
  if (!definition || definition->value->kind != ScalarExpr::Kind::Access)
    return nullptr;
  return definition->value;
}

TEST(IndexNotation, TransposeSwapsIndices) {
  ParsedFunction parsed(R"(
    func.func @f(%x: tensor<4x8xf32>, %e: tensor<8x4xf32>) -> tensor<8x4xf32> {
      %t = linalg.transpose ins(%x : tensor<4x8xf32>) outs(%e : tensor<8x4xf32>) permutation = [1, 0]
      return %t : tensor<8x4xf32>
    })");
  const ScalarExpr *access = getAccess(parsed);
  ASSERT_TRUE(access);
  EXPECT_EQ(access->source, parsed.argument(0));
  EXPECT_EQ(access->indices[0], parsed.dim(1));
  EXPECT_EQ(access->indices[1], parsed.dim(0));
}

TEST(IndexNotation, BroadcastAndUnitReshapesDisappear) {
  ParsedFunction parsed(R"(
    func.func @f(%x: tensor<4xf32>, %e: tensor<4x1x8xf32>) -> tensor<4x8xf32> {
      %k = tensor.expand_shape %x [[0, 1]] output_shape [4, 1] : tensor<4xf32> into tensor<4x1xf32>
      %b = linalg.broadcast ins(%k : tensor<4x1xf32>) outs(%e : tensor<4x1x8xf32>) dimensions = [2]
      %c = tensor.collapse_shape %b [[0, 1], [2]] : tensor<4x1x8xf32> into tensor<4x8xf32>
      return %c : tensor<4x8xf32>
    })");
  // One step at a time: collapse reads the broadcast at (d0, 0, d1) ...
  const ScalarExpr *collapsed = getAccess(parsed);
  ASSERT_TRUE(collapsed);
  EXPECT_EQ(collapsed->indices[0], parsed.dim(0));
  EXPECT_EQ(collapsed->indices[1], parsed.constant(0));
  EXPECT_EQ(collapsed->indices[2], parsed.dim(1));
  // ... which reads the expanded tensor at (d0, 0).
  const Definition *broadcast =
      parsed.notation.getDefinition(collapsed->source);
  ASSERT_TRUE(broadcast);
  EXPECT_EQ(broadcast->value->indices[0], parsed.dim(0));
  EXPECT_EQ(broadcast->value->indices[1], parsed.constant(0));
}

TEST(IndexNotation, ReshapeThatMixesDimensionsIsOpaque) {
  ParsedFunction parsed(R"(
    func.func @f(%x: tensor<4x8xf32>) -> tensor<32xf32> {
      %c = tensor.collapse_shape %x [[0, 1]] : tensor<4x8xf32> into tensor<32xf32>
      return %c : tensor<32xf32>
    })");
  EXPECT_FALSE(parsed.notation.getDefinition(parsed.result()));
}

TEST(IndexNotation, ReshapeThroughAFlatShapeDisappears) {
  ParsedFunction parsed(R"(
    func.func @f(%x: tensor<?x1x8xf32>, %n: index) -> tensor<1x?x8xf32> {
      %f = tensor.collapse_shape %x [[0, 1, 2]] : tensor<?x1x8xf32> into tensor<?xf32>
      %c = tensor.expand_shape %f [[0, 1, 2]] output_shape [1, %n, 8] : tensor<?xf32> into tensor<1x?x8xf32>
      return %c : tensor<1x?x8xf32>
    })");
  const ScalarExpr *access = getAccess(parsed);
  ASSERT_TRUE(access);
  EXPECT_EQ(access->source, parsed.argument(0));
  EXPECT_EQ(access->indices[0], parsed.dim(1));
  EXPECT_EQ(access->indices[1], parsed.constant(0));
  EXPECT_EQ(access->indices[2], parsed.dim(2));
  EXPECT_EQ(parsed.notation.getExtent(parsed.result(), 1),
            parsed.notation.getExtent(parsed.argument(0), 0));
}

TEST(IndexNotation, ReshapeThroughAFlatShapeToAnotherIsOpaque) {
  ParsedFunction parsed(R"(
    func.func @f(%x: tensor<4x8xf32>) -> tensor<8x4xf32> {
      %f = tensor.collapse_shape %x [[0, 1]] : tensor<4x8xf32> into tensor<32xf32>
      %c = tensor.expand_shape %f [[0, 1]] output_shape [8, 4] : tensor<32xf32> into tensor<8x4xf32>
      return %c : tensor<8x4xf32>
    })");
  EXPECT_FALSE(parsed.notation.getDefinition(parsed.result()));
}

TEST(IndexNotation, ReshapeOfNoElementsIsOpaque) {
  // Any extent goes with an extent of 0.
  ParsedFunction parsed(R"(
    func.func @f(%x: tensor<?x0xf32>, %n: index) -> tensor<?x0xf32> {
      %f = tensor.collapse_shape %x [[0, 1]] : tensor<?x0xf32> into tensor<?xf32>
      %c = tensor.expand_shape %f [[0, 1]] output_shape [%n, 0] : tensor<?xf32> into tensor<?x0xf32>
      return %c : tensor<?x0xf32>
    })");
  EXPECT_FALSE(parsed.notation.getDefinition(parsed.result()));
  EXPECT_NE(parsed.notation.getExtent(parsed.result(), 0),
            parsed.notation.getExtent(parsed.argument(0), 0));
}

TEST(IndexNotation, ReductionBindsItsAxis) {
  ParsedFunction parsed(R"(
    func.func @f(%x: tensor<4x?xf32>, %e: tensor<4xf32>) -> tensor<4xf32> {
      %zero = arith.constant 0.0 : f32
      %i = linalg.fill ins(%zero : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
      %s = linalg.reduce { arith.addf } ins(%x : tensor<4x?xf32>) outs(%i : tensor<4xf32>) dimensions = [1]
      return %s : tensor<4xf32>
    })");
  const Definition *definition = parsed.notation.getDefinition(parsed.result());
  ASSERT_TRUE(definition);
  const ScalarExpr *reduce = definition->value;
  ASSERT_EQ(reduce->kind, ScalarExpr::Kind::Reduce);
  EXPECT_EQ(reduce->reduction, ReductionKind::Sum);
  ASSERT_EQ(reduce->axes.size(), 1u);
  EXPECT_GE(reduce->axes[0].position, IndexNotation::firstBoundPosition);
  EXPECT_EQ(reduce->axes[0].extent,
            parsed.notation.getExtent(parsed.argument(0), 1));
  EXPECT_EQ(reduce->operands[0]->indices[0], parsed.dim(0));
  EXPECT_EQ(reduce->operands[0]->indices[1],
            parsed.dim(reduce->axes[0].position));
}

TEST(IndexNotation, InitialValueThatCountsStaysInSight) {
  ParsedFunction parsed(R"(
    func.func @f(%x: tensor<4x8xf32>, %e: tensor<4xf32>) -> tensor<4xf32> {
      %one = arith.constant 1.0 : f32
      %i = linalg.fill ins(%one : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
      %s = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>) outs(%i : tensor<4xf32>) dimensions = [1]
      return %s : tensor<4xf32>
    })");
  const Definition *definition = parsed.notation.getDefinition(parsed.result());
  ASSERT_TRUE(definition);
  ASSERT_TRUE(definition->value->isApply("arith.addf"));
  EXPECT_EQ(definition->value->operands[0]->kind, ScalarExpr::Kind::Constant);
  EXPECT_EQ(definition->value->operands[1]->kind, ScalarExpr::Kind::Reduce);
}

TEST(IndexNotation, AccumulatorUsedTwiceIsNoReduction) {
  ParsedFunction parsed(R"(
    #all = affine_map<(d0, d1) -> (d0, d1)>
    #row = affine_map<(d0, d1) -> (d0)>
    func.func @f(%x: tensor<4x8xf32>, %e: tensor<4xf32>) -> tensor<4xf32> {
      %s = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]}
          ins(%x : tensor<4x8xf32>) outs(%e : tensor<4xf32>) {
      ^bb0(%in: f32, %out: f32):
        %a = arith.addf %out, %out : f32
        linalg.yield %a : f32
      } -> tensor<4xf32>
      return %s : tensor<4xf32>
    })");
  EXPECT_FALSE(parsed.notation.getDefinition(parsed.result()));
}

TEST(IndexNotation, DeadIndexResultDoesNotHideTheMaximum) {
  ParsedFunction parsed(R"(
    #all = affine_map<(d0, d1) -> (d0, d1)>
    #row = affine_map<(d0, d1) -> (d0)>
    func.func @f(%x: tensor<4x8xf32>, %m0: tensor<4xf32>, %i0: tensor<4xi64>) -> (tensor<4xf32>, tensor<4xi64>) {
      %lowest = arith.constant 0xFF800000 : f32
      %start = linalg.fill ins(%lowest : f32) outs(%m0 : tensor<4xf32>) -> tensor<4xf32>
      %m:2 = linalg.generic {indexing_maps = [#all, #row, #row], iterator_types = ["parallel", "reduction"]}
          ins(%x : tensor<4x8xf32>) outs(%start, %i0 : tensor<4xf32>, tensor<4xi64>) {
      ^bb0(%in: f32, %out: f32, %index: i64):
        %i = linalg.index 1 : index
        %j = arith.index_cast %i : index to i64
        %max = arith.maximumf %in, %out : f32
        %greater = arith.cmpf ogt, %in, %out : f32
        %at = arith.select %greater, %j, %index : i64
        linalg.yield %max, %at : f32, i64
      } -> (tensor<4xf32>, tensor<4xi64>)
      return %m#0, %m#1 : tensor<4xf32>, tensor<4xi64>
    })");
  const Definition *maximum = parsed.notation.getDefinition(parsed.result(0));
  ASSERT_TRUE(maximum);
  EXPECT_EQ(maximum->value->kind, ScalarExpr::Kind::Reduce);
  EXPECT_EQ(maximum->value->reduction, ReductionKind::Maximum);
  EXPECT_FALSE(maximum->value->ignoresNaN);
  EXPECT_FALSE(parsed.notation.getDefinition(parsed.result(1)));
}

TEST(IndexNotation, DynamicExtentsAreTracedToTheirSource) {
  ParsedFunction parsed(R"(
    func.func @f(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %d0 = tensor.dim %x, %c0 : tensor<?x?xf32>
      %d1 = tensor.dim %x, %c1 : tensor<?x?xf32>
      %e = tensor.empty(%d1, %d0) : tensor<?x?xf32>
      %t = linalg.transpose ins(%x : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) permutation = [1, 0]
      %z = math.exp %y : tensor<?x?xf32>
      return %t, %z : tensor<?x?xf32>, tensor<?x?xf32>
    })");
  IndexNotation &notation = parsed.notation;
  EXPECT_EQ(notation.getExtent(parsed.result(0), 0),
            notation.getExtent(parsed.argument(0), 1));
  EXPECT_EQ(notation.getExtent(parsed.result(0), 1),
            notation.getExtent(parsed.argument(0), 0));
  EXPECT_EQ(notation.getExtent(parsed.result(1), 1),
            notation.getExtent(parsed.argument(1), 1));
  EXPECT_NE(notation.getExtent(parsed.argument(0), 0),
            notation.getExtent(parsed.argument(1), 0));
}

TEST(IndexNotation, TosaIsWhatItStandsFor) {
  ParsedFunction parsed(R"(
    func.func @f(%x: tensor<?x8xf32>, %y: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<8x?xf32>) {
      %m = tosa.reduce_max %x {axis = 1 : i32} : (tensor<?x8xf32>) -> tensor<?x1xf32>
      %d = tosa.sub %x, %m : (tensor<?x8xf32>, tensor<?x1xf32>) -> tensor<?x8xf32>
      %s = tosa.add %x, %y : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
      %t = tosa.transpose %d {perms = array<i32: 1, 0>} : (tensor<?x8xf32>) -> tensor<8x?xf32>
      return %d, %s, %t : tensor<?x8xf32>, tensor<?x8xf32>, tensor<8x?xf32>
    })");
  IndexNotation &notation = parsed.notation;
  const Definition *difference = notation.getDefinition(parsed.result(0));
  ASSERT_TRUE(difference);
  EXPECT_TRUE(difference->value->isApply("arith.subf"));
  // The extent of 1 is read at 0, whatever the loop.
  EXPECT_EQ(difference->value->operands[1]->indices[1],
            getAffineConstantExpr(0, notation.getContext()));
  EXPECT_EQ(notation.getExtent(parsed.result(0), 0),
            notation.getExtent(parsed.argument(0), 0));
  EXPECT_EQ(notation.getExtent(parsed.result(2), 1),
            notation.getExtent(parsed.argument(0), 0));
  // One of two dynamic extents may be 1 and be broadcast.
  EXPECT_FALSE(notation.getDefinition(parsed.result(1)));
}

TEST(IndexNotation, ConditionalBroadcastsThatRepeatNothingAreTransparent) {
  // As tosa-to-linalg writes them. In the first function the extents are known
  // to be those of %x, in the second they may be larger.
  const char *text = R"(
    #zero = affine_map<(d0, d1) -> (0, d1)>
    #all = affine_map<(d0, d1) -> (d0, d1)>
    func.func @f(%x: tensor<?x8xf32>, %y: tensor<?x8xf32>) -> tensor<?x8xf32> {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %a = tensor.dim %x, %c0 : tensor<?x8xf32>
      %b = tensor.dim OTHER, %c0 : tensor<?x8xf32>
      %n = arith.maxui %a, %b : index
      %one = arith.cmpi eq, %a, %c1 : index
      %r = scf.if %one -> tensor<?x8xf32> {
        %e = tensor.empty(%n) : tensor<?x8xf32>
        %g = linalg.generic {indexing_maps = [#zero, #all], iterator_types = ["parallel", "parallel"]}
            ins(%x : tensor<?x8xf32>) outs(%e : tensor<?x8xf32>) {
        ^bb0(%in: f32, %out: f32):
          linalg.yield %in : f32
        } -> tensor<?x8xf32>
        scf.yield %g : tensor<?x8xf32>
      } else {
        scf.yield %x : tensor<?x8xf32>
      }
      return %r : tensor<?x8xf32>
    })";
  std::string same(text), larger(text);
  same.replace(same.find("OTHER"), 5, "%x");
  larger.replace(larger.find("OTHER"), 5, "%y");
  ParsedFunction repeatsNothing(same), mayRepeat(larger);
  const Definition *definition =
      repeatsNothing.notation.getDefinition(repeatsNothing.result());
  ASSERT_TRUE(definition);
  EXPECT_EQ(definition->value->source, repeatsNothing.argument(0));
  EXPECT_FALSE(mayRepeat.notation.getDefinition(mayRepeat.result()));
}

/// A read at computed indices is a gather, and an access where loops reach all
/// of each dimension.
TEST(IndexNotation, ElementsThatBodiesReadAreGathers) {
  ParsedFunction parsed(R"(
    func.func @f(%x: tensor<4x8xf32>, %y: tensor<4x4xf32>, %t: tensor<4xindex>, %e: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
      %r:3 = linalg.generic {
          indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>],
          iterator_types = ["parallel"]} ins(%t : tensor<4xindex>) outs(%e, %e, %e : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
      ^bb0(%in: index, %o0: f32, %o1: f32, %o2: f32):
        %i = linalg.index 0 : index
        %a = tensor.extract %x[%i, %in] : tensor<4x8xf32>
        %b = tensor.extract %y[%i, %i] : tensor<4x4xf32>
        %c = tensor.extract %x[%i, %i] : tensor<4x8xf32>
        linalg.yield %a, %b, %c : f32, f32, f32
      } -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
      return %r#0, %r#1, %r#2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
    })");
  const Definition *gathered = parsed.notation.getDefinition(parsed.result(0));
  ASSERT_TRUE(gathered);
  const ScalarExpr *gather = gathered->value;
  ASSERT_EQ(gather->kind, ScalarExpr::Kind::Gather);
  EXPECT_EQ(gather->source, parsed.argument(0));
  ASSERT_EQ(gather->operands.size(), 2u);
  EXPECT_EQ(gather->operands[0]->kind, ScalarExpr::Kind::Index);
  ASSERT_EQ(gather->operands[1]->kind, ScalarExpr::Kind::Access);
  EXPECT_EQ(gather->operands[1]->source, parsed.argument(2));

  const ScalarExpr *moved = parsed.notation.substitute(gather, parsed.dim(5));
  EXPECT_EQ(moved->operands[0]->indices.front(), parsed.dim(5));
  EXPECT_EQ(moved->operands[1]->indices.front(), parsed.dim(5));

  const ScalarExpr *diagonal =
      parsed.notation.getDefinition(parsed.result(1))->value;
  ASSERT_EQ(diagonal->kind, ScalarExpr::Kind::Access);
  EXPECT_EQ(diagonal->indices[0], parsed.dim(0));
  EXPECT_EQ(diagonal->indices[1], parsed.dim(0));

  const ScalarExpr *window =
      parsed.notation.getDefinition(parsed.result(2))->value;
  EXPECT_EQ(window->kind, ScalarExpr::Kind::Gather);
}

/// The gather of one element of each row at `%p`, from what was `%x`.
static std::string getGatherFunction(StringRef position) {
  return (R"(
    func.func @f(%x: tensor<6x5xf32>, %label: tensor<6xi32>) -> tensor<1x6x1xf32> {
      %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
      %rows = "tosa.const"() <{values = dense<[0, 1, 2, 3, 4, 5]> : tensor<6xi32>}> : () -> tensor<6xi32>
      %five = "tosa.const"() <{values = dense<5> : tensor<1xi32>}> : () -> tensor<1xi32>
      %two = "tosa.const"() <{values = dense<2> : tensor<1xi32>}> : () -> tensor<1xi32>
      %one = "tosa.const"() <{values = dense<1> : tensor<1xi32>}> : () -> tensor<1xi32>
      %flat_shape = tosa.const_shape {values = dense<[1, 30, 1]> : tensor<3xindex>} : () -> !tosa.shape<3>
      %index_shape = tosa.const_shape {values = dense<[1, 6]> : tensor<2xindex>} : () -> !tosa.shape<2>
      %flat = tosa.reshape %x, %flat_shape : (tensor<6x5xf32>, !tosa.shape<3>) -> tensor<1x30x1xf32>
      %starts = tosa.mul %rows, %five, %shift : (tensor<6xi32>, tensor<1xi32>, tensor<1xi8>) -> tensor<6xi32>
)" + position +
          R"(
      %i = tosa.reshape %p, %index_shape : (tensor<6xi32>, !tosa.shape<2>) -> tensor<1x6xi32>
      %g = tosa.gather %flat, %i : (tensor<1x30x1xf32>, tensor<1x6xi32>) -> tensor<1x6x1xf32>
      return %g : tensor<1x6x1xf32>
    })")
      .str();
}

/// TOSA gathers along one dimension; a position computed from several indices
/// is read as these.
TEST(IndexNotation, PositionsInFlatTensorsAreIndices) {
  ParsedFunction parsed(getGatherFunction(
      "%p = tosa.add %starts, %label : (tensor<6xi32>, tensor<6xi32>) -> "
      "tensor<6xi32>"));
  const Definition *gathered = parsed.notation.getDefinition(parsed.result(0));
  ASSERT_TRUE(gathered);
  const ScalarExpr *gather = gathered->value;
  ASSERT_EQ(gather->kind, ScalarExpr::Kind::Gather);
  EXPECT_EQ(gather->source, parsed.argument(0));
  ASSERT_EQ(gather->operands.size(), 2u);
  ASSERT_EQ(gather->operands[0]->kind, ScalarExpr::Kind::Index);
  EXPECT_EQ(gather->operands[0]->indices.front(), parsed.dim(1));
  ASSERT_TRUE(gather->operands[1]->isApply("arith.index_cast"));
  EXPECT_EQ(gather->operands[1]->operands[0]->source, parsed.argument(1));
  EXPECT_EQ(gather->operands[1]->operands[0]->indices.front(), parsed.dim(1));
}

TEST(IndexNotation, PositionsThatAreNoIndicesAreUnknown) {
  for (StringRef position :
       {// The rows are not five apart.
        "%q = tosa.mul %rows, %two, %shift : (tensor<6xi32>, tensor<1xi32>, "
        "tensor<1xi8>) -> tensor<6xi32>\n"
        "%p = tosa.add %q, %label : (tensor<6xi32>, tensor<6xi32>) -> "
        "tensor<6xi32>",
        // Every second class.
        "%q = tosa.mul %label, %two, %shift : (tensor<6xi32>, "
        "tensor<1xi32>, tensor<1xi8>) -> tensor<6xi32>\n"
        "%p = tosa.add %starts, %q : (tensor<6xi32>, tensor<6xi32>) -> "
        "tensor<6xi32>",
        // The class after it.
        "%q = tosa.add %starts, %one : (tensor<6xi32>, tensor<1xi32>) -> "
        "tensor<6xi32>\n"
        "%p = tosa.add %q, %label : (tensor<6xi32>, tensor<6xi32>) -> "
        "tensor<6xi32>",
        // The classes backwards.
        "%p = tosa.sub %starts, %label : (tensor<6xi32>, tensor<6xi32>) -> "
        "tensor<6xi32>",
        // The row as the class.
        "%p = tosa.add %starts, %rows : (tensor<6xi32>, tensor<6xi32>) -> "
        "tensor<6xi32>",
        // No row.
        "%p = tosa.identity %label : (tensor<6xi32>) -> tensor<6xi32>"}) {
    ParsedFunction parsed(getGatherFunction(position));
    EXPECT_FALSE(parsed.notation.getDefinition(parsed.result(0)))
        << position.str();
  }
}

TEST(IndexNotation, ExpressionsAreUnique) {
  ParsedFunction parsed(R"(
    func.func @f(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
      %a = math.exp %x : tensor<4x8xf32>
      %b = math.exp %x : tensor<4x8xf32>
      return %a, %b : tensor<4x8xf32>, tensor<4x8xf32>
    })");
  EXPECT_EQ(parsed.notation.getDefinition(parsed.result(0))->value,
            parsed.notation.getDefinition(parsed.result(1))->value);
}

} // namespace
