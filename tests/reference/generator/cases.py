"""The models: metadata and tensors of each case, as small as shows the architecture's particular features.

A case is a dict: name, architecture, context (llama.cpp's n_ctx), metadata (key → {type, value}), tensors
(recipes, see `recipe.py`), and where it applies a note, the names of the same tensors in a safetensors
checkpoint, and whether the second opinion is the reference.
"""
import math

import numpy

TOKENS = [(7 * i * i + 11 * i + 3) % 127 + 1 for i in range(48)]
POSITIONS = (0, 23, 47)
WORDS = 128
CONTEXT = 512

# Byte-level only in looks: the tests feed token ids, but llama.cpp does not load a file without a tokenizer.
VOCABULARY = {
    "tokenizer.ggml.model": {"type": "string", "value": "gpt2"},
    "tokenizer.ggml.pre": {"type": "string", "value": "smollm"},
    "tokenizer.ggml.tokens": {"type": "[string]", "value": [
        "<|endoftext|>", "Ċ", "Ġ", *map(chr, range(33, 127)), *(f"w{i}" for i in range(WORDS - 98)), "ab"]},
    "tokenizer.ggml.token_type": {"type": "[i32]", "value": [3] + [1] * (WORDS - 1)},
    "tokenizer.ggml.merges": {"type": "[string]", "value": ["a b"]},
    "tokenizer.ggml.bos_token_id": {"type": "u32", "value": 0},
    "tokenizer.ggml.eos_token_id": {"type": "u32", "value": 0},
}


def single(value):
    """The shortest decimal of the value as f32, so that parsing it as f32 gives the same bits."""
    return float(str(numpy.float32(value)))


# --- tensors -------------------------------------------------------------------------------------------------

def matrix(name, rows, columns, gain=1.7):
    """Uniform numbers of a size that keeps each row's product with a normed vector near 1."""
    scale = numpy.float32(gain) / numpy.sqrt(numpy.float32(columns))
    return {"name": name, "shape": [rows, columns], "kind": "f32", "offset": 0.0, "scale": single(scale)}


def vector(name, length, offset, scale):
    return {"name": name, "shape": [length], "kind": "f32", "offset": single(offset), "scale": single(scale)}


def norm(name, length):
    return vector(name, length, 1.0, 0.2)


def factors(name, length):
    return vector(name, length, 3.0, 2.0)  # 1 … 5


def ends(width, tied=True, norm_name="output_norm.weight"):
    tensors = [matrix("token_embd.weight", WORDS, width), norm(norm_name, width)]
    return tensors if tied else tensors + [matrix("output.weight", WORDS, width)]


def attention(n, width, head, heads, kv, qk_norm=False, bias=False):
    b = f"blk.{n}."
    sizes = {"attn_q": heads * head, "attn_k": kv * head, "attn_v": kv * head}
    gains = {"attn_q": 3.0, "attn_k": 3.0, "attn_v": 1.7}  # so that attention is far from uniform
    tensors = [matrix(f"{b}{part}.weight", rows, width, gains[part]) for part, rows in sizes.items()]
    if bias:
        tensors += [vector(f"{b}{part}.bias", rows, 0.0, 0.5) for part, rows in sizes.items()]
    if qk_norm:
        tensors += qk_norms(n, head)
    return tensors + [matrix(f"{b}attn_output.weight", width, heads * head)]


def qk_norms(n, head):
    return [vector(f"blk.{n}.attn_{part}_norm.weight", head, 1.5, 0.5) for part in "qk"]


def fused_attention(n, width, head, heads, kv):
    return [matrix(f"blk.{n}.attn_qkv.weight", (heads + 2 * kv) * head, width, 2.5),
            matrix(f"blk.{n}.attn_output.weight", width, heads * head)]


def feed_forward(n, width, hidden):
    b = f"blk.{n}."
    return [matrix(f"{b}ffn_gate.weight", hidden, width), matrix(f"{b}ffn_up.weight", hidden, width),
            matrix(f"{b}ffn_down.weight", width, hidden)]


