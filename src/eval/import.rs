//! Test sets of others: BEIR folders, `SQuAD` files, routers' texts with labels. Each becomes cases, and the first two
//! also a corpus of their own, written as a pack. Reads and writes files; asks nothing.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::Case;
use crate::{
    corpus::Span,
    error::{Error, Place, Problem, Result},
    router::Outcome,
};

/// A test set with its corpus.
#[derive(Debug)]
pub struct Imported {
    /// What it is called: the folder's or the file's name.
    pub name: String,
    /// Its texts: id, title, body.
    pub documents: Vec<(String, String, String)>,
    /// Its questions.
    pub cases: Vec<Case>,
    /// Whether only retrieval can be judged by it.
    pub is_retrieval: bool,
}

/// A test set at a path, if there is one: a folder with `corpus.jsonl`, or a JSON file.
///
/// # Errors
/// A file of it that cannot be read, with its line.
pub fn open(path: &Path) -> Result<Option<Imported>> {
    if path.join("corpus.jsonl").is_file() {
        return beir(path).map(Some);
    }
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if path.is_file() && is_json { squad(path).map(Some) } else { Ok(None) }
}

fn named(path: &Path) -> String {
    let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().to_lowercase());
    let plain: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let plain = plain.trim_matches('-').to_owned();
    if plain.is_empty() { "imported".into() } else { plain }
}

fn text_of(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(Error::io("read", path))
}

/// The lines of a JSONL file.
fn lines<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let text = text_of(path)?;
    let mut problems = Vec::new();
    let mut rows = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str(line) {
            Ok(row) => rows.push(row),
            Err(e) => problems.push(Problem::new(Place::line(path, at + 1), e.to_string())),
        }
    }
    if problems.is_empty() { Ok(rows) } else { Err(Error::Pack(problems)) }
}

/// BEIR (Thakur et al. 2021): `corpus.jsonl`, `queries.jsonl`, `qrels/*.tsv`.
fn beir(folder: &Path) -> Result<Imported> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(rename = "_id")]
        id: String,
        #[serde(default)]
        title: String,
        text: String,
    }
    let documents: Vec<Row> = lines(&folder.join("corpus.jsonl"))?;
    let queries: Vec<Row> = lines(&folder.join("queries.jsonl"))?;
    let qrels = folder.join("qrels");
    let entries = fs::read_dir(&qrels).map_err(Error::io("read the folder", &qrels))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "tsv"));
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let split = named(&file);
        let grades = grades(&file)?;
        for query in &queries {
            let Some(relevant) = grades.get(&query.id) else { continue };
            cases.push(Case {
                question: Some(query.text.clone()),
                must_cite: relevant.keys().cloned().collect(),
                grades: relevant.clone(),
                split: Some(split.clone()),
                ..Case::named(&query.id)
            });
        }
    }
    let documents = documents.into_iter().map(|row| (row.id, row.title, row.text)).collect();
    Ok(Imported { name: named(folder), documents, cases, is_retrieval: true })
}

/// Relevant documents and their grades by query; a judgement of 0 says that a document is not.
fn grades(path: &Path) -> Result<BTreeMap<String, BTreeMap<String, u32>>> {
    let mut grades: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
    for (at, line) in text_of(path)?.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        match (&cells[..], cells.last().and_then(|grade| grade.trim().parse::<i64>().ok())) {
            ([query, document, _], Some(grade)) if grade > 0 => {
                grades.entry((*query).to_owned()).or_default().insert((*document).to_owned(), grade as u32);
            }
            ([_, _, _], Some(_)) => {}
            ([_, _, _], None) if at == 0 => {} // the header
            _ => {
                return Err(Problem::new(Place::line(path, at + 1), format!("`{line}` is no judgement"))
                    .hint("a line is: query id, tab, document id, tab, a whole number")
                    .into());
            }
        }
    }
    Ok(grades)
}

