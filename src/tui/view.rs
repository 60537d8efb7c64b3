//! The chat as it is drawn. Takes the app as it is and changes nothing in it; where things stand on the screen is
//! worked out in `Areas`, by which the app's lines are made beforehand.

mod list;
mod status;

use ratatui::{
    Frame,
    layout::{Position, Rect, Size},
    text::{Line, Span},
    widgets::{Block, Borders, Clear, Padding, Paragraph, Widget},
};

use super::{
    app::{App, Overlay},
    commands,
    page::source_lines,
    text::drawable,
    wrap::wrap,
};

/// Columns from which the sources stand beside the conversation.
const WIDE: u16 = 110;
/// Columns left of the conversation, where a bar marks the selected turn.
const GUTTER: u16 = 2;
/// Columns of the prompt.
const PROMPT: u16 = 2;
/// Rows that a notice or the commands to choose from take at most.
const ASIDE: u16 = 6;

/// Where things stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Areas {
    transcript: Rect,
    /// The sources, or a page in their place.
    beside: Rect,
    page: Rect,
    list: Rect,
    aside: Rect,
    rule: Rect,
    composer: Rect,
    status: Rect,
}

/// Columns that the draft is wrapped at on a screen so wide.
pub fn composer_width(columns: u16) -> u16 {
    columns.saturating_sub(PROMPT + 1).max(1)
}

impl Areas {
    fn of(app: &App) -> Self {
        let (columns, rows) = app.size;
        let draft = app.draft.layout(composer_width(columns)).rows.len() as u16;
        let aside = aside(app, columns).len() as u16;
        let mut bottom = rows;
        let mut take = |wanted: u16, left: u16| {
            let height = wanted.min(bottom.saturating_sub(left));
            bottom -= height;
            Rect { x: 0, y: bottom, width: columns, height }
        };
        // What matters most is given its rows first: the draft, the status, the conversation.
        let status = take(1, 1);
        let composer = take(draft.clamp(1, (rows / 3).max(1)), 0);
        let rule = take(1, 3);
        let aside = take(aside, 3);
        let main = Rect { x: 0, y: 0, width: columns, height: bottom };
        let is_wide = columns >= WIDE;
        let share = if matches!(app.overlay, Some(Overlay::Page(_))) { 55 } else { 36 };
        let width = if is_wide { (u32::from(columns) * share / 100) as u16 } else { 0 };
        let beside = Rect { x: columns - width, width, ..main };
        let list = match &app.overlay {
            Some(Overlay::List(list)) => {
                let height = (list.shown().len() as u16).saturating_add(2).min(main.height);
                Rect { y: main.height - height, height, ..main }
            }
            _ => Rect::default(),
        };
        let transcript = Rect { width: columns - width, height: main.height - list.height, ..main };
        let beside = Rect { height: transcript.height, ..beside };
        Self { transcript, beside, page: if is_wide { beside } else { main }, list, aside, rule, composer, status }
    }
}

/// Makes the lines of what has changed, so that drawing only copies.
pub fn lay_out(app: &mut App) {
    let areas = Areas::of(app);
    let theme = app.theme;
    let width = areas.transcript.width.saturating_sub(GUTTER + 1);
    app.transcript.lay_out(width, areas.transcript.height, &theme, areas.beside.width > 0);
    let subject = match &app.overlay {
        Some(Overlay::Page(page)) => page.subject.clone(),
        _ => return,
    };
    let turn = app.turn_of(&subject).cloned();
    let documents = app.documents(turn.as_ref());
    if let Some(Overlay::Page(page)) = &mut app.overlay {
        let inner = page_block().inner(areas.page);
        page.lay_out(inner.width, inner.height, &theme, turn.as_ref(), documents.as_deref().unwrap_or_default());
    }
}

