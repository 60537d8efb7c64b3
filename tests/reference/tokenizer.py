#!/usr/bin/env python3
"""Writes `tokenizer.json` beside this script: texts, and the tokens that llama.cpp and Hugging Face make of them.

    pip install llama-cpp-python==0.3.36 gguf==0.19.0 tokenizers==0.23.3
    python3 tests/reference/tokenizer.py ../shared/data/models

The Rust tests of the tokenizer read that file; they need neither Python nor these packages. It holds the tokens and
merges that can occur in the texts, by their real ids, and no others: a token that is no part of a text (as its bytes
are written in the vocabulary) is never reached by merging.

Vocabularies: SmolLM2's (Apache-2.0) for every byte-level pre-tokenizer, because where a text is cut does not depend
on the vocabulary; Llama 2's as llama.cpp publishes it (`ggml-vocab-llama.gguf`, MIT) for SentencePiece. The variants
add tokens that other families have at the end.
"""
import ctypes, importlib.metadata, json, pathlib, re, sys, tempfile

import gguf
import llama_cpp
import tokenizers
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from tokenizers.trainers import BpeTrainer

PACKAGES = ["llama-cpp-python", "gguf", "tokenizers"]
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = 1, 2, 3, 4, 5, 6

TEXTS = [
    "The quick brown fox didn't jump over 13 lazy dogs.",
    "I'LL say IT'S theirs; they'd've SAID we're DON'T-ing, O'Neil's 'tis 'Twas y'all'd've",
    "안녕하세요! 2025년 연말정산 공제액은 1,500,000원입니다.",
    "소득세법 제59조의4제1항에 따르면 부양가족(배우자 포함)은 어떻게 되나요?",
    "👩\u200d👩\u200d👧\u200d👦 🏳️\u200d🌈 👍🏽 🇰🇷 ok",
    "def f(x):\n    if x > 10:\n\treturn x**2  # square\n\n\nclass A:\n        pass\n",
    "a  b   c    d        e",
    "\ttabs\t\tand \t mixed \n\t\n  lines \r\n\r\n end\n\n\n",
    " leading and trailing   ",
    "   \n   \n",
    "\n", "\n\n\nx", "  ", "x\n ", " \nx",
    "1 12 123 1234 12345 1234567890 3.14159 1,234.56 ½ ² ٣٤٥ Ⅻ",
    "Café naïve Zürich Ａｂｃ résumé e\u0301a\u0308 n\u0303o ÉCOLE ﬁn straße",
    "See https://example.com/a/b?q=1&r=%20#frag, user.name+tag@mail.co.kr or C:\\dir\\file.txt!",
    "$1,234.56 €99 ₩5,000 £3.20 (10% off) +$0.01",
    "HelloWorld camelCase XMLHttpRequest snake_case SCREAMING_CASE iPhone15Pro éAb ÀBc ЖжЖ",
    "Привет мир! Γειά σου Κόσμε. 你好，世界。こんにちは、カタカナ ｶﾅ",
    "שלום עולם مرحبا بالعالم हिन्दी में नमस्ते ภาษาไทย",
    "한글English섞어쓰기 日本語と한국어123가나다ABC",
    "don’t “quote” ‘single’ — dash… •bullet ™ © ½ cup",
    "!!!??? ... --- *** ### <<>> [[x]] {{y}} /path//to/// ;; :: \"' '\"",
    "<|im_end|> </s> <end_of_turn> [INST] <0x0A> <s>",
    "▁under▁bar ▁ x▁▁y",
    "\u00a0nbsp\u3000wide\u2003em\u200bzero\u0085nel\u2028ls",
    "x=1;y=2;\nfor(i=0;i<10;++i){\n  a[i]=b[i]/c[i];\n}\n//\n/ / \n",
    "I'm can’t 'S 'T 'RE 'VE 'M 'LL 'D 's't're've'm'll'd ſ'ſ",
    "\x00\x01\x7f",
    "q" * 40 + " " * 33 + "A" * 9 + "aA" * 5,
    "The standard deduction for 2025 is $15,750 for single filers (section 63(c)).",
]

