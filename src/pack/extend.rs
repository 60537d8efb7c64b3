//! A pack that adds to another: where the other is found, and what the two say together. What both say is as the one says
//! that extends. Reads the other pack; checks nothing of it that opening it does not.

use std::path::{Path, PathBuf};

use super::{
    Files, Pack,
    finding::{Finding, Lint},
    manifest::{AnswerOptions, Glossary, Manifest, Mode, ModelHints, RetrievalOptions, ScopeText},
    on_shelf, shelves,
    source::Source,
};
use crate::{
    corpus::facts::Choices,
    router::{Examples, Rule, Topic},
};

/// The pack that a manifest extends, if it does and the pack can be had. `below` are the packs that extend this one.
pub fn base(
    folder: &Path,
    source: &Source<Manifest>,
    user_packs: &Path,
    below: &mut Vec<PathBuf>,
    findings: &mut Vec<Finding>,
) -> Option<Pack> {
    let name = source.value.as_ref()?.extends.as_ref()?;
    let mut fault = |message: String, hint: &str| {
        findings.push(Finding::error(Lint::InvalidBase, source.place("extends"), message).hint(hint));
    };
    let Some(found) = found(folder, name, user_packs) else {
        fault(
            format!("no pack is called `{name}`"),
            "`extends` is the name of a pack beside this one, or of one that `purview pack list` shows",
        );
        return None;
    };
    let own = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    below.push(own);
    if below.contains(&found) {
        fault(format!("`{name}` extends this pack in turn"), "of two packs only one can extend the other");
        return None;
    }
    let (files, faults) = Files::read(&found, user_packs, below);
    let base = files.whole(&found, faults).ok();
    if base.is_none() {
        fault(
            format!("the pack `{name}` in `{}` cannot be opened", found.display()),
            "`purview pack check` on that folder says why",
        );
    }
    base
}

/// The folder of the pack of this name: beside the one that extends it, else where packs are looked for.
fn found(folder: &Path, name: &str, user_packs: &Path) -> Option<PathBuf> {
    let is_plain = !name.is_empty() && !name.contains(['/', '\\']) && name != "." && name != "..";
    let absolute = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let above = absolute.parent().map(Path::to_owned);
    let shelves = above.into_iter().chain(shelves(user_packs));
    let found = is_plain.then(|| shelves.into_iter().find_map(|shelf| on_shelf(&shelf, name))).flatten()?;
    Some(found.canonicalize().unwrap_or(found))
}

/// The choices of a pack and of its base.
pub fn choices(own: &Manifest, base: &Pack) -> Choices {
    let mut choices = base.manifest.choices();
    choices.extend(own.choices());
    choices
}

/// A pack's own things, after those of its base of which it has none of the same name.
pub fn joined<'b, T: Clone + 'b>(
    own: Vec<T>,
    base: Option<impl Iterator<Item = &'b T>>,
    name: impl Fn(&T) -> &String,
) -> impl Iterator<Item = T> {
    let is_own = |thing: &&T| own.iter().any(|own| name(own) == name(thing));
    let mut all: Vec<T> = base.into_iter().flatten().filter(|thing| !is_own(thing)).cloned().collect();
    all.extend(own);
    all.into_iter()
}

/// What a pack and its base say together. Corpora, tables and calculators of `own` are those of both already.
pub fn over(own: Pack, base: Pack) -> Pack {
    let bases = std::iter::once(base.folder).chain(base.bases).collect();
    let Examples { inside, near, closed } = own.examples;
    let known = base.examples;
    let is_inside = |topic: &Topic| inside.iter().any(|own| own.topic == topic.topic);
    let near_of_base: Vec<Topic> = known.near.into_iter().filter(|topic| !is_inside(topic)).collect();
    let examples = Examples {
        near: joined(near, Some(near_of_base.iter()), topic_name).collect(),
        inside: joined(inside, Some(known.inside.iter()), topic_name).collect(),
        closed: closed || known.closed,
    };
    let term = base.glossary.term.into_iter().chain(own.glossary.term).collect();
    Pack { manifest: manifest(own.manifest, base.manifest), examples, glossary: Glossary { term }, bases, ..own }
}

fn topic_name(topic: &Topic) -> &String {
    &topic.topic
}

fn rule_id(rule: &Rule) -> &String {
    &rule.id
}

fn manifest(own: Manifest, base: Manifest) -> Manifest {
    let mut pack = own.pack;
    pack.as_of = pack.as_of.or(base.pack.as_of);
    pack.license = pack.license.or(base.pack.license);
    if pack.languages.is_empty() {
        pack.languages = base.pack.languages;
    }
    let inside: Vec<String> = base.scope.inside.into_iter().chain(own.scope.inside).collect();
    let outside = base.scope.outside.into_iter().chain(own.scope.outside);
    let outside = outside.filter(|text| !inside.contains(text)).collect();
    let mut slots = base.slots;
    slots.extend(own.slots);
    // A rule is known by its id, whether it refuses or defers.
    let is_own = |rule: &&Rule| own.refuse.iter().chain(&own.defer).any(|own| own.id == rule.id);
    let of_base = |rules: &[Rule]| rules.iter().filter(|rule| !is_own(rule)).cloned().collect::<Vec<_>>();
    let (refuse, defer) = (of_base(&base.refuse), of_base(&base.defer));
    Manifest {
        schema: own.schema,
        extends: own.extends,
        corpora: own.corpora,
        pack,
        scope: ScopeText { inside, outside },
        retrieval: RetrievalOptions { jurisdiction: own.retrieval.jurisdiction.or(base.retrieval.jurisdiction) },
        models: ModelHints {
            encoder: own.models.encoder.or(base.models.encoder),
            generator: own.models.generator.or(base.models.generator),
        },
        answer: AnswerOptions { mode: if own.answer.mode == Mode::Auto { base.answer.mode } else { own.answer.mode } },
        slots,
        refuse: joined(own.refuse, Some(refuse.iter()), rule_id).collect(),
        defer: joined(own.defer, Some(defer.iter()), rule_id).collect(),
        disclaimer: own.disclaimer.or(base.disclaimer),
    }
}
