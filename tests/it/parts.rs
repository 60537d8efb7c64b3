//! Messages that ask for several things in the domain: each is answered, under one numbering of sources.

use crate::{shape, tea::Tea};

#[test]
fn each_of_two_questions_in_one_message_is_answered_from_its_own_document() {
    let tea = Tea::pack();
    let question = "How many leaves per cup of oolong and how long does green tea keep?";
    let answer = tea.purview("ask").args(["--json", question]).run().ok().json();
    shape::answer(&answer);
    let text = answer["text"].as_str().unwrap();
    assert!(text.contains("5 g [1]") && text.contains("one year"), "{answer:#}");
    let cited: Vec<&str> =
        answer["citations"].as_array().unwrap().iter().map(|c| c["document"].as_str().unwrap()).collect();
    assert_eq!(cited, ["amounts", "storage"]);
    assert!(text.ends_with("[2]"), "{text}");
}

#[test]
fn two_questions_that_one_sentence_answers_get_it_once() {
    let tea = Tea::pack();
    let question = "How hot should the water be for green tea and how hot is that?";
    let answer = tea.purview("ask").args(["--json", question]).run().ok().json();
    assert_eq!(answer["text"].as_str().unwrap().matches("78 °C").count(), 1, "{answer:#}");
}
