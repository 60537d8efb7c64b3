//! PDF files: opens them within bounds, and makes Markdown of their text layer.
//! Prefers the order that a tagged file states to the one that positions suggest; runs no OCR and reads no pictures.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use hayro_interpret::hayro_syntax::object::{Dict, String as Text};
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::block::{compose, one_line};
use super::prose::Vocabulary;
use super::{Draft, Unreadable};

mod glyph;
mod line;
mod column;
mod margin;
mod layout;
mod piece;
mod tags;

/// More pages than any book has.
const MOST_PAGES: usize = 10_000;
/// The tree of a tagged file must name this share of the text, else positions decide.
const REACHED: f32 = 0.8;

/// Reads a file; `stem` is the title of last resort.
pub(super) fn read(bytes: &[u8], stem: &str) -> Result<Draft, Unreadable> {
    let damaged = |why: &str| Unreadable::Damaged { kind: "PDF", why: why.to_owned() };
    if !bytes[..bytes.len().min(1024)].windows(5).any(|window| window == b"%PDF-") {
        return Err(damaged("it does not begin with %PDF-"));
    }
    let pdf = Pdf::new(bytes.to_vec()).map_err(|fault| match fault {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Unreadable::Encrypted,
        LoadPdfError::Decryption(fault) => damaged(&format!("its encryption cannot be undone ({fault:?})")),
        LoadPdfError::Invalid => damaged("its objects cannot be found"),
    })?;
    let count = pdf.pages().len();
    match count {
        0 => return Err(damaged("it has no pages")),
        MOST_PAGES.. => return Err(Unreadable::TooLarge { what: format!("{count} pages, at most {MOST_PAGES}") }),
        _ => {}
    }
    let mut pages = catch_unwind(AssertUnwindSafe(|| glyph::pages(&pdf))).map_err(|cause| {
        if cause.is::<glyph::TooMuch>() {
            return Unreadable::TooLarge { what: "its pages draw without end".to_owned() };
        }
        // Somebody else's defect: `import::read` words it.
        resume_unwind(cause)
    })?;
    let heads = margin::mark_repeated(&mut pages);
    let body = line::Body::of(&pages);
    let characters: usize =
        pages.iter().flat_map(|page| &page.spans).filter(|span| !span.artifact).map(|span| span.text.len()).sum();
    let garbled: usize = pages.iter().map(|page| page.garbled).sum();
    if garbled > characters {
        return Err(Unreadable::NoCharacters { garbled, of: garbled + characters });
    }
    if characters == 0 {
        return Err(if pages.iter().any(|page| page.pictures > 0) {
            Unreadable::Scanned { pages: count }
        } else {
            Unreadable::Empty
        });
    }
    let tagged = tags::read(&pdf, &pages, body).filter(|tagged| tagged.reached as f32 >= REACHED * characters as f32);
    let pieces = match tagged {
        Some(tagged) => tagged.pieces,
        None => layout::read(&pages, body),
    };
    let words = Vocabulary::of(pages.iter().flat_map(|page| &page.spans).map(|span| span.text.as_str()));
    let mut pieces = piece::join_parts(piece::join_cut(pieces), body);
    piece::gather_title(&mut pieces, body);
    let found = piece::blocks(&pieces, body, &words);
    let mut notes = Vec::new();
    let bare = pages.iter().filter(|page| page.spans.is_empty()).count();
    let mut note = |count: usize, what: &str| {
        if count > 0 {
            notes.push(format!("{count} {what}"));
        }
    };
    note(bare, "pages without text");
    note(heads, "pages' running heads or feet");
    note(found.contents, "lines of a table of contents or an index");
    note(garbled, "characters that the fonts do not name");
    note(pages.iter().map(|page| page.turned).sum(), "characters that do not run from left to right");
    let headed = found.blocks.iter().any(|block| block.level() == Some(1));
    let stated = if headed { None } else { stated_title(&pdf) };
    let (title, body) = compose(found.blocks, stated, stem);
    Ok(Draft { title, lang: lang(&pdf), body, notes, ..Draft::default() })
}

/// The title in the file's own description, unless a program put a file name there.
fn stated_title(pdf: &Pdf) -> Option<String> {
    let title = words(pdf.metadata().title.as_deref()?);
    let named = title.starts_with("Microsoft Word") || title.rsplit_once('.').is_some_and(|(_, end)| end.len() <= 4);
    (!title.is_empty() && !named).then_some(title)
}

fn lang(pdf: &Pdf) -> Option<String> {
    let root: Dict = pdf.xref().get(pdf.xref().root_id())?;
    let lang = words(root.get::<Text>(b"Lang".as_slice())?.as_bytes());
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (lang.len() >= 2 && lang.chars().all(fits)).then(|| if lang.len() == 2 { lang.to_lowercase() } else { lang })
}

/// A text string (PDF 32000-1:2008, 7.9.2.2): UTF-16 or UTF-8 by its mark, else near enough to Windows-1252.
fn words(bytes: &[u8]) -> String {
    one_line(&super::decode::text(bytes).unwrap_or_default())
}
