//! A file's tensors, and which of them have been asked for.

use std::{cell::RefCell, collections::BTreeSet};

use candle_core::{
    Device,
    quantized::{GgmlDType, ggml_file::qtensor_from_ggml},
};

use crate::{
    error::{Error, Result},
    model::checkpoint::{Checkpoint, Kind, Tensor, broken},
};

pub(in crate::model::decoder) struct Tensors<'f> {
    file: &'f Checkpoint,
    taken: RefCell<BTreeSet<String>>,
}

/// Tensors that some files carry and no computation needs: frequencies that the metadata imply.
const NEEDLESS: [&str; 1] = ["rope_freqs_inv.weight"];

impl<'f> Tensors<'f> {
    pub fn new(file: &'f Checkpoint) -> Self {
        Self { file, taken: RefCell::default() }
    }

    /// Whether there is one of this name.
    pub fn has(&self, name: &str) -> bool {
        self.file.tensors().contains_key(name)
    }

    /// How many rows one has.
    pub fn rows(&self, name: &str) -> Result<usize> {
        Ok(self.find(name)?.shape[0])
    }

    fn find(&self, name: &str) -> Result<&'f Tensor> {
        self.file.tensors().get(name).ok_or_else(|| broken(format!("it has no tensor `{name}`")))
    }

    /// The tensor of this name and shape.
    pub fn take(&self, name: &str, shape: &[usize]) -> Result<&'f Tensor> {
        let tensor = self.find(name)?;
        self.taken.borrow_mut().insert(name.to_owned());
        // Some writers keep sizes of one at the outside.
        let sizes: Vec<usize> =
            tensor.shape.iter().copied().skip_while(|size| *size == 1 && tensor.shape.len() > shape.len()).collect();
        if sizes != shape {
            return Err(broken(format!("its tensor `{name}` is {:?}; it should be {shape:?}", tensor.shape)));
        }
        Ok(tensor)
    }

    /// A tensor's numbers.
    pub fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let tensor = self.take(name, shape)?;
        floats(tensor.kind, self.file.bytes(tensor), shape.iter().product())
    }

    /// A row of numbers.
    pub fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>> {
        self.floats(name, &[length])
    }

    /// A row of numbers that may be absent.
    pub fn optional_vector(&self, name: &str, length: usize) -> Result<Option<Vec<f32>>> {
        if self.has(name) { self.vector(name, length).map(Some) } else { Ok(None) }
    }

    /// That nothing is left over.
    pub fn finish(&self) -> Result<()> {
        let taken = self.taken.borrow();
        match self.file.tensors().keys().find(|name| !taken.contains(*name) && !NEEDLESS.contains(&name.as_str())) {
            Some(name) => Err(broken(format!("it has a tensor `{name}`, which is not supported"))),
            None => Ok(()),
        }
    }
}

/// The numbers that bytes of a format stand for.
pub(super) fn floats(kind: Kind, bytes: &[u8], count: usize) -> Result<Vec<f32>> {
    let kind = match kind {
        Kind::F32 => return Ok(bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()),
        Kind::F16 => {
            return Ok(bytes.as_chunks().0.iter().map(|bytes| half::f16::from_le_bytes(*bytes).to_f32()).collect());
        }
        Kind::BF16 => {
            return Ok(bytes.as_chunks().0.iter().map(|bytes| half::bf16::from_le_bytes(*bytes).to_f32()).collect());
        }
        Kind::Q4_0 => GgmlDType::Q4_0,
        Kind::Q4_1 => GgmlDType::Q4_1,
        Kind::Q5_0 => GgmlDType::Q5_0,
        Kind::Q5_1 => GgmlDType::Q5_1,
        Kind::Q8_0 => GgmlDType::Q8_0,
        Kind::Q2_K => GgmlDType::Q2K,
        Kind::Q3_K => GgmlDType::Q3K,
        Kind::Q4_K => GgmlDType::Q4K,
        Kind::Q5_K => GgmlDType::Q5K,
        Kind::Q6_K => GgmlDType::Q6K,
    };
    qtensor_from_ggml(kind, bytes, vec![count], &Device::Cpu)
        .and_then(|tensor| tensor.dequantize(&Device::Cpu)?.to_vec1())
        .map_err(Error::internal("reading a tensor"))
}
