//! The names that entries may have: such that they mean one file, and the same one, on every system.
//! Knows text; knows no tar and no file system.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use super::{MANIFEST, Refused, Tree};

/// The kinds of files that a pack has.
const EXTENSIONS: [&str; 4] = ["toml", "json", "jsonl", "md"];

/// Names that Windows keeps for devices, whatever their extension.
/// <https://learn.microsoft.com/windows/win32/fileio/naming-a-file>
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// Ports, which Windows keeps with a digit behind them.
const PORTS: [&str; 2] = ["COM", "LPT"];

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// `/etc/passwd`
    #[error("is an absolute path")]
    Absolute,
    /// `C:x.md`
    #[error("begins with a drive letter")]
    Drive,
    /// `packs\x.md`
    #[error("has a backslash")]
    Backslash,
    /// `a//b`, `a/`
    #[error("has an empty component")]
    Empty,
    /// `a/./b`
    #[error("has the component `.`")]
    Here,
    /// `a/../b`
    #[error("has the component `..`")]
    Parent,
    /// NUL, line feed, escape.
    #[error("has a control character")]
    Control,
    /// Characters that turn or hide what is shown.
    #[error("has a character that hides or reorders text")]
    Hidden,
    /// Bytes that are no text.
    #[error("is not UTF-8")]
    NotUtf8,
    /// `aux.md`
    #[error("is reserved on Windows")]
    Reserved,
    /// `a|b.md`, `folder./a.md`
    #[error("cannot be written on Windows")]
    Windows,
    /// More than tar's header has room for.
    #[error("is too long")]
    TooLong,
}

/// The fault of a name, if it has one.
pub fn fault(name: &str) -> Option<NameFault> {
    let drive = |name: &str| matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    let whole = [
        (NameFault::Control, name.contains(char::is_control)),
        (NameFault::Hidden, name.contains(hides)),
        (NameFault::Backslash, name.contains('\\')),
        (NameFault::Absolute, name.starts_with('/')),
        (NameFault::Drive, drive(name)),
    ];
    let whole = whole.into_iter().find_map(|(fault, is_so)| is_so.then_some(fault));
    whole.or_else(|| name.split('/').find_map(component_fault)).or_else(|| {
        let fits = tar::Header::new_ustar().set_path(name).is_ok();
        (!fits).then_some(NameFault::TooLong)
    })
}

fn component_fault(component: &str) -> Option<NameFault> {
    match component {
        "" => Some(NameFault::Empty),
        "." => Some(NameFault::Here),
        ".." => Some(NameFault::Parent),
        _ if is_reserved(component) => Some(NameFault::Reserved),
        _ if component.contains(['<', '>', ':', '"', '|', '?', '*']) => Some(NameFault::Windows),
        _ if component.ends_with(['.', ' ']) => Some(NameFault::Windows),
        _ => None,
    }
}

fn is_reserved(component: &str) -> bool {
    let stem = component.split('.').next().unwrap_or(component).trim_end().to_uppercase();
    let is_digit = |rest: &str| {
        let mut rest = rest.chars();
        rest.next().is_some_and(|c| matches!(c, '0'..='9' | '¹' | '²' | '³')) && rest.next().is_none()
    };
    DEVICES.contains(&stem.as_str()) || PORTS.iter().any(|port| stem.strip_prefix(port).is_some_and(is_digit))
}

/// Marks of direction, line separators and characters without width; but not the joiners, which some scripts need.
pub fn hides(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Whether a pack can be called so.
pub fn can_be_a_pack(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(is_plain)
        && component_fault(name).is_none()
}

/// The pack whose `domain.toml` is among the files.
pub fn pack_of(files: &Tree) -> Result<String, Refused> {
    let domain = |path: &str| Some(path.strip_prefix("packs/")?.strip_suffix("/domain.toml")?.to_owned());
    let pack = files.keys().filter_map(|path| domain(path)).find(|pack| !pack.contains('/'));
    pack.ok_or_else(|| Refused::NoDomain { entry: "packs/<name>/domain.toml".into() })
}

/// The names that an archive has had so far.
#[derive(Debug)]
pub struct Names {
    pack: String,
    /// Files and their folders, by their folded names.
    seen: BTreeMap<String, Seen>,
}

#[derive(Debug)]
struct Seen {
    name: String,
    is_file: bool,
}

impl Names {
    /// None yet, of an archive of `pack`.
    pub fn new(pack: &str) -> Result<Self, Refused> {
        if !can_be_a_pack(pack) {
            let fault = format!("{pack:?} cannot be a pack's name");
            return Err(Refused::Manifest { fault });
        }
        let manifest = Seen { name: MANIFEST.into(), is_file: true };
        Ok(Self { pack: pack.to_owned(), seen: BTreeMap::from([(folded(MANIFEST), manifest)]) })
    }

    /// Whether another file may have this name.
    ///
    /// # Errors
    /// Why not.
    pub fn admit(&mut self, entry: &str) -> Result<(), Refused> {
        if let Some(fault) = fault(entry) {
            return Err(Refused::Name { entry: entry.to_owned(), fault });
        }
        let folders = entry.match_indices('/').map(|(at, _)| &entry[..at]);
        folders.chain([entry]).try_for_each(|name| self.note(name, entry))?;
        let is_corpus = match entry.split('/').collect::<Vec<_>>()[..] {
            ["packs", pack, _, ..] if pack == self.pack => false,
            ["corpora", _, _, ..] => true,
            _ => return Err(Refused::Outside { entry: entry.to_owned(), pack: self.pack.clone() }),
        };
        let file = entry.rsplit('/').next().unwrap_or(entry);
        let extension = file.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, extension)| extension);
        if extension.is_some_and(|own| if is_corpus { own == "md" } else { EXTENSIONS.contains(&own) }) {
            return Ok(());
        }
        let allowed = if is_corpus { "md".into() } else { EXTENSIONS.join(", ") };
        Err(Refused::Extension { entry: entry.to_owned(), allowed })
    }

    /// Notes a file, or a folder that it is in.
    fn note(&mut self, name: &str, entry: &str) -> Result<(), Refused> {
        let is_file = name == entry;
        let Some(seen) = self.seen.get(&folded(name)) else {
            self.seen.insert(folded(name), Seen { name: name.to_owned(), is_file });
            return Ok(());
        };
        let entry = entry.to_owned();
        match (seen.name == name, seen.is_file, is_file) {
            (true, false, false) => Ok(()),
            (true, true, true) => Err(Refused::Duplicate { entry }),
            (true, ..) => Err(Refused::FileAndFolder { name: name.to_owned() }),
            (false, ..) => Err(Refused::Twins { entry: name.to_owned(), other: seen.name.clone() }),
        }
    }
}

/// What file systems that fold case and normal forms may take for the same name. Upper case first, so that `ß` is `ss`
/// and both kinds of sigma are one.
fn folded(name: &str) -> String {
    name.nfkd().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkd().collect()
}
