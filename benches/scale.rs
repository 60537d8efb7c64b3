//! What a large corpus costs: building, disk, memory, opening, searching, and one changed document.
//!
//! `cargo bench --bench scale -- 100000 1000000`: passages of made-up words and vectors that lie around two thousand points, so
//! that everything but the encoder is measured; the encoder's rate is measured beside it, on some of the same passages.

use std::{
    collections::HashSet,
    error::Error,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use purview::{
    corpus::{Document, facts::Tables},
    index::{
        Filter, Index, Query, Retriever, Synonyms,
        dense::Space,
        fusion::{self, Retrieval},
    },
    model::Encoder,
    settings::Settings,
    specialist::open,
};

type Fallible<T> = Result<T, Box<dyn Error>>;

const DIMS: usize = 384;
const SPACE: Space<'_> = Space { encoder: "made up", dims: DIMS };
/// Passages of a document, and sentences of a passage.
const PASSAGES: usize = 10;
const SENTENCES: usize = 3;
/// Different words; the n-th is used 1/n as often as the first.
const WORDS: usize = 30_000;
const POINTS: u64 = 2_000;
const QUERIES: usize = 200;
/// Questions of which the nearest passages are looked for in full.
const NEAREST: usize = 50;

/// Numbers that look random and are the same every time (Vigna's `SplitMix64`).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Even in [0, 1).
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn word(&mut self) -> String {
        let number = (WORDS as f64).powf(self.share()) as usize; // Zipf's law: each rank's logarithm is as likely
        let syllables = ["ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu"];
        number.to_string().bytes().map(|digit| syllables[usize::from(digit - b'0')]).collect()
    }

    fn sentence(&mut self) -> String {
        let words: Vec<String> = (0..12).map(|_| self.word()).collect();
        format!("{}.", words.join(" "))
    }
}

fn document(number: usize) -> Document {
    let mut random = Random(number as u64);
    let mut body = format!("# Document {number}\n\n");
    for _ in 0..PASSAGES {
        let sentences: Vec<String> = (0..SENTENCES).map(|_| random.sentence()).collect();
        let heading = format!("## {} {}", random.word(), random.word());
        body = [body, heading, "\n\n".into(), sentences.join(" "), "\n\n".into()].concat();
    }
    let path = PathBuf::from(format!("{number:07}.md"));
    Document::parse(&path, body.as_bytes()).expect("it is a document")
}

/// A vector near one of the points, of length 1.
fn vector(text: &str) -> Vec<f32> {
    let seed = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let (mut point, mut own) = (Random(seed % POINTS), Random(seed));
    let mut vector: Vec<f32> = (0..DIMS).map(|_| (point.share() + own.share() - 1.0) as f32).collect();
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    for x in &mut vector {
        *x /= length;
    }
    vector
}

#[expect(clippy::unnecessary_wraps, reason = "it stands in for an encoder, which may fail")]
fn encode(texts: &[&str]) -> purview::error::Result<Vec<Vec<f32>>> {
    Ok(texts.iter().map(|text| vector(text)).collect())
}

fn main() -> Fallible<()> {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    for size in if sizes.is_empty() { vec![100_000] } else { sizes } {
        measure(size)?;
    }
    encoder()
}

fn measure(size: usize) -> Fallible<()> {
    let folder = tempfile::tempdir_in(std::env::var("PURVIEW_BENCH").unwrap_or_else(|_| ".".into()))?;
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let documents: Vec<Document> = (0..size / PASSAGES).map(document).collect();
    say(&format!("{size} passages in {} documents", documents.len()));
    fs::create_dir(&first)?;
    let (built, ()) =
        timed(|| Ok(Index::build(&first, documents.clone(), &Tables::default(), SPACE, &[], &mut encode)?))?;
    let rate = size as f64 / built.as_secs_f64();
    say(&format!("  built in {:.1} s without the encoder: {rate:.0} passages/s", built.as_secs_f64()));
    let sizes = disk(&first)?;
    let all: u64 = sizes.iter().map(|(_, bytes)| bytes).sum();
    let parts: Vec<String> = sizes.iter().map(|(name, bytes)| format!("{name} {} MB", bytes >> 20)).collect();
    say(&format!("  {} MB on disk: {}", all >> 20, parts.join(", ")));
    say(&format!("  {} MB of memory at most while it was built", memory("VmHWM")? >> 10));

    let mut changed = documents;
    let half = changed.len() / 2;
    changed[half].body += "One more sentence.\n";
    fs::create_dir(&second)?;
    let before = memory("VmRSS")?;
    let older = [first];
    let (again, ()) = timed(|| Ok(Index::build(&second, changed, &Tables::default(), SPACE, &older, &mut encode)?))?;
    say(&format!("  one changed document: built again in {:.2} s", again.as_secs_f64()));
    let (opened, index) = timed(|| Ok(Index::open(&second)?))?;
    let held = memory("VmRSS")?.saturating_sub(before);
    say(&format!("  opened in {:.2} s, {} MB more of memory", opened.as_secs_f64(), held >> 10));
    search(&index)
}