# Each name of a pre-tokenizer that is tested, and what the models' own `tokenizer.json` have for it (`llama-vocab.cpp`
# quotes the expressions; some of llama.cpp's are others).
SHORT = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
REST = r"|\s*[\r\n]+|\s+(?!\S)|\s+"


def llama_3(digits):
    return rf"{SHORT}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|{digits}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*{REST}"


def cased(short, digits):
    upper, lower = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
    first = r"[^\r\n\p{L}\p{N}]?"
    words = rf"{first}{upper}*{lower}+{short}|{first}{upper}+{lower}*{short}"
    return rf"{words}|{digits}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*{REST}"


def split(expression):
    split = pre_tokenizers.Split(Regex(expression), "isolated")
    return pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


GPT_2 = pre_tokenizers.ByteLevel(add_prefix_space=False)
SMOLLM = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), GPT_2])
LLAMA_3, QWEN_2 = split(llama_3(r"\p{N}{1,3}")), split(llama_3(r"\p{N}"))
TEKKEN, GPT_4O = split(cased("", r"\p{N}")), split(cased(SHORT + "?", r"\p{N}{1,3}"))
PRE = {
    "smollm": SMOLLM, "starcoder": SMOLLM, "exaone": SMOLLM,
    "gpt-2": GPT_2, "mpt": GPT_2, "olmo": GPT_2, "phi-2": GPT_2, "exaone4": GPT_2, "a.x-4.0": GPT_2, "trillion": GPT_2,
    "llama-bpe": LLAMA_3, "llama3": LLAMA_3, "llama-v3": LLAMA_3, "lfm2": LLAMA_3, "falcon3": LLAMA_3,
    "midm-2.0": LLAMA_3, "pixtral": LLAMA_3, "dbrx": LLAMA_3, "smaug-bpe": LLAMA_3,
    "qwen2": QWEN_2, "deepseek-r1-qwen": QWEN_2, "stablelm2": QWEN_2, "megrez": QWEN_2, "kormo": QWEN_2,
    "tekken": TEKKEN, "gpt-4o": GPT_4O, "llama4": GPT_4O, "kanana2": GPT_4O,
}
WHOLE_WORDS = {"llama-bpe", "llama3", "llama-v3", "lfm2", "falcon3", "midm-2.0", "pixtral", "tekken"}


class Reference:
    """A vocabulary in llama.cpp."""

    def __init__(self, folder, name, **parts):
        path = str(folder / f"{name}.gguf")
        writer = gguf.GGUFWriter(path, "llama")
        writer.add_name(parts.get("title", name))
        writer.add_tokenizer_model(parts["kind"])
        writer.add_tokenizer_pre(parts.get("pre", "default"))
        writer.add_token_list(parts["tokens"])
        writer.add_token_types(parts["types"])
        if "merges" in parts:
            writer.add_token_merges(parts["merges"])
        if "scores" in parts:
            writer.add_token_scores(parts["scores"])
        if "space_prefix" in parts:
            writer.add_add_space_prefix(parts["space_prefix"])
        writer.add_bos_token_id(1)
        writer.add_eos_token_id(2)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.close()
        self.model = llama_cpp.Llama(path, vocab_only=True, verbose=False)

    def ids(self, text, special=False):
        if not text:
            return []
        return self.model.tokenize(text.encode(), add_bos=False, special=special)

    def shown(self, token):
        buffer = ctypes.create_string_buffer(512)
        length = llama_cpp.llama_token_to_piece(self.model._model.vocab, token, buffer, 512, 0, False)
        assert length >= 0
        return buffer.raw[:length]

    def ends(self, count):
        vocab = self.model._model.vocab
        return [token for token in range(count) if llama_cpp.llama_vocab_is_eog(vocab, token)]

    def writes_bos(self):
        return bool(llama_cpp.llama_vocab_get_add_bos(self.model._model.vocab))


