//! Reads an archive that may be hostile. Knows the order of the checks; writes nothing.

use std::{collections::BTreeMap, io::BufRead};

use super::{
    Archive, Limits, MANIFEST, Manifest, Refused, Tree, entries::Entries, gunzip::Gunzip, manifest::sha256,
    name::Names, summary::Summary,
};

/// Reads an archive to its end, and checks all that it says. A slice of bytes is a reader too.
///
/// # Errors
/// Why it is not taken; at the first fault.
pub fn read(packed: impl BufRead, limits: &Limits) -> Result<Archive, Refused> {
    let mut entries = Entries::new(Gunzip::new(packed, limits));
    let manifest = manifest(&mut entries, limits)?;
    let listed: BTreeMap<_, _> = manifest.files.iter().map(|file| (file.path.as_str(), file)).collect();
    let mut names = Names::new(&manifest.name)?;
    let mut files = Tree::new();
    while let Some(entry) = entries.next()? {
        if files.len() + 1 >= limits.entries {
            return Err(Refused::TooMany { limit: limits.entries });
        }
        let (name, found) = (entry.name, entry.size);
        names.admit(&name)?;
        let Some(listed) = listed.get(name.as_str()) else { return Err(Refused::Unlisted { entry: name }) };
        if listed.size != found {
            return Err(Refused::Size { entry: name, listed: listed.size, found });
        }
        let content = entries.content(found)?;
        if listed.sha256 != sha256(&content) {
            return Err(Refused::Hash { entry: name });
        }
        files.insert(name, content);
    }
    entries.finish()?;
    if let Some(missing) = listed.into_keys().find(|path| !files.contains_key(*path)) {
        return Err(Refused::Missing { entry: missing.to_owned() });
    }
    manifest.agrees_with(&Summary::of(&files, &manifest.name, &manifest.requires)?)?;
    Ok(Archive { manifest, files })
}

/// The first entry.
fn manifest<R: BufRead>(entries: &mut Entries<R>, limits: &Limits) -> Result<Manifest, Refused> {
    let Some(first) = entries.next()? else { return Err(Refused::NoManifest { found: String::new() }) };
    if first.name != MANIFEST {
        return Err(Refused::NoManifest { found: first.name });
    }
    if first.size > limits.manifest {
        return Err(Refused::TooLarge { limit: limits.manifest });
    }
    let manifest = Manifest::parse(&entries.content(first.size)?)?;
    if manifest.files.len() >= limits.entries {
        return Err(Refused::TooMany { limit: limits.entries });
    }
    if manifest.files.iter().fold(0, |sum: u64, file| sum.saturating_add(file.size)) > limits.unpacked {
        return Err(Refused::TooLarge { limit: limits.unpacked });
    }
    Ok(manifest)
}