fn search(index: &Index) -> Fallible<()> {
    let synonyms = Synonyms::default();
    let mut random = Random(7);
    let (mut words, mut vectors, mut both) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..QUERIES {
        let passage = &index.passages()[(random.next() % index.passages().len() as u64) as usize];
        let text = passage.search_text().split_whitespace().take(8).collect::<Vec<_>>().join(" ");
        let query = Query::new(&text, &synonyms, Filter::default());
        let question = vector(&text);
        words.push(timed(|| Ok(index.lexical().retrieve(&query, 100)?))?.0);
        let dense = || {
            let similarities = index.similarities(&question)?;
            Ok(fusion::search(index, &query, &similarities, Retrieval::Dense, 20)?)
        };
        vectors.push(timed(dense)?.0);
        let fused = || {
            let similarities = index.similarities(&question)?;
            Ok(fusion::search(index, &query, &similarities, Retrieval::Fused, 20)?)
        };
        both.push(timed(fused)?.0);
    }
    say(&format!(
        "  the ten nearest passages are among the candidates in {:.3} of {NEAREST} questions' tens",
        recall(index)?
    ));
    for (name, mut times) in [("BM25", words), ("dense", vectors), ("fused", both)] {
        times.sort();
        let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
        say(&format!("  {name:6} p50 {:6.1} ms, p95 {:6.1} ms (n = {})", at(50), at(95), times.len()));
    }
    Ok(())
}

/// The share of the ten passages that are nearest as a whole, by a full scan, that are candidates.
fn recall(index: &Index) -> Fallible<f64> {
    let mut random = Random(11);
    let mut found = 0;
    for _ in 0..NEAREST {
        let passage = &index.passages()[(random.next() % index.passages().len() as u64) as usize];
        let question = vector(&passage.search_text().split_whitespace().take(8).collect::<Vec<_>>().join(" "));
        let similarities = index.similarities(&question)?;
        let mut all: Vec<(f32, usize)> =
            (0..index.passages().len()).map(|at| (index.passage_cosine(&similarities, at).0, at)).collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        let candidates: HashSet<usize> = index.candidates(&similarities, &Filter::default()).into_iter().collect();
        found += all[..10].iter().filter(|(_, at)| candidates.contains(at)).count();
    }
    Ok(found as f64 / (10 * NEAREST) as f64)
}

/// How fast the default encoder takes such passages; with it, a build takes so much longer.
fn encoder() -> Fallible<()> {
    let settings = Settings::load()?;
    let encoder = open::encoder(&settings.places, None, &mut |_| {})?;
    let mut random = Random(1);
    let texts: Vec<String> = (0..256).map(|_| format!("{} {}", random.sentence(), random.sentence())).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let (took, _) = timed(|| Ok(encoder.encode_passages(&texts, &mut |_| {})?))?;
    say(&format!("the encoder takes {:.0} texts of 24 words a second", texts.len() as f64 / took.as_secs_f64()));
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> Fallible<T>) -> Fallible<(Duration, T)> {
    let started = Instant::now();
    let done = work()?;
    Ok((started.elapsed(), done))
}

/// Bytes of each file and folder in a folder.
fn disk(folder: &Path) -> Fallible<Vec<(String, u64)>> {
    let mut sizes = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let bytes = if entry.path().is_dir() {
            disk(&entry.path())?.iter().map(|(_, bytes)| bytes).sum()
        } else {
            entry.metadata()?.len()
        };
        sizes.push((entry.file_name().to_string_lossy().into_owned(), bytes));
    }
    sizes.sort();
    Ok(sizes)
}

/// KiB that this process takes, as Linux tells.
fn memory(what: &str) -> Fallible<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with(what)).unwrap_or_default();
    Ok(line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0))
}

#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn say(line: &str) {
    println!("{line}");
}
