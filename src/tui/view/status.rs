//! The line above the draft and the line below it: what is being done, and what answers.

use ratatui::{Frame, layout::Rect, text::Span};

use crate::{
    pack::Mode,
    tui::{
        app::App,
        message::Opened,
        text::{drawable, width},
    },
};

/// Pictures of the wheel that turns while something is done.
const WHEEL: [&str; 4] = ["◐", "◓", "◑", "◒"];

/// The rule above the draft: what is being done on the left, what is out of sight on the right.
pub fn rule(app: &App, area: Rect, frame: &mut Frame<'_>) {
    if area.is_empty() {
        return;
    }
    let columns = usize::from(area.width);
    let buffer = frame.buffer_mut();
    buffer.set_stringn(area.x, area.y, "─".repeat(columns), columns, app.theme.border);
    let mut room = columns;
    if let below @ 1.. = app.transcript.below() {
        let text = format!(" ↓ {below} more · End ");
        let x = area.right().saturating_sub(width(&text) as u16 + 2).max(area.x);
        buffer.set_stringn(x, area.y, &text, columns, app.theme.accent);
        room = usize::from(x.saturating_sub(area.x));
    }
    if let Some(what) = app.busy_with() {
        let stop = if app.is_answering() { " · Esc stops" } else { "" };
        let text = format!(" {} {}{stop} ", WHEEL[app.tick % WHEEL.len()], drawable(&what));
        buffer.set_stringn(area.x + 1.min(area.width), area.y, text, room.saturating_sub(1), app.theme.accent);
    }
}

/// The line at the bottom: pack and version, model, context used, tokens a second, as-of date; how to get help.
pub fn status(app: &App, area: Rect, frame: &mut Frame<'_>) {
    if area.is_empty() {
        return;
    }
    let theme = &app.theme;
    let mut parts: Vec<String> = Vec::new();
    match app.ready.as_slice() {
        [first, others @ ..] => {
            parts.push(names(&app.ready));
            parts.push("ready".into());
            parts.extend(app.renewal());
            parts.push(match (app.ready.iter().find_map(|opened| opened.generator.as_ref()), first.mode) {
                (Some(name), _) => name.clone(),
                (None, Mode::Auto | Mode::Extract | Mode::Generate | Mode::Quote) => "quotes only".into(),
            });
            if let Some(usage) = app.usage {
                let used = usage.prompt_tokens + usage.tokens;
                parts.push(format!("context {used} of {}", usage.context_tokens));
                parts.extend(usage.tokens_per_second.map(|rate| format!("{rate:.0} tokens/s")));
            }
            let day = first.as_of.as_ref().filter(|_| others.iter().all(|opened| opened.as_of == first.as_of));
            parts.extend(day.map(|day| format!("as of {day}")));
        }
        [] => parts.push(if app.busy_with().is_some() { "opening".into() } else { "no pack is open".into() }),
    }
    let help = "F1 help ";
    let room = usize::from(area.width).saturating_sub(width(help) + 2);
    // What does not fit is left out from the end, whole.
    let mut text = String::new();
    for part in parts.iter().map(|part| drawable(part)) {
        let longer = if text.is_empty() { format!(" {part}") } else { format!("{text} · {part}") };
        if width(&longer) > room {
            break;
        }
        text = longer;
    }
    let buffer = frame.buffer_mut();
    buffer.set_span(area.x, area.y, &Span::styled(text, theme.dim), area.width);
    if usize::from(area.width) > width(help) {
        let x = area.right() - width(help) as u16;
        buffer.set_span(x, area.y, &Span::styled(help, theme.dim), area.width);
    }
}

/// Which packs answer; many are counted.
fn names(packs: &[Opened]) -> String {
    match packs {
        [one] => one.label.clone(),
        [one, other] => format!("{} + {}", one.name(), other.name()),
        many => format!("{} packs", many.len()),
    }
}
