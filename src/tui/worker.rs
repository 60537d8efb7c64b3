//! The thread that owns the models: opens packs, answers questions, makes packets, and says how far it is. What was open stays open
//! where other packs cannot be opened.

mod watching;

use std::{
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender},
    },
    thread,
};

use self::watching::{Renewal, Watched, Watching};
use super::message::{Choice, Failure, HandOff, Message, Opened, Packs, Renewed, Report, Step};
use crate::{
    answer::Answer,
    error::{Error, Result},
    pack,
    progress::Progress,
    session::Source,
    settings::Settings,
    specialist::{Event, Options, Question, Retrieval, Specialist, plan, several::Several},
};

/// What the worker is asked to do.
pub enum Job {
    /// Open packs.
    Open(Choice),
    /// Answer a question, for the turn of this number, until the flag is set.
    Ask(usize, Box<Question>, Arc<AtomicBool>),
    /// Make a packet for a person of a question and what came of it, for the turn of this number.
    HandOff(usize, Box<Question>, Box<Answer>),
    /// Go on with a pack that was built anew.
    Renewed(Box<Renewal>),
}

/// Starts the worker; it ends when `jobs` is closed. Where there are `renewals`, packs are watched, and what is built anew
/// comes by them.
pub fn spawn(
    settings: Settings,
    retrieval: Retrieval,
    renewals: Option<Weak<Sender<Job>>>,
    jobs: Receiver<Job>,
    out: Sender<Message>,
) {
    let mut worker = Worker { settings, retrieval, renewals, out, open: None };
    thread::spawn(move || jobs.iter().try_for_each(|job| worker.work(job)));
}

struct Worker {
    settings: Settings,
    retrieval: Retrieval,
    renewals: Option<Weak<Sender<Job>>>,
    out: Sender<Message>,
    open: Option<Open>,
}

/// The packs that are open.
struct Open {
    packs: Several,
    /// Ends when other packs are opened.
    _watching: Option<Watching>,
}

/// A pack that is ready.
struct Ready {
    specialist: Specialist,
    opened: Opened,
    watched: Option<Watched>,
}

impl Worker {
    /// Does a job; breaks when nobody listens any more.
    fn work(&mut self, job: Job) -> ControlFlow<()> {
        let report = match job {
            Job::Open(choice) => match self.open(&choice) {
                Ok((open, report)) => {
                    self.open = Some(open);
                    report
                }
                Err(failure) => Report::Unopened(failure),
            },
            Job::Ask(turn, question, flag) => {
                let step = caught(|| self.ask(turn, &question, &flag)).unwrap_or_else(Step::Failed);
                Report::Turn(turn, step)
            }
            Job::HandOff(turn, question, answer) => {
                Report::HandOff(turn, caught(|| self.hand_off(&question, &answer)).map(Box::new))
            }
            Job::Renewed(renewal) => match self.renew(*renewal) {
                Some(renewed) => Report::Renewed(Box::new(renewed)),
                None => return ControlFlow::Continue(()),
            },
        };
        say(&self.out, report)
    }

    /// Opens the packs of a choice; the report that ends it comes with them.
    fn open(&self, choice: &Choice) -> Result<(Open, Report), Failure> {
        let mut settings = self.settings.clone();
        settings.generator = choice.generator.clone().or(settings.generator);
        let options = Options { mode: choice.mode, retrieval: self.retrieval, ..Options::default() };
        let wanted = caught(|| wanted(&choice.pack, &settings.folders.packs()))?;
        let is_several = wanted.len() > 1;
        let (mut specialists, mut watched) = (Vec::new(), Vec::new());
        let (mut alone, mut first_fault) = (None, None);
        for (name, folder) in wanted {
            match caught(|| self.ready((&name, &folder), &settings, &options, is_several)) {
                Ok(ready) => {
                    specialists.push(ready.specialist);
                    watched.extend(ready.watched);
                    let opened = Box::new(ready.opened);
                    if is_several {
                        let _ = say(&self.out, Report::Joined(opened)); // the end shows in `work`
                    } else {
                        alone = Some(opened);
                    }
                }
                Err(fault) if choice.pack == Packs::All => {
                    let _ = say(&self.out, Report::LeftOut(name, fault.clone())); // likewise
                    first_fault.get_or_insert(fault);
                }
                Err(fault) => return Err(fault),
            }
        }
        let no_pack =
            || Failure { message: "there is no pack".into(), hint: Some("`purview pack add` adds one".into()) };
        let packs = Several::new(specialists).ok_or_else(|| first_fault.unwrap_or_else(no_pack))?;
        let begin = |jobs: &Weak<Sender<Job>>| watching::begin(watched, &settings, &options, jobs, &self.out);
        let open = Open { packs, _watching: self.renewals.as_ref().map(begin) };
        Ok((open, alone.map_or(Report::Complete, Report::Opened)))
    }

