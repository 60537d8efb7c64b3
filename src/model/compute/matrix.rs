//! A matrix in panels, in memory or in a mapped file, and its product with rows of numbers.

use std::{ops::Range, sync::Arc};

use memmap2::Mmap;

use super::{
    Kernel, Rows, Team,
    panel::{Form, LINE, Panel, ROWS, Source, pack},
    portable,
    team::Apart,
};

/// What computes: the instructions and the threads.
pub struct Machine {
    /// The instructions.
    pub kernel: Kernel,
    /// The threads.
    pub team: Team,
}

impl Machine {
    /// The thread that asks for it, and no other.
    pub fn alone() -> Self {
        Self { kernel: Kernel::best(), team: Team::new(1) }
    }
}

impl Default for Machine {
    fn default() -> Self {
        Self { kernel: Kernel::best(), team: Team::of_this_machine() }
    }
}

/// Bytes that many matrices can share: of a mapped file, or in memory.
#[derive(Debug, Clone)]
pub enum Bytes {
    /// A file.
    Mapped(Arc<Mmap>),
    /// Memory, in cache lines.
    Owned(Arc<[[u8; LINE]]>),
}

impl Bytes {
    /// All of them.
    pub fn all(&self) -> &[u8] {
        match self {
            Self::Mapped(file) => file,
            Self::Owned(lines) => lines.as_flattened(),
        }
    }
}

/// `rows` × `columns` numbers.
#[derive(Debug, Clone)]
pub struct Matrix {
    form: Form,
    rows: usize,
    columns: usize,
    bytes: Bytes,
    range: Range<usize>,
}

/// Bytes of a panel, times rows, that are worth a thread's while: some microseconds.
const PART: usize = 16 << 10;

impl Matrix {
    /// The panels that begin at `start`; nothing where they would not end inside `bytes`.
    pub fn new(form: Form, rows: usize, columns: usize, bytes: Bytes, start: usize) -> Option<Self> {
        let end = start.checked_add(form.bytes(rows, columns)).filter(|end| *end <= bytes.all().len())?;
        columns.is_multiple_of(form.unit()).then_some(Self { form, rows, columns, bytes, range: start..end })
    }

    /// Numbers as they are, row after row, in memory of its own.
    ///
    /// # Panics
    /// Where there are not as many numbers.
    pub fn full(rows: usize, columns: usize, numbers: &[f32]) -> Self {
        assert_eq!(numbers.len(), rows * columns, "numbers of the matrix");
        let (form, panel) = (Form::Full, Form::Full.panel_bytes(columns));
        let mut lines = vec![[0; LINE]; form.bytes(rows, columns).div_ceil(LINE)];
        for (at, bytes) in lines.as_flattened_mut().chunks_exact_mut(panel).enumerate() {
            pack(Source::Floats(numbers), form, at * ROWS, rows - at * ROWS, columns, bytes);
        }
        let range = 0..form.bytes(rows, columns);
        Self { form, rows, columns, bytes: Bytes::Owned(lines.into()), range }
    }

    /// How many rows it has: numbers in a product.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many columns it has: numbers in what it is multiplied with.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// How its numbers are stored.
    pub fn form(&self) -> Form {
        self.form
    }

    /// Bytes that a product reads.
    pub fn bytes(&self) -> usize {
        self.range.len()
    }

    fn panel(&self, index: usize) -> &[u8] {
        let bytes = self.form.layout(self.columns).bytes;
        &self.bytes.all()[self.range.clone()][index * bytes..][..bytes]
    }

    /// One row's numbers.
    pub fn row(&self, row: usize, into: &mut [f32]) {
        let (panel, lane) = (self.panel(row / ROWS), row % ROWS);
        if self.form == Form::Full {
            for (number, bytes) in into.iter_mut().zip(panel.as_chunks::<4>().0.iter().skip(lane).step_by(ROWS)) {
                *number = f32::from_ne_bytes(*bytes);
            }
            return;
        }
        portable::row(self.form, Panel::new(self.form, self.columns, panel), lane, into);
    }

    /// Products with every row, row after row into `out`: (rows given, [`Self::columns`]) → (rows given, [`Self::rows`]).
    /// Unless the form is [`Form::Full`], the rows must have been rounded.
    pub fn multiply(&self, machine: &mut Machine, rows: &Rows, out: &mut [f32]) {
        multiply(machine, rows, [(self, out)]);
    }
}

/// Several matrices times the same rows, in one go.
///
/// # Panics
/// Where widths do not fit.
pub fn multiply<const N: usize>(machine: &mut Machine, rows: &Rows, products: [(&Matrix, &mut [f32]); N]) {
    let count = rows.len();
    let mut parts = 0;
    let jobs = products.map(|(matrix, out)| {
        assert_eq!(rows.width(), matrix.columns, "columns of the matrix");
        assert_eq!(out.len(), count * matrix.rows, "numbers in the product");
        let panels = matrix.rows.div_ceil(ROWS);
        let cost = matrix.form.layout(matrix.columns).bytes * count;
        let per_part = PART.div_ceil(cost.max(1)).min(panels).max(1);
        let first = parts;
        parts += panels.div_ceil(per_part);
        (matrix, Apart::new(out), per_part, first)
    });
    let kernel = machine.kernel;
    machine.team.each(parts, |part| {
        let (matrix, out, per_part, first) = jobs.iter().rfind(|job| job.3 <= part).expect("the first begins at 0");
        let start = (part - first) * per_part;
        let panels = start..(start + per_part).min(matrix.rows.div_ceil(ROWS));
        matrix.part(kernel, panels, rows, out);
    });
}

impl Matrix {
    /// The products of some panels.
    fn part(&self, kernel: Kernel, panels: Range<usize>, rows: &Rows, out: &Apart<'_, f32>) {
        let mut row = 0;
        while row < rows.len() {
            let mut served = 1;
            for index in panels.clone() {
                let width = ROWS.min(self.rows - index * ROWS);
                let mut write = |row: usize, numbers: &[f32; ROWS]| {
                    #[expect(unsafe_code, reason = "threads write different columns of the same rows")]
                    // SAFETY: every panel belongs to one part, and panels have different columns of the product.
                    let to = unsafe { out.slice(row * self.rows + index * ROWS, width) };
                    to.copy_from_slice(&numbers[..width]);
                };
                served = if self.form == Form::Full {
                    kernel.float_pass(self.panel(index), rows, row, &mut write)
                } else {
                    kernel.pass(
                        self.form,
                        Panel::new(self.form, self.columns, self.panel(index)),
                        rows,
                        row,
                        &mut write,
                    )
                };
            }
            row += served;
        }
    }
}
