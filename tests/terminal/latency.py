#!/usr/bin/env python3
"""How long `purview chat` takes from Enter to the first sources on the screen, and what it costs when idle.

    latency.py BINARY PACK [-n 20]

Knows: a pseudo-terminal, and as much of a screen (100×30) as ratatui's output needs. It sends a
question, writes Enter, and takes the time at which the first frame was read that shows a source
below that question.
Does not know: how long a real terminal takes to paint, whether an answer is right, or escape
sequences beyond cursor moves, erasing and line feeds (no scroll regions, no inserting or deleting).
The index should be warm: run the chat once before. Use a release build and an idle machine.
Needs Python 3.11, Linux, and `screens.py` beside it.
"""

import argparse
import codecs
import fcntl
import math
import os
import re
import select
import signal
import statistics
import struct
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

from screens import width

READY = "ready"
MARKER = r"\[1\]|\b1\.\s"  # a source, as the screen shows it below the question
ROWS, COLUMNS = 30, 100
BEFORE_ENTER, BETWEEN = 0.150, 1.0  # seconds without output: the draft is drawn; the answer is over
GAP, LONGEST_FRAME = 0.001, 0.020  # seconds without output that end a frame; what else ends one
IDLE = 10.0  # seconds of idling
PATIENCE = 60.0  # seconds for anything but a source: start, streaming, end

# In a hurry, without capitals, misspelt; each shorter than a line, so that it is found again on the screen.
QUESTIONS = [
    "whats the standard deduction for single",
    "standard deducton married jointly 2025",
    "when r taxes due",
    "how do i get an extention to file",
    "can i deduct my home ofice",
    "do i gotta report crypto",
    "child tax credit how much per kid",
    "is social securty taxed",
    "how much can i put in a ira",
    "whats the milage rate for business",
    "do i pay tax on selling my house",
    "what happens if i file late",
    "earned income credit who qualifys",
    "can i claim my mom as dependant",
    "student loan intrest deduction limit",
    "are tips taxable",
    "do i need to pay estimated tax freelancer",
    "capital gains rate long term",
    "medical expences deductible?",
    "how to amend a return i already sent",
]


class Fault(Exception):
    """The program did not do what the measurement needs."""


class Cells:
    """What stands on the screen."""

    TOKEN = re.compile(
        r"\x1b\[(?P<parameters>[0-?]*)[ -/]*(?P<final>[@-~])"
        r"|\x1b(?P<string>[\]P_^X]).*?(?:\x07|\x1b\\)"
        r"|\x1b[ -/]*[0-OQ-WYZ\\`-~]"
        r"|(?P<plain>[^\x1b]+)",
        re.DOTALL,
    )

    def __init__(self, rows: int, columns: int):
        self.rows, self.columns = rows, columns
        self.row = self.column = 0
        self.lines = [[" "] * columns for _ in range(rows)]
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""  # an escape sequence of which the end is still to come

    def feed(self, output: bytes) -> list[str]:
        """Apply output; the queries in it that a terminal would answer."""
        text, at, queries = self._rest + self._decoder.decode(output), 0, []
        while at < len(text) and (token := self.TOKEN.match(text, at)):
            at = token.end()
            if token["plain"]:
                for character in token["plain"]:
                    self._put(character)
            elif token["final"]:
                self._control(token["parameters"], token["final"])
            if re.fullmatch(r"\x1b\[0?c|\x1b\[6n|\x1b\]1[01];\?(\x07|\x1b\\)", token[0]):
                queries.append(token[0])
        self._rest = text[at:]
        return queries

    def text(self) -> str:
        return "\n".join("".join(line).rstrip() for line in self.lines)

    def _put(self, character: str) -> None:
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self._line_feed()
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif character >= " " and (columns := width(character)):
            if self.column + columns > self.columns:
                self.column = 0
                self._line_feed()
            self._set(self.row, self.column, [character, ""][:columns])
            self.column += columns

    def _line_feed(self) -> None:
        if self.row == self.rows - 1:
            self.lines = [*self.lines[1:], [" "] * self.columns]
        else:
            self.row += 1

    def _control(self, parameters: str, final: str) -> None:
        if parameters == "?1049":
            final = "2J"  # to the alternate screen or back: blank either way
        numbers = [int(part) for part in parameters.split(";") if part.isdigit()]
        first = max(1, numbers[0]) if numbers else 1
        match final:
            case "H" | "f":
                self.row, self.column = first - 1, (numbers[1] if len(numbers) > 1 else 1) - 1
            case "A" | "B":
                self.row += first if final == "B" else -first
            case "C" | "D":
                self.column += first if final == "C" else -first
            case "G":
                self.column = first - 1
            case "d":
                self.row = first - 1
            case "X":
                self._blank(self.row, self.column, self.column + first)
            case "K":
                self._erase_line(numbers[0] if numbers else 0)
            case "J":
                self._erase_screen(numbers[0] if numbers else 0)
            case "2J":
                self._erase_screen(2)
        self.row = min(max(self.row, 0), self.rows - 1)
        self.column = min(max(self.column, 0), self.columns)

    def _blank(self, row: int, start: int, end: int) -> None:
        self._set(row, start, [" "] * (min(end, self.columns) - start))

    def _set(self, row: int, start: int, cells: list[str]) -> None:
        """A wide character is followed by an empty cell; what loses one of the two loses both."""
        line, end = self.lines[row], start + len(cells)
        if start < self.columns and line[start] == "":
            line[start - 1] = " "
        if end < self.columns and line[end] == "":
            line[end] = " "
        line[start:end] = cells

    def _erase_line(self, how: int) -> None:
        self._blank(self.row, 0 if how else self.column, self.column + 1 if how == 1 else self.columns)

    def _erase_screen(self, how: int) -> None:
        if how < 2:
            self._erase_line(how)
        rows = [range(self.row + 1, self.rows), range(self.row), range(self.rows)][min(how, 2)]
        for row in rows:
            self._blank(row, 0, self.columns)


