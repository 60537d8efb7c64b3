//! The index in Postgres against the embedded one, on a server that is not of our making, where there is one.
//! `PURVIEW_POSTGRES` is the URL of a server with pgvector whose user may do everything; `.ci/run` starts one.

mod forwarder;
mod shared;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use purview::{
    error::Error,
    index::{
        Bm25, Filter, Query, Retriever, Synonyms,
        published::{
            Published,
            key::Key,
            patience::Patience,
            publish::{Outcome, publish, withdraw},
            server::Server,
        },
    },
};

use crate::{
    home,
    tea::{GREEN, GREEN_ANSWER, Tea},
};
use forwarder::Forwarder;
use shared::{Database, Shelf, questions, synonyms, unit};

/// Apart by no more than this share of a score: what floats lose when they are added in another order.
const TOLERANCE: f32 = 1e-5;

fn key(number: u64) -> Key {
    Key::parse(&format!("{number:016x}")).unwrap()
}

/// A server that never waits, and the pauses that it would have made.
fn server(url: &str) -> (Server, Arc<Mutex<Vec<Duration>>>) {
    let pauses = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&pauses);
    let server =
        Server::new(url, Patience::default(), Box::new(move |pause| kept.lock().unwrap().push(pause))).unwrap();
    (server, pauses)
}

/// An index that is published in a database.
fn published(shelf: &Shelf, database: &Database) -> Published {
    assert_eq!(publish(&server(&database.url).0, &shelf.publication(key(1))).unwrap(), Outcome::Written);
    Published::open(server(&database.url).0, key(1)).unwrap()
}

/// The same passages with the same scores, in the same order but among those that score the same.
fn assert_alike(one: &[(usize, Bm25)], other: &[(usize, Bm25)], about: &str) {
    assert_eq!(one.len(), other.len(), "{about}");
    for (a, b) in one.iter().zip(other) {
        let is_near = |x: f32, y: f32| (x - y).abs() <= TOLERANCE * x.abs();
        assert!(is_near(a.1.0, b.1.0), "{about}: {a:?} {b:?}");
        let ties = one.iter().filter(|c| is_near(c.1.0, b.1.0)).any(|c| c.0 == b.0);
        assert!(a.0 == b.0 || ties || is_near(a.1.0, one[one.len() - 1].1.0), "{about}: {a:?} {b:?}");
    }
}

#[test]
fn both_indexes_rank_the_passages_of_every_question_alike() {
    let Some(database) = Database::new("alike") else { return };
    let shelf = Shelf::us_tax();
    let (published, synonyms) = (published(&shelf, &database), synonyms());
    let filters = [
        Filter::default(),
        Filter { years: vec![2025], jurisdiction: Some("us-federal".into()) },
        Filter { years: vec![2023, 2024], jurisdiction: Some("elsewhere".into()) },
    ];
    let questions = questions();
    assert!(questions.len() > 200);
    for (question, filter) in questions.iter().zip(filters.iter().cycle()) {
        let query = Query::new(question, &synonyms, filter.clone());
        let embedded = shelf.index.lexical().retrieve(&query, 20).unwrap();
        assert_alike(&embedded, &published.retrieve(&query, 20).unwrap(), question);
        for term in &query.terms {
            assert_eq!(published.document_frequency(term), shelf.index.lexical().document_frequency(term), "{term}");
        }
        for identifier in &query.identifiers {
            let embedded = shelf.index.lexical().identifier_frequency(identifier);
            assert_eq!(published.identifier_frequency(identifier), embedded, "{identifier}");
        }
    }
}

#[test]
fn both_indexes_compare_vectors_alike() {
    let Some(database) = Database::new("vectors") else { return };
    let shelf = Shelf::us_tax();
    let published = published(&shelf, &database);
    for question in questions().iter().take(20) {
        let query = unit(question);
        let (embedded, cosines) = (shelf.cosines(&query), published.cosines(&query).unwrap());
        assert_eq!((cosines.len(), published.texts()), (embedded.len(), embedded.len()));
        assert!(embedded.iter().zip(&cosines).all(|(a, b)| (a - b.0).abs() < TOLERANCE));
    }
    assert!(published.cosines(&[1.0]).unwrap().iter().all(|cosine| cosine.0 == 0.0), "a vector of another encoder");
}

