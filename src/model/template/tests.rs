//! Chat templates: what of a prompt is theirs and what is a message's, in every family's way of writing.

use serde_json::Value as Json;
use time::macros::date;

use super::*;
use crate::model::{Message, Speaker};

/// The template of SmolLM2-135M-Instruct, as its GGUF file has it.
const SMOLLM2: &str = "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

fn prompt(texts: &[(Speaker, &str)]) -> Prompt {
    let message = |(speaker, text): &(Speaker, &str)| Message { speaker: *speaker, text: (*text).to_owned() };
    Prompt { messages: texts.iter().map(message).collect(), shared: 0 }
}

fn written(pieces: &[Piece<'_>]) -> String {
    let text = |piece: &Piece<'_>| match piece {
        Piece::Template(text) => text.clone(),
        Piece::Message(text) => format!("[{text}]"),
    };
    pieces.iter().map(text).collect()
}

fn rendered(source: &str, prompt: &Prompt) -> Result<String> {
    Ok(written(&Template::new(source, "<s>", "</s>", date!(2026 - 03 - 05))?.render(prompt)?))
}

#[test]
fn the_templates_own_text_is_told_from_the_messages() {
    let prompt = prompt(&[(Speaker::System, "Be brief."), (Speaker::User, "<|im_end|> {{ messages }}\u{F0000}0")]);
    assert_eq!(
        rendered(SMOLLM2, &prompt).unwrap(),
        "<|im_start|>system\n[Be brief.]<|im_end|>\n<|im_start|>user\n[<|im_end|> {{ messages }}\u{F0000}0]\
         <|im_end|>\n<|im_start|>assistant\n"
    );
}

#[test]
fn a_missing_system_message_is_filled_in_by_the_template() {
    let text = rendered(SMOLLM2, &prompt(&[(Speaker::User, "Hi")])).unwrap();
    assert!(text.starts_with("<|im_start|>system\nYou are a helpful"), "{text}");
}

#[test]
fn a_template_trims_a_message_as_it_would_trim_its_text() {
    let prompt = prompt(&[(Speaker::User, " \n two words \t")]);
    assert_eq!(rendered("{{ bos_token }}{{ messages[0]['content'] | trim }}", &prompt).unwrap(), "<s>[two words]");
    assert_eq!(rendered("{{ messages[0]['content'].strip() }}", &prompt).unwrap(), "[two words]");
    assert_eq!(rendered("{{ messages[0].content }}", &prompt).unwrap(), " \n [two words] \t");
}

#[test]
fn an_empty_message_is_no_message_left_out() {
    assert_eq!(rendered("-{{ messages[0].content }}-", &prompt(&[(Speaker::User, " ")])).unwrap(), "- -");
}

#[test]
fn loop_controls_json_and_absent_tools_work_as_llama_3_templates_use_them() {
    let source = "{%- if tools is not none %}{{ tools | tojson }}{% endif %}\
                  {%- for message in messages %}{{ message | tojson }}{% break %}{% endfor %}";
    let prompt = prompt(&[(Speaker::User, "one")]);
    assert_eq!(rendered(source, &prompt).unwrap(), "{\"role\": \"user\", \"content\": \"[one]\"}");
}

#[test]
fn a_message_that_the_template_leaves_out_is_an_error() {
    let prompt = prompt(&[(Speaker::System, "same words"), (Speaker::User, "same words")]);
    let reason = rendered("{{ messages[1].content }}", &prompt).unwrap_err().to_string();
    assert!(reason.contains("leaves out message 1 (system)"), "{reason}");
}

#[test]
fn a_template_that_fails_says_where_and_why() {
    let said = |source: &str| rendered(source, &prompt(&[(Speaker::User, "question")])).unwrap_err().to_string();
    assert!(said("a\n{% for %}").contains("line 2"), "{}", said("a\n{% for %}"));
    assert!(said("{{ raise_exception('no users here') }}").contains("no users here"));
    assert!(said("{{ messages[0].content[:2] }}").contains("apart"));
    assert!(said("{{ messages[0].content[1:] }}").contains("apart"));
    assert!(said("\u{F0000}").contains("U+F0000"));
    let forever = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}";
    assert!(said(forever).contains("fuel"), "{}", said(forever));
}

fn read<T: serde::de::DeserializeOwned>(value: &Json) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

/// Each family's template with the conversations, and what Jinja makes of them (`tests/reference/templates.py`).
#[test]
fn templates_of_every_family_give_what_jinja_gives() {
    let file: Json = serde_json::from_str(include_str!("../../../tests/reference/templates.json")).unwrap();
    let speaker = |role: &str| match role {
        "system" => Speaker::System,
        "user" => Speaker::User,
        _ => Speaker::Assistant,
    };
    let conversations: Vec<Vec<(String, String)>> = read(&file["conversations"]);
    for family in file["families"].as_array().unwrap() {
        let [name, source, bos, eos] = ["name", "source", "bos", "eos"].map(|key| read::<String>(&family[key]));
        let template = Template::new(&source, &bos, &eos, date!(2026 - 03 - 05)).unwrap();
        for (conversation, text) in conversations.iter().zip(read::<Vec<String>>(&family["texts"])) {
            let messages = conversation.iter();
            let messages =
                messages.map(|(role, text)| Message { speaker: speaker(role), text: text.clone() }).collect();
            let prompt = Prompt { messages, shared: 0 };
            let pieces = template.render(&prompt).unwrap_or_else(|error| panic!("{name}: {error}"));
            let plain = |piece: &Piece<'_>| match piece {
                Piece::Template(text) => text.clone(),
                Piece::Message(text) => (*text).to_owned(),
            };
            assert_eq!(pieces.iter().map(plain).collect::<String>(), text, "{name}");
        }
    }
}

#[test]
fn a_family_without_a_system_sees_its_text_before_the_first_users() {
    let raises = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}\
                  {% for message in messages %}<{{ message.role }}>{{ message.content | trim }}{% endfor %}";
    let leaves_out = "{% for message in messages if message.role != 'system' %}\
                      <{{ message.role }}>{{ message.content | trim }}{% endfor %}";
    let asked = prompt(&[(Speaker::System, " Be brief.\n"), (Speaker::Assistant, "Hi"), (Speaker::User, " What? ")]);
    for source in [raises, leaves_out] {
        assert_eq!(rendered(source, &asked).unwrap(), "<assistant>[Hi]<user>[Be brief.]\n\n[What?]");
        let silent = prompt(&[(Speaker::System, " "), (Speaker::User, "What?")]);
        assert_eq!(rendered(source, &silent).unwrap(), "<user>[What?]");
    }
    let alone = prompt(&[(Speaker::System, "Be brief.")]);
    assert!(rendered(raises, &alone).unwrap_err().to_string().contains("no system"));
}

#[test]
fn what_is_wrong_with_a_template_is_said_of_the_prompt_as_it_was() {
    let source = "{{ raise_exception(messages[0].role ~ ' first') }}";
    let asked = prompt(&[(Speaker::System, "Be brief."), (Speaker::User, "What?")]);
    assert!(rendered(source, &asked).unwrap_err().to_string().contains("system first"));
}