def norms(n, width, names=("attn_norm", "ffn_norm")):
    return [norm(f"blk.{n}.{name}.weight", width) for name in names]


# --- metadata ------------------------------------------------------------------------------------------------

def u32(value):
    return {"type": "u32", "value": value}


def f32(value):
    return {"type": "f32", "value": single(value)}


def string(value):
    return {"type": "string", "value": value}


def i32s(value):
    return {"type": "[i32]", "value": value}


def metadata(architecture, layers, width, hidden, heads, kv, base=10000.0, eps=1e-5, **more):
    """Keys and types as llama.cpp's converters write them; `more` holds the architecture's own."""
    keys = {
        "block_count": u32(layers), "context_length": u32(CONTEXT), "embedding_length": u32(width),
        "feed_forward_length": i32s(hidden) if isinstance(hidden, list) else u32(hidden),
        "attention.head_count": i32s(heads) if isinstance(heads, list) else u32(heads),
        "attention.head_count_kv": i32s(kv) if isinstance(kv, list) else u32(kv),
        "rope.freq_base": f32(base) if base else None,
        "attention.layer_norm_rms_epsilon": f32(eps) if eps else None,
    } | more
    prefixed = {f"{architecture}.{key}": entry for key, entry in keys.items() if entry}
    return {"general.architecture": string(architecture)} | prefixed


def case(name, architecture, metadata, tensors, **more):
    return {"name": name, "architecture": architecture, "context": CONTEXT, "metadata": metadata, "tensors": tensors} | more


# --- cases ---------------------------------------------------------------------------------------------------

