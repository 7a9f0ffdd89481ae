//===- LogDomainTerm.cpp - Normal form of terms ---------------------------===//
//
// Part of the lse project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lse/Analysis/LogDomain.h"
#include "mlir/IR/OpDefinition.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace mlir::lse;

//===----------------------------------------------------------------------===//
// Uniquing
//===----------------------------------------------------------------------===//

void Atom::Profile(llvm::FoldingSetNodeID &id) const {
  id.AddInteger(static_cast<unsigned>(kind));
  id.AddPointer(source.getAsOpaquePointer());
  id.AddPointer(constant.getAsOpaquePointer());
  id.AddPointer(name ? name->getAsOpaquePointer() : nullptr);
  id.AddPointer(attributes ? attributes.getAsOpaquePointer() : nullptr);
  id.AddInteger(static_cast<unsigned>(reduction));
  id.AddBoolean(isNegated);
  id.AddInteger(indices.size());
  for (AffineExpr index : indices)
    id.AddPointer(index.getAsOpaquePointer());
  for (const Poly *operand : operands)
    id.AddPointer(operand);
  for (const BoundAxis &axis : axes) {
    id.AddInteger(axis.position);
    id.AddInteger(axis.extent.size);
    id.AddPointer(axis.extent.source.getAsOpaquePointer());
    id.AddInteger(axis.extent.dim);
  }
}

void Poly::Profile(llvm::FoldingSetNodeID &id) const {
  id.AddInteger(monomials.size());
  for (const Monomial &monomial : monomials) {
    id.AddInteger(llvm::bit_cast<uint64_t>(monomial.coefficient));
    id.AddPointer(monomial.exponent);
    id.AddInteger(monomial.factors.size());
    for (auto [atom, power] : monomial.factors) {
      id.AddPointer(atom);
      id.AddInteger(power);
    }
  }
}

static void addPositions(SmallVectorImpl<unsigned> &positions,
                         ArrayRef<unsigned> more) {
  llvm::append_range(positions, more);
  llvm::sort(positions);
  positions.erase(llvm::unique(positions), positions.end());
}

const Atom *LogDomain::intern(Atom &&atom) {
  if (atom.kind == Atom::Kind::Apply &&
      atom.name->hasTrait<OpTrait::IsCommutative>())
    llvm::sort(atom.operands,
               [](const Poly *a, const Poly *b) { return a->id < b->id; });
  llvm::FoldingSetNodeID id;
  atom.Profile(id);
  void *position;
  if (Atom *known = atoms.FindNodeOrInsertPos(id, position))
    return known;
  auto *node = new (atomAllocator.Allocate()) Atom(std::move(atom));
  node->id = nextId++;
  for (AffineExpr index : node->indices)
    index.walk([&](AffineExpr part) {
      if (auto dim = dyn_cast<AffineDimExpr>(part))
        node->positions.push_back(dim.getPosition());
    });
  for (const Poly *operand : node->operands) {
    addPositions(node->positions, operand->positions);
    node->depth = std::max(node->depth, operand->depth);
    node->boundDepth = std::max(node->boundDepth, operand->boundDepth);
  }
  addPositions(node->positions, {});
  ++node->depth;
  if (!node->axes.empty()) {
    ++node->boundDepth;
    llvm::erase_if(node->positions, [&](unsigned position) {
      return llvm::any_of(node->axes, [&](const BoundAxis &axis) {
        return axis.position == position;
      });
    });
  }
  atoms.InsertNode(node, position);
  return node;
}

/// Orders monomials by their factors, then by their exponent.
static bool isBefore(const Monomial &a, const Monomial &b) {
  auto key = [](const Monomial &monomial) {
    return llvm::map_to_vector<2>(monomial.factors, [](auto &factor) {
      return std::make_pair(factor.first->id, factor.second);
    });
  };
  auto keyA = key(a), keyB = key(b);
  if (keyA != keyB)
    return std::lexicographical_compare(keyA.begin(), keyA.end(), keyB.begin(),
                                        keyB.end());
  return a.exponent->id < b.exponent->id;
}

const Poly *LogDomain::getPoly(SmallVectorImpl<Monomial> &monomials) {
  Poly poly;
  llvm::sort(monomials, isBefore);
  poly.monomials.assign(monomials.begin(), monomials.end());
  llvm::FoldingSetNodeID id;
  poly.Profile(id);
  void *position;
  if (Poly *known = polys.FindNodeOrInsertPos(id, position))
    return known;
  auto *node = new (polyAllocator.Allocate()) Poly(std::move(poly));
  node->id = nextId++;
  for (const Monomial &monomial : node->monomials) {
    for (auto [atom, power] : monomial.factors) {
      addPositions(node->positions, atom->positions);
      node->depth = std::max(node->depth, atom->depth);
      node->boundDepth = std::max(node->boundDepth, atom->boundDepth);
    }
    if (!monomial.exponent)
      continue;
    addPositions(node->positions, monomial.exponent->positions);
    node->depth = std::max(node->depth, monomial.exponent->depth);
    node->boundDepth =
        std::max(node->boundDepth, monomial.exponent->boundDepth);
  }
  polys.InsertNode(node, position);
  return node;
}

