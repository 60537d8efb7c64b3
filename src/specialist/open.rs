//! Makes a pack ready to answer: models fetched, index and scope model built if their inputs changed, all opened.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{Askings, Fingerprints, Neighbours, Retrieval, Specialist, built};
use crate::{
    answer::calibration::{Calibration, Composed},
    error::{Error, Result},
    model::{
        Encoder, Generator,
        bert::{self, Bert},
        catalogue::{self, Model, Role},
        files::Places,
        letters::Letters,
        local::{Local, Setup},
        remote::Remote,
    },
    pack::{Mode, Pack},
    progress::{Progress, Reporter},
    router::Rule,
    settings::Settings,
};

/// What the command line chose.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How answers are made; none: as the pack says.
    pub mode: Option<Mode>,
    /// Which retrievers count.
    pub retrieval: Retrieval,
    /// Which gates stand; those that do not let everything through.
    pub gates: Gates,
}

/// The gates between a question and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gates {
    /// Is it in the domain?
    pub scope: bool,
    /// Do the passages hold the answer?
    pub evidence: bool,
}

impl Default for Gates {
    fn default() -> Self {
        Self { scope: true, evidence: true }
    }
}

/// What has to be had before a pack can answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Models that are not on this machine.
    pub fetch: Vec<Model>,
    /// Whether the index has to be built.
    pub build: bool,
}

/// What opening a pack will fetch and build. Does neither.
///
/// # Errors
/// A pack or a corpus that cannot be read; a model name that nobody knows.
pub fn plan(folder: &Path, settings: &Settings, options: &Options) -> Result<Plan> {
    let pack = Pack::open(folder, &settings.folders.packs())?;
    let mode = options.mode.unwrap_or(pack.manifest.answer.mode);
    let mut wanted = Vec::new();
    if !is_foreign(&pack, settings) {
        wanted.push((Role::Encoder, encoder_choice(&pack, settings)));
    }
    if mode.generates() && settings.server.is_none() {
        wanted.push((Role::Generator, generator_choice(&pack, settings)));
    }
    let mut fetch = Vec::new();
    for (role, choice) in wanted {
        if choice.is_some_and(|path| Path::new(path).exists()) {
            continue;
        }
        let model = choice.map_or_else(|| Ok(catalogue::default(role).clone()), catalogue::find)?;
        of_role(&model, role)?;
        if settings.places.find(&model)?.is_none() {
            fetch.push(model);
        }
    }
    let lacks_encoder = fetch.iter().any(|model| model.role == Role::Encoder);
    let build = lacks_encoder || built::built(&pack, settings)?.iter().any(|(_, is_built)| !is_built);
    Ok(Plan { fetch, build })
}

impl Specialist {
    /// Opens a pack, fetching and building what is missing.
    pub fn open(folder: &Path, settings: &Settings, options: &Options, report: &mut Reporter<'_>) -> Result<Self> {
        let pack = Pack::open(folder, &settings.folders.packs())?;
        let encoder = reader(&pack, settings, report)?;
        let (index, over) = built::index(&pack, settings, &*encoder, report)?;
        let (scope, fingerprint) = built::scope(&pack, settings, &*encoder, (&index, &over), report)?;
        let askings = Askings::new(&pack.calculators, built::askings(&pack, settings, &*encoder, report)?);
        let calibration = Calibration::load(folder)?;
        let mode = mode(&pack, settings, options, &calibration);
        let generator =
            if mode.generates() { Some(generator(settings, generator_choice(&pack, settings), report)?) } else { None };
        let written_by = generator.as_ref().map(|_| model_hash(&pack, settings, Role::Generator)).transpose()?;
        let fingerprints = Fingerprints {
            encoder: encoder.id().to_owned(),
            index: fingerprint.as_str().to_owned(),
            generator: written_by,
        };
        announce_stale(&pack, &calibration, &fingerprints, report)?;
        Ok(Self {
            rules: rules(&pack),
            synonyms: pack.synonyms(),
            calibration,
            fingerprints,
            encoder,
            index,
            scope,
            generator,
            mode,
            retrieval: retrieval(&pack, settings, options.retrieval),
            gates: options.gates,
            neighbours: Neighbours::new(settings, &pack),
            askings,
            today: time::OffsetDateTime::now_utc().date(),
            pack,
        })
    }
}

/// How answers are made: as the user or else the pack says; where that is what was measured to be best, that, as far as it was
/// measured with the language model that is on this machine.
fn mode(pack: &Pack, settings: &Settings, options: &Options, calibration: &Calibration) -> Mode {
    let mode = options.mode.unwrap_or(pack.manifest.answer.mode);
    let Some(composition) = calibration.composition.as_ref().filter(|_| mode == Mode::Auto) else { return mode };
    let best = match composition.best {
        Composed::Extract => Mode::Extract,
        Composed::Quote => Mode::Quote,
        Composed::Generate => Mode::Generate,
    };
    let is_here = || model_hash(pack, settings, Role::Generator).is_ok_and(|hash| hash == composition.generator);
    if best == Mode::Extract || is_here() { best } else { Mode::Extract }
}

