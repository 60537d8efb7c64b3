"""Writes generator.json and stories.json: what our own decoder must compute, according to others.

    python3 tests/reference/generator [case name ...]      # names: recompute only these cases

Needs: pip install llama-cpp-python==0.3.36 gguf==0.19.0 transformers==5.23.0 torch==2.15.0 numpy==2.4.6
(the versions that wrote the file are stored in it). CPU only, a quarter of a minute.

Each case is a tiny model of one architecture. Its weights come from a generator that Rust repeats bit for
bit (`weights.py`), so that the JSON holds recipes instead of numbers. llama.cpp reads the model as a GGUF
file and gives the logits in f32; transformers (or, for OpenELM, numpy) gives a second opinion. `agreement` is
the largest difference between the two over all tokens; `second.py` says why some are not nearly nothing.

Of a model in another type than f32, `logits` are those of its dequantised weights in f32 arithmetic, and
`logits_native` those of llama.cpp on the file itself, which rounds activations too before each product: to
Q8_0, Q8_1 or Q8_K by blocks, or to f16 or bf16. Hence `native_difference`.

`stories.json` is the greedy story of the stories260K model under a numpy implementation of llama2.c.
"""
import importlib.metadata
import json
import pathlib
import sys
import tempfile

import cases
import llamacpp
import second
import stories
from recipe import describe, dequantised, materialise

HERE = pathlib.Path(__file__).resolve().parent
OUTPUT = HERE.parent / "generator.json"
STORIES = HERE.parent / "stories.json"
MODELS = HERE.parents[3] / "shared" / "data" / "models"
PACKAGES = ("llama-cpp-python", "gguf", "numpy", "transformers", "torch")


def rounded(values):
    return [float(f"{v:.6g}") for v in values]


def at_positions(logits):
    return [{"position": p, "values": rounded(logits[p])} for p in cases.POSITIONS]


def largest(reference, opinion):
    return float(f"{abs(reference - opinion).max():.3g}")


def rms(reference, opinion):
    return float(f"{((reference - opinion) ** 2).mean() ** 0.5:.3g}")


def compute(case, folder):
    """One case: its description and the logits of every reference that can run it."""
    tensors = {t["name"]: materialise(case["name"], t) for t in case["tensors"]}
    native = llamacpp.logits(folder / "native.gguf", case, tensors)
    plain = {name: dequantised(tensor) for name, tensor in tensors.items()}
    quantised = any(t["kind"] != "f32" for t in case["tensors"])
    reference = llamacpp.logits(folder / "plain.gguf", case, plain) if quantised else native
    entry = {key: case[key] for key in ("name", "architecture", "context", "note", "metadata") if case.get(key)}
    entry["tensors"] = [describe(t, tensors[t["name"]]) for t in case["tensors"]]
    if "safetensors" in case:
        entry["safetensors"] = case["safetensors"]
    opinion = second.logits(case, plain)
    entry["agreement"] = {"between": ["llama.cpp", opinion.name], "largest": largest(reference, opinion.logits)}
    if case.get("second_is_the_reference"):
        entry["reference"] = opinion.name
        entry["logits"] = at_positions(opinion.logits)
        entry["logits_llama_cpp"] = at_positions(reference)
    else:
        entry["reference"] = "llama.cpp"
        entry["logits"] = at_positions(reference)
    if quantised:
        entry["native_difference"] = {"largest": largest(reference, native), "rms": rms(reference, native)}
        entry["logits_native"] = at_positions(native)
    print(f"{case['name']:20} deviation {reference.std():.2f}", entry["agreement"], entry.get("native_difference", ""))
    return entry


def line_per_item(document):
    """JSON with one line per tensor, metadata key and logit row: readable in a diff, and compact."""
    encode = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    def block(value, depth):
        pad = " " * depth
        if isinstance(value, dict) and depth < 3 and any(isinstance(v, (dict, list)) for v in value.values()):
            rows = (f"{pad} {encode(k)}: {block(v, depth + 1)}" for k, v in value.items())
            return "{\n" + ",\n".join(rows) + f"\n{pad}}}"
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return "[\n" + ",\n".join(f"{pad} {block(v, depth + 1)}" for v in value) + f"\n{pad}]"
        return encode(value)
    return block(document, 0) + "\n"


def main(names):
    wanted = [case for case in cases.ALL if not names or case["name"] in names]
    with tempfile.TemporaryDirectory() as folder:
        entries = [compute(case, pathlib.Path(folder)) for case in wanted]
    if names:
        kept = {e["name"]: e for e in json.loads(OUTPUT.read_text())["cases"]}
        kept.update((e["name"], e) for e in entries)
        entries = [kept[case["name"]] for case in cases.ALL]
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    versions["llama.cpp"] = llamacpp.version()
    document = {"versions": versions, "tokens": cases.TOKENS, "vocabulary": cases.VOCABULARY, "cases": entries}
    OUTPUT.write_text(line_per_item(document))
    if not names:
        STORIES.write_text(line_per_item(stories.story(MODELS)))


if __name__ == "__main__":
    main(sys.argv[1:])
