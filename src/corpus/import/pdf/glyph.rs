//! Runs the pages' drawing instructions and collects the glyphs as spans of text with their places.
//! Knows positions, sizes and ink; does not know lines, columns or paragraphs.

use std::collections::HashMap;

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::Dict;
use hayro_interpret::hayro_syntax::page::Page as Source;
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Shape};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, RenderContent, SoftMask, interpret_page,
};

/// A page's text pieces in the order in which they are drawn; the origin is the upper left corner, in points.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) spans: Vec<Span>,
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) pictures: usize,
    /// Glyphs for which the font names no character.
    pub(super) garbled: usize,
    /// Spans that run upwards or aslant: margin notes, stamps.
    pub(super) turned: usize,
}

/// Text on one baseline without a gap wider than a few spaces.
#[derive(Debug, Clone)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) left: f32,
    pub(super) right: f32,
    /// The baseline.
    pub(super) y: f32,
    /// Of the font, in points.
    pub(super) size: f32,
    /// Ink of its letters per em square; bold letters have more. Zero: unknown.
    pub(super) ink: f32,
    /// The file marks it as furniture of the page.
    pub(super) artifact: bool,
    /// From 0.
    pub(super) page: usize,
    /// The number by which the structure tree names it.
    pub(super) mark: Option<i32>,
}

/// Glyphs, paths and pictures that one document may draw: some five thousand dense pages. Forms that draw forms that
/// draw forms reach any number from a few lines.
const MOST_STEPS: usize = 20_000_000;
/// A gap of this share of the font size is a space that was not drawn. Justified text keeps its spaces above a
/// fifth of an em, and kerning stays below a tenth.
pub(super) const SPACE: f32 = 0.17;
/// A gap wider than this many ems parts cells and columns. A space between sentences is half an em at most.
pub(super) const PART: f32 = 1.1;

/// What unwinds from a document that draws more than [`MOST_STEPS`].
pub(super) struct TooMuch;

/// The spans of every page.
pub(super) fn pages(pdf: &Pdf) -> Vec<Page> {
    let cache = InterpreterCache::new();
    // Annotations are form fields, comments and links.
    let settings = InterpreterSettings { render_content: RenderContent::PAGE, ..InterpreterSettings::default() };
    let mut inks = HashMap::new();
    let mut left = MOST_STEPS;
    let mut pages: Vec<Page> =
        pdf.pages().iter().map(|page| read(page, pdf, &cache, &settings, &mut inks, &mut left)).collect();
    for (at, page) in pages.iter_mut().enumerate() {
        page.spans.iter_mut().for_each(|span| span.page = at);
    }
    pages
}

fn read<'a>(
    page: &Source<'a>,
    pdf: &'a Pdf,
    cache: &InterpreterCache<'a>,
    settings: &InterpreterSettings,
    inks: &mut HashMap<u128, f32>,
    left: &mut usize,
) -> Page {
    let (width, height) = page.render_dimensions();
    let place = Affine::new(page.initial_transform(true).as_coeffs());
    let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let mut context = Context::new(place, bounds, cache, pdf.xref(), settings.clone());
    let page_so_far = Page { width, height, ..Page::default() };
    let mut pen = Pen { page: page_so_far, inks, marks: Vec::new(), open: None, left };
    interpret_page(page, &mut context, &mut pen);
    pen.close();
    pen.page
}

/// Follows the drawing instructions.
struct Pen<'a> {
    page: Page,
    /// Ink of each glyph, by its outline.
    inks: &'a mut HashMap<u128, f32>,
    /// Open marked content: whether it is an artifact, and its number.
    marks: Vec<(bool, Option<i32>)>,
    open: Option<Open>,
    left: &'a mut usize,
}

/// A span being drawn.
struct Open {
    span: Span,
    /// Letters that the ink was averaged over.
    letters: f32,
    spaced: bool,
}