#[test]
fn what_was_published_comes_back_byte_for_byte() {
    let Some(database) = Database::new("contents") else { return };
    let shelf = Shelf::us_tax();
    let contents = shelf.index.contents().unwrap();
    assert!(contents.len() > 1 << 20, "more than one piece");
    assert!(published(&shelf, &database).contents().unwrap() == contents);
}

#[test]
fn many_publishers_at_once_publish_once() {
    let Some(mut database) = Database::new("publishers") else { return };
    let shelf = Shelf::small();
    let outcomes: Vec<Outcome> = std::thread::scope(|scope| {
        let publishers: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| publish(&server(&database.url).0, &shelf.publication(key(7))).unwrap()))
            .collect();
        publishers.into_iter().map(|publisher| publisher.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Outcome::Written).count(), 1, "{outcomes:?}");
    assert_eq!(database.count("select count(*) from purview.index"), 1);
    assert_eq!(publish(&server(&database.url).0, &shelf.publication(key(7))).unwrap(), Outcome::AlreadyThere);
}

#[test]
fn a_publication_that_fails_leaves_nothing() {
    let Some(mut database) = Database::new("failed") else { return };
    let shelf = Shelf::small();
    let broken = Shelf::broken();
    let error = publish(&server(&database.url).0, &broken.publication(key(1))).unwrap_err();
    assert!(error.to_string().contains("NaN"), "{error}");
    assert_eq!(
        database.count("select count(*) from pg_tables where schemaname = 'purview' and tablename <> 'index'"),
        0
    );
    let error = Published::open(server(&database.url).0, key(1)).err().unwrap();
    assert!(error.to_string().contains("index 0000000000000001 is not published"), "{error}");
    published(&shelf, &database);
}

#[test]
fn an_odd_document_is_published_and_found_as_in_the_embedded_index() {
    let Some(database) = Database::new("odd") else { return };
    let long = "x".repeat(5000);
    let text = format!(
        "# O'Neill's \\ back & | ! ( ) <-> slash\n\nIt's O'Brien's 401(k), §179 {long} 표준 공제 \u{1f600} İstanbul ẞ.\n\n{}\n",
        "spam ".repeat(400)
    );
    let shelf = Shelf::of(&[("odd.md", &text), ("even.md", "# Even\n\nNothing odd about $15,750 or İstanbul.\n")]);
    let published = published(&shelf, &database);
    for question in
        ["o'brien", "o'neill's back slash", "section 179", &long, "표준공제", "İstanbul ẞ", "$15,750", "\0 \\ '", ""]
    {
        let query = Query::new(question, &Synonyms::default(), Filter::default());
        let embedded = shelf.index.lexical().retrieve(&query, 20).unwrap();
        assert_alike(&embedded, &published.retrieve(&query, 20).unwrap(), question);
    }
    let query = Query::new("spam", &Synonyms::default(), Filter::default());
    let (one, other) = (shelf.index.lexical().retrieve(&query, 1).unwrap(), published.retrieve(&query, 1).unwrap());
    assert!(one[0].0 == other[0].0 && (one[0].1.0 / other[0].1.0 - 1.0).abs() < 0.05, "400 occurrences count as 256");
}

#[test]
fn a_connection_that_is_killed_is_opened_anew() {
    let Some(mut database) = Database::new("killed") else { return };
    let shelf = Shelf::small();
    publish(&server(&database.url).0, &shelf.publication(key(1))).unwrap();
    let (server, pauses) = server(&database.url);
    let published = Published::open(server, key(1)).unwrap();
    let query = Query::new("green tea", &Synonyms::default(), Filter::default());
    let before = published.retrieve(&query, 5).unwrap();
    assert!(!before.is_empty());
    for killed in 1..4 {
        assert_eq!(database.kill_others(), 1);
        assert_eq!(published.retrieve(&query, 5).unwrap(), before);
        assert!(pauses.lock().unwrap().len() <= killed, "one more attempt is enough");
    }
    database.kill_others();
    assert_eq!(published.cosines(&unit("tea")).unwrap().len(), published.texts());
}

