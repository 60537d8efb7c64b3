//! Purview: chatbots that are specialists in one narrow domain.
//!
//! The modules in reading order, each knowing only those above it (a test checks this).

pub mod error;
pub mod progress;
pub mod prose;
pub mod handoff;

pub mod corpus;
pub mod calculator;
pub mod index;
pub mod model;
pub mod router;

pub mod pack;
pub mod answer;
pub mod session;
pub mod settings;
pub mod specialist;

pub mod eval;
pub mod tui;

pub mod cli;
pub mod commands;
