//! Cases asked: one specialist a thread, each answer kept as soon as it is there, so that a run that was interrupted
//! goes on where it stopped.

use std::{
    collections::BTreeMap,
    fs::{self, TryLockError},
    io::{Read, Seek, SeekFrom, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Sender},
    },
    time::Instant,
};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::super::{progress::Bars, say};
use crate::{
    answer::{Answer, calibration::Calibration},
    cli::Eval,
    error::{Error, Result},
    eval::{
        Case, CaseRecord, record,
        report::{Provenance, Resources},
    },
    index::store::Fingerprint,
    model::catalogue::Role,
    pack::Pack,
    progress::{Progress, Reporter},
    settings::Settings,
    specialist::{Event, Gates, Options, Specialist, built, open},
};

/// Passages that are kept of a case whose question never came to retrieval.
const PASSAGES: usize = 20;

/// Cases, and how they are asked.
#[derive(Clone)]
pub struct Run {
    pub folder: PathBuf,
    pub settings: Settings,
    pub options: Options,
    pub cases: Vec<Case>,
    pub repeat: usize,
    pub jobs: usize,
    pub seed: u64,
    /// Whether an interrupted run is begun anew.
    pub fresh: bool,
    /// Whether only retrieval is asked.
    pub is_retrieval: bool,
    /// Whether it is one mode of several, and so not the pack's last run.
    pub is_ablation: bool,
}

impl Run {
    pub fn new(args: &Eval, folder: PathBuf, settings: Settings, cases: Vec<Case>, is_retrieval: bool) -> Self {
        Self {
            folder,
            settings,
            options: Options { mode: args.mode, retrieval: args.retrieval, gates: Gates::default() },
            cases,
            repeat: usize::from(args.repeat),
            jobs: usize::from(args.jobs),
            seed: args.seed,
            fresh: args.fresh,
            is_retrieval,
            is_ablation: args.compare_modes,
        }
    }

    /// Asks every case; the records in the cases' order, what produced them, and what it took.
    pub fn ask(&self) -> Result<(Vec<CaseRecord>, Provenance, Resources)> {
        let mut report = Bars::default().reporter();
        let date = OffsetDateTime::now_utc();
        // The first one builds what is not built yet; the others only open it.
        let first = Specialist::open(&self.folder, &self.settings, &self.options, &mut report)?;
        let made = self.made(&first, date)?;
        let mut log = Log::open(&self.settings, first.pack(), &self.fingerprint(&made), self.fresh)?;
        if !log.done.is_empty() {
            say(&format!("going on: {} of {} cases were asked before", log.done.len(), self.cases.len()));
        }
        let began = Instant::now();
        let energy = Energy::read();
        let asked = self.ask_rest(first, &mut log, &mut report)?;
        let seconds = began.elapsed().as_secs_f64();
        let mut rates: Vec<f64> = asked.written.iter().filter_map(|written| written.rate).collect();
        rates.sort_by(f64::total_cmp);
        let of_all = |of: fn(&Written) -> f64| asked.written.iter().map(of).sum::<f64>();
        let (checking, total) = (of_all(|written| written.checking), of_all(|written| written.total));
        let resources = Resources {
            peak_bytes: peak_bytes(),
            seconds: (asked.count == self.cases.len()).then_some(seconds), // not of a run that goes on
            tokens_per_second: rates.get(rates.len() / 2).copied(),
            verification_share: (checking > 0.0).then(|| checking / (total - checking)),
            joules_per_answer: energy
                .and_then(|before| before.since())
                .map(|joules| joules / asked.count.max(1) as f64),
        };
        let records: Vec<CaseRecord> = self.cases.iter().filter_map(|case| log.done.get(&case.id).cloned()).collect();
        let last = last_run(&self.settings, made.pack.split('@').next().unwrap_or_default());
        log.finish((!self.is_ablation).then_some(last.as_path()))?;
        Ok((records, made, resources))
    }

