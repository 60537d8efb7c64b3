//! Conversations about tea, where the corpus is a list of what it would say.

use std::collections::BTreeMap;

use super::*;
use crate::index::{Synonyms, analyze};

/// A corpus of one document, which knows these words.
struct Tea;

const COMMON: &[&str] = &["tea", "cup"];
const KNOWN: &[&str] =
    &["tea", "cup", "green", "black", "steep", "kettl", "lemon", "oolong", "caffein", "pregnant", "mug", "postag"];

impl Ground for Tea {
    fn is_common(&self, term: &str) -> bool {
        COMMON.contains(&term)
    }

    fn is_inside(&self, text: &str) -> Result<bool> {
        let terms: Vec<String> = words(text).into_iter().filter(|w| !w.is_generic()).flat_map(|w| w.terms).collect();
        Ok(!terms.is_empty() && terms.iter().all(|term| KNOWN.contains(&term.as_str())))
    }

    fn answers(&self, text: &str) -> Result<bool> {
        Ok(self.is_inside(text)? && words(text).len() > 4)
    }

    fn covers(&self, _: &str, terms: &[String]) -> Result<bool> {
        Ok(terms.iter().all(|term| KNOWN.contains(&term.as_str()) && term != "postag"))
    }
}

fn understood(turns: &[(&str, Option<&[&str]>)], last: &str) -> Understood {
    let values = BTreeMap::from([
        ("hot".to_owned(), vec!["boiling".to_owned()]),
        ("iced".to_owned(), vec!["cold brewed".to_owned(), "cold".to_owned()]),
    ]);
    let synonyms = Synonyms::new([
        vec!["green tea", "matcha", "sencha"],
        vec!["black tea", "assam"],
        vec!["water kettle", "kettle"],
    ]);
    let history: Vec<Turn> = turns
        .iter()
        .map(|(question, choices)| Turn {
            question: (*question).to_owned(),
            asked_back: choices.map(|choices| choices.iter().map(|c| (*c).to_owned()).collect()),
        })
        .collect();
    let lexicon = Lexicon { choices: &[&values], synonyms: &synonyms, years: &[2024, 2025, 2026] };
    understand(last, &history, lexicon, &Tea).unwrap()
}

fn after(first: &str, then: &str) -> String {
    understood(&[(first, None)], then).text
}

fn chain(turns: &[&str], last: &str) -> String {
    understood(&turns.iter().map(|turn| (*turn, None)).collect::<Vec<_>>(), last).text
}

#[test]
fn a_slots_value_takes_the_place_of_the_carried_one() {
    let first = "How long do I steep hot green tea in 2025?";
    assert_eq!(after(first, "and cold brewed?"), "How long do I steep iced green tea in 2025?");
    assert_eq!(after(first, "what about 2024?"), "How long do I steep hot green tea in 2024?");
    assert_eq!(after(first, "and the year before that"), "How long do I steep hot green tea in 2024?");
    assert_eq!(after(first, "I meant 2026"), "How long do I steep hot green tea in 2026?");
    assert_eq!(after(first, "no, cold"), "How long do I steep iced green tea in 2025?");
    assert_eq!(after("How long does green tea steep?", "and for 2024?"), "How long does green tea steep in 2024?");
}

#[test]
fn a_thing_of_the_same_kind_takes_the_place_of_the_carried_one() {
    assert_eq!(after("how long to steep green tea in 2025", "same for assam?"), "how long to steep assam in 2025");
    assert_eq!(after("how long to steep sencha", "and matcha?"), "how long to steep matcha");
    assert_eq!(after("how long to steep green tea", "and the kettle?"), "how long to steep green tea, the kettle?");
}

