//! Matrices in panels: sixteen rows side by side, so that a vector register holds four numbers of each of them.
//! Knows how panels lie in memory and how GGUF's block formats become them; does not multiply.
//!
//! Each form keeps the file's numbers as they are: the same integers, scales and offsets in another order. Formats
//! without a form of their own are rounded anew to [`Form::Eight`].

mod pack;

pub use pack::{Source, pack};

/// Rows of a panel.
pub const ROWS: usize = 16;
/// Numbers that share a scale.
pub const BLOCK: usize = 32;
/// Blocks that share a scale of scales, in the K formats.
pub const SUPER: usize = 8;

/// How the numbers of a panel are stored. With `q` the stored integer, a number is:
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `q`, a 32-bit float.
    Full,
    /// `d · q`, `q` in -127..=127; one `d` (16-bit float) for 32 numbers. From `Q8_0`; from others, rounded.
    Eight,
    /// `d · q + m`, `q` in 0..=15; `d` and `m` (16-bit floats) for 32 numbers. From `Q4_0` and `Q4_1`.
    Four,
    /// `d · s · q - e · m`, `q` in 0..=15; `s` and `m` (0..=63) for 32 numbers, `d` and `e` for 256. From `Q4_K`.
    FourK,
    /// `d · s · (q - 32)`, `q` in 0..=63; `s` (a byte with a sign) for 16 numbers, `d` for 256. From `Q6_K`.
    SixK,
}

impl Form {
    /// Numbers of a row that belong together: a row's length is a multiple.
    pub fn unit(self) -> usize {
        match self {
            Self::Full => 1,
            Self::Eight | Self::Four => BLOCK,
            Self::FourK | Self::SixK => BLOCK * SUPER,
        }
    }

    /// Bytes of integers in 32 columns of a panel.
    pub(super) fn quant_bytes(self) -> usize {
        match self {
            Self::Full => ROWS * BLOCK * 4,
            Self::Eight => ROWS * BLOCK,
            Self::Four | Self::FourK => ROWS * BLOCK / 2,
            Self::SixK => ROWS * BLOCK * 6 / 8,
        }
    }

    /// Bytes of scales in 32 columns of a panel.
    pub(super) fn scale_bytes(self) -> usize {
        match self {
            Self::Full => 0,
            Self::Four => ROWS * 4,
            Self::Eight | Self::FourK | Self::SixK => ROWS * 2,
        }
    }

    /// Bytes of scales of scales in 256 columns of a panel.
    pub(super) fn super_bytes(self) -> usize {
        match self {
            Self::Full | Self::Eight | Self::Four => 0,
            Self::FourK => ROWS * 4,
            Self::SixK => ROWS * 2,
        }
    }

    /// Where the parts of a panel of `columns` lie: integers, then scales, then scales of scales.
    pub(super) fn layout(self, columns: usize) -> Layout {
        if self == Self::Full {
            return Layout { scales: columns * ROWS * 4, supers: columns * ROWS * 4, bytes: columns * ROWS * 4 };
        }
        let blocks = columns / BLOCK;
        let scales = blocks * self.quant_bytes();
        let supers = scales + blocks * self.scale_bytes();
        let bytes = supers + columns / (BLOCK * SUPER) * self.super_bytes();
        Layout { scales, supers, bytes: bytes.next_multiple_of(LINE) }
    }

    /// Bytes of a panel.
    pub fn panel_bytes(self, columns: usize) -> usize {
        self.layout(columns).bytes
    }

    /// Bytes of a whole matrix.
    pub fn bytes(self, rows: usize, columns: usize) -> usize {
        rows.div_ceil(ROWS) * self.layout(columns).bytes
    }
}

/// Bytes of a cache line and of the widest register.
pub const LINE: usize = 64;

/// Offsets in a panel, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub scales: usize,
    pub supers: usize,
    pub bytes: usize,
}

/// One panel's parts, as the kernels take them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Panel<'m> {
    /// Integers. In 32 columns: eight groups of four columns; a group is sixteen rows of four bytes. In four bits, two
    /// groups share their bytes: the first in the low halves, the second in the high ones. In six bits, the low four
    /// come first like that, then the high two of four groups in a byte, lowest first.
    pub quants: &'m [[u8; LINE]],
    /// Scales of 32 columns, one for each row; where there are two kinds, the first kind of all rows comes first.
    pub scales: &'m [u8],
    /// Scales of scales, likewise, of 256 columns.
    pub supers: &'m [u8],
}

impl<'m> Panel<'m> {
    pub fn new(form: Form, columns: usize, bytes: &'m [u8]) -> Self {
        let layout = form.layout(columns);
        let supers = layout.supers + columns / (BLOCK * SUPER) * form.super_bytes();
        Self {
            quants: bytes[..layout.scales].as_chunks().0,
            scales: &bytes[layout.scales..layout.supers],
            supers: &bytes[layout.supers..supers],
        }
    }
}