const Poly *LogDomain::getPoly(const Atom *atom) {
  SmallVector<Monomial> monomials(1);
  monomials.front().factors.push_back({atom, 1});
  monomials.front().exponent = zero;
  return getPoly(monomials);
}

bool Poly::variesOver(unsigned position) const {
  return llvm::is_contained(positions, position);
}

bool Poly::variesOver(ArrayRef<BoundAxis> axes) const {
  return llvm::any_of(
      axes, [&](const BoundAxis &axis) { return variesOver(axis.position); });
}

const Atom *Monomial::getSingleFactor() const {
  bool isSingle =
      factors.size() == 1 && factors.front().second == 1 && exponent->isZero();
  return isSingle ? factors.front().first : nullptr;
}

const Atom *Poly::getSingleAtom() const {
  if (monomials.size() != 1 || monomials.front().coefficient != 1.0)
    return nullptr;
  return monomials.front().getSingleFactor();
}

//===----------------------------------------------------------------------===//
// Substitution
//===----------------------------------------------------------------------===//

/// True if `map` leaves every dimension of `positions` as it is.
static bool isUnaffected(ArrayRef<unsigned> positions, MLIRContext *context,
                         const DenseMap<AffineExpr, AffineExpr> &map) {
  return llvm::all_of(positions, [&](unsigned position) {
    AffineExpr dim = getAffineDimExpr(position, context);
    auto it = map.find(dim);
    return it == map.end() || it->second == dim;
  });
}

const Atom *LogDomain::substitute(const Atom *atom,
                                  Substitution &substitution) {
  const auto &map = substitution.map;
  if (isUnaffected(atom->positions, context, map))
    return atom;
  if (const Atom *known = substitution.atoms.lookup(atom))
    return known;
  SmallVector<AffineExpr, 4> indices;
  for (AffineExpr index : atom->indices)
    indices.push_back(index.replace(map));
  const Atom *replaced;
  if (atom->kind == Atom::Kind::Element) {
    // Through the notation, which knows the dimensions of extent 1.
    replaced = getElement(atom->source, indices).poly->getSingleAtom();
  } else {
    Atom copy;
    copy.kind = atom->kind;
    copy.source = atom->source;
    copy.constant = atom->constant;
    copy.name = atom->name;
    copy.attributes = atom->attributes;
    copy.reduction = atom->reduction;
    copy.isNegated = atom->isNegated;
    copy.axes = atom->axes;
    copy.indices = indices;
    for (const Poly *operand : atom->operands)
      copy.operands.push_back(substitute(operand, substitution));
    replaced = intern(std::move(copy));
  }
  return substitution.atoms[atom] = replaced;
}

const Poly *LogDomain::substitute(const Poly *poly,
                                  Substitution &substitution) {
  if (isUnaffected(poly->positions, context, substitution.map))
    return poly;
  if (const Poly *known = substitution.polys.lookup(poly))
    return known;
  Term ignored;
  SmallVector<Monomial> monomials;
  for (const Monomial &monomial : poly->monomials) {
    // Factors may become equal, so the product is made anew.
    Monomial replaced{
        monomial.coefficient, {}, substitute(monomial.exponent, substitution)};
    for (auto [atom, power] : monomial.factors)
      replaced = multiply(
          replaced,
          Monomial{1.0, {{substitute(atom, substitution), power}}, zero},
          ignored);
    addMonomial(monomials, replaced, ignored);
  }
  return substitution.polys[poly] = getPoly(monomials);
}

const Poly *LogDomain::substitute(const Poly *poly,
                                  const DenseMap<AffineExpr, AffineExpr> &map) {
  Substitution substitution(map);
  return substitute(poly, substitution);
}

const Poly *LogDomain::getVaryingPart(const Poly *poly,
                                      ArrayRef<int64_t> positions) {
  SmallVector<Monomial> varying;
  for (const Monomial &monomial : poly->monomials) {
    SmallVector<Monomial> single = {monomial};
    const Poly *part = getPoly(single);
    if (monomial.isMask() || llvm::any_of(positions, [&](int64_t position) {
          return part->variesOver(static_cast<unsigned>(position));
        }))
      varying.push_back(monomial);
  }
  return getPoly(varying);
}
