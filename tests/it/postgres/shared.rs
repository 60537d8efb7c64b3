//! What the tests have in common: a database for each, indexes to publish, questions to ask.

use std::{
    env,
    path::{Path, PathBuf},
};

use postgres::{Client, NoTls};
use purview::{
    corpus::{self, Document, facts::Tables},
    index::{
        Index, Synonyms,
        dense::Space,
        published::{key::Key, publish::Publication},
    },
};

const DIMS: usize = 32;

/// A database of a test's own, dropped with it.
pub struct Database {
    pub url: String,
    pub user: String,
    pub name: String,
    home: String,
    client: Option<Client>,
}

impl Database {
    /// Makes one, or says that there is no server.
    pub fn new(test: &str) -> Option<Self> {
        let Ok(home) = env::var("PURVIEW_POSTGRES") else {
            eprintln!("{test}: skipped, PURVIEW_POSTGRES is not set");
            return None;
        };
        let name = format!("purview_{test}_{}", std::process::id());
        Client::connect(&home, NoTls).unwrap().batch_execute(&format!("create database {name}")).unwrap();
        let url = with_database(&home, &name);
        let user = url.parse::<postgres::Config>().unwrap().get_user().unwrap().to_owned();
        let client = Some(Client::connect(&url, NoTls).unwrap());
        Some(Self { url, user, name, home, client })
    }

    /// The URL of another database there.
    pub fn named(&self, name: &str) -> String {
        with_database(&self.home, name)
    }

    /// The URL for another user.
    pub fn used_by(&self, user: &str) -> String {
        let (scheme, rest) = self.url.split_once("://").unwrap();
        format!("{scheme}://{user}@{}", rest.split_once('@').unwrap().1)
    }

    pub fn run(&mut self, sql: &str) {
        self.client.as_mut().unwrap().batch_execute(sql).unwrap();
    }

    pub fn count(&mut self, sql: &str) -> i64 {
        self.client.as_mut().unwrap().query_one(sql, &[]).unwrap().get(0)
    }

    /// Ends every other connection to the database, and returns how many there were.
    pub fn kill_others(&mut self) -> i64 {
        self.count(
            "select count(*) filter (where pg_terminate_backend(pid, 5000)) from pg_stat_activity \
             where datname = current_database() and pid <> pg_backend_pid()",
        )
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.client = None;
        let sql = format!("drop database if exists {} with (force)", self.name);
        let _ = Client::connect(&self.home, NoTls).and_then(|mut client| client.batch_execute(&sql));
    }
}

fn with_database(url: &str, name: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (rest, parameters) = rest.split_once('?').map_or((rest, String::new()), |(rest, p)| (rest, format!("?{p}")));
    let authority = rest.split_once('/').map_or(rest, |(authority, _)| authority);
    format!("{scheme}://{authority}/{name}{parameters}")
}

/// An index that is built, and what is published of it.
pub struct Shelf {
    pub index: Index,
    _folder: tempfile::TempDir,
}

impl Shelf {
    pub fn us_tax() -> Self {
        let files = corpus::source_files(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora/us-tax")]).unwrap();
        Self::built(corpus::documents(&files).unwrap())
    }

    pub fn small() -> Self {
        let green = "# Green tea\n\nSteep green tea at 80 degrees for two minutes.\n";
        Self::of(&[("green.md", green), ("pots.md", "# Pots\n\nA pot of glass suits green tea.\n")])
    }

    pub fn of(documents: &[(&str, &str)]) -> Self {
        let parse = |(name, text): &(&str, &str)| Document::parse(&PathBuf::from(name), text.as_bytes()).unwrap();
        Self::built(documents.iter().map(parse).collect())
    }

    /// One whose vectors are no numbers.
    pub fn broken() -> Self {
        let document = Document::parse(Path::new("a.md"), b"# A\n\nB.\n").unwrap();
        Self::encoded(vec![document], &|_| vec![f32::NAN; DIMS])
    }

    fn built(documents: Vec<Document>) -> Self {
        Self::encoded(documents, &unit)
    }

    fn encoded(documents: Vec<Document>, encode: &dyn Fn(&str) -> Vec<f32>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let space = Space { encoder: "words", dims: DIMS };
        Index::build(folder.path(), documents, &Tables::default(), space, &[], &mut |texts| {
            Ok(texts.iter().map(|text| encode(text)).collect())
        })
        .unwrap();
        Self { index: Index::open(folder.path()).unwrap(), _folder: folder }
    }

    pub fn publication(&self, key: Key) -> Publication<'_> {
        Publication { key, index: &self.index }
    }

    /// The cosines of a vector with every text of the index on this machine.
    pub fn cosines(&self, query: &[f32]) -> Vec<f32> {
        let mut vector = vec![0.0; DIMS];
        let cosine = |row| {
            self.index.text_vector(row, &mut vector);
            vector.iter().zip(query).map(|(x, y)| x * y).sum()
        };
        (0..self.index.texts()).map(cosine).collect()
    }
}

/// A vector of length 1 that the words of a text decide, so that texts with words in common are near.
pub fn unit(text: &str) -> Vec<f32> {
    let mut vector = vec![0.01_f32; DIMS];
    for word in text.split_whitespace() {
        let hash = word.bytes().fold(7_u64, |hash, byte| hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte));
        for (at, value) in vector.iter_mut().enumerate() {
            *value += ((hash.rotate_left(at as u32 * 2) & 0xffff) as f32) / 32_768.0 - 1.0;
        }
    }
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    vector.into_iter().map(|value| value / length).collect()
}

/// What people ask, from the pack's dev cases.
pub fn questions() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("domains/us-tax/tests/dev.jsonl");
    let lines = std::fs::read_to_string(path).unwrap();
    let cases = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let asked = |case: serde_json::Value| {
        let last = case["messages"].as_array().and_then(|messages| messages.last());
        let question = case["question"].as_str().or_else(|| last?["content"].as_str());
        question.unwrap().to_owned()
    };
    cases.filter(|case| case["split"] == "dev").map(asked).collect()
}

/// The pack's glossary.
pub fn synonyms() -> Synonyms {
    #[derive(serde::Deserialize)]
    struct Glossary {
        term: Vec<Term>,
    }
    #[derive(serde::Deserialize)]
    struct Term {
        term: String,
        #[serde(default)]
        also: Vec<String>,
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("domains/us-tax/glossary.toml");
    let glossary: Glossary = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let phrases = |term: &Term| std::iter::once(term.term.clone()).chain(term.also.clone()).collect::<Vec<_>>();
    let groups: Vec<Vec<String>> = glossary.term.iter().map(phrases).collect();
    Synonyms::new(groups.iter().map(|group| group.iter().map(String::as_str).collect()))
}
