//! A new pack: its files as text, from a name and documents that were read from other people's files. Knows the format of a
//! pack; reads no file and writes none.

mod cases;

use std::collections::BTreeMap;

use toml::Value;

use crate::corpus::{Document, chunk, import::Draft};

/// What a new pack is to be called.
#[derive(Debug, Clone)]
pub struct About {
    /// Its folder's name.
    pub name: String,
    /// What people call the field.
    pub title: String,
    /// BCP 47 tag of the documents that state none.
    pub lang: String,
    /// SPDX identifier of the documents; none: it is not known.
    pub license: Option<String>,
    /// Today, as an ISO 8601 date.
    pub today: String,
}

/// What stands for a licence that nobody stated; a form that SPDX leaves to its users.
const UNSTATED: &str = "LicenseRef-unstated";
/// Lines of `[scope]` that are made of documents, at most.
const SCOPE: usize = 12;
/// Characters of an id, at most.
const LONGEST_ID: usize = 60;

/// The document that stands where none was given.
const EXAMPLE: &str = "\
# Opening hours of the library

## When is the library open?

The library is open from 9 a.m. to 6 p.m. on weekdays, and from 10 a.m. to 2 p.m. on Saturdays. The library is closed on \
Sundays.

## How many books may I borrow?

A reader may borrow up to 8 books at a time, for 4 weeks.
";

/// The files of a new pack, by their path in its folder. Documents are given ids of their own; without any, an example
/// stands for them.
pub fn files(about: &About, drafts: Vec<Draft>) -> BTreeMap<String, String> {
    let drafts = if drafts.is_empty() { vec![example()] } else { drafts };
    let mut files = BTreeMap::new();
    let mut documents = Vec::new();
    let mut taken = BTreeMap::new();
    for draft in drafts {
        let id = unique(slug(draft.id.as_deref().unwrap_or(&draft.title)), &mut taken);
        let path = format!("corpus/{id}.md");
        let text = document(about, &id, &draft);
        // What was just written is read as it will be, so that cases are made of the passages that it has.
        if let Ok(document) = Document::parse(path.as_ref(), text.as_bytes()) {
            documents.push(document);
        }
        files.insert(path, text);
    }
    files.insert("domain.toml".into(), manifest(about, &documents));
    files.insert("router.toml".into(), ROUTER.into());
    files.insert("glossary.toml".into(), GLOSSARY.into());
    files.insert("tests/draft.jsonl".into(), cases::draft(&documents, &about.lang));
    files
}

fn example() -> Draft {
    let title = "Opening hours of the library".to_owned();
    Draft { id: Some("example".into()), title, body: EXAMPLE.into(), ..Draft::default() }
}

/// Letters and digits of a text, in lower case, joined by hyphens.
fn slug(text: &str) -> String {
    let plain: String =
        text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect::<String>().to_lowercase();
    let mut slug = String::new();
    for word in plain.split_whitespace() {
        if slug.chars().count() + word.chars().count() >= LONGEST_ID && !slug.is_empty() {
            break;
        }
        slug.push_str(if slug.is_empty() { "" } else { "-" });
        slug.extend(word.chars().take(LONGEST_ID));
    }
    if slug.is_empty() { "document".into() } else { slug }
}

/// The id, with a number where it is taken.
fn unique(id: String, taken: &mut BTreeMap<String, usize>) -> String {
    let count = taken.entry(id.clone()).and_modify(|count| *count += 1).or_insert(1);
    if *count == 1 {
        return id;
    }
    let numbered = format!("{id}-{count}");
    unique(numbered, taken)
}

fn document(about: &About, id: &str, draft: &Draft) -> String {
    let mut lines = vec!["+++".to_owned(), line("id", id), line("title", &draft.title)];
    lines.extend(draft.url.as_ref().map(|url| line("url", url)));
    lines.push(line("license", about.license.as_deref().unwrap_or(UNSTATED)));
    lines.push(line("lang", draft.lang.as_deref().unwrap_or(&about.lang)));
    lines.push(line("retrieved", &about.today));
    lines.push("+++".into());
    format!("{}\n\n{}\n", lines.join("\n"), draft.body.trim())
}

fn line(key: &str, value: &str) -> String {
    format!("{key} = {}", quoted(value))
}

/// A TOML string.
fn quoted(text: &str) -> String {
    Value::String(text.split_whitespace().collect::<Vec<_>>().join(" ")).to_string()
}

fn manifest(about: &About, documents: &[Document]) -> String {
    let license = about.license.as_deref().unwrap_or(UNSTATED);
    let inside: Vec<String> = subjects(documents).iter().map(|subject| format!("    {},", quoted(subject))).collect();
    let out = "    # What people may take for this field and is not in it: \"repairs of the building\"";
    format!(
        "# What this pack is, what it answers, and what it leaves to others. `purview pack check` says what is wrong with it.\n\
         schema = 1\ncorpora = [\"corpus\"]\n\n[pack]\nname = {name}\nversion = \"0.1.0\"\ntitle = {title}\n\
         description = {description}\nlanguages = [{lang}]\nlicense = {license}\nas_of = {today}\n\n\
         [scope]\n# Made of the documents' titles; say it in the words of those who ask.\nin = [\n{inside}\n]\n\
         out = [\n{out}\n]\n\n[answer]\n# Quote sentences and table rows; `auto` takes what `purview pack calibrate \
         --modes` finds to be best.\nmode = \"extract\"\n{RULES}",
        name = quoted(&about.name),
        title = quoted(&about.title),
        description = quoted(&format!("Answers about {}, quoted from its documents.", about.title)),
        lang = quoted(&about.lang),
        license = quoted(license),
        today = quoted(&about.today),
        inside = inside.join("\n"),
    )
}

/// What the documents are about: their titles, or the sections of the only one.
fn subjects(documents: &[Document]) -> Vec<String> {
    let titles: Vec<String> = match documents {
        [only] => {
            let sections = chunk::passages(only);
            let tops = sections.iter().filter_map(|passage| passage.heading_path.get(1)).cloned();
            std::iter::once(only.title.clone()).chain(tops).collect()
        }
        many => many.iter().map(|document| document.title.clone()).collect(),
    };
    let mut seen = std::collections::BTreeSet::new();
    let distinct: Vec<String> = titles.into_iter().filter(|title| seen.insert(title.to_lowercase())).collect();
    let step = distinct.len().div_ceil(SCOPE).max(1);
    distinct.into_iter().step_by(step).collect()
}

const RULES: &str = r#"
# Questions that are turned away, or handed to a person, whatever the documents say.
# [[refuse]]
# id = "harm"
# when = ["a question of this kind", "another one, in other words"]
# message = "I do not help with that."
#
# [[defer]]
# id = "my-case"
# when = ["what was decided in my case", "where is my application"]
# message = "Only the office can see your case."
# contact = "https://example.org/contact"
#
# [disclaimer]
# text = "General information quoted from the documents named."
"#;

const ROUTER: &str = r#"# Questions as people ask them, by what is to become of them. The pack works without any; with some twenty of each kind it
# tells inside from outside better.
#
# [[in]]
# topic = "opening hours"
# questions = ["when do you open on saturdays", "are you open tomorrow"]
#
# [[near]]            # sounds like this field and belongs elsewhere; about ten questions a topic
# topic = "e-book readers"
# instead = "the maker's support"
# questions = ["my reader does not switch on"]
"#;

const GLOSSARY: &str = r#"# Words for the same thing: what the documents call it, and what people type.
#
# [[term]]
# term = "interlibrary loan"
# also = ["ILL", "book from another library"]
"#;

#[cfg(test)]
mod tests;
