//===- RowOpSyntax.cpp - Text form of the operations over rows ------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Dialect/IR/LSEDialect.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Defaults: what the text form leaves out
//===----------------------------------------------------------------------===//

/// Number of loops when every map is left out: the rank of the first input, or
/// of the first destination that is not per row.
static unsigned getDefaultNumLoops(ArrayRef<Type> inputTypes,
                                   ArrayRef<Type> outTypes,
                                   ArrayRef<ResultKind> kinds) {
  unsigned numLoops = 0;
  for (Type type : inputTypes)
    if (auto shaped = dyn_cast<ShapedType>(type); shaped && shaped.hasRank())
      numLoops = std::max<unsigned>(numLoops, shaped.getRank());
  for (auto [type, kind] : llvm::zip(outTypes, kinds))
    if (auto shaped = dyn_cast<ShapedType>(type);
        shaped && shaped.hasRank() && !isPerRow(kind))
      numLoops = std::max<unsigned>(numLoops, shaped.getRank());
  return numLoops;
}

/// The maps of an attention whose operands all have the rank of the query:
/// batch, query, key, score and value are the loops. Null if that rank, or the
/// number of operands, is too small.
static ArrayAttr getDefaultAttentionMaps(Builder &builder,
                                         ArrayRef<Type> inputTypes,
                                         ArrayRef<ResultKind> kinds) {
  auto query = inputTypes.size() < 3 ? ShapedType()
                                     : dyn_cast<ShapedType>(inputTypes.front());
  if (!query || !query.hasRank() || query.getRank() < 2)
    return {};
  unsigned numBatchLoops = query.getRank() - 2;
  auto getMap = [&](ArrayRef<unsigned> loops) {
    SmallVector<AffineExpr> exprs;
    for (unsigned dim = 0; dim < numBatchLoops; ++dim)
      exprs.push_back(builder.getAffineDimExpr(dim));
    for (unsigned loop : loops)
      exprs.push_back(builder.getAffineDimExpr(numBatchLoops + loop));
    return AffineMap::get(numBatchLoops + 4, /*symbolCount=*/0, exprs,
                          builder.getContext());
  };
  constexpr unsigned queryLoop = 0, keyLoop = 1, scoreLoop = 2, valueLoop = 3;
  SmallVector<AffineMap> maps = {getMap({queryLoop, scoreLoop}),
                                 getMap({keyLoop, scoreLoop}),
                                 getMap({keyLoop, valueLoop})};
  maps.append(inputTypes.size() - 3, getMap({queryLoop, keyLoop}));
  for (ResultKind kind : kinds)
    maps.push_back(isPerRow(kind) ? getMap({queryLoop})
                                  : getMap({queryLoop, valueLoop}));
  return builder.getAffineMapArrayAttr(maps);
}

/// The maps that the text form leaves out; null if there are none.
static ArrayAttr getDefaultMaps(Builder &builder, ArrayRef<Type> inputTypes,
                                ArrayRef<Type> outTypes,
                                ArrayRef<ResultKind> kinds,
                                ArrayRef<int64_t> rowDims, bool isAttention) {
  if (isAttention)
    return getDefaultAttentionMaps(builder, inputTypes, kinds);
  MLIRContext *context = builder.getContext();
  unsigned numLoops = getDefaultNumLoops(inputTypes, outTypes, kinds);
  SmallVector<AffineMap> maps(inputTypes.size(),
                              builder.getMultiDimIdentityMap(numLoops));
  for (ResultKind kind : kinds)
    maps.push_back(getDefaultResultMap(context, kind, numLoops, rowDims));
  return builder.getAffineMapArrayAttr(maps);
}

bool lse::detail::hasDefaultMaps(RowOpInterface op) {
  Builder builder(op.getContext());
  SmallVector<Type> inputTypes(op.getRowInputs().getTypes());
  SmallVector<Type> outTypes(op.getDestinations().getTypes());
  return op->getAttr("indexing_maps") ==
         getDefaultMaps(builder, inputTypes, outTypes, op.getResultKindsArray(),
                        op.getRowDims(), op.isAttention());
}

/// Gives `region` a body that yields its arguments, which are of `types`.
static void buildIdentityTerms(Region &region, ArrayRef<Type> types,
                               Builder &builder, Location loc) {
  Block &body = region.emplaceBlock();
  for (Type type : types)
    body.addArgument(type, loc);
  OpBuilder bodyBuilder(builder.getContext());
  bodyBuilder.setInsertionPointToEnd(&body);
  YieldOp::create(bodyBuilder, loc, body.getArguments());
}

static bool hasElidableTerms(RowOpInterface op) {
  Block *body = op.getLogitBody();
  return body->getOperations().size() == 1 && op.getExtraValues().empty() &&
         body->getTerminator()->getOperands() == body->getArguments() &&
         body->getArgumentTypes() ==
             TypeRange(lse::detail::getElementTypes(
                 op.getRowInputs().getTypes(), op.isAttention()));
}

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

