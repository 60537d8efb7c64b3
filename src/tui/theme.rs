//! How things look: a style for each role a piece of text can have. Says nothing that is not also said in words or
//! symbols, so that every theme, also the one without colour, shows the same.

use ratatui::style::{Color, Modifier, Style};

use crate::settings::Look;

/// A style for each role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Which one it is.
    pub look: Look,
    /// What is read.
    pub text: Style,
    /// What may be overlooked.
    pub dim: Style,
    /// What can be acted on.
    pub accent: Style,
    /// Headings.
    pub heading: Style,
    /// Strong text.
    pub strong: Style,
    /// Emphasised text.
    pub emphasis: Style,
    /// Code.
    pub code: Style,
    /// Quoted blocks.
    pub quote: Style,
    /// A link's text.
    pub link: Style,
    /// `[1]`.
    pub citation: Style,
    /// The quoted span in its document.
    pub highlight: Style,
    /// Lines around things.
    pub border: Style,
    /// Lines around what has the focus.
    pub focus: Style,
    /// The chosen line of a list.
    pub selected: Style,
    /// Went well.
    pub good: Style,
    /// To know of.
    pub warning: Style,
    /// Went wrong.
    pub bad: Style,
}

/// Black on pale yellow by their numbers among the 256: the sixteen colours are the terminal's to choose, and its black is
/// often a grey that cannot be read on its yellow.
const HIGHLIGHT: (Color, Color) = (Color::Indexed(16), Color::Indexed(222));

impl Theme {
    /// The theme of a look.
    pub fn of(look: Look) -> Self {
        match look {
            Look::Dark => coloured(look, Color::DarkGray, Color::Cyan, Color::Yellow),
            Look::Light => coloured(look, Color::DarkGray, Color::Blue, Color::Magenta),
            Look::HighContrast => Self {
                dim: Style::new(),
                border: Style::new(),
                highlight: Style::new().fg(Color::Black).bg(Color::White),
                ..coloured(look, Color::Reset, Color::Reset, Color::Reset)
            },
            Look::NoColour => plain(),
        }
    }
}

fn plain() -> Theme {
    let (none, bold) = (Style::new(), Style::new().add_modifier(Modifier::BOLD));
    let reversed = Style::new().add_modifier(Modifier::REVERSED);
    let underlined = Style::new().add_modifier(Modifier::UNDERLINED);
    Theme {
        look: Look::NoColour,
        text: none,
        dim: Style::new().add_modifier(Modifier::DIM),
        accent: bold,
        heading: bold.add_modifier(Modifier::UNDERLINED),
        strong: bold,
        emphasis: Style::new().add_modifier(Modifier::ITALIC),
        code: none,
        quote: Style::new().add_modifier(Modifier::ITALIC),
        link: underlined,
        citation: bold,
        highlight: reversed,
        border: none,
        focus: bold,
        selected: reversed,
        good: bold,
        warning: bold,
        bad: bold,
    }
}

fn coloured(look: Look, dim: Color, accent: Color, code: Color) -> Theme {
    let plain = plain();
    let bold = |colour: Color| Style::new().fg(colour).add_modifier(Modifier::BOLD);
    Theme {
        look,
        dim: Style::new().fg(dim),
        accent: bold(accent),
        heading: bold(accent),
        code: Style::new().fg(code),
        link: Style::new().fg(accent).add_modifier(Modifier::UNDERLINED),
        citation: bold(accent),
        highlight: Style::new().fg(HIGHLIGHT.0).bg(HIGHLIGHT.1),
        border: Style::new().fg(dim),
        focus: Style::new().fg(accent),
        good: bold(Color::Green),
        warning: bold(if look == Look::Light { Color::Magenta } else { Color::Yellow }),
        bad: bold(Color::Red),
        ..plain
    }
}
