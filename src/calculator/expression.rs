//! The expressions of a calculator: arithmetic on decimals, comparisons and choices, and nothing else.
//! The only file that knows Rhai. An expression has no loops, no assignments, no functions but those listed here, and
//! reaches nothing outside the values that it is given.

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::LazyLock};

use rhai::{AST, Dynamic, Engine, EvalAltResult, ImmutableString, ParseErrorType, Scope};
use rust_decimal::Decimal;

use super::figure::{Arithmetic, Figure, Towards};

/// No expression is longer.
const LONGEST: usize = 500;

/// The functions that an expression may call.
pub const FUNCTIONS: [&str; 7] = ["min", "max", "when", "round_up", "round_down", "nearest", "share"];

/// What Rhai has and expressions do without. `&` and `|` stay: see [`Expression::compile`].
const LEFT_OUT: [&str; 29] = [
    "if",
    "switch",
    "let",
    "const",
    "while",
    "loop",
    "for",
    "do",
    "in",
    "!in",
    "eval",
    "print",
    "debug",
    "type_of",
    "is_def_var",
    "Fn",
    "call",
    "curry",
    "this",
    "**",
    "%",
    "<<",
    ">>",
    "^",
    "??",
    "..",
    "..=",
    "=",
    ";",
];

/// The value of a choice, among its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// What it may be.
    pub values: Vec<String>,
}

/// What a name stands for.
#[derive(Debug, Clone)]
pub enum Term {
    /// A number.
    Figure(Figure),
    /// The value of a choice.
    Choice(Choice),
    /// Yes or no.
    Flag(bool),
}

/// What the names of an expression stand for.
pub type Names = BTreeMap<String, Term>;

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A name that stands for nothing.
    #[error("`{0}` is not known here: it is neither an input nor an earlier step")]
    Unknown(String),
    /// It cannot be read, or does not fit together.
    #[error("{0}")]
    Unfit(String),
    /// It has no result.
    #[error("{0}")]
    Arithmetic(#[from] Arithmetic),
}

/// An expression that was read.
#[derive(Debug, Clone)]
pub struct Expression(AST);

impl Expression {
    /// Reads an expression and tries it on `samples`, values of the kinds that its names will have. For the trial `&&`
    /// and `||` are read as `&` and `|`, which bind alike and look at both sides, so that every part is tried.
    ///
    /// # Errors
    /// What is wrong with it. That the samples lead to no result is not an error.
    pub fn compile(text: &str, samples: &Names) -> Result<(Self, Option<Term>), Fault> {
        if text.chars().count() > LONGEST {
            return Err(Fault::Unfit(format!("the expression is longer than {LONGEST} characters")));
        }
        let scope = scope(samples);
        let expression = Self(read(text, &scope)?);
        let trial = Self(read(&text.replace("&&", "&").replace("||", "|"), &scope)?);
        match trial.evaluate(samples) {
            Ok(term) => Ok((expression, Some(term))),
            Err(Fault::Arithmetic(_)) => Ok((expression, None)),
            Err(fault) => Err(fault),
        }
    }

    /// What it comes to.
    ///
    /// # Errors
    /// That there is no result; kinds that do not fit, which [`Expression::compile`] finds.
    pub fn evaluate(&self, names: &Names) -> Result<Term, Fault> {
        let result = ENGINE.eval_ast_with_scope::<Dynamic>(&mut scope(names), &self.0).map_err(|e| fault(*e))?;
        if let Ok(flag) = result.as_bool() {
            return Ok(Term::Flag(flag));
        }
        match figure(result) {
            Ok(figure) => Ok(Term::Figure(figure)),
            Err(_) => Err(Fault::Unfit("the expression comes to words, not to a number or yes or no".into())),
        }
    }
}

/// Whether a name can be used in expressions.
pub fn is_name(name: &str) -> bool {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= 60
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let names = Names::from([(name.to_owned(), Term::Flag(true))]);
    let taken = FUNCTIONS.contains(&name) || LEFT_OUT.contains(&name) || ["true", "false"].contains(&name);
    plain && !taken && Expression::compile(name, &names).is_ok()
}

type Outcome<T> = Result<T, Box<EvalAltResult>>;

type Comparison = fn(&Decimal, &Decimal) -> bool;

static ENGINE: LazyLock<Engine> = LazyLock::new(engine);

