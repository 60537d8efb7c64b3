//! Is a question in the pack's domain? Two calibrated heads over the same signals: one against anything else
//! (far), one against the pack's own near misses, because negatives of one kind in a single head spoil the other.
//!
//! The heads are fitted when the pack is built, on its example questions, its near misses and the built-in
//! background, each judged as if its own topic were not known. A pack without examples is fitted on its headings.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{
    Examples, Finding, Rule, background,
    lexicon::{Counts, LeftOut},
    logistic::{Logistic, Sample},
};
use crate::{
    error::{Error, Result},
    index::{
        Cosine, Index,
        dense::{Encode, Vectors},
    },
};

/// Neighbours whose mean nearness counts.
const NEIGHBOURS: usize = 3;
/// Five features on two thousand samples need little holding back.
const RIDGE: f64 = 1.0;
/// Below this probability of being in the domain a question is refused. On the dev cases of `us-tax` it lets 2 of
/// 63 near and far questions pass and refuses none of 175 answerable ones (`purview route --batch`); the evidence
/// gate looks at what passes.
pub const BAR: f32 = 0.25;

/// The kinds of text a question is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    /// Questions and headings of the pack.
    Inside,
    /// Its near misses.
    Near,
    /// The built-in background.
    Far,
    /// Examples of the policy rule with this number.
    Rule(usize),
}

/// A known text.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Example {
    text: String,
    kind: Kind,
    /// Texts of one topic are not used to judge each other.
    topic: usize,
    /// Whether a person asked it: what the heads are fitted on, where there are such questions.
    asked: bool,
    /// Who can help instead, for a near miss.
    instead: Option<String>,
}

/// What is stored as JSON.
#[derive(Serialize, Deserialize)]
struct Stored {
    examples: Vec<Example>,
    far: Option<Logistic>,
    near: Option<Logistic>,
}

/// The fitted scope gate of a pack.
pub struct ScopeModel {
    stored: Stored,
    vectors: Vectors,
    lexicons: [Counts; 3],
}

/// What the gate found about a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Scope {
    /// The calibrated probability that the question is in the domain.
    pub probability: f32,
    /// The signals.
    pub findings: Vec<Finding>,
    /// Who can help, where the nearest near miss says so.
    pub instead: Option<String>,
    /// How near the nearest question of the pack is.
    pub nearest_inside: Cosine,
    /// For each policy rule with examples: how near the nearest is, and which.
    pub nearest_rules: Vec<Option<(Cosine, usize)>>,
}

/// Nearness to the kinds, one question's signals.
struct Signals {
    inside: f32,
    near: f32,
    far: f32,
    corpus: f32,
    coverage: f32,
    lexical_near: f32,
    lexical_far: f32,
}

impl Signals {
    fn far_features(&self) -> Vec<f32> {
        vec![self.inside - self.far, self.inside, self.corpus, self.lexical_far, self.coverage]
    }

    fn near_features(&self) -> Vec<f32> {
        vec![self.inside - self.near, self.inside, self.corpus, self.lexical_near, self.coverage]
    }
}

/// What a scope model is fitted on besides the index.
#[derive(Debug, Clone, Copy)]
pub struct Teaching<'p> {
    /// `router.toml`.
    pub examples: &'p Examples,
    /// `[scope]`, in and out.
    pub inside: &'p [String],
    /// What is near and not answered.
    pub outside: &'p [String],
    /// The policy rules, refusals first.
    pub rules: &'p [Rule],
}

const STORED: &str = "scope.json";
const VECTORS: &str = "scope.vectors";
const LEXICON: &str = "scope.lexicon";

impl ScopeModel {
    /// Fits a model and writes it to an empty folder.
    pub fn build(
        folder: &Path,
        teaching: Teaching<'_>,
        index: &Index,
        known: &[Vectors],
        dims: usize,
        encode: &mut Encode<'_>,
    ) -> Result<()> {
        let examples = gather(teaching, index);
        let texts: Vec<&str> = examples.iter().map(|e| e.text.as_str()).collect();
        let vectors = Vectors::build(&texts, dims, known, encode)?;
        let lexicons = [Kind::Inside, Kind::Near, Kind::Far]
            .map(|kind| Counts::of(examples.iter().filter(|e| e.kind == kind).map(|e| e.text.as_str())));
        let mut model = Self { stored: Stored { examples, far: None, near: None }, vectors, lexicons };
        model.fit(index);
        let json = serde_json::to_vec(&model.stored).map_err(Error::internal("writing the scope model"))?;
        let path = folder.join(STORED);
        std::fs::write(&path, json).map_err(Error::io("write", &path))?;
        let path = folder.join(LEXICON);
        let bytes: Vec<u8> =
            model.lexicons.iter().flat_map(Counts::buckets).flat_map(|count| count.to_le_bytes()).collect();
        std::fs::write(&path, bytes).map_err(Error::io("write", &path))?;
        model.vectors.save(&folder.join(VECTORS))
    }

