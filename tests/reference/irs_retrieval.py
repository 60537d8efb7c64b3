#!/usr/bin/env python3
"""Retrieval on the IRS index entries: back-of-book entry → passage, hit@1, hit@10, MRR@10, with n.

    python3 tests/reference/irs_retrieval.py [--lang en] [--binary target/release/purview] [--half dev|test]

Imports ../shared/data/irs2024/passages.LANG.jsonl as a pack in a temporary folder (one document a passage, its
breadcrumbs as headings), runs `purview search --batch` over queries.LANG.jsonl with each retriever alone and with
both fused, and prints one row each. A hit counts for its document; passages of one document count once.
`--half` keeps every other query: weights are chosen on `dev`, `test` was not looked at while choosing.
"""
import argparse, json, os, pathlib, subprocess, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "irs2024"


def make_pack(folder, lang):
    corpus, pack = folder / "corpora" / "irs", folder / "domains" / f"irs-{lang}"
    corpus.mkdir(parents=True)
    pack.mkdir(parents=True)
    for line in (DATA / f"passages.{lang}.jsonl").open():
        row = json.loads(line)
        headings = "\n\n".join(f"{'#' * min(level, 6)} {' '.join(h.split())}" for level, h in enumerate(row["path"][1:] or row["path"], 1))
        title = json.dumps(" ".join(row["path"][0].split()))
        text = row["text"].strip() or "(no text)"
        (corpus / f"{row['id']}.md").write_text(f'+++\nid = "{row["id"]}"\ntitle = {title}\nlang = "{lang}"\n+++\n\n{headings}\n\n{text}\n')
    (pack / "domain.toml").write_text(
        f'schema = 1\ncorpora = ["../../corpora/irs"]\n[pack]\nname = "irs-{lang}"\nversion = "0.1.0"\ntitle = "IRS publications"\n'
        f'languages = ["{lang}"]\n')
    return pack


def measure(binary, pack, queries, retrieval, top):
    command = [binary, "search", "-p", str(pack), "--retrieval", retrieval, "--top", str(top), "--batch", "-"]
    lines = "".join(json.dumps({"id": q["qid"], "query": q["query"]}) + "\n" for q in queries)
    output = subprocess.run(command, input=lines, capture_output=True, text=True, check=True).stdout
    hit1 = hit10 = mrr = 0
    for query, line in zip(queries, output.splitlines(), strict=True):
        seen = list(dict.fromkeys(hit["document"] for hit in json.loads(line)["hits"]))[:10]
        rank = next((at for at, document in enumerate(seen, 1) if document in query["relevant"]), None)
        hit1 += rank == 1
        hit10 += rank is not None
        mrr += 1 / rank if rank else 0
    n = len(queries)
    return f"hit@1 {100 * hit1 / n:.1f}  hit@10 {100 * hit10 / n:.1f}  MRR@10 {100 * mrr / n:.1f}  (n = {n})"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lang", default="en")
    parser.add_argument("--binary", default=str(ROOT / "target" / "release" / "purview"))
    parser.add_argument("--half", choices=["dev", "test"])
    parser.add_argument("--top", type=int, default=40)
    parser.add_argument("--keep", help="keep the pack in this folder, for the next run")
    options = parser.parse_args()
    queries = [json.loads(line) for line in (DATA / f"queries.{options.lang}.jsonl").open()]
    if options.half:
        queries = queries[options.half == "test" :: 2]
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(options.keep or scratch)
        existing = folder / "domains" / f"irs-{options.lang}"
        pack = existing if existing.exists() else make_pack(folder, options.lang)
        for retrieval in os.environ.get("RETRIEVAL", "lexical dense fused").split():
            print(f"{retrieval:8} {measure(options.binary, pack, queries, retrieval, options.top)}", flush=True)


if __name__ == "__main__":
    main()
