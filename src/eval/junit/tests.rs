//! What the `JUnit` file of a report holds.

use super::{
    super::{
        fixture::{HOSTILE, empty, hostile},
        report::Resources,
    },
    *,
};

#[test]
fn the_suite_counts_its_tests_and_failures() {
    let suite = junit(&hostile());
    assert_eq!(suite.matches("tests=\"4\" failures=\"2\" errors=\"0\"").count(), 2, "{suite}");
    assert_eq!((suite.matches("<testcase ").count(), suite.matches("<failure ").count()), (4, 2));
    assert!(suite.contains("time=\"1.000\" timestamp"), "{suite}");
}

#[test]
fn measured_seconds_are_the_suites_time() {
    let resources = Resources { seconds: Some(7.5), ..Resources::default() };
    assert!(junit(&Report { resources, ..hostile() }).contains("time=\"7.500\" timestamp"));
}

#[test]
fn nothing_is_a_suite_too() {
    assert!(junit(&empty()).contains("tests=\"0\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"0.000\""));
}

#[test]
fn a_failure_has_faults_cause_and_text() {
    let suite = junit(&hostile());
    assert!(suite.contains("<failure message=\"first&#10;&lt;/script&gt;"), "{suite}");
    assert!(suite.contains("type=\"routing\">") && suite.contains("expected refuse, got answer"), "{suite}");
}

#[test]
fn what_xml_has_no_character_for_is_left_out() {
    assert_eq!(xml("a\0b\x1b\x08\u{fffe}c\td\ne\u{85}세😀"), "abc&#9;d&#10;e\u{85}세😀");
    assert_eq!(xml("<a b=\"c\">&"), "&lt;a b=&quot;c&quot;&gt;&amp;");
    assert!(!xml(HOSTILE).contains(['<', '>', '"', '\0', '\x1b']));
}
