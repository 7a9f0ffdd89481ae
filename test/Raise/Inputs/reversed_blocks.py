"""Prints two blocks in the opposite order of their execution, so that the first
one in the file uses a chain of values that nothing has looked at yet."""

LENGTH = 20000


def chain(first, last):
    for i in range(first, last):
        print(f"  %v{i + 1} = math.absf %v{i} : tensor<4xf32>")


print("func.func @f(%v0: tensor<4xf32>) -> tensor<4xf32> {")
print("  cf.br ^first")
print("^second:")
print(f"  %e = math.exp %v{LENGTH} : tensor<4xf32>")
print("  return %e : tensor<4xf32>")
print("^first:")
chain(0, LENGTH)
print("  cf.br ^second")
print("}")
