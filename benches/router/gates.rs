//! The gates of `us-tax` on its test split, beside the best single score, and how long a ruling takes.

use std::{path::Path, time::Instant};

use purview::{
    eval::{Case, Rate, cases, metrics::paired::PairedRates},
    router::{Decision, Outcome},
    specialist::{Question, Specialist, look::Looked, open},
};

use super::{Bench, Fallible, data::parted, say};

/// A case with what the gates and each single score make of it.
struct Judged {
    case: Case,
    answered: bool,
    /// What a threshold could be put on: cosines of the nearest text, of the best sentence and of the nearest example.
    scores: [f32; 3],
}

const SCORES: [&str; 3] = ["nearest text", "best sentence", "nearest example"];

impl Judged {
    fn is(&self, tag: &str) -> bool {
        self.case.tags.iter().any(|own| own == tag)
    }

    fn is_answerable(&self) -> bool {
        self.is("answerable") || self.is("followup") && self.case.expects(Outcome::Answer)
    }
}

fn judged(specialist: &mut Specialist, split: &str) -> Fallible<Vec<Judged>> {
    let mut chosen = Vec::new();
    for file in specialist.pack().test_files() {
        chosen.extend(cases::load(&file)?.into_iter().filter(|case| case.split.as_deref() == Some(split)));
    }
    let questions: Vec<Question> = chosen.iter().map(Case::as_question).collect();
    let mut rulings = Vec::new();
    for question in &questions {
        rulings.push(specialist.route(question)?.1.decision == Decision::Answer);
    }
    let calibration = specialist.calibration();
    let of = |looked: &Looked| {
        let evidence = specialist.evidence(looked, &calibration.ranker, &|_| false).unwrap_or_default();
        let nearest = looked.scope.findings.iter().find(|f| f.signal == "nearest.corpus").map_or(0.0, |f| f.value);
        [nearest, evidence.cosine, evidence.example]
    };
    let looked = specialist.look(&questions)?;
    let each = chosen.into_iter().zip(rulings).zip(looked.iter().map(of));
    Ok(each.map(|((case, answered), scores)| Judged { case, answered, scores }).collect())
}

/// What of each kind is answered on the test split, and what a threshold on the best single score would do that turns
/// away as many of the answerable.
pub fn gates(bench: &Bench) -> Fallible<()> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/domains/us-tax"));
    let mut specialist = Specialist::open(folder, &bench.settings, &open::Options::default(), &mut |_| {})?;
    let (dev, test) = (judged(&mut specialist, "dev")?, judged(&mut specialist, "test")?);
    say(&format!("us-tax test, what is answered (n = {})", test.len()));
    for tag in ["far", "near", "unanswerable", "policy", "handoff"] {
        say(&format!("  {tag:<13} {}", Rate::count(test.iter().filter(|j| j.is(tag)), |j| j.answered)));
    }
    let answerable: Vec<&Judged> = test.iter().filter(|j| j.is_answerable()).collect();
    let lost = Rate::count(&answerable, |j| !j.answered);
    say(&format!("  answerable, refused or deferred or asked back: {lost}"));
    let of = |from: &[Judged], which: usize, wanted: fn(&Judged) -> bool| {
        from.iter().filter(|j| wanted(j)).map(|j| j.scores[which]).collect::<Vec<f32>>()
    };
    let unanswerable = |j: &Judged| j.is("unanswerable");
    let best = (0..SCORES.len())
        .map(|which| (which, parted(&of(&dev, which, Judged::is_answerable), &of(&dev, which, unanswerable)).auroc))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .expect("there are scores")
        .0;
    let mut kept = of(&test, best, Judged::is_answerable);
    kept.sort_by(f32::total_cmp);
    let bar = kept[lost.hits.min(kept.len() - 1)];
    let pairs = test.iter().filter(|j| unanswerable(j)).map(|j| (j.scores[best] < bar, !j.answered));
    let table = PairedRates::count(pairs);
    let (low, high) = table.interval();
    say(&format!(
        "  unanswerable not answered: best single score on dev (`{}`), at as many answerable lost: {}; the gates: {}; difference {:+.3} (95% {low:+.3} to {high:+.3}, McNemar p {:.2e})",
        SCORES[best],
        table.before(),
        table.after(),
        table.difference(),
        table.mcnemar()
    ));
    Ok(())
}

/// Milliseconds of a ruling, one after the other, everything warm.
pub fn latency(bench: &Bench) -> Fallible<()> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/domains/us-tax"));
    let mut specialist = Specialist::open(folder, &bench.settings, &open::Options::default(), &mut |_| {})?;
    let dev = judged(&mut specialist, "dev")?;
    let mut times: Vec<f64> = Vec::new();
    for Judged { case, .. } in dev.iter().step_by(4) {
        let started = Instant::now();
        specialist.route(&case.as_question())?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[(share * (times.len() - 1) as f64) as usize];
    say(&format!(
        "a ruling (n = {}): median {:.1} ms, 95% {:.1} ms, worst {:.1} ms",
        times.len(),
        at(0.5),
        at(0.95),
        at(1.0)
    ));
    Ok(())
}