/// Says so where a calibration was made for something else than what it is used with.
fn announce_stale(pack: &Pack, calibration: &Calibration, now: &Fingerprints, report: &mut Reporter<'_>) -> Result<()> {
    let Some(kept) = &calibration.kept else { return Ok(()) };
    let changed = kept.stale(&now.encoder, &now.index, &crate::pack::dev_cases(&pack.folder)?);
    if !changed.is_empty() {
        let name = &pack.manifest.pack.name;
        let changed = changed.join(" and ");
        report(Progress::Note(&format!(
            "the calibration of `{name}` is stale: {changed} changed since, and what it promised no longer holds; `purview pack calibrate {}` makes it anew",
            pack.folder.display()
        )));
    }
    Ok(())
}

pub(super) fn rules(pack: &Pack) -> Vec<Rule> {
    pack.manifest.refuse.iter().chain(&pack.manifest.defer).cloned().collect()
}

/// Refuses a model that is for something else, before it is fetched.
fn of_role(model: &Model, role: Role) -> Result<()> {
    let (is, wanted, hint) = match (model.role, role) {
        (Role::Encoder, Role::Generator) => {
            ("an encoder", "a language model", "`org/repo:QUANT` names a GGUF file on the hub")
        }
        (Role::Generator, Role::Encoder) => {
            ("a language model", "an encoder", "`org/repo` names an encoder on the hub")
        }
        _ => return Ok(()),
    };
    Err(Error::usage(format!("`{}` is {is}, and {wanted} is wanted", model.name), hint))
}

/// A model's files, by name: those of a path that the user gave, else fetched by the catalogue.
pub fn files(
    places: &Places,
    role: Role,
    choice: Option<&str>,
    report: &mut Reporter<'_>,
) -> Result<(Model, BTreeMap<String, PathBuf>)> {
    let Some(path) = choice.map(Path::new).filter(|path| path.exists()) else {
        let model = choice.map_or_else(|| Ok(catalogue::default(role).clone()), catalogue::find)?;
        of_role(&model, role)?;
        let found = places.fetch(&model, report)?;
        return Ok((model, found.paths));
    };
    let mut model = catalogue::default(role).clone();
    model.name = path.display().to_string();
    let paths: BTreeMap<String, PathBuf> = if path.is_dir() {
        model.files.iter().map(|file| (file.name.clone(), path.join(&file.name))).collect()
    } else {
        BTreeMap::from([(model.files[0].name.clone(), path.to_owned())])
    };
    if let Some(absent) = paths.values().find(|file| !file.is_file()) {
        let names: Vec<&str> = model.files.iter().map(|f| f.name.as_str()).collect();
        return Err(Error::ModelMissing {
            message: format!("`{}` is not there", absent.display()),
            hint: format!("`{}` must hold {}", path.display(), names.join(", ")),
        });
    }
    model.files.iter_mut().for_each(|file| file.sha256 = None); // a path's files are the user's own
    Ok((model, paths))
}

pub(super) fn encoder_choice<'c>(pack: &'c Pack, settings: &'c Settings) -> Option<&'c str> {
    settings.encoder.as_deref().or(pack.manifest.models.encoder.as_deref())
}

fn generator_choice<'c>(pack: &'c Pack, settings: &'c Settings) -> Option<&'c str> {
    settings.generator.as_deref().or(pack.manifest.models.generator.as_deref())
}

/// What was chosen; for a pack in none of the encoder's languages BM25 serves alone.
fn retrieval(pack: &Pack, settings: &Settings, chosen: Retrieval) -> Retrieval {
    if is_foreign(pack, settings) && chosen == Retrieval::Fused { Retrieval::Lexical } else { chosen }
}

/// What encodes a pack's texts: the encoder, or words and letters where it reads none of the pack's languages.
fn reader(pack: &Pack, settings: &Settings, report: &mut Reporter<'_>) -> Result<Box<dyn Encoder>> {
    if is_foreign(pack, settings) {
        return Ok(Box::new(Letters));
    }
    Ok(Box::new(encoder(&settings.places, encoder_choice(pack, settings), report)?))
}

/// Whether the encoder reads none of a pack's languages, as far as either says.
pub(super) fn is_foreign(pack: &Pack, settings: &Settings) -> bool {
    let model = match encoder_choice(pack, settings) {
        None => Some(catalogue::default(Role::Encoder).clone()),
        Some(name) => catalogue::find(name).ok(),
    };
    let reads = model.map(|m| m.languages).unwrap_or_default();
    let speaks = &pack.manifest.pack.languages;
    let shared =
        speaks.iter().any(|tag| reads.iter().any(|known| tag == known || tag.starts_with(&format!("{known}-"))));
    !reads.is_empty() && !speaks.is_empty() && !shared
}

