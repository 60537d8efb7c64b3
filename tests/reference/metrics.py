#!/usr/bin/env python3
"""Writes `metrics.json` beside this script: fixed inputs, and what independent implementations make of them.

    pip install scikit-learn scipy statsmodels rouge-score ir-measures
    python3 tests/reference/metrics.py

The Rust test of the metrics reads that file; it needs neither Python nor these packages. `null` stands where a
measure has no value. Three things have no packaged reference, and are restated from their definitions here:
SQuAD's rules, the area under the risk-coverage curve (by every order of tied cases), and Newcombe's paired interval
(on statsmodels' Wilson intervals, checked against a published value).
"""
import importlib.metadata, itertools, json, math, pathlib, random, re, string, warnings
from collections import Counter

import ir_measures
import numpy as np
from rouge_score import rouge_scorer
from scipy import stats
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

PACKAGES = ["numpy", "scipy", "scikit-learn", "statsmodels", "rouge-score", "ir-measures", "pytrec-eval-terrier"]
# Every sequence of inputs starts here, so that adding a section changes no other.
SEED = 20260101


def percentiles():
    rng = random.Random(SEED)
    lists = [[3.0], [1.0, 2.0], [rng.gauss(0, 1) for _ in range(9)], [float(rng.randrange(4)) for _ in range(20)]]
    shares = [0.0, 0.025, 0.1, 0.25, 0.5, 0.9, 0.95, 0.975, 0.99, 1.0]
    return [
        {"sorted": sorted(values), "q": shares, "value": [float(np.quantile(sorted(values), q)) for q in shares]}
        for values in lists
    ]


def bootstraps():
    """scipy's interval, with resamples enough that its own noise is small beside that of 2,000."""
    rng = np.random.default_rng(SEED)
    before = np.round(rng.beta(2, 1, 1000), 3)
    after = np.round(np.clip(before + rng.normal(0.01, 0.2, 1000), 0, 1), 3)
    found = {"before": before.tolist(), "after": after.tolist()}
    for name, values in [("mean", before), ("difference", after - before)]:
        noise = np.random.default_rng(1)
        made = stats.bootstrap((values,), np.mean, n_resamples=50_000, method="percentile", rng=noise)
        interval = made.confidence_interval
        found[name] = {"low": interval.low, "high": interval.high, "standard_error": made.standard_error}
    return found


def scored_cases():
    rng = random.Random(SEED)
    yield [], []
    yield [0.5], [True]
    yield [0.2, 0.4, 0.4], [False, False, False]
    yield [0.2, 0.8], [False, True]
    yield [0.8, 0.2], [False, True]
    yield [0.5] * 6, [True, False, True, False, False, False]
    yield [0.0, -0.0, 1.0], [True, False, True]
    for n, places in [(10, 1), (40, 1), (150, 2), (150, 6)]:
        labels = [rng.random() < 0.6 for _ in range(n)]
        yield [min(1.0, max(0.0, round(rng.gauss(0.6 if y else 0.4, 0.2), places))) for y in labels], labels


def gates():
    found = []
    for scores, labels in scored_cases():
        case = {"scores": scores, "labels": labels, "auroc": None, "fpr": None, "brier": None, "calibration": None}
        case["tpr"] = [0.0, 0.5, 0.8, 0.95, 1.0]
        if len(set(labels)) == 2:
            case["auroc"] = sk.roc_auc_score(labels, scores)
            fpr, tpr, _ = sk.roc_curve(labels, scores, drop_intermediate=False)
            case["fpr"] = [float(fpr[np.argmax(tpr >= wanted)]) for wanted in case["tpr"]]
        if labels:
            case["brier"] = sk.brier_score_loss(labels, scores, pos_label=True)
            case["calibration"] = [calibration(scores, labels, bins) for bins in (1, 5, 10, 15)]
        found.append(case)
    return found


def calibration(scores, labels, bins):
    accuracy, confidence = calibration_curve(labels, scores, n_bins=bins, strategy="uniform", pos_label=True)
    edges = np.linspace(0, 1, bins + 1)
    counts = Counter(np.digitize(scores, edges[1:-1], right=True).tolist())
    n = [counts[b] for b in sorted(counts)]
    error = float(np.average(np.abs(accuracy - confidence), weights=n))
    return {"bins": bins, "value": error, "confidence": confidence.tolist(), "accuracy": accuracy.tolist(), "n": n}


