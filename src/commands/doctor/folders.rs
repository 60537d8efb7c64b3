//! The user's folders, and what is set about the network.

use std::path::Path;

use super::Check;
use crate::{model::files::Places, settings::Settings};

pub fn checks(settings: &Settings) -> Vec<Check> {
    let folders = &settings.folders;
    let kept = [
        ("config", &folders.config, "settings cannot be saved"),
        ("data", &folders.data, "packs cannot be added"),
        ("state", &folders.state, "sessions cannot be kept"),
    ];
    let mut checks: Vec<Check> = kept.map(|(subject, folder, lost)| folder_check(subject, folder, lost)).to_vec();
    checks.push(match folder_check("cache", &folders.cache, "models and indexes cannot be kept") {
        Check { hint: Some(hint), text, subject, .. } => Check::broken(subject, text, hint),
        fine => fine,
    });
    checks.push(network(&settings.places));
    checks
}

fn folder_check(subject: &'static str, folder: &Path, lost: &str) -> Check {
    let shown = folder.display();
    let Some(existing) = folder.ancestors().find(|path| path.exists()) else {
        return Check::warning(subject, format!("`{shown}` has no folder above it that exists"), lost);
    };
    if !existing.is_dir() {
        return Check::warning(
            subject,
            format!("`{}` is not a folder", existing.display()),
            format!("{lost}: move it away"),
        );
    }
    // A file without a name: the only test that holds for every file system, and it leaves nothing behind.
    if let Err(why) = tempfile::tempfile_in(existing) {
        let hint = format!("{lost}: make it writable, or set `PURVIEW_HOME` to a folder that is");
        return Check::warning(subject, format!("`{}` cannot be written: {why}", existing.display()), hint);
    }
    Check::fine(
        subject,
        if existing == folder { format!("{shown}") } else { format!("{shown} (made when it is needed)") },
    )
}

fn network(places: &Places) -> Check {
    let token = if places.token.is_some() { ", with a token" } else { "" };
    if places.offline {
        return Check::fine(
            "network",
            "off: nothing is fetched (`HF_HUB_OFFLINE`, `PURVIEW_OFFLINE` or `offline` in the settings)",
        );
    }
    if !places.endpoint.starts_with("https://") && !places.endpoint.starts_with("http://") {
        return Check::warning(
            "network",
            format!("`HF_ENDPOINT` is `{}`", places.endpoint),
            "write an address like `https://huggingface.co`",
        );
    }
    Check::fine("network", format!("models are fetched from {}{token}; not contacted now", places.endpoint))
}

#[cfg(test)]
mod tests {
    use super::{super::Verdict, *};

    #[test]
    fn a_folder_that_can_be_made_is_fine_and_is_not_made() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("a/b");
        assert_eq!(folder_check("cache", &folder, "lost").verdict, Verdict::Fine);
        assert!(!folder.exists());
    }

    #[test]
    fn a_file_in_the_way_is_told_of() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("cache");
        std::fs::write(&file, "").unwrap();
        assert_eq!(folder_check("cache", &file.join("models"), "lost").verdict, Verdict::Warning);
    }
}
