//! The thread that works with files for the chat: the session's log, exports, earlier sessions, draft test cases, packets.
//! In order, so that what is recorded stands as it happened.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, Sender},
    thread::{self, JoinHandle},
};

use super::message::{Failure, Filed, Filing, HandOff, Message};
use crate::{
    error::{Error, Result},
    pack,
    session::{
        Record, export,
        log::{self, Log},
    },
    settings::Folders,
};

/// Earlier sessions whose questions the history holds.
const REMEMBERED: usize = 50;

/// Starts the clerk; it ends, with all that was asked of it done, when `work` is closed.
pub fn spawn(folders: Folders, work: Receiver<Filing>, out: Sender<Message>) -> JoinHandle<()> {
    let mut clerk = Clerk { folders, log: None };
    thread::spawn(move || {
        for filing in work {
            let filed = clerk.file(filing).unwrap_or_else(|error| Some(Filed::Failed(Failure::from(&error))));
            if let Some(filed) = filed {
                let _ = out.send(Message::Clerk(filed)); // the work is done, whoever listens
            }
        }
    })
}

struct Clerk {
    folders: Folders,
    log: Option<Log>,
}

impl Clerk {
    fn file(&mut self, filing: Filing) -> Result<Option<Filed>> {
        let sessions = self.folders.state.join("sessions");
        match filing {
            Filing::Record(records) => return self.record(&sessions, &records).map(|()| None),
            Filing::Close => self.log = None,
            Filing::History(packs) => {
                let asked = packs.iter().rev().flat_map(|pack| log::questions(&sessions, pack, REMEMBERED));
                return Ok(Some(Filed::History(asked.collect())));
            }
            Filing::Sessions => return Ok(Some(Filed::Sessions(log::list(&sessions)))),
            Filing::Resume(path) => {
                if self.log.as_ref().is_some_and(|log| log.path() == path) {
                    self.log = None;
                }
                let (log, records) = Log::resume(&path)?;
                self.log = Some(log);
                return Ok(Some(Filed::Resumed(records)));
            }
            Filing::Packs => return Ok(Some(Filed::Packs(pack::list(&self.folders.packs())))),
            Filing::Export(path, records) => return export(&path, &records).map(Some),
            Filing::Wrong(pack, case) => {
                let folder = pack::locate(&pack, &self.folders.packs())?;
                return wrong(&folder, &case).map(Some);
            }
            Filing::HandOff(hand_off) => return write(&hand_off).map(Some),
        }
        Ok(None)
    }

    fn record(&mut self, sessions: &Path, records: &[Record]) -> Result<()> {
        for record in records {
            match (record, &mut self.log) {
                (Record::Session(header), _) => self.log = Some(Log::create(sessions, header)?),
                (_, Some(log)) => log.append(record)?,
                (_, None) => {} // the log could not be begun, which was said then
            }
        }
        Ok(())
    }
}

/// Writes a conversation beside its name and renames it; a file that is there is left alone.
fn export(path: &Path, records: &[Record]) -> Result<Filed> {
    if path.exists() {
        let message = format!("`{}` is there already", path.display());
        return Err(Error::usage(message, "give another name, as in `/export FILE`"));
    }
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let text = if is_json { format!("{:#}\n", export::json(records)) } else { export::markdown(records) };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(Error::io("write into", folder))?;
    file.write_all(text.as_bytes()).map_err(Error::io("write", path))?;
    file.persist_noclobber(path).map_err(|error| Error::io("write", path)(error.error))?;
    Ok(Filed::Done(format!("written to `{}`", path.display())))
}

/// Writes a packet as it was shown.
fn write(HandOff { packet, folder }: &HandOff) -> Result<Filed> {
    let path = packet.write(folder).map_err(Error::io("write the packet into", folder))?;
    Ok(Filed::Done(format!("written to `{}`", path.display())))
}

/// Adds a case to the pack's drafts.
fn wrong(pack: &Path, case: &serde_json::Value) -> Result<Filed> {
    let tests = pack.join("tests");
    fs::create_dir_all(&tests).map_err(Error::io("create", &tests))?;
    let path: PathBuf = tests.join("draft.jsonl");
    let id = format!("{{\"id\":{},", case["id"]);
    if fs::read_to_string(&path).unwrap_or_default().lines().any(|line| line.starts_with(&id)) {
        return Ok(Filed::Done(format!("it is in `{}` already", path.display())));
    }
    let mut file = fs::OpenOptions::new().create(true).append(true).open(&path).map_err(Error::io("open", &path))?;
    file.write_all(format!("{case}\n").as_bytes()).map_err(Error::io("write", &path))?;
    Ok(Filed::Done(format!("added to `{}`; say there what should have come", path.display())))
}
