//! How well the scope gate tells inside from outside: `cargo bench --bench router [-- SECTION…]`, sections `banking`,
//! `clinc`, `domains`, `pack`, `curve`, `ablation`, `gates`, `latency`. Reads `../shared/data/router`; what is absent is skipped and said. Fetches the
//! default encoder if it is not here, and keeps vectors in `target/router-bench.vectors`.

mod data;
mod gates;
mod pack;
mod sets;

use purview::{
    index::dense::Vectors,
    model::{Encoder, bert::Bert},
    settings::Settings,
    specialist::open,
};

/// A part of the benchmark and its name.
type Section = (&'static str, fn(&Bench) -> Fallible<()>);
type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

/// The encoder, and every vector that it made before.
pub struct Bench {
    encoder: Bert,
    known: Vec<Vectors>,
    settings: Settings,
}

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/router-bench.vectors");

impl Bench {
    fn open() -> Fallible<Self> {
        let settings = Settings::load()?;
        let encoder = open::encoder(&settings.places, None, &mut |_| {})?;
        let known = Vectors::load(std::path::Path::new(KEPT)).into_iter().collect();
        Ok(Self { encoder, known, settings })
    }

    /// The vectors of texts, computed once.
    fn vectors(&self, texts: &[&str]) -> Fallible<Vectors> {
        let mut encode = |texts: &[&str]| self.encoder.encode_passages(texts, &mut |_| {});
        Ok(Vectors::build(texts, purview::specialist::built::space(&self.encoder), &self.known, &mut encode)?)
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn say(line: &str) {
    println!("{line}");
}

fn main() -> Fallible<()> {
    let mut bench = Bench::open()?;
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let sections: [Section; 8] = [
        ("banking", sets::banking),
        ("domains", sets::domains),
        ("clinc", sets::clinc),
        ("pack", pack::near_misses),
        ("curve", pack::curve),
        ("ablation", pack::ablation),
        ("gates", gates::gates),
        ("latency", gates::latency),
    ];
    let texts = data::every_text();
    if bench.known.iter().map(Vectors::len).sum::<usize>() < texts.len() {
        say(&format!("encoding {} texts…", texts.len()));
        let all = bench.vectors(&texts.iter().map(String::as_str).collect::<Vec<_>>())?;
        all.save(std::path::Path::new(KEPT))?;
        bench.known = vec![all];
    }
    for (name, section) in sections {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            section(&bench)?;
        }
    }
    Ok(())
}
