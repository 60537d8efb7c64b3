//! A TOML file that a person wrote: all of its faults at once, and where each of its values stands.
//!
//! serde stops at the first fault. So the tree is parsed first, what serde objects to is taken out of it or, where it is
//! missing, stood in for, and serde is asked again, until it has nothing more to say.

use std::{
    collections::BTreeMap,
    ops::Range,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue},
};

use super::finding::{Finding, Lint};
use crate::error::Place;

/// A file and what was read from it.
#[derive(Debug)]
pub struct Source<T> {
    /// Where it is.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
    /// What that means; none where a fault stands in the way.
    pub value: Option<T>,
    /// Where each value begins, by its dotted path.
    offsets: BTreeMap<String, usize>,
}

impl<T: DeserializeOwned> Source<T> {
    /// Reads the file `name`; none where there is no such file.
    pub fn read(folder: &Path, name: &str, findings: &mut Vec<Finding>) -> Option<Self> {
        let path = folder.join(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => Some(Self::parse(path, text, findings)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
            Err(e) => {
                findings.push(Finding::error(Lint::Unreadable, Place::file(&path), format!("cannot be read: {e}")));
                Some(Self { path, text: String::new(), value: None, offsets: BTreeMap::new() })
            }
        }
    }

    /// Reads a file's text.
    pub fn parse(path: PathBuf, text: String, findings: &mut Vec<Finding>) -> Self {
        let (tree, errors) = DeTable::parse_recoverable(&text);
        let root = Spanned::new(tree.span(), DeValue::Table(tree.into_inner()));
        let mut offsets = BTreeMap::new();
        enter(&root, "", &mut offsets);
        let value = Reading { path: &path, text: &text, findings, taken_out: Vec::new(), tried: Vec::new() }
            .value(root, &errors);
        Self { path, text, value, offsets }
    }
}

impl<T> Source<T> {
    /// Where the value with this dotted path stands (`in.0.questions.3`); where there is none, what would hold it.
    pub fn place(&self, dotted: &str) -> Place {
        let mut path = dotted;
        loop {
            if let Some(offset) = self.offsets.get(path) {
                return Place::at(&self.path, &self.text, *offset);
            }
            let Some((above, _)) = path.rsplit_once('.') else { return Place::file(&self.path) };
            path = above;
        }
    }
}

/// Enters where a value and everything in it begins.
fn enter(value: &Spanned<DeValue<'_>>, path: &str, offsets: &mut BTreeMap<String, usize>) {
    let below =
        |step: &dyn std::fmt::Display| if path.is_empty() { step.to_string() } else { format!("{path}.{step}") };
    match value.get_ref() {
        DeValue::Table(table) => table.iter().for_each(|(key, value)| enter(value, &below(key.get_ref()), offsets)),
        DeValue::Array(array) => array.iter().enumerate().for_each(|(at, value)| enter(value, &below(&at), offsets)),
        _ => {}
    }
    if !path.is_empty() {
        offsets.insert(path.to_owned(), value.span().start);
    }
}

/// A reading in progress.
struct Reading<'r> {
    path: &'r Path,
    text: &'r str,
    findings: &'r mut Vec<Finding>,
    /// Values that were taken out because they were wrong: the table's span and the key.
    taken_out: Vec<(Range<usize>, String)>,
    /// How many of [`STAND_INS`] were tried for each required key that is missing.
    tried: Vec<usize>,
}

/// What stands in for a missing value while the rest is read: something of each kind.
const STAND_INS: [&str; 4] = ["\"\"", "[]", "{}", "1"];

/// The span of a stand-in, which no text has.
fn outside(number: usize) -> Range<usize> {
    usize::MAX - number..usize::MAX - number
}

fn stand_in(number: usize, tried: usize) -> Option<Spanned<DeValue<'static>>> {
    Some(Spanned::new(outside(number), DeValue::parse(STAND_INS.get(tried)?).ok()?.into_inner()))
}

