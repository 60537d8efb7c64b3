//! Units: a number with one is no amount of dollars.

use super::token::{Shape, Token};

/// The unit at token `from`, named in full, and the token after it.
pub fn measure(tokens: &[Token], from: usize) -> Option<(&'static str, usize)> {
    let at = from + usize::from(tokens.get(from).is_some_and(|dash| dash.is_dash() && dash.glued));
    let of_miles = [
        "business",
        "self",
        "employed",
        "job",
        "medical",
        "charity",
        "charitable",
        "moving",
        "work",
        "total",
        "personal",
        "uber",
        "odd",
        "more",
    ];
    let words = tokens.get(at..).unwrap_or_default().iter().take(3);
    let driven = words.take_while(|token| token.is_one_of(&of_miles)).count();
    let miles = tokens.get(at + driven).is_some_and(|next| next.is_one_of(&["mile", "miles"]));
    let at = at + if miles { driven } else { 0 };
    let token = tokens.get(at).filter(|token| token.shape == Shape::Word)?;
    let next = tokens.get(at + 1);
    let square = token.is_one_of(&["sq", "square"])
        && next.is_some_and(|next| next.is_one_of(&["ft", "feet", "foot", "footage"]));
    if square {
        return Some(("square feet", at + 2));
    }
    if token.is("pay") && next.is_some_and(|next| next.is_one_of(&["periods", "checks", "days"])) {
        return Some(("paychecks", at + 2));
    }
    let unit = match token.text.as_str() {
        "mile" | "miles" | "mi" => "miles",
        "year" | "years" | "yr" | "yrs" => "years",
        "month" | "months" | "mo" | "mos" => "months",
        "week" | "weeks" | "wk" | "wks" => "weeks",
        "day" | "days" => "days",
        "hour" | "hours" | "hr" | "hrs" => "hours",
        "minute" | "minutes" => "minutes",
        "quarter" | "quarters" => "quarters",
        "paychecks" | "paycheques" | "paydays" | "paystubs" => "paychecks",
        "share" | "shares" | "rsus" | "options" => "shares",
        "sqft" => "square feet",
        "acre" | "acres" => "acres",
        "unit" | "units" => "units",
        "point" | "points" => "points",
        "credit" | "credits" => "credits",
        "gallon" | "gallons" => "gallons",
        "kwh" | "kw" | "kilowatts" => "kilowatts",
        "lbs" => "pounds",
        "btc" | "eth" | "bitcoin" | "bitcoins" | "coins" => "coins",
        "cents" | "cent" => "cents",
        "times" => "times",
        "bedroom" | "bedrooms" | "room" | "rooms" => "rooms",
        _ => return None,
    };
    // `a 5,000 credit` is an amount, `4 credits` are not.
    (!token.is("credit")).then_some((unit, at + 1))
}
