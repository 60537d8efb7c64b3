//! What this user on this machine has set: folders and model choices. Layers: defaults, the user's file,
//! `PURVIEW_*`; flags come last, in `cli.rs`. Reads the environment once, here, and nowhere else.

use std::{
    env,
    path::{Path, PathBuf},
    time::Duration,
};

use etcetera::{AppStrategy, AppStrategyArgs, app_strategy::Xdg};
use serde::Deserialize;

use crate::{
    error::{Error, Place, Problem, Result},
    model::{
        files::{Places, Timeouts},
        remote::{self, Endpoint},
    },
};

/// Where things are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// `config.toml`.
    pub config: PathBuf,
    /// Packs that the user added.
    pub data: PathBuf,
    /// Sessions and logs.
    pub state: PathBuf,
    /// Indexes and models; may be deleted at any time.
    pub cache: PathBuf,
}

/// The user's settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where things are kept.
    pub folders: Folders,
    /// The pack that is used when none is named.
    pub pack: String,
    /// A catalogue name or a folder; none: the pack's hint or the default.
    pub encoder: Option<String>,
    /// A catalogue name, `org/repo:QUANT` or a file; none: the pack's hint or the default.
    pub generator: Option<String>,
    /// A server that generates instead of a model on this machine; none unless the user says so, and no pack can.
    pub server: Option<Endpoint>,
    /// The address of a Postgres server on which indexes are shared; none: they lie on this machine.
    pub index_server: Option<String>,
    /// Threads that generate; none: one for each core of the processor.
    pub threads: Option<usize>,
    /// How the chat looks; none: as the terminal's background suggests.
    pub look: Option<Look>,
    /// Whether the chat takes the mouse's wheel.
    pub mouse: bool,
    /// Where models come from.
    pub places: Places,
}

/// How the chat looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// For a dark background.
    #[default]
    Dark,
    /// For a light background.
    Light,
    /// The strongest contrast that the terminal has.
    HighContrast,
    /// Bold, underlined and reversed, and no colour.
    #[value(alias = "no-color")]
    #[serde(alias = "no-color")]
    NoColour,
}

impl Look {
    /// Every look, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Dark, Self::Light, Self::HighContrast, Self::NoColour];

    /// The name that a user types.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::HighContrast => "high-contrast",
            Self::NoColour => "no-colour",
        }
    }

    /// The look of this name.
    ///
    /// # Errors
    /// A name that is none, with those that are.
    pub fn named(name: &str) -> Result<Self> {
        clap::ValueEnum::from_str(name, true).map_err(|_| {
            let names = Self::ALL.map(Self::name).join(", ");
            Error::usage(format!("no theme is called `{name}`"), format!("the themes are {names}"))
        })
    }
}

/// What the environment says of the terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terminal {
    /// `TERM`.
    pub kind: Option<String>,
    /// Whether `NO_COLOR` is set (no-color.org).
    pub no_color: bool,
    /// What edits a text: `VISUAL`, else `EDITOR`.
    pub editor: Option<String>,
    /// The first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set, as POSIX has it.
    pub locale: Option<String>,
}

impl Terminal {
    /// Reads the environment.
    pub fn of_environment() -> Self {
        Self {
            kind: variable("TERM"),
            no_color: variable("NO_COLOR").is_some(),
            editor: ["VISUAL", "EDITOR"].into_iter().find_map(variable),
            locale: ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable),
        }
    }
}

/// `config.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct UserFile {
    pack: Option<String>,
    encoder: Option<String>,
    generator: Option<String>,
    offline: Option<bool>,
    pip: Option<PathBuf>,
    theme: Option<Look>,
    mouse: Option<bool>,
    threads: Option<usize>,
    index_server: Option<String>,
    server: Option<ServerTable>,
}

/// `[server]` in `config.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ServerTable {
    base_url: Option<String>,
    model: Option<String>,
    /// The name of an environment variable: no key stands in a file.
    key_env: Option<String>,
    context_tokens: Option<usize>,
    connect_seconds: Option<u64>,
    first_seconds: Option<u64>,
    silence_seconds: Option<u64>,
}

