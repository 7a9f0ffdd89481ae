//===- RowKernelBuilder.h - The parts of a kernel over rows -----*- C++ -*-===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LSE_LIB_HALIDE_ALGORITHMS_ROWKERNELBUILDER_H
#define LSE_LIB_HALIDE_ALGORITHMS_ROWKERNELBUILDER_H

#include "Algorithms/Buffers.h"
#include "Algorithms/RowKernel.h"

namespace lse_halide {

/// A kernel without parts, whose iteration space `buffers` has.
RowKernel makeRowKernel(const KernelSpec &spec, const KernelBuffers &buffers);

/// Adds the parts of one kernel, in each of which rows have reductions, values
/// that follow from these, and results.
class RowKernelBuilder {
public:
  RowKernelBuilder(const KernelSpec &spec, RowKernel &kernel,
                   KernelBuffers &buffers)
      : spec(spec), kernel(kernel), buffers(buffers) {}
  virtual ~RowKernelBuilder() = default;

  /// All parts, as the strategy of the spec says.
  void addParts();

protected:
  using Reduce = std::function<RowReduction(const Reduction &)>;
  using RowIndex = std::vector<Halide::Expr>;

  /// What is known of a row before it is reduced. `point` is a place in the
  /// row, or in the last one, for lanes that are no rows.
  virtual void addRowTerms(RowPart &part, const std::vector<Halide::Var> &rows,
                           const Point &point) {}
  /// The reductions of `part`, in functions whose dimensions are `rows`.
  virtual void addReductions(RowPart &part, const Reduce &reduce,
                             const std::vector<Halide::Var> &rows) = 0;
  /// What the reductions that were added last have found in `row`: as much as
  /// it takes to merge them with those of another piece of it. This, and what
  /// follows, is for operations that `online_row` is for.
  virtual Values reductionsOf(const RowIndex &row) const = 0;
  /// Those of two pieces of a row as those of both.
  virtual Values mergeReductions(const Values &first,
                                 const Values &second) const = 0;
  /// Makes `values`, which were merged, those of `part`.
  virtual void setReductions(RowPart &part,
                             const std::vector<Halide::Var> &rows,
                             const Values &values) = 0;
  /// What follows from them. `point` is a place in the row.
  virtual void addRowValues(RowPart &part, const std::vector<Halide::Var> &rows,
                            const Point &point) = 0;
  /// The update of the output at `point`, which is in row `row`.
  virtual void addResults(const RowIndex &row, const Point &point) = 0;

  Halide::Func addRowValue(RowPart &part, const char *name,
                           const std::vector<Halide::Var> &rows,
                           const Values &values);
  /// What has an element for each row, as it is stored in an output.
  struct RowResult {
    size_t output;
    std::function<Halide::Expr(const RowIndex &)> value;
  };
  /// A row value with results that are stored beside it. `point` is a place in
  /// the row.
  Halide::Func addRowValueBeside(RowPart &part, const char *name,
                                 const std::vector<Halide::Var> &rows,
                                 Values values,
                                 const std::vector<RowResult> &results,
                                 Point point);
  std::string partName(const char *base) const {
    return std::string(base) + std::to_string(kernel.parts.size());
  }

  const KernelSpec &spec;
  RowKernel &kernel;
  KernelBuffers &buffers;

private:
  /// The reductions of a segment, with vectors along it.
  void addReductionsAlongRow(RowPart &part, const RowSegment &segment,
                             const std::vector<Halide::Var> &rows);
  /// Those of the row from those of its segments, so that it is read once (the
  /// online softmax of Milakov and Gimelshein, arXiv:1805.02867, with segments
  /// for elements).
  void addReductionsBySegment(RowPart &part,
                              const std::vector<Halide::Var> &rows);
  void addReductionsOfRow(RowPart &part, const std::vector<Halide::Var> &rows);
  /// A segment in whole blocks of vectors.
  int getSegmentLength() const;
  void addPartAlongRows();
  void addPartsAcrossRows();
  void addPartAcrossRows(const ColumnRange &range);
};

} // namespace lse_halide

#endif // LSE_LIB_HALIDE_ALGORITHMS_ROWKERNELBUILDER_H
