//! Which instructions this binary was compiled to use, and which of them this processor and system lack.
//! A binary built for one machine (`.cargo/config.toml` says `target-cpu=native`) and carried to another would die
//! of an illegal instruction; asked first thing, [`check`] turns that into a sentence. Knows nothing of models.
//!
//! `is_x86_feature_detected!` cannot answer: it is constantly true for what the binary was compiled with. So the
//! processor itself is asked. What runs before the answer must not use the instructions in question, which is why
//! the code on that path is a loop of calls that are not inlined, over constant masks, and writes without
//! formatting: there is nothing in it for the compiler to vectorise or to shift by a variable.

use std::{
    hint::black_box,
    io::{self, Write},
};

/// A set of instructions and where the processor says that it has them.
struct Feature {
    /// The compiler's name for it.
    name: &'static str,
    /// Whether this binary may use it anywhere.
    compiled: bool,
    /// The CPUID leaf and sub-leaf, the register of the answer, and the bit in it.
    cpuid: (u32, u32, Register, u32),
    /// The registers that the operating system must save when it switches tasks, as bits of XCR0.
    saved: u32,
}

#[derive(Clone, Copy)]
#[cfg_attr(not(target_arch = "x86_64"), expect(dead_code, reason = "only x86_64 has CPUID"))]
enum Register {
    Eax,
    Ebx,
    Ecx,
    Edx,
}

/// No registers beyond those that every system saves.
const NONE: u32 = 0;
/// XMM and YMM.
const YMM: u32 = 0b110;
/// XMM, YMM, the mask registers, and both halves of ZMM.
const ZMM: u32 = 0b1110_0110;

macro_rules! features {
    ($($name:tt: $leaf:literal, $sub_leaf:literal, $register:ident, $bit:literal, $saved:ident;)*) => {
        const FEATURES: &[Feature] = &[$(Feature {
            name: $name,
            compiled: cfg!(target_feature = $name),
            cpuid: ($leaf, $sub_leaf, Register::$register, 1 << $bit),
            saved: $saved,
        }),*];

        /// What the standard library says of the same features.
        #[cfg(test)]
        const DETECTED: &[fn() -> bool] = &[$(|| std::is_x86_feature_detected!($name)),*];
    };
}

// Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID; AMD64 Architecture Programmer's
// Manual, volume 3, appendix E for leaf 0x8000_0001. Volume 1, section 13.3 of the former for XCR0.
#[cfg(target_arch = "x86_64")]
features! {
    "sse3": 1, 0, Ecx, 0, NONE;
    "pclmulqdq": 1, 0, Ecx, 1, NONE;
    "ssse3": 1, 0, Ecx, 9, NONE;
    "fma": 1, 0, Ecx, 12, YMM;
    "cmpxchg16b": 1, 0, Ecx, 13, NONE;
    "sse4.1": 1, 0, Ecx, 19, NONE;
    "sse4.2": 1, 0, Ecx, 20, NONE;
    "movbe": 1, 0, Ecx, 22, NONE;
    "popcnt": 1, 0, Ecx, 23, NONE;
    "aes": 1, 0, Ecx, 25, NONE;
    "avx": 1, 0, Ecx, 28, YMM;
    "f16c": 1, 0, Ecx, 29, YMM;
    "lzcnt": 0x8000_0001, 0, Ecx, 5, NONE;
    "sse4a": 0x8000_0001, 0, Ecx, 6, NONE;
    "tbm": 0x8000_0001, 0, Ecx, 21, NONE;
    "bmi1": 7, 0, Ebx, 3, NONE;
    "avx2": 7, 0, Ebx, 5, YMM;
    "bmi2": 7, 0, Ebx, 8, NONE;
    "adx": 7, 0, Ebx, 19, NONE;
    "sha": 7, 0, Ebx, 29, NONE;
    "gfni": 7, 0, Ecx, 8, NONE;
    "vaes": 7, 0, Ecx, 9, YMM;
    "vpclmulqdq": 7, 0, Ecx, 10, YMM;
    "avxvnni": 7, 1, Eax, 4, YMM;
    "avxifma": 7, 1, Eax, 23, YMM;
    "avxvnniint8": 7, 1, Edx, 4, YMM;
    "avxneconvert": 7, 1, Edx, 5, YMM;
    "avxvnniint16": 7, 1, Edx, 10, YMM;
    "avx512f": 7, 0, Ebx, 16, ZMM;
    "avx512dq": 7, 0, Ebx, 17, ZMM;
    "avx512ifma": 7, 0, Ebx, 21, ZMM;
    "avx512cd": 7, 0, Ebx, 28, ZMM;
    "avx512bw": 7, 0, Ebx, 30, ZMM;
    "avx512vl": 7, 0, Ebx, 31, ZMM;
    "avx512vbmi": 7, 0, Ecx, 1, ZMM;
    "avx512vbmi2": 7, 0, Ecx, 6, ZMM;
    "avx512vnni": 7, 0, Ecx, 11, ZMM;
    "avx512bitalg": 7, 0, Ecx, 12, ZMM;
    "avx512vpopcntdq": 7, 0, Ecx, 14, ZMM;
    "avx512vp2intersect": 7, 0, Edx, 8, ZMM;
    "avx512fp16": 7, 0, Edx, 23, ZMM;
    "avx512bf16": 7, 1, Eax, 5, ZMM;
}

