//! Lints of `domain.toml` beyond what keeps a pack from being opened.

use std::{
    collections::BTreeMap,
    path::{Component, Path},
};

use super::{Checked, fold, invalid_date, is_date};
use crate::{
    index::analyze,
    pack::{
        Manifest, Pack, Slot, SlotKind,
        finding::{Finding, Lint},
        source::Source,
    },
};

type File = Source<Manifest>;

/// `base` is the pack that this one extends: what is missing here may stand there.
pub fn lint(folder: &Path, source: &File, (manifest, base): (&Manifest, Option<&Pack>), checked: &mut Checked) {
    let findings = &mut checked.findings;
    about(folder, source, (manifest, base), findings);
    corpora(source, manifest, findings);
    for (name, slot) in &manifest.slots {
        if let Some(fault) = slot_fault(slot) {
            let place = source.place(&format!("slots.{name}"));
            findings.push(Finding::error(Lint::InvalidSlot, place, format!("the slot `{name}` {fault}")));
        }
    }
    let scope = [
        ("in", &manifest.scope.inside, "what it is for"),
        ("out", &manifest.scope.outside, "what is near and not its business"),
    ];
    for (key, list, lost) in scope.into_iter().filter(|_| base.is_none()) {
        if list.iter().all(|text| fold(text).is_empty()) {
            let place = source.place(&format!("scope.{key}"));
            let finding = Finding::warning(Lint::EmptyScope, place, format!("`[scope] {key}` lists nothing"));
            findings.push(finding.hint(format!("without it the pack cannot say {lost}")));
        }
    }
    rules(source, manifest, checked);
}

fn about(folder: &Path, source: &File, (manifest, base): (&Manifest, Option<&Pack>), findings: &mut Vec<Finding>) {
    let about = &manifest.pack;
    let folder_name =
        folder.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    if let Some(folder_name) = folder_name.filter(|name| *name != about.name) {
        let message = format!("the pack is called `{}` and its folder `{folder_name}`", about.name);
        findings.push(
            Finding::error(Lint::NameNotFolder, source.place("pack.name"), message)
                .hint("`-p` finds a pack by its folder: give both the same name"),
        );
    }
    if let Err(why) = semver::Version::parse(&about.version) {
        let message = format!("`{}` is not a semantic version: {why}", about.version);
        findings.push(
            Finding::error(Lint::VersionNotSemver, source.place("pack.version"), message).hint("write it like `0.1.0`"),
        );
    }
    if base.is_none() && about.license.as_ref().is_none_or(|license| license.trim().is_empty()) {
        findings.push(
            Finding::warning(Lint::MissingLicense, source.place("pack.license"), "the pack states no licence")
                .hint("add `license = \"…\"` with an SPDX identifier, or nobody may pass it on"),
        );
    }
    if base.is_none() && about.languages.is_empty() {
        findings.push(
            Finding::warning(Lint::NoLanguages, source.place("pack.languages"), "the pack states no languages")
                .hint("add `languages = [\"en\"]`"),
        );
    }
    if let Some(date) = about.as_of.as_deref().filter(|date| !is_date(date)) {
        findings.push(invalid_date(source.place("pack.as_of"), "as_of", date));
    }
}

/// A corpus lies in the pack, or in a folder `corpora` at most two levels above it, as the packs' repository and the
/// user's data folder have it.
fn corpora(source: &File, manifest: &Manifest, findings: &mut Vec<Finding>) {
    for (at, corpus) in manifest.corpora.iter().enumerate() {
        let parts: Vec<Component<'_>> =
            Path::new(corpus).components().filter(|part| *part != Component::CurDir).collect();
        let up = parts.iter().take_while(|part| **part == Component::ParentDir).count();
        let below = &parts[up..];
        let stays = below.iter().all(|part| matches!(part, Component::Normal(_)));
        let shelved = up <= 2 && below.first().is_some_and(|part| part.as_os_str() == "corpora");
        if !stays || (up > 0 && !shelved) {
            let place = source.place(&format!("corpora.{at}"));
            let message = format!("the corpus `{corpus}` is neither in the pack nor under `../../corpora`");
            findings.push(
                Finding::warning(Lint::CorpusOutside, place, message)
                    .hint("move it there: other programs look for a pack's documents nowhere else"),
            );
        }
    }
}

fn slot_fault(slot: &Slot) -> Option<String> {
    match (slot.kind, &slot.default) {
        (SlotKind::Year, _) if !slot.values.is_empty() => Some("is a year and lists values, which are not used".into()),
        (SlotKind::Year, Some(year)) if year.len() != 4 || year.parse::<u16>().is_err() => {
            Some(format!("has the default `{year}`, which is no year"))
        }
        (SlotKind::Choice, _) if slot.values.is_empty() => Some("is a choice and lists no values".into()),
        (SlotKind::Choice, Some(value)) if !slot.values.contains_key(value) => {
            Some(format!("has the default `{value}`, which is not among its values"))
        }
        (SlotKind::Choice, _) => slot
            .values
            .iter()
            .find(|(_, said)| said.iter().all(|s| fold(s).is_empty()))
            .map(|(value, _)| format!("lists no way to say `{value}`")),
        (SlotKind::Year, _) => None,
    }
}

fn rules(source: &File, manifest: &Manifest, checked: &mut Checked) {
    let mut seen = BTreeMap::new();
    for (kind, rules) in [("refuse", &manifest.refuse), ("defer", &manifest.defer)] {
        for (at, rule) in rules.iter().enumerate() {
            let place = source.place(&format!("{kind}.{at}.id"));
            if let Some(line) = seen.insert(rule.id.as_str(), place.line) {
                let message = format!("the rule `{}` stands at line {line} already", rule.id);
                checked.findings.push(
                    Finding::error(Lint::DuplicateRule, place, message)
                        .hint("an answer's reason names the rule by its `id`"),
                );
            }
            for (number, text) in rule.when.iter().enumerate() {
                checked.taught.entry(fold(text)).or_insert_with(|| source.place(&format!("{kind}.{at}.when.{number}")));
            }
            for (number, phrase) in rule.any.iter().enumerate().filter(|(_, phrase)| analyze::terms(phrase).is_empty())
            {
                let place = source.place(&format!("{kind}.{at}.any.{number}"));
                let message = format!("the phrase `{phrase}` holds no word that is searched for: it never fires");
                checked.findings.push(Finding::warning(Lint::EmptyTerm, place, message));
            }
        }
    }
}
