"""The second opinion: transformers with the same weights, and a numpy OpenELM (which transformers lacks).

Where conventions differ from GGUF:
* llama.cpp rotates neighbouring pairs for `llama` and `smollm3`, transformers the two halves: rows of q and k
  are permuted by llama.cpp's converter, and permuted back here.
* Gemma's norm weights are stored by transformers without the 1 that GGUF includes.
* llama.cpp computes GELU in the tanh form through a table of f16 (argument and result rounded). Gemma means
  the tanh form and MPT the erf form. So for both transformers, in plain f32, is the reference; the two differ
  by 1e-3 … 6e-3 (`agreement`). Tried once: Gemma with such a table, in f64, gives llama.cpp's logits to 1e-6
  until an argument lies so near the edge between two f16 that it falls to the other side; then to some 1e-4.
"""
import typing

import numpy
import torch
import transformers

import cases

PARTS = {"attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
         "attn_output": "self_attn.o_proj", "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm",
         "attn_qkv": "self_attn.qkv_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
         "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm"}
OWN_PARTS = {
    "gemma3": {"post_attention_norm": "post_attention_layernorm", "ffn_norm": "pre_feedforward_layernorm",
               "post_ffw_norm": "post_feedforward_layernorm"},
    "phi3": {"ffn_up": "mlp.gate_up_proj"},
    "lfm2": {"attn_output": "self_attn.out_proj", "attn_q_norm": "self_attn.q_layernorm", "attn_k_norm": "self_attn.k_layernorm",
             "ffn_gate": "feed_forward.w1", "ffn_up": "feed_forward.w3", "ffn_down": "feed_forward.w2",
             "attn_norm": "operator_norm", "ffn_norm": "ffn_norm", "shortconv.conv": "conv.conv",
             "shortconv.in_proj": "conv.in_proj", "shortconv.out_proj": "conv.out_proj"},
}
ENDS = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "token_embd_norm": "model.embedding_norm",
        "output": "lm_head"}
CLASSES = {"llama": "Llama", "qwen2": "Qwen2", "qwen3": "Qwen3", "phi3": "Phi3", "lfm2": "Lfm2", "smollm3": "SmolLM3",
           "mpt": "Mpt"}


class Opinion(typing.NamedTuple):
    name: str
    logits: numpy.ndarray  # (tokens, vocabulary)


def logits(case, tensors):
    arrays = {name: array for name, (array, _) in tensors.items()}
    if case["architecture"] == "openelm":
        return Opinion("numpy", openelm(case, arrays))
    model = build(case, arrays)
    scale_rope(model, arrays)
    with torch.no_grad():
        return Opinion("transformers", model(torch.tensor([cases.TOKENS]), use_cache=False).logits[0].numpy())


def build(case, arrays):
    architecture = case["architecture"]
    if architecture == "gemma3":
        classes = transformers.Gemma3TextConfig, transformers.Gemma3ForCausalLM
    else:
        classes = (getattr(transformers, CLASSES[architecture] + end) for end in ("Config", "ForCausalLM"))
    make_config, make_model = classes
    config = make_config(**mpt_config(case) if architecture == "mpt" else common_config(case, arrays))
    config._attn_implementation = "eager"
    model = make_model(config).eval()
    missing, unexpected = model.load_state_dict(state(case, arrays), strict=False)
    assert set(missing) <= {"lm_head.weight"} and not unexpected, (missing, unexpected)
    return model


def keys(case):
    prefix = case["architecture"] + "."
    return {key.removeprefix(prefix): entry["value"] for key, entry in case["metadata"].items()}