fn read(text: &str, scope: &Scope<'_>) -> Result<AST, Fault> {
    ENGINE.compile_expression_with_scope(scope, text).map_err(|e| match e.err_type() {
        ParseErrorType::VariableUndefined(name) => Fault::Unknown(name.clone()),
        other => Fault::Unfit(format!("`{text}` cannot be read: {other}")),
    })
}

fn scope(names: &Names) -> Scope<'static> {
    let mut scope = Scope::new();
    for (name, term) in names {
        let value = match term {
            Term::Figure(figure) => Dynamic::from(figure.clone()),
            Term::Choice(choice) => Dynamic::from(choice.clone()),
            Term::Flag(flag) => Dynamic::from(*flag),
        };
        scope.push_constant_dynamic(name.as_str(), value);
    }
    scope
}

fn fault(error: EvalAltResult) -> Fault {
    match error {
        EvalAltResult::ErrorRuntime(value, _) => match value.clone().try_cast::<Arithmetic>() {
            Some(arithmetic) => Fault::Arithmetic(arithmetic),
            None => Fault::Unfit(value.to_string()),
        },
        EvalAltResult::ErrorFunctionNotFound(call, _) => {
            let call = call
                .replace("i64", "number")
                .replace("decimal", "number")
                .replace("&str | ImmutableString | String", "text");
            Fault::Unfit(format!("there is no `{call}`; the functions are `{}`", FUNCTIONS.join("`, `")))
        }
        other => Fault::Unfit(other.to_string()),
    }
}

fn refuse<T>(message: impl Into<String>) -> Outcome<T> {
    Err(Box::new(EvalAltResult::ErrorRuntime(message.into().into(), rhai::Position::NONE)))
}

/// The number in a value of Rhai.
fn figure(value: Dynamic) -> Outcome<Figure> {
    let kind = value.type_name();
    if let Ok(whole) = value.as_int() {
        return Ok(whole.into());
    }
    if let Ok(decimal) = value.as_decimal() {
        return Ok(decimal.into());
    }
    value.try_cast::<Figure>().map_or_else(|| refuse(format!("a number was expected, not a {kind}")), Ok)
}

impl From<i64> for Figure {
    fn from(value: i64) -> Self {
        Self::literal(value.into())
    }
}

impl From<Decimal> for Figure {
    fn from(value: Decimal) -> Self {
        Self::literal(value)
    }
}

fn engine() -> Engine {
    let mut engine = Engine::new_raw();
    for symbol in LEFT_OUT {
        engine.disable_symbol(symbol);
    }
    engine.set_strict_variables(true);
    engine.set_fast_operators(false); // or Rhai's own arithmetic of integers would come before ours
    engine.set_allow_looping(false).set_allow_if_expression(false).set_allow_switch_expression(false);
    engine.set_allow_statement_expression(false).set_allow_shadowing(false);
    engine.set_max_operations(5_000).set_max_expr_depths(40).set_max_string_size(LONGEST);
    engine.register_type_with_name::<Figure>("number").register_type_with_name::<Choice>("choice");
    arithmetic::<Figure, Figure>(&mut engine);
    arithmetic::<Figure, i64>(&mut engine);
    arithmetic::<i64, Figure>(&mut engine);
    arithmetic::<i64, i64>(&mut engine);
    arithmetic::<Figure, Decimal>(&mut engine);
    arithmetic::<Decimal, Figure>(&mut engine);
    arithmetic::<Decimal, Decimal>(&mut engine);
    arithmetic::<Decimal, i64>(&mut engine);
    arithmetic::<i64, Decimal>(&mut engine);
    engine.register_fn("-", Figure::negated);
    engine.register_fn("-", |a: i64| Figure::from(a).negated());
    engine.register_fn("-", |a: Decimal| Figure::from(a).negated());
    engine.register_fn("!", |a: bool| !a);
    choices(&mut engine);
    unlike::<Figure, bool>(&mut engine);
    unlike::<i64, bool>(&mut engine);
    unlike::<Figure, Choice>(&mut engine);
    unlike::<i64, Choice>(&mut engine);
    unlike::<Figure, ImmutableString>(&mut engine);
    unlike::<bool, Choice>(&mut engine);
    unlike::<bool, ImmutableString>(&mut engine);
    functions(&mut engine);
    engine
}