class Chat:
    """The program in a pseudo-terminal."""

    def __init__(self, command: list[str]):
        self.cells = Cells(ROWS, COLUMNS)
        self.status: int | None = None  # its exit code, or minus the signal, once it has ended
        self.pid, self.terminal = os.forkpty()
        if self.pid == 0:
            # The size is set before the program starts, so it never sees another.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            try:
                os.execvpe(command[0], command, os.environ | {"TERM": "xterm-256color"})
            finally:
                os._exit(127)

    def write(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def read(self, timeout: float) -> float | None:
        """Take in one frame and answer its queries; when its last byte was read, or None if nothing came.

        A frame ends with a short silence: inside one, rows of the old frame still stand below the new.
        It is read whole before it is looked at, so that the time holds none of this script's own work.
        """
        frame, first, last = b"", None, None
        while select.select([self.terminal], [], [], GAP if frame else max(0.0, timeout))[0]:
            try:
                output = os.read(self.terminal, 65536)
            except OSError:  # EIO is how Linux says that the other side is closed
                output = b""
            if not output and not frame:
                raise Fault("the program ended")
            if not output:
                break  # the next call says so; what came before is still shown
            frame, last = frame + output, time.perf_counter()
            first = first or last
            if last - first > LONGEST_FRAME:
                break
        for query in self.cells.feed(frame):
            self.write(self._reply(query))
        return last

    def _reply(self, query: str) -> str:
        if query.endswith("c"):
            return "\x1b[?62c"  # a VT220
        if query.endswith("n"):
            return f"\x1b[{self.cells.row + 1};{self.cells.column + 1}R"
        number, colour = (10, "ffff/ffff/ffff") if query.startswith("\x1b]10") else (11, "0000/0000/0000")
        return f"\x1b]{number};rgb:{colour}\x1b\\"

    def until(self, seen: Callable[[], bool], timeout: float) -> float | None:
        """When the first frame was read after which `seen` holds; None if that is never."""
        end = time.perf_counter() + timeout
        while (left := end - time.perf_counter()) > 0:
            if (at := self.read(left)) is not None and seen():
                return at
        return None

    def quiet(self, seconds: float) -> None:
        end = time.perf_counter() + PATIENCE
        while self.read(seconds) is not None:
            if time.perf_counter() > end:
                raise Fault(f"the screen was never quiet for {seconds:g} s within {PATIENCE:g} s")

    def processor_seconds(self) -> float:
        """utime + stime of all its threads (proc_pid_stat(5)), in steps of 10 ms."""
        stat = Path(f"/proc/{self.pid}/stat").read_text()
        fields = stat[stat.rindex(")") + 2 :].split()  # the name before may hold anything; this starts at field 3
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait(self, timeout: float) -> int | None:
        """Its exit status; None if it still runs after `timeout` seconds."""
        end = time.perf_counter() + timeout
        while self.status is None and time.perf_counter() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                break
            try:
                self.read(0.05)
            except Fault:
                time.sleep(0.01)  # its terminal is closed; it may take a moment to end
        return self.status

    def close(self) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


def milliseconds_to_source(chat: Chat, question: str, marker: re.Pattern[str], timeout: float) -> float | None:
    """From Enter to the marker below the question; None if it does not come."""

    def below() -> str | None:
        _, found, after = chat.cells.text().rpartition(question)
        return after if found else None

    chat.write(question)
    chat.quiet(BEFORE_ENTER)
    if (after := below()) is None:
        raise Fault(f"the draft does not show `{question}`")
    if marker.search(after):
        raise Fault(f"the marker `{marker.pattern}` is there before Enter: it matches below the draft")
    start = time.perf_counter()
    chat.write("\r")
    end = chat.until(lambda: bool(marker.search(below() or "")), timeout)
    chat.quiet(BETWEEN)
    return None if end is None else (end - start) * 1000


def idle_percent(chat: Chat) -> float:
    """Processor time over `IDLE` seconds, as a percentage of one core."""
    start, before = time.perf_counter(), chat.processor_seconds()
    while (left := start + IDLE - time.perf_counter()) > 0:
        chat.read(left)  # keep draining, else a program that draws would block
    return 100 * (chat.processor_seconds() - before) / (time.perf_counter() - start)


def quit_status(chat: Chat, by_command: bool) -> int | None:
    if by_command:
        chat.write("/quit")
        chat.quiet(BEFORE_ENTER)
        chat.write("\r")
    else:
        chat.write("\x03")
        chat.quiet(BEFORE_ENTER)
        chat.write("\x03")
    return chat.wait(PATIENCE)


def report(times: list[float], missed: list[str]) -> None:
    for question in missed:
        print(f"no source: {question}")
    print(f"n: {len(times)} of {len(times) + len(missed)} questions showed a source")
    if times:
        times = sorted(times)
        p95 = times[math.ceil(0.95 * len(times)) - 1]  # nearest rank
        median, worst = statistics.median(times), times[-1]
        print(f"Enter to first source: median {median:.1f} ms, 95th percentile {p95:.1f} ms, worst {worst:.1f} ms")


def measure(chat: Chat, args: argparse.Namespace) -> int:
    ready = re.compile(args.ready)
    if chat.until(lambda: bool(ready.search(chat.cells.text())), PATIENCE) is None:
        raise Fault(f"`{args.ready}` was not seen in {PATIENCE:g} s")
    chat.quiet(BETWEEN)
    times, missed = [], []
    for question in QUESTIONS[: args.n]:
        took = milliseconds_to_source(chat, question, re.compile(args.marker), args.timeout)
        if took is None:
            missed.append(question)
        else:
            times.append(took)
    report(times, missed)
    print(f"idle: {idle_percent(chat):.2f} % of one core over {IDLE:g} s")
    status = quit_status(chat, args.quit_command)
    print(f"exit status: {'none, it still runs' if status is None else status}")
    return 0 if status == 0 and times else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=Path)
    parser.add_argument("pack")
    most = len(QUESTIONS)
    parser.add_argument("-n", type=int, choices=range(1, most + 1), metavar=f"1..{most}", default=most, help="questions")
    parser.add_argument("--ready", default=READY, help="regex for a chat that is ready (default: %(default)s)")
    parser.add_argument("--marker", default=MARKER, help="regex for a source below the question (default: %(default)s)")
    parser.add_argument("--timeout", type=float, default=10.0, help="seconds a source may take (default: %(default)g)")
    parser.add_argument("--quit-command", action="store_true", help="leave by /quit and not by Ctrl+C twice")
    args = parser.parse_args()
    if not os.access(args.binary, os.X_OK):
        parser.error(f"`{args.binary}` is no program that can be run")
    chat = Chat([str(args.binary.resolve()), "chat", "-p", args.pack, "--no-save"])
    try:
        return measure(chat, args)
    except Fault as fault:
        print(f"error: {fault}\nlast screen:\n{chat.cells.text().rstrip()}", file=sys.stderr)
        return 1
    finally:
        chat.close()


if __name__ == "__main__":
    sys.exit(main())