def common_config(case, arrays):
    m, architecture = keys(case), case["architecture"]
    heads = m["attention.head_count"]
    kv = m["attention.head_count_kv"]
    config = dict(
        vocab_size=cases.WORDS, hidden_size=m["embedding_length"], intermediate_size=m["feed_forward_length"],
        num_hidden_layers=m["block_count"], num_attention_heads=heads,
        num_key_value_heads=max(kv) if isinstance(kv, list) else kv,
        head_dim=m.get("attention.key_length", m["embedding_length"] // heads),
        rms_norm_eps=m["attention.layer_norm_rms_epsilon"],
        max_position_embeddings=m["context_length"], tie_word_embeddings="output.weight" not in arrays,
        rope_parameters={"rope_type": "default", "rope_theta": m["rope.freq_base"]}, pad_token_id=None)
    own = {"gemma3": gemma3_config, "phi3": phi3_config, "lfm2": lfm2_config}.get(architecture)
    return config | (own(m, config, arrays) if own else {})


def gemma3_config(m, config, _):
    scaling = {"rope_type": "linear", "factor": m["rope.scaling.factor"]} if "rope.scaling.factor" in m else {}
    return dict(
        query_pre_attn_scalar=config["head_dim"], sliding_window=m["attention.sliding_window"],
        sliding_window_pattern=m.get("attention.sliding_window_pattern", 6),
        final_logit_softcapping=m.get("final_logit_softcapping"),
        rope_parameters={
            "full_attention": config["rope_parameters"] | scaling,
            "sliding_attention": {"rope_type": "default", "rope_theta": m.get("rope.freq_base_swa", 10000.0)}})


def phi3_config(m, config, arrays):
    rope = config["rope_parameters"] | {"partial_rotary_factor": m["rope.dimension_count"] / config["head_dim"]}
    original = m["rope.scaling.original_context_length"]
    if "rope_factors_long.weight" in arrays:
        rope |= {"rope_type": "longrope", "original_max_position_embeddings": original,
                 "long_factor": arrays["rope_factors_long.weight"].tolist(),
                 "short_factor": arrays["rope_factors_short.weight"].tolist()}
    return dict(rope_parameters=rope, original_max_position_embeddings=original)


def lfm2_config(m, config, _):
    types = ["full_attention" if kv else "conv" for kv in m["attention.head_count_kv"]]
    return dict(layer_types=types, conv_L_cache=m["shortconv.l_cache"], norm_eps=config["rms_norm_eps"],
                block_auto_adjust_ff_dim=False)


def mpt_config(case):
    return case["safetensors"]["config"] | {"tie_word_embeddings": True}


def state(case, arrays):
    names = hf_names(case, arrays)
    return {names[name]: torch.from_numpy(converted(case, name, array).copy())
            for name, array in arrays.items() if name in names}


def hf_names(case, arrays):
    if case["architecture"] == "mpt":
        return {ours: hf for hf, ours in case["safetensors"]["names"]}
    parts = PARTS | OWN_PARTS.get(case["architecture"], {})
    names = {}
    for name in arrays:
        stem, _, ending = name.rpartition(".")
        if stem.startswith("blk."):
            _, layer, part = stem.split(".", 2)
            names[name] = f"model.layers.{layer}.{parts[part]}.{ending}"
        elif not stem.startswith("rope_"):
            names[name] = f"{ENDS[stem]}.{ending}"
    return names


def converted(case, name, array):
    architecture, part = case["architecture"], name.split(".")[-2]
    if architecture in ("llama", "smollm3") and part in ("attn_q", "attn_k"):
        heads = keys(case)["attention.head_count" if part == "attn_q" else "attention.head_count_kv"]
        return array.reshape(heads, -1, 2, array.shape[1]).swapaxes(1, 2).reshape(array.shape)
    if architecture == "gemma3" and part.endswith("norm"):
        return array - numpy.float32(1)
    if part == "conv":
        return array[:, None, :]
    return array


def scale_rope(model, arrays):
    """Llama 3's factors are a formula in transformers; the case's are arbitrary."""
    if "rope_freqs.weight" in arrays:
        model.model.rotary_emb.inv_freq /= torch.from_numpy(arrays["rope_freqs.weight"])


# --- OpenELM -------------------------------------------------------------------------------------------------

def rms_norm(x, weight, eps):
    return x / numpy.sqrt((x * x).mean(-1, keepdims=True) + eps) * weight


def rotate_halves(x, base):
    """x: (tokens, heads, head)"""
    half = x.shape[-1] // 2
    angle = numpy.arange(len(x))[:, None] * base ** (-numpy.arange(half) / half)
    cos, sin = numpy.cos(angle)[:, None], numpy.sin(angle)[:, None]
    a, b = x[..., :half], x[..., half:]
    return numpy.concatenate([a * cos - b * sin, b * cos + a * sin], -1)


def attend(q, k, v):
    """q: (tokens, heads, head); k, v: (tokens, kv heads, head) → (tokens, heads · head)"""
    k, v = (numpy.repeat(part, q.shape[1] // k.shape[1], 1) for part in (k, v))
    scores = numpy.einsum("qhd,khd->hqk", q, k) / numpy.sqrt(q.shape[-1])
    scores = numpy.where(numpy.tri(len(q), dtype=bool), scores, -numpy.inf)
    weights = numpy.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    return numpy.einsum("hqk,khd->qhd", weights, v).reshape(len(q), -1)


def openelm(case, arrays):
    m = keys(case)
    w = {name.removesuffix(".weight"): array.astype(numpy.float64) for name, array in arrays.items()}
    head, eps, base = m["attention.key_length"], m["attention.layer_norm_rms_epsilon"], m["rope.freq_base"]
    x = w["token_embd"][cases.TOKENS]
    for n, (heads, kv) in enumerate(zip(m["attention.head_count"], m["attention.head_count_kv"])):
        b = f"blk.{n}."
        qkv = (rms_norm(x, w[b + "attn_norm"], eps) @ w[b + "attn_qkv"].T).reshape(len(x), -1, head)
        q, k, v = numpy.split(qkv, [heads, heads + kv], 1)
        q, k = (rotate_halves(rms_norm(part, w[b + name], eps), base) for part, name in ((q, "attn_q_norm"), (k, "attn_k_norm")))
        x = x + attend(q, k, v) @ w[b + "attn_output"].T
        normed = rms_norm(x, w[b + "ffn_norm"], eps)
        gate = normed @ w[b + "ffn_gate"].T
        x = x + (gate / (1 + numpy.exp(-gate)) * (normed @ w[b + "ffn_up"].T)) @ w[b + "ffn_down"].T
    return (rms_norm(x, w["output_norm"], eps) @ w["token_embd"].T).astype(numpy.float32)
