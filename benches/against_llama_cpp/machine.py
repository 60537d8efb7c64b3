"""What this machine can do at most, so that a rate can be read as a share of a bound.

Decode reads every weight once per token: its bound is memory bandwidth ÷ bytes of weights. Prefill multiplies: its
bound is arithmetic. Both are measured here with numpy, by threads (numpy lets go of the interpreter while it works).

    OPENBLAS_NUM_THREADS=1 python machine.py MODEL --threads 2
"""
import argparse, concurrent.futures, json, pathlib, platform, time

import gguf
import numpy as np

GIGABYTE = 1 << 30  # thirty times this class of machine's last-level cache
MATRIX = 1024
INSTRUCTION_SETS = ["avx2", "fma", "avx_vnni", "avx512f", "avx512bw", "avx512_vnni", "avx512_bf16", "amx_int8",
                    "asimddp", "i8mm"]


def processor():
    """Name and the instruction sets that matter to a matrix product, as Linux tells them."""
    fields = {}
    path = pathlib.Path("/proc/cpuinfo")
    for line in path.read_text().splitlines() if path.exists() else []:
        key, _, value = line.partition(":")
        fields.setdefault(key.strip(), value.strip())
    flags = (fields.get("flags") or fields.get("Features") or "").split()
    return fields.get("model name") or platform.processor(), [name for name in INSTRUCTION_SETS if name in flags]


def best_seconds(work, threads, repeat=5):
    """The fastest of some runs in which every thread calls `work(its number)`."""
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        def once():
            started = time.perf_counter()
            list(pool.map(work, range(threads)))
            return time.perf_counter() - started
        return min(once() for _ in range(repeat))


def bandwidth(threads):
    """Bytes read per second: the largest byte of 1 GB, cut among the threads."""
    parts = np.array_split(np.ones(GIGABYTE, dtype=np.int8), threads)
    return GIGABYTE / best_seconds(lambda thread: parts[thread].max(), threads)


def multiply_adds(threads):
    """f32 multiply-adds per second in a product of square matrices."""
    left = [np.ones((MATRIX, MATRIX), dtype=np.float32) for _ in range(threads)]
    out = [np.empty_like(matrix) for matrix in left]
    seconds = best_seconds(lambda thread: np.matmul(left[thread], left[thread], out=out[thread]), threads)
    return threads * MATRIX**3 / seconds


def work_per_token(path):
    """Bytes of weights and number of multiply-adds that one token costs; a lookup in an untied embedding costs none."""
    tensors = {tensor.name: tensor for tensor in gguf.GGUFReader(path).tensors}
    if "output.weight" in tensors:
        del tensors["token_embd.weight"]
    matrices = [tensor for tensor in tensors.values() if len(tensor.shape) > 1]
    output = tensors.get("output.weight") or tensors["token_embd.weight"]
    return {
        "weight_bytes": int(sum(int(tensor.n_bytes) for tensor in tensors.values())),
        # the output matrix is left out: prefill multiplies by it for the last token alone
        "prefill_multiply_adds": int(sum(int(np.prod(matrix.shape)) for matrix in matrices) - np.prod(output.shape)),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    name, sets = processor()
    counts = sorted({1, args.threads})
    print(json.dumps({
        "processor": name,
        "instruction_sets": sets,
        "read_bytes_per_second": {count: bandwidth(count) for count in counts},
        "f32_multiply_adds_per_second": {count: multiply_adds(count) for count in counts},
        **work_per_token(args.model),
    }))


if __name__ == "__main__":
    main()
