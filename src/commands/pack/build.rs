//! `purview pack build`: an index and a scope model, made where they are not made yet; again and again with `--watch`.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::super::{data, progress::Bars, report, say};
use crate::{
    error::Result,
    pack::Pack,
    settings::Settings,
    specialist::{
        Options, Specialist,
        watch::{Waited, Watch},
    },
};

/// How long is waited at a time; nothing ends the waiting but a change and the user.
const WHILE: Duration = Duration::from_hours(1);

pub fn run(folder: &Path, watch: bool, settings: &Settings) -> Result<()> {
    if !watch {
        return build(folder, settings)?.show();
    }
    let mut watched = sources(folder, settings);
    let mut watching = Watch::on(&watched)?;
    loop {
        match build(folder, settings) {
            Ok(built) => built.show()?,
            Err(error) => {
                report(&error);
                say("what was built before stays in use");
            }
        }
        let now = sources(folder, settings);
        if now != watched {
            watching = Watch::on(&now)?;
            watched = now;
            continue; // what was written before it was watched is not missed
        }
        say("watching; Ctrl+C ends it");
        while watching.wait(WHILE) == Waited::Nothing {}
    }
}

/// What a pack is read from, as far as it can be opened: a document that cannot be read is watched as well.
fn sources(folder: &Path, settings: &Settings) -> Vec<PathBuf> {
    let opened = Pack::open(folder, &settings.folders.packs());
    opened.map_or_else(|_| vec![folder.to_owned()], |pack| pack.sources())
}

/// What was built.
struct Built {
    /// What there is.
    text: String,
    /// How long it took.
    took: Duration,
}

impl Built {
    fn show(&self) -> Result<()> {
        data(&self.text)?;
        say(&format!("ready in {:.1} s", self.took.as_secs_f64()));
        Ok(())
    }
}

/// Builds what has changed.
fn build(folder: &Path, settings: &Settings) -> Result<Built> {
    let started = Instant::now();
    let specialist = Specialist::open(folder, settings, &Options::default(), &mut Bars::default().reporter())?;
    let index = specialist.index();
    let (label, documents, passages) = (specialist.pack().label(), index.documents().len(), index.passages().len());
    let text = format!("{label}: {documents} documents, {passages} passages");
    Ok(Built { text, took: started.elapsed() })
}
