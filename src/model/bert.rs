//! The sentence encoder: BERT, `RoBERTa` or `XLM-RoBERTa` from safetensors, pooled, length 1 (Reimers & Gurevych 2019).
//!
//! The forward pass is our own. Texts of a batch are laid end to end instead of padded to one length, queries,
//! keys and values are one multiplication, GELU is a polynomial that the compiler vectorises, and the weights lie in
//! panels ([`super::compute`]): 2.4 times as fast as candle's BERT on a question and 6.3 times on 36 passages of mixed
//! length, at most 2.2e-7 apart (`cargo bench --bench encoder`, 2 cores).
//!
//! How a model wants its texts, and what becomes one vector, is its own (`reading.rs`): E5 models get `query: ` and
//! `passage: ` without being asked.

mod config;
mod reading;
#[cfg(test)]
mod tests;
mod weights;

use std::{path::Path, sync::Mutex};

use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2, Axis, linalg::general_mat_mul, s};
use rayon::prelude::*;
use tokenizers::{PostProcessor as _, Tokenizer, TruncationParams};

use self::{
    config::Config,
    reading::{Pooling, Reading},
    weights::Weights,
};
use super::{
    Encoder,
    compute::{Machine, Matrix, Rows, float},
};
use crate::error::{Error, Result};

/// Tokens in a batch of one thread: large enough for the multiplications, small enough for the cache.
const BATCH_TOKENS: usize = 512;
/// What sentencepiece and byte-level vocabularies put before a word's first piece.
const WORD_STARTS: [char; 2] = ['▁', 'Ġ'];

/// A sentence encoder of BERT's kind.
pub struct Bert {
    id: String,
    tokenizer: Tokenizer,
    config: Config,
    reading: Reading,
    weights: Weights,
    positions: Array2<f32>,
    first_type: Array1<f32>,
    embedding_norm: Norm,
    layers: Vec<Layer>,
    /// What a single text is encoded with.
    machine: Mutex<Machine>,
}

struct Layer {
    /// Queries, keys and values side by side: (dim, 3·dim).
    qkv: Linear,
    attended: Linear,
    attention_norm: Norm,
    up: Linear,
    down: Linear,
    output_norm: Norm,
}

struct Linear {
    /// (out, in)
    weight: Matrix,
    bias: Vec<f32>,
}

struct Norm {
    scale: Array1<f32>,
    shift: Array1<f32>,
}

impl Bert {
    /// Loads weights, tokenizer and configuration, and what stands beside the configuration. `id` names the model and
    /// its revision ([`identity`]).
    ///
    /// # Errors
    /// [`Error::ModelBroken`] names the file that cannot be used.
    pub fn open(id: &str, weights: &Path, tokenizer_file: &Path, config_file: &Path) -> Result<Self> {
        let config = Config::read(config_file)?;
        let reading = Reading::beside(config_file, &config)?;
        let (tokenizer_read, weights_read) = rayon::join(
            || open_tokenizer(tokenizer_file, reading.limit),
            || {
                let weights = Weights::open(weights, &config)?;
                let layers = (0..config.layers).into_par_iter().map(|at| weights.layer(at, &config));
                let layers = layers.collect::<Result<_>>()?;
                Ok::<_, Error>((weights, layers))
            },
        );
        let (tokenizer, (weights, layers)) = (tokenizer_read?, weights_read?);
        let tokens = tokenizer.get_vocab_size(true);
        if tokens > weights.words {
            let why = format!("it has {tokens} tokens, and the weights have word vectors for {}", weights.words);
            return Err(broken(tokenizer_file, &why));
        }
        Ok(Self {
            id: id.to_owned(),
            tokenizer,
            positions: weights.positions(&config)?,
            first_type: weights.first_type(&config)?,
            embedding_norm: weights.embedding_norm(&config)?,
            layers,
            config,
            reading,
            weights,
            machine: Mutex::default(),
        })
    }

    fn tokens(&self, prefix: &str, text: &str) -> Result<Vec<u32>> {
        let text = self.reading.prepared(prefix, text);
        let encoding =
            self.tokenizer.encode_fast(&*text, true).map_err(Error::internal("splitting a text into tokens"))?;
        match encoding.get_ids().iter().find(|id| **id as usize >= self.weights.words) {
            None => Ok(encoding.get_ids().to_vec()),
            Some(id) => Err(Error::ModelBroken {
                message: format!(
                    "the tokenizer made the token {id}, and the weights have word vectors for {}",
                    self.weights.words
                ),
                hint: Some("`tokenizer.json` and `model.safetensors` are of different models".into()),
            }),
        }
    }

