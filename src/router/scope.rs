//! Is a question in the pack's domain? Two heads, each a calibrated probability of several signals: one against
//! anything else (far), one against the pack's own near misses, because negatives of one kind in a single head spoil
//! the other.
//!
//! The heads are stacked on the signals (Wolpert 1992): every example is measured by classifiers and neighbours that
//! know neither it nor, a second time, its whole topic. A pack without examples is fitted on questions made of its corpus.

mod known;
mod signals;
mod synthesis;
#[cfg(test)]
mod tests;

use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    Examples, Finding, Rule,
    grams::{Commonness, Sparse},
    logistic::{Logistic, Sample},
    softmax::{Input, Softmax},
};
use crate::{
    error::{Error, Result},
    index::{
        Cosine, Index, Similarities, analyze,
        dense::{Encode, Space, Vectors},
    },
};
use known::{Kind, Known, Topic};
use signals::Classifiers;
pub use signals::{Asked, Signal, Signals};

/// Parts that the examples are split into, each measured by models of the others.
const FOLDS: usize = 5;
/// A handful of features on two thousand samples need little holding back.
const RIDGE: f64 = 1.0;

/// Which signals the heads weigh.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recipe {
    /// Against anything else.
    pub far: Vec<Signal>,
    /// Against near misses.
    pub near: Vec<Signal>,
}

impl Recipe {
    /// The signals that earned their place on the dev cases (`cargo bench --bench router`; ARCHITECTURE.md has the
    /// table). A closed pack's near head has no near misses to go by but its own topics.
    pub fn of(closed: bool) -> Self {
        use Signal::{Corpus, Examples, FarGap, Headings, NearGap, Topic, TopicWords, Vocabulary, WordsFar, WordsNear};
        let far = vec![Examples, Headings, Corpus, WordsFar, Vocabulary];
        let near = vec![Examples, NearGap, Headings, WordsNear, Vocabulary];
        if closed {
            Self { far: vec![Examples, FarGap, Topic, WordsFar], near: vec![Topic, TopicWords] }
        } else {
            Self { far, near }
        }
    }
}

/// What is stored as JSON.
#[derive(Serialize, Deserialize)]
struct Stored {
    known: Vec<Known>,
    topics: Vec<Topic>,
    recipe: Recipe,
    far: Option<Logistic>,
    near: Option<Logistic>,
}

/// The fitted scope gate of a pack.
pub struct ScopeModel {
    stored: Stored,
    vectors: Vectors,
    common: Commonness,
    classifiers: Classifiers,
}

/// What the gate found about a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Scope {
    /// The probability that the question is in the domain.
    pub probability: f32,
    /// The probability that it is in the domain rather than anything else.
    pub far: f32,
    /// The probability that it is in the domain rather than a near miss.
    pub near: f32,
    /// The signals.
    pub findings: Vec<Finding>,
    /// Who can help, where the nearest near miss says so.
    pub instead: Option<String>,
    /// How near the nearest question of the pack is.
    pub nearest_inside: Cosine,
    /// The log-odds that its words are the pack's rather than anybody's.
    pub words: f32,
    /// How near the nearest heading of the corpus is.
    pub nearest_heading: Cosine,
    /// For each policy rule with examples: how near the nearest is, and which.
    pub nearest_rules: Vec<Option<(Cosine, usize)>>,
}

impl Scope {
    /// The probability before any pack's calibration.
    pub fn uncalibrated(&self) -> f32 {
        together(self.far, self.near)
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
    /// Questions of other packs, each after its topic.
    pub elsewhere: &'p [(String, String)],
}

const STORED: &str = "scope.json";
const VECTORS: &str = "scope.vectors";
const WORDS: &str = "scope.words";

impl ScopeModel {
    /// Fits a model. Without an index nothing is known of a corpus.
    pub fn fit(
        teaching: Teaching<'_>,
        recipe: Recipe,
        index: Option<&Index>,
        known: &[Vectors],
        space: Space<'_>,
        encode: &mut Encode<'_>,
    ) -> Result<Self> {
        let (texts, topics) = known::gather(teaching, index);
        let vectors = Vectors::build(&texts.iter().map(|k| k.text.as_str()).collect::<Vec<_>>(), space, known, encode)?;
        let learnt = |k: &&Known| matches!(k.kind, Kind::Inside | Kind::Near | Kind::Far);
        let common = Commonness::of(texts.iter().filter(learnt).map(|k| k.text.as_str()));
        let stored = Stored { known: texts, topics, recipe, far: None, near: None };
        let mut model = Self { stored, vectors, common, classifiers: Classifiers::default() };
        model.fit_heads(index, teaching.examples.closed)?;
        Ok(model)
    }