/// The encoder of this name or path, or the default one, fetched if it is not here.
pub fn encoder(places: &Places, choice: Option<&str>, report: &mut Reporter<'_>) -> Result<Bert> {
    let (model, paths) = files(places, Role::Encoder, choice, report)?;
    Bert::open(
        &encoder_id(&model, &paths)?,
        encoder_file(&model, &paths, "model.safetensors")?,
        encoder_file(&model, &paths, "tokenizer.json")?,
        encoder_file(&model, &paths, "config.json")?,
    )
}

fn encoder_file<'p>(model: &Model, paths: &'p BTreeMap<String, PathBuf>, name: &str) -> Result<&'p Path> {
    paths.get(name).map(PathBuf::as_path).ok_or_else(|| Error::ModelBroken {
        message: format!("`{}` is not an encoder: it has no `{name}`", model.name),
        hint: Some("an encoder is a folder with `model.safetensors`, `tokenizer.json` and `config.json`".into()),
    })
}

/// What names an encoder's vectors: the hash of its weights, and how it is read where that is not the usual way.
pub(super) fn encoder_id(model: &Model, paths: &BTreeMap<String, PathBuf>) -> Result<String> {
    let weights = encoder_file(model, paths, "model.safetensors")?;
    let known = model.files.iter().find(|f| f.name == "model.safetensors").and_then(|f| f.sha256.clone());
    let hash = known.map_or_else(|| crate::model::files::sha256(weights), Ok)?;
    bert::identity(&hash, encoder_file(model, paths, "config.json")?)
}

/// The language model that the user or the pack chose, or the default one: on the user's server if there is one, else
/// on this machine, fetched if it is not here.
pub fn generator(settings: &Settings, choice: Option<&str>, report: &mut Reporter<'_>) -> Result<Box<dyn Generator>> {
    if let Some(endpoint) = &settings.server {
        let remote = Remote::new(endpoint.clone())?;
        if let Some(warning) = remote.warning() {
            report(Progress::Note(&warning));
        }
        remote.probe()?;
        return Ok(Box::new(remote));
    }
    Ok(Box::new(local(settings, choice, report)?))
}

/// The language model of this name or path on this machine, or the default one, fetched if it is not here.
pub fn local(settings: &Settings, choice: Option<&str>, report: &mut Reporter<'_>) -> Result<Local> {
    let cache = &settings.folders.cache;
    let setup = Setup {
        threads: settings.threads,
        kernel: None,
        panels: Some(cache.join("panels")),
        prefixes: Some(cache.join("prefixes")),
        today: time::OffsetDateTime::now_utc().date(),
    };
    local_with(settings, choice, &setup, report)
}

/// [`local`], with another setup than the usual.
pub fn local_with(
    settings: &Settings,
    choice: Option<&str>,
    setup: &Setup,
    report: &mut Reporter<'_>,
) -> Result<Local> {
    if let Some(folder) = choice.map(Path::new).filter(|path| path.join("config.json").is_file()) {
        return Local::open(folder, setup);
    }
    let (model, paths) = files(&settings.places, Role::Generator, choice, report)?;
    let path = paths
        .values()
        .next()
        .ok_or_else(|| Error::ModelBroken { message: format!("`{}` has no file", model.name), hint: None })?;
    report(Progress::Begin { what: "loading the language model", total: 0, bytes: false });
    let opened = Local::open(path, setup);
    report(Progress::End);
    opened
}

/// The name and the hash of the model that a pack uses in a role. Fetches nothing.
///
/// # Errors
/// A model that is not on this machine.
pub fn model_hash(pack: &Pack, settings: &Settings, role: Role) -> Result<String> {
    if let (Role::Generator, Some(server)) = (role, &settings.server) {
        return Ok(format!("{} at {}", server.model, server.base_url));
    }
    if role == Role::Encoder && is_foreign(pack, settings) {
        return Ok(Letters::ID.to_owned());
    }
    let places = Places { offline: true, ..settings.places.clone() };
    let choice = match role {
        Role::Encoder => encoder_choice(pack, settings),
        Role::Generator => generator_choice(pack, settings),
    };
    let (model, paths) = files(&places, role, choice, &mut |_| {})?;
    let weights = model.files.first().and_then(|file| Some((file.sha256.clone(), paths.get(&file.name)?)));
    let hash = match weights {
        Some((Some(known), _)) => known,
        Some((None, path)) => crate::model::files::sha256(path)?,
        None => String::new(),
    };
    Ok(format!("{} {hash}", model.name))
}
