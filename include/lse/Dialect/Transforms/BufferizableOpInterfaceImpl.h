//===- BufferizableOpInterfaceImpl.h - How lse operations bufferize --*- C++
//-*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_DIALECT_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
#define LSE_DIALECT_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H

namespace mlir {
class DialectRegistry;

namespace lse {

/// Registers the bufferization of lse operations with `registry`.
void registerBufferizableOpInterfaceExternalModels(DialectRegistry &registry);

} // namespace lse
} // namespace mlir

#endif // LSE_DIALECT_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
