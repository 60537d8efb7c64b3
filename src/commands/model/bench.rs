//! `purview model bench`: how fast a language model reads and writes on this machine, by the clock.

use std::{
    fs,
    ops::ControlFlow,
    time::{Duration, Instant},
};

use serde::Serialize;

use super::{
    super::{data, progress::Bars, say},
    size,
};
use crate::{
    cli::ModelBench,
    error::{Error, Result},
    eval::metrics::interval::percentile,
    model::{
        Decoding, Generator as _, Message, Prompt, Speaker,
        compute::Kernel,
        decoder::Wanted,
        local::{Local, Setup, Speculation},
    },
    settings::Settings,
    specialist::open,
};

/// What is read before a question, and copied: about 500 tokens of `SmolLM2`'s.
const PASSAGE: &str = include_str!("passage.txt");

/// Everything that was measured. Times are wall-clock; each list has one number a repetition.
#[derive(Serialize)]
struct Bench {
    model: String,
    threads: usize,
    kernel: &'static str,
    weight_bytes: usize,
    token_bytes: usize,
    runs: Vec<Run>,
    first_token_ms: FirstToken,
    quoting: Quoting,
    /// The process's largest resident memory, where the system tells it.
    peak_bytes: Option<u64>,
}

#[derive(Serialize)]
struct Run {
    prompt_tokens: usize,
    prefill_tokens_per_second: Vec<f64>,
    decode_tokens_per_second: Vec<f64>,
    decode_token_ms: Vec<Vec<f64>>,
}

/// Until the first piece of an answer about a passage, milliseconds.
#[derive(Serialize)]
struct FirstToken {
    prompt_tokens: usize,
    /// With nothing kept.
    cold: Vec<f64>,
    /// With another question about the same passage asked before.
    warm: Vec<f64>,
}

/// An answer that copies its passage: tokens a second, after the first.
#[derive(Serialize)]
struct Quoting {
    prompt_tokens: usize,
    tokens: usize,
    /// One token at a time.
    plain_tokens_per_second: Vec<f64>,
    /// With tokens guessed from the prompt.
    lookup_tokens_per_second: Vec<f64>,
    /// Held to quotations, with the tokens that leave no choice read at once.
    held_tokens_per_second: Vec<f64>,
}

pub fn run(settings: &Settings, args: &ModelBench) -> Result<()> {
    let setup = Setup {
        threads: args.threads.map(usize::from).or(settings.threads),
        kernel: args.kernel.as_deref().map(kernel).transpose()?,
        panels: Some(settings.folders.cache.join("panels")),
        prefixes: None, // what another run has kept would make a first token look fast
        today: time::OffsetDateTime::now_utc().date(),
    };
    let mut model = open::local_with(settings, args.model.as_deref(), &setup, &mut Bars::default().reporter())?;
    let most = args.prompt_tokens.iter().max().copied().unwrap_or(0) as usize + args.tokens as usize;
    if most > model.context_tokens() {
        return Err(Error::usage(
            format!("{most} tokens are asked for; `{}` takes {}", model.name(), model.context_tokens()),
            "give shorter `--prompt-tokens`",
        ));
    }
    let runs = args
        .prompt_tokens
        .iter()
        .map(|length| run_of(&mut model, *length as usize, args.tokens as usize, args.repeat))
        .collect();
    let bench = Bench {
        model: model.name().to_owned(),
        threads: model.threads(),
        kernel: model.kernel().name(),
        weight_bytes: model.footprint().weights,
        token_bytes: model.footprint().token,
        runs,
        first_token_ms: first_token(&mut model, args.repeat)?,
        quoting: quoting(&mut model, args.repeat)?,
        peak_bytes: peak_bytes(),
    };
    if args.json {
        return data(&serde_json::to_string(&bench).map_err(Error::internal("writing JSON"))?);
    }
    print(&bench)
}

fn kernel(name: &str) -> Result<Kernel> {
    Kernel::here().into_iter().find(|kernel| kernel.name() == name).ok_or_else(|| {
        let here: Vec<&str> = Kernel::here().into_iter().map(Kernel::name).collect();
        Error::usage(format!("this processor has no `{name}`"), format!("it has {}", here.join(", ")))
    })
}

/// Reads a prompt and writes after it, token by token; the tokens are arbitrary, since the work does not depend on them.
fn run_of(model: &mut Local, prompt_tokens: usize, tokens: usize, repeat: u16) -> Run {
    say(&format!("reading {prompt_tokens} tokens and writing {tokens}, {repeat} times"));
    let decoder = model.decoder();
    let token = |at: usize| (at.wrapping_mul(7919) % decoder.vocabulary()) as u32;
    let prompt: Vec<u32> = (1..=prompt_tokens).map(token).collect();
    let answer: Vec<u32> = (1..=tokens).map(|at| token(at * 31)).collect();
    let mut run = Run {
        prompt_tokens,
        prefill_tokens_per_second: Vec::new(),
        decode_tokens_per_second: Vec::new(),
        decode_token_ms: Vec::new(),
    };
    for round in 0..=repeat {
        let mut memory = decoder.memory();
        let start = Instant::now();
        let _ = decoder.read(&mut memory, &prompt, Wanted::Last, &mut || true);
        let prefill = start.elapsed();
        let step = |token: &u32| {
            let start = Instant::now();
            let _ = decoder.read(&mut memory, &[*token], Wanted::Last, &mut || true);
            millis(start.elapsed())
        };
        let steps: Vec<f64> = answer.iter().map(step).collect();
        if round == 0 {
            continue; // the first brings the weights into memory
        }
        run.prefill_tokens_per_second.push(prompt_tokens as f64 / prefill.as_secs_f64());
        run.decode_tokens_per_second.push(tokens as f64 * 1000.0 / steps.iter().sum::<f64>());
        run.decode_token_ms.push(steps);
    }
    run
}

