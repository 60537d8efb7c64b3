//! A domain as data: what its files say, checked and ready to use. Knows the router's examples and rules;
//! knows no models. A pack can hold no code, and can name no folder but its own and its corpora.

pub mod archive;
pub mod check;
pub mod difference;
mod extend;
pub mod finding;
pub mod manifest;
pub mod scaffold;
mod source;

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::{
    calculator::{Calculator, Calculators},
    corpus::facts::{Choices, Table, Tables},
    error::{Error, Place, Problem, Result},
    index::Synonyms,
    router::Examples,
};
use finding::{Finding, Lint};
pub use manifest::{Disclaimer, Glossary, Manifest, Mode, Slot, SlotKind};
use source::Source;

/// A pack that was read from its folder.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The folder.
    pub folder: PathBuf,
    /// `domain.toml`.
    pub manifest: Manifest,
    /// `router.toml`; empty where there is none.
    pub examples: Examples,
    /// `glossary.toml`; empty where there is none.
    pub glossary: Glossary,
    /// The corpora's folders, its own before those of the packs that it extends.
    pub corpora: Vec<PathBuf>,
    /// The folders of the packs that it extends, the nearest first.
    pub bases: Vec<PathBuf>,
    /// `tables/*.toml`.
    pub tables: Tables,
    /// `calculators/*.toml`.
    pub calculators: Calculators,
}

impl Pack {
    /// Reads the pack in `folder`, with what it takes from a pack that it extends, which lies beside it, among the packs that
    /// the user added, or where packs are looked for.
    ///
    /// # Errors
    /// [`Error::Pack`] with every fault found.
    pub fn open(folder: &Path, user_packs: &Path) -> Result<Self> {
        let (files, findings) = Files::read(folder, user_packs, &mut Vec::new());
        files.whole(folder, findings)
    }

    /// `name@version`.
    pub fn label(&self) -> String {
        format!("{}@{}", self.manifest.pack.name, self.manifest.pack.version)
    }

    /// Its own folder and those of the packs that it extends.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(&self.folder).chain(&self.bases).map(PathBuf::as_path)
    }

    /// Every folder that it is read from, corpora among them.
    pub fn sources(&self) -> Vec<PathBuf> {
        self.folders().map(Path::to_owned).chain(self.corpora.iter().cloned()).collect()
    }

    /// The glossary as search uses it.
    pub fn synonyms(&self) -> Synonyms {
        Synonyms::new(
            self.glossary
                .term
                .iter()
                .map(|term| std::iter::once(term.term.as_str()).chain(term.also.iter().map(String::as_str)).collect()),
        )
    }

    /// The files of test cases, in name order.
    pub fn test_files(&self) -> Vec<PathBuf> {
        test_files(&self.folder)
    }
}

/// The SHA-256 of the pack's dev cases, as they are written.
///
/// # Errors
/// A file that cannot be read.
pub fn dev_cases(folder: &Path) -> Result<String> {
    #[derive(serde::Deserialize)]
    struct Split {
        split: Option<String>,
    }
    let mut hash = Sha256::new();
    for file in test_files(folder) {
        let text = std::fs::read_to_string(&file).map_err(Error::io("read", &file))?;
        let is_dev = |line: &&str| serde_json::from_str::<Split>(line).is_ok_and(|s| s.split.as_deref() == Some("dev"));
        for line in text.lines().filter(is_dev) {
            hash.update(line);
            hash.update("\n");
        }
    }
    let hex = |text: String, byte: &u8| text + format!("{byte:02x}").as_str();
    Ok(hash.finalize().iter().fold(String::new(), hex))
}

/// The files of test cases of the pack in `folder`, in name order.
pub fn test_files(folder: &Path) -> Vec<PathBuf> {
    files_in(&folder.join("tests"), "jsonl")
}

/// A pack's TOML files, as far as they can be read.
#[derive(Debug)]
struct Files {
    manifest: Option<Source<Manifest>>,
    examples: Option<Source<Examples>>,
    glossary: Option<Source<Glossary>>,
    /// The corpora's folders; none where one of them cannot be had.
    corpora: Option<Vec<PathBuf>>,
    /// The tables that can be read, those of the base among them.
    tables: Tables,
    /// The calculators, where all can be read, those of the base among them.
    calculators: Calculators,
    /// The pack that this one extends, where it can be had.
    base: Option<Pack>,
}

