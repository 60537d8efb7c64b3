// Checks a report in a browser: node report.mjs REPORT.html [SHOTS]
// Needs playwright-core (npm install playwright-core) and a Chromium: CHROMIUM, or /usr/bin/chromium.
// Prints what it checked, exits 1 when something does not hold. With SHOTS, a folder, it leaves pictures there.
import { mkdtempSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [report, shots] = process.argv.slice(2);
if (!report) {
  console.error("usage: node report.mjs REPORT.html [SHOTS]");
  process.exit(2);
}
const url = pathToFileURL(resolve(report)).href;
const folder = mkdtempSync(join(tmpdir(), "report-"));
if (shots) mkdirSync(shots, { recursive: true });

let failures = 0;
const check = (fact, holds, seen = "") => {
  console.log(`${holds ? "✓" : "✗"} ${fact}${seen === "" ? "" : ` (${seen})`}`);
  if (!holds) failures += 1;
};

const context = await chromium.launchPersistentContext(folder, {
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  viewport: { width: 1300, height: 900 },
});

/** A page at an address of the report, with what it complained of and what it asked for. */
const open = async (hash = "", from = context) => {
  const page = await from.newPage();
  const complaints = [];
  const requests = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => requests.push(request.url().split("#")[0]));
  await page.goto(url + hash, { waitUntil: "load" });
  return { page, complaints, requests };
};
const shoot = async (page, name, options = {}) => shots && page.screenshot({ path: join(shots, `${name}.png`), ...options });
const countOf = async (page) => Number((await page.textContent("#count")).split(" ")[0].replaceAll(",", ""));
const focused = (page) => page.evaluate(() => document.activeElement.closest(".case")?.dataset.id ?? document.activeElement.id);
const settled = (page) => page.waitForTimeout(300);

const loads = async () => {
  const { page, complaints, requests } = await open();
  await page.waitForSelector("#browser:not([hidden])");
  const times = await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const [navigation] = performance.getEntriesByType("navigation");
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    return { paint: Math.round(paint?.startTime ?? -1), ready: Math.round(navigation.domContentLoadedEventEnd) };
  });
  const of = await page.evaluate(() => JSON.parse(document.getElementById("data").textContent).cases.length);
  check("the first paint comes within a second", times.paint >= 0 && times.paint < 1000, `${times.paint} ms, list ready after ${times.ready} ms, ${of} cases`);
  check("at most 100 cases are drawn", (await page.locator(".case").count()) === Math.min(100, of));
  check("no details are built before a case is opened", (await page.locator(".inside").count()) === 0);
  check("all cases are counted", (await countOf(page)) === of);
  const results = await page.locator(".case > summary > :first-child").allTextContents();
  check("failed cases come first", results.lastIndexOf("✗ failed") < (results.indexOf("✓ passed") + 1 || Infinity));
  check("nothing but the file is asked for", requests.every((asked) => asked === url), `${requests.length} request`);
  check("the console is empty", complaints.length === 0, complaints.join(" | "));
  await shoot(page, "light", { fullPage: true });
  return { page, complaints, requests, of };
};

const filters = async ({ page, of }) => {
  const id = await page.locator(".case").last().getAttribute("data-id");
  await page.keyboard.press("/");
  check("/ focuses the search", (await focused(page)) === "search");
  // Words of it, as ids may hold what no keyboard types.
  await page.keyboard.type(id.match(/[\p{L}\p{N}_-]+/gu).join(" ").toUpperCase());
  await settled(page);
  const found = await page.locator(".case").evaluateAll((cases) => cases.map((c) => c.dataset.id));
  check("a search for an id finds it", found.includes(id), `${await countOf(page)} of ${of}`);
  await page.fill("#search", "no case has ever said this");
  await settled(page);
  check("a search for what no case has leaves none", (await countOf(page)) === 0, await page.textContent("#count"));
  await page.fill("#search", id.match(/[\p{L}\p{N}_-]+/u)[0]);
  await settled(page);
  check("the filter stands in the address", (await page.evaluate(() => location.hash)).startsWith("#q="));
  const again = await open(await page.evaluate(() => location.hash));
  check("the address brings the filter back", (await countOf(again.page)) === (await countOf(page)));
  await again.page.close();
  await page.fill("#search", "");
  await settled(page);
  for (const key of ["status", "cause", "outcome", "expected", "tag", "lang"]) {
    const option = page.locator(`#by-${key} option`).nth(1);
    if (!(await option.count())) continue;
    const said = Number((await option.textContent()).match(/\(([\d,]+)\)$/)[1].replaceAll(",", ""));
    await page.selectOption(`#by-${key}`, { index: 1 });
    check(`choosing by ${key} leaves as many as it says`, (await countOf(page)) === said, `${said} of ${of}`);
    await page.selectOption(`#by-${key}`, "");
  }
  check("no filter leaves the address bare", (await page.evaluate(() => location.hash)) === "");
};

