"""llama.cpp as the reference: writes a case as a GGUF file and runs it on the CPU, in f32 throughout."""
import gguf
import llama_cpp
import numpy

import cases

TYPES = {"u32": "UINT32", "i32": "INT32", "f32": "FLOAT32", "bool": "BOOL", "string": "STRING"}


# The library does not know its commit when built from a source package; that package's changelog states it.
COMMITS = {"0.3.36": "0c1e57098"}


def version():
    return {"version": llama_cpp.llama_version().decode(), "commit": COMMITS.get(llama_cpp.__version__, "unknown")}


def add(writer, key, entry):
    kind, value = entry["type"], entry["value"]
    if kind.startswith("["):
        writer.add_key_value(key, value, gguf.GGUFValueType.ARRAY, gguf.GGUFValueType[TYPES[kind[1:-1]]])
    else:
        writer.add_key_value(key, value, gguf.GGUFValueType[TYPES[kind]])


def write(path, architecture, metadata, tensors):
    """tensors: name → (array, kind); shapes are rows first, as in numpy."""
    writer = gguf.GGUFWriter(path, architecture)
    for key, entry in metadata.items():
        if key != "general.architecture":  # the writer adds it
            add(writer, key, entry)
    for name, (array, kind) in tensors.items():
        writer.add_tensor(name, array, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def open_model(path, context):
    """The cache in f32 and no flash attention: by default both round to f16."""
    f32 = int(gguf.GGMLQuantizationType.F32)
    return llama_cpp.Llama(str(path), n_ctx=context, n_batch=512, n_threads=1, n_threads_batch=1, verbose=False,
                           logits_all=True, flash_attn=False, type_k=f32, type_v=f32)


def logits(path, case, tensors):
    """(tokens, vocabulary)"""
    write(path, case["architecture"], case["metadata"] | cases.VOCABULARY, tensors)
    model = open_model(path, case["context"])
    model.eval(cases.TOKENS)
    out = numpy.array(model.scores[:len(cases.TOKENS)], numpy.float32)
    model.close()
    return out