impl Files {
    /// Reads them, and finds whatever keeps the pack from being opened. `below` are the packs that extend this one.
    fn read(folder: &Path, user_packs: &Path, below: &mut Vec<PathBuf>) -> (Self, Vec<Finding>) {
        let mut findings = Vec::new();
        let manifest = Source::<Manifest>::read(folder, "domain.toml", &mut findings);
        let (mut corpora, mut base) = (None, None);
        if let Some(source) = &manifest {
            source.value.iter().for_each(|manifest| unusable(source, manifest, &mut findings));
            base = extend::base(folder, source, user_packs, below, &mut findings);
            corpora = self::corpora(folder, source, base.as_ref(), &mut findings);
        } else {
            let place = Place::file(&folder.join("domain.toml"));
            let finding = Finding::error(Lint::MissingManifest, place, "a pack needs this file");
            findings.push(finding.hint("`purview pack list` shows the packs that are known"));
        }
        let examples = Source::read(folder, "router.toml", &mut findings);
        let glossary = Source::read(folder, "glossary.toml", &mut findings);
        let choices = manifest.as_ref().and_then(|source| source.value.as_ref());
        let choices = choices.map(|own| base.as_ref().map_or_else(|| own.choices(), |base| extend::choices(own, base)));
        let facts = choices.map(|choices| facts(folder, &choices, base.as_ref(), &mut findings));
        let (tables, calculators) = facts.unwrap_or_default();
        (Self { manifest, examples, glossary, corpora, tables, calculators, base }, findings)
    }

    /// The pack that they make, where nothing is wrong with them.
    fn whole(self, folder: &Path, findings: Vec<Finding>) -> Result<Pack> {
        match self {
            Self {
                manifest: Some(Source { value: Some(manifest), .. }),
                examples,
                glossary,
                corpora: Some(corpora),
                tables,
                calculators,
                base,
            } if findings.is_empty() => {
                let examples = examples.and_then(|source| source.value).unwrap_or_default();
                let glossary = glossary.and_then(|source| source.value).unwrap_or_default();
                let folder = folder.to_owned();
                let bases = Vec::new();
                let own = Pack { folder, manifest, examples, glossary, corpora, bases, tables, calculators };
                Ok(match base {
                    Some(base) => extend::over(own, base),
                    None => own,
                })
            }
            _ => Err(Error::Pack(findings.into_iter().map(|finding| finding.problem).collect())),
        }
    }
}

/// The tables of a pack, and the calculators that look into them, with those of its base; what cannot be read is reported.
fn facts(folder: &Path, choices: &Choices, base: Option<&Pack>, findings: &mut Vec<Finding>) -> (Tables, Calculators) {
    let parse = |path: &Path, text: &str| Table::parse(path, text, choices);
    let own = each(&folder.join("tables"), Lint::InvalidTable, parse, findings);
    let tables: Tables = extend::joined(own, base.map(|base| base.tables.iter()), |table| &table.id).collect();
    let parse = |path: &Path, text: &str| Calculator::parse(path, text, choices, &tables);
    let own = each(&folder.join("calculators"), Lint::InvalidCalculator, parse, findings);
    let calculators = extend::joined(own, base.map(|base| base.calculators.iter()), |calculator| &calculator.id);
    let problem = |problem| Finding::of(Lint::InvalidCalculator, problem);
    let together = Calculators::checked(calculators.collect());
    let calculators = together.map_err(|problems| findings.extend(problems.into_iter().map(problem)));
    (tables, calculators.unwrap_or_default())
}

/// What the TOML files of a folder hold, in order of their names; those that cannot be read are reported.
fn each<T>(
    folder: &Path,
    lint: Lint,
    parse: impl Fn(&Path, &str) -> Result<T, Vec<Problem>>,
    findings: &mut Vec<Finding>,
) -> Vec<T> {
    let mut read = Vec::new();
    for path in toml_files(folder) {
        match std::fs::read_to_string(&path).map(|text| parse(&path, &text)) {
            Ok(Ok(value)) => read.push(value),
            Ok(Err(problems)) => findings.extend(problems.into_iter().map(|problem| Finding::of(lint, problem))),
            Err(e) => {
                findings.push(Finding::error(Lint::Unreadable, Place::file(&path), format!("cannot be read: {e}")));
            }
        }
    }
    read
}

/// The files of a folder that hold TOML, in order of their names.
pub fn toml_files(folder: &Path) -> Vec<PathBuf> {
    files_in(folder, "toml")
}

fn files_in(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let is_wanted = |path: &PathBuf| path.extension().is_some_and(|own| own == extension);
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_wanted).collect();
    files.sort();
    files
}

/// What in a manifest that can be read keeps its pack from being opened.
fn unusable(source: &Source<Manifest>, manifest: &Manifest, findings: &mut Vec<Finding>) {
    if manifest.schema != 1 {
        let message = format!("`schema = {}` is not known here", manifest.schema);
        let finding = Finding::error(Lint::UnknownSchema, source.place("schema"), message);
        findings.push(finding.hint("this version of purview reads `schema = 1`"));
    }
    for (kind, rules) in [("refuse", &manifest.refuse), ("defer", &manifest.defer)] {
        for (at, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.when.is_empty() && rule.any.is_empty()) {
            let message = format!("the rule `{}` has neither `when` nor `any`", rule.id);
            findings.push(Finding::error(Lint::RuleNeverFires, source.place(&format!("{kind}.{at}")), message));
        }
    }
}

