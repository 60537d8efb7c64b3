//! `purview ask`: one question, or a batch.

use std::{ops::ControlFlow, process::ExitCode};

use super::{batch, data, hand_off, is_several, open_several, printer, text_or_stdin};
use crate::{
    answer::Answer,
    cli::Ask,
    error::{Error, Result},
    router::Outcome,
    specialist::{Event, Question, Specialist, several::Several},
};

pub fn run(args: &Ask) -> Result<ExitCode> {
    if let Some(file) = &args.batch {
        let mut packs = open_several(&args.pack, args.mode)?;
        batch::each(file, |question| {
            let (answer, _) = packs.ask(&question, &mut |_| ControlFlow::Continue(()))?;
            record(&answer)
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    let text = text_or_stdin(args.question.as_deref(), "question")?;
    let mut packs = open_several(&args.pack, args.mode)?;
    let question = Question { text, ..Question::default() };
    let (answer, specialist) = if args.stream {
        streamed(&mut packs, &question)?
    } else {
        packs.ask(&question, &mut |_| ControlFlow::Continue(()))?
    };
    if args.json {
        data(&record(&answer)?.to_string())?;
    } else {
        let footer = footer(&answer, specialist);
        data(&if args.stream { footer } else { format!("{}{footer}", printer::visible(&answer.text)) })?;
        if is_several(&args.pack) {
            let title = &specialist.pack().manifest.pack.title;
            data(&printer::visible(&format!("Pack: {} · {title}", answer.pack)))?;
        }
    }
    if let (Some(folder), Outcome::Defer) = (&args.handoff, answer.outcome) {
        hand_off::offer(&specialist.hand_off(&question, &answer)?, folder.as_deref(), args.yes)?;
    }
    Ok(ExitCode::from(match (args.exit_code, answer.outcome) {
        (true, Outcome::Refuse) => 10,
        (true, Outcome::Defer) => 11,
        (true, Outcome::Clarify) => 12,
        _ => 0,
    }))
}

/// The contract's record: the same numbers, digit for digit, alone and in a batch, and as `route` prints them.
fn record(answer: &Answer) -> Result<serde_json::Value> {
    serde_json::to_value(answer).map_err(Error::internal("writing an answer"))
}

/// Answers, and prints the text as it is made.
fn streamed<'p>(packs: &'p mut Several, question: &Question) -> Result<(Answer, &'p Specialist)> {
    packs.ask(question, &mut |event| match event {
        Event::Token(text) | Event::Verified(text) if printer::piece(&printer::visible(text)).is_err() => {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    })
}

/// What stands below the text: sources, assumptions, the disclaimer.
fn footer(answer: &Answer, specialist: &Specialist) -> String {
    let mut lines = Vec::new();
    if !answer.citations.is_empty() {
        lines.push(String::new());
    }
    for citation in &answer.citations {
        let url = citation.url.as_ref().map_or_else(String::new, |url| format!(" · {url}"));
        let section = if citation.section.is_empty() { &citation.title } else { &citation.section };
        lines.push(format!("[{}] {section} ({}{url})", citation.marker, citation.document));
    }
    for assumed in &answer.assumed {
        if answer.outcome == Outcome::Answer {
            lines.push(format!("Assumed: {} {}.", assumed.slot.replace('_', " "), assumed.value));
        }
    }
    let disclaimer = specialist.pack().manifest.disclaimer.as_ref();
    if let (Some(disclaimer), Outcome::Answer) = (disclaimer.and_then(|d| d.below(true)), answer.outcome) {
        lines.push(disclaimer.to_owned());
    }
    printer::visible(&[String::new()].into_iter().chain(lines).collect::<Vec<_>>().join("\n"))
}
