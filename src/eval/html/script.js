// The list of cases: filter, pages, keys, the address; sorting of tables; what opens for paper.
(() => {
  const PAGE = 100;
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const [rows, count, search, back, more] = ["list", "count", "search", "back", "more"].map(byId);
  const thousands = (n) => n.toLocaleString("en-US");
  const regressions = new Set(data.regressions);
  const improvements = new Set(data.improvements);
  // Failed ones first; within, the order of the files.
  const all = [...data.cases.filter((c) => !c.passed), ...data.cases.filter((c) => c.passed)];
  for (const c of all) {
    c.haystack = [c.id, ...c.messages, object(c.answer).text || ""].join("\n").toLowerCase();
  }

  /** What cases can be chosen by, and which values each has. */
  const facets = [
    ["status", "Result", (c) => [c.passed ? "passed" : "failed", regressions.has(c.id) && "regressed", improvements.has(c.id) && "improved"]],
    ["cause", "Cause", (c) => [c.cause]],
    ["outcome", "Came", (c) => [outcomeOf(c)]],
    ["expected", "Expected", (c) => c.expected],
    ["tag", "Tag", (c) => c.tags],
    ["lang", "Language", (c) => [c.lang]],
    ["split", "Split", (c) => [c.split]],
  ].map(([key, label, of]) => ({ key, label, of: (c) => of(c).filter(Boolean), select: null }));

  const addSelects = () => {
    const filter = search.closest(".filter");
    for (const facet of facets) {
      const counts = new Map();
      for (const c of all) for (const value of new Set(facet.of(c))) counts.set(value, (counts.get(value) || 0) + 1);
      const values = [...counts.keys()].sort();
      const options = values.map((value) => el("option", { value }, `${value} (${thousands(counts.get(value))})`));
      facet.select = el("select", { id: `by-${facet.key}` }, el("option", { value: "" }, "any"), options);
      facet.select.addEventListener("change", () => changed());
      const label = el("label", null, facet.label, facet.select);
      label.hidden = values.length === 0;
      filter.append(label);
    }
  };

  let shown = all;
  let page = 0;
  let current = null;

  const filtered = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = facets.filter((facet) => facet.select.value);
    return all.filter((c) =>
      words.every((word) => c.haystack.includes(word)) && chosen.every((facet) => facet.of(c).includes(facet.select.value)));
  };

  const fill = (details, c) => {
    if (details.childElementCount === 1) details.append(opened(c, data.passages));
  };

  const row = (c) => {
    const details = el("details", { class: "case" },
      el("summary", null,
        el("span", { class: c.passed ? "passed" : "failed" }, c.passed ? "✓ passed" : "✗ failed"),
        el("code", null, c.id),
        el("span", { class: "asked", dir: "auto", lang: c.lang }, c.messages.at(-1) ?? ""),
        el("span", { class: "went" }, `${expectedOf(c)} → ${outcomeOf(c)}`),
        el("span", { class: "why" }, c.cause || "")));
    details.dataset.id = c.id;
    details.addEventListener("toggle", () => details.open && fill(details, c));
    details.addEventListener("focusin", () => { current = details; });
    return el("li", null, details);
  };

  const draw = () => {
    const from = page * PAGE;
    const these = shown.slice(from, from + PAGE);
    rows.replaceChildren(...these.map(row));
    current = null;
    const of = shown.length === all.length ? "" : ` (of ${thousands(all.length)})`;
    const noun = shown.length === 1 ? "case" : "cases";
    const span = shown.length > PAGE ? `, ${thousands(from + 1)}–${thousands(from + these.length)} shown` : "";
    count.textContent = `${thousands(shown.length)} ${noun}${of}${span}`;
    back.disabled = page === 0;
    more.disabled = from + PAGE >= shown.length;
    byId("pager").hidden = shown.length <= PAGE;
  };

  const turn = (to) => {
    page = to;
    draw();
  };

  /** The filter as it stands in the address. */
  const address = () => {
    const parameters = new URLSearchParams();
    if (search.value) parameters.set("q", search.value);
    for (const facet of facets) if (facet.select.value) parameters.set(facet.key, facet.select.value);
    return parameters.toString();
  };

  const changed = () => {
    shown = filtered();
    turn(0);
    const hash = address();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };

  const show = (details, isOpen) => {
    if (isOpen) fill(details, all.find((c) => c.id === details.dataset.id));
    details.open = isOpen;
    details.firstElementChild.focus({ preventScroll: true });
    details.scrollIntoView({ block: isOpen ? "start" : "nearest" });
  };

  /** Takes filter and case from the address; `#metrics` and the like are places, not filters. */
  const read = () => {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes("=")) return false;
    const parameters = new URLSearchParams(hash);
    search.value = parameters.get("q") ?? "";
    for (const facet of facets) {
      facet.select.value = parameters.get(facet.key) ?? "";
      if (facet.select.selectedIndex < 0) facet.select.value = "";
    }
    shown = filtered();
    const at = shown.findIndex((c) => c.id === parameters.get("case"));
    turn(at < 0 ? 0 : Math.floor(at / PAGE));
    if (at >= 0) show(rows.children[at % PAGE].firstElementChild, true);
    return true;
  };

  /** To the next case or the one before, over the page's end too; an open case hands its openness on. */
  const step = (by) => {
    if (!shown.length) return;
    const items = [...rows.querySelectorAll(".case")];
    const at = items.indexOf(current);
    const wasOpen = at >= 0 && items[at].open;
    let next = at < 0 ? 0 : at + by;
    const target = page * PAGE + next;
    if (target < 0 || target >= shown.length) return;
    if (wasOpen) items[at].open = false;
    if (next < 0 || next >= items.length) {
      turn(page + by);
      next = by > 0 ? 0 : PAGE - 1;
    }
    show(rows.querySelectorAll(".case")[next], wasOpen);
  };

  const keys = (event) => {
    const at = event.target instanceof Element ? event.target : document.body;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (at.matches("input, select, textarea")) {
      if (event.key === "Escape" && at === search) search.blur();
      if (event.key === "ArrowDown" && at === search) { event.preventDefault(); current = null; step(1); }
      return;
    }
    const inRow = at.matches(".case > summary");
    const actions = {
      "/": () => { search.focus(); search.select(); },
      j: () => step(1),
      k: () => step(-1),
      ArrowDown: inRow && (() => step(1)),
      ArrowUp: inRow && (() => step(-1)),
      ArrowRight: inRow && (() => show(at.parentElement, true)),
      ArrowLeft: inRow && (() => show(at.parentElement, false)),
    };
    if (Object.hasOwn(actions, event.key) && actions[event.key]) {
      event.preventDefault();
      actions[event.key]();
    }
  };

  /** Makes a table's heads into buttons that sort; what has no value goes last either way. */
  const sortable = (sorted) => {
    const heads = [...sorted.tHead.rows[0].cells];
    const body = sorted.tBodies[0];
    const key = (r, column) => r.cells[column].dataset.sort ?? r.cells[column].textContent;
    const sort = (head, column) => {
      const isNumber = head.classList.contains("num");
      const descends = head.ariaSort ? head.ariaSort === "ascending" : isNumber;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", descends ? "descending" : "ascending");
      const order = (a, b) => {
        const [x, y] = [key(a, column), key(b, column)];
        if (x === "" || y === "") return (x === "") - (y === "");
        return (isNumber ? x - y : x.localeCompare(y)) * (descends ? -1 : 1);
      };
      body.append(...[...body.rows].sort(order));
    };
    heads.forEach((head, column) => {
      const button = el("button", { type: "button" }, head.textContent);
      button.addEventListener("click", () => sort(head, column));
      head.replaceChildren(button);
    });
  };

  /** On paper, the numbers behind the charts stand below them. */
  const paper = () => {
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = [...document.querySelectorAll(".behind:not([open])")];
      for (const details of opened) details.open = true;
    });
    addEventListener("afterprint", () => {
      for (const details of opened) details.open = false;
    });
  };

  addSelects();
  document.querySelectorAll("table.sortable").forEach(sortable);
  paper();
  let pending = 0;
  search.addEventListener("input", () => {
    clearTimeout(pending);
    pending = setTimeout(changed, 120);
  });
  back.addEventListener("click", () => { turn(page - 1); byId("cases").scrollIntoView(); });
  more.addEventListener("click", () => { turn(page + 1); byId("cases").scrollIntoView(); });
  addEventListener("hashchange", read);
  document.addEventListener("keydown", keys);
  byId("browser").hidden = false;
  if (!read()) turn(0);
})();
