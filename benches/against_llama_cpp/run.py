#!/usr/bin/env python3
"""Purview's engine against llama.cpp on this machine, pair by pair, in one run.

    cargo build --release
    python3 benches/against_llama_cpp/run.py                               the default model
    python3 benches/against_llama_cpp/run.py --shape qwen3-0.6b            Qwen3-0.6B's shape in Q4_K_M, random weights
    python3 benches/against_llama_cpp/run.py --shape smollm2-135m --type q8_0
    python3 benches/against_llama_cpp/run.py --busy 1                      also beside one busy process

What it does
  1. Builds llama.cpp from its source distribution for this very processor (native instruction sets), once, into
     target/reference/venv; this takes a C++ compiler and some minutes. `--python` names an environment that has it.
  2. In each round measures llama.cpp and then `purview model bench`, each in a process of its own, with the same file,
     threads, prompt lengths and number of tokens. A ratio compares the two of one round, so that a machine which slows
     down for a minute slows both; the table gives the median and the range of the rounds' ratios. llama.cpp's threads
     wait for each other by spinning and suffer more than ours from other work, which would flatter us: a round in
     which other processes took more than `--disturbed` of the processors is thrown away and measured again.
  3. Prints Markdown; `-o` keeps every measurement as JSON.

What is compared
  Prefill is the time from the first token of a prompt to the logits after its last one. Decode is greedy, one token at
  a time after that prompt. llama.cpp runs with its defaults (automatic flash attention, f16 cache, repacked weights)
  but for the threads and batches of 512. `--flash auto,off` measures it both ways: neither is the faster at everything.
  `--twin q4_0` adds the file quantised again to a type for which llama.cpp has faster products: it says what its user
  could have at about the same quality, which the same file need not.

Files: `reference.py` measures llama.cpp, `shapes.py` makes models, `machine.py` measures bounds, `report.py` prints.
"""
import argparse, contextlib, json, os, pathlib, platform, resource, subprocess, sys, time, venv

import report

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
KEPT = ROOT / "target" / "reference"
REFERENCE = "llama-cpp-python==0.3.36"
BESIDE = ["numpy==2.4.6", "gguf==0.19.0"]
SHAPES = {"qwen3-0.6b": "q4_k_m", "smollm2-135m": "q4_0"}  # and the type that is usual for it


def say(text):
    print(text, file=sys.stderr, flush=True)


def fail(text):
    raise SystemExit(f"error: {text}")


def output(command, **options):
    """What a command writes to stdout; its stderr is shown when it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        fail(f"`{' '.join(map(str, command))}` ended with {done.returncode}\n{done.stderr.strip()[-2000:]}")
    return done.stdout


# ---- the reference -------------------------------------------------------------------------------------------------

def reference_python(given):
    """The interpreter of the environment that holds llama.cpp; builds the environment when there is none."""
    if given:
        return given
    python = KEPT / "venv" / "bin" / "python"
    check = [python, "-c", "import llama_cpp, gguf, numpy"]
    if not python.exists() or subprocess.run(check, capture_output=True).returncode != 0:
        say(f"building {REFERENCE} for this processor, once; this takes some minutes")
        venv.create(KEPT / "venv", with_pip=True)
        output([python, "-m", "pip", "install", "--no-binary", "llama-cpp-python", REFERENCE, *BESIDE])
    return python


def make(python, source, kind, threads):
    """A model of a shape, or another file's twin of another type; made once."""
    say(f"{source} in {kind}")
    return pathlib.Path(output([python, HERE / "shapes.py", source, kind, KEPT, "--threads", threads]).strip())


def generator(purview, name):
    """The path of a model by its name, or of the default one."""
    paths = output([purview, "model", "pull", *([name] if name else [])]).split("\n")
    found = [path for path in paths if path.endswith(".gguf")]
    return pathlib.Path(found[0]) if found else fail(f"`model pull {name or ''}` printed no GGUF file")


def model(args, python):
    if args.shape:
        return make(python, args.shape, args.type or SHAPES[args.shape], args.threads)
    if args.model and pathlib.Path(args.model).exists():
        return pathlib.Path(args.model).resolve()
    return generator(args.purview, args.model)


# ---- one measurement -----------------------------------------------------------------------------------------------

def workload(args):
    lengths = ",".join(map(str, args.prompt_tokens))
    return ["--threads", args.threads, "--prompt-tokens", lengths, "--tokens", args.tokens, "--repeat", args.repeat]


def measure_reference(args, python, path, flash):
    return json.loads(output([python, HERE / "reference.py", path, "--flash", flash, *workload(args)]))


def measure_ours(args, path):
    return json.loads(output([args.purview, "model", "bench", "--json", path, *workload(args)]))


@contextlib.contextmanager
def busy_processes(count):
    """So many processes that do nothing but take turns on the processor."""
    started = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def contenders(args, python, path):
    """(side, how to measure it), in the order in which a round does so."""
    files = {"same file": path}
    files |= {f"{kind} twin": make(python, path, kind, args.threads) for kind in args.twin}
    for label, file in files.items():
        for flash in args.flash:
            yield f"{label}, flash {flash}", lambda file=file, flash=flash: measure_reference(args, python, file, flash)
    if not args.only_reference:
        yield report.OURS, lambda: measure_ours(args, path)


def busy_seconds():
    """Processor seconds spent by anyone, other guests of the host included, and by the processes measured here."""
    total = pathlib.Path("/proc/stat").read_text().splitlines()[0]
    user, nice, system, _idle, _waiting, *interrupts_and_steal = map(int, total.split()[1:9])
    spent = user + nice + system + sum(interrupts_and_steal)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent / os.sysconf("SC_CLK_TCK"), children.ru_utime + children.ru_stime


