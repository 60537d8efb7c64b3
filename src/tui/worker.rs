//! The thread that owns the models: opens packs, answers questions, makes packets, and says how far it is. What was open stays open
//! where another pack cannot be opened.

use std::{
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender},
    },
    thread,
};

use super::message::{Choice, Failure, HandOff, Message, Opened, Report, Step};
use crate::{
    answer::Answer,
    error::{Error, Result},
    pack,
    progress::Progress,
    session::Source,
    settings::Settings,
    specialist::{Event, Options, Question, Retrieval, Specialist, plan},
};

/// What the worker is asked to do.
pub enum Job {
    /// Open a pack.
    Open(Choice),
    /// Answer a question, for the turn of this number, until the flag is set.
    Ask(usize, Box<Question>, Arc<AtomicBool>),
    /// Make a packet for a person of a question and what came of it, for the turn of this number.
    HandOff(usize, Box<Question>, Box<Answer>),
}

/// Starts the worker; it ends when `jobs` is closed.
pub fn spawn(settings: Settings, retrieval: Retrieval, jobs: Receiver<Job>, out: Sender<Message>) {
    let mut worker = Worker { settings, retrieval, out, specialist: None };
    thread::spawn(move || jobs.iter().try_for_each(|job| worker.work(job)));
}

struct Worker {
    settings: Settings,
    retrieval: Retrieval,
    out: Sender<Message>,
    specialist: Option<Specialist>,
}

impl Worker {
    /// Does a job; breaks when nobody listens any more.
    fn work(&mut self, job: Job) -> ControlFlow<()> {
        let report = match job {
            Job::Open(choice) => match caught(|| self.open(&choice)) {
                Ok((specialist, opened)) => {
                    self.specialist = Some(specialist);
                    Report::Opened(Box::new(opened))
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
        };
        say(&self.out, report)
    }

    fn open(&self, choice: &Choice) -> Result<(Specialist, Opened)> {
        let mut settings = self.settings.clone();
        settings.generator = choice.generator.clone().or(settings.generator);
        let folder = pack::locate(&choice.pack, &settings.folders.data.join("packs"))?;
        let options = Options { mode: choice.mode, retrieval: self.retrieval, ..Options::default() };
        let _ = say(&self.out, Report::Planned(plan(&folder, &settings, &options)?)); // the end shows in `work`
        let specialist = Specialist::open(&folder, &settings, &options, &mut |progress| {
            let _ = say(&self.out, told(&progress)); // likewise
        })?;
        // A folder is named so that a session can be resumed from elsewhere.
        let place = if Path::new(&choice.pack).is_dir() { folder.canonicalize().ok() } else { None };
        let place = place.map_or_else(|| choice.pack.clone(), |folder| folder.display().to_string());
        let opened = card(&specialist, place);
        Ok((specialist, opened))
    }

    fn ask(&mut self, turn: usize, question: &Question, flag: &AtomicBool) -> Result<Step> {
        let Some(specialist) = &mut self.specialist else {
            let failure = Failure { message: "no pack is open".into(), hint: Some("`/retry` opens it".into()) };
            return Ok(Step::Failed(failure));
        };
        let mut stopped = false;
        let answer = specialist.ask(question, &mut |event| {
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
        let no_pack = || Error::usage("no pack is open", "`/retry` opens it");
        let specialist = self.specialist.as_ref().ok_or_else(no_pack)?;
        Ok(HandOff { packet: specialist.hand_off(question, answer)?, folder: self.settings.folders.handoffs() })
    }
}

fn say(out: &Sender<Message>, report: Report) -> ControlFlow<()> {
    if out.send(Message::Worker(report)).is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

fn told(progress: &Progress<'_>) -> Report {
    match *progress {
        Progress::Begin { what, total, bytes } => Report::Began { what: what.to_owned(), total, bytes },
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
fn caught<T>(job: impl FnOnce() -> Result<T>) -> std::result::Result<T, Failure> {
    match catch_unwind(AssertUnwindSafe(job)) {
        Ok(done) => done.map_err(|error| Failure::from(&error)),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref().copied());
            let message = format!("a defect in Purview: {}", text.unwrap_or("no reason was given"));
            Err(Failure { message, hint: Some("`/retry` tries again; please report it".into()) })
        }
    }
}
