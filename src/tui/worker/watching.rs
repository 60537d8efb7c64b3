//! Packs that are watched: in a thread of its own, each is built anew when a file of it has changed, and given to the worker.
//! Without a language model, for the one that is open goes on; the chat answers with the pack as it was meanwhile.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    thread,
    time::{Duration, Instant},
};

use super::{Job, caught, say};
use crate::{
    error::Result,
    pack::{Mode, Pack},
    progress::Progress,
    settings::Settings,
    specialist::{
        Options, Specialist,
        watch::{Waited, Watch},
    },
    tui::message::{Message, Report},
};

/// How long is waited for a change at a time; then it is seen whether the thread is still wanted.
const WHILE: Duration = Duration::from_millis(500);

/// The threads that watch the open packs; they end when this is dropped.
pub struct Watching {
    is_over: Arc<AtomicBool>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

/// A pack that was built anew.
pub struct Renewal {
    /// The pack.
    pub specialist: Specialist,
    /// What opens it again.
    pub place: String,
    /// How long it took.
    pub took: Duration,
    is_over: Arc<AtomicBool>,
}

impl Renewal {
    /// Whether other packs were opened since.
    pub fn is_late(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }
}

/// A pack whose changes are noted.
pub struct Watched {
    folder: PathBuf,
    place: String,
    /// What it is made of.
    folders: Vec<PathBuf>,
    watch: Watch,
}

impl Watched {
    /// Notes the changes of the pack in `folder`, and those of the packs that it extends and of the corpora.
    ///
    /// # Errors
    /// A pack that cannot be read; a system that refuses to watch so many folders.
    pub fn new(folder: &Path, place: &str, settings: &Settings) -> Result<Self> {
        let pack = Pack::open(folder, &settings.folders.packs())?;
        let folders = pack.sources();
        let watch = Watch::on(&folders)?;
        Ok(Self { folder: folder.to_owned(), place: place.to_owned(), folders, watch })
    }
}

/// Starts a thread for each pack. What they build goes to `jobs`; how far they are, to `out`.
pub fn begin(
    packs: Vec<Watched>,
    settings: &Settings,
    options: &Options,
    jobs: &Weak<Sender<Job>>,
    out: &Sender<Message>,
) -> Watching {
    let (is_over, alone) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(())));
    for pack in packs {
        let mut builder = Builder {
            pack,
            settings: settings.clone(),
            options: Options { mode: Some(Mode::Extract), ..options.clone() },
            is_over: is_over.clone(),
            alone: alone.clone(),
            jobs: jobs.clone(),
            out: out.clone(),
        };
        thread::spawn(move || builder.run());
    }
    Watching { is_over }
}

/// What a thread has.
struct Builder {
    pack: Watched,
    settings: Settings,
    options: Options,
    is_over: Arc<AtomicBool>,
    /// Held while building: packs that share a corpus change together, and the chat needs the processor too.
    alone: Arc<Mutex<()>>,
    jobs: Weak<Sender<Job>>,
    out: Sender<Message>,
}

impl Builder {
    fn run(&mut self) {
        while !self.is_over.load(Ordering::Relaxed) {
            if self.pack.watch.wait(WHILE) == Waited::Changed && self.renew().is_break() {
                return;
            }
        }
    }

    /// Builds the pack as it is now; breaks when nobody wants it any more.
    fn renew(&mut self) -> ControlFlow<()> {
        let alone = self.alone.clone();
        let _held = alone.lock().unwrap_or_else(PoisonError::into_inner); // nothing is in it that could be half done
        loop {
            if self.is_over.load(Ordering::Relaxed) {
                return ControlFlow::Break(());
            }
            let started = Instant::now();
            let renewed = caught(|| {
                let specialist = self.open()?;
                let folders = specialist.pack().sources();
                let watch = (folders != self.pack.folders).then(|| Watch::on(&folders)).transpose()?;
                Ok((specialist, watch.map(|watch| (folders, watch))))
            });
            match renewed {
                // What was written before it was watched is not missed.
                Ok((_, Some((folders, watch)))) => (self.pack.folders, self.pack.watch) = (folders, watch),
                Ok((specialist, None)) => return self.give(specialist, started.elapsed()),
                Err(failure) => return say(&self.out, Report::Unrenewed(self.pack.place.clone(), failure)),
            }
        }
    }

    fn open(&self) -> Result<Specialist> {
        let tell = |what: &str| {
            let _ = say(&self.out, Report::Renewing(self.pack.place.clone(), what.to_owned())); // the end shows in `renew`
        };
        let (mut part, mut said) = (Part::default(), String::new());
        tell(&said);
        Specialist::open(&self.pack.folder, &self.settings, &self.options, &mut |progress| {
            let now = part.take(&progress);
            if now != said {
                tell(&now);
                said = now;
            }
        })
    }

    fn give(&self, specialist: Specialist, took: Duration) -> ControlFlow<()> {
        let Some(jobs) = self.jobs.upgrade() else { return ControlFlow::Break(()) };
        let (place, is_over) = (self.pack.place.clone(), self.is_over.clone());
        let given = jobs.send(Job::Renewed(Box::new(Renewal { specialist, place, took, is_over })));
        if given.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

/// A part of the work, as far as it is done.
#[derive(Default)]
struct Part {
    what: String,
    total: u64,
    done: u64,
}

impl Part {
    /// Takes what is told; how far it is, in a few words.
    fn take(&mut self, progress: &Progress<'_>) -> String {
        match *progress {
            Progress::Begin { what, total, .. } => *self = Self { what: what.to_owned(), total, done: 0 },
            Progress::Advance(by) => self.done += by,
            Progress::End => *self = Self::default(),
            Progress::Note(_) | Progress::Standing(_) => {}
        }
        match (self.done * 100).checked_div(self.total) {
            Some(percent) => format!("{} {}%", self.what, percent.min(100)),
            None => self.what.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_a_part_is_stands_behind_it_where_its_length_is_known() {
        let mut part = Part::default();
        let begin = |total| Progress::Begin { what: "encoding", total, bytes: false };
        assert_eq!(part.take(&begin(4)), "encoding 0%");
        assert_eq!(part.take(&Progress::Advance(1)), "encoding 25%");
        assert_eq!(part.take(&Progress::Advance(9)), "encoding 100%");
        assert_eq!(part.take(&Progress::End), "");
        assert_eq!(part.take(&begin(0)), "encoding");
    }

    #[test]
    fn the_threads_of_packs_that_are_no_longer_open_are_told_so() {
        let is_over = Arc::new(AtomicBool::new(false));
        drop(Watching { is_over: is_over.clone() });
        assert!(is_over.load(Ordering::Relaxed));
    }
}