def undisturbed(measure):
    """An answer, and the share of all processors that went to other processes meanwhile."""
    started, (all_before, ours_before) = time.monotonic(), busy_seconds()
    answer = measure()
    (all_after, ours_after), elapsed = busy_seconds(), time.monotonic() - started
    others = (all_after - all_before) - (ours_after - ours_before)
    return answer, max(0.0, others) / (elapsed * os.cpu_count())


def measure_round(args, number, sides):
    measurements = []
    for load, busy in [("quiet", 0)] + ([(f"{args.busy} busy", args.busy)] if args.busy else []):
        with busy_processes(busy):
            for side, measure in sides:
                answer, others = undisturbed(measure)
                measurements.append({"round": number, "load": load, "side": side, "others": others, "answer": answer})
        say(report.pair_line(measurements, number, load))
    return measurements


def rounds(args, python, path):
    """The rounds that count, and how many were thrown away."""
    sides = list(contenders(args, python, path))
    kept, thrown = [], 0
    while len(kept) < args.rounds:
        measurements = measure_round(args, len(kept), sides)
        others = max(m["others"] for m in measurements if m["load"] == "quiet")
        if others <= args.disturbed:
            kept.append(measurements)
            continue
        thrown += 1
        say(f"other processes took {others:.0%} of the processors: measured again")
        if thrown > 3 * args.rounds:
            fail("this machine is too busy to measure; stop the other work, or raise `--disturbed`")
    return sum(kept, []), thrown


# ---- the report ----------------------------------------------------------------------------------------------------

def load_average():
    return [round(n, 2) for n in os.getloadavg()]


def machine(args, python, path):
    """Measured before the rounds, with one thread in each product so that threads are ours to count."""
    one_each = os.environ | {name: "1" for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")}
    return json.loads(output([python, HERE / "machine.py", path, "--threads", args.threads], env=one_each))


def heading(args, path, bounds, measurements, thrown):
    reference = next(m["answer"] for m in measurements if m["side"] != report.OURS)
    ours = next((m["answer"] for m in measurements if m["side"] == report.OURS), None)
    others = max(m["others"] for m in measurements if m["load"] == "quiet")
    lines = [
        f"# {path.name} against llama.cpp",
        "",
        f"- {bounds['processor']} with {os.cpu_count()} processors, {platform.system()}: "
        + " ".join(bounds["instruction_sets"]),
        f"- {args.threads} threads, {args.rounds} rounds of {args.repeat} repeats, {args.tokens} tokens decoded",
        f"- other processes took at most {others:.1%} of the processors; {thrown} rounds thrown away because they took "
        f"more than {args.disturbed:.0%}; load average now {load_average()}",
        f"- {reference['version']}: {reference['build']}",
    ]
    if ours:
        version = output([args.purview, "--version"]).strip()
        lines.append(f"- {version}: kernel {ours.get('kernel', 'not told')}")
    share = max(share for m in measurements for run in m["answer"]["runs"] for share in run.get("python_share", [0]))
    lines.append(f"- Python between the reference's steps, not counted: at most {share:.1%} of their time")
    return "\n".join(lines)


def sections(args, path, bounds, measurements, thrown):
    yield heading(args, path, bounds, measurements, thrown)
    yield report.pair_table(measurements, "quiet")
    yield report.quoting_table(measurements)
    if args.busy:
        yield report.pair_table(measurements, f"{args.busy} busy")
        yield report.busy_table(measurements, f"{args.busy} busy")
    yield report.process_table(measurements)
    yield report.bound_table(measurements, bounds, args.threads)


def whole_numbers(text):
    return [int(number) for number in text.split(",")]


def names(text):
    return [name for name in text.split(",") if name]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--model", help="a GGUF file or a model's name; the default generator otherwise")
    what.add_argument("--shape", choices=SHAPES, help="a shape with random weights")
    parser.add_argument("--type", help="the shape's type, such as q4_k_m, q4_0 or q8_0")
    parser.add_argument("--twin", type=names, default=[], help="types in which the reference is measured as well")
    parser.add_argument("--flash", type=names, default=["auto"], help="the reference's flash attention: auto, on, off")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--prompt-tokens", type=whole_numbers, default=[128, 512, 2048])
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeat", type=int, default=2, help="measurements in a process; their median counts")
    parser.add_argument("--busy", type=int, default=0, metavar="N", help="measure beside N busy processes too")
    parser.add_argument("--disturbed", type=float, default=0.1, help="share of the processors that others may take")
    parser.add_argument("--only-reference", action="store_true")
    parser.add_argument("--purview", type=pathlib.Path, default=ROOT / "target" / "release" / "purview")
    parser.add_argument("--python", type=pathlib.Path, help="an interpreter that can import llama_cpp, gguf and numpy")
    parser.add_argument("-o", "--output", type=pathlib.Path, help="where to keep the measurements as JSON")
    return parser.parse_args()


def main():
    args = arguments()
    python = reference_python(args.python)
    path = model(args, python)
    bounds = machine(args, python, path)
    measurements, thrown = rounds(args, python, path)
    if args.output:
        kept = {"model": path.name, "machine": bounds, "thrown_away": thrown, "measurements": measurements}
        args.output.write_text(json.dumps(kept, indent=1))
    print("\n\n".join(filter(None, sections(args, path, bounds, measurements, thrown))))


if __name__ == "__main__":
    main()
