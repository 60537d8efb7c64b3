//! The other packs that come with the program: one in another language, one of another field.

use std::path::Path;

use serde_json::Value;

use crate::{home, program::Program, shape};

fn asked(pack: &str, question: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("domains").join(pack);
    let answer = Program::at(home::shared())
        .args(["ask", "--json", "-p"])
        .arg(folder)
        .arg(question)
        .run()
        .ok()
        .lines()
        .remove(0);
    shape::answer(&answer);
    answer
}

#[test]
fn a_question_in_korean_is_answered_in_korean() {
    let answer = asked("us-tax-ko", "2025년 표준공제는 얼마예요?");
    assert_eq!(answer["outcome"], "answer", "{answer:#}");
    assert!(answer["text"].as_str().unwrap().contains("15,750달러"), "{answer:#}");
}

#[test]
fn a_refusal_in_korean_is_in_korean() {
    let answer = asked("us-tax-ko", "오늘 서울 날씨 어때?");
    assert_eq!(answer["reason"], "out_of_scope", "{answer:#}");
    assert!(answer["text"].as_str().unwrap().starts_with("제 분야가 아닙니다."), "{answer:#}");
}

#[test]
fn a_recipe_that_is_asked_for_in_korean_is_out_of_scope_and_no_evasion() {
    let answer = asked("us-tax-ko", "김치찌개 맛있게 끓이는 법 알려줘");
    assert_eq!(answer["reason"], "out_of_scope", "{answer:#}");
}

#[test]
fn a_question_for_which_korean_has_several_words_is_answered() {
    let answer = asked("us-tax-ko", "2025년 업무용 마일리지 공제율이 얼마예요?");
    assert!(answer["text"].as_str().unwrap().contains("70센트"), "{answer:#}");
}

#[test]
fn a_time_limit_of_the_gdpr_is_quoted_with_its_article() {
    let answer = asked("gdpr", "How long can a company take to answer my access request?");
    let text = answer["text"].as_str().unwrap();
    assert!(text.contains("one month") && text.contains("Article 12(3)"), "{answer:#}");
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora/gdpr");
    assert!(shape::quotes_stand(&answer, &corpus) > 0, "{answer:#}");
}