def byte_alphabet():
    """`bytes_to_unicode` of GPT-2's `encoder.py`."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {**{byte: chr(byte) for byte in printable}, **{byte: chr(256 + n) for n, byte in enumerate(others)}}


ALPHABET = byte_alphabet()


def in_alphabet(text):
    return "".join(ALPHABET[byte] for byte in text.encode())


def lines_of(merges):
    return [merge if isinstance(merge, str) else " ".join(merge) for merge in merges]


def fits(merge, kept):
    return all(part in kept for part in [*merge.split(" "), merge.replace(" ", "")])


def within(tokens, written, longest):
    """The tokens that are a part of one of the texts."""
    parts = {text[a : a + n] for text in written for a in range(len(text)) for n in range(1, longest + 1)}
    return [token for token in tokens if token in parts]


def check_bytes(reference, text, ids):
    """SentencePiece writes a space as `▁`, and cannot tell one from the other."""
    shown = b"".join(reference.shown(token) for token in ids).decode()
    spaced = text.replace("▁", " ")
    assert shown in [text, spaced, " " + spaced], (text, shown)


def smollm2(folder, source):
    """SmolLM2's own tokenizer, by both references."""
    vocabulary, merges = source["model"]["vocab"], lines_of(source["model"]["merges"])
    tokens = sorted(vocabulary, key=vocabulary.get)
    special = {token["id"] for token in source["added_tokens"]}
    types = [CONTROL if id in special else NORMAL for id in range(len(tokens))]
    reference = Reference(folder, "smollm2", kind="gpt2", pre="smollm", tokens=tokens, types=types, merges=merges)
    own = Tokenizer(models.BPE(vocabulary, [tuple(merge.split(" ")) for merge in merges]))
    own.pre_tokenizer = SMOLLM
    cases = [[text, reference.ids(text)] for text in TEXTS]
    assert all(own.encode(text).ids == ids for text, ids in cases)
    for text, ids in cases:
        check_bytes(reference, text, ids)
    kept = set(within(tokens, map(in_alphabet, TEXTS), 64)) | {token for token in ALPHABET.values() if token in vocabulary}
    kept |= {tokens[id] for id in special}
    return {
        "size": len(tokens),
        "control": sorted(special),
        "tokens": {token: vocabulary[token] for token in sorted(kept, key=vocabulary.get)},
        "merges": [merge for merge in merges if fits(merge, kept)],
        "cases": cases,
    }


