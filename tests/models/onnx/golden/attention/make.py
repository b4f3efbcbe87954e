"""Makes the files of this folder: networks with attention as PyTorch exports them, with what PyTorch computes of them.

    python make.py FOLDER [NAME...]     (PyTorch 2.9, onnx; for the files that begin with "dynamo" also onnxscript)

NAME.onnx holds the network, NAME.npz the arrays x [examples, ...], y [examples, outputs], and the gradient by each
parameter of the mean of all (y - 0.25)^2, with the projections of attention below each other: queries, keys, values.
"script" files come from the exporter that traces TorchScript, "dynamo" ones from torch.export; the number is the operator set,
"fixed" says that the file fixes the size of the batch.
"""

import sys
import warnings
from pathlib import Path

import numpy
import onnx
import torch
from torch import nn
from torch.nn import functional as F

WIDTH, HEADS, TOKENS = 8, 2, 5


class Encoder(nn.Module):
    """TransformerEncoderLayer, normalising last, with ReLU."""

    input_shape = (TOKENS, WIDTH)
    settings = {"norm_first": False, "activation": "relu", "bias": True}

    def __init__(self):
        super().__init__()
        self.block = nn.TransformerEncoderLayer(WIDTH, HEADS, 12, batch_first=True, **self.settings)
        self.head = nn.Linear(WIDTH, 3)

    def forward(self, x):
        return self.head(self.block(x).mean(1))


class EncoderFirst(Encoder):
    """The same, normalising first, with GELU."""

    settings = {"norm_first": True, "activation": "gelu", "bias": True}


class EncoderBare(Encoder):
    """The same without any bias."""

    settings = {"norm_first": True, "activation": "relu", "bias": False}


class EncoderStack(nn.Module):
    """TransformerEncoder of two layers with a last norm, under a causal mask."""

    input_shape = (TOKENS, WIDTH)

    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(WIDTH, HEADS, 12, batch_first=True, activation="gelu")
        self.blocks = nn.TransformerEncoder(layer, 2, norm=nn.LayerNorm(WIDTH), enable_nested_tensor=False)
        self.head = nn.Linear(WIDTH, 3)

    def forward(self, x):
        mask = nn.Transformer.generate_square_subsequent_mask(TOKENS)
        return self.head(self.blocks(x, mask=mask, is_causal=True)[:, -1])


class Multihead(nn.Module):
    """MultiheadAttention whose weights nobody reads."""

    input_shape = (TOKENS, WIDTH)
    need_weights = False

    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
        self.head = nn.Linear(WIDTH, 3)

    def forward(self, x):
        return self.head((x + self.attention(x, x, x, need_weights=self.need_weights)[0]).mean(1))


class MultiheadWeights(Multihead):
    """The same through the path that also gives the weights."""

    need_weights = True


class MultiheadMasked(Multihead):
    """The same under a causal mask of truths, without bias."""

    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True, bias=False)
        self.register_buffer("mask", torch.triu(torch.ones(TOKENS, TOKENS, dtype=torch.bool), diagonal=1))

    def forward(self, x):
        return self.head((x + self.attention(x, x, x, attn_mask=self.mask, need_weights=False)[0]).mean(1))


