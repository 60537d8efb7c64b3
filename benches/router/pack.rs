//! The pack `us-tax`: its near misses, listed and not, how it does with few examples, and what each signal is worth.

use std::{path::Path, time::Instant};

use purview::{
    eval::cases,
    index::{Index, dense::Vectors},
    model::Encoder,
    pack::Pack,
    router::{
        Examples, ScopeModel, Topic,
        scope::{Recipe, Signal, Teaching},
    },
    specialist::{built, built::space, open},
};

use super::{
    Bench, Fallible,
    data::{Parted, parted, shuffled},
    say,
};

/// Parts that examples and topics are left out in.
const FOLDS: usize = 5;

/// The pack with its index, and the dev cases that the scope gate decides.
struct Subject {
    pack: Pack,
    index: Index,
    known: Vec<Vectors>,
    cases: [Vec<String>; 3],
}

impl Subject {
    fn open(bench: &Bench) -> Fallible<Self> {
        let pack = Pack::open(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/domains/us-tax")), Path::new(""))?;
        purview::specialist::Specialist::open(&pack.folder, &bench.settings, &open::Options::default(), &mut |_| {})?;
        let built = built::built(&pack, &bench.settings)?;
        let index = Index::open(&built[0].0)?;
        let mut found: [Vec<String>; 3] = Default::default();
        for file in pack.test_files() {
            for case in cases::load(&file)?.into_iter().filter(|case| case.split.as_deref() == Some("dev")) {
                let is = |tag: &str| case.tags.iter().any(|own| own == tag);
                let kind = match () {
                    () if case.question.is_none() => continue,
                    () if is("near") => 1,
                    () if is("far") => 2,
                    () if is("answerable") => 0,
                    () => continue,
                };
                found[kind].extend(case.question);
            }
        }
        let known = bench.known.iter().cloned().chain(ScopeModel::vectors_in(&built[1].0)).collect();
        let mut subject = Self { pack, index, known, cases: found };
        let texts: Vec<&str> = subject.cases.iter().flatten().map(String::as_str).collect();
        let vectors = subject.vectors(bench, &texts)?;
        subject.known.push(vectors);
        Ok(subject)
    }

    fn vectors(&self, bench: &Bench, texts: &[&str]) -> Fallible<Vectors> {
        let mut encode = |texts: &[&str]| bench.encoder.encode_passages(texts, &mut |_| {});
        Ok(Vectors::build(texts, space(&bench.encoder), &self.known, &mut encode)?)
    }

    fn fitted(&self, bench: &Bench, examples: &Examples, recipe: Recipe) -> Fallible<ScopeModel> {
        let scope = &self.pack.manifest.scope;
        let teaching =
            Teaching { examples, inside: &scope.inside, outside: &scope.outside, rules: &[], elsewhere: &[] };
        let mut encode = |texts: &[&str]| bench.encoder.encode_passages(texts, &mut |_| {});
        Ok(ScopeModel::fit(teaching, recipe, Some(&self.index), &self.known, space(&bench.encoder), &mut encode)?)
    }

    fn scores(&self, bench: &Bench, model: &ScopeModel, texts: &[&str]) -> Fallible<Vec<f32>> {
        let vectors = self.vectors(bench, texts)?;
        let judge = |(row, text): (usize, &&str)| {
            let similarities = self.index.similarities(vectors.row(row))?;
            Ok(model.judge(text, vectors.row(row), Some((&self.index, &similarities)), 0).probability)
        };
        texts.iter().enumerate().map(judge).collect()
    }

    /// How well a model parts the dev cases: answerable against near, and against far.
    fn on_dev(&self, bench: &Bench, model: &ScopeModel) -> Fallible<[Parted; 2]> {
        let of =
            |kind: usize| self.scores(bench, model, &self.cases[kind].iter().map(String::as_str).collect::<Vec<_>>());
        let (inside, near, far) = (of(0)?, of(1)?, of(2)?);
        Ok([parted(&inside, &near), parted(&inside, &far)])
    }

    /// The router's examples and near misses, each judged by a model that knows neither it nor, for near misses where
    /// `whole_topics`, any of its topic.
    fn left_out(&self, bench: &Bench, whole_topics: bool) -> Fallible<Parted> {
        let (mut inside, mut near) = (Vec::new(), Vec::new());
        for fold in 0..FOLDS {
            let all = &self.pack.examples;
            let without = |topics: &[Topic], whole: bool| {
                let keeps = |(at, topic): (usize, &Topic)| {
                    let is_kept = |n: usize| if whole { at % FOLDS != fold } else { n % FOLDS != fold };
                    let pick = |kept: bool| {
                        topic
                            .questions
                            .iter()
                            .enumerate()
                            .filter(|(n, _)| is_kept(*n) == kept)
                            .map(|(_, q)| q.clone())
                            .collect::<Vec<_>>()
                    };
                    (Topic { questions: pick(true), ..topic.clone() }, pick(false))
                };
                let parts: Vec<(Topic, Vec<String>)> = topics.iter().enumerate().map(keeps).collect();
                let (kept, out): (Vec<Topic>, Vec<Vec<String>>) = parts.into_iter().unzip();
                (kept.into_iter().filter(|t| !t.questions.is_empty()).collect::<Vec<_>>(), out.concat())
            };
            let (kept_in, out_in) = without(&all.inside, false);
            let (kept_near, out_near) = without(&all.near, whole_topics);
            let examples = Examples { inside: kept_in, near: kept_near, closed: false };
            let model = self.fitted(bench, &examples, Recipe::of(false))?;
            let of =
                |texts: &[String]| self.scores(bench, &model, &texts.iter().map(String::as_str).collect::<Vec<_>>());
            inside.extend(of(&out_in)?);
            near.extend(of(&out_near)?);
        }
        Ok(parted(&inside, &near))
    }
}

/// Near misses of listed topics and of topics that are not.
pub fn near_misses(bench: &Bench) -> Fallible<()> {
    let subject = Subject::open(bench)?;
    let examples = &subject.pack.examples;
    let count = |topics: &[Topic]| topics.iter().map(|t| t.questions.len()).sum::<usize>();
    let n = (count(&examples.inside), count(&examples.near), examples.near.len());
    say(&format!("us-tax, router.toml, 5 folds (in {}, near {} of {} topics)", n.0, n.1, n.2));
    say(&format!("  near misses of listed topics:   {}", subject.left_out(bench, false)?));
    say(&format!("  near misses of unlisted topics: {}", subject.left_out(bench, true)?));
    let started = Instant::now();
    let model = subject.fitted(bench, examples, Recipe::of(false))?;
    let took = started.elapsed();
    let [near, far] = subject.on_dev(bench, &model)?;
    let [i, n, f] = [0, 1, 2].map(|kind| subject.cases[kind].len());
    say(&format!("us-tax dev cases (answerable {i}, near {n}, far {f}; fitted in {took:.1?})"));
    say(&format!("  near {near}"));
    say(&format!("  far  {far}"));
    Ok(())
}

/// With no examples, few, and all.
pub fn curve(bench: &Bench) -> Fallible<()> {
    let subject = Subject::open(bench)?;
    let all = &subject.pack.examples;
    let flat = |topics: &[Topic]| {
        topics.iter().flat_map(|t| t.questions.iter().map(|q| (t.topic.clone(), q.clone()))).collect::<Vec<_>>()
    };
    let (inside, near) = (flat(&all.inside), flat(&all.near));
    say("us-tax dev cases by the number of examples (as many inside as near)");
    for count in [0, 20, 50, 200, usize::MAX] {
        let some = |from: &[(String, String)]| {
            let mut topics: std::collections::BTreeMap<&str, Vec<String>> = std::collections::BTreeMap::new();
            for at in shuffled(from.len(), 7).into_iter().take(count) {
                topics.entry(&from[at].0).or_default().push(from[at].1.clone());
            }
            let topic =
                |(name, questions): (&str, Vec<String>)| Topic { topic: name.to_owned(), instead: None, questions };
            topics.into_iter().map(topic).collect::<Vec<_>>()
        };
        let examples = Examples { inside: some(&inside), near: some(&near), closed: false };
        let model = subject.fitted(bench, &examples, Recipe::of(false))?;
        let [near, far] = subject.on_dev(bench, &model)?;
        let name = if count == usize::MAX { "all".to_owned() } else { count.to_string() };
        say(&format!("  {name:>3}: near {near}; far {far}"));
    }
    Ok(())
}

/// What each signal is worth: the heads without it.
pub fn ablation(bench: &Bench) -> Fallible<()> {
    let subject = Subject::open(bench)?;
    let all = Recipe::of(false);
    say("us-tax dev cases, each signal left out of both heads");
    for left_out in std::iter::once(None).chain(Signal::ALL.map(Some)) {
        let without = |signals: &[Signal]| signals.iter().copied().filter(|s| Some(*s) != left_out).collect::<Vec<_>>();
        let recipe = Recipe { far: without(&all.far), near: without(&all.near) };
        if left_out.is_some() && (recipe.far.len(), recipe.near.len()) == (all.far.len(), all.near.len()) {
            continue;
        }
        let model = subject.fitted(bench, &subject.pack.examples, recipe)?;
        let [near, far] = subject.on_dev(bench, &model)?;
        let name = left_out.map_or_else(|| "none".to_owned(), |signal| format!("{signal:?}"));
        say(&format!("  {name:<12} near {near}; far {far}"));
    }
    Ok(())
}
