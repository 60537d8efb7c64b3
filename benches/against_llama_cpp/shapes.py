"""Models of a known shape with random weights: speed does not depend on what the weights say.

Run by `run.py` with the interpreter of the reference's virtual environment, once per shape and type:

    python shapes.py qwen3-0.6b q4_k_m FOLDER     writes FOLDER/qwen3-0.6b.q4_k_m.gguf and prints its path

The weights are normal numbers from a seed, written as f16 by `gguf` and quantised by llama.cpp itself, so that the
mixture of types (Q4_K_M keeps some tensors in Q6_K) is the one that its users have.
"""
import argparse, ctypes, dataclasses, pathlib

import gguf
import llama_cpp as llama
import numpy as np

SEED = 20240607
SPREAD = 0.02  # the initialiser range that both families publish
TYPES = {
    "q4_0": llama.LLAMA_FTYPE_MOSTLY_Q4_0,
    "q4_1": llama.LLAMA_FTYPE_MOSTLY_Q4_1,
    "q8_0": llama.LLAMA_FTYPE_MOSTLY_Q8_0,
    "q4_k_s": llama.LLAMA_FTYPE_MOSTLY_Q4_K_S,
    "q4_k_m": llama.LLAMA_FTYPE_MOSTLY_Q4_K_M,
}
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
MERGES = ["i n", "o n", "e r", "t h", "th e", "Ġ the"]


@dataclasses.dataclass(frozen=True)
class Shape:
    """What a published configuration says; every embedding here is tied to the output."""

    architecture: str
    layers: int
    width: int
    feed_forward: int
    heads: int
    key_value_heads: int
    head: int
    vocabulary: int
    rope_base: float
    epsilon: float
    pre_tokenizer: str
    specials: dict[str, int]
    context: int = 4096


SHAPES = {
    "qwen3-0.6b": Shape(
        "qwen3", 28, 1024, 3072, 16, 8, 128, 151_936, 1e6, 1e-6, "qwen2",
        {"<|endoftext|>": 151_643, "<|im_start|>": 151_644, "<|im_end|>": 151_645},
    ),
    "smollm2-135m": Shape(
        "llama", 30, 576, 1536, 9, 3, 64, 49_152, 1e5, 1e-5, "smollm",
        {"<|endoftext|>": 0, "<|im_start|>": 1, "<|im_end|>": 2},
    ),
}


def byte_alphabet():
    """GPT-2's printable stand-ins for the 256 bytes."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + i) for i in range(len(others))]


def vocabulary(shape):
    """Distinct tokens and their kinds: the specials at their places, then bytes, merges and made-up words."""
    specials = {place: text for text, place in shape.specials.items()}
    words = byte_alphabet() + [merge.replace(" ", "") for merge in MERGES]
    words += [f"Ġword{n}" for n in range(shape.vocabulary - len(words) - len(specials))]
    remaining = iter(words)
    tokens = [specials[i] if i in specials else next(remaining) for i in range(shape.vocabulary)]
    kinds = [gguf.TokenType.CONTROL if i in specials else gguf.TokenType.NORMAL for i in range(shape.vocabulary)]
    return tokens, kinds


def tensors(shape):
    """(name, shape in rows × columns) of every weight, in the order of the layers."""
    queries, keys = shape.heads * shape.head, shape.key_value_heads * shape.head
    yield "token_embd.weight", (shape.vocabulary, shape.width)
    for layer in range(shape.layers):
        parts = {
            "attn_norm": (shape.width,),
            "attn_q": (queries, shape.width),
            "attn_k": (keys, shape.width),
            "attn_v": (keys, shape.width),
            "attn_output": (shape.width, queries),
            "ffn_norm": (shape.width,),
            "ffn_gate": (shape.feed_forward, shape.width),
            "ffn_up": (shape.feed_forward, shape.width),
            "ffn_down": (shape.width, shape.feed_forward),
        }
        if shape.architecture == "qwen3":
            parts |= {"attn_q_norm": (shape.head,), "attn_k_norm": (shape.head,)}
        yield from ((f"blk.{layer}.{part}.weight", size) for part, size in parts.items())
    yield "output_norm.weight", (shape.width,)


def weights(random, size):
    """Norms are ones in f32, matrices normal in f16."""
    if len(size) == 1:
        return np.ones(size, dtype=np.float32)
    return (random.standard_normal(size, dtype=np.float32) * np.float32(SPREAD)).astype(np.float16)


def describe(writer, name, shape):
    writer.add_name(f"{name} with random weights")
    writer.add_block_count(shape.layers)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.key_value_heads)
    writer.add_key_length(shape.head)
    writer.add_value_length(shape.head)
    writer.add_rope_dimension_count(shape.head)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)


def add_tokenizer(writer, shape):
    tokens, kinds = vocabulary(shape)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(shape.pre_tokenizer)
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(MERGES)
    writer.add_bos_token_id(shape.specials["<|endoftext|>"])
    writer.add_eos_token_id(shape.specials["<|im_end|>"])
    writer.add_pad_token_id(shape.specials["<|endoftext|>"])
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def write_f16(path, name, shape):
    writer = gguf.GGUFWriter(path, shape.architecture, use_temp_file=False)
    describe(writer, name, shape)
    add_tokenizer(writer, shape)
    random = np.random.default_rng(SEED)
    for tensor, size in tensors(shape):
        writer.add_tensor(tensor, weights(random, size))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def quantise(source, target, kind, threads):
    """llama.cpp's own quantisation; `source` may be quantised already, which suits a speed test and nothing else."""
    settings = llama.llama_model_quantize_default_params()
    settings.ftype = TYPES[kind]
    settings.nthread = threads
    settings.allow_requantize = True
    partial = target.with_suffix(".partial")
    if llama.llama_model_quantize(str(source).encode(), str(partial).encode(), ctypes.byref(settings)) != 0:
        raise SystemExit(f"error: llama.cpp cannot quantise `{source}` to {kind}")
    partial.rename(target)


@llama.llama_log_callback
def quiet(_level, _text, _user):
    """llama.cpp logs every tensor; the path on stdout is what `run.py` reads."""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help=f"a shape ({', '.join(SHAPES)}) or the path of a GGUF to quantise again")
    parser.add_argument("kind", choices=TYPES)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def main():
    args = arguments()
    llama.llama_log_set(quiet, ctypes.c_void_p(0))
    args.folder.mkdir(parents=True, exist_ok=True)
    shape = SHAPES.get(args.source)
    stem = args.source if shape else pathlib.Path(args.source).stem
    target = args.folder / f"{stem}.{args.kind}.gguf"
    if not target.exists():
        source = args.folder / f"{stem}.f16.gguf" if shape else pathlib.Path(args.source)
        if shape:
            write_f16(source, args.source, shape)
        quantise(source, target, args.kind, args.threads)
        if shape:
            source.unlink()
    print(target)


if __name__ == "__main__":
    main()
