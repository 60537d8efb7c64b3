//! The integration tests, one binary: the program as a person runs it, and the rules of the house.
//!
//! `program` runs the binary and `tmux` gives it a terminal, `stage` is the chat without one, `home` is where a test run
//! keeps its models and indexes, `tea` is a small pack and `prices` the same with figures, and `shape` holds JSON against
//! the contract. The other modules are tests, by what they are about.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod home;
mod packs;
mod parts;
mod postgres;
mod prices;
mod program;
mod shape;
mod slow;
mod stage;
mod tea;
mod tmux;

mod adversaries;
mod anything;
mod calculators;
mod calibrate;
mod cli;
mod contract;
mod corpus;
mod cpu;
mod dates;
mod domains;
mod evaluation;
mod extends;
mod facts;
mod figures;
mod grounding;
mod hand_off;
mod houses;
mod index;
mod inputs;
mod metric_laws;
mod metrics;
mod route;
mod screens;
mod server;
mod terminal;
mod tokens;
mod tutorial;
mod us_tax;
mod watching;
