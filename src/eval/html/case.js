"use strict";
// One case, as it is shown when it is opened. Knows the shapes of a case; not the list, not the page.
// All text goes in as text nodes: nothing here parses markup.

/** Control characters as their pictures; tab and line feed stay. */
const visible = (text) =>
  String(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (c) => {
    const code = c.charCodeAt(0);
    return code < 32 ? String.fromCharCode(0x2400 + code) : code === 127 ? "␡" : "\ufffd";
  });

/** An element with attributes and children; children that are null or false are left out. */
const el = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    made.append(child instanceof Node ? child : visible(child));
  }
  return made;
};

const NONE = "–";
const number = (value, digits = 3) =>
  typeof value !== "number" ? NONE : Number.isInteger(value) ? String(value) : value.toFixed(digits);
/** With three digits behind the point even where they are zero, so that a column reads as one. */
const fixed = (value) => (typeof value === "number" ? value.toFixed(3) : NONE);
const list = (value) => (Array.isArray(value) ? value : []);
const object = (value) => (value && typeof value === "object" && !Array.isArray(value) ? value : {});
const expectedOf = (c) => (c.expected.length ? c.expected.join(" or ") : NONE);
const outcomeOf = (c) => object(c.answer).outcome || NONE;

const pairs = (entries) =>
  el("dl", { class: "pairs" }, entries.map(([name, value]) => el("div", null, el("dt", null, name), el("dd", null, value))));

