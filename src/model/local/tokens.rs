//! Prompts and quotations as a model's tokens.

use crate::{
    error::Result,
    model::{
        Message, Prompt,
        quote::{Quotable, Rules, Vocabulary},
        template::Template,
        tokenizer::ChatTokenizer,
    },
};

/// What may stand between two quotations.
const CONNECTIVES: [&str; 7] = [" and", " or", " but", " Also,", " However,", ",", "\n"];

pub(super) struct Tokens {
    pub tokenizer: ChatTokenizer,
    pub template: Template,
}

impl Tokens {
    pub fn encode(&self, prompt: &Prompt) -> Result<Vec<u32>> {
        self.tokenizer.encode_pieces(&self.template.render(prompt)?)
    }

    /// How many of a prompt's tokens do not depend on what comes after its shared text.
    pub fn shared(&self, prompt: &Prompt, ids: &[u32]) -> Result<usize> {
        let Some((last, before)) = prompt.messages.split_last() else { return Ok(0) };
        let Some(start) = last.text.get(..prompt.shared).filter(|text| !text.trim().is_empty()) else { return Ok(0) };
        let text = |end: &str| Message { speaker: last.speaker, text: format!("{start}{end}") };
        // Two ends that have nothing in common: what is the same in front of both is the same in front of any.
        let mut shared = ids.len();
        for end in ["A", "7\n"] {
            let messages = before.iter().cloned().chain([text(end)]).collect();
            let other = self.encode(&Prompt { messages, shared: 0 })?;
            shared = shared.min(ids.iter().zip(&other).take_while(|(a, b)| a == b).count());
        }
        Ok(shared)
    }

    /// What may be quoted of these texts.
    pub fn quotable(&self, quotes: &[String]) -> Result<Quotable> {
        let encode = |text: &str| self.tokenizer.encode_text(text);
        let passages = quotes.iter().map(|text| encode(text)).collect::<Result<Vec<_>>>()?;
        let connectives = CONNECTIVES.iter().map(|text| encode(text)).collect::<Result<Vec<_>>>()?;
        let vocabulary = Vocabulary {
            bytes: &|token| self.tokenizer.bytes(token).to_vec(),
            token: &|bytes| {
                let ids = encode(std::str::from_utf8(bytes).ok()?).ok()?;
                if let [id] = ids[..] { Some(id) } else { None }
            },
        };
        Ok(Quotable::new(&passages, &connectives, &self.tokenizer.ends(), vocabulary, Rules::default()))
    }
}