def decoder(name, architecture, layers, width, hidden, heads, kv, head=None, tied=True, qk_norm=False, bias=False, base=10000.0,
            eps=1e-5, extra=(), **more):
    """The common shape: RMS norm, separate q, k and v, gated feed-forward."""
    own = {"rope.dimension_count": u32(head or width // heads), "vocab_size": u32(WORDS)} | more
    if head:
        own |= {"attention.key_length": u32(head), "attention.value_length": u32(head)}
    head = head or width // heads
    tensors = ends(width, tied) + list(extra)
    for n in range(layers):
        tensors += norms(n, width) + attention(n, width, head, heads, kv, qk_norm, bias) + feed_forward(n, width, hidden)
    return case(name, architecture, metadata(architecture, layers, width, hidden, heads, kv, base, eps, **own), tensors)


def gemma3(name, layers, note, **own):
    width, hidden, heads, kv, head = 64, 96, 4, 1, 32
    tensors = ends(width)
    for n in range(layers):
        tensors += norms(n, width, ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"))
        tensors += attention(n, width, head, heads, kv, qk_norm=True) + feed_forward(n, width, hidden)
    keys = metadata("gemma3", layers, width, hidden, heads, kv, base=1000000.0, eps=1e-6, **{
        "attention.key_length": u32(head), "attention.value_length": u32(head), "attention.sliding_window": u32(16)}, **own)
    return case(name, "gemma3", keys, tensors, note=note, second_is_the_reference=True)


def phi3(name, rotated=32, original=CONTEXT, context_length=CONTEXT, long_rope=False, note=None):
    layers, width, hidden, heads, kv, head = 2, 64, 96, 2, 1, 32
    tensors = ends(width, tied=False)
    own = {"rope.dimension_count": u32(rotated), "rope.scaling.original_context_length": u32(original),
           "context_length": u32(context_length), "attention.sliding_window": u32(CONTEXT)}
    if long_rope:
        tensors += [factors("rope_factors_long.weight", rotated // 2), factors("rope_factors_short.weight", rotated // 2)]
        own["rope.scaling.attn_factor"] = f32(math.sqrt(1 + math.log(context_length / original) / math.log(original)))
    for n in range(layers):
        tensors += norms(n, width) + fused_attention(n, width, head, heads, kv)
        tensors += [matrix(f"blk.{n}.ffn_up.weight", 2 * hidden, width), matrix(f"blk.{n}.ffn_down.weight", width, hidden)]
    return case(name, "phi3", metadata("phi3", layers, width, hidden, heads, kv, **own), tensors, note=note)


def lfm2():
    width, hidden, heads, kv, taps = 64, 96, 4, [0, 2, 0, 2], 3
    head = width // heads
    tensors = ends(width, norm_name="token_embd_norm.weight")
    for n, own_kv in enumerate(kv):
        tensors += norms(n, width) + feed_forward(n, width, hidden)
        if own_kv:
            tensors += attention(n, width, head, heads, own_kv, qk_norm=True)
        else:
            tensors += [matrix(f"blk.{n}.shortconv.conv.weight", width, taps),
                        matrix(f"blk.{n}.shortconv.in_proj.weight", 3 * width, width, 2.5),
                        matrix(f"blk.{n}.shortconv.out_proj.weight", width, width)]
    keys = metadata("lfm2", len(kv), width, hidden, heads, kv, base=1000000.0,
                    **{"shortconv.l_cache": u32(taps), "vocab_size": u32(WORDS)})
    return case("lfm2", "lfm2", keys, tensors)


def mpt(name, width, heads, clamp=None):
    """Six heads show ALiBi's second series of slopes, for a count that is no power of two."""
    layers, hidden = 2, 4 * width
    tensors = ends(width)
    safetensors = [["transformer.wte.weight", "token_embd.weight"], ["transformer.norm_f.weight", "output_norm.weight"]]
    parts = {"attn.Wqkv": "attn_qkv", "attn.out_proj": "attn_output", "ffn.up_proj": "ffn_up", "ffn.down_proj": "ffn_down",
             "norm_1": "attn_norm", "norm_2": "ffn_norm"}
    for n in range(layers):
        tensors += norms(n, width) + fused_attention(n, width, width // heads, heads, heads)
        tensors += [matrix(f"blk.{n}.ffn_up.weight", hidden, width), matrix(f"blk.{n}.ffn_down.weight", width, hidden)]
        safetensors += [[f"transformer.blocks.{n}.{hf}.weight", f"blk.{n}.{ours}.weight"] for hf, ours in parts.items()]
    keys = metadata("mpt", layers, width, hidden, heads, heads, base=None, eps=None, **{
        "attention.layer_norm_epsilon": f32(1e-5), "attention.max_alibi_bias": f32(8.0),
        "attention.clamp_kqv": f32(clamp) if clamp else None})
    config = {"model_type": "mpt", "architectures": ["MPTForCausalLM"], "d_model": width, "n_heads": heads, "n_layers": layers,
              "expansion_ratio": 4, "max_seq_len": CONTEXT, "vocab_size": WORDS, "no_bias": True, "layer_norm_epsilon": 1e-5,
              "attn_config": {"alibi": True, "alibi_bias_max": 8, "clip_qkv": clamp, "attn_type": "multihead_attention",
                              "qk_ln": False, "softmax_scale": None}}
    return case(name, "mpt", keys, tensors, second_is_the_reference=True,
                safetensors={"config": config, "names": safetensors})


def openelm():
    """Apple's checkpoints have the gate and up rows in one matrix, `ffn.proj_1`: gate first."""
    width, head, heads, kv, hidden = 64, 16, [4, 6, 8], [2, 3, 2], [64, 96, 128]
    tensors = ends(width)
    safetensors = [["transformer.token_embeddings.weight", "token_embd.weight"],
                   ["transformer.norm.weight", "output_norm.weight"]]
    parts = {"attn.qkv_proj": ["attn_qkv"], "attn.out_proj": ["attn_output"], "attn.q_norm": ["attn_q_norm"],
             "attn.k_norm": ["attn_k_norm"], "ffn.proj_1": ["ffn_gate", "ffn_up"], "ffn.proj_2": ["ffn_down"],
             "attn_norm": ["attn_norm"], "ffn_norm": ["ffn_norm"]}
    for n in range(len(heads)):
        tensors += norms(n, width) + qk_norms(n, head)
        tensors += fused_attention(n, width, head, heads[n], kv[n]) + feed_forward(n, width, hidden[n])
        safetensors += [[f"transformer.layers.{n}.{hf}.weight", *(f"blk.{n}.{part}.weight" for part in ours)]
                        for hf, ours in parts.items()]
    keys = metadata("openelm", len(heads), width, hidden, heads, kv, eps=1e-6, **{
        "rope.dimension_count": u32(head), "attention.key_length": u32(head), "attention.value_length": u32(head)})
    config = {"model_type": "openelm", "architectures": ["OpenELMForCausalLM"], "model_dim": width, "head_dim": head,
              "num_transformer_layers": len(heads), "num_query_heads": heads, "num_kv_heads": kv,
              "ffn_multipliers": [h / width for h in hidden], "ffn_dim_divisor": 16, "ffn_with_glu": True,
              "activation_fn_name": "swish", "normalization_layer_name": "rms_norm", "normalize_qk_projections": True,
              "share_input_output_layers": True, "rope_freq_constant": 10000, "rope_max_length": 2 * CONTEXT,
              "max_context_length": CONTEXT, "vocab_size": WORDS}
    return case("openelm", "openelm", keys, tensors, safetensors={"config": config, "names": safetensors})


def llama(name="llama", **more):
    return decoder(name, "llama", 2, 64, 96, 4, 2, **more)


def qwen3(name="qwen3"):
    return decoder(name, "qwen3", 2, 64, 96, 4, 2, head=32, qk_norm=True, base=1000000.0, eps=1e-6)


def quantised(model, kind):
    """The model with every matrix in another type: recipes as they were, converted afterwards."""
    made = model(f"{model.__name__}-{kind}")
    made["tensors"] = [dict(t, kind=kind) if len(t["shape"]) == 2 else t for t in made["tensors"]]
    return made


# The f16 of each block of 256, chosen so that random bytes give weights of mean about 0 and deviation about 0.06.
SUPER_BLOCKS = {
    "q4_k": [{"at": 0, "f16": 2.0**-12}, {"at": 2, "f16": 2.0**-9}],   # d, dmin
    "q5_k": [{"at": 0, "f16": 2.0**-13}, {"at": 2, "f16": 2.0**-9}],
    "q6_k": [{"at": 208, "f16": 2.0**-14}],                            # d
}


def super_blocks(kind):
    made = decoder(f"llama-{kind}", "llama", 1, 256, 256, 4, 2)
    recipe = lambda t: {"name": t["name"], "shape": t["shape"], "kind": kind, "fields": SUPER_BLOCKS[kind]}
    made["tensors"] = [recipe(t) if len(t["shape"]) == 2 else t for t in made["tensors"]]
    return made


ALL = [
    llama(),
    llama("llama-rope-factors", base=500000.0, extra=[factors("rope_freqs.weight", 8)]),
    llama("mistral", head=32, tied=False, base=1000000.0),
    decoder("qwen2", "qwen2", 2, 64, 96, 4, 2, bias=True, base=1000000.0, eps=1e-6),
    qwen3(),
    gemma3("gemma3", 4, "window of 16 on layers 0 and 2; global layers scaled by 1/8; softcap",
           **{"attention.sliding_window_pattern": u32(2), "rope.freq_base_swa": f32(20000.0), "final_logit_softcapping": f32(3.0),
              "rope.scaling.type": string("linear"), "rope.scaling.factor": f32(8.0)}),
    gemma3("gemma3-defaults", 7, "no pattern and no local base: every sixth layer is global, local base 10000"),
    phi3("phi3"),
    phi3("phi3-longrope-short", 24, 512, 1024, True, "context within the original: short factors"),
    phi3("phi3-longrope-long", 24, 32, 512, True, "context beyond the original: long factors, from the first token on"),
    lfm2(),
    decoder("smollm3", "smollm3", 4, 64, 96, 4, 2, base=5000000.0, eps=1e-6),
    mpt("mpt", 96, 6),
    mpt("mpt-clamp", 64, 4, clamp=1.0),
    openelm(),
    *(quantised(llama, kind) for kind in ("f16", "bf16")),
    *(quantised(model, kind) for model in (llama, qwen3) for kind in ("q8_0", "q4_0", "q4_1", "q5_0", "q5_1")),
    *(super_blocks(kind) for kind in SUPER_BLOCKS),
]
