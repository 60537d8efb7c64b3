"""How a tensor's numbers are made, so that Rust makes the same ones.

A generator is Marsaglia's xorshift64, seeded by the 64-bit FNV-1a hash of "<case>/<tensor>" (1 for 0):

    s ^= s << 13;  s ^= s >> 7;  s ^= s << 17          (64 bits, one step per number or byte)

* `f32`:           u = (s >> 40) as f32 / 2^23 - 1;  value = offset + u * scale, in f32, row by row.
* `f16`, `bf16`:   the same values, rounded to nearest, ties to even.
* `q8_0` … `q5_1`: the same values, quantised by the `gguf` package (as ggml's reference code does).
* `q4_k` … `q6_k`: every byte of the blocks is s >> 56; then the f16 in `fields` replaces the bytes at `at`
                   of each block. A random K-quant is a valid K-quant, so no quantiser is needed.
"""
import gguf
import numpy

MASK = (1 << 64) - 1


def fnv1a(data):
    digest = 0xCBF29CE484222325
    for byte in data:
        digest = ((digest ^ byte) * 0x100000001B3) & MASK
    return digest


def states(label, count):
    s = fnv1a(label.encode()) or 1
    out = numpy.empty(count, numpy.uint64)
    for i in range(count):
        s ^= (s << 13) & MASK
        s ^= s >> 7
        s ^= (s << 17) & MASK
        out[i] = s
    return out


def kind_of(tensor):
    return gguf.GGMLQuantizationType[tensor["kind"].upper()]


def random_blocks(label, tensor):
    rows, columns = tensor["shape"]
    elements, size = gguf.GGML_QUANT_SIZES[kind_of(tensor)]
    count = rows * columns // elements
    blocks = (states(label, count * size) >> numpy.uint64(56)).astype(numpy.uint8).reshape(count, size)
    for field in tensor["fields"]:
        blocks[:, field["at"]:field["at"] + 2] = numpy.array([field["f16"]], numpy.float16).view(numpy.uint8)
    return blocks.reshape(rows, -1)  # (rows, bytes of a row)


def materialise(case, tensor):
    """(array, kind): f32 values in the tensor's shape, or rows of quantised bytes."""
    label = f"{case}/{tensor['name']}"
    if "fields" in tensor:
        return random_blocks(label, tensor), kind_of(tensor)
    u = (states(label, int(numpy.prod(tensor["shape"]))) >> numpy.uint64(40)).astype(numpy.float32)
    u = u / numpy.float32(1 << 23) - numpy.float32(1)
    values = numpy.float32(tensor["offset"]) + u * numpy.float32(tensor["scale"])
    return gguf.quants.quantize(values.reshape(tensor["shape"]), kind_of(tensor)), kind_of(tensor)


def dequantised(tensor):
    array, kind = tensor
    return gguf.quants.dequantize(array, kind), gguf.GGMLQuantizationType.F32


def describe(tensor, made):
    """The recipe as stored: with the sum of the (dequantised) values, and a digest of quantised bytes."""
    entry = dict(tensor, sum=float(f"{dequantised(made)[0].sum(dtype=numpy.float64):.12g}"))
    if tensor["kind"] != "f32":
        entry["fnv1a"] = f"{fnv1a(made[0].tobytes()):016x}"
    return entry
