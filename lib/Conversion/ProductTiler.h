//===- ProductTiler.h - Products of matrices in tiles -----------*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loops that compute a product of matrices with its sums in registers.
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_CONVERSION_PRODUCTTILER_H
#define LSE_LIB_CONVERSION_PRODUCTTILER_H

#include "Product.h"

namespace mlir::lse {

/// The extents of what is computed and packed at a time.
struct ProductTile {
  int64_t rows;
  int64_t columns;
  /// How many elements are summed up before the sums go through memory.
  int64_t depth;
  /// How many rows use a panel before the next one is packed.
  int64_t block;
};

/// What is needed of the stack for a tile of any product, in bytes.
constexpr int64_t kProductPanelBytes = 16384;
constexpr int64_t kProductEdgeBytes = 1024;

/// The tile of `product` for vectors of `lanes` elements of 32 bits.
ProductTile chooseProductTile(const Product &product, unsigned lanes);

/// Emits loops that compute `product`, tile by tile. `scratch` is a memref of
/// bytes that nothing else uses meanwhile.
void emitProductTiles(OpBuilder &builder, const Product &product,
                      const ProductTile &tile, Value scratch);

} // namespace mlir::lse

#endif // LSE_LIB_CONVERSION_PRODUCTTILER_H
