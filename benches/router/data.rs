//! The public data sets, and how rates are told.

use purview::{
    eval::metrics::gates::{auroc, fpr_at},
    router,
};
use serde::Deserialize;

/// A labelled question of CLINC150 or BANKING77-OOS.
#[derive(Debug, Clone, Deserialize)]
pub struct Labelled {
    pub text: String,
    pub intent: Option<String>,
    pub domain: Option<String>,
    pub kind: Option<String>,
}

/// A file of `../shared/data/router`; nothing where it is absent.
pub fn load(name: &str) -> Vec<Labelled> {
    let path = format!(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/router/{}.jsonl"), name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        super::say(&format!("`{path}` is not here: skipped"));
        return Vec::new();
    };
    text.lines().map(|line| serde_json::from_str(line).expect("the data sets hold one JSON object a line")).collect()
}

/// Every text that some section will want as a vector.
pub fn every_text() -> Vec<String> {
    let names = ["banking77_oos.train", "banking77_oos.dev", "clinc150.train", "clinc150.dev"];
    names.into_iter().flat_map(load).map(|labelled| labelled.text).collect()
}

/// Questions by topic, as a pack's `router.toml` has them.
pub fn topics<'l>(labelled: impl Iterator<Item = &'l Labelled>) -> Vec<router::Topic> {
    let mut topics: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for one in labelled {
        let name = one.intent.clone().unwrap_or_else(|| "out of scope".into());
        topics.entry(name).or_default().push(one.text.clone());
    }
    topics.into_iter().map(|(topic, questions)| router::Topic { topic, instead: None, questions }).collect()
}

/// AUROC and the false positive rate where 95% of what is inside passes.
#[derive(Debug, Clone, Copy)]
pub struct Parted {
    pub auroc: f64,
    pub fpr95: f64,
}

/// How well scores part what is inside from what is not.
pub fn parted(inside: &[f32], outside: &[f32]) -> Parted {
    let scores: Vec<f64> = inside.iter().chain(outside).map(|s| f64::from(*s)).collect();
    let labels: Vec<bool> = (0..scores.len()).map(|at| at < inside.len()).collect();
    Parted {
        auroc: auroc(&scores, &labels).unwrap_or(f64::NAN),
        fpr95: fpr_at(&scores, &labels, 0.95).unwrap_or(f64::NAN),
    }
}

impl std::fmt::Display for Parted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AUROC {:.4}, FPR@95 {:.1}%", self.auroc, 100.0 * self.fpr95)
    }
}

/// Numbers below `n` in an order that a seed decides (`SplitMix64`, Fisher–Yates).
pub fn shuffled(n: usize, seed: u64) -> Vec<usize> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let mut order: Vec<usize> = (0..n).collect();
    for at in (1..n).rev() {
        order.swap(at, (next() % (at as u64 + 1)) as usize);
    }
    order
}
