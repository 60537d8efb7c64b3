//! A conversation for other programs and other people: Markdown to read, JSON to work on, and a test case of a turn
//! that went wrong. Does no I/O.

use std::fmt::Write;

use serde_json::{Value, json};

use super::record::{Record, Reply};
use crate::{answer::Answer, router::Outcome};

/// The conversation to read.
pub fn markdown(records: &[Record]) -> String {
    let mut page = String::new();
    for record in records {
        let part = match record {
            Record::Session(header) => format!("# Conversation with {}\n\nBegun {}.\n", header.pack, header.started),
            Record::Question { text, .. } => {
                format!("\n## {}\n", text.split_whitespace().collect::<Vec<_>>().join(" "))
            }
            Record::Answer(reply) => reply_page(reply),
        };
        page.push_str(&part);
    }
    page
}

fn reply_page(reply: &Reply) -> String {
    let answer = &reply.answer;
    let mut page = String::new();
    let reason = answer.reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
    let stopped = if reply.stopped { ", cancelled" } else { "" };
    // Writing to a string cannot fail.
    if let Some(rewritten) = &answer.rewritten {
        let _ = writeln!(page, "\n*Understood as: {rewritten}*");
    }
    let _ = writeln!(page, "\n**{}{reason}{stopped}**\n\n{}", answer.outcome, answer.text);
    for assumed in &answer.assumed {
        let _ = writeln!(page, "\nAssumed: {} {}.", assumed.slot.replace('_', " "), assumed.value);
    }
    for step in reply.trace.iter().flat_map(|trace| &trace.steps) {
        let _ = writeln!(page, "\n- {} = {} = {}", step.label, step.working, step.result);
    }
    for citation in &answer.citations {
        let url = citation.url.as_ref().map_or_else(String::new, |url| format!(" <{url}>"));
        let quote = citation.quote.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = writeln!(
            page,
            "\n[{}] {} — {} ({}){url}\n\n> {quote}",
            citation.marker, citation.title, citation.section, citation.document
        );
    }
    page
}

/// The conversation to work on: its records, as the log has them.
pub fn json(records: &[Record]) -> Value {
    json!({ "schema": super::record::SCHEMA, "records": records })
}

/// A draft test case of a turn that went wrong: the questions before it, the question, and what was said. What should
/// have come is for a person to fill in; an answer is the guess.
pub fn wrong(id: &str, before: &[String], answer: &Answer, note: &str) -> Value {
    let asked = |text: &str| json!({ "role": "user", "content": text });
    let mut case = json!({ "id": id });
    if before.is_empty() {
        case["question"] = answer.question.clone().into();
    } else {
        let messages = before.iter().map(String::as_str).chain([answer.question.as_str()]).map(asked);
        case["messages"] = messages.collect();
    }
    case["expect"] = Outcome::Answer.as_str().into();
    case["split"] = "draft".into();
    case["tags"] = json!(["marked-wrong"]);
    let note = if note.is_empty() { String::new() } else { format!("{note}; ") };
    case["note"] =
        format!("{note}marked wrong in a chat, where it came out as `{}`: {}", answer.outcome, answer.text).into();
    case
}
