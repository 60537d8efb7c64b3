//! `purview route`: the ruling alone.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{batch, data, is_several, open_several, printer, text_or_stdin};
use crate::{
    cli::Route,
    error::Result,
    router::Ruling,
    specialist::{Question, Specialist},
};

pub fn run(args: &Route) -> Result<ExitCode> {
    let is_several = is_several(&args.pack);
    // With one pack nobody has to be told which it is.
    let named = |specialist: &Specialist| is_several.then(|| specialist.pack().label());
    if let Some(file) = &args.batch {
        let mut packs = open_several(&args.pack, None)?;
        batch::each(file, |question| {
            let (specialist, scope, ruling) = packs.route(&question)?;
            let mut line = json!({ "id": question.id });
            let found = record(&question.text, named(specialist), scope, &ruling);
            if let (Value::Object(line), Value::Object(found)) = (&mut line, found) {
                line.extend(found);
            }
            Ok(line)
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    let text = text_or_stdin(args.question.as_deref(), "question")?;
    let mut packs = open_several(&args.pack, None)?;
    let (specialist, scope, ruling) = packs.route(&Question { text: text.clone(), ..Question::default() })?;
    let pack = named(specialist);
    if args.json {
        data(&record(&text, pack, scope, &ruling).to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    let pack = pack.map_or_else(String::new, |pack| format!("{pack}: "));
    let reason = ruling.decision.reason().map_or_else(String::new, |reason| format!(" ({reason})"));
    data(&format!("{}{}{reason}", printer::visible(&pack), ruling.decision.outcome()))?;
    for finding in &ruling.findings {
        let bar = finding.bar.map_or_else(String::new, |bar| format!("  bar {bar:.2}"));
        let note = finding.note.as_ref().map_or_else(String::new, |note| format!("  “{note}”"));
        data(&printer::visible(&format!("  {:<20} {:>6.3}{bar}{note}", finding.signal, finding.value)))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The contract's ruling; of several packs it also says which one's it is.
fn record(question: &str, pack: Option<String>, scope: f32, ruling: &Ruling) -> Value {
    let mut line = json!({
        "question": question, "outcome": ruling.decision.outcome(),
        "reason": ruling.decision.reason().map(ToString::to_string), "scope": scope, "findings": ruling.findings,
    });
    if let (Some(pack), Value::Object(line)) = (pack, &mut line) {
        line.insert("pack".into(), pack.into());
    }
    line
}
