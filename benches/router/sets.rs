//! CLINC150 and BANKING77-OOS: fitted on the train files, judged on the dev files.

use std::time::Instant;

use purview::router::{
    Examples, ScopeModel,
    scope::{Recipe, Teaching},
};

use super::{
    Bench, Fallible,
    data::{Labelled, load, parted, shuffled, topics},
    say,
};

/// Out-of-scope recall at which the accuracy inside is told, as in Larson et al. 2019.
const RECALL: f64 = 0.8;

impl Bench {
    /// A pack of examples alone, without a corpus.
    pub fn fitted(&self, examples: &Examples) -> Fallible<ScopeModel> {
        let teaching = Teaching { examples, inside: &[], outside: &[], rules: &[], elsewhere: &[] };
        let mut encode = |texts: &[&str]| purview::model::Encoder::encode_passages(&self.encoder, texts, &mut |_| {});
        let space = purview::specialist::built::space(&self.encoder);
        Ok(ScopeModel::fit(teaching, Recipe::of(examples.closed), None, &self.known, space, &mut encode)?)
    }

    /// The probability of each text.
    fn scores(&self, model: &ScopeModel, texts: &[&Labelled]) -> Fallible<Vec<f32>> {
        let vectors = self.vectors(&texts.iter().map(|t| t.text.as_str()).collect::<Vec<_>>())?;
        let judged = texts.iter().enumerate().map(|(row, t)| model.judge(&t.text, vectors.row(row), None, 0));
        Ok(judged.map(|scope| scope.probability).collect())
    }
}

/// BANKING77-OOS: nothing but the 50 intents to learn from.
pub fn banking(bench: &Bench) -> Fallible<()> {
    let (train, dev) = (load("banking77_oos.train"), load("banking77_oos.dev"));
    if train.is_empty() {
        return Ok(());
    }
    let started = Instant::now();
    let model = bench.fitted(&Examples { inside: topics(train.iter()), near: Vec::new(), closed: true })?;
    let fit = started.elapsed();
    let of = |kind: &str| {
        let texts: Vec<&Labelled> = dev.iter().filter(|l| l.kind.as_deref() == Some(kind)).collect();
        bench.scores(&model, &texts)
    };
    let (inside, near, far) = (of("in")?, of("near")?, of("far")?);
    say(&format!(
        "BANKING77-OOS dev (in {}, near {}, far {}; fitted in {fit:.1?})",
        inside.len(),
        near.len(),
        far.len()
    ));
    say(&format!("  near {}", parted(&inside, &near)));
    say(&format!("  far  {}", parted(&inside, &far)));
    Ok(())
}

/// CLINC150, each of its ten domains as a pack, against the out-of-scope questions.
pub fn domains(bench: &Bench) -> Fallible<()> {
    let (train, dev) = (load("clinc150.train"), load("clinc150.dev"));
    let names: std::collections::BTreeSet<&str> = train.iter().filter_map(|l| l.domain.as_deref()).collect();
    for count in [20, 50, 200, 400] {
        let (mut sums, started) = ([0.0; 2], Instant::now());
        for (seed, name) in names.iter().enumerate() {
            let chosen = |of_domain: bool| {
                let all: Vec<&Labelled> = train
                    .iter()
                    .filter(|l| l.intent.is_some() && (l.domain.as_deref() == Some(name)) == of_domain)
                    .collect();
                shuffled(all.len(), seed as u64).into_iter().take(count).map(|at| all[at]).collect::<Vec<_>>()
            };
            let (inside, near) = (topics(chosen(true).into_iter()), topics(chosen(false).into_iter()));
            let model = bench.fitted(&Examples { inside, near, closed: false })?;
            let of = |domain: Option<&str>| {
                let texts: Vec<&Labelled> = dev.iter().filter(|l| l.domain.as_deref() == domain).collect();
                bench.scores(&model, &texts)
            };
            let found = parted(&of(Some(name))?, &of(None)?);
            sums = [sums[0] + found.auroc, sums[1] + found.fpr95];
        }
        let [auroc, fpr] = sums.map(|sum| sum / names.len() as f64);
        let took = started.elapsed();
        say(&format!(
            "CLINC150, a domain as the pack, {count} examples of each kind, mean of {}: AUROC {auroc:.4}, FPR@95 {:.1}% ({took:.1?})",
            names.len(),
            100.0 * fpr
        ));
    }
    Ok(())
}

/// CLINC150, all 150 intents against out-of-scope questions.
pub fn clinc(bench: &Bench) -> Fallible<()> {
    let (train, dev) = (load("clinc150.train"), load("clinc150.dev"));
    if train.is_empty() {
        return Ok(());
    }
    let started = Instant::now();
    let inside = topics(train.iter().filter(|l| l.intent.is_some()));
    let model = bench.fitted(&Examples { inside, near: Vec::new(), closed: true })?;
    let fit = started.elapsed();
    let (known, unknown): (Vec<&Labelled>, Vec<&Labelled>) = dev.iter().partition(|l| l.intent.is_some());
    let (inside, outside) = (bench.scores(&model, &known)?, bench.scores(&model, &unknown)?);
    say(&format!("CLINC150 dev, 150 intents (in {}, out {}; fitted in {fit:.1?})", known.len(), unknown.len()));
    say(&format!("  {}", parted(&inside, &outside)));
    let mut kept_out = outside;
    kept_out.sort_by(f32::total_cmp);
    let bar = kept_out[((kept_out.len() as f64 * RECALL).ceil() as usize).min(kept_out.len() - 1)];
    let vectors = bench.vectors(&known.iter().map(|l| l.text.as_str()).collect::<Vec<_>>())?;
    let named = |at: usize| model.topic_of(&known[at].text, vectors.row(at)) == known[at].intent.as_deref();
    let right = (0..known.len()).filter(|at| named(*at)).count();
    let right_and_in = (0..known.len()).filter(|at| inside[*at] >= bar && named(*at)).count();
    let share = |count: usize| 100.0 * count as f64 / known.len() as f64;
    say(&format!(
        "  in-scope accuracy {:.1}% at an out-of-scope recall of {:.0}% ({:.1}% without rejecting)",
        share(right_and_in),
        100.0 * RECALL,
        share(right)
    ));
    Ok(())
}
