//! The prompt that a language model continues: the passages, numbered, then the question. What it writes is verified
//! elsewhere; it is never asked for citations.

use std::fmt::Write as _;

use crate::{
    error::Result,
    index::{Hit, Index},
    model::{Generator, Message, Prompt, Speaker},
};

/// Passages in a prompt at most.
const PASSAGES: usize = 3;
/// New tokens at most: three or four sentences.
pub const TOKENS: usize = 160;
const TASK: &str = "You answer questions from the numbered passages only. Write two or three short sentences. \
Copy figures and years exactly as they stand. If the passages do not hold the answer, say so.";

/// The prompt for the best hits that fit the model's context, and how many these are.
pub fn prompt(question: &str, hits: &[Hit], index: &Index, generator: &dyn Generator) -> Result<(Prompt, usize)> {
    let mut given = hits.len().min(PASSAGES);
    loop {
        let prompt = of(question, &hits[..given], index);
        if given == 0 || generator.count_tokens(&prompt)? + TOKENS <= generator.context_tokens() {
            return Ok((prompt, given));
        }
        given -= 1;
    }
}

fn of(question: &str, hits: &[Hit], index: &Index) -> Prompt {
    let passages: Vec<String> = hits
        .iter()
        .enumerate()
        .map(|(at, hit)| {
            let passage = &index.passages()[hit.passage];
            format!("[{}] {}\n{}", at + 1, passage.heading_path.join(" › "), passage.search_text())
        })
        .collect();
    let mut user = passages.join("\n\n");
    let shared = user.len();
    let _ = write!(user, "\n\nQuestion: {question}");
    let message = |speaker, text: &str| Message { speaker, text: text.to_owned() };
    Prompt { messages: vec![message(Speaker::System, TASK), message(Speaker::User, &user)], shared }
}
