//! How near an answer's words are to those of a reference. Knows words; neither what they mean nor how a model cuts
//! them into tokens.

use std::collections::BTreeMap;

/// Which of `SQuAD`'s evaluation scripts is followed where an answer or a reference has no words left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Squad {
    /// `evaluate-v1.1.py` (Rajpurkar et al. 2016): the F1 of no words is 0, even with no words.
    V1,
    /// `evaluate-v2.0.py` (Rajpurkar, Jia & Liang 2018): no words agree with no words only; references without words
    /// count only where there are no others, and no reference at all is one without words: the question has no answer.
    V2,
}

/// `SQuAD`'s normal form: lowercase, without ASCII punctuation, without the articles a, an and the, words parted by
/// single spaces.
///
/// Articles are found between word boundaries as Python's `re` has them, with [`char::is_alphanumeric`] as its `\w`;
/// the two part ways on vowel signs and circled letters, which Python takes for boundaries.
pub fn normalize_answer(text: &str) -> String {
    let plain: Vec<char> = text.to_lowercase().chars().filter(|c| !c.is_ascii_punctuation()).collect();
    let mut kept = String::with_capacity(text.len());
    for run in plain.chunk_by(|a, b| a.is_alphanumeric() == b.is_alphanumeric()) {
        if is_article(run) {
            kept.push(' ');
        } else {
            kept.extend(run);
        }
    }
    kept.split(is_python_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn is_article(run: &[char]) -> bool {
    matches!(run, ['a'] | ['a', 'n'] | ['t', 'h', 'e'])
}

/// What Python's `str.split` splits at: Unicode's white space and the four ASCII separators.
fn is_python_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

/// Whether the answer's normal form is that of a reference.
pub fn exact_match(answer: &str, references: &[impl AsRef<str>], rule: Squad) -> bool {
    let answer = normalize_answer(answer);
    normalized(references, rule).contains(&answer)
}

/// The harmonic mean of the shares of words that answer and reference have in common, in their normal forms and each
/// as often as both have it; of the nearest reference.
pub fn token_f1(answer: &str, references: &[impl AsRef<str>], rule: Squad) -> f64 {
    let answer = normalize_answer(answer);
    normalized(references, rule).iter().map(|reference| f1(&answer, reference, rule)).fold(0.0, f64::max)
}

/// The references to compare with, in their normal form.
fn normalized(references: &[impl AsRef<str>], rule: Squad) -> Vec<String> {
    let mut normalized: Vec<String> = references.iter().map(|text| normalize_answer(text.as_ref())).collect();
    if rule == Squad::V2 {
        normalized.retain(|text| !text.is_empty());
        if normalized.is_empty() {
            normalized.push(String::new());
        }
    }
    normalized
}

fn f1(answer: &str, reference: &str, rule: Squad) -> f64 {
    let (answer, reference): (Vec<&str>, Vec<&str>) = (answer.split(' ').collect(), reference.split(' ').collect());
    // The normal form of no words is "", which splits into one empty word.
    let (no_answer, no_reference) = (answer == [""], reference == [""]);
    if no_answer || no_reference {
        return if rule == Squad::V2 && no_answer && no_reference { 1.0 } else { 0.0 };
    }
    Overlap::of(in_common(&answer, &reference), answer.len(), reference.len()).fmeasure
}

/// How many words two lists have in common, each as often as both have it.
fn in_common(answer: &[&str], reference: &[&str]) -> usize {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for word in reference {
        *left.entry(word).or_default() += 1;
    }
    let mut take = |word: &&&str| match left.get_mut(**word) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    };
    answer.iter().filter(|word| take(word)).count()
}

/// What an answer has in common with a reference, as `rouge-score` names it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Overlap {
    /// The share of the answer's words that are common.
    pub precision: f64,
    /// The share of the reference's words that are common.
    pub recall: f64,
    /// Their harmonic mean.
    pub fmeasure: f64,
}

impl Overlap {
    fn of(common: usize, answer: usize, reference: usize) -> Self {
        if common == 0 {
            return Self::default();
        }
        let (precision, recall) = (common as f64 / answer as f64, common as f64 / reference as f64);
        Self { precision, recall, fmeasure: 2.0 * precision * recall / (precision + recall) }
    }
}

/// ROUGE-L (Lin 2004, §3.1) as Google's `rouge-score` computes it: the longest common subsequence of words over the
/// words of each side, F with β = 1; of the reference with the highest F, the first such one (`score_multi`). Zero
/// without references, or where either side has no words.
///
/// `words` cuts a text into words: [`ascii_words`] is `rouge-score`'s own with `use_stemmer=False`; for other scripts
/// than the Latin one it leaves nothing, so take [`unicode_words`].
pub fn rouge_l(answer: &str, references: &[impl AsRef<str>], words: impl Fn(&str) -> Vec<String>) -> Overlap {
    let answer = words(answer);
    let mut best = Overlap::default();
    for reference in references {
        let reference = words(reference.as_ref());
        let overlap = Overlap::of(longest_common(&answer, &reference), answer.len(), reference.len());
        if overlap.fmeasure > best.fmeasure {
            best = overlap;
        }
    }
    best
}

/// The length of the longest common subsequence, by the rows of the classic table.
fn longest_common(a: &[String], b: &[String]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for word in a {
        let mut diagonal = 0;
        for (at, other) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if word == other { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    row[b.len()]
}

/// `rouge-score`'s words: lowercased, parted by anything but `a`–`z` and `0`–`9`. Of Korean, Russian or Greek text it
/// leaves nothing, and of `café` it leaves `caf`.
pub fn ascii_words(text: &str) -> Vec<String> {
    words(text, |c| c.is_ascii_alphanumeric())
}

/// The same with the letters and digits of every script. Korean comes out in words as it is spaced; a script that does
/// not space its words (Chinese, Japanese, Thai) as one word a clause, which needs a way of its own to be cut.
pub fn unicode_words(text: &str) -> Vec<String> {
    words(text, char::is_alphanumeric)
}

fn words(text: &str, in_word: impl Fn(char) -> bool) -> Vec<String> {
    text.to_lowercase().split(|c| !in_word(c)).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_go_only_where_they_are_whole_words() {
        assert_eq!(normalize_answer("The theatre, an ANT & a-team’s a."), "theatre ant ateam’s");
    }

    #[test]
    fn no_words_agree_with_no_words_in_the_second_version_only() {
        assert!(token_f1("the", &["a"], Squad::V1).abs() < f64::EPSILON);
        assert!((token_f1("the", &["a"], Squad::V2) - 1.0).abs() < f64::EPSILON);
        assert!(exact_match("the", &["a"], Squad::V1) && exact_match("the", &["a"], Squad::V2));
    }

    #[test]
    fn a_question_without_references_is_one_without_an_answer_in_the_second_version_only() {
        let none: [&str; 0] = [];
        assert!(exact_match("", &none, Squad::V2) && !exact_match("", &none, Squad::V1));
    }

    #[test]
    fn korean_has_words_in_the_unicode_variant_only() {
        let (answer, reference) = ("세금 신고는 4월에 한다", ["세금 신고는 5월에 한다"]);
        assert_eq!(
            rouge_l(answer, &reference, unicode_words),
            Overlap { precision: 0.75, recall: 0.75, fmeasure: 0.75 }
        );
        assert_eq!(ascii_words(answer), ["4"]);
    }
}
