//! A real model of 260,000 numbers tells the story that `tests/reference/generator/stories.py` has it tell.

use std::{fs, path::Path};

use serde::Deserialize;

use super::*;
use crate::model::{
    checkpoint::{Kind, Value, writer::Writer},
    sampler::{Sampler, Sampling},
};

/// Of `tests/reference/stories.json`.
#[derive(Deserialize)]
struct Story {
    model: String,
    steps: usize,
    tokens: Vec<u32>,
    /// What followed the last token but one.
    last_logits: Vec<f32>,
}

/// The model is among the files that tests share, and where those are, it must be too. Without them this tests nothing,
/// and cannot say so: nothing prints here.
#[test]
fn a_real_model_tells_the_references_story() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/models");
    if !folder.is_dir() {
        return;
    }
    let story: Story = serde_json::from_str(include_str!("../../../../tests/reference/stories.json")).unwrap();
    let bytes = gguf(&fs::read(folder.join(&story.model)).unwrap());
    let file = Checkpoint::read(Contents::Memory(Arc::from(bytes))).unwrap();
    let mut decoder = Decoder::open(&file, machine(), 512, None).unwrap();
    let mut memory = decoder.memory();
    let mut told = vec![story.tokens[0]];
    for token in 0..story.steps {
        decoder.read(&mut memory, &told[token..], Wanted::Last, &mut || true).unwrap();
        told.extend(Sampler::new(Sampling::default()).next(decoder.logits_mut(), &[]));
    }
    assert_eq!(told, story.tokens);
    let differences = decoder.logits().iter().zip(&story.last_logits).map(|(ours, theirs)| (ours - theirs).abs());
    let most = differences.fold(0.0, f32::max);
    assert!(most < 1e-4, "{most}");
    assert_eq!(decoder.logits().len(), story.last_logits.len());
}

/// A file of llama2.c's as GGUF: seven sizes, then weights in 32 bits, each kind for all blocks. Heads are turned by
/// neighbouring pairs in both.
fn gguf(file: &[u8]) -> Vec<u8> {
    let (sizes, mut rest) = file.split_at(28);
    let sizes = sizes.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect::<Vec<_>>();
    let [width, inner, blocks, heads, key_heads, vocabulary, context] = sizes[..] else { unreachable!("seven sizes") };
    let metadata = [
        ("context_length", context),
        ("embedding_length", width),
        ("block_count", blocks),
        ("feed_forward_length", inner),
        ("attention.head_count", heads),
        ("attention.head_count_kv", key_heads),
    ];
    let mut writer = Writer::default();
    writer.metadata.push(("general.architecture".into(), Value::String("llama".into())));
    writer.metadata.push(("llama.attention.layer_norm_rms_epsilon".into(), Value::F32(1e-5)));
    writer.metadata.extend(metadata.map(|(key, value)| (format!("llama.{key}"), Value::U32(value))));

    let [width, inner, context, vocabulary] = [width, inner, context, vocabulary].map(|size| size as usize);
    let head = width / heads as usize;
    let asked = head * key_heads as usize;
    let mut add = |name: String, shape: &[usize]| {
        let bytes = rest.split_off(..shape.iter().product::<usize>() * 4).unwrap();
        writer.tensors.push((format!("{name}.weight"), shape.to_vec(), Kind::F32, bytes.to_vec()));
    };
    add("token_embd".into(), &[vocabulary, width]);
    let kinds: [(&str, &[usize]); 9] = [
        ("attn_norm", &[width]),
        ("attn_q", &[width, width]),
        ("attn_k", &[asked, width]),
        ("attn_v", &[asked, width]),
        ("attn_output", &[width, width]),
        ("ffn_norm", &[width]),
        ("ffn_gate", &[inner, width]),
        ("ffn_down", &[width, inner]),
        ("ffn_up", &[inner, width]),
    ];
    for (kind, shape) in kinds {
        for block in 0..blocks {
            add(format!("blk.{block}.{kind}"), shape);
        }
    }
    add("output_norm".into(), &[width]);
    assert_eq!(rest.len(), context * head * 4, "what is left are the rotation's cosines and sines");
    writer.bytes()
}
