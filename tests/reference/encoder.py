#!/usr/bin/env python3
"""Writes `encoder/` beside this script: two tiny sentence encoders, and the vectors that transformers gives for texts.

    pip install transformers==5.23.0 torch==2.15.0 tokenizers==0.23.3 sentencepiece==0.2.3 safetensors==0.8.0
    python3 tests/reference/encoder.py

The Rust tests of the encoder read that folder; they need neither Python nor these packages. The weights are random.
`xlm-roberta` is what `multilingual-e5-base` is: positions begin behind the padding's id, one token type. `bert` is what
`multilingual-e5-small` is: BERT, whose positions begin at 0 and which has two token types, with the tokenizer of
XLM-RoBERTa. The tokenizer is sentencepiece's Unigram, trained on the sentences below, in the layout that
`XLMRobertaTokenizerFast` writes: ids moved by one for fairseq, sentencepiece's own normalizer (here with a few of its
rules only, since all of them take 300 KB), `<s>` and `</s>` around a text.

`limit` is in tokens, `<s>` and `</s>` included. Vectors have length 1.
"""
import importlib.metadata, json, pathlib, tempfile

import sentencepiece
import torch
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, XLMRobertaConfig, XLMRobertaModel

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = ["transformers", "torch", "tokenizers", "sentencepiece", "safetensors"]

# Full-width letters and the ideographic space become plain ones: rules of sentencepiece's `nmt_nfkc`.
RULES = [(0x3000, 0x20), (0x2009, 0x20)] + [(wide, wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)]

SENTENCES = """
The standard deduction for a single filer is larger this year.
A taxpayer may deduct the interest on a home loan.
Which form do I need to file when I move to another state?
The filing deadline is the fifteenth of April.
Is a scholarship taxable if it pays for room and board?
The library opens at nine and closes at six on weekdays.
You can return a borrowed book at any branch of the library.
How long does it take to get a new card in the mail?
Water the plants twice a week and keep them out of the sun.
The tax on a gift is paid by the person who gives it.
A child who lives with you for more than half of the year is a dependent.
Wages, tips and interest are income.
연말정산에서 부양가족 공제를 받을 수 있습니다.
올해의 기본공제 금액은 얼마인가요?
소득세 신고 기한은 오월 말일까지입니다.
도서관은 평일 아홉 시에 문을 열고 여섯 시에 닫습니다.
빌린 책은 어느 도서관에나 반납할 수 있습니다.
집을 옮길 때 어떤 서류를 내야 하나요?
월급과 이자는 모두 소득입니다.
장학금에도 세금이 붙나요?
식물에는 일주일에 두 번 물을 주세요.
새 카드를 받기까지 얼마나 걸리나요?
함께 사는 자녀는 부양가족입니다.
주택 대출의 이자는 공제할 수 있습니다.
""".strip().splitlines()

TEXTS = [
    "How large is the standard deduction for a single filer?",
    "도서관에서 빌린 책은 언제까지 반납해야 하나요?",
    "",
    "   \n ",
    "The taxpayer may deduct the interest on a home loan, and a child who lives with you is a dependent. " * 4,
    "연말정산에서 부양가족 공제를 받을 수 있습니다. 소득세 신고 기한은 오월 말일까지입니다. " * 4,
    "tax 🏠 세금 👩\u200d👩\u200d👧 xyz",
    "Ｔａｘ　ｏｎ 세금 2025, №1",
    "a <pad> and a <mask> in the text",
    "deduction",
]


def tokenizer():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "sentences.txt").write_text("\n".join(SENTENCES * 4) + "\n")
        (folder / "rules.tsv").write_text("".join(f"{a:X}\t{b:X}\n" for a, b in RULES))
        sentencepiece.SentencePieceTrainer.train(
            input=str(folder / "sentences.txt"), model_prefix=str(folder / "unigram"), vocab_size=400,
            model_type="unigram", normalization_rule_tsv=str(folder / "rules.tsv"), character_coverage=1.0,
            hard_vocab_limit=False, num_threads=1, minloglevel=2)
        proto = sentencepiece_model_pb2.ModelProto.FromString((folder / "unigram.model").read_bytes())
    pieces = [(piece.piece, round(piece.score, 6)) for piece in proto.pieces[3:]]
    vocabulary = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *pieces, ("<mask>", 0.0)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap)
    metaspace = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), metaspace])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True, special=True)])
    return tokenizer


def configs(words):
    shape = dict(vocab_size=words, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
                 hidden_act="gelu")
    xlm_roberta = XLMRobertaConfig(**shape, max_position_embeddings=42, type_vocab_size=1, layer_norm_eps=1e-5,
                                   pad_token_id=1, bos_token_id=0, eos_token_id=2)
    bert = BertConfig(**shape, max_position_embeddings=40, type_vocab_size=2, layer_norm_eps=1e-12, pad_token_id=0)
    return {"xlm-roberta": (XLMRobertaModel, xlm_roberta), "bert": (BertModel, bert)}


def random_weights(model, seed):
    """Large enough that attention prefers some tokens and GELU bends; Hugging Face's 0.02 does neither."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        middle = 1.0 if name.endswith("LayerNorm.weight") else 0.0
        parameter.data = middle + noise * (0.3 if parameter.dim() == 2 else 0.1)


def vectors(model, tokenizer, texts, limit, pooling):
    found = []
    tokenizer.enable_truncation(limit)
    for text in texts:
        ids = torch.tensor([tokenizer.encode(text).ids])
        with torch.no_grad():
            hidden = model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[0]
        pooled = hidden[0] if pooling == "cls" else hidden.mean(0)
        found.append([float(f"{x:.8g}") for x in torch.nn.functional.normalize(pooled, dim=0).tolist()])
    tokenizer.no_truncation()
    return found


def main():
    torch.set_num_threads(1)
    out = HERE / "encoder"
    out.mkdir(exist_ok=True)
    tokens = tokenizer()
    tokens.save(str(out / "tokenizer.json"), pretty=False)
    cases, seed = [], 17
    for name, (kind, config) in configs(tokens.get_vocab_size()).items():
        model = kind(config, add_pooling_layer=False).eval()
        random_weights(model, seed := seed + 1)
        model.save_pretrained(out / name)
        for prefix, limit, pooling in [("", 40, "mean"), ("", 40, "cls"), ("query: ", 40, "mean"), ("", 16, "mean")]:
            found = vectors(model, tokens, [prefix + text for text in TEXTS], limit, pooling)
            cases.append({"model": name, "prefix": prefix, "limit": limit, "pooling": pooling, "vectors": found})
    packages = {package: importlib.metadata.version(package) for package in PACKAGES}
    lengths = [len(tokens.encode(text).ids) for text in TEXTS]
    words = {word: tokens.token_to_id("▁" + word) is not None for word in ["deduction", "library", "eduction", "tax",
             "xyz", "공제", "도서관", "세금", "unk"]}
    expected = {"packages": packages, "texts": TEXTS, "tokens": lengths, "words": words, "cases": cases}
    lines = json.dumps(expected, ensure_ascii=False).replace("[[", "[\n[").replace("], [", "],\n[")
    (out / "expected.json").write_text(lines.replace('{"model"', '\n{"model"') + "\n")


main()
