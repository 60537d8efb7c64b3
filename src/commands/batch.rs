//! JSONL in, JSONL out, in order, with the same ids.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
};

use serde_json::Value;

use super::data;
use crate::{
    error::{Error, Place, Problem, Result},
    eval::cases,
    specialist::Question,
};

/// Answers each line of a file with one line. A line that is not a question stops the batch with its place,
/// before anything is answered.
pub fn each(file: &Path, mut answer: impl FnMut(Question) -> Result<Value>) -> Result<()> {
    let mut questions = Vec::new();
    let mut problems = Vec::new();
    for (number, line) in reader(file)?.split(b'\n').enumerate() {
        let line = line.map_err(Error::io("read", file))?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let text = std::str::from_utf8(&line).map_err(|e| e.to_string());
        match text.and_then(cases::question) {
            Ok(question) => questions.push(question),
            Err(why) => problems.push(
                Problem::new(Place::line(file, number + 1), why)
                    .hint("each line is like {\"id\": 1, \"question\": \"…\"} or has `messages`"),
            ),
        }
    }
    if !problems.is_empty() {
        return Err(Error::Pack(problems));
    }
    for question in questions {
        let answered = answer(question)?;
        data(&answered.to_string())?;
    }
    Ok(())
}

fn reader(file: &Path) -> Result<BufReader<Box<dyn Read>>> {
    let source: Box<dyn Read> = if file == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(file).map_err(Error::io("open", file))?)
    };
    Ok(BufReader::new(source))
}
