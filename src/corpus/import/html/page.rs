//! Where a page's own text stands, and what the page says of itself.
//! Judges elements by name, role and class; does not read text.

use scraper::{ElementRef, Html};

use super::super::block::one_line;
use super::selector;

/// A main part with fewer characters than this, and a tenth of the page, was marked by mistake.
const LEAST: usize = 200;

/// The element that holds the page's own text.
pub(super) fn main(page: &Html) -> ElementRef<'_> {
    let body = page.select(&selector("body")).next().unwrap_or_else(|| page.root_element());
    let all = length(body);
    let mains = page.select(&selector("main, [role=main]")).max_by_key(|element| length(*element));
    let articles: Vec<ElementRef> = page.select(&selector("article")).collect();
    let article = (articles.len() == 1).then(|| articles[0]);
    let fits = |element: &ElementRef| {
        let own = length(*element);
        own >= LEAST || own * 10 >= all
    };
    mains.filter(fits).or(article.filter(fits)).unwrap_or(body)
}

/// How deep elements stand, at most, counting those whose end tag must be written.
pub(super) fn depth(text: &str) -> usize {
    const OPEN_ENDED: &[&str] = &[
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p",
        "li", "td", "th", "tr", "dt", "dd", "option", "thead", "tbody", "tfoot", "colgroup", "rp", "rt",
    ];
    let (mut depth, mut deepest) = (0_usize, 0);
    for (at, _) in text.match_indices('<') {
        let rest = &text[at + 1..];
        let (closes, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
        let length = rest.bytes().take(16).take_while(u8::is_ascii_alphanumeric).count();
        let name = rest[..length].to_ascii_lowercase();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || OPEN_ENDED.contains(&name.as_str()) {
            continue;
        }
        depth = if closes { depth.saturating_sub(1) } else { depth + 1 };
        deepest = deepest.max(depth);
    }
    deepest
}

fn length(element: ElementRef) -> usize {
    element.text().map(|text| text.trim().len()).sum()
}

/// Whether an element is no part of the text: scripts, navigation, fields, what is hidden.
pub(super) fn is_furniture(element: ElementRef) -> bool {
    let value = element.value();
    let attribute = |name: &str| value.attr(name).map(str::to_lowercase);
    let role = attribute("role").unwrap_or_default();
    if matches!(role.as_str(), "navigation" | "banner" | "contentinfo" | "search" | "menu" | "menubar" | "dialog") {
        return true;
    }
    let hidden = value.attr("hidden").is_some() || attribute("aria-hidden").is_some_and(|hidden| hidden == "true");
    let styled = attribute("style").is_some_and(|style| style.replace(' ', "").contains("display:none"));
    if hidden || styled {
        return true;
    }
    match value.name() {
        "script" | "style" | "noscript" | "template" | "nav" | "aside" | "footer" | "iframe" | "svg" | "button"
        | "select" | "input" | "textarea" | "option" | "head" | "object" | "canvas" | "audio" | "video" | "dialog" => {
            true
        }
        // The page's own header may hold its title; and some sites put the whole page into one form.
        "header" | "form" => element.select(&selector("h1, main, article")).next().is_none(),
        _ => has_furniture_class(element),
    }
}

/// Class names that sites give to furniture.
fn has_furniture_class(element: ElementRef) -> bool {
    const CLASSES: &[&str] = &[
        "breadcrumb",
        "breadcrumbs",
        "toc",
        "table-of-contents",
        "sidebar",
        "navbar",
        "cookie-banner",
        "skip-link",
        "visually-hidden",
        "sr-only",
        "pagination",
        "share",
        "social",
        "site-footer",
        "site-header",
        "mw-editsection",
        "headerlink",
        "navbox",
        "noprint",
        "reference",
    ];
    let value = element.value();
    let named = value.id().is_some_and(|id| CLASSES.contains(&id.to_lowercase().as_str()));
    // A mark on the whole page says nothing.
    let whole = matches!(value.name(), "html" | "body" | "main" | "article");
    !whole && (named || value.classes().any(|class| CLASSES.contains(&class.to_lowercase().as_str())))
}

/// The title element, without the site's name behind it.
pub(super) fn title(page: &Html) -> Option<String> {
    let text: String = page.select(&selector("title")).next()?.text().collect();
    let title = one_line(&text);
    let cut = [" | ", " – ", " — ", " - ", " :: "].iter().filter_map(|mark| title.rfind(mark)).max();
    let short = cut.map_or(title.as_str(), |at| &title[..at]).trim();
    Some(if short.is_empty() { title.clone() } else { short.to_owned() }).filter(|title| !title.is_empty())
}

/// The page's canonical address.
pub(super) fn url(page: &Html) -> Option<String> {
    let link = page.select(&selector("link[rel=canonical]")).find_map(|link| link.value().attr("href"));
    let graph = || page.select(&selector("meta[property='og:url']")).find_map(|meta| meta.value().attr("content"));
    link.or_else(graph).map(str::trim).filter(|url| url.starts_with("http")).map(str::to_owned)
}

/// The language that the page declares.
pub(super) fn lang(page: &Html) -> Option<String> {
    let lang = page.root_element().value().attr("lang").or_else(|| page.root_element().value().attr("xml:lang"))?;
    Some(lang.trim().to_owned()).filter(|lang| !lang.is_empty())
}