class Separate(nn.Module):
    """Attention by hand: three projections, view and transpose, scores over the root of their width."""

    input_shape = (TOKENS, WIDTH)

    def __init__(self):
        super().__init__()
        self.query, self.key = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH, bias=False)
        self.value, self.out = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.head = nn.Linear(TOKENS * WIDTH, 3)

    def heads(self, x):
        return x.view(x.size(0), x.size(1), HEADS, WIDTH // HEADS).transpose(1, 2)

    def forward(self, x):
        q, k, v = self.heads(self.query(x)), self.heads(self.key(x)), self.heads(self.value(x))
        scores = torch.softmax(q @ k.transpose(-2, -1) / (WIDTH // HEADS) ** 0.5, dim=-1)
        mixed = (scores @ v).transpose(1, 2).contiguous().view(x.size(0), -1, WIDTH)
        return self.head(torch.flatten(x + self.out(mixed), 1))


class Fused(nn.Module):
    """Attention by hand as vision transformers have it: one projection, unbound, queries scaled first."""

    input_shape = (TOKENS, WIDTH)

    def __init__(self):
        super().__init__()
        self.qkv, self.proj = nn.Linear(WIDTH, 3 * WIDTH, bias=False), nn.Linear(WIDTH, WIDTH)
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 3)

    def forward(self, x):
        batch, tokens, width = x.shape
        y = self.norm(x)
        q, k, v = self.qkv(y).reshape(batch, tokens, 3, HEADS, width // HEADS).permute(2, 0, 3, 1, 4).unbind(0)
        scores = ((q * (width // HEADS) ** -0.5) @ k.transpose(-2, -1)).softmax(dim=-1)
        return self.head((x + self.proj((scores @ v).transpose(1, 2).reshape(batch, tokens, width)))[:, 0])


class Interleaved(Fused):
    """The same with query, key and value of a head beside each other."""

    def forward(self, x):
        batch, tokens, width = x.shape
        y = self.qkv(self.norm(x)).view(batch, tokens, HEADS, 3 * width // HEADS)
        q, k, v = (part.transpose(1, 2) for part in y.chunk(3, dim=-1))
        scores = torch.matmul(q, k.transpose(-1, -2)).div((width // HEADS) ** 0.5).softmax(dim=-1)
        return self.head((x + self.proj((scores @ v).transpose(1, 2).flatten(2)))[:, 0])


class Folded(nn.Module):
    """Attention by hand with heads and batch in one axis, for bmm, and an einsum's worth of transposes."""

    input_shape = (TOKENS, WIDTH)

    def __init__(self):
        super().__init__()
        self.query, self.key = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.value, self.out = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.head = nn.Linear(WIDTH, 3)

    def forward(self, x):
        batch, tokens, width = x.shape
        x = torch.tanh(x)
        q, k, v = (part(x).reshape(batch, tokens, HEADS, -1).permute(0, 2, 1, 3).reshape(batch * HEADS, tokens, -1)
                   for part in (self.query, self.key, self.value))
        weights = torch.bmm(q, k.transpose(1, 2)).mul(q.size(-1) ** -0.5).softmax(-1)
        mixed = torch.bmm(weights, v).reshape(batch, HEADS, tokens, -1).transpose(1, 2).reshape(batch, tokens, width)
        return self.head(self.out(mixed).mean(1))


class Product(nn.Module):
    """scaled_dot_product_attention."""

    input_shape = (TOKENS, WIDTH)
    causal = False

    def __init__(self):
        super().__init__()
        self.qkv, self.proj, self.head = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, 3)

    def forward(self, x):
        batch, tokens, width = x.shape
        q, k, v = (part.view(batch, tokens, HEADS, width // HEADS).transpose(1, 2)
                   for part in self.qkv(x).split(width, dim=2))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return self.head((x + self.proj(y.transpose(1, 2).reshape(batch, tokens, width))).mean(1))


class ProductCausal(Product):
    causal = True


class Block(nn.Module):
    """A block that normalises first, with attention by hand under a mask that is kept larger than needed."""

    def __init__(self, causal):
        super().__init__()
        self.before, self.between = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.proj = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.wide, self.narrow = nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(2 * WIDTH, WIDTH)
        self.causal = causal
        if causal:
            self.register_buffer("mask", torch.tril(torch.ones(12, 12)).view(1, 1, 12, 12))

    def attend(self, x):
        batch, tokens, width = x.size()
        q, k, v = (part.view(batch, tokens, HEADS, width // HEADS).transpose(1, 2)
                   for part in self.qkv(x).split(width, dim=2))
        scores = (q @ k.transpose(-2, -1)) * (1.0 / (k.size(-1) ** 0.5))
        if self.causal:
            scores = scores.masked_fill(self.mask[:, :, :tokens, :tokens] == 0, float("-inf"))
        y = (F.softmax(scores, dim=-1) @ v).transpose(1, 2).contiguous().view(batch, tokens, width)
        return self.proj(y)

    def forward(self, x):
        x = x + self.attend(self.before(x))
        return x + self.narrow(F.gelu(self.wide(self.between(x))))


class Vision(nn.Module):
    """A vision transformer: patches, a class token, places, blocks, a head on the class token."""

    input_shape = (2, 6, 6)

    def __init__(self):
        super().__init__()
        self.patches, self.token = nn.Conv2d(2, WIDTH, 3, stride=3), nn.Parameter(torch.randn(1, 1, WIDTH))
        self.places = nn.Parameter(torch.randn(1, 5, WIDTH))
        self.blocks = nn.Sequential(Block(False), Block(False))
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 3)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.places
        return self.head(self.norm(self.blocks(x))[:, 0])


class Characters(nn.Module):
    """A character transformer: characters and their places looked up, causal blocks, a head on the last token."""

    input_shape = (6,)
    vocabulary = 11

    def __init__(self):
        super().__init__()
        self.characters, self.places = nn.Embedding(11, WIDTH), nn.Embedding(12, WIDTH)
        self.blocks = nn.Sequential(Block(True), Block(True))
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 11, bias=False)

    def forward(self, x):
        places = torch.arange(0, x.size(1), dtype=torch.long, device=x.device)
        x = self.characters(x) + self.places(places)
        return self.head(self.norm(self.blocks(x))[:, -1])


class Reader(nn.Module):
    """Characters through TransformerEncoder, their mean."""

    input_shape = (6,)
    vocabulary = 11

    def __init__(self):
        super().__init__()
        self.characters, self.places = nn.Embedding(11, WIDTH), nn.Parameter(torch.randn(6, WIDTH))
        layer = nn.TransformerEncoderLayer(WIDTH, HEADS, 12, batch_first=True, norm_first=True)
        self.blocks = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(WIDTH, 3)

    def forward(self, x):
        return self.head(self.blocks(self.characters(x) + self.places).mean(dim=1))


class Padded(nn.Module):
    """Characters of which 0 is padding: hidden from attention by hand, and from the mean."""

    input_shape = (6,)
    vocabulary = 11
    has_padding = True

    def __init__(self):
        super().__init__()
        self.characters, self.places = nn.Embedding(11, WIDTH), nn.Parameter(torch.randn(6, WIDTH))
        self.query, self.key = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.value, self.out, self.head = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, 3)

    def heads(self, x):
        return x.view(x.size(0), x.size(1), HEADS, WIDTH // HEADS).transpose(1, 2)

    def forward(self, x):
        padding = x == 0
        x = self.characters(x) + self.places
        scores = self.heads(self.query(x)) @ self.heads(self.key(x)).transpose(-2, -1) / (WIDTH // HEADS) ** 0.5
        weights = scores.masked_fill(padding[:, None, None, :], float("-inf")).softmax(-1)
        x = x + self.out((weights @ self.heads(self.value(x))).transpose(1, 2).reshape(x.shape))
        counts = (~padding).float()
        return self.head((x * counts.unsqueeze(-1)).sum(1) / counts.sum(1, keepdim=True))


class PaddedEncoder(nn.Module):
    """The same through TransformerEncoder and its key_padding_mask."""

    input_shape = (6,)
    vocabulary = 11
    has_padding = True

    def __init__(self):
        super().__init__()
        self.characters = nn.Embedding(11, WIDTH)
        layer = nn.TransformerEncoderLayer(WIDTH, HEADS, 12, batch_first=True, norm_first=True)
        self.blocks = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(WIDTH, 3)

    def forward(self, x):
        padding = x == 0
        x = self.blocks(self.characters(x), src_key_padding_mask=padding)
        counts = (~padding).float()
        return self.head((x * counts.unsqueeze(-1)).sum(1) / counts.sum(1, keepdim=True))


def stir(model):
    """Weights as after some training: normalisations start at 1 and 0, which would hide mistakes."""
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn(parameter.shape, generator=generator))
    return model


def gradients_of(model):
    """Under the names of PyTorch, but for the projections of attention, and only those places that are looked up."""
    all = {name: parameter.grad.clone() for name, parameter in model.named_parameters()}
    if isinstance(model, Interleaved):
        rows = all["qkv.weight"].view(HEADS, 3, WIDTH // HEADS, WIDTH)
        all["qkv.weight"] = rows.permute(1, 0, 2, 3).reshape(3 * WIDTH, WIDTH)
    if isinstance(model, Characters):
        all["places.weight"] = all["places.weight"][: model.input_shape[0]]
    if "query.weight" in all:
        for what in ("weight", "bias"):
            parts = [all.pop(f"{part}.{what}", None) for part in ("query", "key", "value")]
            all[f"in_proj.{what}"] = torch.cat([torch.zeros(WIDTH) if part is None else part for part in parts])
    return {name: gradient.numpy() for name, gradient in all.items()}


def strip(path):
    """Takes away where the program that made the file lies: the exporter writes its stack beside every node."""
    model = onnx.load(path)
    for item in [model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output,
                 *model.graph.initializer]:
        item.ClearField("metadata_props")
        item.ClearField("doc_string")
    del model.graph.value_info[:]
    onnx.save(model, path)


def export(folder, name, model, x, operator_set, exporter, fixed):
    path = str(folder / f"{name}.onnx")
    torch.backends.mha.set_fastpath_enabled(False)
    model.eval()
    if exporter == "dynamo":
        shapes = None if fixed else {"x": {0: torch.export.Dim("batch", min=2)}}
        torch.onnx.export(model, (x,), path, opset_version=operator_set, dynamo=True, external_data=False,
                          dynamic_shapes=shapes, verbose=False)
    else:
        axes = None if fixed else {"x": {0: "batch"}, "y": {0: "batch"}}
        torch.onnx.export(model, x, path, opset_version=operator_set, dynamo=False, input_names=["x"],
                          output_names=["y"], dynamic_axes=axes)
    strip(path)
    y = model(x)
    ((y - 0.25) ** 2).mean().backward()
    numpy.savez(folder / f"{name}.npz", x=x.numpy().astype(numpy.float32), y=y.detach().numpy(), **gradients_of(model))


# Every way of writing attention through both exporters; operator sets and fixed batches by turns.
PLAN = {
    "script14": (Encoder, Separate, Characters),
    "script13": (MultiheadWeights, Fused, Interleaved, Folded, Vision),
    "script17": (EncoderFirst, EncoderBare, Multihead, MultiheadMasked, Separate, Product, ProductCausal, Characters,
                 Reader, Vision, Padded, PaddedEncoder),
    "script17fixed": (Encoder, EncoderStack, Multihead, Fused, Folded, ProductCausal, Characters, Reader),
    "dynamo18": (Encoder, EncoderFirst, EncoderBare, EncoderStack, Multihead, MultiheadWeights, MultiheadMasked,
                 Separate, Fused, Interleaved, Folded, Product, ProductCausal, Vision, Characters, Reader),
    "dynamo20": (Padded, PaddedEncoder),
    "dynamo18fixed": (Encoder, MultiheadWeights, Folded, Vision, Characters),
    "dynamo23": (Encoder, Product, ProductCausal, PaddedEncoder),
}


def main():
    folder = Path(sys.argv[1])
    warnings.simplefilter("ignore")
    for key, networks in PLAN.items():
        fixed = key.endswith("fixed")
        exporter, operator_set = key[:6], int(key[6:8])
        for network in networks:
            name = f"{key}_{network.__name__.lower()}"
            if sys.argv[2:] and not any(word in name for word in sys.argv[2:]):
                continue
            torch.manual_seed(1)
            model = stir(network())
            x = torch.randn(3, *network.input_shape, generator=torch.Generator().manual_seed(3))
            if hasattr(network, "vocabulary"):
                x = torch.randint(network.vocabulary, x.shape, generator=torch.Generator().manual_seed(3))
                if hasattr(network, "has_padding"):
                    x[0, 4:] = 0
                    x[1, 2:] = 0
            export(folder, name, model, x, operator_set, exporter, fixed)


main()