#[test]
fn a_server_that_stopped_is_named_without_the_password() {
    let Some(database) = Database::new("stopped") else { return };
    let shelf = Shelf::small();
    publish(&server(&database.url).0, &shelf.publication(key(1))).unwrap();
    let forwarder = Forwarder::start(&database.url);
    let url = format!("postgresql://{}:s3cret@127.0.0.1:{}/{}", database.user, forwarder.port, database.name);
    let (server, pauses) = server(&url);
    let published = Published::open(server, key(1)).unwrap();
    let query = Query::new("green tea", &Synonyms::default(), Filter::default());
    published.retrieve(&query, 5).unwrap();
    let address = format!("`127.0.0.1:{}`, database `{}`", forwarder.port, database.name);
    drop(forwarder);
    let error = published.retrieve(&query, 5).unwrap_err();
    let (message, hint) = (error.to_string(), error.hint().unwrap());
    assert!(matches!(error, Error::Server { .. }) && error.exit_code() == 1, "{error:?}");
    assert!(message.contains(&address) && message.contains("tried 3 times"), "{message}");
    assert!(
        hint.contains("server runs") && !format!("{message}{hint}{error:?}").contains("s3cret"),
        "{message} {hint}"
    );
    let pauses = pauses.lock().unwrap();
    assert!(pauses.len() == 2 && pauses[0] < pauses[1], "{pauses:?}");
}

#[test]
fn what_the_server_refuses_is_told_with_the_next_step() {
    let Some(mut database) = Database::new("refused") else { return };
    let shelf = Shelf::small();
    let open = |url: &str| Published::open(server(url).0, key(9)).err().unwrap();
    let told = |error: Error, message: &str, hint: &str| {
        assert!(error.to_string().contains(message) && error.hint().unwrap().contains(hint), "{error:?}");
    };
    told(open(&database.url), "index 0000000000000009 is not published", "publish it there first");
    told(open(&database.named("purview_nowhere")), "has no database `purview_nowhere`", "createdb");
    told(open(&database.used_by("purview_nobody")), "does not let `purview_nobody`", "user and password");
    database.run("do $$ begin create role purview_guest login; exception when duplicate_object then null; end $$");
    let guest = publish(&server(&database.used_by("purview_guest")).0, &shelf.publication(key(9))).unwrap_err();
    told(guest, "has no pgvector", "create extension vector");
    database.run("create extension vector");
    let guest = publish(&server(&database.used_by("purview_guest")).0, &shelf.publication(key(9))).unwrap_err();
    told(guest, "`purview_guest` may not do this", "create a schema");
}

#[test]
fn an_index_that_was_withdrawn_is_said_to_be_gone() {
    let Some(mut database) = Database::new("withdrawn") else { return };
    let shelf = Shelf::small();
    let published = published(&shelf, &database);
    assert!(withdraw(&server(&database.url).0, key(1)).unwrap());
    assert!(!withdraw(&server(&database.url).0, key(1)).unwrap());
    assert_eq!(database.count("select count(*) from pg_tables where schemaname = 'purview'"), 1);
    let query = Query::new("green tea", &Synonyms::default(), Filter::default());
    let error = published.retrieve(&query, 5).unwrap_err();
    assert!(error.to_string().contains("any more"), "{error}");
}

#[test]
fn a_replica_answers_from_the_index_that_another_published() {
    let Some(mut database) = Database::new("replicas") else { return };
    let tea = Tea::pack();
    let ask = |home: &std::path::Path| {
        let program = tea.purview_at(home, "ask").args(["--json", GREEN]).env("PURVIEW_INDEX_SERVER", &database.url);
        let mut answer = program.run().ok().json();
        answer["timings_ms"] = serde_json::Value::Null;
        answer
    };
    let built = |home: &std::path::Path| {
        let folders = std::fs::read_dir(home.join("cache/indexes/tea")).unwrap();
        folders.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("index-"))
    };
    let (first, second) = (home::fresh(), home::fresh());
    let (published, shared) = (ask(first.path()), ask(second.path()));
    assert!(published["text"].as_str().unwrap().contains(GREEN_ANSWER), "{published}");
    assert_eq!(published, shared);
    assert!(built(first.path()) && !built(second.path()), "only the first one built it");
    let alone = tea.purview_at(home::shared(), "ask").args(["--json", GREEN]).run().ok().json();
    assert_eq!((&alone["text"], &alone["citations"]), (&shared["text"], &shared["citations"]), "as on one machine");
    assert_eq!(database.count("select count(*) from purview.index"), 1);
}