impl Reading<'_> {
    fn value<T: DeserializeOwned>(mut self, mut root: Spanned<DeValue<'_>>, errors: &[toml::de::Error]) -> Option<T> {
        for error in errors {
            self.report(Lint::Syntax, error);
        }
        if !errors.is_empty() {
            return None; // what follows a syntax error may be read as anything
        }
        loop {
            let table = root.get_ref().as_table()?.clone();
            let error = match T::deserialize(toml::Deserializer::from(Spanned::new(root.span(), table))) {
                Ok(value) => return self.tried.is_empty().then_some(value),
                Err(error) => error,
            };
            if !self.repair(&mut root, &error) {
                return None;
            }
        }
    }

    /// Reports an error and changes the tree so that it does not come again; says whether that is possible.
    fn repair(&mut self, root: &mut Spanned<DeValue<'_>>, error: &toml::de::Error) -> bool {
        let (message, Some(span)) = (error.message(), error.span()) else {
            self.report(Lint::InvalidValue, error);
            return false;
        };
        if let Some(key) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
            let ours = self.taken_out.iter().any(|(table, taken)| *table == span && taken == key);
            if !ours && span.end <= self.text.len() {
                self.report(Lint::MissingKey, error);
            }
            let number = self.tried.len();
            self.tried.push(0);
            let Some(DeValue::Table(table)) = find(root, &span).map(Spanned::get_mut) else { return false };
            let Some(value) = stand_in(number, 0) else { return false };
            return table.insert(Spanned::new(outside(number), key.to_owned().into()), value).is_none();
        }
        if span.end > self.text.len() {
            let number = usize::MAX - span.start;
            let Some(tried) = self.tried.get_mut(number) else { return false };
            *tried += 1;
            let (Some(wrong), Some(next)) = (find(root, &span), stand_in(number, *tried)) else { return false };
            *wrong = next;
            return true;
        }
        self.report(if message.starts_with("unknown field") { Lint::UnknownKey } else { Lint::InvalidValue }, error);
        self.take_out(root, &span)
    }

    fn report(&mut self, lint: Lint, error: &toml::de::Error) {
        let place = Place::at(self.path, self.text, error.span().map_or(0, |span| span.start));
        let finding = Finding::error(lint, place, error.message());
        self.findings.push(match nearest_key(error.message()) {
            Some(key) => finding.hint(format!("did you mean `{key}`?")),
            None => finding,
        });
    }

    /// Takes out the key or the value with this span; says whether there was one.
    fn take_out(&mut self, value: &mut Spanned<DeValue<'_>>, span: &Range<usize>) -> bool {
        let own = value.span();
        match value.get_mut() {
            DeValue::Table(table) => {
                let found = table.iter().find(|(key, value)| key.span() == *span || value.span() == *span);
                if let Some(key) = found.map(|(key, _)| key.get_ref().to_string()) {
                    table.remove(key.as_str());
                    self.taken_out.push((own, key));
                    return true;
                }
                table.iter_mut().any(|(_, value)| self.take_out(value, span))
            }
            DeValue::Array(array) => {
                let kept: DeArray<'_> = array.iter().filter(|value| value.span() != *span).cloned().collect();
                let shorter = kept.len() < array.len();
                *array = kept;
                shorter || array.iter_mut().any(|value| self.take_out(value, span))
            }
            _ => false,
        }
    }
}

/// The innermost value with this span: an array of tables has its first table's.
fn find<'v, 't>(value: &'v mut Spanned<DeValue<'t>>, span: &Range<usize>) -> Option<&'v mut Spanned<DeValue<'t>>> {
    let inside: Vec<&Spanned<DeValue<'_>>> = match value.get_ref() {
        DeValue::Table(table) => table.values().collect(),
        DeValue::Array(array) => array.iter().collect(),
        _ => Vec::new(),
    };
    match inside.iter().position(|value| holds(value, span)) {
        None => (value.span() == *span).then_some(value),
        Some(at) => match value.get_mut() {
            DeValue::Table(table) => find(table.iter_mut().nth(at)?.1, span),
            DeValue::Array(array) => find(array.get_mut(at)?, span),
            _ => None,
        },
    }
}

