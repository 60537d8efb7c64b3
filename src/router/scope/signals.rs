//! The signals that a question's scope is judged by: how near it lies to what is known, how its words and letters are
//! classified, how the corpus takes it. Knows the known texts; weighs nothing against anything.

use serde::{Deserialize, Serialize};

use super::known::{Kind, Known};
use crate::{
    index::{Cosine, Index, analyze},
    router::softmax::{Input, Labelled, Softmax},
};

/// Nearest examples whose mean cosine counts: of 1, 3, 5 and 10 the AUROC of packs of 20 to 400 examples differed by
/// less than 0.002 (a throwaway script on CLINC150).
const NEIGHBOURS: usize = 5;
/// Nearest examples of one topic whose mean cosine counts, and at most half of the topic's. Of 5, 10, 20 and 40 the best on BANKING77, by
/// 0.001 (near AUROC alone 0.882; over all examples regardless of topic 0.855).
const OF_A_TOPIC: usize = 10;
/// Nearest headings whose mean cosine counts.
const HEADINGS: usize = 3;
/// scikit-learn's C for telling inside from outside, halved: two classes have twice the weights of one logit.
const STRENGTH: f32 = 5.0;
/// The same for telling topics apart: of 1, 5 and 10 this one's highest logit was best on BANKING77 and CLINC150 dev.
const TOPIC_STRENGTH: f32 = 3.0;

/// What is measured about a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Signal {
    /// Mean cosine of the nearest examples.
    Examples,
    /// Mean cosine of the nearest examples of the best topic.
    Topic,
    /// How much nearer the examples are than the near misses.
    NearGap,
    /// How much nearer the examples are than the background.
    FarGap,
    /// Mean cosine of the nearest headings.
    Headings,
    /// Cosine of the nearest text of the corpus.
    Corpus,
    /// Log-odds of a classifier of examples against near misses over vectors, words and letters.
    WordsNear,
    /// The same against the background.
    WordsFar,
    /// The highest logit of a classifier of the pack's topics.
    TopicWords,
    /// The share of the question's content, weighted by rarity, that the index has words for.
    Vocabulary,
}

impl Signal {
    /// Every signal, in the order of [`Signals`].
    pub const ALL: [Self; 10] = [
        Self::Examples,
        Self::Topic,
        Self::NearGap,
        Self::FarGap,
        Self::Headings,
        Self::Corpus,
        Self::WordsNear,
        Self::WordsFar,
        Self::TopicWords,
        Self::Vocabulary,
    ];
}

/// A question's signals, by [`Signal`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Signals([f32; Signal::ALL.len()]);

impl Signals {
    /// One of them.
    pub fn get(&self, signal: Signal) -> f32 {
        self.0[signal as usize]
    }

    fn set(&mut self, signal: Signal, value: f32) {
        self.0[signal as usize] = value;
    }

    /// Some of them.
    pub fn of(&self, signals: &[Signal]) -> Vec<f32> {
        signals.iter().map(|signal| self.get(*signal)).collect()
    }
}

/// A question as it is judged.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'q> {
    /// Its words.
    pub text: &'q str,
    /// Its encoding.
    pub vector: &'q [f32],
    /// Its words and letters.
    pub sparse: &'q [(u32, f32)],
    /// The document that it was made of, which is then as good as absent.
    pub made_of: Option<&'q str>,
}

/// The classifiers of words and letters, fitted on some of the known texts.
#[derive(Debug, Clone, Default)]
pub struct Classifiers {
    /// Examples against the background.
    pub far: Option<Softmax>,
    /// Examples against near misses.
    pub near: Option<Softmax>,
    /// The pack's topics.
    pub topics: Option<Softmax>,
}

