//! `purview route`: the ruling alone.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{batch, data, open, printer, text_or_stdin};
use crate::{cli::Route, error::Result, router::Ruling, specialist::Question};

pub fn run(args: &Route) -> Result<ExitCode> {
    if let Some(file) = &args.batch {
        let mut specialist = open(&args.pack, None)?;
        batch::each(file, |question| {
            let (scope, ruling) = specialist.route(&question)?;
            let mut line = json!({ "id": question.id });
            if let (Value::Object(line), Value::Object(found)) = (&mut line, record(&question.text, scope, &ruling)) {
                line.extend(found);
            }
            Ok(line)
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    let text = text_or_stdin(args.question.as_deref(), "question")?;
    let mut specialist = open(&args.pack, None)?;
    let (scope, ruling) = specialist.route(&Question { text: text.clone(), ..Question::default() })?;
    if args.json {
        data(&record(&text, scope, &ruling).to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    let reason = ruling.decision.reason().map_or_else(String::new, |reason| format!(" ({reason})"));
    data(&format!("{}{reason}", ruling.decision.outcome()))?;
    for finding in &ruling.findings {
        let bar = finding.bar.map_or_else(String::new, |bar| format!("  bar {bar:.2}"));
        let note = finding.note.as_ref().map_or_else(String::new, |note| format!("  “{note}”"));
        data(&printer::visible(&format!("  {:<20} {:>6.3}{bar}{note}", finding.signal, finding.value)))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn record(question: &str, scope: f32, ruling: &Ruling) -> Value {
    json!({
        "question": question, "outcome": ruling.decision.outcome(),
        "reason": ruling.decision.reason().map(ToString::to_string), "scope": scope, "findings": ruling.findings,
    })
}