/// Parses a word of an enumeration, the last of whose values is `last`; `what`
/// is what it stands for.
template <typename EnumT>
static FailureOr<EnumT> parseWord(OpAsmParser &parser, StringRef what,
                                  unsigned last) {
  SMLoc loc = parser.getCurrentLocation();
  StringRef word;
  if (parser.parseKeyword(&word))
    return failure();
  if (std::optional<EnumT> value = symbolizeEnum<EnumT>(word))
    return *value;
  InFlightDiagnostic diagnostic = parser.emitError(loc)
                                  << "unknown " << what << " '" << word
                                  << "'; there are ";
  llvm::interleaveComma(
      llvm::seq<unsigned>(0, last + 1), diagnostic,
      [&](unsigned value) { diagnostic << stringifyEnum(EnumT(value)); });
  return failure();
}

/// Parses `keyword = value` for an enumeration, if the keyword is there.
template <typename AttrT>
static ParseResult parseOptionalEnum(OpAsmParser &parser, StringRef keyword,
                                     unsigned last, OperationState &state) {
  using EnumT = decltype(std::declval<AttrT>().getValue());
  if (failed(parser.parseOptionalKeyword(keyword)))
    return success();
  if (parser.parseEqual())
    return failure();
  FailureOr<EnumT> value = parseWord<EnumT>(parser, keyword, last);
  if (failed(value))
    return failure();
  state.addAttribute(keyword, AttrT::get(parser.getContext(), *value));
  return success();
}

/// Parses `results = [kind, ...]`, if it is there.
static ParseResult parseResultKinds(OpAsmParser &parser,
                                    SmallVectorImpl<ResultKind> &kinds) {
  if (failed(parser.parseOptionalKeyword("results")))
    return success();
  kinds.clear();
  if (parser.parseEqual())
    return failure();
  return parser.parseCommaSeparatedList(
      OpAsmParser::Delimiter::Square, [&]() -> ParseResult {
        FailureOr<ResultKind> kind = parseWord<ResultKind>(
            parser, "result kind", getMaxEnumValForResultKind());
        if (failed(kind))
          return failure();
        kinds.push_back(*kind);
        return success();
      });
}

/// Parses `keyword(%a, %b : type, type)`, if the keyword is there.
static ParseResult parseOperandGroup(OpAsmParser &parser, StringRef keyword,
                                     OperationState &state,
                                     SmallVectorImpl<Type> &types) {
  if (failed(parser.parseOptionalKeyword(keyword)))
    return success();
  SmallVector<OpAsmParser::UnresolvedOperand> operands;
  SMLoc loc;
  if (parser.parseLParen() || parser.getCurrentLocation(&loc) ||
      parser.parseOperandList(operands) || parser.parseColonTypeList(types) ||
      parser.parseRParen())
    return failure();
  return parser.resolveOperands(operands, types, loc, state.operands);
}

/// Adds what an operation over rows has whatever its text says.
static void addRowAttributes(Builder &builder, OperationState &state,
                             ArrayAttr maps, ArrayRef<int64_t> rowDims,
                             ArrayRef<ResultKind> kinds, int32_t numInputs) {
  auto numOuts = static_cast<int32_t>(kinds.size());
  auto kindAttrs = llvm::map_to_vector(kinds, [&](ResultKind kind) {
    return Attribute(ResultKindAttr::get(builder.getContext(), kind));
  });
  state.addAttribute("indexing_maps", maps);
  state.addAttribute("reduction_dims", builder.getDenseI64ArrayAttr(rowDims));
  state.addAttribute("result_kinds", builder.getArrayAttr(kindAttrs));
  state.addAttribute("operandSegmentSizes",
                     builder.getDenseI32ArrayAttr({numInputs, numOuts}));
}

/// Parses the logit region, which yields `numTerms` values, or builds the one
/// that may be left out.
static ParseResult parseLogits(OpAsmParser &parser, OperationState &state,
                               ArrayRef<Type> inputTypes, unsigned numTerms,
                               bool isAttention, SMLoc operandsLoc) {
  Region *region = state.addRegion();
  if (succeeded(parser.parseOptionalKeyword("logits")))
    return parser.parseRegion(*region);
  size_t expected = isAttention ? 3 : numTerms;
  if (inputTypes.size() != expected || !llvm::all_of(inputTypes, [](Type type) {
        return isa<FloatType>(getElementTypeOrSelf(type));
      }))
    return parser.emitError(operandsLoc)
           << "a logit region can only be left out when there "
           << (isAttention     ? "are three inputs"
               : numTerms == 1 ? "is one input"
               : numTerms == 2 ? "are two inputs"
                               : "are three inputs")
           << ", of floating-point elements";
  buildIdentityTerms(*region,
                     lse::detail::getElementTypes(inputTypes, isAttention),
                     parser.getBuilder(), state.location);
  return success();
}

