//! Personal data and what is written in its place. The numbers are made up, or published for tests: 555-01xx telephone
//! numbers, cards of payment processors, examples of the IBAN registry.

use super::super::mask;

#[rustfmt::skip]
const FOUND: &[(&str, &str)] = &[
    // Social Security numbers.
    ("My SSN is 123-45-6789.", "My SSN is [SSN]."),
    ("123 45 6789 is mine", "[SSN] is mine"),
    ("123.45.6789", "[SSN]"),
    ("123–45–6789 and 123—45—6789", "[SSN] and [SSN]"),
    ("123 - 45 - 6789", "[SSN]"),
    ("１２３－４５－６７８９", "[SSN]"),
    ("123\u{a0}45\u{a0}6789", "[SSN]"),
    ("١٢٣-٤٥-٦٧٨٩", "[SSN]"),
    ("ssn 123456789", "ssn [SSN]"),
    ("My social is 123456789, can I file?", "My social is [SSN], can I file?"),
    ("SSN:\n123456789", "SSN:\n[SSN]"),
    ("SSN#123456789", "SSN#[SSN]"),
    ("ss# 123456789", "ss# [SSN]"),
    ("my soc. sec. no. is 123456789", "my soc. sec. no. is [SSN]"),
    ("ssn123456789", "ssn[SSN]"),
    ("123456789 is my social security number", "[SSN] is my social security number"),
    ("use 123456789 (SSN)", "use [SSN] (SSN)"),
    ("SSNs 123-45-6789 and 234-56-7890", "SSNs [SSN 1] and [SSN 2]"),
    ("Medicare claim 123-45-6789A", "Medicare claim [SSN]A"),
    ("tax id 123456789", "tax id [SSN]"),
    // Taxpayer and employer identification numbers.
    ("ITIN 912-70-1234", "ITIN [ITIN]"),
    ("my ITIN is 912701234", "my ITIN is [ITIN]"),
    ("EIN 12-3456789", "EIN [EIN]"),
    ("The payer, 98–7654321, sent a 1099-K", "The payer, [EIN], sent a 1099-K"),
    ("employer identification number 123456789", "employer identification number [EIN]"),
    ("FEIN: 12 3456789", "FEIN: [EIN]"),
    // Cards.
    ("I paid with 4111 1111 1111 1111.", "I paid with [card number]."),
    ("4111-1111-1111-1111", "[card number]"),
    ("4111111111111111", "[card number]"),
    ("amex 3782 822463 10005 exp 12/27", "amex [card number] exp 12/27"),
    ("5555 5555 5555 4444 12", "[card number] 12"),
    // Banks.
    ("checking account 12345678", "checking account [account number]"),
    ("acct. no. 0012-3456-7890", "acct. no. [account number]"),
    ("Konto 1234 5678 90", "Konto [account number]"),
    ("deposit it to my savings at First Bank, 98765432101", "deposit it to my savings at First Bank, [account number]"),
    ("12345678 is my account number", "[account number] is my account number"),
    ("routing 021000021, account 000123456789", "routing [routing number], account [account number]"),
    ("account 021000021", "account [routing number]"),
    ("ABA# 011401533", "ABA# [routing number]"),
    ("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN [IBAN] please"),
    ("send to GB29NWBK60161331926819.", "send to [IBAN]."),
    ("de89370400440532013000", "[IBAN]"),
    // E-mail addresses.
    ("write to jane.doe+tax@mail.example.co.uk!", "write to [e-mail]!"),
    ("<ada@example.com>, bob@example.org", "<[e-mail 1]>, [e-mail 2]"),
    ("mine is a.b@example.com—please write", "mine is [e-mail]—please write"),
    ("ada@example.com.Thanks", "[e-mail]"),
    ("ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", "[e-mail]"),
    ("이메일 spam@example.gov로 보내십시오", "이메일 [e-mail]로 보내십시오"),
    ("123-45-6789입니다", "[SSN]입니다"),
    ("jürgen@müller.example and JÜRGEN@MÜLLER.EXAMPLE", "[e-mail] and [e-mail]"),
    // Telephone numbers.
    ("call (212) 555-0123", "call [phone number]"),
    ("1-212-555-0123 or +1 212.555.0123", "[phone number] or [phone number]"),
    ("+1 (212) 555-0123 x45", "[phone number]"),
    ("212 555 0123, ext. 6", "[phone number]"),
    ("my cell is 2125550123", "my cell is [phone number]"),
    ("2125550123", "[phone number]"),
    ("Text me at 555-0123", "Text me at [phone number]"),
    ("+49 30 123456 in 2024", "[phone number] in 2024"),
    ("+44 (0)20 7946 0958", "[phone number]"),
    ("tel. +4930123456", "tel. [phone number]"),
    // Addresses.
    ("I live at 123 Main St.", "I live at [address]"),
    ("12B N. Elm Street, Apt 4, Springfield, IL 62704-1234", "[address]"),
    ("mail it to 1600 Pennsylvania Ave NW, Washington, D.C. 20500", "mail it to [address]"),
    ("742 Evergreen Terrace\nSpringfield, Oregon 97403\nThanks", "[address]\nThanks"),
    ("the house at 55 west 42nd street", "the house at [address]"),
    ("55 W 42nd St #12", "[address]"),
    ("I live at 2010 O'Farrell Blvd, San Francisco CA 94109.", "I live at [address]."),
    ("the rental, 12 oak lane, portland, or 97201", "the rental, [address]"),
    ("P.O. Box 1234, Salt Lake City, UT 84101", "[address]"),
    ("456 Broadway, New York, NY 10013", "[address]"),
    ("1251 Avenue of the Americas\nNew York, NY 10020", "[address]"),
    ("PO box 77", "[address]"),
    ("9 Martin Luther King Jr. Boulevard", "[address]"),
    ("7 Elm Apt 4B", "[address]"),
    ("Hauptstraße 12, 10115 Berlin", "[address]"),
    // Names.
    ("Mr. John Smith owes me.", "Mr. [name] owes me."),
    ("Mr. and Mrs. O'Neil-Jones", "Mr. and Mrs. [name]"),
    ("Herr Dr. Müller und Frau Øster", "Herr Dr. [name 1] und Frau [name 2]"),
    ("Hi, my name is María José de la Cruz, and I moved", "Hi, my name is [name], and I moved"),
    ("I’m called Zoë. I am single.", "I’m called [name]. I am single."),
    ("My name is J. R. Ewing and", "My name is [name] and"),
    ("my name is 王小明", "my name is [name]"),
    ("Thank you.\n\nSigned,\nAda Lovelace", "Thank you.\n\nSigned,\n[name]"),
    ("Regards,\nAda\n", "Regards,\n[name]\n"),
    ("Name: Ada Lovelace\nFiling status: single", "Name: [name]\nFiling status: single"),
    ("My wife Maria is a resident", "My wife [name] is a resident"),
    ("My husband, John Q. Public, died", "My husband, [name], died"),
    ("Dr. J. R. R. Tolkien Jr. came", "Dr. [name]. came"),
    ("Ms van der Berg's W-2", "Ms [name]'s W-2"),
    ("Prof. Will March said so", "Prof. [name] said so"),
    ("Mrs. April May, in May 2024", "Mrs. [name], in May 2024"),
    ("Mr. Smith Will I owe tax on a Roth IRA?", "Mr. [name] Will I owe tax on a Roth IRA?"),
    // The same again, and others.
    ("My name is Ada Lovelace. Ada Lovelace, or Lovelace, ADA", "My name is [name]. [name], or [name], [name]"),
    ("Mr. Smith met Ms Smithers; Smith paid", "Mr. [name 1] met Ms [name 2]; [name 1] paid"),
    ("Mr. Smith. My name is John Smith.", "Mr. [name]. My name is [name]."),
    ("Mr. John Smith, Mrs. Jane Smith; the Smith return", "Mr. [name 1], Mrs. [name 2]; the [name 3] return"),
    (
        "account 12345678. Is 12345678 reported on Form 8938?",
        "account [account number]. Is [account number] reported on Form 8938?",
    ),
    ("SSN 123-45-6789, again 123456789", "SSN [SSN], again [SSN]"),
    ("I live at 9 Elm Rd, Austin, TX. 9 elm rd is mine", "I live at [address]. [address] is mine"),
    ("[name 1] and Mr. Smith", "[name 1] and Mr. [name 2]"),
    ("Mr. Smith, 123-45-6789, smith@example.com", "Mr. [name], [SSN], [e-mail]"),
];

#[test]
fn personal_data_is_masked() {
    let wrong: Vec<String> = FOUND
        .iter()
        .filter_map(|(text, expected)| {
            let got = mask(text).text;
            (got != *expected).then(|| format!("{text:?}\n  gives    {got:?}\n  and not  {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), FOUND.len(), wrong.join("\n"));
}
