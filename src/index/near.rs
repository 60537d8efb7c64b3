//! How near a question is in meaning to the texts of an index. A small index compares it with every text; a large one finds
//! passages by codes and compares it with those that are looked at. Knows rows of texts; not what they are cut from.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use ndarray::{ArrayView1, ArrayView2};
use rayon::prelude::*;

use super::{
    Cosine,
    dense::{Encode, Space, Vectors, coded::Coded, codes::Codes, dot, quantised::Asked},
    published::Published,
};
use crate::error::Result;

/// Texts up to which all are compared: a scan of so many takes some 20 ms on two cores.
const COMPARED: usize = 200_000;
/// Passages of a large index that a question is compared with, whole and in parts; with 1,000 the best ten are those of a full
/// scan in 99 of 100 cases (ARCHITECTURE.md).
pub const CANDIDATES: usize = 1_000;
/// Passages among which the nearest text of a large index is looked for.
const NEAREST: usize = 100;
/// Texts up to which many questions are compared with all: twenty-odd thousand million multiplications, a second's work.
const FOLDED: usize = 30_000;
/// Texts of a large index that stand for all, where it matters how near most are.
const SAMPLE: usize = 20_000;
/// One text in so many is what the nearest is held against: the hundredth of `us-tax`.
const STAND_OUT: usize = 90;
const VECTORS: &str = "vectors.bin";

/// What the texts of an index belong to.
pub trait Belonging: Sync {
    /// How many passages.
    fn passages(&self) -> usize;
    /// The rows of a passage's texts, that of the whole first.
    fn texts(&self, passage: usize) -> Vec<usize>;
    /// The document of a passage.
    fn document(&self, passage: usize) -> usize;
    /// For each row the document that its text stands in, where it stands in no other.
    fn alone(&self) -> Vec<Option<usize>>;
    /// Whether a document's texts count for the question of this number.
    fn counts(&self, question: usize, document: usize) -> bool;
}

/// The cosine of a row with a question.
type Compare<'v> = dyn Fn(usize, &[f32]) -> f32 + Sync + 'v;

/// The vectors of an index.
pub enum Dense {
    /// Every text, exactly.
    Exact(Vectors),
    /// Every text nearly so, and codes of the passages.
    Coded(Coded),
    /// Every text, on a server.
    Published(Arc<Published>),
}

/// How near one question is to the texts of an index.
#[derive(Debug)]
pub enum Similarities {
    /// Its cosines with every text; none where there is no encoder.
    Every(Vec<Cosine>),
    /// The question, to be compared when a text is looked at.
    Asked {
        /// Its vector.
        query: Vec<f32>,
        /// The same in whole numbers.
        asked: Asked,
    },
}

impl Default for Similarities {
    fn default() -> Self {
        Self::Every(Vec::new())
    }
}

impl Similarities {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Every(cosines) if cosines.is_empty())
    }
}

impl Dense {
    /// Makes the vectors of texts and writes them into a folder. `passages` are the rows of passages as a whole.
    pub fn build(
        folder: &Path,
        texts: &[&str],
        passages: &[usize],
        space: Space<'_>,
        older: &[PathBuf],
        encode: &mut Encode<'_>,
    ) -> Result<()> {
        let older: Vec<Self> = older.iter().filter_map(|folder| Self::load(folder).ok()).collect();
        if texts.len() <= COMPARED {
            let exact = |dense| if let Self::Exact(vectors) = dense { Some(vectors) } else { None };
            let known: Vec<Vectors> = older.into_iter().filter_map(exact).collect();
            return Vectors::build(texts, space, &known, encode)?.save(&folder.join(VECTORS));
        }
        let coded = |dense| match dense {
            Self::Exact(vectors) => Some(Coded::of(&vectors)),
            Self::Coded(coded) => Some(coded),
            Self::Published(_) => None,
        };
        let known: Vec<Coded> = older.into_iter().filter_map(coded).collect();
        Coded::build(texts, passages, space, &known, encode)?.save(folder)
    }

    /// Opens what was written into a folder.
    pub fn load(folder: &Path) -> Result<Self> {
        if Coded::is_in(folder) {
            return Coded::load(folder).map(Self::Coded);
        }
        Vectors::load(&folder.join(VECTORS)).map(Self::Exact)
    }

    /// Compares a question with the texts.
    ///
    /// # Errors
    /// A server that cannot be asked.
    pub fn similarities(&self, question: &[f32]) -> Result<Similarities> {
        Ok(match self {
            Self::Exact(vectors) => Similarities::Every(vectors.cosines(question)),
            Self::Coded(_) => Similarities::Asked { query: question.to_vec(), asked: Asked::of(question) },
            Self::Published(published) => Similarities::Every(published.cosines(question)?),
        })
    }

    /// The cosine with a row.
    pub fn at(&self, similarities: &Similarities, row: usize) -> Cosine {
        match (similarities, self) {
            (Similarities::Every(cosines), _) => cosines.get(row).copied().unwrap_or(Cosine(0.0)),
            (Similarities::Asked { asked, .. }, Self::Coded(coded)) => coded.cosine(row, asked),
            (Similarities::Asked { .. }, _) => Cosine(0.0),
        }
    }