def cuts(folder):
    """A vocabulary of whatever stands in the texts, across words too: its tokens show where a text was cut."""
    tokenizer = Tokenizer(models.BPE())
    alphabet = list(ALPHABET.values())
    trainer = BpeTrainer(vocab_size=2400, min_frequency=1, max_token_length=7, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(map(in_alphabet, TEXTS), trainer)
    model = json.loads(tokenizer.to_str())["model"]
    merges = lines_of(model["merges"])
    # Ids as the Rust test numbers them: the bytes in order, then what each merge makes.
    tokens = list(dict.fromkeys([*alphabet, *(merge.replace(" ", "") for merge in merges)]))
    vocabulary = {token: id for id, token in enumerate(tokens)}
    cases = [{"text": text, "ids": []} for text in TEXTS]
    bos, differ = {}, {}
    for pre, splitter in PRE.items():
        types = [NORMAL] * len(tokens)
        reference = Reference(folder, pre, kind="gpt2", pre=pre, tokens=tokens, types=types, merges=merges)
        bos[pre] = reference.writes_bos()
        pairs = [tuple(merge.split(" ")) for merge in merges]
        own = Tokenizer(models.BPE(vocabulary, pairs, ignore_merges=pre in WHOLE_WORDS))
        own.pre_tokenizer = splitter
        for case in cases:
            ids, llama = own.encode(case["text"]).ids, reference.ids(case["text"])
            if ids != llama:
                differ.setdefault(case["text"], []).append(pre)
            same = next((known for known in case["ids"] if known["ids"] == ids), None)
            if same:
                same["pre"].append(pre)
            else:
                case["ids"].append({"pre": [pre], "ids": ids})
    return {"alphabet": alphabet, "merges": merges, "writes_bos": bos, "cases": cases, "llama_cpp_differs": differ}


# Families whose tokens are SentencePiece's: what they add to Llama's, and prompts in which every special token is
# the template's.
VARIANTS = [
    {"name": "llama", "extra": [], "prompts": [
        "<s>[INST] Hello, world! [/INST] Hi there.</s><s>[INST]again[/INST]",
        "</s>\n\n <s>", "x</s>y", "<s> a<s>  b",
    ]},
    {"name": "gemma", "space_prefix": False, "extra": [
        ["<start_of_turn>", CONTROL], ["<end_of_turn>", CONTROL], ["\n\n", USER_DEFINED], ["\n\n\n", USER_DEFINED],
        ["  ", USER_DEFINED], ["   ", USER_DEFINED], ["    ", USER_DEFINED], ["<table>", USER_DEFINED],
    ], "prompts": [
        "<s><start_of_turn>user\nHello\n\n  world<end_of_turn>\n<start_of_turn>model\n",
        "<start_of_turn>user\nA <table>  x\n\n\n\n     y<end_of_turn>\n",
    ]},
    {"name": "phi", "title": "Phi-3 mini", "extra": [
        ["<|endoftext|>", CONTROL], ["<|user|>", CONTROL], ["<|assistant|>", CONTROL], ["<|end|>", CONTROL],
    ], "prompts": [
        "<|user|>\nHello, world!<|end|>\n<|assistant|>\n",
        "<s><|user|> \n  two  spaces<|end|>\n<|endoftext|>\n<|assistant|>\nso</s>  it",
    ]},
]


def pieces(folder, path):
    fields = gguf.GGUFReader(path).fields
    tokens, scores, types = (
        fields[f"tokenizer.ggml.{key}"].contents() for key in ["tokens", "scores", "token_type"]
    )
    number = {token: id for id, token in enumerate(tokens)}
    families = []
    for variant in VARIANTS:
        extra = variant["extra"]
        reference = Reference(
            folder, variant["name"], kind="llama", title=variant.get("title", "Llama"),
            tokens=tokens + [token for token, _ in extra], scores=scores + [-1000.0] * len(extra),
            types=types + [kind for _, kind in extra], space_prefix=variant.get("space_prefix", True),
        )
        cases = []
        for text in TEXTS:
            # What user-defined markers are to llama.cpp even in a user's text, they are not to Purview.
            if all(token not in text for token, kind in extra if kind == USER_DEFINED and token.strip()):
                ids = reference.ids(text)
                check_bytes(reference, text, ids)
                cases.append([text, ids])
        families.append({
            "name": variant["name"], "title": variant.get("title", "Llama"),
            "space_prefix": variant.get("space_prefix"), "extra": extra, "cases": cases,
            "prompts": [[text, reference.ids(text, special=True)] for text in variant["prompts"]],
            "ends": reference.ends(len(tokens) + len(extra)), "writes_bos": reference.writes_bos(),
        })
    prompts = [text for variant in VARIANTS for text in variant["prompts"]]
    # After a special token there may be a space that the text has not, before what follows its white space.
    follows = [part for text in prompts for part in re.split(r"(?<=>)\s*", text)]
    written = [f" {text}".replace(" ", "▁") for text in TEXTS + prompts + follows]
    kept = {token for token, kind in zip(tokens, types) if kind != NORMAL} | set(within(tokens, written, 32))
    return {
        "size": len(tokens),
        "tokens": [[number[t], t, scores[number[t]], types[number[t]]] for t in sorted(kept, key=number.get)],
        "families": families,
    }


ENDS = [
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "[EOT]",
    "[EOS]", "<|end_of_text|>", "<end_of_utterance>", "<eos>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>",
    "<|return|>", "<|call|>", "<|start|>", "<|im_start|>", "<think>", "</think>", "<|eot|>", "<s>",
]


def ends(folder):
    """Which tokens end a turn by their names alone: of every kind, and without those that unmake `<|end|>`."""
    found = []
    for names, kind in [(ENDS, CONTROL), ([n for n in ENDS if n not in ("<|return|>", "<|call|>")], CONTROL)]:
        tokens = ["[bos]", "[beginning]", "[eos]", *names, *ALPHABET.values()]
        types = [CONTROL] * 3 + [kind] * len(names) + [NORMAL] * 256
        reference = Reference(folder, "ends", kind="gpt2", pre="gpt-2", tokens=tokens, types=types, merges=["a b"])
        found.append({"names": names, "ends": [tokens[id] for id in reference.ends(len(tokens))]})
    return found


def files(source):
    """Small `tokenizer.json` files of the kinds that come beside safetensors, and their library's own tokens."""
    texts = ["Hello  world", "a    b\n\nc", "Ünï e\u0301 안녕", " x ", "<s>", "  two"]
    wanted = texts + ["user", "Hello", "world", "</s>"]
    vocabulary = source["model"]["vocab"]
    kept = {*within(vocabulary, map(in_alphabet, wanted), 12), *filter(vocabulary.get, ALPHABET.values())}
    kept = sorted(kept, key=vocabulary.get)
    merges = [tuple(merge.split(" ")) for merge in lines_of(source["model"]["merges"]) if fits(merge, kept)]
    neox = Tokenizer(models.BPE({token: id for id, token in enumerate(kept)}, merges))
    neox.normalizer = normalizers.NFC()
    neox.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    neox.decoder = decoders.ByteLevel()
    neox.add_tokens([tokenizers.AddedToken(" " * n, normalized=True) for n in (4, 3, 2)])
    neox.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    yield "mpt", neox, texts, ["<|im_start|>user\nHello  world<|im_end|>\n<|im_start|>", "x <|im_end|>    y"]

    for name in ["openelm", "metaspace"]:
        spelled = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
        spelled += ["▁", "H", "e", "l", "o", "w", "r", "d", "a", "b", "c", "x", "t", "u", "s", "▁▁"]
        merges = [("l", "o"), ("H", "e"), ("He", "l"), ("Hel", "lo"), ("▁", "Hello"), ("▁", "w"), ("▁w", "o"),
                  ("l", "d"), ("r", "ld"), ("▁wo", "rld"), ("▁", "▁"), ("▁", "t"), ("▁t", "wo"), ("w", "o")]
        spelled += [a + b for a, b in merges if a + b not in spelled]
        merges.sort(key=lambda merge: spelled.index("".join(merge)))
        numbered = {token: id for id, token in enumerate(spelled)}
        model = models.BPE(numbered, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
        llama = Tokenizer(model)
        if name == "openelm":
            llama.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
            llama.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
        else:
            llama.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
            llama.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
        llama.add_special_tokens(["<unk>", "<s>", "</s>"])
        yield name, llama, texts, ["<s>Hello world</s>Hello", "<s> two</s>\n<s>"]


def from_files(source):
    for name, tokenizer, texts, prompts in files(source):
        ids = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
        plain = [text for text in texts if text not in tokenizer.get_vocab()]
        yield {"name": name, "file": json.loads(tokenizer.to_str()), "cases": [[text, ids(text)] for text in plain],
               "prompts": [[text, ids(text)] for text in prompts]}


def main():
    shared = pathlib.Path(sys.argv[1])
    source = json.loads((shared / "smollm2.tokenizer.json").read_text())
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        found = {
            "origin": "tests/reference/tokenizer.py; tokens and merges of SmolLM2-135M-Instruct (Apache-2.0) and of "
                      "llama.cpp's ggml-vocab-llama.gguf (MIT), as far as the texts need them",
            "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
            "smollm2": smollm2(folder, source),
            "cuts": cuts(folder),
            "pieces": pieces(folder, shared / "ggml-vocab-llama.gguf"),
            "ends": ends(folder),
            "files": list(from_files(source)),
        }
    path = pathlib.Path(__file__).with_suffix(".json")
    lines = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    parts = [f'"{key}": {lines(value)}' for key, value in found.items()]
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n")
    print(f"{path}: {path.stat().st_size} bytes; differs from llama.cpp: {found['cuts']['llama_cpp_differs']}")


if __name__ == "__main__":
    main()