const keys = async ({ page }) => {
  await page.evaluate(() => document.activeElement.blur());
  const ids = await page.locator(".case").evaluateAll((cases) => cases.map((c) => c.dataset.id));
  if (ids.length < 3) return;
  await page.keyboard.press("j");
  check("j goes to the first case", (await focused(page)) === ids[0]);
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  check("j and the down arrow go on", (await focused(page)) === ids[2]);
  await page.keyboard.press("k");
  check("k goes back", (await focused(page)) === ids[1]);
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  check("the focus can be seen", outline === "solid", outline);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".case[open] .inside");
  check("Enter opens a case", (await page.locator(".case[open]").getAttribute("data-id")) === ids[1]);
  await page.keyboard.press("j");
  check("j on an open case opens the next instead", (await page.locator(".case[open]").count()) === 1 && (await page.locator(".case[open]").getAttribute("data-id")) === ids[2]);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  check("Tab goes to the next case", (await focused(page)) === ids[3] || ids.length === 3);
  if (await page.locator("#more:enabled").count()) {
    await page.locator(".case > summary").last().focus();
    await page.keyboard.press("j");
    check("j goes on over the end of a page", (await page.textContent("#count")).includes("101–"), await page.textContent("#count"));
    await page.keyboard.press("k");
    check("k comes back over it", (await focused(page)) === ids.at(-1));
  }
};

const cases = async ({ page }) => {
  const quoted = await page.evaluate(() => {
    const data = JSON.parse(document.getElementById("data").textContent);
    const squeezed = (text) => String(text).replace(/\s/g, "");
    const found = data.cases.find((c) => c.answer.citations?.some((q) => squeezed(q.quote) && c.passages.some((p) =>
      data.passages[p.of].document === q.document && squeezed(data.passages[p.of].text).includes(squeezed(q.quote)))));
    return found?.id;
  });
  const id = quoted ?? (await page.locator(".case").first().getAttribute("data-id"));
  const { page: linked, complaints } = await open(`#case=${encodeURIComponent(id)}`);
  check("a link to a case opens it", (await linked.locator(".case[open]").getAttribute("data-id")) === id, id);
  const parts = await linked.locator(".inside h4").allTextContents();
  check("a case has its parts", ["Expected → got", "Answer"].every((name) => parts.includes(name)), parts.join(", "));
  if (quoted) check("quotes are marked in their passages", (await linked.locator("mark").count()) > 0);
  const wild = await linked.locator("a[href]:not([href^='#'])").evaluateAll((links) => links.filter((a) => !/^https?:/.test(a.href) || !a.rel.includes("noreferrer")).length);
  check("links lead to the web only, and tell it nothing", wild === 0);
  check("an open case leaves the console empty", complaints.length === 0, complaints.join(" | "));
  await shoot(linked, "case");
  await linked.locator(".case[open]").screenshot(shots ? { path: join(shots, "case-full.png") } : {});
  await linked.close();
  const regression = page.locator(".ids a").first();
  if (await regression.count()) {
    const id = new URLSearchParams((await regression.getAttribute("href")).slice(1)).get("case");
    await regression.click();
    await page.waitForSelector(".case[open] .inside");
    check("a regression leads to its case", (await page.locator(".case[open]").getAttribute("data-id")) === id);
  }
};

