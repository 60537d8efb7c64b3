//! The other packs on this machine: whose field a refused question may be. They are opened when the first question is
//! refused, and only those that are built already.

use std::{path::PathBuf, sync::OnceLock};

use super::{
    built,
    open::{encoder_choice, is_foreign},
};
use crate::{
    answer::calibration::Calibration,
    error::Result,
    index::Index,
    pack::{self, Pack},
    router::ScopeModel,
    settings::Settings,
};

/// The other packs, opened when they are needed.
pub(super) struct Neighbours {
    settings: Settings,
    own: Own,
    opened: OnceLock<Vec<Neighbour>>,
}

/// What tells a pack from others.
struct Own {
    name: String,
    folder: PathBuf,
    encoder: Option<String>,
    is_foreign: bool,
}

/// Another pack, as far as its scope.
struct Neighbour {
    pack: Pack,
    index: Index,
    scope: ScopeModel,
    calibration: Calibration,
}

impl Neighbours {
    /// The packs beside this one.
    pub fn new(settings: &Settings, pack: &Pack) -> Self {
        let own = Own {
            name: pack.manifest.pack.name.clone(),
            folder: pack.folder.clone(),
            encoder: encoder_choice(pack, settings).map(str::to_owned),
            is_foreign: is_foreign(pack, settings),
        };
        Self { settings: settings.clone(), own, opened: OnceLock::new() }
    }

    /// The name and the title of the pack whose field a question most likely is, if it is one's. The question is encoded
    /// only where there are other packs.
    pub fn claim(&self, question: &str, encode: &dyn Fn() -> Result<Vec<f32>>) -> Result<Option<(&str, &str)>> {
        let others = self.opened.get_or_init(|| self.open());
        if others.is_empty() {
            return Ok(None);
        }
        let vector = encode()?;
        let judged = others.iter().filter_map(|other| {
            let similarities = other.index.similarities(&vector).ok()?;
            let raw = other.scope.judge(question, &vector, Some((&other.index, &similarities)), 0).probability;
            let line = other.calibration.scope_line;
            let probability = line.map_or(raw, |line| line.probability(f64::from(raw)) as f32);
            (probability >= other.calibration.scope_bar.max(EVEN)).then_some((probability, other))
        });
        let best = judged.max_by(|a, b| a.0.total_cmp(&b.0));
        Ok(best.map(|(_, other)| (other.pack.manifest.pack.name.as_str(), other.pack.manifest.pack.title.as_str())))
    }

    /// The others with the same encoder that are built. One that cannot be opened is as good as absent: it is not what
    /// was asked.
    fn open(&self) -> Vec<Neighbour> {
        let packs = pack::list(&self.settings.folders.packs()).into_iter();
        let others = packs.filter(|(name, folder)| *name != self.own.name && *folder != self.own.folder);
        let opened = others.filter_map(|(_, folder)| {
            let pack = Pack::open(&folder, &self.settings.folders.packs()).ok()?;
            let is_read_alike = is_foreign(&pack, &self.settings) == self.own.is_foreign;
            if encoder_choice(&pack, &self.settings) != self.own.encoder.as_deref() || !is_read_alike {
                return None;
            }
            let [(index, index_is_built), (scope, scope_is_built)] = built::built(&pack, &self.settings).ok()?;
            (index_is_built && scope_is_built).then_some(())?;
            Some(Neighbour {
                index: Index::open(&index).ok()?,
                scope: ScopeModel::open(&scope).ok()?,
                calibration: Calibration::load(&folder).ok()?,
                pack,
            })
        });
        opened.collect()
    }
}

/// A pack is named only where it is more likely than not that the question is its own.
const EVEN: f32 = 0.5;
