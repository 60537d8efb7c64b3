//! The guard on figures: everything stated exactly in an answer stands in a source, with the same unit, and the year and
//! the choice that it is put to are those it has there. It serves every mode, quotations included.

use std::collections::BTreeSet;

use super::{
    Claim, Fault, Knowledge, Source, choices,
    quantity::{Quantity, Unit},
};

/// A figure that no source has.
#[derive(Debug, Clone, PartialEq)]
pub struct UnsupportedFigure {
    /// As the sentence writes it.
    pub stated: String,
    /// What is wrong with it beside the source that comes nearest.
    pub fault: Fault,
}

/// The figures of a sentence that none of its sources supports. A source is a cited unit or a calculator's worksheet.
pub fn figures_supported(sentence: &Claim, sources: &[Source], knowledge: &Knowledge<'_>) -> Vec<UnsupportedFigure> {
    let mut faults: Vec<Vec<(usize, Fault)>> =
        sources.iter().map(|source| unsupported(sentence, source, knowledge)).collect();
    if faults.is_empty() {
        faults.push(unsupported(sentence, &Source::new("", "", &[]), knowledge));
    }
    let own: BTreeSet<usize> = faults[0].iter().map(|(figure, _)| *figure).collect();
    let everywhere = own.into_iter().filter(|figure| faults.iter().all(|of| of.iter().any(|(own, _)| own == figure)));
    everywhere
        .filter_map(|figure| {
            let of_it = faults.iter().flatten().filter(|(own, _)| *own == figure).map(|(_, fault)| fault);
            let fault = of_it.max_by_key(|fault| matches!(fault, Fault::Year { .. } | Fault::Choice { .. }))?.clone();
            let stated = sentence.text.written[sentence.text.figures[figure].span.clone()].to_owned();
            Some(UnsupportedFigure { stated, fault })
        })
        .collect()
}

/// The figures, by number, that a source does not support, and why.
pub fn unsupported(claim: &Claim, source: &Source, knowledge: &Knowledge<'_>) -> Vec<(usize, Fault)> {
    let (own, theirs) = (&claim.text, &source.text);
    let mut found = Vec::new();
    for (number, figure) in own.figures.iter().enumerate().filter(|(_, figure)| figure.is_stated) {
        let stated = own.written[figure.span.clone()].trim().to_owned();
        let is_said =
            theirs.figures.iter().chain(&source.around.figures).any(|f| f.quantity.supports(&figure.quantity));
        let is_two =
            matches!(figure.quantity, Quantity::Number(value, Unit::Plain) if (value - 2.0).abs() < f64::EPSILON);
        let fault = match &figure.quantity {
            Quantity::Year(year) if !source.years.contains(year) => Fault::Year { stated },
            Quantity::Year(_) => continue,
            Quantity::Number(value, _) if *value == 0.0 && says_nothing(source) => continue,
            _ if is_said || is_two && says_both(source) => continue,
            Quantity::Number(..) => Fault::Figure { stated },
            Quantity::Date { .. } => Fault::Date { stated },
            Quantity::Name(_) => Fault::Name { stated },
        };
        found.push((number, fault));
    }
    let years = choices::crossed(own, theirs, &choices::year_keys);
    found.extend(years.into_iter().map(|(figure, stated)| (figure, Fault::Year { stated })));
    for choice in knowledge.choices.iter().filter(|_| !super::is_excepted(own)) {
        let values = choices::crossed(own, theirs, &|text| choices::value_keys(text, choice));
        found.extend(values.into_iter().map(|(figure, value)| (figure, Fault::Choice { value })));
    }
    found
}

fn says_both(source: &Source) -> bool {
    let both = ["both", "couple", "pair", "twice", "double"];
    source.text.tokens.iter().any(|token| both.contains(&token.word.as_str()))
}

fn says_nothing(source: &Source) -> bool {
    let nothing = ["no", "none", "zero", "nothing", "free", "nil"];
    source.text.tokens.iter().any(|token| nothing.contains(&token.word.as_str()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::index::Synonyms;

    fn unsupported_in(sentence: &str, sources: &[&str]) -> Vec<String> {
        let statuses = ["status one", "status two"].map(|status| (status.to_owned(), vec![]));
        let statuses = BTreeMap::from(statuses);
        let knowledge = Knowledge { synonyms: &Synonyms::default(), choices: &[&statuses], idf: &|_| 1.0 };
        let sources: Vec<Source> = sources.iter().map(|text| Source::new(text, "", &[])).collect();
        figures_supported(&Claim::new(sentence), &sources, &knowledge).into_iter().map(|f| f.stated).collect()
    }

    #[test]
    fn a_figure_must_stand_in_one_of_the_sources() {
        assert!(unsupported_in("It is $50 and 3%", &["The fee is $50.", "The rate is 3 percent."]).is_empty());
        assert_eq!(unsupported_in("It is $50 and 4%", &["The fee is $50.", "The rate is 3 percent."]), ["4%"]);
        assert_eq!(unsupported_in("It is $50", &[]), ["$50"]);
    }

    #[test]
    fn a_figure_of_another_year_is_not_supported() {
        let rows = ["In 2024 it is $40, in 2025 it is $50."];
        assert_eq!(unsupported_in("In 2024 the fee was $50", &rows), ["$50"]);
        assert!(unsupported_in("In 2025 the fee was $50", &rows).is_empty());
        assert_eq!(unsupported_in("The fee was $40 in 2023", &rows), ["$40", "2023"]);
    }

    #[test]
    fn a_sentence_is_supported_by_its_own_words() {
        for text in
            ["Tax year: 2025; Single: $15,750; Joint: $31,500", "File Form 8863 by April 15, 2026, within two years."]
        {
            assert!(unsupported_in(text, &[text]).is_empty(), "{text}");
        }
    }
}