const slices = async ({ page }) => {
  const head = page.locator("table.sortable th button").nth(2);
  if (!(await head.count())) return;
  const values = () => page.locator("table.sortable tbody tr td:nth-child(3)").evaluateAll((cells) => cells.map((c) => Number(c.dataset.sort)));
  await head.press("Enter");
  const down = await values();
  check("a head sorts its column", down.every((n, at) => at === 0 || down[at - 1] >= n), down.slice(0, 5).join(" "));
  await head.press("Enter");
  const up = await values();
  check("and the other way round", up.every((n, at) => at === 0 || up[at - 1] <= n) && (await page.locator("th[aria-sort='ascending']").count()) === 1);
};

/** The lowest contrast of text against what is behind it, by WCAG's formula; pictures and shades are left out. */
const contrast = (page) => page.evaluate(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => { for (let at = node; at; at = at.parentElement) { const c = rgba(getComputedStyle(at).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255, 255]; };
  let least = [99, ""];
  for (const node of document.querySelectorAll("body *")) {
    const hasText = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!hasText || !node.checkVisibility() || node.closest("script, noscript, :disabled, .confusion td")) continue;
    const style = getComputedStyle(node);
    const [a, b] = [light(rgba(node.closest("svg") ? style.fill : style.color)), light(behind(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < least[0]) least = [ratio, `${node.tagName} ${node.getAttribute("class") ?? ""} ${node.textContent.slice(0, 20)}`];
  }
  return least;
});

const looks = async () => {
  for (const colorScheme of ["light", "dark"]) {
    const { page } = await open();
    await page.emulateMedia({ colorScheme });
    await page.locator(".case > summary").first().press("Enter").catch(() => {});
    await settled(page);
    const [ratio, where] = await contrast(page);
    check(`text has a contrast of 4.5 at least, ${colorScheme}`, ratio >= 4.5, `${ratio.toFixed(1)}: ${where}`);
    await page.evaluate(() => scrollTo(0, 0));
    await shoot(page, colorScheme === "dark" ? "dark" : "light-open", { fullPage: true });
    await page.close();
  }
  const { page } = await open();
  await page.setViewportSize({ width: 360, height: 740 });
  await page.locator(".case > summary").first().press("Enter").catch(() => {});
  await settled(page);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  check("nothing is wider than 360 pixels", width <= 360, `${width}`);
  await page.evaluate(() => scrollTo(0, 0));
  await shoot(page, "narrow", { fullPage: true });
  await page.setViewportSize({ width: 1300, height: 900 });
  await page.evaluate(() => {
    window.printed = null;
    addEventListener("beforeprint", () => { window.printed = document.querySelectorAll(".behind:not([open])").length; });
  });
  const pdf = await page.pdf({ format: "A4", ...(shots && { path: join(shots, "print.pdf") }) });
  check("it prints, with the numbers behind the charts", pdf.length > 10000 && (await page.evaluate(() => window.printed)) === 0, `${Math.round(pdf.length / 1024)} KiB`);
  await page.close();
};

const withoutScript = async () => {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
  const { page } = await open("", await browser.newContext({ javaScriptEnabled: false }));
  check("without script, tiles, charts and tables stand", (await page.locator("#summary").isVisible()) && (await page.locator("#charts figure").first().isVisible()) && (await page.locator("#metrics").isVisible()));
  check("without script, the page says what is missing", (await page.locator("noscript p").isVisible()) && !(await page.locator("#browser").isVisible()));
  await browser.close();
};

try {
  const first = await loads();
  await filters(first);
  await keys(first);
  await cases(first);
  await slices(first);
  check("after all of this, the console is empty", first.complaints.length === 0, first.complaints.join(" | "));
  check("after all of this, nothing was asked for", first.requests.every((asked) => asked === url));
  await looks();
  await withoutScript();
} catch (error) {
  check("the checks ran to their end", false, error.stack);
} finally {
  await context.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(failures ? `${failures} failed` : "all hold");
process.exit(failures ? 1 : 0);
