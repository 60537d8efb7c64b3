//! `purview search`: retrieval alone.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{batch, data, open, printer, text_or_stdin};
use crate::{cli::Search, error::Result, index::Hit, specialist::Specialist};

pub fn run(args: &Search) -> Result<ExitCode> {
    if let Some(file) = &args.batch {
        let specialist = open(&args.pack, None)?;
        batch::each(file, |question| {
            let hits = specialist.search(&question.text, args.top)?;
            let mut line = json!({ "id": question.id });
            if let (Value::Object(line), Value::Object(found)) = (&mut line, record(&question.text, &hits, &specialist))
            {
                line.extend(found);
            }
            Ok(line)
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    let query = text_or_stdin(args.query.as_deref(), "query")?;
    let specialist = open(&args.pack, None)?;
    let hits = specialist.search(&query, args.top)?;
    if args.json {
        data(&record(&query, &hits, &specialist).to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    for hit in &hits {
        let passage = &specialist.index().passages()[hit.passage];
        let document = specialist.index().document_of(hit.passage);
        let text: String = passage.search_text().chars().take(240).collect();
        data(&printer::visible(&format!(
            "{:>2}. {:.3}  {} › {}\n    {text}",
            hit.rank,
            hit.score,
            document.id,
            passage.section()
        )))?;
    }
    if hits.is_empty() {
        super::say("nothing was found");
    }
    Ok(ExitCode::SUCCESS)
}

fn record(query: &str, hits: &[Hit], specialist: &Specialist) -> Value {
    let index = specialist.index();
    let hits: Vec<Value> = hits
        .iter()
        .map(|hit| {
            let passage = &index.passages()[hit.passage];
            let document = index.document_of(hit.passage);
            json!({
                "rank": hit.rank, "document": document.id, "passage": passage.id,
                "section": passage.heading_path.join(" › "), "title": document.title, "text": passage.text.trim(),
                "bm25": hit.lexical.map(|s| s.0), "cosine": hit.dense.map(|c| c.0), "score": hit.score,
            })
        })
        .collect();
    json!({ "query": query, "hits": hits })
}
