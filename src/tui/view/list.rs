//! A list to choose from, over the lower part of the conversation.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    text::Line,
    widgets::{Block, Clear, Widget},
};

use crate::tui::{
    app::App,
    list::List,
    text::{drawable, width},
};

/// Draws it; where the cursor stands if the list is being narrowed.
pub fn list(app: &App, list: &List, area: Rect, frame: &mut Frame<'_>) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let theme = &app.theme;
    let title = if list.narrowed.is_empty() {
        format!(" {} ", drawable(&list.title))
    } else {
        format!(" {}: {}", drawable(&list.title), drawable(&list.narrowed))
    };
    let keys =
        if list.is_replies { " ↑↓ Enter, or its number " } else { " ↑↓ Enter · type to narrow · Esc " };
    let cursor = (!list.is_replies)
        .then(|| Position { x: (area.x + 1 + width(&title) as u16).min(area.right() - 1), y: area.y });
    let block = Block::bordered()
        .border_style(theme.focus)
        .title(Line::styled(title, theme.heading))
        .title_bottom(Line::styled(keys, theme.dim));
    frame.render_widget(Clear, area);
    let inner = block.inner(area);
    block.render(area, frame.buffer_mut());
    let shown = list.shown();
    let chosen = shown.iter().position(|(chosen, _)| *chosen).unwrap_or(0);
    let height = usize::from(inner.height);
    let first = (chosen + 1).saturating_sub(height);
    let columns = usize::from(inner.width);
    for (row, (at, (is_chosen, item))) in shown.iter().enumerate().skip(first).take(height).enumerate() {
        let (mark, style) = if *is_chosen { ("› ", theme.selected) } else { ("  ", theme.text) };
        let number = if list.is_replies { format!("{}. ", at + 1) } else { String::new() };
        let label = format!("{mark}{number}{}", drawable(&item.label));
        let y = inner.y + row as u16;
        let (end, _) = frame.buffer_mut().set_stringn(inner.x, y, label, columns, style);
        let room = usize::from(inner.right().saturating_sub(end)).saturating_sub(2);
        let detail = drawable(&item.detail);
        if !detail.is_empty() && room > 4 {
            frame.buffer_mut().set_stringn(end + 2, y, detail, room, theme.dim);
        }
    }
    cursor
}