    fn ask_rest(&self, first: Specialist, log: &mut Log, report: &mut Reporter<'_>) -> Result<Asked> {
        let rest: Vec<&Case> = self.cases.iter().filter(|case| !log.done.contains_key(&case.id)).collect();
        let (mut passed, mut count) = (log.done.values().filter(|record| record.passed).count(), log.done.len());
        let mut asked = Asked { written: Vec::new(), count: rest.len() };
        report(Progress::Begin { what: "asking", total: rest.len() as u64, bytes: false });
        let next = AtomicUsize::new(0);
        let failed = std::thread::scope(|scope| {
            let (out, records) = mpsc::channel();
            let (rest, next) = (&rest[..], &next);
            for other in 1..self.jobs.min(rest.len().max(1)) {
                let out = out.clone();
                let open = || Specialist::open(&self.folder, &self.settings, &self.options, &mut |_| {});
                std::thread::Builder::new()
                    .name(format!("asking-{other}"))
                    .spawn_scoped(scope, move || match open() {
                        Ok(specialist) => self.work(specialist, rest, next, &out),
                        Err(error) => {
                            let _ = out.send(Err(error)); // nobody listens after an error of another's
                        }
                    })
                    .map_err(Error::io("start", "a thread"))?;
            }
            scope.spawn(move || self.work(first, rest, next, &out));
            for result in records {
                let (record, written) = result?;
                asked.written.extend(written);
                count += 1;
                passed += usize::from(record.passed);
                log.add(record)?;
                report(Progress::Standing(&format!("asking: {passed} passed, {} failed", count - passed)));
                report(Progress::Advance(1));
            }
            Ok(())
        });
        report(Progress::End);
        failed.map(|()| asked)
    }

    /// Takes cases until there are none; ends early when nobody listens.
    fn work(
        &self,
        mut specialist: Specialist,
        cases: &[&Case],
        next: &AtomicUsize,
        out: &Sender<Result<(CaseRecord, Option<Written>)>>,
    ) {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
            let result = self.one(&mut specialist, case);
            let is_over = result.is_err();
            if out.send(result).is_err() || is_over {
                return;
            }
        }
    }

    fn one(&self, specialist: &mut Specialist, case: &Case) -> Result<(CaseRecord, Option<Written>)> {
        if self.is_retrieval {
            return Ok((retrieved(specialist, case)?, None));
        }
        let question = case.as_question();
        let mut passages = Vec::new();
        let answer = specialist.ask(&question, &mut |event| {
            if let Event::Retrieved(hits, index) = event {
                // Of a message that asks for several things there are hits for each.
                passages.extend(hits.iter().map(|hit| record::passage(hit, index)));
            }
            ControlFlow::Continue(())
        })?;
        if passages.is_empty() && !case.must_cite.is_empty() {
            let hits = specialist.search(&question.text, PASSAGES)?;
            passages = hits.iter().map(|hit| record::passage(hit, specialist.index())).collect();
        }
        let mut record = record::record(case, &answer, passages, specialist.index().documents())?;
        if self.repeat > 1 {
            let again = (1..self.repeat).map(|_| specialist.ask(&question, &mut |_| ControlFlow::Continue(())));
            let again: Vec<Answer> = again.collect::<Result<_>>()?;
            let same = again.iter().all(|other| other.outcome == answer.outcome && other.text == answer.text);
            record.scores.push(("stable".into(), f64::from(u8::from(same))));
        }
        let written = answer.usage.map(|usage| Written {
            rate: usage.tokens_per_second,
            checking: usage.checking.as_secs_f64(),
            total: answer.timings_ms.total / 1e3,
        });
        Ok((record, written))
    }

    /// What the answers depend on; a run is gone on with only where all of it is the same.
    fn fingerprint(&self, made: &Provenance) -> Fingerprint {
        let mut parts =
            vec![made.version.clone(), made.mode.clone(), made.retrieval.clone(), format!("{:?}", self.options)];
        parts.extend(made.hashes.iter().map(|(_, hash)| hash.clone()));
        parts.push(self.repeat.to_string());
        let program = std::env::current_exe().and_then(fs::metadata).and_then(|program| program.modified());
        parts.push(format!("{program:?}"));
        Fingerprint::of(parts.iter().map(String::as_bytes))
    }

    fn made(&self, specialist: &Specialist, date: OffsetDateTime) -> Result<Provenance> {
        let pack = specialist.pack();
        let names = ["domain.toml", "router.toml", "glossary.toml"];
        let paths = pack.folders().flat_map(|folder| names.map(|name| folder.join(name)));
        let files: Vec<Vec<u8>> = paths.map(|path| fs::read(path).unwrap_or_default()).collect();
        let of = |parts: &[&[u8]]| Fingerprint::of(parts.iter().copied()).as_str().to_owned();
        let asked: Vec<String> = self.cases.iter().map(|case| format!("{case:?}")).collect();
        let mut hashes = vec![("pack".to_owned(), of(&files.iter().map(Vec::as_slice).collect::<Vec<_>>()))];
        for (folder, _) in built::built(pack, &self.settings)? {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            hashes.extend(name.split_once('-').map(|(kind, hash)| (kind.to_owned(), hash.to_owned())));
        }
        hashes.push(("calibration".into(), of(&[calibration(specialist.calibration())?.as_bytes()])));
        hashes.push(("cases".into(), of(&asked.iter().map(String::as_bytes).collect::<Vec<_>>())));
        hashes.push(("encoder".into(), open::model_hash(pack, &self.settings, Role::Encoder)?));
        if specialist.generator().is_some() {
            hashes.push(("generator".into(), open::model_hash(pack, &self.settings, Role::Generator)?));
        }
        Ok(Provenance {
            version: env!("CARGO_PKG_VERSION").into(),
            pack: pack.label(),
            title: pack.manifest.pack.title.clone(),
            hashes,
            mode: format!("{:?}", specialist.mode()).to_lowercase(),
            retrieval: format!("{:?}", specialist.retrieval()).to_lowercase(),
            seed: self.seed,
            repeat: self.repeat,
            processor: processor(),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            date: date.replace_nanosecond(0).unwrap_or(date).format(&Rfc3339).unwrap_or_default(),
            command: std::env::args().collect(),
        })
    }
}

