//! Readers against small files that the tests write themselves, whole and cut at every byte.

mod fixture;

use std::path::Path;

use proptest::prelude::*;

use super::*;
use fixture::{Cell, docx, encrypted_pdf, paragraph, pdf, picture_pdf, tagged_pdf};

fn one(name: &str, bytes: &[u8]) -> Draft {
    let mut drafts = read(Path::new(name), bytes).expect("the file is well formed");
    assert_eq!(drafts.len(), 1);
    drafts.remove(0)
}

fn prose(words: usize, seed: &str) -> Vec<String> {
    (0..words).map(|at| format!("{seed} line {at} holds many plain words and goes on to its end")).collect()
}

/// Lines set one below the other from `(x, y)`, 12 points apart, in 10 points.
fn column(x: f32, y: f32, lines: &[String]) -> Vec<Cell> {
    lines.iter().enumerate().map(|(at, line)| Cell::text(x, y - 12.0 * at as f32, 9.0, line)).collect()
}

#[test]
fn kinds_are_told_by_name_and_by_content() {
    assert_eq!(kind(Path::new("a.HTML"), b"x"), Ok(Kind::Html));
    assert_eq!(kind(Path::new("a"), b"%PDF-1.7"), Ok(Kind::Pdf));
    assert_eq!(kind(Path::new("a"), b"<!DOCTYPE html><p>x"), Ok(Kind::Html));
    assert_eq!(kind(Path::new("a"), b"{\"text\": \"x\"}\n"), Ok(Kind::JsonLines));
    assert_eq!(kind(Path::new("a"), b"# Title\n"), Ok(Kind::Markdown));
    assert_eq!(kind(Path::new("a"), b"Words.\n"), Ok(Kind::Plain));
    assert_eq!(kind(Path::new("a"), &docx(&[paragraph("", "x")])), Ok(Kind::Docx));
    assert!(matches!(kind(Path::new("a.doc"), b"\xD0\xCF\x11\xE0"), Err(Unreadable::UnknownKind { .. })));
}

#[test]
fn messages_name_the_next_step() {
    let said = |fault: Unreadable| fault.to_string();
    assert!(said(Unreadable::Encrypted).contains("save a copy without one"));
    assert!(said(Unreadable::Scanned { pages: 3 }).contains("ocrmypdf"));
    assert_eq!(read(Path::new("a.md"), b" \n"), Err(Unreadable::Empty));
}

#[test]
fn a_pdf_gives_headings_by_size_and_joins_cut_words() {
    let mut cells = vec![Cell::text(72.0, 720.0, 20.0, "The title")];
    cells.push(Cell::text(72.0, 690.0, 14.0, "A section"));
    cells.push(Cell::text(72.0, 670.0, 10.0, "This is the infor-"));
    cells.push(Cell::text(72.0, 658.0, 10.0, "mation that goes on and on over the line."));
    cells.push(Cell::text(72.0, 634.0, 10.0, "Another paragraph stands below."));
    let draft = one("a.pdf", &pdf(&[cells]));
    let expected = "# The title\n\n## A section\n\nThis is the information that goes on and on over the line.\n\n\
                    Another paragraph stands below.\n";
    assert_eq!((draft.title.as_str(), draft.body.as_str()), ("The title", expected));
}

#[test]
fn a_tagged_pdf_is_read_as_its_tree_says() {
    let draft = one("a.pdf", &tagged_pdf());
    let expected = "# A heading\n\nWords of the paragraph.\n\n1. an item\n\n| k | v |\n| --- | --- |\n| 1 | 2 |\n";
    assert_eq!((draft.body.as_str(), draft.lang.as_deref()), (expected, Some("en")));
}

#[test]
fn a_bold_line_is_a_heading_without_a_name_of_its_font() {
    let mut cells = column(72.0, 700.0, &prose(6, "first"));
    cells.push(Cell::bold(72.0, 600.0, 9.0, "Rules for everyone"));
    cells.extend(column(72.0, 580.0, &prose(6, "second")));
    let body = one("a.pdf", &pdf(&[cells])).body;
    assert!(body.contains("\n\n## Rules for everyone\n\n") || body.starts_with("# Rules for everyone"), "{body}");
}

#[test]
fn columns_are_read_one_after_the_other() {
    let mut cells = vec![Cell::text(72.0, 740.0, 20.0, "A title over both of the columns")];
    let (left, right) = (column(50.0, 700.0, &prose(12, "left")), column(320.0, 700.0, &prose(12, "right")));
    // Drawn row by row, as some programs do.
    left.into_iter().zip(right).for_each(|(left, right)| cells.extend([left, right]));
    let body = one("a.pdf", &pdf(&[cells])).body;
    let (last_left, first_right) = (body.find("left line 11"), body.find("right line 0"));
    assert!(last_left.is_some() && last_left < first_right, "{body}");
}

#[test]
fn heads_feet_and_page_numbers_go() {
    let page = |number: usize| {
        let mut cells = vec![Cell::text(72.0, 770.0, 9.0, "The Example Guide")];
        cells.extend(column(72.0, 700.0, &prose(4, &format!("page{number}"))));
        cells.push(Cell::text(300.0, 30.0, 9.0, &format!("Page {number} of 4")));
        cells
    };
    let draft = one("a.pdf", &pdf(&[page(1), page(2), page(3), page(4)]));
    assert!(!draft.body.contains("Example Guide") && !draft.body.contains("of 4"), "{}", draft.body);
    assert!(draft.body.contains("page4 line 3"));
    assert_eq!(draft.notes, ["4 pages' running heads or feet"]);
}