    /// The vectors of texts given as token ids.
    fn encode(&self, texts: &[Vec<u32>], machine: &mut Machine) -> Vec<Vec<f32>> {
        let mut hidden = self.embed(texts); // (tokens, dim), texts end to end
        for layer in &self.layers {
            self.layer(layer, &mut hidden, texts, machine);
        }
        let tokens = view(hidden.numbers(), self.config.dims);
        let mut start = 0;
        texts
            .iter()
            .map(|text| {
                let tokens = tokens.slice(s![start..start + text.len(), ..]); // (seq, dim)
                start += text.len();
                let pooled = self.pool(tokens);
                let norm = pooled.dot(&pooled).sqrt().max(f32::MIN_POSITIVE);
                pooled.iter().map(|x| x / norm).collect()
            })
            .collect()
    }

    /// (seq, dim) → (dim), of any length
    fn pool(&self, tokens: ArrayView2<f32>) -> Array1<f32> {
        match (self.reading.pooling, tokens.rows().into_iter().next()) {
            (Pooling::Cls, Some(first)) => first.to_owned(),
            _ => tokens.sum_axis(Axis(0)), // the mean's divisor goes with the norm
        }
    }

    fn embed(&self, texts: &[Vec<u32>]) -> Rows {
        let tokens = texts.iter().map(Vec::len).sum();
        let mut hidden = Rows::default();
        let rows = hidden.reset(tokens, self.config.dims).chunks_exact_mut(self.config.dims);
        let places = texts.iter().flat_map(|text| self.config.places(text).zip(text));
        for (row, (position, id)) in rows.zip(places) {
            self.weights.add_word_vector(*id as usize, row);
            add(row, self.positions.row(position).iter());
            add(row, self.first_type.iter());
        }
        self.embedding_norm.apply(hidden.numbers_mut(), self.config.epsilon);
        hidden
    }

    /// (tokens, dim) → (tokens, dim), in place
    fn layer(&self, layer: &Layer, hidden: &mut Rows, texts: &[Vec<u32>], machine: &mut Machine) {
        let (tokens, dims) = (hidden.len(), self.config.dims);
        let qkv = layer.qkv.apply(hidden, machine); // (tokens, dim) → (tokens, 3·dim)
        let mut context = Rows::default();
        self.attend(view(&qkv, 3 * dims), texts, context.reset(tokens, dims)); // (tokens, 3·dim) → (tokens, dim)
        add(hidden.numbers_mut(), layer.attended.apply(&context, machine).iter());
        layer.attention_norm.apply(hidden.numbers_mut(), self.config.epsilon);
        let mut inner = Rows::default();
        let up = layer.up.apply(hidden, machine); // (tokens, dim) → (tokens, 4·dim)
        for (inner, x) in inner.reset(tokens, self.config.inner).iter_mut().zip(up) {
            *inner = float::gelu(x);
        }
        add(hidden.numbers_mut(), layer.down.apply(&inner, machine).iter()); // (tokens, 4·dim) → (tokens, dim)
        layer.output_norm.apply(hidden.numbers_mut(), self.config.epsilon);
    }

    fn attend(&self, qkv: ArrayView2<f32>, texts: &[Vec<u32>], context: &mut [f32]) {
        let (dim, heads) = (self.config.dims, self.config.heads);
        let width = dim / heads;
        let scale = 1.0 / (width as f32).sqrt();
        let mut context = ArrayViewMut2::from_shape((qkv.nrows(), dim), context).expect("a row for each token");
        let mut start = 0;
        for text in texts {
            let rows = start..start + text.len();
            start = rows.end;
            let mut scores = Array2::zeros((text.len(), text.len()));
            for head in 0..heads {
                let part = |which: usize| {
                    let first = which * dim + head * width;
                    qkv.slice(s![rows.clone(), first..first + width]) // (seq, width)
                };
                general_mat_mul(scale, &part(0), &part(1).t(), 0.0, &mut scores); // (seq, seq)
                softmax_rows(&mut scores);
                let mut into = context.slice_mut(s![rows.clone(), head * width..(head + 1) * width]);
                general_mat_mul(1.0, &scores, &part(2), 0.0, &mut into); // (seq, seq)·(seq, width)
            }
        }
    }
}

impl Encoder for Bert {
    fn id(&self) -> &str {
        &self.id
    }

    fn dims(&self) -> usize {
        self.config.dims
    }

    fn knows(&self, word: &str) -> bool {
        // What is unknown can be one token as well, but not one that is written like this.
        let Ok(encoding) = self.tokenizer.encode_fast(word, false) else { return false };
        let [id] = encoding.get_ids() else { return false };
        self.tokenizer.id_to_token(*id).is_some_and(|token| token.trim_start_matches(WORD_STARTS) == word)
    }

    fn encode_query(&self, text: &str) -> Result<Vec<f32>> {
        let tokens = [self.tokens(&self.reading.query, text)?];
        // Among other work that takes all threads, one is enough.
        let shared = if rayon::current_thread_index().is_none() { self.machine.try_lock().ok() } else { None };
        let mut vectors = match shared {
            Some(mut machine) => self.encode(&tokens, &mut machine),
            None => self.encode(&tokens, &mut Machine::alone()),
        };
        Ok(vectors.pop().unwrap_or_default())
    }

