//! What a packet holds, how it reads, and what is written.

use std::fs;

use serde_json::json;

use super::*;

fn draft() -> Draft {
    Draft {
        pack: "us-tax".into(),
        date: "2026-01-31".into(),
        reason: "policy: own case of Mr. Smith".into(),
        contact: Some("desk@example.com, 212-555-0100".into()),
        question: "My name is John Smith, SSN 123-45-6789.\r\nWhere is my refund of $1,234?".into(),
        conversation: vec!["I filed Form 1040 in 2024.".into(), "Smith again:\n# jane@example.com asks too".into()],
        findings: json!({
            "(212) 555-0123": true,
            "212-555-0123": null,
            "rules": [{"note": "123 45 6789", "value": 0.25}],
        }),
        looked_at: vec![Source {
            document: "refunds".into(),
            title: "Refunds".into(),
            section: Some("Where is\nmy refund".into()),
            url: Some("https://www.irs.gov/refunds".into()),
        }],
    }
}

#[test]
fn a_packet_reads_as_it_is_written() {
    let page = Packet::new(draft()).preview();
    let expected = r#"# Question for a person: us-tax

- Date: 2026-01-31
- Reason: policy: own case of Mr. [name]
- Contact: desk@example.com, 212-555-0100
- Masked: 2 × ssn, 1 × email, 2 × phone, 3 × name

## Question

> My name is [name], SSN [SSN].
> Where is my refund of $1,234?

## Earlier in the conversation

1. > I filed Form 1040 in 2024.
2. > [name] again:
   > # [e-mail] asks too

## What was looked at

- Refunds, Where is my refund, https://www.irs.gov/refunds (`refunds`)

## Findings

```json
{
  "[phone number]": true,
  "[phone number]'": null,
  "rules": [
    {
      "note": "[SSN]",
      "value": 0.25
    }
  ]
}
```

Personal data was masked by rules, which do not find all of it. Read this before you pass it on.
"#;
    assert_eq!(page, expected);
}

#[test]
fn nothing_personal_is_in_a_packet() {
    let packet = Packet::new(draft());
    let written = packet.preview() + serde_json::to_string(&packet).unwrap().as_str();
    for value in ["Smith", "123-45-6789", "123 45 6789", "jane", "555-0123"] {
        assert!(!written.contains(value), "{value}");
    }
}

#[test]
fn several_people_have_their_numbers_everywhere() {
    let question = "Can Mr. Smith claim Mrs. Jones?".to_owned();
    let draft = Draft { question, conversation: vec!["Mrs. Jones is 70.".into()], ..draft() };
    let packet = Packet::new(Draft { reason: String::new(), ..draft });
    assert_eq!(packet.question(), "Can Mr. [name 1] claim Mrs. [name 2]?");
    assert_eq!(packet.conversation(), ["Mrs. [name 2] is 70."]);
    assert_eq!(packet.masked()[&Kind::Name], 3);
    assert_eq!(packet.contact(), Some("desk@example.com, 212-555-0100"));
}

#[test]
fn a_packet_without_more_than_a_question_is_short() {
    let draft = Draft { pack: "us-tax".into(), question: "Why?\r\u{1b}[2J# not a heading".into(), ..Draft::default() };
    let page = Packet::new(draft).preview();
    assert!(
        page.contains("- Masked: nothing was found\n\n## Question\n\n> Why?\n> \u{fffd}[2J# not a heading\n\nPersonal")
    );
    assert!(!page.contains("Contact") && !page.contains("Findings") && !page.contains("Earlier"));
}

#[test]
fn what_is_written_is_the_preview_and_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let packet = Packet::new(draft());
    let path = packet.write(&folder.path().join("handoff")).unwrap();
    let name = path.file_stem().unwrap().to_str().unwrap();
    let hash = name.strip_prefix("2026-01-31-").unwrap();
    assert!(hash.len() == 8 && hash.chars().all(|c| c.is_ascii_hexdigit()), "{name}");
    assert_eq!(fs::read_to_string(&path).unwrap(), packet.preview());
    let json = fs::read_to_string(path.with_extension("json")).unwrap();
    assert_eq!(serde_json::from_str::<Packet>(&json).unwrap(), packet);
    assert!(json.contains("\"schema\": 1") && json.contains("\"ssn\": 2"));
    assert_eq!(packet.write(&folder.path().join("handoff")).unwrap(), path);
}

#[test]
fn packets_that_differ_have_files_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let one = Packet::new(draft()).write(folder.path()).unwrap();
    let other = Packet::new(Draft { question: "And mine?".into(), ..draft() }).write(folder.path()).unwrap();
    assert_ne!(one, other);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
}

#[test]
fn a_date_does_not_lead_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    for date in ["../x", "a/b", "", "2026 01", "."] {
        let packet = Packet::new(Draft { date: date.into(), ..draft() });
        let error = packet.write(&folder.path().join("handoff")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{date}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_packet_of_another_format_is_not_read() {
    let json = serde_json::to_string(&Packet::new(draft())).unwrap().replacen("\"schema\":1", "\"schema\":2", 1);
    let error = serde_json::from_str::<Packet>(&json).unwrap_err().to_string();
    assert!(error.starts_with("the packet is of format 2, and this version reads 1"), "{error}");
}