    /// Opens a model that [`ScopeModel::build`] wrote.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(STORED);
        let json = std::fs::read(&path).map_err(Error::io("read", &path))?;
        let stored: Stored = serde_json::from_slice(&json).map_err(Error::internal("reading the scope model"))?;
        let path = folder.join(LEXICON);
        let bytes = std::fs::read(&path).map_err(Error::io("read", &path))?;
        let numbers: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
        let mut counts = numbers.chunks(numbers.len().max(3) / 3).map(|part| Counts::from_buckets(part.to_vec()));
        let mut next = || {
            counts
                .next()
                .flatten()
                .ok_or_else(|| Error::internal("reading the scope model")("the lexicon is cut short"))
        };
        Ok(Self { stored, lexicons: [next()?, next()?, next()?], vectors: Vectors::load(&folder.join(VECTORS))? })
    }

    /// The vectors of a model, to be reused by the next one.
    pub fn vectors_in(folder: &Path) -> Result<Vectors> {
        Vectors::load(&folder.join(VECTORS))
    }

    fn fit(&mut self, index: &Index) {
        let examples = &self.stored.examples;
        let asked = examples.iter().any(|e| e.kind == Kind::Inside && e.asked);
        let (mut far, mut near) = (Vec::new(), Vec::new());
        for (row, example) in examples.iter().enumerate() {
            if matches!(example.kind, Kind::Rule(_)) || (example.kind == Kind::Inside && asked && !example.asked) {
                continue;
            }
            let cosines = self.vectors.cosines(self.vectors.row(row));
            let signals = self.signals(&example.text, self.vectors.row(row), &cosines, Some(example), index);
            let positive = example.kind == Kind::Inside;
            if example.kind != Kind::Near {
                far.push(Sample { features: signals.far_features(), positive, weight: 1.0 });
            }
            if example.kind != Kind::Far {
                near.push(Sample { features: signals.near_features(), positive, weight: 1.0 });
            }
        }
        balance(&mut far);
        balance(&mut near);
        self.stored.far = Logistic::fit(&far, RIDGE);
        self.stored.near = Logistic::fit(&near, RIDGE);
    }

    fn signals(
        &self,
        text: &str,
        vector: &[f32],
        cosines: &[Cosine],
        known_as: Option<&Example>,
        index: &Index,
    ) -> Signals {
        let nearness = |kind| self.nearness(cosines, kind, known_as);
        let left_out = |kind| match known_as {
            Some(example) if example.kind == Kind::Inside => LeftOut::Here,
            Some(example) if example.kind == kind => LeftOut::There,
            _ => LeftOut::Nothing,
        };
        let [inside, near, far] = &self.lexicons;
        Signals {
            inside: nearness(Kind::Inside),
            near: nearness(Kind::Near),
            far: nearness(Kind::Far),
            corpus: index.nearest_unit(vector).0,
            coverage: coverage(text, index),
            lexical_near: inside.log_odds(near, text, left_out(Kind::Near)),
            lexical_far: inside.log_odds(far, text, left_out(Kind::Far)),
        }
    }

    /// The mean cosine of the nearest known texts of a kind, those of the question's own topic left out.
    fn nearness(&self, cosines: &[Cosine], kind: Kind, known_as: Option<&Example>) -> f32 {
        let others = self
            .stored
            .examples
            .iter()
            .zip(cosines)
            .filter(|(e, _)| e.kind == kind && known_as.is_none_or(|own| own.kind != kind || own.topic != e.topic));
        let mut best = [0.0_f32; NEIGHBOURS];
        for (_, cosine) in others {
            if let Some(at) = best.iter().position(|b| cosine.0 > *b) {
                best[at..].rotate_right(1);
                best[at] = cosine.0;
            }
        }
        best.iter().sum::<f32>() / NEIGHBOURS as f32
    }

    /// Judges a question. `vector` is its encoding.
    pub fn judge(&self, question: &str, vector: &[f32], index: &Index, rules: usize) -> Scope {
        let cosines = self.vectors.cosines(vector);
        let signals = self.signals(question, vector, &cosines, None, index);
        let far = self.stored.far.as_ref().map_or(1.0, |head| head.probability(&signals.far_features()));
        let near = self.stored.near.as_ref().map_or(1.0, |head| head.probability(&signals.near_features()));
        let probability = far.min(near);
        let inside = self.nearest(&cosines, |kind| kind == Kind::Inside);
        let outside = self.nearest(&cosines, |kind| matches!(kind, Kind::Near | Kind::Far));
        let text_of = |found: Option<(Cosine, usize)>| found.map(|(_, row)| self.stored.examples[row].text.clone());
        let finding = |signal: &str, value, bar, note| Finding { signal: signal.into(), value, bar, note };
        let findings = vec![
            finding("scope", probability, Some(BAR), None),
            finding("scope.far", far, Some(BAR), None),
            finding("scope.near", near, Some(BAR), None),
            finding("nearest.inside", signals.inside, None, text_of(inside)),
            finding("nearest.outside", signals.near.max(signals.far), None, text_of(outside)),
            finding("nearest.corpus", signals.corpus, None, None),
            finding("vocabulary", signals.coverage, None, None),
        ];
        let instead = outside.filter(|_| near < far).and_then(|(_, row)| self.stored.examples[row].instead.clone());
        let nearest_rules = (0..rules).map(|rule| {
            let first = self.stored.examples.iter().position(|e| e.kind == Kind::Rule(rule))?;
            let (cosine, row) = self.nearest(&cosines, |kind| kind == Kind::Rule(rule))?;
            Some((cosine, row - first))
        });
        Scope {
            probability,
            findings,
            instead,
            nearest_inside: self.nearest_asked(&cosines),
            nearest_rules: nearest_rules.collect(),
        }
    }

    fn nearest(&self, cosines: &[Cosine], kind: impl Fn(Kind) -> bool) -> Option<(Cosine, usize)> {
        let rows = self.stored.examples.iter().zip(cosines).enumerate().filter(|(_, (e, _))| kind(e.kind));
        rows.map(|(row, (_, cosine))| (*cosine, row)).max_by(|a, b| a.0.0.total_cmp(&b.0.0))
    }

    fn nearest_asked(&self, cosines: &[Cosine]) -> Cosine {
        let asked = self.stored.examples.iter().zip(cosines).filter(|(e, _)| e.kind == Kind::Inside && e.asked);
        Cosine(asked.map(|(_, cosine)| cosine.0).fold(0.0, f32::max))
    }
}

