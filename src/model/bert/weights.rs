//! A model's weights in a safetensors file, each of the shape that the configuration says.
//! Knows names and shapes; does not know what is computed with them.

use std::path::{Path, PathBuf};

use candle_core::{DType, Device, safetensors::MmapedSafetensors};
use ndarray::{Array1, Array2, Axis};

use super::{super::compute::Matrix, Layer, Linear, Norm, broken, config::Config};
use crate::error::Result;

const WORD_VECTORS: &str = "embeddings.word_embeddings.weight";
/// What stands before every name: nothing, or what a model with a head on top calls its encoder.
const PREFIXES: [&str; 3] = ["", "bert.", "roberta."];

/// A safetensors file of an encoder's weights.
pub(super) struct Weights {
    tensors: MmapedSafetensors,
    path: PathBuf,
    prefix: &'static str,
    /// Rows of the table of word vectors.
    pub words: usize,
}

impl Weights {
    pub fn open(path: &Path, config: &Config) -> Result<Self> {
        // SAFETY: the file's hash was checked when it was fetched and it is replaced only by renaming, so the
        // mapping keeps its bytes; a user who rewrites a weight file in place while it is in use gets wrong numbers.
        #[expect(unsafe_code, reason = "reading 90 MB into memory first would double the time to start")]
        let tensors = unsafe { MmapedSafetensors::new(path) }.map_err(|e| broken(path, &e))?;
        let has = |prefix: &&str| tensors.get(&format!("{prefix}{WORD_VECTORS}")).is_ok();
        let Some(prefix) = PREFIXES.into_iter().find(has) else {
            let why = format!("it has no `{WORD_VECTORS}`, nor one with `bert.` or `roberta.` before it");
            return Err(broken(path, &why));
        };
        let words = tensors.get(&format!("{prefix}{WORD_VECTORS}")).map_err(|e| broken(path, &e))?;
        let rows = match (words.dtype(), words.shape()) {
            (safetensors::Dtype::F32, [rows, columns]) if *columns == config.dims => *rows,
            (kind, shape) => {
                let why = format!("its word vectors are {kind:?} of {shape:?}, not F32 of [_, {}]", config.dims);
                return Err(broken(path, &why));
            }
        };
        let weights = Self { tensors, path: path.to_owned(), prefix, words: rows };
        let beyond = format!("{prefix}encoder.layer.{}.output.dense.weight", config.layers);
        if weights.tensors.get(&beyond).is_ok() {
            return Err(broken(path, &format!("it has `{beyond}`, and `config.json` says {} layers", config.layers)));
        }
        Ok(weights)
    }

    /// Adds a word's vector to `into`; the table is half of the file and a question needs a dozen rows of it,
    /// so it stays on disk. `id` is below [`Weights::words`].
    pub fn add_word_vector(&self, id: usize, into: &mut [f32]) {
        let Ok(words) = self.tensors.get(&format!("{}{WORD_VECTORS}", self.prefix)) else { return };
        let row = words.data().chunks_exact(4 * into.len()).nth(id).unwrap_or_default();
        for (x, bytes) in into.iter_mut().zip(row.as_chunks::<4>().0) {
            *x += f32::from_le_bytes(*bytes);
        }
    }

    fn values(&self, name: &str) -> Result<(Vec<usize>, Vec<f32>)> {
        let read = || {
            let tensor = self.tensors.load(&format!("{}{name}", self.prefix), &Device::Cpu)?.to_dtype(DType::F32)?;
            Ok::<_, candle_core::Error>((tensor.dims().to_vec(), tensor.flatten_all()?.to_vec1()?))
        };
        read().map_err(|e| broken(&self.path, &e))
    }

    /// A matrix of so many columns, and of so many rows where that is known.
    fn matrix(&self, name: &str, rows: Option<usize>, columns: usize) -> Result<Array2<f32>> {
        let (dims, values) = self.values(name)?;
        let wanted = [rows.or_else(|| dims.first().copied()).unwrap_or_default(), columns];
        if dims != wanted {
            return Err(self.misshapen(name, &dims, &wanted));
        }
        Array2::from_shape_vec(wanted, values).map_err(|e| broken(&self.path, &e))
    }

    fn vector(&self, name: &str, length: usize) -> Result<Array1<f32>> {
        let (dims, values) = self.values(name)?;
        if dims != [length] {
            return Err(self.misshapen(name, &dims, &[length]));
        }
        Ok(Array1::from_vec(values))
    }

    fn misshapen(&self, name: &str, dims: &[usize], wanted: &[usize]) -> crate::error::Error {
        broken(&self.path, &format!("`{name}` is {dims:?}, and by `config.json` it is {wanted:?}"))
    }

    /// Linear maps that read the same input, side by side; each (out, in).
    fn linear(&self, names: &[String], (output, input): (usize, usize)) -> Result<Linear> {
        let matrix = |name: &String| self.matrix(&format!("{name}.weight"), Some(output), input);
        let weights = names.iter().map(matrix).collect::<Result<Vec<_>>>()?;
        let vector = |name: &String| self.vector(&format!("{name}.bias"), output);
        let biases = names.iter().map(vector).collect::<Result<Vec<_>>>()?;
        let views: Vec<_> = weights.iter().map(|w| w.view()).collect();
        let stacked = ndarray::concatenate(Axis(0), &views).map_err(|e| broken(&self.path, &e))?; // (outs, in)
        let numbers = stacked.as_standard_layout();
        let weight = Matrix::full(stacked.nrows(), input, numbers.as_slice().unwrap_or_default());
        Ok(Linear { weight, bias: biases.iter().flatten().copied().collect() })
    }

    fn norm(&self, name: &str, dims: usize) -> Result<Norm> {
        let scale = self.vector(&format!("{name}.weight"), dims)?;
        Ok(Norm { scale, shift: self.vector(&format!("{name}.bias"), dims)? })
    }

    /// (positions, dim)
    pub fn positions(&self, config: &Config) -> Result<Array2<f32>> {
        self.matrix("embeddings.position_embeddings.weight", Some(config.positions), config.dims)
    }

    /// The vector of the one token type that a single text has, the first of those that there are.
    pub fn first_type(&self, config: &Config) -> Result<Array1<f32>> {
        let name = "embeddings.token_type_embeddings.weight";
        let types = self.matrix(name, None, config.dims)?; // (types, dim)
        let first = types.rows().into_iter().next().map(|row| row.to_owned());
        first.ok_or_else(|| self.misshapen(name, types.shape(), &[1, config.dims]))
    }

    pub fn embedding_norm(&self, config: &Config) -> Result<Norm> {
        self.norm("embeddings.LayerNorm", config.dims)
    }

    pub fn layer(&self, at: usize, config: &Config) -> Result<Layer> {
        let (dims, inner) = (config.dims, config.inner);
        let name = |part: &str| format!("encoder.layer.{at}.{part}");
        let attention = ["query", "key", "value"].map(|part| name(&format!("attention.self.{part}")));
        Ok(Layer {
            qkv: self.linear(&attention, (dims, dims))?,
            attended: self.linear(&[name("attention.output.dense")], (dims, dims))?,
            attention_norm: self.norm(&name("attention.output.LayerNorm"), dims)?,
            up: self.linear(&[name("intermediate.dense")], (inner, dims))?,
            down: self.linear(&[name("output.dense")], (dims, inner))?,
            output_norm: self.norm(&name("output.LayerNorm"), dims)?,
        })
    }
}
