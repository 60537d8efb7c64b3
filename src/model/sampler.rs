//! Which token comes next, given the model's logits. Knows nothing of models, prompts or text.
//!
//! The steps and their order are llama.cpp's default chain: repetition penalty, top-k, top-p, min-p, temperature.
//! (`transformers` puts the temperature before the cuts; here what may be said does not depend on it.)

use std::cmp::Ordering;

/// Logits looked at between two comparisons with the best so far: a multiple of [`LANES`] that fits the first cache.
const BLOCK: usize = 1024;
/// Maxima kept side by side, so that the compiler can use the widest vectors there are (AVX-512 has 16 floats).
const LANES: usize = 16;
/// How many candidates are put in order first, where top-p decides how many are needed; then twice as many.
const FIRST: usize = 64;

/// How the next token is chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// Divides the logits: 0 takes the likeliest token, 1 leaves the model's probabilities as they are.
    pub temperature: f32,
    /// Only so many of the likeliest tokens; 0: all.
    pub top_k: usize,
    /// Only the fewest of the likeliest tokens that have this probability together (Holtzman et al. 2020); 1: all.
    pub top_p: f32,
    /// Only tokens with this share of the likeliest one's probability (Nguyen et al. 2024); 0: all.
    pub min_p: f32,
    /// Divides the positive and multiplies the negative logits of recent tokens (Keskar et al. 2019, section 4.1);
    /// 1: none.
    pub repetition_penalty: f32,
    /// The same seed and the same logits give the same tokens.
    pub seed: u64,
}

impl Default for Sampling {
    /// The likeliest token, always.
    fn default() -> Self {
        Self { temperature: 0.0, top_k: 0, top_p: 1.0, min_p: 0.0, repetition_penalty: 1.0, seed: 0 }
    }
}

impl Sampling {
    /// Whether nothing is left to chance.
    pub fn is_greedy(&self) -> bool {
        self.temperature <= 0.0 || self.top_k == 1
    }