#[test]
fn a_turn_without_a_subject_keeps_the_carried_one() {
    let first = "can I steep green tea twice?";
    assert_eq!(after(first, "why?"), "why: can I steep green tea twice?");
    for turn in ["how do i do that", "is that per person", "how much is it"] {
        let read = understood(&[(first, None)], turn);
        assert!(read.text.starts_with("can I steep green tea twice, "), "{}", read.text);
        assert_eq!(read.inherits.as_deref(), Some("can I steep green tea twice?"), "{turn}");
    }
    assert_eq!(after(first, "thanks! and if i'm 70?"), "can I steep green tea twice, if i'm 70?");
}

#[test]
fn a_chain_keeps_its_subject_and_the_slots_named_before() {
    let turns = ["how long to steep hot green tea in 2025", "why?", "thanks", "and for 2024?", "is it the same cold?"];
    assert_eq!(chain(&turns, "what about assam"), "how long to steep iced assam in 2024");
    assert_eq!(
        chain(&["caffeine in tea for two", "I'm 61 though", "and lemon?"], "and if i'm 70?"),
        "caffeine in tea for two, I'm 70 though, lemon?"
    );
}

#[test]
fn another_topic_drops_what_was_said() {
    let first = "how long to steep green tea";
    for turn in ["which kettle makes the best cup of oolong?", "is black tea ok for pregnant people"] {
        assert_eq!(
            understood(&[(first, None)], turn),
            Understood { text: turn.to_owned(), is_rewritten: false, inherits: None }
        );
    }
    assert_eq!(after(first, "ok new question. caffeine in lemon tea"), "caffeine in lemon tea");
}

#[test]
fn what_is_out_of_the_domain_is_not_carried_in() {
    let turns = ["how long to steep green tea", "is that per person", "and lemon?"];
    for turn in [
        "and pizza?",
        "how do i fix the brakes on it",
        "what about a movie for it",
        "so who won the game",
        "can you write it as a poem",
        "which phone is best",
        "my dog ate a sock and he is ill",
    ] {
        assert_eq!(chain(&turns, turn), turn);
    }
}

#[test]
fn a_reply_takes_up_the_question_that_was_asked_back_about() {
    let asked = [("how long do I steep it", Some(["Green tea from Japan", "Black tea", "Cups and pots"].as_slice()))];
    for reply in ["2", "the second", "Black tea", "the black one please", "black"] {
        assert_eq!(understood(&asked, reply).text, "how long do I steep it, Black tea", "{reply}");
    }
    assert_eq!(understood(&asked, "who won the game").text, "who won the game");
    let open = [("how long do I steep it", Some([].as_slice()))];
    assert_eq!(understood(&open, "oolong, a mug").text, "how long do I steep it, oolong, a mug");
    assert_eq!(understood(&open, "a pizza").text, "a pizza");
}

#[test]
fn a_first_question_is_left_as_it_is() {
    assert_eq!(understood(&[], "and for couples?").text, "and for couples?");
    assert!(!understood(&[], "thanks! how long?").is_rewritten);
    assert!(analyze::terms("thanks").len() == 1);
}

#[test]
fn an_amount_takes_the_place_of_the_carried_one() {
    let first = "How much postage on 60k of hot green tea?";
    assert_eq!(after(first, "make it 95k"), "How much postage on 95k of hot green tea?");
    assert_eq!(after(first, "and for 95,000?"), "How much postage on 95,000 of hot green tea?");
    let two = "Green tea sales of 66,000, lemon costs of 6,100. How much caffeine?";
    assert_eq!(after(two, "what if lemon was 7k"), "Green tea sales of 66,000, lemon costs of 7k. How much caffeine?");
    assert_eq!(after(two, "make it 70k"), "Green tea sales of 70k, lemon costs of 6,100. How much caffeine?");
}

#[test]
fn an_amount_that_answers_what_was_asked_back_replaces_none() {
    let told = understood(&[("How much postage on 60k of green tea?", Some(&["hot", "iced"]))], "5,000 lemon").text;
    assert!(told.contains("60k") && told.contains("5,000"), "{told}");
    let more = after("How much postage on 60k of green tea?", "and 20k more?");
    assert!(more.contains("60k") && more.contains("20k"), "{more}");
}
