"""From measurements to tables: pure functions, no process is started and no clock is read.

A measurement is one process's answer: {"round": 0, "load": "quiet", "side": "purview", "answer": {…}}. A round holds
one for each side, taken one after the other, and a ratio compares two of the same round.
"""
import statistics

OURS = "purview"
DIGITS = 1


def rates(answer):
    """{test: tokens per second} of one process: the median of what it repeated."""
    found = {}
    for run in answer["runs"]:
        length = run["prompt_tokens"]
        found[f"prefill {length}"] = statistics.median(run["prefill_tokens_per_second"])
        found[f"decode after {length}"] = statistics.median(run["decode_tokens_per_second"])
    return found


def decode_milliseconds(answer, length):
    """Every step's latency, where the side reports it."""
    runs = [run for run in answer["runs"] if run["prompt_tokens"] == length]
    return [ms for run in runs for repeat in run.get("decode_token_ms", []) for ms in repeat]


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def select(measurements, **wanted):
    return [m for m in measurements if all(m[key] == value for key, value in wanted.items())]


def by_round(measurements, test, **wanted):
    return {m["round"]: rates(m["answer"])[test] for m in select(measurements, **wanted)}


def ratios(numerators, denominators):
    """One ratio per round that both have."""
    return [numerators[r] / denominators[r] for r in sorted(numerators.keys() & denominators.keys())]


def spread(values):
    """`1.23 (1.10–1.31, n=5)`: the median and the range."""
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f}, n={len(values)})"


def median(values):
    return f"{statistics.median(values):.{DIGITS}f}" if values else "—"


def table(headings, rows):
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def sides(measurements):
    """The reference's variants, in the order in which they were measured."""
    return [side for side in dict.fromkeys(m["side"] for m in measurements) if side != OURS]


def pair_table(measurements, load):
    """Each test against each variant of the reference."""
    here = select(measurements, load=load)
    rows = []
    for test in dict.fromkeys(test for m in here for test in rates(m["answer"])):
        ours = by_round(here, test, side=OURS)
        for side in sides(here):
            theirs = by_round(here, test, side=side)
            pairs = ratios(ours, theirs)
            rows.append([test, side, median(theirs.values()), median(ours.values()), spread(pairs) if pairs else "—"])
    return table(["tokens per second", "reference", "llama.cpp", OURS, f"{OURS} ÷ llama.cpp"], rows)


def lengths(measurements):
    return sorted({run["prompt_tokens"] for m in measurements for run in m["answer"]["runs"]})


def nearest(measurements, length):
    return min(lengths(measurements), key=lambda other: abs(other - length))


def quoting_table(measurements, load="quiet"):
    """Prompt lookup on an answer that quotes, against plain decoding by either side."""
    ours = [m for m in select(measurements, side=OURS, load=load) if m["answer"].get("quoting")]
    if not ours:
        return ""
    length = nearest(measurements, ours[0]["answer"]["quoting"].get("prompt_tokens", 512))
    test = f"decode after {length}"
    lookup, plain = (
        {m["round"]: statistics.median(m["answer"]["quoting"][f"{kind}_tokens_per_second"]) for m in ours}
        for kind in ("lookup", "plain")
    )
    rows = [[f"{OURS}, plain, the same answer", median(plain.values()), spread(ratios(lookup, plain))]]
    for side in sides(measurements):
        theirs = by_round(measurements, test, side=side, load=load)
        rows.append([f"llama.cpp, {side}, plain {test}", median(theirs.values()), spread(ratios(lookup, theirs))])
    heading = f"{OURS} with prompt lookup: {median(lookup.values())} tokens per second"
    return heading + "\n\n" + table(["against", "tokens per second", "ratio"], rows)


def busy_table(measurements, load):
    """What decoding keeps of its quiet rate, and the latency of a step, beside other work."""
    rows = []
    for length in lengths(measurements):
        test = f"decode after {length}"
        for side in [*sides(measurements), OURS]:
            quiet, busy = (by_round(measurements, test, side=side, load=at) for at in ("quiet", load))
            if not quiet or not busy:
                continue
            rows.append([test, side, median(quiet.values()), median(busy.values()), spread(ratios(busy, quiet)),
                         *(latency(measurements, side, at, length) for at in ("quiet", load))])
    headings = ["tokens per second", "side", "quiet", load, "kept", "quiet, ms p50 / p95", f"{load}, ms p50 / p95"]
    return table(headings, rows)


def latency(measurements, side, load, length):
    steps = [ms for m in select(measurements, side=side, load=load) for ms in decode_milliseconds(m["answer"], length)]
    return f"{quantile(steps, 0.5):.1f} / {quantile(steps, 0.95):.1f}" if steps else "—"


def process_table(measurements):
    """Memory and starting time, from the quiet rounds."""
    rows = []
    for side in [*sides(measurements), OURS]:
        answers = [m["answer"] for m in select(measurements, side=side, load="quiet")]
        if not answers:
            continue
        peaks = [answer["peak_bytes"] / (1 << 20) for answer in answers if answer.get("peak_bytes")]
        loads = [answer["load_ms"] for answer in answers if "load_ms" in answer]
        first = [answer.get("first_token_ms", {}) for answer in answers]
        cold, warm = ([ms for times in first for ms in times.get(kind, [])] for kind in ("cold", "warm"))
        rows.append([side, median(peaks), median(loads), median(cold), median(warm)])
    return table(["process", "peak MiB", "load ms", "first token cold ms", "first token warm ms"], rows)


def bound_table(measurements, machine, threads):
    """Quiet rates as shares of what the machine can do."""
    bandwidth = machine["read_bytes_per_second"][str(threads)]
    multiply_adds = machine["f32_multiply_adds_per_second"][str(threads)]
    decode_bound = bandwidth / machine["weight_bytes"]
    shortest = lengths(measurements)[0]
    rows = []
    for side in [*sides(measurements), OURS]:
        decode = by_round(measurements, f"decode after {shortest}", side=side, load="quiet").values()
        prefill = [rate for length in lengths(measurements)
                   for rate in by_round(measurements, f"prefill {length}", side=side, load="quiet").values()]
        if decode:
            done = max(prefill) * machine["prefill_multiply_adds"]
            rows.append([side, f"{statistics.median(decode) / decode_bound:.2f}", f"{done / 1e9:.0f}",
                         f"{done / multiply_adds:.2f}"])
    note = (
        f"{machine['weight_bytes'] / 1e6:.1f} MB of weights per token; {threads} threads read "
        f"{bandwidth / 1e9:.1f} GB/s, so decoding is bound to {decode_bound:.0f} tokens per second "
        f"where no cache holds the weights; "
        f"{machine['prefill_multiply_adds'] / 1e6:.0f} M multiply-adds per token of a prompt; "
        f"f32 products reach {multiply_adds / 1e9:.0f} G multiply-adds per second."
    )
    headings = ["side", f"decode after {shortest} ÷ bound", "best prefill, G multiply-adds/s", "÷ f32 product"]
    return note + "\n\n" + table(headings, rows)


def pair_line(measurements, number, load):
    """One line about a round that has just ended."""
    here = select(measurements, round=number, load=load)
    ours = next((rates(m["answer"]) for m in here if m["side"] == OURS), {})
    parts = []
    for m in here:
        if m["side"] != OURS:
            pairs = [f"{test} {rate:.1f}" + (f" ×{ours[test] / rate:.2f}" if test in ours else "")
                     for test, rate in rates(m["answer"]).items()]
            parts.append(f"{m['side']}: {', '.join(pairs)}")
    return f"round {number + 1}, {load} · " + " · ".join(parts)
