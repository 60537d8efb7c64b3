//! What a quoting text is, held against passages of a toy vocabulary.

use std::ops::Range;

use proptest::prelude::*;

use super::{edge::edge, *};

/// Words with the space before them, single digits and single marks.
#[derive(Clone)]
struct Toy {
    pieces: Vec<String>,
}

impl Toy {
    fn encode(&mut self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let body = rest.strip_prefix(' ').filter(|body| body.starts_with(|c: char| !c.is_whitespace()));
            let body = body.unwrap_or(rest);
            let letters = body.chars().take_while(|c| c.is_alphabetic()).count().max(1);
            let length = rest.len() - body.len() + body.chars().take(letters).map(char::len_utf8).sum::<usize>();
            let (piece, after) = rest.split_at(length);
            ids.push(self.id(piece).unwrap_or_else(|| {
                self.pieces.push(piece.to_owned());
                self.pieces.len() as u32 - 1
            }));
            rest = after;
        }
        ids
    }

    fn id(&self, piece: &str) -> Option<u32> {
        self.pieces.iter().position(|known| known == piece).map(|at| at as u32)
    }

    fn text(&self, ids: &[u32]) -> String {
        ids.iter().map(|id| self.pieces[*id as usize].as_str()).collect()
    }
}

const CONNECTIVES: [&str; 7] = [" and", ",", ". ", "\n", " However,", " but", "or"];

/// Passages, what they are made of, and what can be quoted of them.
struct Setting {
    toy: Toy,
    passages: Vec<Vec<u32>>,
    connectives: Vec<Vec<u32>>,
    quotable: Quotable,
}

const END: &str = "<end>";

fn setting(texts: &[&str], rules: Rules, twins: bool) -> Setting {
    let mut toy = Toy { pieces: vec![END.to_owned()] };
    let passages: Vec<_> = texts.iter().map(|text| toy.encode(text)).collect();
    let connectives = CONNECTIVES.map(|text| toy.encode(text)).to_vec();
    for piece in toy.pieces.clone() {
        toy.encode(piece.trim_start_matches(' '));
        toy.encode(&format!(" {piece}"));
    }
    let bytes = |id: u32| toy.pieces[id as usize].clone().into_bytes();
    let token = |bytes: &[u8]| twins.then(|| toy.id(str::from_utf8(bytes).ok()?)).flatten();
    let vocabulary = Vocabulary { bytes: &bytes, token: &token };
    let quotable = Quotable::new(&passages, &connectives, &[0], vocabulary, rules);
    Setting { toy, passages, connectives, quotable }
}

impl Setting {
    fn allowed(&self, quoting: &Quoting<'_>) -> Vec<&str> {
        let mut ids = Vec::new();
        quoting.allowed(&mut ids);
        ids.iter().map(|id| self.toy.pieces[*id as usize].as_str()).collect()
    }

    /// Writes a text; says what is not allowed where it is not.
    fn write(&self, text: &str) -> Result<Quoting<'_>, String> {
        let mut toy = self.toy.clone();
        let ids = toy.encode(text);
        let mut quoting = self.quotable.begin();
        for (at, id) in ids.iter().enumerate() {
            quoting.advance(*id).map_err(|_| toy.text(&ids[..=at]))?;
        }
        Ok(quoting)
    }

    fn text_of(&self, passage: usize, tokens: Range<usize>) -> String {
        self.toy.text(&self.passages[passage][tokens])
    }
}

const DEDUCTION: &str =
    "The standard deduction is $15,750 for you. If you are blind, it is more: ask us. See Pub. 501.";
const HEAD: &str = "Head of household\nYou must pay more than half of the cost. The standard deduction is higher.";

#[test]
fn a_text_begins_with_a_clause_and_in_the_form_of_a_line() {
    let setting = setting(&[DEDUCTION, HEAD], Rules::default(), true);
    // `ask us.` is too short; `ask us. See Pub. 501.` is not.
    assert_eq!(setting.allowed(&setting.quotable.begin()), ["The", "Head", "You", "If", "ask", "See"]);
}

#[test]
fn a_span_ends_where_a_sentence_does_and_a_number_is_not_cut() {
    let setting = setting(&[DEDUCTION], Rules::default(), true);
    let quoting = setting.write("The standard deduction is $15").unwrap();
    let mut forced = Vec::new();
    quoting.forced(100, &mut forced);
    let end = |text: &str| setting.allowed(&setting.write(text).unwrap()).contains(&END);
    assert_eq!(setting.toy.text(&forced), ",750 for you.");
    assert!(end("The standard deduction is $15,750 for you."));
    assert!(!end("If you are blind,") && !end("If you are blind, it is more:"));
    assert!(end("If you are blind, it is more: ask us."));
}

