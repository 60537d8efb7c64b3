//! `purview pack info`: what a pack is and holds. Opens no model and builds nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::super::{data, printer::visible};
use crate::{
    corpus::{self, Document},
    error::Result,
    eval::{Case, cases},
    pack::Pack,
    router::Topic,
    settings::Settings,
};

pub fn run(folder: &Path, settings: &Settings) -> Result<()> {
    let pack = Pack::open(folder, &settings.folders.packs())?;
    let documents = corpus::documents(&corpus::source_files(&pack.corpora)?)?;
    let mut cases = Vec::new();
    for file in pack.test_files() {
        cases.extend(cases::load(&file)?);
    }
    for (name, value) in about(&pack).into_iter().chain(holdings(&pack, &documents)).chain(tested(&cases)) {
        data(&visible(&format!("{name:<12} {value}")))?;
    }
    Ok(())
}

type Line = (&'static str, String);

fn about(pack: &Pack) -> Vec<Line> {
    let about = &pack.manifest.pack;
    let listed = |list: &[String]| if list.is_empty() { "not stated".into() } else { list.join(", ") };
    let stated = |value: &Option<String>| value.clone().unwrap_or_else(|| "not stated".into());
    let mut lines = vec![
        ("pack", format!("{} {}", about.name, about.version)),
        ("title", about.title.clone()),
        ("description", about.description.clone()),
        ("languages", listed(&about.languages)),
        ("license", stated(&about.license)),
        ("as of", stated(&about.as_of)),
        ("authors", listed(&about.authors)),
        ("folder", pack.folder.display().to_string()),
    ];
    lines.extend(pack.manifest.extends.iter().map(|base| ("extends", base.clone())));
    lines.extend(pack.corpora.iter().map(|corpus| ("corpus", corpus.display().to_string())));
    lines.retain(|(_, value)| !value.is_empty());
    lines
}

fn holdings(pack: &Pack, documents: &[Document]) -> Vec<Line> {
    let words: usize = documents.iter().map(|document| document.body.split_whitespace().count()).sum();
    let passages: usize = documents.iter().map(|document| corpus::passages(document).len()).sum();
    let years: BTreeSet<u16> = documents.iter().flat_map(|document| document.tax_years.iter().copied()).collect();
    let years: Vec<String> = years.iter().map(u16::to_string).collect();
    let phrases: usize = pack.glossary.term.iter().map(|term| term.also.len()).sum();
    let rules =
        |rules: &[crate::router::Rule]| rules.iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>().join(", ");
    let (refuse, defer) = (&pack.manifest.refuse, &pack.manifest.defer);
    let slots: Vec<String> = pack
        .manifest
        .slots
        .iter()
        .map(|(name, slot)| match &slot.default {
            Some(value) => format!("{name} (default {value})"),
            None => name.clone(),
        })
        .collect();
    vec![
        ("documents", format!("{} ({words} words, {passages} passages)", documents.len())),
        ("tax years", or_none(years.join(", "))),
        ("router", format!("in: {}; near: {}", topics(&pack.examples.inside), topics(&pack.examples.near))),
        ("glossary", format!("{} terms, {phrases} other ways to say them", pack.glossary.term.len())),
        ("refuses", or_none(rules(refuse))),
        ("defers", or_none(rules(defer))),
        ("slots", or_none(slots.join(", "))),
    ]
}

fn topics(topics: &[Topic]) -> String {
    let questions: usize = topics.iter().map(|topic| topic.questions.len()).sum();
    format!("{questions} questions on {} topics", topics.len())
}

/// One line a split: how many cases there are, and of which outcome. A case that two outcomes satisfy counts once, under
/// both names.
fn tested(cases: &[Case]) -> Vec<Line> {
    let mut splits: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
    for case in cases {
        let split = splits.entry(case.split.as_deref().unwrap_or("no split")).or_default();
        *split.entry(outcome(case)).or_default() += 1;
    }
    if splits.is_empty() {
        return vec![("cases", "none".into())];
    }
    let line = |(split, outcomes): (&str, BTreeMap<String, usize>)| {
        let counted: Vec<String> = outcomes.iter().map(|(outcome, n)| format!("{n} {outcome}")).collect();
        ("cases", format!("{split}: {} ({})", outcomes.values().sum::<usize>(), counted.join(", ")))
    };
    splits.into_iter().map(line).collect()
}

fn outcome(case: &Case) -> String {
    let any = case.expect_any.iter().flatten().copied();
    let expected: BTreeSet<_> = case.expect.into_iter().chain(any).collect();
    expected.iter().map(|outcome| outcome.as_str()).collect::<Vec<_>>().join(" or ")
}

fn or_none(text: String) -> String {
    if text.is_empty() { "none".into() } else { text }
}
