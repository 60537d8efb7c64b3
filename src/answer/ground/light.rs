//! Words that carry a sentence rather than its subject: what a paraphrase brings along without saying anything new, in any
//! domain. Knows English; whether such a word matters where it stands it does not ask.

use std::{collections::HashSet, sync::LazyLock};

use crate::index::analyze;

/// By what they do: verbs of being, having, going and meaning, words of manner and time, words for anything.
const WORDS: &str = "\
    become became becomes come comes came coming go goes went gone going put puts bring brings brought leave leaves left \
    run runs ran keep stay stand stands sit sits fall falls hit hits kick kicks pass passes reach reached top tops \
    treat treated treats call called calls mean means meant matter matters count counts counted work works worked happen \
    happens happened occur turn turns regard regarded consider considered deem deemed view viewed see sees seen find \
    finds found look looks know knows known think say says said speak want wants wish wishes try tries hope suppose \
    make makes made making do done take takes taken took taking give gives given gave giving get gets got getting \
    have having hold holds held let lets letting offer offers offered provide provided provides allow allows allowed \
    use uses used using need needs needed require requires required apply applies applied help helps helped \
    depend involve involves concern concerns cover covers covered cause causes caused lead leads led serve serves \
    belong belongs attach attached carry carries carried set sets lie lies end ends ended start starts \
    started begin begins beginning began stop stops stopped follow follows followed wait waits waiting arrive arrives \
    arise arises result results exist exists remain remains continue continues stretch stretches swap swapping trigger \
    triggers triggered decide decides decided figure figures figuring fill fills filled ask asks asked asking tell told \
    write wrote written writing hear heard show shows shown send sends sent fetch forget forgetting forgot overlook \
    away back along alone apart aside beside besides beyond forward onward ahead behind around across anywhere somewhere \
    everywhere elsewhere there here now today soon sooner already still yet always forever long longer recently finally \
    eventually afterwards meanwhile indefinitely simply merely mainly mostly chiefly especially particularly really \
    actually indeed certainly exactly precisely nearly almost roughly quite rather fairly pretty straight directly \
    otherwise likewise similarly accordingly hence therefore whereas because since though although unlike despite \
    thing things matter matters way ways case cases point points part parts piece pieces bit lot slice row rest \
    side sides kind kinds sort sorts type types chance chances issue question answer example instance fact facts reason \
    reasons purpose situation circumstances condition conditions place time times moment amount amounts number \
    numbers quantity extent degree level pace people period periods group groups person persons somebody everybody anybody yourself himself herself \
    itself themselves ourselves yours theirs ones own money dollar dollars \
    new whole full entire complete total enough sufficient able likely ready open available possible necessary certain \
    sure clear plain simple great good well better best brand exact actual real usual normal common general special \
    youve youre youll theyre theyve theyll whats thats its heres wont isnt arent doesnt dont couldnt wouldnt \
    plus equal equals double half ever reach short mind worth instead";

static STEMS: LazyLock<HashSet<String>> = LazyLock::new(|| analyze::terms(WORDS).into_iter().collect());

/// Whether a word of this stem says nothing new by itself.
pub fn is_light(stem: &str) -> bool {
    STEMS.contains(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(word: &str) -> bool {
        analyze::terms(word).iter().all(|stem| is_light(stem))
    }

    #[test]
    fn a_word_that_carries_a_sentence_is_light_and_what_it_is_about_is_not() {
        assert!(is("treated") && is("comes") && is("yourself"));
        assert!(!is("landlord") && !is("wages") && !is("late"));
    }
}