    /// Makes a pack ready. Where it is one of several, its name stands before what is being done.
    fn ready(
        &self,
        (name, folder): (&str, &Path),
        settings: &Settings,
        options: &Options,
        is_several: bool,
    ) -> Result<Ready> {
        let _ = say(&self.out, Report::Planned(plan(folder, settings, options)?)); // the end shows in `work`
        let place = place(name, folder, is_several);
        // What changes while it is opened is a change.
        let watched = self.renewals.as_ref().map(|_| Watched::new(folder, &place, settings)).transpose()?;
        let whose = if is_several { format!("{name}: ") } else { String::new() };
        let specialist = Specialist::open(folder, settings, options, &mut |progress| {
            let _ = say(&self.out, told(&progress, &whose)); // likewise
        })?;
        let opened = card(&specialist, place);
        Ok(Ready { specialist, opened, watched })
    }

    fn ask(&mut self, turn: usize, question: &Question, flag: &AtomicBool) -> Result<Step> {
        let Some(Open { packs, .. }) = &mut self.open else {
            let failure = Failure { message: "no pack is open".into(), hint: Some("`/retry` opens it".into()) };
            return Ok(Step::Failed(failure));
        };
        let chosen = packs.choose(question)?;
        if packs.specialists().len() > 1 {
            let label = packs.chosen(chosen).pack().label();
            let _ = say(&self.out, Report::Turn(turn, Step::Chosen(label))); // the end shows in the next event
        }
        let mut stopped = false;
        let (answer, _) = packs.ask_chosen(chosen, question, &mut |event| {
            let step = match event {
                Event::Retrieved(hits, index) => {
                    Step::Retrieved(hits.iter().map(|hit| Source::of(hit, index)).collect())
                }
                Event::Ruled(ruling) => Step::Ruled(ruling.clone()),
                Event::Writing => Step::Writing,
                Event::Token(piece) => Step::Token(piece.to_owned()),
                Event::Verified(piece) => Step::Verified(piece.to_owned()),
                Event::Trace(trace) => Step::Trace(trace.clone()),
            };
            let listening = say(&self.out, Report::Turn(turn, step));
            if listening.is_break() || flag.load(Ordering::Relaxed) {
                stopped = true;
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        Ok(Step::Finished { answer: Box::new(answer), stopped })
    }

    fn hand_off(&self, question: &Question, answer: &Answer) -> Result<HandOff> {
        let no_pack = || Error::usage(format!("`{}` is not open", answer.pack), "`/retry` opens a pack again");
        let specialist = self.open.as_ref().and_then(|open| open.packs.labelled(&answer.pack)).ok_or_else(no_pack)?;
        Ok(HandOff { packet: specialist.hand_off(question, answer)?, folder: self.settings.folders.handoffs() })
    }

    /// Goes on with a pack that was built anew, unless other packs are open by now.
    fn renew(&mut self, renewal: Renewal) -> Option<Renewed> {
        let open = self.open.as_mut().filter(|_| !renewal.is_late())?;
        let specialist = open.packs.renew(renewal.specialist)?;
        Some(Renewed { opened: card(specialist, renewal.place), took: renewal.took })
    }
}

/// The names or folders of the packs that were chosen, each with where it is.
fn wanted(packs: &Packs, shelf: &Path) -> Result<Vec<(String, PathBuf)>> {
    let named = match packs {
        Packs::All => return Ok(pack::list(shelf)),
        Packs::Named(named) => pack::names(named),
    };
    let mut wanted: Vec<(String, PathBuf)> = Vec::new();
    for name in named {
        let folder = pack::locate(name, shelf)?;
        if wanted.iter().all(|(_, known)| *known != folder) {
            wanted.push((name.to_owned(), folder));
        }
    }
    Ok(wanted)
}

/// What opens a pack again: of a folder the whole path, so that a session can be resumed from elsewhere. Of several packs
/// none has a comma in its place, which would part it.
fn place(name: &str, folder: &Path, is_several: bool) -> String {
    let whole = if Path::new(name).is_dir() { folder.canonicalize().ok() } else { None };
    let whole = whole.map(|folder| folder.display().to_string());
    whole.filter(|place| !(is_several && place.contains(','))).unwrap_or_else(|| name.to_owned())
}

fn say(out: &Sender<Message>, report: Report) -> ControlFlow<()> {
    if out.send(Message::Worker(report)).is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

fn told(progress: &Progress<'_>, whose: &str) -> Report {
    match *progress {
        Progress::Begin { what, total, bytes } => Report::Began { what: format!("{whose}{what}"), total, bytes },
        Progress::Advance(by) => Report::Advanced(by),
        Progress::Note(text) | Progress::Standing(text) => Report::Note(text.to_owned()),
        Progress::End => Report::Ended,
    }
}

fn card(specialist: &Specialist, place: String) -> Opened {
    let manifest = &specialist.pack().manifest;
    Opened {
        label: specialist.pack().label(),
        place,
        title: manifest.pack.title.clone(),
        as_of: manifest.pack.as_of.clone(),
        mode: specialist.mode(),
        generator: specialist.generator().map(str::to_owned),
        disclaimer: manifest.disclaimer.clone(),
        covers: manifest.scope.inside.clone(),
        documents: specialist.index().documents().clone(),
    }
}

/// A defect of ours ends the job, not the chat.
fn caught<T>(job: impl FnOnce() -> Result<T>) -> Result<T, Failure> {
    match catch_unwind(AssertUnwindSafe(job)) {
        Ok(done) => done.map_err(|error| Failure::from(&error)),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref().copied());
            let message = format!("a defect in Purview: {}", text.unwrap_or("no reason was given"));
            Err(Failure { message, hint: Some("`/retry` tries again; please report it".into()) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with packs of these names, which hold nothing but a manifest.
    fn shelf(names: &[&str]) -> tempfile::TempDir {
        let shelf = tempfile::tempdir().unwrap();
        for name in names {
            std::fs::create_dir(shelf.path().join(name)).unwrap();
            std::fs::write(shelf.path().join(name).join("domain.toml"), "").unwrap();
        }
        shelf
    }

    fn found(packs: &Packs, shelf: &Path) -> Result<Vec<String>> {
        Ok(wanted(packs, shelf)?.into_iter().map(|(name, _)| name).collect())
    }

    #[test]
    fn several_packs_are_found_in_the_order_in_which_they_are_named_and_each_once() {
        let shelf = shelf(&["a-tea", "milk"]);
        assert_eq!(found(&"milk, a-tea,milk".into(), shelf.path()).unwrap(), ["milk", "a-tea"]);
        assert!(found(&"milk,cocoa".into(), shelf.path()).unwrap_err().to_string().contains("`cocoa`"));
    }

    #[test]
    fn all_packs_are_those_that_can_be_named() {
        let shelf = shelf(&["a-tea", "milk"]);
        let all = found(&Packs::All, shelf.path()).unwrap();
        assert!(["a-tea", "milk"].iter().all(|name| all.iter().any(|found| found == name)), "{all:?}");
    }

    #[test]
    fn a_folder_is_named_whole_where_no_comma_in_it_would_part_it() {
        let shelf = shelf(&["milk, tea"]);
        let folder = shelf.path().join("milk, tea");
        let whole = folder.canonicalize().unwrap().display().to_string();
        let name = folder.to_str().unwrap();
        assert_eq!(place(name, &folder, false), whole);
        assert_eq!(place(name, &folder, true), name);
        assert_eq!(place("us-tax", &folder, true), "us-tax");
    }
}