#[test]
fn a_connective_fits_what_stands_before_it() {
    let setting = setting(&[DEDUCTION, HEAD], Rules::default(), true);
    for text in [
        "If you are blind, but The standard deduction is higher.",
        "Head of household, You must pay more than half of the cost.",
        "You must pay more than half of the cost. However, If you are blind,",
        "You must pay more than half of the cost.\nThe standard deduction is $15,750 for you.",
    ] {
        assert!(setting.write(text).is_ok(), "{text}");
    }
    for (text, not_allowed) in [
        ("If you are blind, However", "If you are blind, However"),
        ("If you are blind,\n", "If you are blind,\n"),
        ("You must pay more than half of the cost. and", "You must pay more than half of the cost. and"),
        ("You must pay more than half of the cost.,", "You must pay more than half of the cost.,"),
        ("Head of household The", "Head of household The"),
        ("Head of householdor", "Head of householdor"),
    ] {
        assert_eq!(setting.write(text).err().as_deref(), Some(not_allowed));
    }
}

#[test]
fn a_line_break_may_go_on_with_the_passage_or_lead_anywhere() {
    let setting = setting(&["Call us now.\nPay us now.", "Ask us now."], Rules::default(), true);
    let spans = |text: &str| setting.write(text).unwrap().spans();
    assert_eq!(setting.allowed(&setting.write("Call us now.\n").unwrap()), ["Pay", "Ask"]);
    assert_eq!(spans("Call us now.\nPay us now."), [Part::Quote { passage: 0, tokens: 0..9, written: 0..9 }]);
    assert_eq!(
        spans("Call us now.\nAsk us now."),
        [
            Part::Quote { passage: 0, tokens: 0..4, written: 0..4 },
            Part::Connective { which: 3, written: 4..5 },
            Part::Quote { passage: 1, tokens: 0..4, written: 5..9 },
        ]
    );
}

#[test]
fn a_sentence_that_stands_in_two_passages_is_quoted_once() {
    let overlapping = ["Call us now. Pay us soon.", "Pay us soon. Ask us later."];
    let setting = setting(&overlapping, Rules::default(), true);
    assert!(setting.write("Call us now. Pay us soon. Ask us later.").is_ok());
    for text in ["Call us now. Pay us soon. Pay", "Pay us soon. Pay"] {
        assert_eq!(setting.write(text).err().as_deref(), Some(text));
    }
}

#[test]
fn without_the_other_form_a_word_is_offered_where_it_does_not_run_into_the_one_before() {
    let texts = ["Call us now. Pay us soon.", "Ask us later."];
    let setting = setting(&texts, Rules::default(), false);
    assert!(setting.write("Call us now. Pay us soon.\nAsk us later.").is_ok());
    assert_eq!(setting.write("Call us now. Ask").err().as_deref(), Some("Call us now. Ask"));
}

#[test]
fn where_nothing_can_be_quoted_the_turn_ends() {
    for texts in [&[][..], &["Too short.", " \n"]] {
        let setting = setting(texts, Rules::default(), true);
        let mut quoting = setting.quotable.begin();
        assert_eq!(setting.allowed(&quoting), [END]);
        quoting.advance(0).unwrap();
        assert!(quoting.ended() && quoting.spans().is_empty() && setting.allowed(&quoting).is_empty());
    }
}

fn any_text() -> impl Strategy<Value = String> {
    let words =
        ["a", "The", "tax", "$15,750", "U.S.", "a.", "The,", "tax;", "c:", "a.\n", "b\n", "2.", "tax.)", "The."];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..25).prop_map(|words| words.join(" "))
}

fn any_edge() -> impl Strategy<Value = Edge> {
    prop::sample::select(vec![Edge::Word, Edge::Phrase, Edge::Clause, Edge::Sentence])
}

prop_compose! {
    fn any_rules()(
        least in 0_usize..5, spans in 0_usize..5, start in any_edge(), stop in any_edge(), end in any_edge(),
    ) -> Rules {
        Rules { least, spans, start, stop, end }
    }
}

fn any_setting() -> impl Strategy<Value = (Vec<String>, Rules, bool)> {
    (prop::collection::vec(any_text(), 0..4), any_rules(), any::<bool>())
}

fn of((texts, rules, twins): &(Vec<String>, Rules, bool)) -> Setting {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    setting(&texts, *rules, *twins)
}

/// Words without the marks around them.
fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().map(|word| word.trim_matches(|c| edge::is_mark(c) || c == ')')).collect()
}