    /// Writes a model to an empty folder.
    pub fn save(&self, folder: &Path) -> Result<()> {
        let json = serde_json::to_vec(&self.stored).map_err(Error::internal("writing the scope model"))?;
        let path = folder.join(STORED);
        std::fs::write(&path, json).map_err(Error::io("write", &path))?;
        let path = folder.join(WORDS);
        let mut bytes: Vec<u8> = self.common.to_numbers().iter().flat_map(|count| count.to_le_bytes()).collect();
        let Classifiers { far, near, topics } = &self.classifiers;
        for model in [far, near, topics] {
            Softmax::write(model.as_ref(), &mut bytes);
        }
        std::fs::write(&path, bytes).map_err(Error::io("write", &path))?;
        self.vectors.save(&folder.join(VECTORS))
    }

    /// Opens a model that [`ScopeModel::save`] wrote.
    pub fn open(folder: &Path) -> Result<Self> {
        let damaged = |why: &'static str| Error::internal("reading the scope model")(why);
        let path = folder.join(STORED);
        let json = std::fs::read(&path).map_err(Error::io("read", &path))?;
        let stored: Stored = serde_json::from_slice(&json).map_err(Error::internal("reading the scope model"))?;
        let path = folder.join(WORDS);
        let bytes = std::fs::read(&path).map_err(Error::io("read", &path))?;
        let length = 4 * Commonness::NUMBERS;
        let (counts, mut rest) = bytes.split_at_checked(length).ok_or_else(|| damaged("the words are cut short"))?;
        let counts: Vec<u32> = counts.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b)).collect();
        let common = Commonness::from_numbers(&counts).ok_or_else(|| damaged("the words are cut short"))?;
        let mut next = || Softmax::read(&mut rest).ok_or_else(|| damaged("a classifier is cut short"));
        let classifiers = Classifiers { far: next()?, near: next()?, topics: next()? };
        let vectors = Vectors::load(&folder.join(VECTORS))?;
        if vectors.len() != stored.known.len() {
            return Err(damaged("its vectors are of other texts"));
        }
        Ok(Self { stored, vectors, common, classifiers })
    }

    /// The vectors of a model, to be reused by the next one.
    pub fn vectors_in(folder: &Path) -> Result<Vectors> {
        Vectors::load(&folder.join(VECTORS))
    }

    /// Measures every example without itself and without its topic, fits the heads on that, and the classifiers on all.
    fn fit_heads(&mut self, index: Option<&Index>, closed: bool) -> Result<()> {
        let known = &self.stored.known;
        let sparse: Vec<Sparse> = known.iter().map(|k| self.common.vector(&k.text)).collect();
        let inputs: Vec<Input<'_>> =
            sparse.iter().enumerate().map(|(row, sparse)| Input { dense: self.vectors.row(row), sparse }).collect();
        let measured = self.measured(&inputs, index, closed)?;
        let (mut far, mut near) = (Vec::new(), Vec::new());
        for (of_known_topic, row, signals) in measured {
            let sample = |signals: Vec<f32>, positive| Sample { features: signals, positive, weight: 1.0 };
            let recipe = &self.stored.recipe;
            match known[row].kind {
                Kind::Inside if closed => {
                    near.push(sample(signals.of(&recipe.near), of_known_topic));
                    far.extend(of_known_topic.then(|| sample(signals.of(&recipe.far), true)));
                }
                Kind::Inside => {
                    far.push(sample(signals.of(&recipe.far), true));
                    near.push(sample(signals.of(&recipe.near), true));
                }
                Kind::Far => far.push(sample(signals.of(&recipe.far), false)),
                Kind::Near => near.push(sample(signals.of(&recipe.near), false)),
                Kind::Heading | Kind::Rule(_) => {}
            }
        }
        balance(&mut far);
        balance(&mut near);
        let classifiers = Classifiers::fit(known, &inputs, &|_| true, closed);
        (self.stored.far, self.stored.near) = (Logistic::fit(&far, RIDGE), Logistic::fit(&near, RIDGE));
        self.classifiers = classifiers;
        Ok(())
    }

    /// The signals of every judged text, by models that do not know it (first), or its topic.
    fn measured(
        &self,
        inputs: &[Input<'_>],
        index: Option<&Index>,
        closed: bool,
    ) -> Result<Vec<(bool, usize, Signals)>> {
        let known = &self.stored.known;
        let judged = self.judged();
        let fold_of = |by_example: bool, row: usize| if by_example { row % FOLDS } else { known[row].topic % FOLDS };
        // Of a corpus of few documents nothing would be left without a question's own, nor of few topics without one.
        let inside = known.iter().filter(|k| k.kind == Kind::Inside).map(|k| k.topic);
        let has_topics = inside.collect::<std::collections::BTreeSet<_>>().len() >= FOLDS;
        let has_documents = index.is_some_and(|index| index.documents().len() >= FOLDS);
        let splits = [true, false].into_iter().filter(|by_example| *by_example || has_topics);
        let tasks: Vec<(bool, usize)> = splits.flat_map(|split| (0..FOLDS).map(move |fold| (split, fold))).collect();
        let made_of = |row: usize| known[row].made_of.as_deref().filter(|_| has_documents);
        let without: Vec<Option<&str>> = judged.iter().map(|row| made_of(*row)).collect();
        let vectors = self.vectors.rows(&judged); // (judged, dim)
        let keep = |_, cosines: &mut Vec<Cosine>, _, block: &[f32]| cosines.extend(block.iter().copied().map(Cosine));
        let cosines = self.vectors.fold_cosines(vectors.view(), Vec::new(), keep); // (judged, known)
        let nearest = index.map(|index| index.nearest_of_each(vectors.view(), &without)).transpose()?;
        let measured_in = |(by_example, fold): (bool, usize)| {
            let counts = |row: usize| fold_of(by_example, row) != fold || known[row].kind == Kind::Heading;
            let classifiers = Classifiers::fit(known, inputs, &counts, closed);
            let measure = |(at, row): (usize, usize)| {
                let Input { dense: vector, sparse } = inputs[row];
                let asked = Asked { text: &known[row].text, vector, sparse, made_of: without[at] };
                let around = index.zip(nearest.as_ref().map(|nearest| nearest[at]));
                (by_example, row, classifiers.measure(asked, known, &cosines[at], &counts, around))
            };
            let rows = judged.iter().copied().enumerate().filter(|(_, row)| fold_of(by_example, *row) == fold);
            rows.map(measure).collect::<Vec<_>>()
        };
        Ok(tasks.into_par_iter().flat_map_iter(measured_in).collect())
    }

    /// The texts that the heads are fitted on: what people asked where there is some, else what was made of the corpus.
    fn judged(&self) -> Vec<usize> {
        let known = &self.stored.known;
        let asked = known.iter().filter(|k| k.kind == Kind::Inside && k.made_of.is_none()).count();
        let counts = |k: &Known| match k.kind {
            Kind::Inside => k.made_of.is_none() || asked < FEW,
            Kind::Near | Kind::Far => true,
            Kind::Heading | Kind::Rule(_) => false,
        };
        (0..known.len()).filter(|row| counts(&known[*row])).collect()
    }

    /// Judges a question. `vector` is its encoding, `around` the corpus with the question's cosines; `rules` counts the
    /// pack's policy rules.
    pub fn judge(
        &self,
        question: &str,
        vector: &[f32],
        around: Option<(&Index, &Similarities)>,
        rules: usize,
    ) -> Scope {
        let cosines = self.vectors.cosines(vector);
        let sparse = self.common.vector(question);
        let asked = Asked { text: question, vector, sparse: &sparse, made_of: None };
        let known = &self.stored.known;
        let around = around.map(|(index, similarities)| (index, index.nearest(similarities)));
        let signals = self.classifiers.measure(asked, known, &cosines, &|_| true, around);
        let of = |head: &Option<Logistic>, recipe: &[Signal]| {
            head.as_ref().map_or(1.0, |head| head.probability(&signals.of(recipe)))
        };
        let far = of(&self.stored.far, &self.stored.recipe.far);
        let near = of(&self.stored.near, &self.stored.recipe.near);
        let inside = self.nearest(&cosines, |kind| kind == Kind::Inside);
        let near_miss = self.nearest(&cosines, |kind| kind == Kind::Near);
        // What the pack's author said of this very question is not guessed at.
        let is_known = |found: Option<(Cosine, usize)>| {
            found.is_some_and(|(_, row)| analyze::words(&known[row].text) == analyze::words(question))
        };
        let (far, near) = match (is_known(inside), is_known(near_miss)) {
            (true, false) => (1.0, 1.0),
            (false, true) => (far, 0.0),
            _ => (far, near),
        };
        let cosine_of = |found: Option<(Cosine, usize)>| found.map_or(Cosine(0.0), |(cosine, _)| cosine);
        let instead = near_miss.filter(|_| near < far).and_then(|(_, row)| self.topic(row).instead.clone());
        let nearest_rules = (0..rules).map(|rule| {
            let first = known.iter().position(|k| k.kind == Kind::Rule(rule))?;
            let (cosine, row) = self.nearest(&cosines, |kind| kind == Kind::Rule(rule))?;
            Some((cosine, row - first))
        });
        Scope {
            probability: together(far, near),
            far,
            near,
            findings: self.findings(&cosines, &signals, far, near),
            instead,
            nearest_inside: cosine_of(inside),
            words: signals.get(Signal::WordsFar),
            nearest_heading: cosine_of(self.nearest(&cosines, |kind| kind == Kind::Heading)),
            nearest_rules: nearest_rules.collect(),
        }
    }

    /// The name of the topic that a question's words are most typical of, where the pack's topics are all there is.
    pub fn topic_of(&self, question: &str, vector: &[f32]) -> Option<&str> {
        let sparse = self.common.vector(question);
        let logits = self.classifiers.topics.as_ref()?.logits(Input { dense: vector, sparse: &sparse });
        let best = (0..logits.len()).max_by(|a, b| logits[*a].total_cmp(&logits[*b]))?;
        Some(&self.stored.topics.get(best)?.name)
    }

    fn findings(&self, cosines: &[Cosine], signals: &Signals, far: f32, near: f32) -> Vec<Finding> {
        let finding = |signal: &str, value| Finding { signal: signal.into(), value, bar: None, note: None };
        let mut findings = vec![finding("scope.far", far), finding("scope.near", near)];
        let nearest = [
            ("example", Kind::Inside),
            ("near_miss", Kind::Near),
            ("elsewhere", Kind::Far),
            ("heading", Kind::Heading),
        ];
        for (name, kind) in nearest {
            if let Some((cosine, row)) = self.nearest(cosines, |k| k == kind) {
                let note = Some(self.stored.known[row].text.clone());
                findings.push(Finding { note, ..finding(&format!("nearest.{name}"), cosine.0) });
            }
        }
        let rest = [
            ("nearest.corpus", Signal::Corpus),
            ("words.far", Signal::WordsFar),
            ("words.near", Signal::WordsNear),
            ("vocabulary", Signal::Vocabulary),
        ];
        findings.extend(rest.into_iter().map(|(name, signal)| finding(name, signals.get(signal))));
        findings
    }

    fn topic(&self, row: usize) -> &Topic {
        &self.stored.topics[self.stored.known[row].topic]
    }

    fn nearest(&self, cosines: &[Cosine], kind: impl Fn(Kind) -> bool) -> Option<(Cosine, usize)> {
        let rows = self.stored.known.iter().zip(cosines).enumerate().filter(|(_, (k, _))| kind(k.kind));
        rows.map(|(row, (_, cosine))| (*cosine, row)).max_by(|a, b| a.0.0.total_cmp(&b.0.0))
    }
}

/// Asked examples below which the heads are fitted on questions made of the corpus as well.
const FEW: usize = 50;

/// The probability of the domain against both kinds of others, from those against each: their odds add up.
fn together(far: f32, near: f32) -> f32 {
    let odds_against = |p: f32| (1.0 - p) / p.max(1e-9);
    1.0 / (1.0 + odds_against(far) + odds_against(near))
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