/// The operators between two kinds of numbers.
fn arithmetic<A, B>(engine: &mut Engine)
where
    A: Into<Figure> + Clone + Send + Sync + 'static,
    B: Into<Figure> + Clone + Send + Sync + 'static,
{
    engine.register_fn("+", |a: A, b: B| a.into().plus(b.into()));
    engine.register_fn("-", |a: A, b: B| a.into().minus(b.into()));
    engine.register_fn("*", |a: A, b: B| a.into().times(b.into()));
    engine.register_fn("/", |a: A, b: B| a.into().divided_by(b.into()));
    let comparisons: [(&str, Comparison); 6] = [
        ("==", Decimal::eq),
        ("!=", Decimal::ne),
        ("<", Decimal::lt),
        ("<=", Decimal::le),
        (">", Decimal::gt),
        (">=", Decimal::ge),
    ];
    for (sign, holds) in comparisons {
        engine.register_fn(sign, move |a: A, b: B| -> Outcome<bool> {
            let stop = |e: Arithmetic| Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(e), rhai::Position::NONE));
            Ok(holds(&a.into().value().map_err(stop)?, &b.into().value().map_err(stop)?))
        });
    }
}

/// What a choice can be compared with: a value of its own, in quotes.
fn choices(engine: &mut Engine) {
    fn is(choice: Choice, value: ImmutableString) -> Outcome<bool> {
        if choice.values.iter().any(|known| known.as_str() == value.as_str()) {
            return Ok(choice.value == value.as_str());
        }
        refuse(format!("`{value}` is none of the choice's values: `{}`", choice.values.join("`, `")))
    }
    engine.register_fn("==", is);
    engine.register_fn("!=", |choice: Choice, value: ImmutableString| is(choice, value).map(|is| !is));
    engine.register_fn("==", |value: ImmutableString, choice: Choice| is(choice, value));
    engine.register_fn("!=", |value: ImmutableString, choice: Choice| is(choice, value).map(|is| !is));
    engine.register_fn("==", |a: Choice, b: Choice| a.value == b.value);
    engine.register_fn("!=", |a: Choice, b: Choice| a.value != b.value);
}

/// Kinds that are never equal: Rhai would say so silently.
fn unlike<A: Clone + Send + Sync + 'static, B: Clone + Send + Sync + 'static>(engine: &mut Engine) {
    const MESSAGE: &str = "a number, a choice and a flag cannot be compared with each other";
    for sign in ["==", "!="] {
        engine.register_fn(sign, |_: A, _: B| refuse::<bool>(MESSAGE));
        engine.register_fn(sign, |_: B, _: A| refuse::<bool>(MESSAGE));
    }
}

fn functions(engine: &mut Engine) {
    type Pick = fn(Vec<Figure>) -> Option<Figure>;
    fn picked(pick: Pick, values: Vec<Dynamic>) -> Outcome<Figure> {
        let figures = values.into_iter().map(figure).collect::<Outcome<Vec<Figure>>>()?;
        pick(figures).map_or_else(|| refuse("nothing to choose from"), Ok)
    }
    let picks: [(&str, Pick); 2] = [("min", Figure::smallest), ("max", Figure::largest)];
    for (name, pick) in picks {
        engine.register_fn(name, move |a: Dynamic, b: Dynamic| picked(pick, vec![a, b]));
        engine.register_fn(name, move |a: Dynamic, b: Dynamic, c: Dynamic| picked(pick, vec![a, b, c]));
        engine.register_fn(name, move |a: Dynamic, b: Dynamic, c: Dynamic, d: Dynamic| picked(pick, vec![a, b, c, d]));
    }
    for (name, towards) in [("round_up", Towards::Up), ("round_down", Towards::Down), ("nearest", Towards::Nearest)] {
        engine.register_fn(name, move |a: Dynamic, multiple: Dynamic| -> Outcome<Figure> {
            Ok(figure(a)?.rounded_to(figure(multiple)?, towards))
        });
    }
    engine.register_fn("share", |a: Dynamic, percent: Dynamic| -> Outcome<Figure> {
        Ok(figure(a)?.share(figure(percent)?))
    });
    engine.register_fn("when", |holds: bool, a: Dynamic, b: Dynamic| -> Outcome<Dynamic> {
        if a.is_bool() && b.is_bool() {
            return Ok(if holds { a } else { b });
        }
        let (a, b) = (figure(a)?, figure(b)?);
        Ok(Dynamic::from(if holds { a } else { b }))
    });
}