    fn encode_queries(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>> {
        self.encode_all(&self.reading.query, texts, &mut |_| {})
    }

    fn encode_passages(&self, texts: &[&str], done: &mut dyn FnMut(usize)) -> Result<Vec<Vec<f32>>> {
        self.encode_all(&self.reading.passage, texts, done)
    }
}

impl Bert {
    /// The vectors of many texts, with this before each; `done` is told how many more are finished.
    fn encode_all(&self, prefix: &str, texts: &[&str], done: &mut dyn FnMut(usize)) -> Result<Vec<Vec<f32>>> {
        let tokens = texts.par_iter().map(|text| self.tokens(prefix, text));
        let tokens = tokens.collect::<Result<Vec<_>>>()?;
        let mut batches: Vec<&[Vec<u32>]> = Vec::new();
        let mut rest = tokens.as_slice();
        while !rest.is_empty() {
            let mut sum = 0;
            let fits = rest.iter().take_while(|text| {
                sum += text.len();
                sum <= BATCH_TOKENS
            });
            let (batch, later) = rest.split_at(fits.count().max(1));
            batches.push(batch);
            rest = later;
        }
        let mut vectors = Vec::with_capacity(texts.len());
        for wave in batches.chunks(4 * rayon::current_num_threads()) {
            let encoded: Vec<Vec<Vec<f32>>> =
                wave.par_iter().map(|batch| self.encode(batch, &mut Machine::alone())).collect();
            done(encoded.iter().map(Vec::len).sum());
            vectors.extend(encoded.into_iter().flatten());
        }
        Ok(vectors)
    }
}

impl Linear {
    fn apply(&self, input: &Rows, machine: &mut Machine) -> Vec<f32> {
        let mut output = vec![0.0; input.len() * self.bias.len()];
        self.weight.multiply(machine, input, &mut output); // (tokens, in)·(in, out)
        output.chunks_exact_mut(self.bias.len()).for_each(|row| add(row, self.bias.iter()));
        output
    }
}

impl Norm {
    fn apply(&self, rows: &mut [f32], epsilon: f32) {
        let width = self.scale.len();
        for row in rows.chunks_exact_mut(width) {
            let mean = float::sum(row, |x| x) / width as f32;
            let variance = float::sum(row, |x| (x - mean) * (x - mean)) / width as f32;
            let inverse = 1.0 / (variance + epsilon).sqrt();
            for (x, (scale, shift)) in row.iter_mut().zip(self.scale.iter().zip(&self.shift)) {
                *x = (*x - mean) * inverse * scale + shift;
            }
        }
    }
}

fn add<'n>(to: &mut [f32], numbers: impl Iterator<Item = &'n f32>) {
    to.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
}

/// Rows of this width.
fn view(numbers: &[f32], width: usize) -> ArrayView2<'_, f32> {
    ArrayView2::from_shape((numbers.len() / width, width), numbers).expect("whole rows")
}

fn softmax_rows(scores: &mut Array2<f32>) {
    for mut row in ArrayViewMut2::from(scores).rows_mut() {
        let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        row.mapv_inplace(|x| float::exp(x - most));
        let sum = row.sum();
        row /= sum;
    }
}

/// What an encoder's vectors depend on: its weights, named by their hash, and how its folder says to read them; that is
/// in the files beside its `config.json`.
///
/// # Errors
/// [`Error::ModelBroken`] names the file that cannot be used.
pub fn identity(weights: &str, config: &Path) -> Result<String> {
    let mark = Reading::beside(config, &Config::read(config)?)?.mark();
    Ok(mark.map_or_else(|| weights.to_owned(), |mark| format!("{weights} {mark}")))
}

fn open_tokenizer(path: &Path, limit: usize) -> Result<Tokenizer> {
    let mut tokenizer = Tokenizer::from_file(path).map_err(|e| broken(path, &e))?;
    let added = tokenizer.get_post_processor().map_or(0, |processor| processor.added_tokens(false));
    if limit <= added {
        return Err(broken(path, &format!("it adds {added} tokens to a text, and {limit} count")));
    }
    let truncation = TruncationParams { max_length: limit, ..TruncationParams::default() };
    tokenizer.with_truncation(Some(truncation)).map_err(|e| broken(path, &e))?;
    tokenizer.with_padding(None);
    Ok(tokenizer)
}

fn broken(file: &Path, why: &dyn std::fmt::Display) -> Error {
    Error::ModelBroken {
        message: format!("`{}` cannot be used: {why}", file.display()),
        hint: Some("`purview model verify` checks it; delete it and `purview model pull` fetches it again".into()),
    }
}

fn unsupported(file: &Path, why: &str, instead: &str) -> Error {
    Error::ModelBroken {
        message: format!("`{}` cannot be used: {why}", file.display()),
        hint: Some(instead.to_owned()),
    }
}