    /// The passages that a question is compared with, of those that are admitted: all, or in a large index the nearest.
    pub fn candidates(
        &self,
        similarities: &Similarities,
        passages: usize,
        admits: impl Fn(usize) -> bool + Sync,
    ) -> Vec<usize> {
        match (similarities, self) {
            (Similarities::Asked { query, .. }, Self::Coded(coded)) => coded.best(query, CANDIDATES, admits),
            _ if similarities.is_empty() => Vec::new(),
            _ => (0..passages).filter(|passage| admits(*passage)).collect(),
        }
    }

    /// How near the nearest text is; `texts` gives the rows of a passage.
    pub fn nearest<T: Iterator<Item = usize>>(
        &self,
        similarities: &Similarities,
        texts: impl Fn(usize) -> T,
    ) -> Cosine {
        let nearest = match (similarities, self) {
            (Similarities::Every(cosines), _) => cosines.iter().map(|cosine| cosine.0).fold(0.0, f32::max),
            (Similarities::Asked { query, .. }, Self::Coded(coded)) => {
                let rows = coded.best(query, NEAREST, |_| true).into_iter().flat_map(texts);
                rows.map(|row| self.at(similarities, row).0).fold(0.0, f32::max)
            }
            (Similarities::Asked { .. }, _) => 0.0,
        };
        Cosine(nearest)
    }

    /// How near the nearest text is to each of many questions, `(question, dim)`; `of` says what the texts belong to.
    ///
    /// # Errors
    /// A server that cannot be asked.
    pub fn nearest_of_each(&self, questions: ArrayView2<'_, f32>, of: &dyn Belonging) -> Result<Vec<Cosine>> {
        let made;
        let (codes, cosine): (&Codes, Box<Compare<'_>>) = match self {
            Self::Exact(vectors) if vectors.len() <= FOLDED => {
                let alone = of.alone();
                let nearest = vectors.fold_cosines(questions, 0.0_f32, |question, nearest, first, cosines| {
                    let of_others = |alone: &Option<usize>| alone.is_none_or(|document| of.counts(question, document));
                    let counted = cosines.iter().zip(&alone[first..]).filter(|(_, alone)| of_others(alone));
                    *nearest = counted.map(|(cosine, _)| *cosine).fold(*nearest, f32::max);
                });
                return Ok(nearest.into_iter().map(Cosine).collect());
            }
            Self::Exact(vectors) => {
                let whole = |passage: usize, into: &mut [f32]| into.copy_from_slice(vectors.row(of.texts(passage)[0]));
                made = Codes::build(of.passages(), questions.ncols(), whole);
                (&made, Box::new(|row, query: &[f32]| dot(vectors.row(row), query).0))
            }
            Self::Coded(coded) => {
                (coded.codes(), Box::new(|row, query: &[f32]| coded.cosine(row, &Asked::of(query)).0))
            }
            Self::Published(published) => {
                let alone = of.alone();
                let nearest = |(question, query): (usize, ArrayView1<'_, f32>)| {
                    let of_others = |alone: &Option<usize>| alone.is_none_or(|document| of.counts(question, document));
                    let cosines = published.cosines(&query.to_vec())?;
                    let counted = cosines.iter().zip(&alone).filter(|(_, alone)| of_others(alone));
                    Ok(Cosine(counted.map(|(cosine, _)| cosine.0).fold(0.0, f32::max)))
                };
                return questions.rows().into_iter().enumerate().map(nearest).collect();
            }
        };
        let nearest = |question: usize| {
            let query = questions.row(question).to_vec();
            let passages = codes.best(&query, NEAREST, |passage| of.counts(question, of.document(passage)));
            let rows = passages.into_iter().flat_map(|(passage, _)| of.texts(passage));
            Cosine(rows.map(|row| cosine(row, &query)).fold(0.0, f32::max))
        };
        Ok((0..questions.nrows()).into_par_iter().map(nearest).collect())
    }

    /// How many texts.
    pub fn texts(&self) -> usize {
        match self {
            Self::Exact(vectors) => vectors.len(),
            Self::Coded(coded) => coded.len(),
            Self::Published(published) => published.texts(),
        }
    }

    /// Numbers in a vector.
    pub fn dims(&self) -> usize {
        match self {
            Self::Exact(vectors) => vectors.dims(),
            Self::Coded(coded) => coded.dims(),
            Self::Published(published) => published.dims(),
        }
    }

    /// Writes the vector of a row, if it is on this machine.
    pub fn text_vector(&self, row: usize, into: &mut [f32]) {
        match self {
            Self::Exact(vectors) => into.copy_from_slice(vectors.row(row)),
            Self::Coded(coded) => coded.get(row, into),
            Self::Published(_) => into.fill(0.0),
        }
    }

    /// How far the nearest text stands out: its cosine less that of one in ninety texts further down. Of a
    /// corpus of few texts that cannot be told, and is not a number.
    pub fn stands_out(&self, similarities: &Similarities, nearest: Cosine) -> f32 {
        let mut all: Vec<f32> = match similarities {
            Similarities::Every(cosines) => cosines.iter().map(|cosine| cosine.0).collect(),
            Similarities::Asked { .. } => {
                let rows = (0..self.texts()).step_by(self.texts().div_ceil(SAMPLE).max(1));
                rows.map(|row| self.at(similarities, row).0).collect()
            }
        };
        let further = all.len() / STAND_OUT;
        if further < 2 {
            return f32::NAN;
        }
        let (_, at, _) = all.select_nth_unstable_by(further, |a, b| b.total_cmp(a));
        nearest.0 - *at
    }
}
