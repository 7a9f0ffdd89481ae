// RUN: lse-opt %s --lse-emit-c-interface=prefix=model --split-input-file --verify-diagnostics

// expected-error@below {{cannot be called 'model_a.b' in C: it is not an identifier in C}}
func.func @a.b() {
  return
}

// -----

// expected-error@below {{cannot be called 'model_x' in C: the module has that symbol already; rename one of the two or choose another prefix}}
func.func @x() {
  return
}

// expected-note@below {{the other one}}
func.func private @model_x()

// -----

// expected-error@below {{returns values, which C would not get; run lse-destination-arguments before bufferization}}
func.func @returns(%x: f32) -> f32 {
  return %x : f32
}

// -----

// expected-error@below {{argument 0 of type 'memref<4xf32, strided<[2]>>' has no equivalent in C}}
func.func @strided(%x: memref<4xf32, strided<[2]>>) {
  return
}
