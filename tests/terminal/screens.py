#!/usr/bin/env python3
"""Pictures (SVG) of a terminal program's screen, taken from the real binary running in tmux.

    screens.py BINARY OUT_FOLDER [SCENE ...]

Knows: how to play keys into a program, read back its cells, and draw them so that columns and box
lines meet in any font. The scenes are in the table below.
Does not know: the cursor, blinking, images, or the emulator a reader uses; what tmux does not give
back (hyperlinks, a margin coloured by erasing to the line's end) and the shape and colour of underlines
are not drawn. A picture is one machine's real output: nothing is retouched.
Needs Python 3.11 and tmux 3.2 or later.
"""

import argparse
import itertools
import os
import re
import shlex
import subprocess
import sys
import time
import unicodedata
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path

# ---- the scenes: edit here ------------------------------------------------------------------------

ARGUMENTS = ["chat", "--no-save"]
TIMEOUT = 60.0  # seconds that a ("wait", …) may take; the first scene may have models to load


@dataclass(frozen=True)
class Scene:
    name: str  # the file is NAME.svg
    title: str
    steps: list[tuple[str, str]]  # ("type", text) | ("key", tmux name of a key) | ("wait", regex)
    columns: int = 100
    rows: int = 30
    dark: bool = True


READY = [("wait", "ready")]
QUESTION = "What is the standard deduction for a single filer in 2025?"
ANSWER = [*READY, ("type", QUESTION), ("key", "Enter"), ("wait", "✓ answered")]
DOCUMENT = [*ANSWER, ("key", "Tab"), ("type", "1"), ("wait", "Esc closes")]
WHY = [*ANSWER, ("type", "/why"), ("key", "Enter"), ("wait", "evidence +0")]
REFUSAL = [
    *READY,
    ("type", "best pizza in Leeds?"), ("key", "Enter"), ("wait", "✗ refused"),
    ("type", "what did the IRS collect in 1998"), ("key", "Enter"), ("wait", "→ deferred"),
    ("type", "how much can i put in a 401k"), ("key", "Enter"), ("wait", "✓ answered"),
]

SCENES = [
    Scene("answer", "purview: an answer, and what was looked at", ANSWER, columns=120, rows=26),
    Scene("document", "purview: the passage behind a citation", DOCUMENT, columns=130, rows=30),
    Scene("why", "purview: why it answered", WHY),
    Scene("outcomes", "purview: refused, deferred, answered", REFUSAL, dark=False, rows=26),
]


def environment(scene: Scene) -> dict[str, str]:
    return {"COLORTERM": "truecolor", "PURVIEW_THEME": "dark" if scene.dark else "light"}


# ---- a program on a screen ------------------------------------------------------------------------


class ScreenError(Exception):
    """The program did not show what was waited for; the message ends with the last screen."""