/// Other architectures are listed for `doctor`; nothing is asked of the processor.
#[cfg(not(target_arch = "x86_64"))]
macro_rules! listed {
    ($($name:literal)*) => {
        const FEATURES: &[Feature] = &[$(Feature {
            name: $name,
            compiled: cfg!(target_feature = $name),
            cpuid: (0, 0, Register::Eax, 0),
            saved: NONE,
        }),*];
    };
}

#[cfg(not(target_arch = "x86_64"))]
listed! { "neon" "dotprod" "fp16" "bf16" "i8mm" "sve" "sve2" "simd128" }

/// The features that this binary was compiled to use.
pub fn compiled_features() -> Vec<&'static str> {
    FEATURES.iter().filter(|feature| feature.compiled).map(|feature| feature.name).collect()
}

/// Those of them that this processor, or the operating system, lacks. On other architectures than `x86_64` none.
pub fn missing_features() -> Vec<&'static str> {
    FEATURES.iter().filter(|feature| is_missing(feature)).map(|feature| feature.name).collect()
}

/// Features that this processor and the operating system have and this binary was not compiled to use. On other
/// architectures than `x86_64` none, because nothing is asked there.
pub fn unused_features() -> Vec<&'static str> {
    let unused =
        FEATURES.iter().filter(|feature| cfg!(target_arch = "x86_64") && !feature.compiled && is_present(feature));
    unused.map(|feature| feature.name).collect()
}

/// This binary cannot run on this processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsupported;

/// Whether this binary can run here. To be called by a `main` that does nothing else before.
///
/// # Errors
/// [`Unsupported`], of which nothing may be asked but [`Unsupported::explain`].
#[inline(never)]
pub fn check() -> Result<(), Unsupported> {
    for feature in FEATURES {
        if is_missing(feature) {
            return Err(Unsupported);
        }
    }
    Ok(())
}

impl Unsupported {
    /// Says what is lacking and what to do, in instructions that every processor has.
    #[inline(never)]
    pub fn explain(self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"error: this binary was built for a processor with ")?;
        let mut separator = "";
        for feature in FEATURES {
            if is_missing(feature) {
                out.write_all(separator.as_bytes())?;
                out.write_all(feature.name.as_bytes())?;
                separator = ", ";
            }
        }
        out.write_all(b", which this one lacks\n")?;
        out.write_all(b"hint: rebuild on this machine with `cargo build --release`, or for any processor with ")?;
        out.write_all(b"`RUSTFLAGS=\"-C target-cpu=x86-64-v2\" cargo build --release`\n")
    }
}

#[inline(never)]
fn is_missing(feature: &Feature) -> bool {
    feature.compiled && !is_present(feature)
}

#[cfg(not(target_arch = "x86_64"))]
fn is_present(_: &Feature) -> bool {
    true
}

/// Asks the processor, and for wide registers the operating system.
#[cfg(target_arch = "x86_64")]
#[inline(never)]
fn is_present(feature: &Feature) -> bool {
    /// Bit 27 of leaf 1's ECX: the system uses XSAVE and lets programs read XCR0.
    const OSXSAVE: u32 = 1 << 27;

    let (leaf, sub_leaf, register, bit) = feature.cpuid;
    let highest = cpuid(leaf & 0x8000_0000, 0, Register::Eax);
    if highest < leaf || cpuid(leaf, sub_leaf, register) & bit == 0 {
        return false;
    }
    if feature.saved == NONE {
        return true;
    }
    // Without the black box this comparison becomes ANDN, which came with BMI1, after AVX.
    cpuid(1, 0, Register::Ecx) & OSXSAVE != 0 && black_box(xcr0() & feature.saved) == feature.saved
}

#[cfg(target_arch = "x86_64")]
#[inline(never)]
#[allow(unsafe_code, reason = "unsafe until Rust 1.94; every x86_64 processor has CPUID")]
#[allow(unused_unsafe, reason = "safe since Rust 1.94, and the manifest allows older")]
fn cpuid(leaf: u32, sub_leaf: u32, register: Register) -> u32 {
    // SAFETY: CPUID is part of x86_64 and only reads.
    let answer = unsafe { std::arch::x86_64::__cpuid_count(leaf, sub_leaf) };
    match register {
        Register::Eax => answer.eax,
        Register::Ebx => answer.ebx,
        Register::Ecx => answer.ecx,
        Register::Edx => answer.edx,
    }
}

/// Which registers the system saves: the low half of XCR0. Only where leaf 1 says OSXSAVE.
#[cfg(target_arch = "x86_64")]
#[inline(never)]
#[expect(unsafe_code, reason = "there is no other way to ask what the operating system saves")]
fn xcr0() -> u32 {
    // SAFETY: the caller saw OSXSAVE, which says that XGETBV exists and that programs may use it.
    unsafe { std::arch::x86_64::_xgetbv(0) as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_that_runs_this_has_what_it_was_compiled_for() {
        assert_eq!(missing_features(), Vec::<&str>::new());
        assert_eq!(check(), Ok(()));
    }

    /// A check of every bit on a build for plain `x86-64`; elsewhere, of those that were not compiled in.
    #[cfg(target_arch = "x86_64")]
    #[test]
    fn the_processor_gives_the_answers_that_the_standard_library_reads() {
        for (feature, detected) in FEATURES.iter().zip(DETECTED) {
            assert_eq!(is_present(feature), detected(), "{}", feature.name);
        }
    }

    #[test]
    fn the_explanation_names_the_way_out() {
        let mut text = Vec::new();
        Unsupported.explain(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("hint: rebuild on this machine with `cargo build --release`"), "{text}");
    }
}
