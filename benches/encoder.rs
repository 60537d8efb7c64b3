//! Our BERT forward pass against candle's, in one run on the same texts: `cargo bench --bench encoder`.
//! Prints milliseconds (the best of a few rounds, since machines are noisy), their ratio, and how far the vectors
//! are apart. Fetches the default encoder if it is not here.

use std::{collections::BTreeMap, path::PathBuf, time::Instant};

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use purview::{
    model::{
        Encoder,
        bert::Bert,
        catalogue::{self, Role},
    },
    settings::Settings,
};
use tokenizers::{PaddingParams, Tokenizer, TruncationParams};

/// Rounds of which the best counts.
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings::load()?;
    let paths = settings.places.fetch(catalogue::default(Role::Encoder), &mut |_| {})?.paths;
    let ours = Bert::open("bench", &paths["model.safetensors"], &paths["tokenizer.json"], &paths["config.json"])?;
    let candle = Candle::open(&paths)?;
    let corpus = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/corpora/us-tax/standard-deduction.md"))?;
    let mut passages: Vec<&str> = corpus.lines().filter(|line| line.len() > 40).collect();
    passages.sort_by_key(|text| text.len());
    let question = ["what is the standard deduction for a single filer in 2025?"];
    for (what, texts) in [("one question", &question[..]), ("passages", &passages[..])] {
        let (our_time, our_vectors) = best(|| Ok(ours.encode_passages(texts, &mut |_| {})?))?;
        let (their_time, their_vectors) = best(|| candle.encode(texts))?;
        let apart = our_vectors.iter().flatten().zip(their_vectors.iter().flatten()).map(|(a, b)| (a - b).abs());
        let apart = apart.fold(0.0, f32::max);
        let ratio = their_time / our_time;
        #[expect(clippy::print_stdout, reason = "a benchmark prints")]
        {
            println!(
                "{what} (n = {}): {our_time:.1} ms, candle {their_time:.1} ms, ratio {ratio:.2}, at most {apart:.1e} apart",
                texts.len()
            );
        }
    }
    Ok(())
}

type Vectors = Vec<Vec<f32>>;

/// The best time of a few rounds, in milliseconds, and the last result.
fn best(
    mut run: impl FnMut() -> Result<Vectors, Box<dyn std::error::Error>>,
) -> Result<(f64, Vectors), Box<dyn std::error::Error>> {
    let mut fastest = f64::INFINITY;
    let mut last = Vec::new();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        last = run()?;
        fastest = fastest.min(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok((fastest, last))
}

/// The same model as candle-transformers has it: padded batch, mean pooling.
struct Candle {
    model: BertModel,
    tokenizer: Tokenizer,
}

impl Candle {
    fn open(paths: &BTreeMap<String, PathBuf>) -> Result<Self, Box<dyn std::error::Error>> {
        let config: Config = serde_json::from_str(&std::fs::read_to_string(&paths["config.json"])?)?;
        let tensors = candle_core::safetensors::load(&paths["model.safetensors"], &Device::Cpu)?;
        let model = BertModel::load(VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu), &config)?;
        let mut tokenizer = Tokenizer::from_file(&paths["tokenizer.json"]).map_err(|e| e.to_string())?;
        tokenizer.with_padding(Some(PaddingParams::default()));
        let truncation = TruncationParams { max_length: 256, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(truncation)).map_err(|e| e.to_string())?;
        Ok(Self { model, tokenizer })
    }

    fn encode(&self, texts: &[&str]) -> Result<Vectors, Box<dyn std::error::Error>> {
        let encodings = self.tokenizer.encode_batch(texts.to_vec(), true).map_err(|e| e.to_string())?;
        let rows = |of: fn(&tokenizers::Encoding) -> &[u32]| -> candle_core::Result<Tensor> {
            let values: Vec<u32> = encodings.iter().flat_map(|e| of(e).to_vec()).collect();
            Tensor::from_vec(values, (texts.len(), encodings[0].len()), &Device::Cpu)
        };
        let ids = rows(|e| e.get_ids())?;
        let mask = rows(|e| e.get_attention_mask())?.to_dtype(DType::F32)?;
        let hidden = self.model.forward(&ids, &ids.zeros_like()?, Some(&mask))?; // (batch, seq, dim)
        let summed = hidden.broadcast_mul(&mask.unsqueeze(2)?)?.sum(1)?; // (batch, seq, dim) → (batch, dim)
        let norm = summed.sqr()?.sum_keepdim(1)?.sqrt()?;
        Ok(summed.broadcast_div(&norm)?.to_vec2()?)
    }
}
