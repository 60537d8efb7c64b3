//! What is found in whole sentences, and what is left.

mod found;
mod kept;
mod laws;