const table = (head, rows) =>
  el("div", { class: "scroll" },
    el("table", null,
      el("thead", null, el("tr", null, head.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", null, rows.map((cells) => el("tr", null, cells.map((cell) => el("td", null, cell)))))));

/** A part with its heading; nothing where it has no content. */
const part = (title, ...content) => {
  const there = content.flat().filter(Boolean);
  return there.length ? [el("h4", null, title), ...there] : [];
};

/** Text without white space, and where each of its characters stood. */
const squeezed = (text) => {
  const places = [];
  let kept = "";
  for (let at = 0; at < text.length; at += 1) {
    if (!/\s/.test(text[at])) {
      kept += text[at];
      places.push(at);
    }
  }
  return { kept, places };
};

/** The stretches of a text that quotes cover: [start, end, markers], in order, none overlapping. */
const covered = (text, citations) => {
  const { kept, places } = squeezed(text);
  const found = [];
  for (const citation of citations) {
    const quote = squeezed(String(citation.quote || "")).kept;
    const at = quote ? kept.indexOf(quote) : -1;
    if (at >= 0) found.push({ start: places[at], end: places[at + quote.length - 1] + 1, marker: citation.marker });
  }
  const edges = [...new Set(found.flatMap((f) => [f.start, f.end]))].sort((a, b) => a - b);
  return edges.slice(1).flatMap((end, i) => {
    const markers = found.filter((f) => f.start <= edges[i] && f.end >= end).map((f) => f.marker);
    return markers.length ? [[edges[i], end, [...new Set(markers)]]] : [];
  });
};

const highlighted = (text, stretches) => {
  const pieces = [];
  let from = 0;
  for (const [start, end, markers] of stretches) {
    pieces.push(text.slice(from, start), el("mark", null, text.slice(start, end)), el("sup", null, markers.map((m) => `[${m}]`)));
    from = end;
  }
  return [...pieces, text.slice(from)];
};

const svg = (tag, attributes, ...children) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

/** A value as a bar with its bar as a tick; the text beside it says the same. */
const meter = (value, bar) => {
  if (typeof value !== "number") return NONE;
  const most = Math.max(1, value, bar ?? 0);
  const x = (n) => Math.min(100, Math.max(0, (n / most) * 100)).toFixed(1);
  const parts = [
    svg("rect", { class: "track", x: 0, y: 4, width: 100, height: 4 }),
    svg("rect", { class: "fill", x: 0, y: 3, width: x(value), height: 6 }),
  ];
  if (typeof bar === "number") parts.push(svg("rect", { class: "limit", x: x(bar) - 1, y: 0, width: 2, height: 12 }));
  return svg("svg", { class: "meter", viewBox: "-1 0 102 12", "aria-hidden": "true", preserveAspectRatio: "none" }, ...parts);
};

const findings = (answer) => {
  const rows = list(answer.findings).map((f) => {
    const decides = typeof f.bar === "number" && typeof f.value === "number";
    const reached = !decides ? "no bar" : f.value >= f.bar ? "✓ reached" : "✗ below";
    return [el("code", null, f.signal), fixed(f.value), fixed(f.bar), reached, meter(f.value, f.bar), f.note || ""];
  });
  return rows.length ? table(["Signal", "Value", "Bar", "", "Value against bar", "Note"], rows) : null;
};

const said = (c) => {
  const answer = object(c.answer);
  const about = [
    answer.reason && `reason ${answer.reason}`,
    answer.mode && `made by ${answer.mode}`,
    answer.generator,
    ...list(answer.assumed).map((a) => `assumed ${a.slot} ${a.value}`),
  ].filter(Boolean).join(" · ");
  return [
    answer.text ? el("div", { class: "says pre", dir: "auto", lang: c.lang }, answer.text) : el("p", { class: "empty" }, "No text."),
    about && el("p", { class: "hint" }, about),
  ];
};

const citations = (c, known) =>
  list(object(c.answer).citations).map((citation) => {
    const title = [citation.title || citation.document, citation.section].filter(Boolean).join(" › ");
    const isLink = /^https?:\/\//i.test(citation.url || "");
    const target = isLink ? el("a", { href: citation.url, rel: "noreferrer noopener", target: "_blank" }, title) : title;
    const quote = squeezed(String(citation.quote || "")).kept;
    const seen = c.passages.some((p) => known[p.of].document === citation.document && quote && squeezed(String(known[p.of].text || "")).kept.includes(quote));
    return el("div", null,
      el("p", null, `[${citation.marker}] `, target, " ", el("code", null, citation.document), seen ? "" : el("span", { class: "hint" }, " – its quote is in none of the passages below")),
      el("blockquote", { class: "pre", dir: "auto" }, citation.quote || NONE));
  });

const passages = (c, known) =>
  c.passages.map((own, at) => {
    const passage = known[own.of];
    const text = String(passage.text || "");
    const stretches = covered(text, list(object(c.answer).citations).filter((q) => q.document === passage.document));
    const title = [passage.title || passage.document, passage.section].filter(Boolean).join(" › ");
    const scores = ["score", "bm25", "cosine"].filter((s) => typeof own[s] === "number").map((s) => `${s} ${fixed(own[s])}`).join(" · ");
    return el("details", { class: "passage", open: stretches.length ? "" : null },
      el("summary", null, `${own.rank ?? at + 1}. ${title} `, el("span", { class: "hint" }, scores, stretches.length ? " · quoted" : "")),
      el("div", { class: "pre", dir: "auto" }, highlighted(text, stretches)));
  });

const wanted = (c) =>
  Object.entries(object(c.wanted)).filter(([, value]) => value !== null && !(Array.isArray(value) && !value.length)).map(([name, value]) => {
    const shown = typeof value === "string" ? value : JSON.stringify(value);
    return [name.replaceAll("_", " "), shown];
  });

/** All of a case. `known` are the passages that cases share. */
const opened = (c, known) => {
  const answer = object(c.answer);
  const turns = c.messages.map((m) => el("li", { class: "pre", dir: "auto", lang: c.lang }, m));
  const rewritten = answer.rewritten && el("p", { class: "hint" }, `Understood as: ${answer.rewritten}`);
  const kinds = [["tags", c.tags.join(", ")], ["language", c.lang], ["split", c.split]].filter(([, value]) => value);
  const times = Object.entries(object(answer.timings_ms)).filter(([, ms]) => typeof ms === "number");
  return el("div", { class: "inside" },
    part(c.messages.length > 1 ? "Conversation" : "Question", el("ol", { class: "turns" }, turns), rewritten),
    part("Expected → got",
      el("p", null, `${expectedOf(c)} → `, el("strong", null, outcomeOf(c)), c.cause ? ` · to blame: ${c.cause}` : ""),
      c.faults.length > 0 && el("ul", { class: "faults" }, c.faults.map((fault) => el("li", null, fault)))),
    part("Answer", said(c)),
    part("Citations", citations(c, known)),
    part("Passages looked at", passages(c, known)),
    part("Ruling", findings(answer)),
    part("Wanted", wanted(c).length > 0 && table(["What", "Value"], wanted(c))),
    part("Scores", c.scores.length > 0 && pairs(c.scores.map(([name, value]) => [name, number(value)]))),
    part("Milliseconds", times.length > 0 && pairs(times.map(([name, ms]) => [name.replaceAll("_", " "), number(ms, 1)]))),
    part("Case", kinds.length > 0 && pairs(kinds), c.note && el("p", { class: "pre" }, c.note),
      el("p", null, el("a", { href: `#case=${encodeURIComponent(c.id)}` }, "Link to this case"))));
};