/// `SQuAD` 1.1 and 2.0 (Rajpurkar et al. 2016, 2018); a question that is impossible is to be deferred.
fn squad(path: &Path) -> Result<Imported> {
    #[derive(Deserialize)]
    struct File {
        data: Vec<Article>,
    }
    #[derive(Deserialize)]
    struct Article {
        #[serde(default)]
        title: String,
        paragraphs: Vec<Paragraph>,
    }
    #[derive(Deserialize)]
    struct Paragraph {
        context: String,
        qas: Vec<Asked>,
    }
    #[derive(Deserialize)]
    struct Asked {
        id: String,
        question: String,
        #[serde(default)]
        is_impossible: bool,
        #[serde(default)]
        answers: Vec<Gold>,
    }
    #[derive(Deserialize)]
    struct Gold {
        text: String,
        /// In characters.
        answer_start: usize,
    }
    let text = text_of(path)?;
    let file: File = serde_json::from_str(&text).map_err(|e| {
        let place = Place { file: path.to_owned(), line: e.line(), column: e.column() };
        Problem::new(place, format!("this is no SQuAD file: {e}")).hint("it has `data`, `paragraphs`, `qas`")
    })?;
    let (mut documents, mut cases) = (Vec::new(), Vec::new());
    for (at, article) in file.data.into_iter().enumerate() {
        for (number, paragraph) in article.paragraphs.into_iter().enumerate() {
            let id = format!("{}-{number}", at + 1);
            for asked in paragraph.qas {
                let answerable = !asked.is_impossible && !asked.answers.is_empty();
                let bytes = |gold: &Gold| {
                    let start = paragraph.context.char_indices().nth(gold.answer_start).map_or(0, |(byte, _)| byte);
                    (id.clone(), Span { start, end: start + gold.text.len() })
                };
                let gold = if answerable { asked.answers.iter().map(bytes).collect() } else { Vec::new() };
                cases.push(Case {
                    question: Some(asked.question),
                    expect: Some(if answerable { Outcome::Answer } else { Outcome::Defer }),
                    must_include: if answerable {
                        vec![asked.answers.iter().map(|gold| gold.text.clone()).collect()]
                    } else {
                        Vec::new()
                    },
                    reference: asked.answers.first().filter(|_| answerable).map(|gold| gold.text.clone()),
                    must_cite: if answerable { vec![id.clone()] } else { Vec::new() },
                    tags: if answerable { Vec::new() } else { vec!["unanswerable".into()] },
                    gold,
                    ..Case::named(&asked.id)
                });
            }
            documents.push((id, article.title.replace('_', " "), paragraph.context));
        }
    }
    Ok(Imported { name: named(path), documents, cases, is_retrieval: false })
}

/// A line `{"text", "label"}` of a router's test set as a case: a label is an outcome, or says whether the text is in
/// the domain.
pub fn labelled(line: &str, id: &str) -> Option<Result<Case, String>> {
    #[derive(Deserialize)]
    struct Line {
        text: String,
        label: String,
    }
    let line: Line = serde_json::from_str(line).ok()?;
    let outcome = match line.label.to_lowercase().as_str() {
        "in" | "in_scope" | "answer" => Outcome::Answer,
        "clarify" => Outcome::Clarify,
        "defer" => Outcome::Defer,
        "out" | "oos" | "out_of_scope" | "far" | "near" | "refuse" => Outcome::Refuse,
        other => return Some(Err(format!("no label is called `{other}`: answer, clarify, defer, refuse, in or out"))),
    };
    // What is in the domain may be answered, asked back about, or not known; the router is right in each.
    let expect_any = (outcome == Outcome::Answer).then(|| vec![Outcome::Answer, Outcome::Clarify, Outcome::Defer]);
    let expect = expect_any.is_none().then_some(outcome);
    Some(Ok(Case { question: Some(line.text), expect, expect_any, tags: vec![line.label], ..Case::named(id) }))
}

/// Writes a test set's corpus as a pack; the pack's folder.
///
/// # Errors
/// A folder that cannot be written.
pub fn pack(imported: &Imported, folder: &Path) -> Result<PathBuf> {
    let (corpus, pack) = (folder.join("corpora").join(&imported.name), folder.join("domains").join(&imported.name));
    for folder in [&corpus, &pack] {
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    }
    for (number, (id, title, text)) in imported.documents.iter().enumerate() {
        let path = corpus.join(format!("{number:08}.md"));
        let title = if title.is_empty() { id } else { title };
        let quoted = |text: &str| serde_json::Value::from(text.split_whitespace().collect::<Vec<_>>().join(" "));
        let body = if text.trim().is_empty() { "(no text)" } else { text };
        let page = format!("+++\nid = {}\ntitle = {}\n+++\n{body}\n", quoted(id), quoted(title));
        fs::write(&path, page).map_err(Error::io("write", &path))?;
    }
    let manifest = format!(
        "schema = 1\ncorpora = [\"../../corpora/{0}\"]\n\n[pack]\nname = \"{0}\"\nversion = \"0.0.0\"\ntitle = \"{0}\"\n",
        imported.name
    );
    let path = pack.join("domain.toml");
    fs::write(&path, manifest).map_err(Error::io("write", &path))?;
    Ok(pack)
}
