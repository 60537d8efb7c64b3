//! Matrices in the order that the kernels want them in. Putting them so takes a second for every 300 million numbers, so
//! the result is kept on a shelf, one file a model, and mapped the next time. A file that is not whole is not used.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, BufWriter, Write},
    ops::Range,
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use tempfile::NamedTempFile;

use super::tensors::floats;
use crate::{
    error::Result,
    model::{
        checkpoint::{self, Checkpoint, Contents, Kind, Tensor},
        compute::{
            Bytes, Form, Matrix,
            panel::{LINE, ROWS, Source, pack},
        },
    },
};

/// At the end of a file that is whole. To be changed when the panels' layout is.
const WHOLE: &[u8; 16] = b"purview panels 1";

/// Where packed models are kept.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// The folder.
    pub folder: PathBuf,
    /// A name for people; a model of this name has one file.
    pub name: String,
    /// What the panels depend on, in hexadecimal.
    pub key: String,
}

impl Shelf {
    /// The file of this model.
    pub fn path(&self) -> PathBuf {
        self.folder.join(format!("{}.{}.panels", self.name, self.key))
    }

    /// Removes what was made from another file of this name.
    fn tidy(&self) {
        let (start, mine) = (format!("{}.", self.name), self.path());
        let files = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.path());
        for path in files.filter(|path| *path != mine && path.extension().is_some_and(|end| end == "panels")) {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            // What follows the name is a key and nothing more: `model.q4` is another name than `model`.
            if name.strip_prefix(&start).is_some_and(|key| !key.contains('.')) {
                let _ = fs::remove_file(path); // lost room, nothing else
            }
        }
    }
}

/// Where a matrix is found in a packed file: by its tensor and first row.
type Table = BTreeMap<String, usize>;

pub(super) struct Panels<'f> {
    file: &'f Checkpoint,
    packed: Option<(Bytes, Table)>,
    writer: Option<(Writer, Shelf)>,
}

struct Writer {
    file: BufWriter<NamedTempFile>,
    position: usize,
    table: Table,
}

impl<'f> Panels<'f> {
    pub fn open(file: &'f Checkpoint, shelf: Option<&Shelf>) -> Self {
        let packed = shelf.and_then(|shelf| open(&shelf.path()));
        let writer = match (&packed, shelf) {
            (None, Some(shelf)) => Writer::new(shelf).ok().map(|writer| (writer, shelf.clone())),
            _ => None,
        };
        Self { file, packed, writer }
    }

    /// Some rows of a tensor as a matrix.
    pub fn matrix(&mut self, name: &str, tensor: &Tensor, rows: Range<usize>, columns: usize) -> Result<Matrix> {
        let (form, count) = (form(tensor.kind), rows.len());
        let key = format!("{name}:{}", rows.start);
        if let Some((bytes, table)) = &self.packed
            && let Some(matrix) = table.get(&key).and_then(|at| Matrix::new(form, count, columns, bytes.clone(), *at))
        {
            return Ok(matrix);
        }
        let mut lines = vec![[0; LINE]; form.bytes(count, columns).div_ceil(LINE)];
        let size = form.panel_bytes(columns);
        let bytes = self.file.bytes(tensor);
        let panels = lines.as_flattened_mut().par_chunks_exact_mut(size).take(count.div_ceil(ROWS)).enumerate();
        panels.try_for_each(|(panel, to)| {
            let first = rows.start + panel * ROWS;
            panel_of(tensor.kind, bytes, form, first, ROWS.min(rows.end - first), columns, to)
        })?;
        if let Some((writer, _)) = &mut self.writer
            && writer.add(key, lines.as_flattened()).is_err()
        {
            self.writer = None; // a full disk costs the next start a second
        }
        let matrix = Matrix::new(form, count, columns, Bytes::Owned(lines.into()), 0);
        Ok(matrix.expect("the lines were made for it"))
    }

    /// All matrices have been asked for: what was packed is kept.
    pub fn finish(self) {
        if let Some((writer, shelf)) = self.writer
            && writer.finish(&shelf.path()).is_ok()
        {
            shelf.tidy();
        }
    }
}

impl Writer {
    fn new(shelf: &Shelf) -> io::Result<Self> {
        fs::create_dir_all(&shelf.folder)?;
        let file = BufWriter::new(NamedTempFile::new_in(&shelf.folder)?);
        Ok(Self { file, position: 0, table: Table::new() })
    }

    fn add(&mut self, key: String, bytes: &[u8]) -> io::Result<()> {
        self.table.insert(key, self.position);
        self.position += bytes.len();
        self.file.write_all(bytes)
    }

    fn finish(mut self, path: &Path) -> io::Result<()> {
        let table = serde_json::to_vec(&self.table)?;
        self.file.write_all(&table)?;
        self.file.write_all(&(table.len() as u64).to_le_bytes())?;
        self.file.write_all(WHOLE)?;
        let file = self.file.into_inner()?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    }
}

/// A packed file, if it is there and whole.
fn open(path: &Path) -> Option<(Bytes, Table)> {
    let Ok(Contents::Mapped(file)) = checkpoint::map(path) else { return None };
    let (rest, whole) = file.split_last_chunk::<16>()?;
    let (rest, length) = rest.split_last_chunk::<8>()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let table = rest.len().checked_sub(length).filter(|_| whole == WHOLE)?;
    let table = serde_json::from_slice(&rest[table..]).ok()?;
    Some((Bytes::Mapped(file), table))
}

/// How the kernels want a format.
fn form(kind: Kind) -> Form {
    match kind {
        Kind::F32 | Kind::F16 | Kind::BF16 => Form::Full,
        Kind::Q4_0 | Kind::Q4_1 => Form::Four,
        Kind::Q4_K => Form::FourK,
        Kind::Q6_K => Form::SixK,
        // Rounding to eight bits what was rounded to five at the most moves it by a sixteenth of a step.
        Kind::Q8_0 | Kind::Q5_0 | Kind::Q5_1 | Kind::Q2_K | Kind::Q3_K | Kind::Q5_K => Form::Eight,
    }
}

/// Packs `rows` rows from `first` on.
fn panel_of(
    kind: Kind,
    bytes: &[u8],
    form: Form,
    first: usize,
    rows: usize,
    columns: usize,
    panel: &mut [u8],
) -> Result<()> {
    let source = match kind {
        Kind::Q4_0 => Source::Q4_0(bytes),
        Kind::Q4_1 => Source::Q4_1(bytes),
        Kind::Q8_0 => Source::Q8_0(bytes),
        Kind::Q4_K => Source::Q4K(bytes),
        Kind::Q6_K => Source::Q6K(bytes),
        _ => {
            let size = kind.bytes(columns).unwrap_or(0);
            let numbers = floats(kind, &bytes[first * size..(first + rows) * size], rows * columns)?;
            pack(Source::Floats(&numbers), form, 0, rows, columns, panel);
            return Ok(());
        }
    };
    pack(source, form, first, rows, columns, panel);
    Ok(())
}
