"""Exports the classifier head of the quick start to MLIR.

    pip install torch torch-mlir
    python classifier.py > torch_classifier_naive.mlir

Softmax is written by hand and without the shift by the row maximum, as one
finds it in real models: a logit above 88.7 overflows exp, and the row is NaN.
"""

import torch
import torch_mlir.fx


class Classifier(torch.nn.Module):
    def forward(self, features, weight, bias):
        logits = features @ weight + bias
        e = torch.exp(logits)
        return e / e.sum(dim=-1, keepdim=True)


batch = torch.export.Dim("batch")
program = torch.export.export(
    Classifier(),
    (torch.zeros(3, 64), torch.zeros(64, 10), torch.zeros(10)),
    dynamic_shapes=({0: batch}, None, None),
)
print(torch_mlir.fx.export_and_import(program, output_type="linalg-on-tensors"))