/// Whether a value or something in it has this span.
fn holds(value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> bool {
    value.span() == *span
        || match value.get_ref() {
            DeValue::Table(table) => table.values().any(|value| holds(value, span)),
            DeValue::Array(array) => array.iter().any(|value| holds(value, span)),
            _ => false,
        }
}

/// From ``unknown field `a`, expected one of `b`, `c` ``: whichever of `b` and `c` is nearest to `a`.
fn nearest_key(message: &str) -> Option<String> {
    let quoted: Vec<&str> = message.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2).collect();
    let (unknown, known) = quoted.split_first()?;
    let scored = known.iter().map(|key| (strsim::jaro_winkler(unknown, key), *key));
    let (score, key) = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (score > 0.7).then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{super::Manifest, *};

    fn read(text: &str) -> (Source<Manifest>, Vec<String>) {
        let mut findings = Vec::new();
        let source = Source::parse("domain.toml".into(), text.into(), &mut findings);
        let shown = findings.iter().map(|f| format!("{} {}", f.lint.code(), f.problem.place)).collect();
        (source, shown)
    }

    #[test]
    fn an_unknown_key_is_placed_and_the_nearest_one_suggested() {
        let text = "schema = 1\n[pack]\nname = \"a\"\nversion = \"1.0.0\"\ntitel = \"A\"\n";
        let mut findings = Vec::new();
        Source::<Manifest>::parse("domain.toml".into(), text.into(), &mut findings);
        assert_eq!(findings[0].problem.place.to_string(), "domain.toml:5:1");
        assert_eq!(findings[0].problem.hint.as_deref(), Some("did you mean `title`?"));
    }

    #[test]
    fn every_fault_is_reported_not_only_the_first() {
        let text = "schema = 1\nscema = 2\n[pack]\nname = 7\nversion = \"1.0.0\"\ntitel = \"A\"\nlanguages = [\"en\", 1]\n\
                    [[refuse]]\nid = \"a\"\n[[defer]]\nid = \"b\"\nmessage = \"m\"\nwhan = []\n";
        let (source, mut found) = read(text);
        found.sort();
        assert_eq!(
            found,
            [
                "invalid-value domain.toml:4:8",
                "invalid-value domain.toml:7:20",
                "missing-key domain.toml:3:1", // `title`
                "missing-key domain.toml:8:1", // `message`
                "unknown-key domain.toml:13:1",
                "unknown-key domain.toml:2:1",
                "unknown-key domain.toml:6:1",
            ]
        );
        assert!(source.value.is_none());
    }

    #[test]
    fn a_value_is_read_around_its_faults_where_nothing_required_is_lost() {
        let text = "schema = 1\nextra = 1\n[pack]\nname = \"a\"\nversion = \"1.0.0\"\ntitle = \"A\"\n";
        let (source, found) = read(text);
        assert_eq!(found, ["unknown-key domain.toml:2:1"]);
        assert!(source.value.is_some());
    }

    #[test]
    fn a_syntax_error_is_reported_alone() {
        let (_, found) = read("schema = 1\n[pack\nname = \"a\"\nscema = 1\n");
        assert!(!found.is_empty() && found.iter().all(|f| f.starts_with("syntax domain.toml:")), "{found:?}");
    }

    #[test]
    fn a_value_is_placed_by_its_path() {
        let (source, _) = read("schema = 1\n[pack]\nname = \"a\"\n[scope]\nin = [\n  \"x\",\n  \"y\",\n]\n");
        assert_eq!(source.place("scope.in.1").to_string(), "domain.toml:7:3");
        assert_eq!(source.place("pack.license").to_string(), "domain.toml:2:1", "what would hold it");
        assert_eq!(source.place("corpora").to_string(), "domain.toml");
    }
}