#[test]
fn bullets_are_items_and_dot_leaders_go() {
    let mut cells =
        column(72.0, 740.0, &["Contents".into(), "One . . . . . . . . 3".into(), "Two . . . . . . . . 7".into()]);
    cells.extend(column(72.0, 600.0, &prose(3, "text")));
    cells.extend(column(72.0, 540.0, &["\u{2022} a form".into(), "\u{2022} a pen".into()]));
    let draft = one("a.pdf", &pdf(&[cells]));
    assert!(draft.body.contains("- a form\n- a pen\n"), "{}", draft.body);
    assert!(!draft.body.contains("Contents") && !draft.body.contains(". ."), "{}", draft.body);
}

#[test]
fn cells_in_rows_are_a_table() {
    let mut cells = column(72.0, 740.0, &prose(3, "text"));
    for (at, row) in [["Year", "Limit"], ["2022", "$6,000"], ["2021", "$5,500"], ["2020", "$5,000"]].iter().enumerate()
    {
        let y = 680.0 - 12.0 * at as f32;
        cells.extend([Cell::text(72.0, y, 9.0, row[0]), Cell::text(200.0, y, 9.0, row[1])]);
    }
    let body = one("a.pdf", &pdf(&[cells])).body;
    assert!(body.contains("| Year | Limit |\n| --- | --- |\n| 2022 | $6,000 |\n"), "{body}");
}

#[test]
fn pdfs_that_cannot_be_read_say_why() {
    assert_eq!(read(Path::new("a.pdf"), &encrypted_pdf()), Err(Unreadable::Encrypted));
    assert_eq!(read(Path::new("a.pdf"), &picture_pdf()), Err(Unreadable::Scanned { pages: 1 }));
    assert!(matches!(read(Path::new("a.pdf"), b"<html>"), Err(Unreadable::Damaged { .. })));
}

#[test]
fn a_docx_gives_headings_lists_tables_and_links() {
    let table = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>k</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>v</w:t></w:r></w:p></w:tc></w:tr>\
        <w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr><w:p><w:r><w:t>1</w:t></w:r></w:p><w:p><w:r><w:t>2</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let link = "<w:p><w:r><w:t xml:space=\"preserve\">See </w:t></w:r><w:hyperlink r:id=\"x\"><w:r><w:t>the &amp; form</w:t></w:r></w:hyperlink>\
        <w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>";
    let item = |list: u8, text: &str| {
        let numbering = format!("<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"{list}\"/></w:numPr>");
        format!("<w:p><w:pPr>{numbering}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    let parts = [
        paragraph("Title", "The title"),
        paragraph("berschrift1", "A section"),
        link.to_owned(),
        item(1, "a"),
        item(2, "b"),
        item(2, "c"),
        table.to_owned(),
    ];
    let draft = one("a.docx", &docx(&parts));
    let expected =
        "# The title\n\n## A section\n\nSee the & form\n\n- a\n1. b\n2. c\n\n| k | v |\n| --- | --- |\n| 1 2 |  |\n";
    assert_eq!(draft.body, expected);
    assert_eq!(draft.notes, ["1 deletions that are still tracked"]);
}

#[test]
fn a_damaged_docx_says_so() {
    assert!(matches!(
        read(Path::new("a.docx"), b"PK\x03\x04 and no more"),
        Err(Unreadable::Damaged { kind: "DOCX", .. })
    ));
}

/// A file cut anywhere gives a draft or a reason, and a reader that gave up is a defect.
fn every_prefix_gives_a_result(name: &str, bytes: &[u8]) {
    for end in 0..bytes.len() {
        if let Err(fault) = read(Path::new(name), &bytes[..end]) {
            assert!(!fault.to_string().contains("gave up"), "{name} cut at {end}: {fault}");
        }
    }
}

#[test]
fn every_prefix_of_a_pdf_gives_a_result() {
    every_prefix_gives_a_result("a.pdf", &pdf(&[column(72.0, 700.0, &prose(4, "a"))]));
    every_prefix_gives_a_result("a.pdf", &tagged_pdf());
}

#[test]
fn every_prefix_of_a_docx_gives_a_result() {
    every_prefix_gives_a_result("a.docx", &docx(&[paragraph("Title", "T"), paragraph("", "Words.")]));
}

#[test]
fn every_prefix_of_a_page_gives_a_result() {
    let page = "<!doctype html><html lang=en><head><title>T</title></head><body><table><tr><td>세금</td><td>1</td></tr></table>\
                <ul><li>a<li><b>b</b></ul><pre>x &lt; y</pre><!-- c --></body></html>";
    every_prefix_gives_a_result("a.html", page.as_bytes());
    every_prefix_gives_a_result(
        "a.md",
        format!("---\ntitle: t\n---\n# 세금\n\n| a | b |\n|---|---|\n| 1 |\n\n- x\n{page}").as_bytes(),
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), kind in 0..EXTENSIONS.len()) {
        if let Err(fault) = read(Path::new(&format!("a.{}", EXTENSIONS[kind])), &bytes) {
            prop_assert!(!fault.to_string().contains("gave up"), "{fault}");
        }
    }

    #[test]
    fn a_pdf_with_changed_bytes_gives_a_result(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = pdf(&[column(72.0, 700.0, &prose(2, "a"))]);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Err(fault) = read(Path::new("a.pdf"), &bytes) {
            prop_assert!(!fault.to_string().contains("gave up"), "{fault}");
        }
    }

    #[test]
    fn the_body_of_plain_text_keeps_every_word(lines in prop::collection::vec("[a-z]{1,8}( [a-z]{1,8}){0,9}", 1..30)) {
        let text = lines.join("\n");
        let body = one("a.txt", text.as_bytes()).body;
        let kept: std::collections::HashSet<&str> = body.split_whitespace().collect();
        prop_assert!(text.split_whitespace().all(|word| kept.contains(word)), "{body}");
    }
}