impl Pen<'_> {
    /// Counts a step. The interpreter cannot be told to stop, so the last one unwinds to [`super::read`].
    fn spend(&mut self) {
        match self.left.checked_sub(1) {
            Some(left) => *self.left = left,
            None => std::panic::resume_unwind(Box::new(TooMuch)),
        }
    }

    fn close(&mut self) {
        let Some(Open { mut span, letters, spaced }) = self.open.take() else { return };
        if spaced {
            span.text.push(' ');
        }
        span.ink = if letters > 0.0 { span.ink / letters } else { 0.0 };
        if !span.text.trim().is_empty() {
            self.page.spans.push(span);
        }
    }

    fn glyph(&mut self, glyph: &Glyph, place: Affine) {
        let advance = match glyph {
            Glyph::Outline(outline) => outline.advance_width(),
            Glyph::Type3(drawn) => drawn.advance_width(),
        };
        let start = place * Point::ZERO;
        let end = place * Point::new(f64::from(advance.unwrap_or(500.0)), 0.0);
        let up = place * Point::new(0.0, 1000.0);
        let size = (up - start).hypot() as f32;
        let (dx, dy) = ((end.x - start.x) as f32, (end.y - start.y) as f32);
        if dy.abs() > 0.1 * dx.abs() + 0.01 || dx < 0.0 {
            self.page.turned += 1;
            return;
        }
        let text = match glyph.as_unicode() {
            Some(BfString::Char(c)) => c.to_string(),
            Some(BfString::String(text)) => text,
            None => {
                self.page.garbled += 1;
                return;
            }
        };
        let (x, y) = (start.x as f32, start.y as f32);
        let inside = x > -1.0 && x < self.page.width + 1.0 && y > -1.0 && y < self.page.height + 1.0;
        if !inside || !(0.5..2000.0).contains(&size) {
            return;
        }
        self.put(text, x, x + dx, y, size, glyph);
    }

    fn put(&mut self, text: String, left: f32, right: f32, y: f32, size: f32, glyph: &Glyph) {
        let mark = self.marks.iter().rev().find_map(|(_, mark)| *mark);
        let artifact = self.marks.iter().any(|(artifact, _)| *artifact);
        if text.chars().all(char::is_whitespace) {
            if let Some(open) = &mut self.open {
                open.spaced = true;
            }
            return;
        }
        let gap = self.open.as_ref().map(|open| (left - open.span.right) / open.span.size.max(size));
        let fits = self.open.as_ref().zip(gap).is_some_and(|(open, gap)| {
            let span = &open.span;
            let same = span.mark == mark && span.artifact == artifact;
            // Super- and subscripts are smaller and stand a little off the baseline; they stay with their word.
            let level =
                (span.y - y).abs() < 0.45 * span.size.max(size) && (span.y - y).abs() < 0.7 * span.size.min(size);
            same && level && gap > -0.6 && gap < PART
        });
        if !fits {
            self.close();
            let span = Span { text: String::new(), left, right, y, size, ink: 0.0, artifact, page: 0, mark };
            self.open = Some(Open { span, letters: 0.0, spaced: false });
        }
        let ink = text.chars().any(char::is_alphabetic).then(|| ink(glyph, self.inks)).flatten();
        let Some(open) = &mut self.open else { return };
        let spaced = open.spaced && gap.is_none_or(|gap| gap > 0.02);
        if fits && (spaced || gap.is_some_and(|gap| gap > SPACE)) {
            open.span.text.push(' ');
        }
        open.spaced = false;
        open.span.text.push_str(&text);
        open.span.right = open.span.right.max(right);
        if let Some(ink) = ink {
            open.span.ink += ink;
            open.letters += 1.0;
        }
        // The first letters decide place and size, unless a small mark came first.
        if size > open.span.size * 1.2 {
            (open.span.size, open.span.y) = (size, y);
        }
    }
}

/// Filled area of a glyph per em square. Type 1 fonts do not state their weight to the caller; their ink does.
fn ink(glyph: &Glyph, inks: &mut HashMap<u128, f32>) -> Option<f32> {
    let Glyph::Outline(outline) = glyph else { return None };
    let key = outline.identifier().cache_key();
    Some(*inks.entry(key).or_insert_with(|| {
        let width = f64::from(outline.advance_width().unwrap_or(500.0)).max(1.0);
        (outline.outline().area().abs() / (1000.0 * width)) as f32
    }))
}

impl<'a> Device<'a> for Pen<'_> {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            self.spend();
            self.glyph(glyph, props.transform * glyph.transform());
        }
    }

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        let mark = properties.and_then(|properties| properties.get::<i32>(b"MCID".as_slice()));
        self.marks.push((tag == b"Artifact", mark));
    }

    fn end_marked_content(&mut self) {
        self.marks.pop();
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.spend();
        self.page.pictures += 1;
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.spend();
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.spend();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.spend();
    }

    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
