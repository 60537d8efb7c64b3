//! What is built of a pack, index and scope model, each under the hash of everything that it depends on.

use std::path::{Path, PathBuf};

use super::askings;
use super::open::{encoder_choice, encoder_id, files, is_foreign, rules};
use crate::{
    calculator::Calculator,
    corpus::{self, SourceFile},
    error::{Place, Problem, Result},
    index::{
        FORMAT, Index,
        dense::{Space, Vectors},
        published::{
            Published,
            key::Key,
            patience::Patience,
            publish::{Publication, is_published, publish},
            server::Server,
        },
        store::{Fingerprint, Shelf},
    },
    model::{Encoder, catalogue::Role, files::Places, letters::Letters},
    pack::{self, Pack},
    progress::{Progress, Reporter},
    router::{
        Examples, ScopeModel, Topic, background,
        scope::{Recipe, Teaching},
    },
    settings::Settings,
};

/// The file of the calculators' questions.
const ASKINGS: &str = "vectors.bin";

/// Questions that are taken of one other pack.
const FROM_ONE: usize = 200;

/// The folders of a pack's index and scope model, where they are built for what the pack holds now. Builds and fetches
/// nothing.
///
/// # Errors
/// An encoder that is not on this machine; a corpus that cannot be read.
pub fn built(pack: &Pack, settings: &Settings) -> Result<[(PathBuf, bool); 2]> {
    let places = Places { offline: true, ..settings.places.clone() };
    let id = if is_foreign(pack, settings) {
        Letters::ID.to_owned()
    } else {
        let (model, paths) = files(&places, Role::Encoder, encoder_choice(pack, settings), &mut |_| {})?;
        encoder_id(&model, &paths)?
    };
    let index = index_fingerprint(&id, &corpus::source_files(&pack.corpora)?, pack);
    let scope = scope_fingerprint(pack, &index, &elsewhere(pack, settings));
    Ok([("index", index), ("scope", scope)].map(|(kind, fingerprint)| {
        let shelf = shelf(pack, settings, kind);
        (shelf.path(&fingerprint), shelf.find(&fingerprint).is_some())
    }))
}

fn shelf(pack: &Pack, settings: &Settings, kind: &'static str) -> Shelf {
    Shelf::new(settings.folders.cache.join("indexes").join(&pack.manifest.pack.name), kind)
}

/// The index of a pack, and its fingerprint.
pub(super) fn index(
    pack: &Pack,
    settings: &Settings,
    encoder: &dyn Encoder,
    report: &mut Reporter<'_>,
) -> Result<(Index, Fingerprint)> {
    let files = corpus::source_files(&pack.corpora)?;
    if files.is_empty() {
        let manifest = Place::file(&pack.folder.join("domain.toml"));
        return Err(Problem::new(manifest, "the corpora hold no document")
            .hint("a document is a file whose name ends in `.md`")
            .into());
    }
    let fingerprint = index_fingerprint(encoder.id(), &files, pack);
    let shelf = shelf(pack, settings, "index");
    let build = |folder: &Path, report: &mut Reporter<'_>| {
        let documents = corpus::documents(&files)?;
        Index::build(folder, documents, &pack.tables, space(encoder), &shelf.built(), &mut |texts| {
            encode(encoder, texts, "encoding the corpus", report)
        })
    };
    let own = |report: &mut Reporter<'_>| opened(&shelf, &fingerprint, report, build, Index::open);
    let index = match &settings.index_server {
        None => own(report)?,
        Some(url) => shared(url, &fingerprint, report, own)?,
    };
    Ok((index, fingerprint))
}

/// The index of this fingerprint on a server, published there if nobody has done so.
fn shared(
    url: &str,
    fingerprint: &Fingerprint,
    report: &mut Reporter<'_>,
    own: impl FnOnce(&mut Reporter<'_>) -> Result<Index>,
) -> Result<Index> {
    let key = Key::from(fingerprint);
    let server = Server::new(url, Patience::default(), Box::new(std::thread::sleep))?;
    if let Some(warning) = server.address().warning() {
        report(Progress::Note(&warning));
    }
    if !is_published(&server, key)? {
        let index = own(report)?;
        report(Progress::Note(&format!("publishing the index at {}", server.address())));
        publish(&server, &Publication { key, index: &index })?;
    }
    Index::of_server(Published::open(server, key)?)
}

fn index_fingerprint(encoder: &str, files: &[SourceFile], pack: &Pack) -> Fingerprint {
    // A table's sentences also depend on the manifest's slots, whose values its cells are; those stand in it as well.
    let tables = pack.folders().flat_map(|folder| pack::toml_files(&folder.join("tables")));
    let tables: Vec<Vec<u8>> = tables.map(|file| std::fs::read(file).unwrap_or_default()).collect();
    let mut parts: Vec<&[u8]> = vec![FORMAT, encoder.as_bytes()];
    parts.extend(tables.iter().map(Vec::as_slice));
    for file in files {
        parts.push(file.path.file_name().unwrap_or_default().as_encoded_bytes());
        parts.push(&file.sha256);
    }
    Fingerprint::of(parts)
}

pub(super) fn scope_fingerprint(pack: &Pack, over: &Fingerprint, elsewhere: &[(String, String)]) -> Fingerprint {
    let paths = pack.folders().flat_map(|folder| ["domain.toml", "router.toml"].map(|name| folder.join(name)));
    let files: Vec<Vec<u8>> = paths.map(|path| std::fs::read(path).unwrap_or_default()).collect();
    let general = background::questions().map(|(_, question)| question).collect::<String>();
    let others: String = elsewhere.iter().map(|(_, question)| question.as_str()).collect();
    let sums: String = pack.calculators.iter().flat_map(|calculator| &calculator.when).map(String::as_str).collect();
    let parts = [over.as_str(), &general, &others, &sums].map(str::as_bytes);
    let parts = std::iter::once(FORMAT).chain(files.iter().map(Vec::as_slice)).chain(parts);
    Fingerprint::of(parts)
}

/// The scope model of a pack over the index of this fingerprint, and its own fingerprint.
pub(super) fn scope(
    pack: &Pack,
    settings: &Settings,
    encoder: &dyn Encoder,
    (index, over): (&Index, &Fingerprint),
    report: &mut Reporter<'_>,
) -> Result<(ScopeModel, Fingerprint)> {
    let elsewhere = elsewhere(pack, settings);
    let fingerprint = scope_fingerprint(pack, over, &elsewhere);
    let shelf = shelf(pack, settings, "scope");
    let rules = rules(pack);
    let examples = taught(pack);
    let teaching = Teaching {
        examples: &examples,
        inside: &pack.manifest.scope.inside,
        outside: &pack.manifest.scope.outside,
        rules: &rules,
        elsewhere: &elsewhere,
    };
    let build = |folder: &Path, report: &mut Reporter<'_>| {
        let known: Vec<Vectors> = shelf.built().iter().filter_map(|old| ScopeModel::vectors_in(old).ok()).collect();
        let recipe = Recipe::of(pack.examples.closed);
        let fitted = ScopeModel::fit(teaching, recipe, Some(index), &known, space(encoder), &mut |texts| {
            encode(encoder, texts, "encoding the example questions", report)
        });
        fitted?.save(folder)
    };
    Ok((opened(&shelf, &fingerprint, report, build, ScopeModel::open)?, fingerprint))
}

