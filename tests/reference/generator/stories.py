"""The greedy story of stories260K (llama2.c's format), by numpy; llama.cpp must tell the same one.

The file: seven i32 (dim, hidden_dim, n_layers, n_heads, n_kv_heads, vocab_size, seq_len; a negative vocabulary
means that the output is not tied), then f32 arrays in the order of `read`. The tokenizer: an i32 (longest
token), then per token f32 score, i32 length, bytes.
"""
import struct
import tempfile

import gguf
import numpy

import llamacpp

STEPS = 200
BOS, EOS, EPS = 1, 2, 1e-5


def read(path):
    raw = path.read_bytes()
    dim, hidden, layers, heads, kv, words, length = struct.unpack("<7i", raw[:28])
    tied, words = words > 0, abs(words)
    head, floats, at = dim // heads, numpy.frombuffer(raw, "<f4", offset=28), 0
    shapes = {
        "embedding": (words, dim), "attn_norm": (layers, dim), "q": (layers, dim, dim), "k": (layers, kv * head, dim),
        "v": (layers, kv * head, dim), "o": (layers, dim, dim), "ffn_norm": (layers, dim), "gate": (layers, hidden, dim),
        "down": (layers, dim, hidden), "up": (layers, hidden, dim), "norm": (dim,),
        "cos": (length, head // 2), "sin": (length, head // 2)}
    if not tied:
        shapes["output"] = (words, dim)
    weights = {}
    for name, shape in shapes.items():
        size = int(numpy.prod(shape))
        weights[name], at = floats[at:at + size].reshape(shape), at + size
    assert at == floats.size, (at, floats.size)
    weights.setdefault("output", weights["embedding"])
    return dict(dim=dim, hidden=hidden, layers=layers, heads=heads, kv=kv, words=words, length=length), weights


def read_tokens(path, count):
    raw, at, tokens = path.read_bytes(), 4, []
    for _ in range(count):
        score, length = struct.unpack_from("<fi", raw, at)
        tokens.append((raw[at + 8:at + 8 + length], score))
        at += 8 + length
    return tokens


def norm(x, weight):
    return x / numpy.sqrt((x * x).mean() + numpy.float32(EPS)) * weight


def rotate(x, cos, sin):
    """x: (heads, head), rotated by neighbouring pairs"""
    a, b = x[:, 0::2], x[:, 1::2]
    return numpy.stack([a * cos - b * sin, a * sin + b * cos], -1).reshape(x.shape)


class Narrator:
    """One token at a time, with a cache of keys and values."""

    def __init__(self, shape, weights):
        self.shape, self.w = shape, weights
        self.keys = [[] for _ in range(shape["layers"])]
        self.values = [[] for _ in range(shape["layers"])]

    def attend(self, n, x):
        s, w, position = self.shape, self.w, len(self.keys[n])
        group, cos, sin = s["heads"] // s["kv"], w["cos"][position], w["sin"][position]
        q = rotate((w["q"][n] @ x).reshape(s["heads"], -1), cos, sin)
        self.keys[n].append(rotate((w["k"][n] @ x).reshape(s["kv"], -1), cos, sin))
        self.values[n].append((w["v"][n] @ x).reshape(s["kv"], -1))
        keys = numpy.repeat(numpy.stack(self.keys[n]), group, 1)      # (positions, heads, head)
        values = numpy.repeat(numpy.stack(self.values[n]), group, 1)
        scores = numpy.einsum("hd,phd->hp", q, keys) / numpy.sqrt(numpy.float32(q.shape[1]))
        weights = numpy.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        return w["o"][n] @ numpy.einsum("hp,phd->hd", weights, values).ravel()

    def step(self, token):
        w, x = self.w, self.w["embedding"][token]
        for n in range(self.shape["layers"]):
            x = x + self.attend(n, norm(x, w["attn_norm"][n]))
            normed = norm(x, w["ffn_norm"][n])
            gate = w["gate"][n] @ normed
            x = x + w["down"][n] @ (gate / (1 + numpy.exp(-gate)) * (w["up"][n] @ normed))
        return w["output"] @ norm(x, w["norm"])


def tell(shape, weights):
    narrator, tokens, margin = Narrator(shape, weights), [BOS], numpy.inf
    for _ in range(STEPS):
        logits = narrator.step(tokens[-1])
        second, first = numpy.sort(logits)[-2:]
        margin = min(margin, float(first - second))
        tokens.append(int(logits.argmax()))
    return tokens, margin, logits


def text(ids, tokens):
    """As llama2.c prints it: the space after BOS is dropped, <0x0A> is a byte."""
    pieces = []
    for before, token in zip(ids, ids[1:]):
        piece = tokens[token][0]
        if before == BOS:
            piece = piece.removeprefix(b" ")
        if piece.startswith(b"<0x") and len(piece) == 6:
            piece = bytes([int(piece[3:5], 16)])
        pieces.append(piece)
    return b"".join(pieces).decode()


def gguf_tensors(shape, weights):
    ends = {"token_embd": weights["embedding"], "output_norm": weights["norm"], "output": weights["output"]}
    names = {"attn_norm": "attn_norm", "attn_q": "q", "attn_k": "k", "attn_v": "v", "attn_output": "o",
             "ffn_norm": "ffn_norm", "ffn_gate": "gate", "ffn_down": "down", "ffn_up": "up"}
    layers = {f"blk.{n}.{ours}": weights[theirs][n] for n in range(shape["layers"]) for ours, theirs in names.items()}
    return {f"{name}.weight": (array, gguf.GGMLQuantizationType.F32) for name, array in (ends | layers).items()}


def gguf_metadata(shape, tokens):
    u32 = lambda value: {"type": "u32", "value": value}
    kind = lambda id, piece: 2 if id == 0 else 3 if id in (BOS, EOS) else 6 if piece.startswith(b"<0x") else 1
    return {
        "llama.block_count": u32(shape["layers"]), "llama.context_length": u32(shape["length"]),
        "llama.embedding_length": u32(shape["dim"]), "llama.feed_forward_length": u32(shape["hidden"]),
        "llama.attention.head_count": u32(shape["heads"]), "llama.attention.head_count_kv": u32(shape["kv"]),
        "llama.rope.dimension_count": u32(shape["dim"] // shape["heads"]),
        "llama.attention.layer_norm_rms_epsilon": {"type": "f32", "value": EPS},
        "tokenizer.ggml.model": {"type": "string", "value": "llama"},
        "tokenizer.ggml.tokens": {"type": "[string]", "value": [p.decode().strip("\n").replace(" ", "▁") for p, _ in tokens]},
        "tokenizer.ggml.scores": {"type": "[f32]", "value": [score for _, score in tokens]},
        "tokenizer.ggml.token_type": {"type": "[i32]", "value": [kind(id, p) for id, (p, _) in enumerate(tokens)]},
        "tokenizer.ggml.bos_token_id": u32(BOS), "tokenizer.ggml.eos_token_id": u32(EOS),
    }


def llama_cpp_agrees(shape, weights, tokens, ids):
    """The largest difference of a logit along the story; every token must be llama.cpp's first choice."""
    with tempfile.NamedTemporaryFile(suffix=".gguf") as file:
        llamacpp.write(file.name, "llama", gguf_metadata(shape, tokens), gguf_tensors(shape, weights))
        model = llamacpp.open_model(file.name, shape["length"])
        model.eval(ids[:-1])
        scores = numpy.array(model.scores[:STEPS])
        model.close()
    assert scores.argmax(-1).tolist() == ids[1:], "llama.cpp tells another story"
    return scores


def story(folder):
    shape, weights = read(folder / "stories260K.bin")
    tokens = read_tokens(folder / "tok512.bin", shape["words"])
    ids, margin, last = tell(shape, weights)
    scores = llama_cpp_agrees(shape, weights, tokens, ids)
    rounded = [float(f"{v:.6g}") for v in last]
    return {"model": "stories260K.bin", "tokenizer": "tok512.bin", "steps": STEPS, "smallest_margin": float(f"{margin:.3g}"),
            "agreement": {"with": "llama.cpp", "largest": float(f"{abs(scores[-1] - last).max():.3g}")},
            "tokens": ids, "text": text(ids, tokens), "last_logits": rounded}
