//! Lints of the documents.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{fold, invalid_date, is_date};
use crate::{
    corpus::{self, Document, Passage, PassageKind, SourceFile, facts::Tables},
    error::{Error, Place, Problem},
    pack::finding::{Finding, Lint},
};

/// Returns the documents' ids, unless a corpus cannot be read. The documents of a pack that this one extends are looked at
/// as far as they clash with its own.
pub fn lint(
    (corpora, of_base): (&[PathBuf], &[PathBuf]),
    tables: &Tables,
    as_of: Option<&str>,
    findings: &mut Vec<Finding>,
) -> Option<BTreeSet<String>> {
    let mut known = Some(BTreeSet::new());
    let mut documents: Vec<(Document, SourceFile)> = Vec::new();
    for folder in corpora {
        match corpus::source_files(std::slice::from_ref(folder)) {
            Ok(files) if files.is_empty() => {
                let finding = Finding::error(Lint::NoDocuments, Place::file(folder), "the corpus holds no `.md` file");
                findings.push(finding.hint("put documents there: Markdown, with front matter if you like"));
            }
            Ok(files) => {
                let broken = parse(files, &mut documents, findings);
                if let Some(known) = &mut known {
                    known.extend(broken);
                }
            }
            Err(error) => {
                findings.push(unreadable(folder, &error));
                known = None;
            }
        }
    }
    let is_own = |document: &Document| !of_base.iter().any(|folder| document.path.starts_with(folder));
    let mut ids: BTreeMap<&str, &Path> = BTreeMap::new();
    for (document, file) in &documents {
        let text = String::from_utf8_lossy(&file.bytes);
        let front = FrontMatter { document, text: &text };
        if let Some(first) = ids.insert(&document.id, &document.path) {
            let message = format!("the document id `{}` is taken by `{}`", document.id, first.display());
            let finding = Finding::error(Lint::DuplicateDocument, front.place("id"), message);
            findings.push(finding.hint("give one of the two another `id`"));
        }
        if is_own(document) {
            front.lint(as_of, findings);
        }
    }
    duplicates(documents.iter().map(|(document, _)| document).filter(|document| is_own(document)), findings);
    stated(tables, &documents, findings);
    let mut known = known?;
    known.extend(documents.into_iter().map(|(document, _)| document.id));
    Some(known)
}

/// Holds the tables' figures against the documents that they come from.
fn stated(tables: &Tables, documents: &[(Document, SourceFile)], findings: &mut Vec<Finding>) {
    for table in tables.iter() {
        let Some((document, _)) = documents.iter().find(|(document, _)| document.id == table.document) else {
            let message = format!("the corpora hold no document `{}`", table.document);
            let finding = Finding::error(Lint::DanglingTable, Place::file(&table.path), message);
            findings.push(finding.hint("`document` is the id of the document in which the figures stand"));
            continue;
        };
        let problems = table.passages(document, &corpus::passages(document)).err().unwrap_or_default();
        findings.extend(problems.into_iter().map(|problem| Finding::of(Lint::UnstatedFigure, problem)));
    }
}

/// Parses documents. Returns the default ids of those that do not parse, whose own ids cannot be read: the cases that
/// cite them are not at fault.
fn parse(files: Vec<SourceFile>, into: &mut Vec<(Document, SourceFile)>, findings: &mut Vec<Finding>) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files {
        match Document::parse(&file.path, &file.bytes) {
            Ok(document) => into.push((document, file)),
            Err(problem) => {
                broken.extend(file.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
                findings.push(Finding::of(Lint::InvalidDocument, problem));
            }
        }
    }
    broken
}

fn unreadable(folder: &Path, error: &Error) -> Finding {
    let path = if let Error::Io { path, .. } = error { path.as_path() } else { folder };
    Finding::of(Lint::Unreadable, Problem::new(Place::file(path), error.to_string()))
}

/// The lines before a document's body.
struct FrontMatter<'d> {
    document: &'d Document,
    text: &'d str,
}

impl FrontMatter<'_> {
    /// The line of a key; where it is absent, the first; where there is no front matter, the file.
    fn place(&self, key: &str) -> Place {
        let lines = self.document.lines_before_body;
        let is_key = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(['=', ':']));
        match self.text.lines().take(lines).position(is_key) {
            Some(at) => Place { column: 1, ..Place::line(&self.document.path, at + 1) },
            None if lines > 0 => Place::line(&self.document.path, 1),
            None => Place::file(&self.document.path),
        }
    }

    fn lint(&self, as_of: Option<&str>, findings: &mut Vec<Finding>) {
        let Document { url, license, effective, retrieved, .. } = self.document;
        let absent = |value: &Option<String>| value.as_ref().is_none_or(|value| value.trim().is_empty());
        if absent(url) {
            findings.push(
                Finding::warning(Lint::DocumentWithoutUrl, self.place("url"), "the document states no `url`")
                    .hint("a citation of it leads nowhere"),
            );
        }
        if absent(license) {
            findings.push(
                Finding::warning(
                    Lint::DocumentWithoutLicense,
                    self.place("license"),
                    "the document states no `license`",
                )
                .hint("it is taken to have the pack's; say so, because packs can share a corpus"),
            );
        }
        for (key, what, date) in [
            ("effective", "effective.from", &effective.from),
            ("effective", "effective.to", &effective.to),
            ("retrieved", "retrieved", retrieved),
        ] {
            if let Some(date) = date.as_deref().filter(|date| !is_date(date)) {
                findings.push(invalid_date(self.place(key), what, date));
            }
        }
        // ISO dates are in order as text.
        if let (Some(to), Some(as_of)) = (effective.to.as_deref().filter(|date| is_date(date)), as_of)
            && to < as_of
        {
            let message = format!("the document held until {to}, before the pack's `as_of` {as_of}");
            findings.push(
                Finding::warning(Lint::ExpiredDocument, self.place("effective"), message)
                    .hint("write what holds now, or take the document out"),
            );
        }
    }
}

/// Passages with the same text; a table row's text is taken with its heading, without which its cells say little.
fn duplicates<'d>(documents: impl Iterator<Item = &'d Document>, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<String, Place> = BTreeMap::new();
    for document in documents {
        for passage in corpus::passages(document) {
            let text = fold(&passage.search_text());
            if text.is_empty() {
                continue;
            }
            let key =
                if matches!(passage.kind, PassageKind::Prose) { text } else { format!("{} {text}", passage.section()) };
            let place = place_of(document, &passage);
            match seen.get(&key) {
                Some(first) => findings.push(
                    Finding::warning(Lint::DuplicatePassage, place, format!("the same text stands at `{first}`"))
                        .hint("keep one of the two and refer to it: both are found for the same questions"),
                ),
                None => drop(seen.insert(key, place)),
            }
        }
    }
}

/// The line on which a passage's first sentence or row begins.
fn place_of(document: &Document, passage: &Passage) -> Place {
    let start = passage.units.first().map_or(passage.span.start, |unit| unit.start);
    Place::line(&document.path, document.lines_before_body + document.body[..start].matches('\n').count() + 1)
}
