//! What is printed: rates by kind, plain overlap beside them, the time, the cases that are judged wrongly.

use purview::{answer::ground::Fitted, eval::rate::Rate};

use super::{
    DEV, Fallible, Judged,
    cases::{self, Case, Ground},
    say,
};

const KINDS: [&str; 5] = ["negation", "number", "year", "status", "entity"];

/// Rejected corruptions by kind and fluency, and lost paraphrases.
pub fn rates(judged: &[Judged<'_>], bar: f32) {
    let rejected = |is: &dyn Fn(&Case) -> bool| {
        Rate::count(judged.iter().filter(|j| !j.case.is_supported() && is(j.case)), |j| !j.is_supported(bar))
    };
    say(&format!("  rejected corruptions   {}", rejected(&|_| true)));
    for kind in KINDS {
        say(&format!("    {kind:<20} {}", rejected(&|case| case.kind == kind)));
    }
    for (fluent, name) in [(true, "fluent"), (false, "not fluent")] {
        say(&format!("    {name:<20} {}", rejected(&|case| case.fluent == fluent)));
    }
    let lost = Rate::count(judged.iter().filter(|j| j.case.is_supported()), |j| !j.is_supported(bar));
    let certain = Rate::count(judged.iter().filter(|j| j.case.is_supported()), |j| !j.findings.certain.is_empty());
    say(&format!("  lost paraphrases       {lost}"));
    say(&format!("    by a certain fault   {certain}"));
    let certain = Rate::count(judged.iter().filter(|j| !j.case.is_supported()), |j| !j.findings.certain.is_empty());
    say(&format!("  rejected by a certain fault alone {certain}"));
}

/// The lowest overlap that keeps all but `lost` of the supported claims.
fn threshold(cases: &[&Case], lost: usize, ground: &Ground) -> f32 {
    let mut overlaps: Vec<f32> = cases.iter().filter(|c| c.is_supported()).map(|c| ground.overlap(c)).collect();
    overlaps.sort_by(f32::total_cmp);
    overlaps.get(lost).copied().unwrap_or_default()
}

/// Plain lexical overlap: at the threshold that loses as many on this file, and at the one chosen so on dev.
pub fn overlap(judged: &[Judged<'_>], bar: f32, ground: &Ground) -> Fallible<()> {
    let say_at = |name: &str, least: f32| {
        let is_rejected = |case: &Case| ground.overlap(case) < least;
        let of = |supported: bool| {
            Rate::count(judged.iter().filter(|j| j.case.is_supported() == supported), |j| is_rejected(j.case))
        };
        say(&format!("  plain overlap ≥ {least:.3}, {name}: rejected {}, lost {}", of(false), of(true)));
    };
    let lost = judged.iter().filter(|j| j.case.is_supported() && !j.is_supported(bar)).count();
    let own: Vec<&Case> = judged.iter().map(|j| j.case).collect();
    say_at("which loses as many here", threshold(&own, lost, ground));
    if let Ok(dev) = cases::load(DEV) {
        let (fitted, found) = (Fitted::built_in(), ground.compare(&dev)?);
        let is_lost = |(case, f): &(&Case, &purview::answer::ground::Findings)| {
            case.is_supported() && !(f.certain.is_empty() && fitted.model.probability(&f.signals) >= fitted.bar)
        };
        let lost = dev.iter().zip(&found).filter(is_lost).count();
        say_at("which loses as many on dev", threshold(&dev.iter().collect::<Vec<_>>(), lost, ground));
    }
    Ok(())
}

/// The mean time of a comparison.
pub fn time(cases: &[Case], ground: &Ground) -> Fallible<()> {
    let (compared, encoded) = ground.milliseconds(cases)?;
    say(&format!(
        "  a comparison takes {compared:.3} ms, with the claim's vector {encoded:.2} ms (n = {})",
        cases.len()
    ));
    Ok(())
}

/// What is judged wrongly.
pub fn list(judged: &[Judged<'_>], bar: f32) {
    for j in judged.iter().filter(|j| j.is_supported(bar) != j.case.is_supported()) {
        say(&format!(
            "{} {} p {:.3} {:?} {:?}",
            j.case.id, j.case.kind, j.probability, j.findings.certain, j.findings.doubtful
        ));
        say(&format!("  source: {}\n  claim:  {}", j.case.source.trim(), j.case.claim));
    }
}
