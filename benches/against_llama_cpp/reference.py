"""llama.cpp's side: one model, measured through its C interface, in a process of its own.

`run.py` starts this with the interpreter of the reference's virtual environment and reads one JSON object from
stdout. A decode step is timed from `llama_decode` to the logits in memory; picking the token and filling the batch are
Python's, left out of the figures, and reported as `python_share` of the time that was left in.

    python reference.py MODEL --threads 2 --prompt-tokens 128,512,2048 --tokens 64 --repeat 2
"""
import argparse, ctypes, json, pathlib, platform, resource, time

import llama_cpp as llama
import numpy as np

FLASH = {
    "auto": llama.LLAMA_FLASH_ATTN_TYPE_AUTO,
    "on": llama.LLAMA_FLASH_ATTN_TYPE_ENABLED,
    "off": llama.LLAMA_FLASH_ATTN_TYPE_DISABLED,
}
LOGITS_OFF, LOGITS_ON = 0, 1


@llama.llama_log_callback
def quiet(_level, _text, _user):
    """llama.cpp logs every tensor; a measurement needs none of it."""


class Reference:
    """A loaded model, its context, and one batch that every call fills again."""

    def __init__(self, args, context_tokens):
        started = time.perf_counter()
        llama.llama_log_set(quiet, ctypes.c_void_p(0))
        llama.llama_backend_init()
        self.model = llama.llama_model_load_from_file(str(args.model).encode(), llama.llama_model_default_params())
        if not self.model:
            raise SystemExit(f"error: llama.cpp cannot load `{args.model}`")
        self.vocabulary = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(self.model))
        self.context = llama.llama_init_from_model(self.model, self.settings(args, context_tokens))
        if not self.context:
            raise SystemExit(f"error: llama.cpp cannot make a context of {context_tokens} tokens")
        self.batch_tokens = args.batch
        self.batch = llama.llama_batch_init(args.batch, 0, 1)
        self.load_seconds = time.perf_counter() - started

    @staticmethod
    def settings(args, context_tokens):
        settings = llama.llama_context_default_params()
        settings.n_ctx = context_tokens
        settings.n_batch = settings.n_ubatch = args.batch
        settings.n_threads = settings.n_threads_batch = args.threads
        settings.flash_attn_type = FLASH[args.flash]
        return settings

    def forget(self):
        llama.llama_memory_clear(llama.llama_get_memory(self.context), True)

    def fill(self, tokens, position):
        """Puts tokens at consecutive positions; logits are wanted for the last alone."""
        batch = self.batch
        batch.n_tokens = len(tokens)
        for i, token in enumerate(tokens):
            batch.token[i] = token
            batch.pos[i] = position + i
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = 0
            batch.logits[i] = LOGITS_OFF
        batch.logits[len(tokens) - 1] = LOGITS_ON

    def decode(self):
        status = llama.llama_decode(self.context, self.batch)
        if status != 0:
            raise SystemExit(f"error: llama_decode returned {status}")

    def likeliest(self):
        logits = llama.llama_get_logits_ith(self.context, -1)  # (vocabulary,)
        return int(np.ctypeslib.as_array(logits, shape=(self.vocabulary,)).argmax())

    def prefill(self, prompt):
        """Reads the prompt batch by batch: the seconds it took, and the token that follows."""
        self.forget()
        started = time.perf_counter()
        for start in range(0, len(prompt), self.batch_tokens):
            self.fill(prompt[start : start + self.batch_tokens], start)
            self.decode()
        token = self.likeliest()
        return time.perf_counter() - started, token

    def generate(self, token, position, count):
        """Seconds of each of `count` greedy steps in llama.cpp, and the seconds spent between them."""
        seconds, begun = [], time.perf_counter()
        for step in range(count):
            self.fill([token], position + step)
            started = time.perf_counter()
            self.decode()
            llama.llama_synchronize(self.context)
            seconds.append(time.perf_counter() - started)
            token = self.likeliest()
        return seconds, time.perf_counter() - begun - sum(seconds)


def random_prompt(length, vocabulary, seed):
    return np.random.default_rng(seed).integers(256, vocabulary - 1024, size=length).tolist()


def measure(reference, prompt_tokens, args):
    """One context length: prefill and decode rates, `args.repeat` of each."""
    row = {"prompt_tokens": prompt_tokens, "prefill_tokens_per_second": [], "decode_tokens_per_second": [],
           "decode_token_ms": [], "python_share": []}
    prompt = random_prompt(prompt_tokens, reference.vocabulary, args.seed)
    for _ in range(args.repeat):
        took, token = reference.prefill(prompt)
        seconds, outside = reference.generate(token, prompt_tokens, args.tokens)
        row["prefill_tokens_per_second"].append(prompt_tokens / took)
        row["decode_tokens_per_second"].append(args.tokens / sum(seconds))
        row["decode_token_ms"].append([round(s * 1e3, 4) for s in seconds])
        row["python_share"].append(outside / sum(seconds))
    return row


def warm_up(reference, args):
    prompt = random_prompt(min(args.batch, max(args.prompt_tokens)), reference.vocabulary, args.seed)
    _, token = reference.prefill(prompt)
    reference.generate(token, len(prompt), 4)


def whole_numbers(text):
    return [int(number) for number in text.split(",")]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--prompt-tokens", type=whole_numbers, default=[128, 512, 2048])
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--batch", type=int, default=512, help="n_batch and n_ubatch")
    parser.add_argument("--flash", choices=FLASH, default="auto", help="flash attention; auto is llama.cpp's default")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def main():
    args = arguments()
    reference = Reference(args, max(args.prompt_tokens) + args.tokens + 4)
    warm_up(reference, args)
    runs = [measure(reference, length, args) for length in args.prompt_tokens]
    print(json.dumps({
        "model": str(args.model),
        "threads": args.threads,
        "version": f"llama-cpp-python {llama.__version__}, Python {platform.python_version()}, numpy {np.__version__}",
        "build": llama.llama_print_system_info().decode().strip(),
        "flash_attention": args.flash,
        "runs": runs,
        "load_ms": reference.load_seconds * 1e3,
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }))


if __name__ == "__main__":
    main()