    /// Names the first setting that is out of its range.
    pub fn check(&self) -> Result<(), String> {
        let settings = [
            ("temperature", self.temperature, (0.0..f32::INFINITY).contains(&self.temperature), "0 or more"),
            ("top_p", self.top_p, self.top_p > 0.0 && self.top_p <= 1.0, "more than 0 and at most 1"),
            ("min_p", self.min_p, (0.0..=1.0).contains(&self.min_p), "between 0 and 1"),
            (
                "repetition_penalty",
                self.repetition_penalty,
                (1.0..f32::INFINITY).contains(&self.repetition_penalty),
                "1 or more",
            ),
        ];
        match settings.into_iter().find(|(_, _, fits, _)| !fits) {
            Some((name, value, _, range)) => Err(format!("`{name}` is {value}; it has to be {range}")),
            None => Ok(()),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Candidate {
    token: u32,
    /// Its logit; its weight when one is drawn.
    score: f32,
}

/// The likelier first; of equals the one with the lower id.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that sorting asks for")]
fn likelier(a: &Candidate, b: &Candidate) -> Ordering {
    b.score.total_cmp(&a.score).then(a.token.cmp(&b.token))
}

/// Chooses one token after another. Its buffers are reused: nothing is allocated after the first token.
#[derive(Debug)]
pub struct Sampler {
    sampling: Sampling,
    random: SplitMix64,
    /// In order of likelihood where a cut put them in order, else by id.
    candidates: Vec<Candidate>,
    penalised: Vec<u32>,
}

impl Sampler {
    /// A sampler at the beginning of its random numbers. The settings pass [`Sampling::check`].
    pub fn new(sampling: Sampling) -> Self {
        let random = SplitMix64(sampling.seed);
        Self { sampling, random, candidates: Vec::new(), penalised: Vec::new() }
    }

    /// The next token. `logits`: one for each token of the vocabulary, not finite where the token may not come; they
    /// are penalised in place. `recent`: tokens that the penalty counts, each once however often it stands there.
    /// Nothing if no logit is finite.
    pub fn next(&mut self, logits: &mut [f32], recent: &[u32]) -> Option<u32> {
        self.penalise(logits, recent);
        let likeliest = likeliest(logits)?;
        if self.sampling.is_greedy() {
            return Some(likeliest);
        }
        self.cut(logits, logits[likeliest as usize]);
        Some(self.draw().unwrap_or(likeliest))
    }

    fn penalise(&mut self, logits: &mut [f32], recent: &[u32]) {
        let penalty = self.sampling.repetition_penalty;
        if penalty <= 1.0 {
            return;
        }
        self.penalised.clear();
        self.penalised.extend_from_slice(recent);
        self.penalised.sort_unstable();
        self.penalised.dedup();
        for token in &self.penalised {
            if let Some(logit) = logits.get_mut(*token as usize) {
                *logit = if *logit > 0.0 { *logit / penalty } else { *logit * penalty };
            }
        }
    }

    /// Leaves the candidates that top-k, top-p and min-p leave, the likeliest always among them.
    fn cut(&mut self, logits: &[f32], highest: f32) {
        let Sampling { top_k, top_p, min_p, .. } = self.sampling;
        // p ≥ min_p · highest p, in logits. Without top-p, which looks at all that top-k leaves, it can come first.
        let bar = highest + min_p.ln();
        let first_bar = if top_p < 1.0 { f32::NEG_INFINITY } else { bar };
        self.candidates.clear();
        self.candidates.reserve(logits.len());
        let all = (0..).zip(logits).map(|(token, logit)| Candidate { token, score: *logit });
        self.candidates.extend(all.filter(|c| c.score.is_finite() && c.score >= first_bar));
        if (1..self.candidates.len()).contains(&top_k) {
            self.order(0, top_k);
            self.candidates.truncate(top_k);
        }
        if top_p < 1.0 {
            self.cut_nucleus(highest);
            self.candidates.retain(|candidate| candidate.score >= bar);
        }
    }

    /// Top-p, with no more put in order than it takes.
    fn cut_nucleus(&mut self, highest: f32) {
        let weight = |candidate: &Candidate| f64::from((candidate.score - highest).exp());
        let enough = f64::from(self.sampling.top_p) * self.candidates.iter().map(weight).sum::<f64>();
        let (mut ordered, mut mass) = (0, 0.0);
        while ordered < self.candidates.len() {
            let next = (2 * ordered).max(FIRST).min(self.candidates.len());
            self.order(ordered, next);
            for at in ordered..next {
                mass += weight(&self.candidates[at]);
                if mass >= enough {
                    self.candidates.truncate(at + 1);
                    return;
                }
            }
            ordered = next;
        }
    }

    /// Brings the likeliest of the candidates from `from` on to the places before `to`, in order.
    fn order(&mut self, from: usize, to: usize) {
        if to < self.candidates.len() {
            self.candidates[from..].select_nth_unstable_by(to - from, likelier);
        }
        self.candidates[from..to].sort_unstable_by(likelier);
    }

    /// One of the candidates, each with its probability at the temperature; none only by rounding.
    fn draw(&mut self) -> Option<u32> {
        let highest = self.candidates.iter().map(|c| c.score).fold(f32::NEG_INFINITY, f32::max);
        let mut sum = 0.0;
        for candidate in &mut self.candidates {
            candidate.score = ((candidate.score - highest) / self.sampling.temperature).exp();
            sum += f64::from(candidate.score);
        }
        let mut left = self.random.unit() * sum;
        let drawn = self.candidates.iter().find(|candidate| {
            left -= f64::from(candidate.score);
            left < 0.0
        });
        drawn.map(|candidate| candidate.token)
    }
}

/// The token with the highest finite logit, of equals the first; nothing if none is finite.
pub fn likeliest(logits: &[f32]) -> Option<u32> {
    let (mut best, mut start) = (f32::NEG_INFINITY, 0);
    for (number, block) in logits.chunks(BLOCK).enumerate() {
        let highest = highest(block);
        if highest > best {
            (best, start) = (highest, number * BLOCK);
        }
    }
    let found = logits[start..].iter().position(|logit| logit.is_finite() && *logit >= best)?;
    Some((start + found) as u32)
}

/// The highest finite number, or −∞. No number stands for its place here: that would keep the loop from vectors.
fn highest(block: &[f32]) -> f32 {
    let higher = |best: f32, new: f32| if new > best && new < f32::INFINITY { new } else { best };
    let (rows, rest) = block.as_chunks::<LANES>();
    let mut best = [f32::NEG_INFINITY; LANES];
    for row in rows {
        for (best, new) in best.iter_mut().zip(row) {
            *best = higher(*best, *new);
        }
    }
    best.into_iter().chain(rest.iter().copied()).fold(f32::NEG_INFINITY, higher)
}

/// Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", with the constants of Vigna's
/// `splitmix64.c`. Good enough for draws, and a seed is its whole state.
#[derive(Debug)]
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// At least 0 and less than 1: the 53 bits that a double holds.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: Sampling =
        Sampling { temperature: 1.0, top_k: 0, top_p: 1.0, min_p: 0.0, repetition_penalty: 1.0, seed: 7 };

    /// The definitions one after the other, over a sorted vocabulary.
    fn by_definition(sampling: Sampling, logits: &[f32]) -> Vec<u32> {
        let mut left: Vec<Candidate> =
            (0..).zip(logits).map(|(token, logit)| Candidate { token, score: *logit }).collect();
        left.retain(|candidate| candidate.score.is_finite());
        left.sort_by(likelier);
        let highest = left[0].score;
        if sampling.top_k > 0 {
            left.truncate(sampling.top_k);
        }
        if sampling.top_p < 1.0 {
            let weights: Vec<f64> = left.iter().map(|c| f64::from((c.score - highest).exp())).collect();
            let enough = f64::from(sampling.top_p) * weights.iter().sum::<f64>();
            let count = (1..left.len()).find(|count| weights[..*count].iter().sum::<f64>() >= enough);
            left.truncate(count.unwrap_or(left.len()));
        }
        left.retain(|candidate| candidate.score >= highest + sampling.min_p.ln());
        let mut tokens: Vec<u32> = left.iter().map(|candidate| candidate.token).collect();
        tokens.sort_unstable();
        tokens
    }

    fn candidates(sampling: Sampling, logits: &[f32]) -> Vec<u32> {
        let mut sampler = Sampler::new(sampling);
        sampler.cut(logits, logits[likeliest(logits).unwrap() as usize]);
        let mut tokens: Vec<u32> = sampler.candidates.iter().map(|candidate| candidate.token).collect();
        tokens.sort_unstable();
        tokens
    }

    #[test]
    fn the_generator_is_splitmix64() {
        let mut random = SplitMix64(1_234_567);
        assert_eq!([random.next(), random.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn of_equally_likely_tokens_the_first_is_taken_and_what_is_not_finite_never() {
        assert_eq!(likeliest(&[f32::NAN, f32::INFINITY, -3.0, -1.0, -1.0, f32::NEG_INFINITY]), Some(3));
        assert_eq!(likeliest(&[f32::NAN, f32::NEG_INFINITY, f32::INFINITY]), None);
        assert_eq!(likeliest(&[-0.0, 0.0]), Some(0));
        assert_eq!(likeliest(&[]), None);
        assert_eq!(Sampler::new(ALL).next(&mut [f32::NEG_INFINITY], &[]), None);
    }

    #[test]
    fn a_repeated_token_is_penalised_once_and_towards_less_likely() {
        let sampling = Sampling { repetition_penalty: 2.0, ..Sampling::default() };
        let mut logits = [4.0, 3.0, -1.0, f32::NEG_INFINITY];
        assert_eq!(Sampler::new(sampling).next(&mut logits, &[0, 2, 0, 3, 99]), Some(1));
        assert_eq!(logits.map(f32::to_bits), [2.0, 3.0, -2.0, f32::NEG_INFINITY].map(f32::to_bits));
    }

    #[test]
    fn a_seed_tells_the_tokens() {
        let drawn = |seed| {
            let mut sampler = Sampler::new(Sampling { seed, ..ALL });
            (0..50).map(|_| sampler.next(&mut [0.0; 40], &[]).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
    }

    #[test]
    fn tokens_are_drawn_as_often_as_their_probabilities_at_the_temperature_say() {
        let mut sampler = Sampler::new(Sampling { temperature: 0.5, ..ALL });
        let mut drawn = [0_u32; 3];
        for _ in 0..20_000 {
            // Half the temperature squares the odds 3 : 2 : 1.
            let mut logits = [3_f32.ln(), 2_f32.ln(), 0.0];
            drawn[sampler.next(&mut logits, &[]).unwrap() as usize] += 1;
        }
        for (count, odds) in drawn.into_iter().zip([9.0, 4.0, 1.0]) {
            assert!((f64::from(count) / 20_000.0 - odds / 14.0).abs() < 0.01, "{drawn:?}");
        }
    }

    #[test]
    fn a_setting_out_of_its_range_is_named_with_its_value_and_the_range() {
        assert_eq!(Sampling::default().check(), Ok(()));
        assert_eq!(ALL.check(), Ok(()));
        let wrong = [
            (Sampling { temperature: -1.0, ..ALL }, "`temperature` is -1; it has to be 0 or more"),
            (Sampling { temperature: f32::NAN, ..ALL }, "`temperature` is NaN; it has to be 0 or more"),
            (Sampling { top_p: 0.0, ..ALL }, "`top_p` is 0; it has to be more than 0 and at most 1"),
            (Sampling { min_p: 1.5, ..ALL }, "`min_p` is 1.5; it has to be between 0 and 1"),
            (Sampling { repetition_penalty: 0.5, ..ALL }, "`repetition_penalty` is 0.5; it has to be 1 or more"),
        ];
        for (sampling, said) in wrong {
            assert_eq!(sampling.check(), Err(said.into()));
        }
    }

    fn any_logit() -> impl Strategy<Value = f32> {
        prop_oneof![20 => -8.0_f32..8.0, 4 => Just(2.0), 1 => Just(f32::NEG_INFINITY), 1 => Just(f32::NAN)]
    }

    proptest! {
        #[test]
        fn the_cuts_leave_what_their_definitions_leave(
            logits in prop::collection::vec(any_logit(), 1..400),
            top_k in prop_oneof![Just(0_usize), 1..300_usize],
            top_p in prop_oneof![Just(1.0_f32), 0.01..1.0_f32],
            min_p in prop_oneof![Just(0.0_f32), 0.0..1.0_f32],
        ) {
            prop_assume!(likeliest(&logits).is_some());
            let sampling = Sampling { top_k, top_p, min_p, ..ALL };
            let left = candidates(sampling, &logits);
            prop_assert_eq!(&left, &by_definition(sampling, &logits));
            let token = Sampler::new(sampling).next(&mut logits.clone(), &[]).unwrap();
            prop_assert!(left.contains(&token));
        }

        #[test]
        fn the_likeliest_token_is_the_first_of_the_highest(logits in prop::collection::vec(any_logit(), 0..1500)) {
            let finite = (0..).zip(&logits).filter(|(_, logit)| logit.is_finite());
            let expected = finite.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(at, _)| at);
            prop_assert_eq!(likeliest(&logits), expected);
        }
    }
}