class Screen:
    """A program in a detached tmux session with a server of its own."""

    _serial = itertools.count()

    def __init__(self, command: list[str], columns: int, rows: int, env: dict[str, str] | None = None):
        self._server = f"screens-{os.getpid()}-{next(Screen._serial)}"
        variables = [part for name, value in (env or {}).items() for part in ("-e", f"{name}={value}")]
        options = {
            "default-terminal": "tmux-256color",
            "default-shell": "/bin/sh",
            "status": "off",  # it would take a row
            "remain-on-exit": "on",  # so that the last words of a program that ends can be read
        }
        settings = [part for name, value in options.items() for part in ("set", "-g", name, value, ";")]
        size = ["-x", str(columns), "-y", str(rows)]
        # The escape time is how long tmux holds a lone Esc back.
        self._tmux("-f", "/dev/null", "set", "-s", "escape-time", "0", ";", *settings,
                   "new-session", "-d", *size, *variables, "exec " + shlex.join(command))  # fmt: skip

    def _tmux(self, *arguments: str) -> str:
        # An outer tmux and a wish for no colour are the caller's, not the program's.
        env = {name: value for name, value in os.environ.items() if name not in ("TMUX", "TMUX_PANE", "NO_COLOR")}
        done = subprocess.run(["tmux", "-u", "-L", self._server, *arguments], env=env, capture_output=True, text=True)
        if done.returncode != 0:
            raise ScreenError(f"tmux {shlex.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def keys(self, *keys: str) -> None:
        """Press keys by tmux's names: Enter, Tab, Escape, C-c, PageUp, F1…"""
        self._tmux("send-keys", "--", *keys)

    def text(self, text: str) -> None:
        # tmux takes a `;` that ends an argument for the end of the command
        self._tmux("send-keys", "-l", "--", re.sub(r";$", r"\\;", text))

    def plain(self) -> str:
        return self._tmux("capture-pane", "-p")

    def capture(self) -> str:
        """The screen with its SGR escapes. A style goes on over line ends until it is changed."""
        return self._tmux("capture-pane", "-e", "-p", "-N")  # -N: else a coloured margin is cut off

    def wait_for(self, regex: str, timeout: float = TIMEOUT) -> None:
        end = time.monotonic() + timeout
        while not re.search(regex, screen := self.plain(), re.MULTILINE):
            dead, status = self._tmux("display-message", "-p", "#{pane_dead} #{pane_dead_status}").split(" ")
            if dead == "1":
                everything = self._tmux("capture-pane", "-p", "-S", "-").strip()  # its last words may have scrolled off
                raise ScreenError(f"the program ended ({status.strip()}) before `{regex}` was seen:\n{everything}")
            if time.monotonic() > end:
                raise ScreenError(f"`{regex}` was not seen in {timeout:g} s:\n{screen.rstrip()}")
            time.sleep(0.05)

    def settle(self, still: float = 0.3, timeout: float = 5.0) -> str:
        """The capture once nothing has changed for `still` seconds."""
        end = time.monotonic() + timeout
        last, since = self.capture(), time.monotonic()
        while time.monotonic() - since < still:
            if time.monotonic() > end:
                raise ScreenError(f"the screen did not stand still within {timeout:g} s:\n{self.plain().rstrip()}")
            time.sleep(0.05)
            if (now := self.capture()) != last:
                last, since = now, time.monotonic()
        return last

    def close(self) -> None:
        socket = self._tmux("display-message", "-p", "#{socket_path}").strip()
        self._tmux("kill-server")
        Path(socket).unlink(missing_ok=True)  # tmux may leave it

    def __enter__(self) -> "Screen":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


# ---- coloured text to runs ------------------------------------------------------------------------

Colour = int | str | None  # number in the 256-colour table, "#rrggbb", or the terminal's own


@dataclass(frozen=True)
class Style:
    fg: Colour = None
    bg: Colour = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False
    strike: bool = False


@dataclass
class Run:
    column: int
    style: Style
    clusters: list[tuple[str, int]] = field(default_factory=list)  # (a character and its marks, columns)

    @property
    def columns(self) -> int:
        return sum(columns for _, columns in self.clusters)


def width(character: str) -> int:
    """Columns that a character takes: 0, 1 or 2."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf") or "\u1160" <= character <= "\u11ff":
        return 0  # marks, joiners, and the vowels and finals of decomposed Hangul
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


SWITCHES = {
    1: {"bold": True}, 2: {"dim": True}, 3: {"italic": True}, 4: {"underline": True}, 7: {"reverse": True},
    9: {"strike": True}, 21: {"underline": True}, 22: {"bold": False, "dim": False}, 23: {"italic": False},
    24: {"underline": False}, 27: {"reverse": False}, 29: {"strike": False}, 39: {"fg": None}, 49: {"bg": None},
}  # fmt: skip
TARGETS = {38: "fg", 48: "bg", 58: None}  # 58 colours an underline: read past


def restyle(style: Style, parameters: str) -> Style:
    """The style after `ESC [ parameters m` (ECMA-48 8.3.117; 38 and 48 as in ITU-T T.416 and xterm)."""
    codes = iter(parameters.split(";"))
    for code in codes:
        number, *sub = [int(part or 0) for part in code.split(":")]
        if number == 0:
            style = Style()
        elif number in TARGETS:
            if not sub:  # 38;5;n and 38;2;r;g;b
                sub = [int(next(codes, 0) or 0)]
                sub += [int(part or 0) for part in itertools.islice(codes, 3 if sub[0] == 2 else 1)]
            colour: Colour = sub[-1] if sub[0] == 5 else "#{:02x}{:02x}{:02x}".format(*sub[-3:])
            style = replace(style, **{TARGETS[number]: colour}) if TARGETS[number] else style
        elif code == "4:0":
            style = replace(style, underline=False)
        elif 30 <= number <= 37 or 90 <= number <= 97:
            style = replace(style, fg=number - 30 if number < 40 else number - 82)
        elif 40 <= number <= 47 or 100 <= number <= 107:
            style = replace(style, bg=number - 40 if number < 50 else number - 92)
        else:
            style = replace(style, **SWITCHES.get(number, {}))
    return style


TOKEN = re.compile(r"\x1b\[([\d;:]*)m|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\].*?(?:\x07|\x1b\\)|([^\x1b])", re.DOTALL)
LINE_DRAWING = dict(zip("jklmnqtuvwx`a~", "┘┐┌└┼─├┤┴┬│◆▒·"))  # the VT100's, which tmux sets between SO and SI


def parse(captured: str) -> list[list[Run]]:
    """The runs of every line; a style lasts over line ends, as tmux writes it."""
    style, drawing, lines = Style(), False, []
    for line in captured.removesuffix("\n").split("\n"):
        runs, column = [], 0
        for token in TOKEN.finditer(line):
            parameters, character = token.groups()
            if parameters is not None:
                style = restyle(style, parameters)
            elif character in ("\x0e", "\x0f"):
                drawing = character == "\x0e"
            elif character and character >= " ":
                character = LINE_DRAWING.get(character, character) if drawing else character
                if not runs or runs[-1].style != style:
                    runs.append(Run(column, style))
                if (columns := width(character)) == 0 and runs[-1].clusters:
                    base, taken = runs[-1].clusters[-1]
                    runs[-1].clusters[-1] = (base + character, taken)
                else:
                    runs[-1].clusters.append((character, columns))
                column += columns
        lines.append(runs)
    return lines


# ---- runs to a picture ----------------------------------------------------------------------------

FONT_SIZE = 14
CELL, LINE = 8.4, 17.0  # 0.6 em is what common monospaced fonts advance; a line's half is on a half pixel: sharp borders
BASELINE = 12.5  # from the top of a line
MARGIN, BAR = 12, 34
FONTS = "ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono','Noto Sans Mono CJK KR',monospace"


@dataclass(frozen=True)
class Palette:
    bg: str
    fg: str
    frame: str
    title: str
    ansi: list[str]


# GitHub's terminal colours (primer/primitives, `ansi`), since there the pictures are seen.
DARK = Palette("#0d1117", "#e6edf3", "#30363d", "#9198a1", (
    "#484f58 #ff7b72 #3fb950 #d29922 #58a6ff #bc8cff #39c5cf #b1bac4 "
    "#6e7681 #ffa198 #56d364 #e3b341 #79c0ff #d2a8ff #56d4dd #ffffff").split())  # fmt: skip
LIGHT = Palette("#ffffff", "#1f2328", "#d1d9e0", "#59636e", (
    "#24292f #cf222e #116329 #4d2d00 #0969da #8250df #1b7c83 #6e7781 "
    "#57606a #a40e26 #1a7f37 #633c01 #218bff #a475f9 #3192aa #8c959f").split())  # fmt: skip


def rgb(colour: Colour, palette: Palette, default: str) -> str:
    """`#rrggbb`; numbers from 16 up are xterm's 6×6×6 cube and its 24 greys."""
    if colour is None or isinstance(colour, str):
        return colour or default
    if colour < 16:
        return palette.ansi[colour]
    if colour < 232:
        levels = [0, 95, 135, 175, 215, 255]
        red, green, blue = (levels[(colour - 16) // step % 6] for step in (36, 6, 1))
        return f"#{red:02x}{green:02x}{blue:02x}"
    return f"#{8 + 10 * (colour - 232):02x}" + f"{8 + 10 * (colour - 232):02x}" * 2


def num(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def rect(x: float, y: float, wide: float, high: float, fill: str, more: str = "") -> str:
    return f'<rect x="{num(x)}" y="{num(y)}" width="{num(wide)}" height="{num(high)}" fill="{fill}"{more}/>'


ARMS = {"UP": "u", "DOWN": "d", "LEFT": "l", "RIGHT": "r", "VERTICAL": "ud", "HORIZONTAL": "lr"}
BLOCKS = {"▀": (0, 0, 1, 0.5), "▐": (0.5, 0, 0.5, 1), "▔": (0, 0, 1, 0.125), "▕": (0.875, 0, 0.125, 1)}
BLOCKS |= {chr(0x2580 + n): (0, 1 - n / 8, 1, n / 8) for n in range(1, 9)}  # ▁…█ rise from below
BLOCKS |= {chr(0x2590 - n): (0, 0, n / 8, 1) for n in range(1, 8)}  # ▏…▉ grow from the left
SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75}


def drawn(character: str, x: float, y: float, wide: float, colour: str) -> str | None:
    """A line or block as a shape that reaches its cell's edges, as a glyph of the reader's font might not.

    `wide` is more than a cell where the character is repeated. None: it is a matter for the font.
    """
    crisp = ' shape-rendering="crispEdges"'  # no seams between neighbours
    if character in SHADES:
        return rect(x, y, wide, LINE, colour, f' fill-opacity="{SHADES[character]}"{crisp}')
    if block := BLOCKS.get(character):
        left, top, part, high = block
        return rect(x + left * wide, y + top * LINE, part * wide, high * LINE, colour, crisp)
    name = unicodedata.name(character[0], "")
    if not name.startswith("BOX DRAWINGS ") or re.search("DASH|DIAGONAL", name):
        return None
    middle_x, middle_y = x + wide / 2, y + LINE / 2
    ends = {"u": (middle_x, y), "d": (middle_x, y + LINE), "l": (x, middle_y), "r": (x + wide, middle_y)}
    if "ARC" in name:
        points = [ends["u" if "UP" in name else "d"], (middle_x, middle_y), ends["l" if "LEFT" in name else "r"]]
        path = "M{} {}Q{} {} {} {}".format(*(num(part) for point in points for part in point))
        return f'<path d="{path}" stroke="{colour}" fill="none"/>'
    shapes, thick = [], 1.0
    for clause in name.removeprefix("BOX DRAWINGS ").split(" AND "):  # "DOWN LIGHT AND HORIZONTAL HEAVY"
        words = clause.split()
        if "DOUBLE" in words and character not in "═║":
            return None
        thick = 2.2 if "HEAVY" in words else 1.0 if {"LIGHT", "SINGLE"} & set(words) else thick
        path = ""
        for arm in "".join(ARMS.get(word, "") for word in words):
            for shift in (-1.5, 1.5) if "DOUBLE" in words else (0,):
                dx, dy = (shift, 0) if arm in "ud" else (0, shift)
                path += f"M{num(middle_x + dx)} {num(middle_y + dy)}L{num(ends[arm][0] + dx)} {num(ends[arm][1] + dy)}"
        shapes.append(f'<path d="{path}" stroke="{colour}" stroke-width="{thick:g}" stroke-linecap="square"/>')
    return "".join(shapes)


def written(run: Run, x: float, y: float, colour: str) -> list[str]:
    """A run's characters: ASCII in stretches of a fixed length, any other in the middle of its own cells."""
    look = f' fill="{colour}"' + ' font-weight="bold"' * run.style.bold + ' font-style="italic"' * run.style.italic
    shapes = []
    for kind, group in itertools.groupby(run.clusters, key=lambda cluster: cluster[0].isascii() or cluster):
        group = list(group)
        wide = sum(columns for _, columns in group) * CELL
        if kind is True:
            text = "".join(cluster for cluster, _ in group)
            if shown := text.strip():
                start = x + (len(text) - len(text.lstrip())) * CELL
                place = f'x="{num(start)}" y="{num(y + BASELINE)}" textLength="{num(len(shown) * CELL)}"'
                shapes.append(f"<text {place}{look}>{escape(shown)}</text>")
        elif kind[0] in "─━═█":  # a border or a bar: one shape for the length of it
            shapes.append(drawn(kind[0], x, y, wide, colour))
        else:
            each = wide / len(group)
            for n, (cluster, _) in enumerate(group):
                place = f'x="{num(x + (n + 0.5) * each)}" y="{num(y + BASELINE)}" text-anchor="middle"'
                glyph = f"<text {place}{look}>{escape(cluster)}</text>" if cluster.strip() else ""
                shapes.append(drawn(cluster, x + n * each, y, each, colour) or glyph)
        x += wide
    return [shape for shape in shapes if shape]


def painted(run: Run, top: float, palette: Palette) -> list[str]:
    """A run: its background, its characters, its lines."""
    style, x, wide = run.style, MARGIN + run.column * CELL, run.columns * CELL
    fg, bg = rgb(style.fg, palette, palette.fg), rgb(style.bg, palette, palette.bg)
    if style.reverse:
        fg, bg = bg, fg
    shapes = written(run, x, top, fg)
    if style.underline:
        shapes.append(rect(x, top + BASELINE + 2, wide, 1, fg))
    if style.strike:
        shapes.append(rect(x, top + BASELINE - 4.5, wide, 1, fg))
    if style.dim and shapes:
        shapes = ['<g opacity="0.6">', *shapes, "</g>"]
    return shapes if bg == palette.bg else [rect(x, top, wide, LINE, bg, ' shape-rendering="crispEdges"'), *shapes]


def svg(lines: list[list[Run]], columns: int, rows: int, title: str, dark: bool = True) -> str:
    """A picture that asks for nothing from outside: a window frame around `rows` lines of runs."""
    palette = DARK if dark else LIGHT
    wide, high = columns * CELL + 2 * MARGIN, rows * LINE + BAR + MARGIN
    dots = "".join(f'<circle cx="{18 + 18 * i}" cy="{BAR / 2:g}" r="5.5" fill="{colour}"/>'
                   for i, colour in enumerate(("#ff5f57", "#febc2e", "#28c840")))  # fmt: skip
    size = f'width="{num(wide)}" height="{num(high)}" viewBox="0 0 {num(wide)} {num(high)}"'
    place = f'x="{num(wide / 2)}" y="{num(BAR / 2 + 4.5)}" text-anchor="middle"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-size="{FONT_SIZE}" font-family="{FONTS}">',
        f"<title>{escape(title)}</title>",
        "<style>text{white-space:pre}</style>",
        rect(0.5, 0.5, wide - 1, high - 1, palette.bg, f' rx="8" stroke="{palette.frame}"'),
        dots,
        f'<text {place} font-size="13" fill="{palette.title}">{escape(title)}</text>',
    ]
    for row, runs in enumerate(lines[:rows]):
        shapes = [shape for run in runs for shape in painted(run, BAR + row * LINE, palette)]
        parts.append("".join(shapes))
    return "\n".join(part for part in parts if part) + "\n</svg>\n"


# ---- playing the scenes ---------------------------------------------------------------------------


def play(scene: Scene, binary: str) -> str:
    """The picture at the end of a scene."""
    with Screen([binary, *ARGUMENTS], scene.columns, scene.rows, environment(scene)) as screen:
        actions = {"type": screen.text, "key": screen.keys, "wait": screen.wait_for}
        for action, argument in scene.steps:
            actions[action](argument)
        return svg(parse(screen.settle()), scene.columns, scene.rows, scene.title, scene.dark)


def main() -> int:
    names = [scene.name for scene in SCENES]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path)
    parser.add_argument("out", type=Path, help="folder for the pictures; made if it is not there")
    parser.add_argument("scene", nargs="*", metavar="SCENE", help=f"only these, of: {', '.join(names)}")
    args = parser.parse_args()
    if unknown := set(args.scene) - set(names):
        parser.error(f"no scene `{min(unknown)}`; there are: {', '.join(names)}")
    if not os.access(args.binary, os.X_OK):
        parser.error(f"`{args.binary}` is no program that can be run")
    args.out.mkdir(parents=True, exist_ok=True)
    failed = 0
    for scene in SCENES:
        if args.scene and scene.name not in args.scene:
            continue
        path = args.out / f"{scene.name}.svg"
        try:
            path.write_text(play(scene, str(args.binary.resolve())), encoding="utf-8")
            print(path)
        except ScreenError as error:
            failed += 1
            print(f"error: scene `{scene.name}`: {error}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