/// The vectors of the ways in which people ask for a pack's calculators, in the order of the calculators.
pub(super) fn askings(
    pack: &Pack,
    settings: &Settings,
    encoder: &dyn Encoder,
    report: &mut Reporter<'_>,
) -> Result<Vectors> {
    let masked = askings::texts(&pack.calculators);
    let texts: Vec<&str> = masked.iter().map(String::as_str).collect();
    let fingerprint =
        Fingerprint::of([FORMAT, encoder.id().as_bytes()].into_iter().chain(texts.iter().map(|t| t.as_bytes())));
    let shelf = shelf(pack, settings, "askings");
    let build = |folder: &Path, report: &mut Reporter<'_>| {
        Vectors::build(&texts, space(encoder), &[], &mut |texts| {
            encode(encoder, texts, "encoding the calculators' questions", report)
        })?
        .save(&folder.join(ASKINGS))
    };
    opened(&shelf, &fingerprint, report, build, |folder| Vectors::load(&folder.join(ASKINGS)))
}

/// The pack's example questions, with those that ask for its calculators.
fn taught(pack: &Pack) -> Examples {
    let mut examples = pack.examples.clone();
    let topic = |calculator: &Calculator| Topic {
        topic: calculator.title.clone(),
        instead: None,
        questions: calculator.when.clone(),
    };
    examples.inside.extend(pack.calculators.iter().map(topic));
    examples
}

/// What other packs are asked, for a pack that brings no examples and has to learn from somebody else what is not
/// its own. Packs that share a corpus with it are no others.
fn elsewhere(pack: &Pack, settings: &Settings) -> Vec<(String, String)> {
    if !pack.examples.inside.is_empty() {
        return Vec::new();
    }
    let others = pack::list(&settings.folders.packs()).into_iter();
    let others = others.filter_map(|(_, folder)| Pack::open(&folder, &settings.folders.packs()).ok());
    let is_other = |other: &Pack| {
        other.manifest.pack.name != pack.manifest.pack.name && !other.corpora.iter().any(|c| pack.corpora.contains(c))
    };
    let asked = |other: Pack| {
        let all: Vec<String> = other.examples.inside.into_iter().flat_map(|topic| topic.questions).collect();
        let step = all.len().div_ceil(FROM_ONE).max(1);
        let title = other.manifest.pack.title;
        all.into_iter().step_by(step).map(move |question| (title.clone(), question)).collect::<Vec<_>>()
    };
    others.filter(is_other).flat_map(asked).collect()
}

/// The space that an encoder's vectors are of.
pub fn space(encoder: &dyn Encoder) -> Space<'_> {
    Space { encoder: encoder.id(), dims: encoder.dims() }
}

/// Opens what is built; what does not open (a damaged disk, a file deleted by hand) is built once more.
fn opened<T>(
    shelf: &Shelf,
    fingerprint: &Fingerprint,
    report: &mut Reporter<'_>,
    build: impl Fn(&Path, &mut Reporter<'_>) -> Result<()>,
    open: impl Fn(&Path) -> Result<T>,
) -> Result<T> {
    let folder = shelf.ensure(fingerprint, report, &build)?;
    match open(&folder) {
        Ok(opened) => Ok(opened),
        Err(why) => {
            report(Progress::Note(&format!("`{}` is damaged ({why}) and is built again", folder.display())));
            open(&shelf.renew(fingerprint, report, |folder| open(folder).is_ok(), &build)?)
        }
    }
}

fn encode(encoder: &dyn Encoder, texts: &[&str], what: &str, report: &mut Reporter<'_>) -> Result<Vec<Vec<f32>>> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    report(Progress::Begin { what, total: texts.len() as u64, bytes: false });
    let vectors = encoder.encode_passages(texts, &mut |done| report(Progress::Advance(done as u64)));
    report(Progress::End);
    vectors
}
