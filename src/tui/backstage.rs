//! The threads behind the chat, and how the app's effects reach them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Sender},
    },
    thread::JoinHandle,
};

use super::{
    clerk,
    message::{Effect, Filing, Message},
    shell::Surroundings,
    worker::{self, Job},
};

/// The worker and the clerk.
pub struct Backstage {
    /// Nobody else keeps it: with it the threads end that watch packs.
    jobs: Arc<Sender<Job>>,
    files: Option<Sender<Filing>>,
    clerk: Option<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
}

impl Backstage {
    /// Starts them.
    pub fn start(surroundings: &Surroundings, out: &Sender<Message>) -> Self {
        let Surroundings { settings, retrieval, watch, .. } = surroundings;
        let (jobs, work) = mpsc::channel();
        let jobs = Arc::new(jobs);
        let renewals = watch.then(|| Arc::downgrade(&jobs));
        worker::spawn(settings.clone(), *retrieval, renewals, work, out.clone());
        let (files, filings) = mpsc::channel();
        let clerk = clerk::spawn(settings.folders.clone(), filings, out.clone());
        Self { jobs, files: Some(files), clerk: Some(clerk), stop: Arc::default() }
    }

    /// Carries out an effect, unless it needs the terminal: then it is given back.
    pub fn carry_out(&mut self, effect: Effect) -> Option<Effect> {
        // A thread that is gone takes nothing; what ended it has been said.
        match effect {
            Effect::Open(choice) => {
                let _ = self.jobs.send(Job::Open(choice));
            }
            Effect::Ask(turn, question) => {
                self.stop = Arc::default();
                let _ = self.jobs.send(Job::Ask(turn, Box::new(question), self.stop.clone()));
            }
            Effect::HandOff(turn, question, answer) => {
                let _ = self.jobs.send(Job::HandOff(turn, Box::new(question), answer));
            }
            Effect::Stop => self.stop.store(true, Ordering::Relaxed),
            Effect::File(filing) => {
                let _ = self.files.as_ref().map(|files| files.send(filing));
            }
            other => return Some(other),
        }
        None
    }
}

impl Drop for Backstage {
    /// What was recorded is written before the process ends.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.files = None;
        if let Some(clerk) = self.clerk.take() {
            let _ = clerk.join(); // a clerk that panicked has nothing more to write
        }
    }
}
