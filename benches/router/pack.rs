//! The pack `us-tax`: its near misses, listed and not.

use super::{Bench, Fallible};

pub fn near_misses(_: &Bench) -> Fallible<()> {
    Ok(())
}
pub fn curve(_: &Bench) -> Fallible<()> {
    Ok(())
}
pub fn ablation(_: &Bench) -> Fallible<()> {
    Ok(())
}
