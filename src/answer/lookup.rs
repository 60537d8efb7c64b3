//! Facts as an answer: the row that was asked for as a sentence, or, where the question leaves a choice open, every row
//! that differs by it as a list. Each is cited with the bytes in which its figures stand.

use super::{Asked, Citation, expected::korean, rank::Candidate};
use crate::{
    corpus::{Facts, PassageKind, Span},
    index::{Index, analyze},
};

/// Rows that are listed together, at most: more are a table to be read, not an answer.
const ROWS: usize = 8;

/// The row of a candidate, or the list that it stands in, with markers.
pub(super) fn said(
    asked: &Asked<'_>,
    candidate: &Candidate,
    facts: &Facts,
    (index, year): (&Index, Option<u16>),
    citations: &mut Vec<Citation>,
) -> String {
    let passage = &index.passages()[candidate.passage];
    let first = citations.len();
    let mut marker = |span: Span| {
        let is_same = |c: &&Citation| (c.start, c.end) == (span.start, span.end);
        if let Some(known) = citations[first..].iter().find(is_same) {
            return known.marker;
        }
        citations.push(Citation::of(citations.len() + 1, index, candidate.passage, span, year));
        citations.len()
    };
    let listed = listed(asked, candidate.unit, facts);
    if let [row] = listed[..] {
        return format!("{} [{}]", facts.sentences[row], marker(passage.units[row]));
    }
    let mut lines: Vec<(Vec<&str>, &str, usize)> = Vec::new();
    for row in listed {
        let case = &facts.cases[row];
        match lines.iter_mut().find(|(_, figures, _)| *figures == case.figures) {
            Some((who, ..)) => who.push(&case.who),
            None => lines.push((vec![&case.who], &case.figures, marker(passage.units[row]))),
        }
    }
    let lines = lines.iter().map(|(who, figures, number)| format!("- {}: {figures} [{number}]", any_of(who)));
    let of = &facts.cases[candidate.unit].of;
    let about = if of.is_empty() { String::new() } else { format!(" ({of})") };
    format!("{}{about}:\n{}", passage.section(), lines.collect::<Vec<_>>().join("\n"))
}

/// `Single or Head of household`, in the language of the values.
fn any_of(who: &[&str]) -> String {
    let is_korean = who.iter().any(|value| korean::has_hangul(value));
    who.join(if is_korean { " 또는 " } else { " or " })
}

/// The rows that differ from one only by what the question leaves open: of each choice of which it names values, the rows
/// of those values, else all.
fn listed(asked: &Asked<'_>, unit: usize, facts: &Facts) -> Vec<usize> {
    let best = &facts.cases[unit];
    let question = analyze::terms(&asked.query.text);
    let is_said = |value: &String| analyze::terms(value).iter().all(|term| question.contains(term));
    let is_named = |value: &String| asked.named.contains(value) || is_said(value);
    let mut rows: Vec<usize> = (0..facts.cases.len()).filter(|row| facts.cases[*row].of == best.of).collect();
    for choice in 0..best.choices.len() {
        if rows.iter().any(|row| is_named(&facts.cases[*row].choices[choice])) {
            rows.retain(|row| is_named(&facts.cases[*row].choices[choice]));
        }
    }
    let is_open = rows.iter().any(|row| facts.cases[*row].choices != best.choices);
    match rows.len() {
        0 => vec![unit],
        1 => rows, // the row that was asked for, though another was likelier by its words
        2..=ROWS if is_open => rows,
        _ => vec![unit],
    }
}

/// The likeliest rows of the same table for the other years that the question names.
pub(super) fn of_other_years<'c>(
    asked: &Asked<'_>,
    best: &Candidate,
    ranked: &'c [Candidate],
    index: &Index,
) -> Vec<&'c Candidate> {
    let table = |candidate: &Candidate| match &index.passages()[candidate.passage].kind {
        PassageKind::Facts(facts) => Some(facts.table.as_str()),
        _ => None,
    };
    let Some(wanted) = table(best) else { return Vec::new() };
    let own = &index.passages()[best.passage].years;
    let others = asked.years.iter().filter(|year| !own.contains(year));
    let of = |year: &u16| {
        ranked.iter().find(|c| table(c) == Some(wanted) && index.passages()[c.passage].years.contains(year))
    };
    others.filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_with_the_same_figure_are_joined_in_their_language() {
        assert_eq!(any_of(&["Single", "Head of household"]), "Single or Head of household");
        assert_eq!(any_of(&["단독 신고", "세대주"]), "단독 신고 또는 세대주");
    }
}
