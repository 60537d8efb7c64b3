//! What the page of a report holds, whatever the report holds.

use serde_json::Value;

use super::{
    super::fixture::{HOSTILE, empty, hostile, metric},
    *,
};

/// Elements that have no end tag.
const VOID: [&str; 4] = ["meta", "input", "br", "link"];

/// The page without what its script and style elements hold.
fn markup(page: &str) -> String {
    let mut rest = page;
    let mut kept = String::new();
    while let Some(at) = rest.find("<script").into_iter().chain(rest.find("<style")).min() {
        let end = if rest[at..].starts_with("<style") { "</style>" } else { "</script>" };
        let open = at + rest[at..].find('>').unwrap() + 1;
        let close = open + rest[open..].find(end).unwrap();
        kept += &rest[..open];
        rest = &rest[close..];
    }
    kept + rest
}

/// Whether every element is closed, in order, and no `<` stands alone; the tags in order.
fn tags(markup: &str) -> Vec<&str> {
    let (mut open, mut seen) = (Vec::new(), Vec::new());
    for tag in markup.split('<').skip(1) {
        let tag = tag.split_once('>').expect("a tag ends").0;
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "closed out of order in {seen:?}");
        } else if !tag.starts_with('!') && !tag.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "quotes of <{tag}>");
        seen.push(tag);
    }
    assert!(open.is_empty(), "never closed: {open:?}");
    seen
}

fn data(page: &str) -> Value {
    let json = page.split_once("id=\"data\">").unwrap().1.split_once("</script>").unwrap().0;
    serde_json::from_str(json).unwrap()
}

#[test]
fn hostile_text_leaves_every_element_closed() {
    for report in [hostile(), empty()] {
        let page = html(&report);
        tags(&markup(&page));
        // Style, data and script, and no element that the data made.
        assert_eq!((page.matches("<script").count(), page.matches("<img").count()), (2, 0));
    }
}

#[test]
fn text_comes_back_from_the_data_as_it_was() {
    let data = data(&html(&hostile()));
    assert_eq!(data["cases"][1]["answer"]["text"], HOSTILE);
    assert_eq!(data["passages"][0]["text"], HOSTILE);
    assert_eq!(data["passages"].as_array().unwrap().len(), 1);
}

#[test]
fn nothing_is_requested_from_anywhere() {
    let page = html(&hostile());
    let markup = markup(&page);
    for tag in tags(&markup) {
        // Values stand between every second pair of quotes; what is left are names.
        let names: String = tag.split('"').step_by(2).collect();
        assert!(![" src=", " srcset=", " data=", " action=", " poster="].iter().any(|a| names.contains(a)), "{tag}");
        assert!(!tag.starts_with("link") && !tag.starts_with("base") && !tag.starts_with("iframe"), "{tag}");
        if let Some((_, address)) = tag.split_once(" href=\"") {
            assert!(tag.starts_with("a ") && address.starts_with('#'), "{tag}");
        }
    }
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    assert!(!["fetch(", "XMLHttpRequest", "import(", "WebSocket"].iter().any(|asks| SCRIPT.contains(asks)));
}

#[test]
fn style_and_script_can_stand_in_their_elements() {
    assert!(!STYLE.contains('<'));
    assert!(!SCRIPT.contains("</script") && !SCRIPT.contains("<!--"));
}

#[test]
fn the_policy_allows_only_this_style_and_this_script() {
    let page = html(&empty());
    assert!(page.contains("content=\"default-src 'none'; style-src 'sha256-"));
    assert!(
        !page.contains("unsafe-inline") && !markup(&page).contains(" style=") && !markup(&page).contains(" onclick=")
    );
}

#[test]
fn an_empty_report_says_that_it_is_empty() {
    let page = html(&empty());
    assert!(page.contains("No metrics.") && page.contains("No slices") && page.contains("Nothing was measured."));
    assert!(!page.contains("NaN") && !page.contains("<svg"));
    assert_eq!(page.matches("<small>–</small>").count(), 16, "every cell of the confusion is of nothing");
}

#[test]
fn a_metric_over_no_cases_has_neither_value_nor_bar() {
    let page = html(&Report { metrics: vec![metric("f1", "answer", 0, None)], ..empty() });
    assert!(
        page.contains("<p class=\"value\">–</p>\n<p class=\"small\">95%: – <span class=\"n\">n = 0</span>"),
        "{page}"
    );
}

#[test]
fn figures_that_are_no_numbers_are_drawn_nowhere() {
    let mut report = hostile();
    let metric = &mut report.metrics[0];
    (metric.value, metric.low, metric.high) = (f64::NAN, f64::NEG_INFINITY, f64::INFINITY);
    report.risk_coverage[1].risk = f64::NAN;
    report.latency[0].max = f64::NAN;
    report.reliability[0].bins[0].accuracy = f64::NAN;
    for tag in tags(&markup(&html(&report))) {
        let drawn = [" points=", " x=", " y=", " cx=", " width="].iter().any(|a| tag.contains(a));
        assert!(!drawn || !(tag.contains("NaN") || tag.contains("inf")), "{tag}");
    }
}

#[test]
fn passed_and_failed_are_counted() {
    assert!(html(&hostile()).contains("<strong>2</strong> of <strong>4</strong> cases passed, 2 failed."));
}

#[test]
fn a_change_has_an_arrow_and_a_word() {
    let page = html(&hostile());
    assert!(
        page.contains(
            r#"<p class="change better"><span aria-hidden="true">▲</span> +0.250 <strong>better</strong></p>"#
        )
    );
}

#[test]
fn regressions_come_first_and_lead_to_their_cases() {
    let page = html(&hostile());
    assert!(page.contains("<h3>Regressions: 2</h3><ul class=\"ids\"><li><a href=\"#case=b%7C1\">"), "{page}");
    assert!(page.find("Regressions") < page.find("Improvements"));
    assert!(page.find("Improvements") < page.find("<h3 id=\"changes\">"));
}

#[test]
fn every_chart_has_a_title_a_description_and_a_table() {
    let page = html(&hostile());
    assert_eq!(page.matches("<svg class=\"plot\" role=\"img\" aria-labelledby=").count(), 3);
    assert_eq!((page.matches("<desc id=").count(), page.matches("<summary>The numbers</summary>").count()), (3, 3));
}
