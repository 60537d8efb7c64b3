//! A gzip stream that is let out in measured amounts. Knows sizes; knows nothing of what is in it.

use std::io::{self, BufRead, ErrorKind, Read};

use flate2::bufread::GzDecoder;

use super::{Limits, Refused};

/// The plain bytes of a gzip stream, up to the limits.
pub struct Gunzip<R> {
    decoder: GzDecoder<Counted<R>>,
    limits: Limits,
    unpacked: u64,
}

impl<R: BufRead> Gunzip<R> {
    /// The plain bytes of `packed`.
    pub fn new(packed: R, limits: &Limits) -> Self {
        Self { decoder: GzDecoder::new(Counted { reader: packed, count: 0 }), limits: *limits, unpacked: 0 }
    }

    /// Fills as much of `buffer` as there is; less only at the stream's end, where its checksum has been found right.
    /// `after` is the entry that was read last.
    ///
    /// # Errors
    /// A stream that is damaged, cut off, or lets out too much.
    pub fn fill(&mut self, buffer: &mut [u8], after: Option<&str>) -> Result<usize, Refused> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.decoder.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => {
                    filled += count;
                    self.let_out(count)?;
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(self.fault(e, after)),
            }
        }
        Ok(filled)
    }

    /// The stream was read to its end; nothing may follow it.
    ///
    /// # Errors
    /// Something that does.
    pub fn finish(self) -> Result<(), Refused> {
        let mut rest = self.decoder.into_inner();
        if rest.fill_buf()?.is_empty() { Ok(()) } else { Err(Refused::TrailingData) }
    }

    fn let_out(&mut self, count: usize) -> Result<(), Refused> {
        self.unpacked += count as u64;
        if self.unpacked > self.limits.unpacked {
            return Err(Refused::TooLarge { limit: self.limits.unpacked });
        }
        let most = self.decoder.get_ref().count.saturating_mul(self.limits.ratio);
        if self.unpacked > self.limits.ratio_from && self.unpacked > most {
            return Err(Refused::Bomb { limit: self.limits.ratio });
        }
        Ok(())
    }

    fn fault(&self, error: io::Error, after: Option<&str>) -> Refused {
        let after = after.map(str::to_owned);
        match error.kind() {
            ErrorKind::UnexpectedEof => Refused::Truncated { after },
            ErrorKind::InvalidInput | ErrorKind::InvalidData if self.decoder.header().is_none() => Refused::NotGzip,
            ErrorKind::InvalidInput | ErrorKind::InvalidData => Refused::Damaged { after, fault: error.to_string() },
            _ => Refused::Io(error),
        }
    }
}

/// A reader that counts what was taken from it.
struct Counted<R> {
    reader: R,
    count: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.count += count as u64;
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.count += amount as u64;
        self.reader.consume(amount);
    }
}
