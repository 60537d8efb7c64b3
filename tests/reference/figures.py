#!/usr/bin/env python3
"""Compares each dollar figure in a corpus with the fact tables in ../shared/data.

    python3 tests/reference/figures.py [corpora/us-tax ...files or folders]

A figure passes when a fact table holds it for a year that its sentence or table row names (or for any
of the document's years where none is named), when it is a constant of those tables, when the IRS text
for 2024 prints it, or when `derived.jsonl` beside this script says how it follows from facts.
Paragraphs that begin with `Example:` use invented amounts and are skipped.
Exit status 1 when a figure fails; 0 with a note when the fact tables are absent.
"""
import json, pathlib, re, sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
YEARS = range(2022, 2027)
MONEY = re.compile(r"\$\s?(\d[\d,]*(?:\.\d+)?)( million| billion)?")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
YEAR = re.compile(r"\b(20[12]\d)\b")
DATE = re.compile(r"(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}, 20\d\d")


def number(text):
    return float(text.replace(",", "").rstrip("."))


def load_facts():
    """year → values, and the values that hold in every year."""
    by_year, constants = {y: set() for y in YEARS}, set()
    for line in (DATA / "us_tax_facts.jsonl").open():
        row = json.loads(line)
        if row["year"] in by_year and isinstance(row["value"], (int, float)):
            by_year[row["year"]].add(float(row["value"]))
    for line in (DATA / "us_tax_limits.jsonl").open():
        row = json.loads(line)
        target = by_year[row["year"]] if row["year"] in by_year else constants
        texts = [str(row["value"]), row["note"] or "", row["fact"]]
        target.update(number(n) for text in texts for n in NUMBER.findall(text))
    irs = set()
    for line in (DATA / "irs2024" / "passages.en.jsonl").open():
        irs.update(number(m[0]) for m in MONEY.findall(json.loads(line)["text"]))
    return by_year, constants, irs


def derived_figures():
    path = pathlib.Path(__file__).with_name("derived.jsonl")
    if not path.exists():
        return set()
    rows = [json.loads(line) for line in path.open() if line.strip()]
    return {(row["document"], number(row["figure"].lstrip("$"))) for row in rows}


def statements(body):
    """(line number, text) of each sentence or table row outside examples."""
    for n, line in enumerate(body.splitlines(), 1):
        if line.strip().lower().startswith(("example:", "**example", "> example", "- example:")):
            continue
        if line.lstrip().startswith("|"):
            yield n, line
        else:
            for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z])", line):
                yield n, sentence


def check(path, facts, derived):
    by_year, constants, irs = facts
    text = path.read_text()
    parts = text.split("+++\n", 2)
    front, body = (parts[1], parts[2]) if len(parts) == 3 else ("", text)
    offset = text[: len(text) - len(body)].count("\n")
    document = (re.search(r'^id\s*=\s*"([^"]+)"', front, re.M) or [None, path.stem])[1]
    anywhere = set().union(constants, *by_year.values())
    for n, sentence in statements(body):
        years = [int(y) for y in YEAR.findall(DATE.sub("", sentence)) if int(y) in by_year]
        for digits, scale in MONEY.findall(sentence):
            value = number(digits) * {" million": 1e6, " billion": 1e9}.get(scale, 1)
            if value in constants or (document, value) in derived:
                continue
            held = {y for y in by_year if value in by_year[y]}
            if held and (not years or held & set(years)):
                continue
            if value in irs and (not years or 2024 in years or not held):
                continue
            why = f"the tables hold it for {sorted(held)}, not for {years}" if held else "no fact table and no IRS text holds it"
            yield f"{path}:{n + offset}: ${digits}{scale}: {why}: {sentence.strip()[:140]}"


def main():
    if not (DATA / "us_tax_facts.jsonl").exists():
        print("skipped: the fact tables in ../shared/data are absent")
        return 0
    roots = [pathlib.Path(a) for a in sys.argv[1:]] or [ROOT / "corpora" / "us-tax"]
    files = sorted(f for r in roots for f in ([r] if r.is_file() else r.rglob("*.md")))
    facts, derived = load_facts(), derived_figures()
    faults = [fault for f in files for fault in check(f, facts, derived)]
    figures = sum(len(MONEY.findall(f.read_text())) for f in files)
    print("\n".join(faults))
    print(f"{figures} dollar figures in {len(files)} documents, {len(faults)} without support")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