/// What asking the rest took.
struct Asked {
    /// The answers in which a language model took part.
    written: Vec<Written>,
    /// Cases.
    count: usize,
}

/// What an answer took in which a language model took part.
struct Written {
    /// Tokens a second.
    rate: Option<f64>,
    /// Seconds in which what was written was held against its sources.
    checking: f64,
    /// Seconds of the whole answer.
    total: f64,
}

/// A query that only retrieval is judged by.
fn retrieved(specialist: &Specialist, case: &Case) -> Result<CaseRecord> {
    let hits = specialist.search(&case.as_question().text, PASSAGES)?;
    let passages = hits.iter().map(|hit| record::passage(hit, specialist.index())).collect();
    Ok(record::retrieval(case, passages))
}

fn calibration(fitted: &Calibration) -> Result<String> {
    serde_json::to_string(fitted).map_err(Error::internal("writing the calibration"))
}

fn processor() -> String {
    let facts = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = facts.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    name.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}

/// Most memory that this process had at one time, where the system says.
fn peak_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1024)
}

/// The processor's energy counter (RAPL), where it can be read.
struct Energy(u64);

impl Energy {
    const COUNTER: &str = "/sys/class/powercap/intel-rapl:0/energy_uj";

    fn read() -> Option<Self> {
        fs::read_to_string(Self::COUNTER).ok()?.trim().parse().ok().map(Self)
    }

    /// Joules since then; nothing where the counter began anew.
    fn since(&self) -> Option<f64> {
        Some(Self::read()?.0.checked_sub(self.0)? as f64 / 1e6)
    }
}

/// Where the records of a pack's last run that was finished are.
pub fn last_run(settings: &Settings, pack: &str) -> PathBuf {
    settings.folders.state.join("evals").join(format!("{pack}-last.jsonl"))
}

/// The records of a run, as they come.
struct Log {
    path: PathBuf,
    file: fs::File,
    done: BTreeMap<String, CaseRecord>,
}

impl Log {
    fn open(settings: &Settings, pack: &Pack, fingerprint: &Fingerprint, fresh: bool) -> Result<Self> {
        let folder = settings.folders.state.join("evals");
        fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
        let path = folder.join(format!("{}-{}.part.jsonl", pack.manifest.pack.name, fingerprint.as_str()));
        let mut options = fs::OpenOptions::new();
        let options = options.create(true).truncate(false).read(true).write(true);
        let mut file = options.open(&path).map_err(Error::io("open", &path))?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            let message = "the same cases are being asked by another process in the same way";
            return Err(Error::usage(message, "wait for it; its report is the same"));
        }
        let mut text = String::new();
        if !fresh {
            file.read_to_string(&mut text).map_err(Error::io("read", &path))?;
        }
        // A torn last line is dropped and written over.
        let whole = text.rfind('\n').map_or(0, |at| at + 1);
        let end = file.set_len(whole as u64).and_then(|()| file.seek(SeekFrom::End(0)));
        end.map_err(Error::io("write", &path))?;
        let records = text[..whole].lines().filter_map(|line| serde_json::from_str::<CaseRecord>(line).ok());
        let done = records.map(|record| (record.id.clone(), record)).collect();
        Ok(Self { path, file, done })
    }

    fn add(&mut self, record: CaseRecord) -> Result<()> {
        let mut line = serde_json::to_vec(&record).map_err(Error::internal("writing a record"))?;
        line.push(b'\n');
        self.file.write_all(&line).map_err(Error::io("write", &self.path))?;
        self.done.insert(record.id.clone(), record);
        Ok(())
    }

    /// The run is over: its records become the pack's last run, or nothing.
    fn finish(self, last: Option<&Path>) -> Result<()> {
        match last {
            Some(last) => fs::rename(&self.path, last).map_err(Error::io("write", last)),
            None => fs::remove_file(&self.path).map_err(Error::io("remove", &self.path)),
        }
    }
}