def risk_at_every_prefix(wrong):
    return float(np.mean(np.cumsum(wrong) / np.arange(1, len(wrong) + 1)))


def aurc(confidences, wrong):
    """The mean over every order that puts no surer case behind a less sure one."""
    levels = sorted(set(confidences), reverse=True)
    tied = [[w for c, w in zip(confidences, wrong) if c == level] for level in levels]
    orders = itertools.product(*(list(itertools.permutations(group)) for group in tied))
    return float(np.mean([risk_at_every_prefix(list(itertools.chain(*order))) for order in orders]))


def selective():
    rng = random.Random(SEED)
    cases = [([0.5], [True]), ([0.5], [False]), ([0.9, 0.1], [True, False]), ([0.3] * 6, [True, True] + [False] * 4)]
    for n in (5, 7, 8):
        cases.append(([rng.randrange(4) / 4 for _ in range(n)], [rng.random() < 0.4 for _ in range(n)]))
    for n in (30, 200):
        # Without ties.
        cases.append((rng.sample([i / 1000 for i in range(1000)], n), [rng.random() < 0.3 for _ in range(n)]))
    found = []
    for confidences, wrong in cases:
        area = aurc(confidences, wrong)
        curve = []
        for level in sorted(set(confidences), reverse=True):
            kept = [w for c, w in zip(confidences, wrong) if c >= level]
            curve.append([len(kept) / len(wrong), sum(kept) / len(kept), level])
        case = {"confidences": confidences, "wrong": wrong, "curve": curve, "aurc": area}
        found.append(case | {"excess": area - risk_at_every_prefix(sorted(wrong))})
    return found


def retrieval():
    rng = random.Random(SEED)
    ids = [f"d{i}" for i in range(30)]
    cases = [
        ([], {"d1": 1}),
        (["d1", "d2"], {}),
        (["d1"], {"d1": 0}),
        (["d9"], {"d1": 2, "d2": 1}),
        (["d2", "d2", "d1", "d2"], {"d1": 3, "d2": 1, "d3": 0}),
        (ids[:12], {"d11": 2}),
    ]
    for _ in range(8):
        ranked = [rng.choice(ids) for _ in range(rng.randrange(1, 25))]
        cases.append((ranked, {i: rng.randrange(4) for i in rng.sample(ids, rng.randrange(1, 15))}))
    ks = [1, 2, 3, 5, 10, 20]
    kinds = {
        "recall": ir_measures.R,
        "precision": ir_measures.P,
        "reciprocal_rank": ir_measures.RR,
        "ndcg": ir_measures.nDCG,
    }
    found = []
    for ranked, grades in cases:
        case = {"ranked": ranked, "grades": grades, "k": ks}
        unique = list(dict.fromkeys(ranked))
        run = {"q": {i: float(len(unique) - at) for at, i in enumerate(unique)}}
        for name, kind in kinds.items():
            case[name] = None
            if any(grades.values()):
                measured = ir_measures.iter_calc([kind @ k for k in ks], {"q": grades}, run)
                made = {m.measure.params["cutoff"]: m.value for m in measured}
                # An empty run is no answer to the query: trec_eval, asked for every query (`-c`), says 0.
                case[name] = [made[k] if unique else 0.0 for k in ks]
        found.append(case)
    return found


TEXTS = [
    ("the Cat sat", ["A cat sat."]),
    ("", [""]),
    ("", ["something"]),
    ("something", [""]),
    ("the", ["a"]),
    ("the", ["an!", "word"]),
    ("", []),
    ("word", []),
    ("$1,200.50", ["$1200.50", "1,200"]),
    ("red red blue", ["red blue blue"]),
    ("an-other a_b theatre", ["another ab theatre"]),
    ("police killed the gunman", ["police kill the gunman", "the gunman police killed"]),
    ("the cat was found under the bed", ["the cat was under the bed"]),
    ("The the café", ["cafe", "café"]),
    ("“the” limit — the limit", ["“” limit — limit"]),
    ("세금 신고는 4월 15일까지 한다", ["신고는 4월 15일까지", "세금 신고"]),
    ("ΑΣ ΟΔΟΣ", ["ας οδος"]),
    ("İstanbul \u212a9", ["istanbul k9"]),
    ("one\u00a0two\tthree\x1cfour\u3000five", ["one two three four five"]),
    ("naïve a\u0301 a\u0308b", ["naive a ab"]),
    ("a1 1a a 1", ["1 a1 1a"]),
    ("x y", ["x q", "x y b c d e"]),
    ("one two three four", ["two", "two three four five six"]),
    ("Снег идёт", ["снег шёл", "идёт снег"]),
]