impl Classifiers {
    /// Fits them on the texts that `counts` lets count. Topics only where `closed` says that they are all there is.
    pub fn fit(known: &[Known], inputs: &[Input<'_>], counts: &dyn Fn(usize) -> bool, closed: bool) -> Self {
        let of = |kind: Kind| (0..known.len()).filter(move |row| known[*row].kind == kind && counts(*row));
        let against = |other: Kind| {
            let (inside, outside): (Vec<usize>, Vec<usize>) = (of(Kind::Inside).collect(), of(other).collect());
            let all = (inside.len() + outside.len()) as f32;
            let classes = [(&outside, 0), (&inside, 1)].into_iter();
            let samples: Vec<Labelled<'_>> = classes
                .flat_map(|(rows, class)| {
                    let weight = all / 2.0 / rows.len().max(1) as f32;
                    rows.iter().map(move |row| Labelled { input: inputs[*row], class, weight })
                })
                .collect();
            Softmax::fit(&samples, STRENGTH)
        };
        let topics = || {
            let mut numbers: Vec<usize> = of(Kind::Inside).map(|row| known[row].topic).collect();
            numbers.dedup();
            let class = |row: usize| numbers.iter().position(|topic| *topic == known[row].topic).unwrap_or(0);
            let samples: Vec<Labelled<'_>> =
                of(Kind::Inside).map(|row| Labelled { input: inputs[row], class: class(row), weight: 1.0 }).collect();
            Softmax::fit(&samples, TOPIC_STRENGTH)
        };
        Self { far: against(Kind::Far), near: against(Kind::Near), topics: closed.then(topics).flatten() }
    }

    /// Measures a question. `cosines` are those with the known texts, of which `counts` says which count; the cosine is
    /// that of the nearest text of the index.
    pub fn measure(
        &self,
        asked: Asked<'_>,
        known: &[Known],
        cosines: &[Cosine],
        counts: &dyn Fn(usize) -> bool,
        index: Option<(&Index, Cosine)>,
    ) -> Signals {
        let near_to = |kind: Kind, most: usize| {
            let counted = |(row, text): (usize, &Known)| {
                let is_own = asked.made_of.is_some() && text.made_of.as_deref() == asked.made_of;
                (text.kind == kind && !is_own && counts(row)).then(|| cosines[row].0)
            };
            mean_of_best(known.iter().enumerate().filter_map(counted), most)
        };
        let input = Input { dense: asked.vector, sparse: asked.sparse };
        let odds = |model: &Option<Softmax>| {
            model.as_ref().map_or(0.0, |model| {
                let logits = model.logits(input);
                logits[1] - logits[0]
            })
        };
        let examples = near_to(Kind::Inside, NEIGHBOURS);
        let mut signals = Signals::default();
        signals.set(Signal::Examples, examples);
        signals.set(Signal::Topic, best_topic(known, cosines, counts));
        signals.set(Signal::NearGap, examples - near_to(Kind::Near, NEIGHBOURS));
        signals.set(Signal::FarGap, examples - near_to(Kind::Far, NEIGHBOURS));
        signals.set(Signal::Headings, near_to(Kind::Heading, HEADINGS));
        signals.set(Signal::WordsFar, odds(&self.far));
        signals.set(Signal::WordsNear, odds(&self.near));
        let highest = |model: &Softmax| model.logits(input).into_iter().fold(f32::NEG_INFINITY, f32::max);
        signals.set(Signal::TopicWords, self.topics.as_ref().map_or(0.0, highest));
        if let Some((index, nearest)) = index {
            signals.set(Signal::Corpus, nearest.0);
            signals.set(Signal::Vocabulary, vocabulary(asked.text, index));
        }
        signals
    }
}

/// The mean of the highest numbers, at most so many; 0 of none.
fn mean_of_best(numbers: impl Iterator<Item = f32>, most: usize) -> f32 {
    let mut best: Vec<f32> = Vec::with_capacity(most + 1);
    for number in numbers {
        let at = best.partition_point(|b| *b >= number);
        if at < most {
            best.insert(at, number);
            best.truncate(most);
        }
    }
    if best.is_empty() { 0.0 } else { best.iter().sum::<f32>() / best.len() as f32 }
}

/// The highest mean cosine of a topic's nearest examples.
fn best_topic(known: &[Known], cosines: &[Cosine], counts: &dyn Fn(usize) -> bool) -> f32 {
    let mut best = 0.0_f32;
    let mut rows = (0..known.len()).filter(|row| known[*row].kind == Kind::Inside && counts(*row)).peekable();
    while let Some(first) = rows.next() {
        let mut of_topic = vec![cosines[first].0];
        while let Some(row) = rows.next_if(|row| known[*row].topic == known[first].topic) {
            of_topic.push(cosines[row].0);
        }
        let most = OF_A_TOPIC.min(of_topic.len().div_ceil(2));
        best = best.max(mean_of_best(of_topic.into_iter(), most));
    }
    best
}

/// The share of a question's content, weighted by rarity, that the index has words for.
fn vocabulary(question: &str, index: &Index) -> f32 {
    let (mut known, mut all) = (0.0, 0.0);
    for term in analyze::terms(question) {
        let weight = index.idf(&term);
        all += weight;
        if index.lexical().document_frequency(&term) > 0 {
            known += weight;
        }
    }
    if all > 0.0 { known / all } else { 0.0 }
}