/// The corpora's folders, those of the base last. They are looked for whatever else is wrong with the manifest.
fn corpora(
    folder: &Path,
    source: &Source<Manifest>,
    base: Option<&Pack>,
    findings: &mut Vec<Finding>,
) -> Option<Vec<PathBuf>> {
    #[derive(serde::Deserialize)]
    struct Corpora {
        #[serde(default)]
        corpora: Vec<String>,
    }
    let listed = toml::from_str::<Corpora>(&source.text).ok()?.corpora; // a fault here is the manifest's, and reported
    if listed.is_empty() && base.is_none() {
        findings.push(Finding::error(
            Lint::NoCorpus,
            source.place("corpora"),
            "`corpora` is empty: there is nothing to answer from",
        ));
        return None;
    }
    let mut corpora = Vec::new();
    for (at, corpus) in listed.iter().enumerate() {
        let fault = match folder.join(corpus).canonicalize() {
            Ok(found) if found.is_dir() && Path::new(corpus).is_relative() => {
                corpora.push(found);
                continue;
            }
            Ok(_) => format!("the corpus `{corpus}` is not a relative path of a folder"),
            Err(e) => format!("the corpus `{corpus}` cannot be opened: {e}"),
        };
        let finding = Finding::error(Lint::InvalidCorpus, source.place(&format!("corpora.{at}")), fault);
        findings.push(finding.hint("`corpora` lists folders relative to `domain.toml`"));
    }
    let is_whole = corpora.len() == listed.len();
    let of_base = base.iter().flat_map(|base| &base.corpora);
    let further: Vec<PathBuf> = of_base.filter(|folder| !corpora.contains(folder)).cloned().collect();
    corpora.extend(further);
    is_whole.then_some(corpora)
}

/// The folder of a pack that is given by name or by path: the user's packs, then `domains/` here, above
/// here, and above the program.
///
/// # Errors
/// A name that is nowhere, with the names that are known.
pub fn locate(name: &str, user_packs: &Path) -> Result<PathBuf> {
    let as_path = Path::new(name);
    if as_path.join("domain.toml").is_file() {
        return Ok(as_path.to_owned());
    }
    let found = shelves(user_packs).into_iter().find_map(|shelf| on_shelf(&shelf, name));
    found.ok_or_else(|| {
        let known: Vec<String> = list(user_packs).into_iter().map(|(name, _)| name).collect();
        let names =
            if known.is_empty() { "none is installed".into() } else { format!("known packs: {}", known.join(", ")) };
        Error::usage(format!("no pack is called `{name}`, and no folder of that name holds a `domain.toml`"), names)
    })
}

/// The names or folders of packs that stand in one text, a comma between two. A folder may have a comma in its name.
pub fn names(given: &str) -> Vec<&str> {
    if Path::new(given).join("domain.toml").is_file() {
        return vec![given];
    }
    given.split(',').map(str::trim).collect()
}

/// Every pack that can be named, with its folder.
pub fn list(user_packs: &Path) -> Vec<(String, PathBuf)> {
    let mut packs = std::collections::BTreeMap::new();
    for shelf in shelves(user_packs) {
        for entry in std::fs::read_dir(&shelf).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if let Some(folder) = on_shelf(&shelf, &name) {
                packs.entry(name).or_insert(folder);
            }
        }
    }
    packs.into_iter().collect()
}

/// The pack of this name on a shelf. One that was added lies with its corpora in a folder of its own, as its archive has
/// it.
fn on_shelf(shelf: &Path, name: &str) -> Option<PathBuf> {
    let own = shelf.join(name);
    let added = own.join("packs").join(name);
    [own, added].into_iter().find(|folder| folder.join("domain.toml").is_file())
}

fn shelves(user_packs: &Path) -> Vec<PathBuf> {
    let here = std::env::current_dir().ok();
    let program = std::env::current_exe().ok();
    let above = [here, program].into_iter().flatten();
    let domains = above.flat_map(|start| start.ancestors().map(|folder| folder.join("domains")).collect::<Vec<_>>());
    let mut shelves: Vec<PathBuf> =
        std::iter::once(user_packs.to_owned()).chain(domains.filter(|d| d.is_dir())).collect();
    shelves.dedup();
    shelves
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_packs_stand_between_commas() {
        assert_eq!(names("us-tax"), ["us-tax"]);
        assert_eq!(names("us-tax,gdpr, ./tea"), ["us-tax", "gdpr", "./tea"]);
        assert_eq!(names("us-tax,"), ["us-tax", ""], "what is missing is looked for, and not found");
    }

    #[test]
    fn a_folder_with_a_comma_in_its_name_is_one_pack() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("milk, tea");
        std::fs::create_dir(&folder).unwrap();
        let given = folder.to_str().unwrap();
        assert_eq!(names(given).len(), 2, "nothing is there yet");
        std::fs::write(folder.join("domain.toml"), "").unwrap();
        assert_eq!(names(given), [given]);
    }
}