fn about_passage(question: &str) -> Prompt {
    let text = format!("{PASSAGE}\n\n{question}");
    Prompt { messages: vec![Message { speaker: Speaker::User, text }], shared: PASSAGE.len() }
}

fn first_token(model: &mut Local, repeat: u16) -> Result<FirstToken> {
    let (first, second) =
        (about_passage("When is the reading room open?"), about_passage("What does a lost book cost?"));
    let mut times = FirstToken { prompt_tokens: model.count_tokens(&second)?, cold: Vec::new(), warm: Vec::new() };
    let until_first = |model: &mut Local, prompt: &Prompt| -> Result<f64> {
        let start = Instant::now();
        model.generate(prompt, &Decoding::greedy(1), &mut |_| ControlFlow::Continue(()))?;
        Ok(millis(start.elapsed()))
    };
    for _ in 0..repeat {
        model.forget();
        times.cold.push(until_first(model, &second)?);
        model.forget();
        until_first(model, &first)?;
        times.warm.push(until_first(model, &second)?);
    }
    Ok(times)
}

fn quoting(model: &mut Local, repeat: u16) -> Result<Quoting> {
    let prompt = about_passage("Copy the passage above word for word.");
    let (free, held) =
        (Decoding::greedy(128), Decoding { quotes: Some(vec![PASSAGE.to_owned()]), ..Decoding::greedy(128) });
    let mut quoting = Quoting {
        prompt_tokens: model.count_tokens(&prompt)?,
        tokens: 0,
        plain_tokens_per_second: Vec::new(),
        lookup_tokens_per_second: Vec::new(),
        held_tokens_per_second: Vec::new(),
    };
    for _ in 0..repeat {
        let mut rate = |model: &mut Local, speculation, decoding: &Decoding| -> Result<f64> {
            model.speculate(speculation);
            let mut first = None;
            let generation = model.generate(&prompt, decoding, &mut |text| {
                if !text.is_empty() {
                    first.get_or_insert_with(Instant::now);
                }
                ControlFlow::Continue(())
            })?;
            quoting.tokens = generation.tokens;
            let seconds = first.map_or(f64::NAN, |first| first.elapsed().as_secs_f64());
            Ok(generation.tokens.saturating_sub(1) as f64 / seconds)
        };
        let held = rate(model, Speculation::Lookup, &held)?;
        let plain = rate(model, Speculation::Off, &free)?;
        let lookup = rate(model, Speculation::Lookup, &free)?;
        quoting.held_tokens_per_second.push(held);
        quoting.plain_tokens_per_second.push(plain);
        quoting.lookup_tokens_per_second.push(lookup);
    }
    Ok(quoting)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Linux tells it as `VmHWM:  12345 kB`.
fn peak_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}

fn print(bench: &Bench) -> Result<()> {
    data(&format!(
        "{} · {} on {} threads · {} of weights a token · medians",
        bench.model,
        bench.kernel,
        bench.threads,
        size(bench.weight_bytes as u64)
    ))?;
    data("prompt   read tokens/s   write tokens/s   a token, p50 / p95")?;
    for run in &bench.runs {
        let steps: Vec<f64> = run.decode_token_ms.concat();
        data(&format!(
            "{:>6} {:>15.0} {:>16.1}   {:.1} / {:.1} ms",
            run.prompt_tokens,
            at(&run.prefill_tokens_per_second, 0.5),
            at(&run.decode_tokens_per_second, 0.5),
            at(&steps, 0.5),
            at(&steps, 0.95)
        ))?;
    }
    let (first, quoting) = (&bench.first_token_ms, &bench.quoting);
    data(&format!(
        "first token of an answer about {} tokens: {:.0} ms, and {:.0} ms where the passage was read before",
        first.prompt_tokens,
        at(&first.cold, 0.5),
        at(&first.warm, 0.5)
    ))?;
    data(&format!(
        "copying a passage, tokens/s: {:.0} one by one, {:.0} guessing ahead, {:.0} held to quotations",
        at(&quoting.plain_tokens_per_second, 0.5),
        at(&quoting.lookup_tokens_per_second, 0.5),
        at(&quoting.held_tokens_per_second, 0.5)
    ))?;
    match bench.peak_bytes {
        Some(bytes) => data(&format!("memory at its peak: {}", size(bytes))),
        None => Ok(()),
    }
}

fn at(numbers: &[f64], q: f64) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    percentile(&sorted, q).unwrap_or(f64::NAN)
}