/// Parses what comes before the operands. `maps` is null if they are left out.
static ParseResult parseClauses(OpAsmParser &parser, OperationState &state,
                                SmallVectorImpl<int64_t> &rowDims,
                                SmallVectorImpl<ResultKind> &kinds,
                                ArrayAttr &maps) {
  if (parser.parseKeyword("dims") || parser.parseEqual() ||
      parser.parseCommaSeparatedList(
          OpAsmParser::Delimiter::Square,
          [&] { return parser.parseInteger(rowDims.emplace_back()); }) ||
      parseResultKinds(parser, kinds))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("indexing_maps")))
    if (parser.parseEqual() || parser.parseAttribute(maps))
      return failure();
  if (parseOptionalEnum<RowDeathAttr>(parser, "row_death",
                                      getMaxEnumValForRowDeath(), state) ||
      parseOptionalEnum<NumericsAttr>(parser, "numerics",
                                      getMaxEnumValForNumerics(), state))
    return failure();
  for (StringRef flag : {"stabilized", "from_logits"})
    if (succeeded(parser.parseOptionalKeyword(flag)))
      state.addAttribute(flag, parser.getBuilder().getUnitAttr());
  return success();
}

/// Parses `ins` and `outs`.
static ParseResult parseOperandGroups(OpAsmParser &parser,
                                      OperationState &state,
                                      SmallVectorImpl<Type> &inputTypes,
                                      SmallVectorImpl<Type> &outTypes) {
  if (parseOperandGroup(parser, "ins", state, inputTypes) ||
      parseOperandGroup(parser, "outs", state, outTypes))
    return failure();
  SMLoc loc = parser.getCurrentLocation();
  StringRef word;
  if (!outTypes.empty() || failed(parser.parseOptionalKeyword(&word)))
    return success();
  return parser.emitError(loc)
         << "unexpected '" << word
         << "'; in this order, there may be 'results', 'indexing_maps', "
            "'row_death', 'numerics', 'stabilized', 'from_logits' and 'ins', "
            "and there is 'outs'";
}

ParseResult lse::detail::parseRowOp(OpAsmParser &parser, OperationState &state,
                                    ResultKind ownKind, unsigned numTerms) {
  SmallVector<int64_t> rowDims;
  SmallVector<ResultKind> kinds = {ownKind};
  ArrayAttr maps;
  if (parseClauses(parser, state, rowDims, kinds, maps))
    return failure();
  Builder &builder = parser.getBuilder();
  SmallVector<Type> inputTypes, outTypes, resultTypes;
  SMLoc operandsLoc = parser.getCurrentLocation();
  if (parseOperandGroups(parser, state, inputTypes, outTypes) ||
      parser.parseOptionalAttrDict(state.attributes))
    return failure();
  if (outTypes.size() != kinds.size())
    return parser.emitError(operandsLoc)
           << "expected one destination for each of the " << kinds.size()
           << " result kinds, found " << outTypes.size();
  bool isAttention = ownKind == ResultKind::Output;
  if (parseLogits(parser, state, inputTypes, numTerms, isAttention,
                  operandsLoc) ||
      parser.parseOptionalArrowTypeList(resultTypes))
    return failure();
  state.addTypes(resultTypes);

  if (!maps)
    maps = getDefaultMaps(builder, inputTypes, outTypes, kinds, rowDims,
                          isAttention);
  if (!maps)
    return parser.emitError(operandsLoc)
           << "'indexing_maps' can only be left out when there are queries, "
              "keys and values, of rank 2 at least";
  addRowAttributes(builder, state, maps, rowDims, kinds, inputTypes.size());
  return success();
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

static void printOperandGroup(OpAsmPrinter &printer, StringRef keyword,
                              ValueRange operands) {
  if (operands.empty())
    return;
  printer << ' ' << keyword << '(' << operands << " : " << operands.getTypes()
          << ')';
}

void lse::detail::printRowOp(OpAsmPrinter &printer, RowOpInterface op) {
  printer << " dims = [";
  llvm::interleaveComma(op.getRowDims(), printer);
  printer << ']';
  SmallVector<ResultKind> kinds = op.getResultKindsArray();
  if (kinds.size() != 1 || kinds.front() != op.getOwnResultKind()) {
    printer << " results = [";
    llvm::interleaveComma(kinds, printer, [&](ResultKind kind) {
      printer << stringifyResultKind(kind);
    });
    printer << ']';
  }
  if (!detail::hasDefaultMaps(op))
    printer << " indexing_maps = " << op->getAttr("indexing_maps");
  if (op.getRowDeath() != RowDeath::NaN)
    printer << " row_death = " << stringifyRowDeath(op.getRowDeath());
  if (op.getNumerics() != Numerics::Standard)
    printer << " numerics = " << stringifyNumerics(op.getNumerics());
  if (op.getStabilized())
    printer << " stabilized";
  if (op.getFromLogits())
    printer << " from_logits";
  printOperandGroup(printer, "ins", op.getRowInputs());
  printOperandGroup(printer, "outs", op.getDestinations());
  printer.printOptionalAttrDict(
      op->getAttrs(),
      {"reduction_dims", "result_kinds", "indexing_maps", "row_death",
       "numerics", "stabilized", "from_logits", "operandSegmentSizes"});
  if (!hasElidableTerms(op)) {
    printer << " logits ";
    printer.printRegion(op->getRegion(0));
  }
  printer.printOptionalArrowTypeList(op->getResultTypes());
}