/// Draws the chat, whose lines [`lay_out`] has made. A screen that has just changed its size is drawn when the app
/// has heard of it.
pub fn draw(app: &App, frame: &mut Frame<'_>) {
    if frame.area().as_size() != Size::from(app.size) || frame.area().is_empty() {
        return;
    }
    let areas = Areas::of(app);
    transcript(app, areas.transcript, frame);
    if areas.beside.width > 0 {
        sources(app, areas.beside, frame);
    }
    frame.render_widget(Paragraph::new(aside(app, areas.aside.width)), areas.aside);
    status::rule(app, areas.rule, frame);
    status::status(app, areas.status, frame);
    let writing = composer(app, areas.composer, frame);
    let cursor = match &app.overlay {
        Some(Overlay::Page(_)) => {
            page(app, areas.page, frame);
            None
        }
        Some(Overlay::List(shown)) => list::list(app, shown, areas.list, frame),
        None => (!app.in_transcript).then_some(writing).flatten(),
    };
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

fn transcript(app: &App, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    for (row, (selected, line)) in app.transcript.visible().take(usize::from(area.height)).enumerate() {
        let y = area.y + row as u16;
        if selected && app.in_transcript {
            buffer.set_stringn(area.x, y, "▌", usize::from(area.width), app.theme.focus);
        }
        let x = area.x + GUTTER.min(area.width);
        buffer.set_line(x, y, line, area.width.saturating_sub(GUTTER));
    }
}

/// The passages that were looked at, and which of them are cited.
fn sources(app: &App, area: Rect, frame: &mut Frame<'_>) {
    let theme = &app.theme;
    let block = Block::new().borders(Borders::LEFT).border_style(theme.border);
    let inner = block.inner(area);
    let width = inner.width.saturating_sub(2);
    let mut lines = vec![Line::styled("Sources", theme.heading)];
    if let Some(turn) = app.transcript.current() {
        for source in turn.sources.iter().take(usize::from(inner.height)) {
            lines.extend(source_lines(source, turn, width, theme));
        }
    }
    if lines.len() == 1 {
        lines.extend(wrap(&[Span::styled("what is looked at for an answer stands here", theme.dim)], width, &[], &[]));
    }
    block.render(area, frame.buffer_mut());
    frame.render_widget(Paragraph::new(lines), Rect { x: inner.x + 1.min(inner.width), width, ..inner });
}

fn page_block() -> Block<'static> {
    Block::bordered().padding(Padding::horizontal(1))
}

fn page(app: &App, area: Rect, frame: &mut Frame<'_>) {
    let Some(Overlay::Page(page)) = &app.overlay else { return };
    let theme = &app.theme;
    let more = if page.below() > 0 { format!(" ↓ {} more ", page.below()) } else { String::new() };
    let block = page_block()
        .border_style(theme.focus)
        .title(Line::styled(format!(" {} ", page.title), theme.heading))
        .title_bottom(Line::styled(" Esc closes · ↑↓ PgUp PgDn ", theme.dim))
        .title_bottom(Line::styled(more, theme.accent).right_aligned());
    frame.render_widget(Clear, area);
    let inner = block.inner(area);
    block.render(area, frame.buffer_mut());
    for (row, line) in page.visible().iter().take(usize::from(inner.height)).enumerate() {
        frame.buffer_mut().set_line(inner.x, inner.y + row as u16, line, inner.width);
    }
}

/// What stands above the draft: the commands that it may become, or something said in passing.
fn aside(app: &App, columns: u16) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let possible = if app.overlay.is_none() { commands::completions(app.draft.text()) } else { Vec::new() };
    let mut lines: Vec<Line<'static>> = Vec::new();
    for (at, command) in possible.into_iter().take(usize::from(ASIDE)).enumerate() {
        let name = format!("  {} {}", command.name, command.argument);
        let style = if at == 0 { theme.accent } else { theme.text };
        lines.push(Line::from(vec![Span::styled(format!("{name:<20}"), style), Span::styled(command.help, theme.dim)]));
    }
    if let (true, Some(notice)) = (lines.is_empty(), &app.notice) {
        let (mark, style) = if notice.is_bad { ("‼ ", theme.bad) } else { ("· ", theme.accent) };
        let text = [Span::styled(drawable(&notice.text), theme.text)];
        lines = wrap(&text, columns, &[Span::styled(mark, style)], &[Span::raw("  ")]);
        lines.truncate(usize::from(ASIDE));
    }
    lines
}

/// The draft, as much as there is room for around the cursor; where the cursor is.
fn composer(app: &App, area: Rect, frame: &mut Frame<'_>) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let theme = &app.theme;
    let layout = app.draft.layout(composer_width(app.size.0));
    let height = usize::from(area.height);
    let first = (layout.cursor.0 + 1).saturating_sub(height).min(layout.rows.len().saturating_sub(height));
    let buffer = frame.buffer_mut();
    buffer.set_stringn(area.x, area.y, "› ", usize::from(area.width), theme.accent);
    let left = area.x + PROMPT.min(area.width - 1);
    for (at, row) in layout.rows.iter().skip(first).take(height).enumerate() {
        let room = usize::from(area.right() - left);
        buffer.set_stringn(left, area.y + at as u16, app.draft.shown(row), room, theme.text);
    }
    if app.draft.is_empty() {
        let hint = if app.in_transcript { "1–9 open a citation, Esc goes back" } else { "Ask, or / for commands" };
        buffer.set_stringn(left, area.y, hint, usize::from(area.right() - left), theme.dim);
    }
    let x = (left + layout.cursor.1).min(area.right() - 1);
    Some(Position { x, y: area.y + (layout.cursor.0 - first) as u16 })
}