proptest! {
    #[test]
    fn whatever_is_chosen_the_text_ends_and_is_made_of_spans_and_connectives(
        given in any_setting(), choices in prop::collection::vec(any::<u16>(), 1..80),
    ) {
        let setting = of(&given);
        let rules = given.1;
        let (mut quoting, mut written, mut allowed) = (setting.quotable.begin(), vec![], vec![]);
        let most = setting.passages.concat().len() + 2 * rules.spans + 1;
        for choice in choices.iter().cycle() {
            quoting.allowed(&mut allowed);
            prop_assert!(allowed.is_sorted_by(|a, b| a < b));
            prop_assert_eq!(allowed.is_empty(), quoting.ended());
            prop_assert!(written.len() <= most);
            if quoting.ended() {
                break;
            }
            for token in (0..setting.toy.pieces.len() as u32).filter(|token| !allowed.contains(token)) {
                prop_assert_eq!(quoting.advance(token), Err(NotAllowed(token)));
            }
            let token = allowed[usize::from(*choice) % allowed.len()];
            prop_assert_eq!(quoting.advance(token), Ok(()));
            written.push(token);
        }
        written.pop();
        let (mut next, mut quoted) = (0, vec![]);
        for part in quoting.spans() {
            let place = match part {
                Part::Connective { which, written: place } => {
                    prop_assert_eq!(&written[place.clone()], &setting.connectives[which]);
                    place
                }
                Part::Quote { passage, tokens, written: place } => {
                    let source = &setting.passages[passage][tokens.clone()];
                    prop_assert_eq!(&written[place.clone()][1..], &source[1..]);
                    let trim = |tokens: &[u32]| setting.toy.text(&tokens[..1]).trim_start_matches(' ').to_owned();
                    prop_assert_eq!(trim(&written[place.clone()]), trim(source));
                    let text = setting.text_of(passage, 0..setting.passages[passage].len());
                    let (start, end) = (setting.text_of(passage, 0..tokens.start).len(), setting.text_of(passage, 0..tokens.end).len());
                    prop_assert!(edge(&text, start) >= Some(rules.start));
                    prop_assert!(edge(&text, end) >= Some(rules.stop.min(rules.end)));
                    prop_assert!(text[start..end].split_whitespace().count() >= rules.least);
                    quoted.push((passage, tokens));
                    place
                }
            };
            prop_assert_eq!(place.start, next);
            next = place.end;
        }
        prop_assert_eq!(next, written.len());
        let ends_with_connective = matches!(quoting.spans().last(), Some(Part::Connective { .. }));
        prop_assert!(!ends_with_connective);
        prop_assert!(quoted.len() <= rules.spans);
        for (at, (passage, tokens)) in quoted.iter().enumerate() {
            for (other, others) in &quoted[..at] {
                prop_assert!(passage != other || tokens.end <= others.start || others.end <= tokens.start);
            }
        }
        let text = setting.toy.text(&written);
        let known = [given.0.join("\n"), CONNECTIVES.join(" ")].join("\n");
        prop_assert!(words(&text).iter().all(|word| words(&known).contains(word)), "{}", text);
    }

    #[test]
    fn every_span_between_edges_can_be_quoted_alone(given in any_setting()) {
        let rules = Rules { spans: given.1.spans.max(1), ..given.1 };
        let setting = of(&(given.0, rules, true));
        for (number, passage) in setting.passages.iter().enumerate() {
            let text = setting.toy.text(passage);
            let offset = |tokens: usize| setting.text_of(number, 0..tokens).len();
            let visible = |at: usize| !setting.toy.text(&passage[at..=at]).trim().is_empty();
            for start in (0..passage.len()).filter(|at| visible(*at) && edge(&text, offset(*at)) >= Some(rules.start)) {
                for end in (start + 1..=passage.len()).filter(|end| visible(end - 1) && edge(&text, offset(*end)) >= Some(rules.end)) {
                    if text[offset(start)..offset(end)].split_whitespace().count() < rules.least {
                        continue;
                    }
                    let mut quoting = setting.quotable.begin();
                    let first = setting.toy.text(&passage[start..=start]);
                    prop_assert_eq!(quoting.advance(setting.toy.id(first.trim_start_matches(' ')).unwrap()), Ok(()));
                    for token in &passage[start + 1..end] {
                        prop_assert_eq!(quoting.advance(*token), Ok(()));
                    }
                    prop_assert_eq!(quoting.advance(0), Ok(()));
                }
            }
        }
    }

    #[test]
    fn forced_tokens_are_those_without_a_choice(
        given in any_setting(), choices in prop::collection::vec(any::<u16>(), 0..40), most in 0_usize..12,
    ) {
        let setting = of(&given);
        let (mut quoting, mut allowed, mut forced) = (setting.quotable.begin(), vec![], vec![]);
        for choice in choices {
            quoting.allowed(&mut allowed);
            if allowed.is_empty() {
                break;
            }
            quoting.advance(allowed[usize::from(choice) % allowed.len()]).unwrap();
        }
        quoting.forced(most, &mut forced);
        for token in &forced {
            quoting.allowed(&mut allowed);
            prop_assert_eq!(&allowed, &[*token]);
            quoting.advance(*token).unwrap();
        }
        quoting.allowed(&mut allowed);
        prop_assert!(forced.len() == most || forced.len() < most && allowed.len() != 1);
    }
}
