//! The cases, each with its passage in the pack `us-tax`, and what compares them.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
};

use purview::{
    answer::ground::{self, Claim, Findings, Knowledge, Source, choices::Choice},
    corpus::{self, Document, Passage, PassageKind},
    index::{Synonyms, analyze, dense::dot},
    model::{Encoder, bert::Bert},
    pack::Pack,
    settings::Settings,
    specialist::open,
};
use serde::Deserialize;

use super::Fallible;

/// A claim with its source.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// Unique in its file.
    pub id: String,
    /// `paraphrase`, or what is wrong.
    pub kind: String,
    /// Whether it is put in other words than the source.
    pub fluent: bool,
    /// The document's id.
    pub document: String,
    /// A sentence or a table row, as it stands there.
    pub source: String,
    /// The claim.
    pub claim: String,
}

impl Case {
    /// Whether its source says it.
    pub fn is_supported(&self) -> bool {
        self.kind == "paraphrase"
    }
}

/// Reads a file of cases, one a line.
pub fn load(file: &str) -> Fallible<Vec<Case>> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// A source as it is searched, with its title and headings, and its years.
struct Unit {
    text: String,
    around: String,
    years: Vec<u16>,
}

/// The pack's passages and words, and the encoder.
pub struct Ground {
    passages: BTreeMap<String, (String, Vec<Passage>)>,
    synonyms: Synonyms,
    choices: Vec<Choice>,
    frequencies: HashMap<String, usize>,
    count: usize,
    encoder: Bert,
}

impl Ground {
    /// Reads the pack `us-tax`, and fetches the default encoder if it is not here.
    pub fn open() -> Fallible<Self> {
        let pack = Pack::open(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/domains/us-tax")), Path::new(""))?;
        let documents: Vec<Document> = corpus::documents(&corpus::source_files(&pack.corpora)?)?;
        let mut frequencies = HashMap::new();
        let mut passages = BTreeMap::new();
        for document in documents {
            let own = corpus::passages(&document);
            for passage in &own {
                for term in analyze::terms(&passage.search_text()).into_iter().collect::<HashSet<_>>() {
                    *frequencies.entry(term).or_insert(0) += 1;
                }
            }
            passages.insert(document.id.clone(), (document.title.clone(), own));
        }
        let choices = pack.manifest.slots.values().map(|slot| slot.values.clone()).filter(|v| !v.is_empty()).collect();
        let settings = Settings::load()?;
        Ok(Self {
            count: passages.values().map(|(_, own)| own.len()).sum(),
            passages,
            synonyms: pack.synonyms(),
            choices,
            frequencies,
            encoder: open::encoder(&settings.places, None, &mut |_| {})?,
        })
    }

    /// As [`purview::index::Index::idf`].
    fn idf(&self, term: &str) -> f32 {
        let held = self.frequencies.get(term).copied().unwrap_or(0) as f32;
        (1.0 + (self.count as f32 - held + 0.5) / (held + 0.5)).ln()
    }

    /// A case's source as it is searched, with its title and headings, and its years.
    fn unit(&self, case: &Case) -> Fallible<Unit> {
        let (title, passages) =
            self.passages.get(&case.document).ok_or_else(|| format!("{}: no document {}", case.id, case.document))?;
        let passage = passages
            .iter()
            .find(|passage| passage.text.contains(case.source.trim()))
            .ok_or_else(|| format!("{}: the source does not stand in {}", case.id, case.document))?;
        let (text, years) = match &passage.kind {
            PassageKind::Row(row) if !row.years().is_empty() => (row.verbalised(), row.years()),
            PassageKind::Row(row) => (row.verbalised(), passage.years.clone()),
            PassageKind::Prose | PassageKind::Facts(_) => (case.source.trim().to_owned(), passage.years.clone()),
        };
        Ok(Unit { text, around: format!("{title}. {}", passage.heading_path.join(". ")), years })
    }

    /// What is found of each case.
    pub fn compare(&self, cases: &[Case]) -> Fallible<Vec<Findings>> {
        self.pairs(&cases.iter().map(|case| (case.claim.as_str(), case)).collect::<Vec<_>>())
    }

    /// Each source once, as its own claim.
    pub fn copies<'c>(&self, cases: &'c [Case]) -> Fallible<Vec<(&'c Case, Findings)>> {
        let mut seen = HashSet::new();
        let sources: Vec<&Case> = cases.iter().filter(|case| seen.insert(&case.source)).collect();
        let units = sources.iter().map(|case| Ok(self.unit(case)?.text)).collect::<Fallible<Vec<_>>>()?;
        let pairs: Vec<(&str, &Case)> = units.iter().map(String::as_str).zip(sources.iter().copied()).collect();
        Ok(sources.into_iter().zip(self.pairs(&pairs)?).collect())
    }