impl ServerTable {
    /// The server that the file and the environment name, if they do.
    fn endpoint(self) -> Result<Option<Endpoint>> {
        let Some(base_url) = variable("PURVIEW_SERVER").or(self.base_url) else { return Ok(None) };
        let model = variable("PURVIEW_SERVER_MODEL").or(self.model).ok_or_else(|| {
            Error::usage(
                "a server is set, and no model on it",
                "set `model` under `[server]` in `config.toml`, or `PURVIEW_SERVER_MODEL`",
            )
        })?;
        let key = self.key_env.as_deref().map(|name| {
            variable(name).ok_or_else(|| {
                Error::usage(
                    format!("the server's key is to be in `{name}`, which is not set"),
                    format!("`export {name}=…`, or remove `key_env` from `config.toml`"),
                )
            })
        });
        let usual = Endpoint::new(base_url, model);
        let wait = |seconds: Option<u64>, usual| seconds.map_or(usual, Duration::from_secs);
        let timeouts = remote::Timeouts {
            connect: wait(self.connect_seconds, usual.timeouts.connect),
            first: wait(self.first_seconds, usual.timeouts.first),
            silence: wait(self.silence_seconds, usual.timeouts.silence),
        };
        Ok(Some(Endpoint { context_tokens: self.context_tokens, key: key.transpose()?, timeouts, ..usual }))
    }
}

impl Folders {
    /// Under `PURVIEW_HOME` if it is set, else by the XDG base directory specification.
    fn find() -> Result<Self> {
        if let Some(home) = variable("PURVIEW_HOME") {
            return Ok(Self::under(Path::new(&home)));
        }
        let args =
            AppStrategyArgs { top_level_domain: "org".into(), author: "purview".into(), app_name: "purview".into() };
        let xdg = Xdg::new(args).map_err(|e| {
            Error::usage(format!("no home folder is known: {e}"), "set `PURVIEW_HOME` to a folder that can be written")
        })?;
        let state = xdg.state_dir().unwrap_or_else(|| xdg.data_dir());
        Ok(Self { config: xdg.config_dir(), data: xdg.data_dir(), state, cache: xdg.cache_dir() })
    }

    /// Packs that the user added.
    pub fn packs(&self) -> PathBuf {
        self.data.join("packs")
    }

    /// Packets for a person, where no other folder is named.
    pub fn handoffs(&self) -> PathBuf {
        self.state.join("handoffs")
    }

    /// All of them under one folder.
    pub fn under(home: &Path) -> Self {
        Self {
            config: home.join("config"),
            data: home.join("data"),
            state: home.join("state"),
            cache: home.join("cache"),
        }
    }
}

impl Settings {
    /// Reads the user's file and the environment.
    ///
    /// # Errors
    /// A `config.toml` that does not parse, with line and column.
    pub fn load() -> Result<Self> {
        let folders = Folders::find()?;
        let file = user_file(&folders.config.join("config.toml"))?;
        let choice = |name: &str, from_file: Option<String>| variable(name).or(from_file);
        let offline = is_set("HF_HUB_OFFLINE") || is_set("PURVIEW_OFFLINE") || file.offline.unwrap_or(false);
        let home = || variable("HOME").map(|home| Path::new(&home).join(".cache/huggingface"));
        let hf_home = variable("HF_HOME").map(PathBuf::from).or_else(home);
        Ok(Self {
            pack: choice("PURVIEW_PACK", file.pack).unwrap_or_else(|| "us-tax".into()),
            encoder: choice("PURVIEW_ENCODER", file.encoder),
            generator: choice("PURVIEW_GENERATOR", file.generator),
            server: file.server.unwrap_or_default().endpoint()?,
            index_server: choice("PURVIEW_INDEX_SERVER", file.index_server),
            threads: match variable("PURVIEW_THREADS") {
                Some(text) => Some(threads(&text)?),
                None => file.threads,
            },
            look: variable("PURVIEW_THEME").map(|name| Look::named(&name)).transpose()?.or(file.theme),
            mouse: variable("PURVIEW_MOUSE")
                .map_or(file.mouse.unwrap_or(true), |value| value != "0" && value != "false"),
            places: Places {
                cache: folders.cache.join("models"),
                hub_cache: variable("HF_HUB_CACHE").map(PathBuf::from).or_else(|| hf_home.map(|home| home.join("hub"))),
                endpoint: variable("HF_ENDPOINT").unwrap_or_else(|| "https://huggingface.co".into()),
                token: variable("HF_TOKEN"),
                offline,
                pip: variable("PURVIEW_PIP").map(PathBuf::from).or(file.pip),
                timeouts: Timeouts::default(),
            },
            folders,
        })
    }
}

fn threads(text: &str) -> Result<usize> {
    text.parse().ok().filter(|threads| *threads > 0).ok_or_else(|| {
        Error::usage(format!("`PURVIEW_THREADS` is `{text}`"), "set it to a whole number of at least 1, or not at all")
    })
}

fn user_file(path: &Path) -> Result<UserFile> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(UserFile::default()),
        Err(e) => return Err(Error::io("read", path)(e)),
    };
    toml::from_str(&text).map_err(|e| {
        let place = Place::at(path, &text, e.span().map_or(0, |s| s.start));
        Problem::new(place, e.message().to_owned()).into()
    })
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn is_set(name: &str) -> bool {
    variable(name).is_some_and(|value| value != "0" && !value.eq_ignore_ascii_case("false"))
}
