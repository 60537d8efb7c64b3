//! The Jinja that chat templates are written in: Hugging Face's `apply_chat_template` renders them in an environment of
//! its own (transformers, `utils/chat_template_utils.py`). Knows its settings, filters and functions; does not know what
//! a message is.

use std::borrow::Cow;

use minijinja::{Environment, Error, ErrorKind, Value, filters, syntax::SyntaxConfig, value::Kwargs};
use minijinja_contrib::pycompat;
use regex::{Captures, Regex};
use time::Date;

/// Instructions that a template may take. `SmolLM2`'s takes about 20 a message; a template that loops for ever stops.
const FUEL: u64 = 1_000_000;

/// An environment whose clock stands still.
pub(super) fn environment(today: Date) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_unknown_method_callback(pycompat::unknown_method_callback);
    environment.add_filter("tojson", to_json);
    // Python cannot iterate over none; templates ask before they count the tools.
    environment.add_test("iterable", |value: &Value| !value.is_none() && value.try_iter().is_ok());
    environment.add_function("raise_exception", |message: String| -> Result<Value, Error> {
        Err(Error::new(ErrorKind::InvalidOperation, message))
    });
    environment.add_function("strftime_now", move |format: &str| written(today, format));
    environment.set_fuel(Some(FUEL));
    Ok(environment)
}

/// `{% generation %}` encloses what a model is trained on. It changes nothing in the text, and Jinja does not know it.
pub(super) fn without_generation(source: &str) -> Cow<'_, str> {
    let tag = Regex::new(r"\{%([-+]?)\s*(end)?generation\s*([-+]?)%\}").expect("a valid expression");
    tag.replace_all(source, |tag: &Captures<'_>| {
        let does = if tag.get(2).is_some() { "endif" } else { "if true" };
        format!("{{%{} {does} {}%}}", &tag[1], &tag[3])
    })
}

/// Python's `json.dumps` as Hugging Face calls it: the library's filter without what it escapes for HTML.
fn to_json(value: &Value, indent: Option<Value>, options: Kwargs) -> Result<String, Error> {
    options.get::<Option<bool>>("ensure_ascii")?;
    let json = filters::tojson(value, indent, options)?.to_string();
    let escape = Regex::new(r"\\(\\|u003c|u003e|u0026|u0027)").expect("a valid expression");
    let plain = escape.replace_all(&json, |escape: &Captures<'_>| match &escape[1] {
        "u003c" => "<",
        "u003e" => ">",
        "u0026" => "&",
        "u0027" => "'",
        _ => r"\\",
    });
    Ok(plain.into_owned())
}

/// A day in C's `strftime`, as far as templates ask for it. It is always midnight.
fn written(today: Date, format: &str) -> Result<String, Error> {
    let (month, weekday) = (today.month().to_string(), today.weekday().to_string());
    let mut text = String::new();
    let mut rest = format.chars();
    while let Some(character) = rest.next() {
        if character != '%' {
            text.push(character);
            continue;
        }
        let directive: String = match rest.next() {
            Some('-') => ['-'].into_iter().chain(rest.next()).collect(),
            other => other.into_iter().collect(),
        };
        let part = match directive.as_str() {
            "d" => format!("{:02}", today.day()),
            "-d" => today.day().to_string(),
            "e" => format!("{:2}", today.day()),
            "m" => format!("{:02}", u8::from(today.month())),
            "-m" => u8::from(today.month()).to_string(),
            "b" | "h" => month[..3].to_owned(),
            "B" => month.clone(),
            "y" => format!("{:02}", today.year().rem_euclid(100)),
            "Y" => format!("{:04}", today.year()),
            "a" => weekday[..3].to_owned(),
            "A" => weekday.clone(),
            "j" => format!("{:03}", today.ordinal()),
            "F" => format!("{:04}-{:02}-{:02}", today.year(), u8::from(today.month()), today.day()),
            "H" | "M" | "S" => "00".to_owned(),
            "I" => "12".to_owned(),
            "p" => "AM".to_owned(),
            "T" => "00:00:00".to_owned(),
            "Z" | "z" => String::new(),
            "%" => "%".to_owned(),
            other => {
                let reason = format!("`strftime_now` is asked for `%{other}`, which is not known");
                return Err(Error::new(ErrorKind::InvalidOperation, reason));
            }
        };
        text.push_str(&part);
    }
    Ok(text)
}

/// Today as templates write it where nobody tells them: the form of Llama 3's `date_string`.
pub(super) fn date_string(today: Date) -> String {
    format!("{:02} {} {:04}", today.day(), &today.month().to_string()[..3], today.year())
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn generation_tags_keep_what_they_do_to_white_space() {
        assert_eq!(
            without_generation("a {%- generation -%} b {% endgeneration+%}"),
            "a {%- if true -%} b {% endif +%}"
        );
        assert_eq!(without_generation("{{ generation }}"), "{{ generation }}");
    }

    #[test]
    fn json_is_written_as_python_writes_it() {
        let value = Value::from(r"<'&'> \ \u003c é");
        let options = || [("ensure_ascii", Value::from(false))].into_iter().collect::<Kwargs>();
        let written = |indent| to_json(&value, indent, options()).unwrap();
        assert_eq!(written(None), r#""<'&'> \\ \\u003c é""#);
        assert_eq!(written(Some(Value::from(2))), written(None));
    }

    #[test]
    fn a_directive_that_is_not_known_is_named() {
        assert_eq!(written(date!(2026 - 12 - 01), "%d.%m.%Y").unwrap(), "01.12.2026");
        for format in ["%Q", "%", "%-", "%-Q"] {
            let reason = written(date!(2026 - 12 - 01), format).unwrap_err().to_string();
            assert!(reason.contains(&format!("`{format}`")), "{reason}");
        }
    }
}