def normal_form(text):
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(w for w in re.split(r"\s+", re.sub(r"\b(?:the|an?)\b", " ", text)) if w)


def squad_f1(answer, reference, empty_agrees):
    a, r = normal_form(answer).split(), normal_form(reference).split()
    if empty_agrees and not (a and r):
        return float(a == r)
    common = sum((Counter(a) & Counter(r)).values())
    # Dice's coefficient, which the harmonic mean of precision and recall is.
    return 2 * common / (len(a) + len(r)) if common else 0.0


class UnicodeWords:
    def tokenize(self, text):
        return re.findall(r"[^\W_]+", text.lower())


def texts():
    found = []
    for answer, references in TEXTS:
        case = {"answer": answer, "references": references, "normal": normal_form(answer)}
        worded = [r for r in references if normal_form(r)] or [""]
        for version, given in [("v1", references), ("v2", worded)]:
            exact = any(normal_form(answer) == normal_form(r) for r in given)
            f1 = max((squad_f1(answer, r, version == "v2") for r in given), default=0.0)
            case[version] = {"exact": exact, "f1": f1}
        for name, tokenizer in [("ascii", None), ("unicode", UnicodeWords())]:
            scorer = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False, tokenizer=tokenizer)
            score = scorer.score_multi(references, answer)["rougeL"] if references else (0.0, 0.0, 0.0)
            case[name] = [float(part) for part in score]
        found.append(case)
    return found


def newcombe(both, first, second, neither):
    """Method 10 of Newcombe (1998), for second less first, with the letters e, f, g, h of the paper."""
    e, f, g, h = both, second, first, neither
    n = e + f + g + h
    p1, p2 = (e + f) / n, (e + g) / n
    (l1, u1), (l2, u2) = (proportion_confint(x, n, method="wilson") for x in (e + f, e + g))
    product = math.prod([e + f, g + h, e + g, f + h])
    c = e * h - f * g
    c = c if c < 0 else max(c - n / 2, 0)
    phi = c / math.sqrt(product) if product else 0.0

    def reach(x, y):
        return math.sqrt(max(0.0, x * x - 2 * phi * x * y + y * y))

    return [p1 - p2 - reach(p1 - l1, u2 - p2), p1 - p2 + reach(u1 - p1, p2 - l2)]


def paired():
    # Cavo et al. 2012; published in the tests of R's contingencytables for first less second: -0.1186 to -0.0046.
    assert np.allclose(newcombe(59, 6, 16, 80), [0.0046, 0.1186], atol=5e-5)
    tables = [(0, 0, 0, 5), (5, 0, 0, 0), (3, 2, 2, 1), (1, 1, 7, 12), (59, 6, 16, 80), (10, 0, 12, 3), (0, 4, 1, 0)]
    tables += [(500, 30, 55, 415), (0, 400, 450, 0), (40, 1000, 1100, 7), (0, 20, 900, 2), (14, 5, 0, 22)]
    found = []
    for both, first, second, neither in tables:
        p = mcnemar([[both, first], [second, neither]], exact=True).pvalue
        interval = newcombe(both, first, second, neither)
        found.append({"table": [both, first, second, neither], "p": float(p), "interval": interval})
    return found


def confusion():
    rng = random.Random(SEED)
    found = []
    for n in (0, 1, 60):
        pairs = [(rng.randrange(4), rng.randrange(4)) for _ in range(n)]
        table = [[0] * 4] * 4
        if n:
            table = sk.confusion_matrix([e for e, _ in pairs], [g for _, g in pairs], labels=range(4)).tolist()
        unanswerable = [g for e, g in pairs if e != 0]
        answerable = [g for e, g in pairs if e == 0]
        found.append({
            "pairs": pairs,
            "table": table,
            "false_answers": [unanswerable.count(0), len(unanswerable)],
            "false_refusals": [answerable.count(2) + answerable.count(3), len(answerable)],
        })
    return found


def main():
    # sklearn warns of inputs with one class; they are meant.
    warnings.filterwarnings("ignore")
    sections = [percentiles, bootstraps, gates, selective, retrieval, texts, paired, confusion]
    made = {"made_by": {name: importlib.metadata.version(name) for name in PACKAGES}}
    made |= {section.__name__: section() for section in sections}
    path = pathlib.Path(__file__).with_name("metrics.json")
    lines = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in made.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