/// Every text that the model knows, with its topic.
fn gather(teaching: Teaching<'_>, index: &Index) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut topic = 0;
    let mut push = |text: &str, kind, topic, asked, instead: Option<&String>| {
        examples.push(Example { text: text.to_owned(), kind, topic, asked, instead: instead.cloned() });
    };
    for (topics, kind) in [(&teaching.examples.inside, Kind::Inside), (&teaching.examples.near, Kind::Near)] {
        for group in topics {
            topic += 1;
            for question in &group.questions {
                push(question, kind, topic, true, group.instead.as_ref());
            }
        }
    }
    for (texts, kind) in [(teaching.inside, Kind::Inside), (teaching.outside, Kind::Near)] {
        for text in texts {
            topic += 1;
            push(text, kind, topic, false, None);
        }
    }
    let mut document = "";
    let mut seen = std::collections::BTreeSet::new();
    for (number, passage) in index.passages().iter().enumerate() {
        let of = index.document_of(number).id.as_str();
        if of != document {
            document = of;
            topic += 1;
        }
        if !passage.section().is_empty() && seen.insert(passage.section()) {
            push(passage.section(), Kind::Inside, topic, false, None);
        }
    }
    for question in background::questions() {
        topic += 1;
        push(question, Kind::Far, topic, true, None);
    }
    for (number, rule) in teaching.rules.iter().enumerate() {
        for text in &rule.when {
            push(text, Kind::Rule(number), 0, true, None);
        }
    }
    examples
}

/// Gives both classes the same weight in sum, so that a probability of one half is the even point.
fn balance(samples: &mut [Sample]) {
    let positives = samples.iter().filter(|s| s.positive).count();
    let negatives = samples.len() - positives;
    for sample in samples.iter_mut() {
        let own = if sample.positive { positives } else { negatives };
        sample.weight = positives.min(negatives) as f32 / own.max(1) as f32;
    }
}

/// The share of a question's content, weighted by rarity, that the index has words for.
fn coverage(question: &str, index: &Index) -> f32 {
    let (mut known, mut all) = (0.0, 0.0);
    for term in crate::index::analyze::terms(question) {
        let weight = index.idf(&term);
        all += weight;
        if index.lexical().document_frequency(&term) > 0 {
            known += weight;
        }
    }
    if all > 0.0 { known / all } else { 0.0 }
}
