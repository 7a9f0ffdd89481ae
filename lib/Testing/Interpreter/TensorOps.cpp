//===- TensorOps.cpp - tensor
//----------------------------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Testing/Interpreter.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace mlir::lse;

/// The numbers that a slice is given by, static or as operands.
static SmallVector<int64_t> getNumbers(ArrayRef<OpFoldResult> mixed,
                                       function_ref<int64_t(Value)> getNumber) {
  return llvm::map_to_vector(mixed, [&](OpFoldResult number) {
    if (auto value = dyn_cast<Value>(number))
      return getNumber(value);
    return cast<IntegerAttr>(cast<Attribute>(number)).getInt();
  });
}

LogicalResult Interpreter::evaluateSlice(Operation *op) {
  auto slice = cast<OffsetSizeAndStrideOpInterface>(op);
  auto number = [&](Value value) {
    return get(value).elements.front().integer;
  };
  SmallVector<int64_t> offsets = getNumbers(slice.getMixedOffsets(), number);
  SmallVector<int64_t> sizes = getNumbers(slice.getMixedSizes(), number);
  SmallVector<int64_t> strides = getNumbers(slice.getMixedStrides(), number);
  auto insert = dyn_cast<tensor::InsertSliceOp>(op);
  Tensor large = get(insert ? insert.getDest() : op->getOperand(0));
  Tensor small = insert ? get(insert.getSource()) : Tensor(sizes);
  size_t next = 0;
  LogicalResult status = forEachIndex(sizes, [&](ArrayRef<int64_t> index) {
    SmallVector<int64_t> place;
    for (unsigned dim = 0; dim < sizes.size(); ++dim) {
      place.push_back(offsets[dim] + index[dim] * strides[dim]);
      if (place.back() < 0 || place.back() >= large.shape[dim])
        return trap();
    }
    if (insert)
      large.at(place) = small.elements[next++];
    else
      small.elements[next++] = large.at(place);
    return success();
  });
  if (failed(status))
    return failure();
  if (insert) {
    set(insert, std::move(large));
    return success();
  }
  // Dimensions of extent 1 may be dropped.
  auto extract = cast<tensor::ExtractSliceOp>(op);
  llvm::SmallBitVector dropped = extract.getDroppedDims();
  small.shape.clear();
  for (auto [dim, size] : llvm::enumerate(sizes))
    if (!dropped.test(dim))
      small.shape.push_back(size);
  set(extract, std::move(small));
  return success();
}

LogicalResult Interpreter::evaluateTensorOp(Operation *op) {
  auto number = [&](Value value) {
    return get(value).elements.front().integer;
  };
  auto shapeOf = [&](RankedTensorType type, ValueRange dynamic) {
    SmallVector<int64_t> shape(type.getShape());
    auto next = dynamic.begin();
    for (int64_t &extent : shape)
      if (ShapedType::isDynamic(extent))
        extent = number(*next++);
    return shape;
  };
  if (isa<tensor::ExtractSliceOp, tensor::InsertSliceOp>(op))
    return evaluateSlice(op);
  Tensor result;
  LogicalResult status =
      llvm::TypeSwitch<Operation *, LogicalResult>(op)
          .Case([&](tensor::EmptyOp empty) {
            // Whatever reads that is NaN.
            result = Tensor(shapeOf(empty.getType(), empty.getDynamicSizes()),
                            Scalar::ofReal(std::nan("")));
            return success(!llvm::is_contained(result.shape, -1));
          })
          .Case([&](tensor::DimOp dim) {
            ArrayRef<int64_t> shape = get(dim.getSource()).shape;
            int64_t index = number(dim.getIndex());
            if (index < 0 || index >= int64_t(shape.size()))
              return trap();
            result = Tensor({}, Scalar::ofInteger(shape[index]));
            return success();
          })
          .Case([&](tensor::CastOp cast) {
            result = get(cast.getSource());
            return success();
          })
          .Case([&](tensor::ExpandShapeOp expand) {
            result = get(expand.getSrc());
            result.shape =
                shapeOf(expand.getResultType(), expand.getOutputShape());
            return success(ShapedType::getNumElements(result.shape) ==
                           int64_t(result.elements.size()));
          })
          .Case([&](tensor::CollapseShapeOp collapse) {
            const Tensor &source = get(collapse.getSrc());
            result = source;
            result.shape.clear();
            for (const ReassociationIndices &group :
                 collapse.getReassociationIndices()) {
              int64_t extent = 1;
              for (int64_t dim : group)
                extent *= source.shape[dim];
              result.shape.push_back(extent);
            }
            return success();
          })
          .Case([&](tensor::ExtractOp extract) {
            const Tensor &source = get(extract.getTensor());
            SmallVector<int64_t> indices;
            for (auto [index, extent] :
                 llvm::zip(extract.getIndices(), source.shape)) {
              indices.push_back(number(index));
              if (indices.back() < 0 || indices.back() >= extent)
                return trap();
            }
            result = Tensor({}, source.at(indices));
            return success();
          })
          .Case([&](tensor::FromElementsOp from) {
            result = Tensor(from.getType().getShape());
            for (auto [element, value] :
                 llvm::zip(result.elements, from.getElements()))
              element = get(value).elements.front();
            return success();
          })
          .Case([&](tensor::SplatOp splat) {
            result = Tensor(shapeOf(cast<RankedTensorType>(splat.getType()),
                                    splat.getDynamicSizes()),
                            get(splat.getInput()).elements.front());
            return success();
          })
          .Case([&](tensor::ConcatOp concat) {
            result = Tensor(get(concat.getInputs().front()).shape);
            int64_t dim = concat.getDim();
            result.shape[dim] = 0;
            for (Value input : concat.getInputs())
              result.shape[dim] += get(input).shape[dim];
            result = Tensor(result.shape);
            int64_t start = 0;
            for (Value input : concat.getInputs()) {
              const Tensor &piece = get(input);
              (void)forEachIndex(piece.shape, [&](ArrayRef<int64_t> index) {
                SmallVector<int64_t> place(index);
                place[dim] += start;
                result.at(place) = piece.at(index);
                return success();
              });
              start += piece.shape[dim];
            }
            return success();
          })
          .Default([&](Operation *) { return unknown(op); });
  if (failed(status))
    return failure();
  set(op->getResult(0), std::move(result));
  return success();
}