    /// Each supported claim beside the next source of its document.
    pub fn strangers<'c>(&self, cases: &'c [Case]) -> Fallible<Vec<(&'c Case, Findings)>> {
        let other = |case: &'c Case| {
            let is_other = |c: &&Case| c.document == case.document && c.source != case.source;
            cases.iter().skip_while(|c| c.id != case.id).find(is_other).or_else(|| cases.iter().find(is_other))
        };
        let supported = cases.iter().filter(|case| case.is_supported());
        let pairs: Vec<(&str, &Case)> =
            supported.filter_map(|case| Some((case.claim.as_str(), other(case)?))).collect();
        let found = self.pairs(&pairs)?;
        Ok(pairs.into_iter().map(|(_, case)| case).zip(found).collect())
    }

    /// What is found of claims beside the sources of cases.
    fn pairs(&self, pairs: &[(&str, &Case)]) -> Fallible<Vec<Findings>> {
        let units = pairs.iter().map(|(_, case)| self.unit(case)).collect::<Fallible<Vec<_>>>()?;
        let texts: Vec<&str> =
            pairs.iter().zip(&units).flat_map(|((claim, _), unit)| [*claim, unit.text.as_str()]).collect();
        let vectors = self.encoder.encode_passages(&texts, &mut |_| {})?;
        let one = |(number, ((claim, _), unit)): (usize, (&(&str, &Case), &Unit))| {
            let cosine = dot(&vectors[2 * number], &vectors[2 * number + 1]).0;
            self.compare_one(claim, unit, cosine)
        };
        Ok(pairs.iter().zip(&units).enumerate().map(one).collect())
    }

    fn compare_one(&self, claim: &str, unit: &Unit, cosine: f32) -> Findings {
        let choices: Vec<&Choice> = self.choices.iter().collect();
        let knowledge = Knowledge { synonyms: &self.synonyms, choices: &choices, idf: &|term| self.idf(term) };
        ground::compare(&Claim::new(claim), &Source::new(&unit.text, &unit.around, &unit.years), &knowledge, cosine)
    }

    /// The mean milliseconds of comparing a claim with its source: without and with their vectors.
    pub fn milliseconds(&self, cases: &[Case]) -> Fallible<(f64, f64)> {
        let units = cases.iter().map(|case| self.unit(case)).collect::<Fallible<Vec<_>>>()?;
        let started = std::time::Instant::now();
        for (case, unit) in cases.iter().zip(&units) {
            std::hint::black_box(self.compare_one(&case.claim, unit, 0.5));
        }
        let compared = started.elapsed().as_secs_f64() * 1e3 / cases.len() as f64;
        let started = std::time::Instant::now();
        for case in cases {
            std::hint::black_box(self.encoder.encode_passages(&[&case.claim], &mut |_| {})?);
        }
        Ok((compared, compared + started.elapsed().as_secs_f64() * 1e3 / cases.len() as f64))
    }

    /// The share of the claim's content words that stand in its source.
    pub fn overlap(&self, case: &Case) -> f32 {
        let Ok(Unit { text, .. }) = self.unit(case) else { return 0.0 };
        let source: HashSet<String> = analyze::terms(&text).into_iter().collect();
        let claim = analyze::terms(&case.claim);
        claim.iter().filter(|term| source.contains(*term)).count() as f32 / claim.len().max(1) as f32
    }
}
