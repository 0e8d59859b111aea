//! xz: files of one or more streams.
//!
//! Used by compressed and archive. Invariant: the memory of the decoder is bounded, whatever a file
//! says that it needs, and what precedes damage or the end of a file that was cut comes out.

use std::io::{self, BufRead, Read};

/// Frees `raw` of its compression.
#[cfg(feature = "archives")]
#[expect(clippy::unnecessary_wraps, reason = "a build without the feature refuses")]
pub(crate) fn reader<'r>(raw: impl BufRead + Send + 'r) -> io::Result<Box<dyn Read + Send + 'r>> {
    Ok(Box::new(decoder::Decoder::new(raw)))
}

/// Frees `raw` of its compression.
#[cfg(not(feature = "archives"))]
pub(crate) fn reader<'r>(_: impl BufRead + Send + 'r) -> io::Result<Box<dyn Read + Send + 'r>> {
    let text = "is compressed by xz, which this build does not read: it has no feature `archives`";
    Err(io::Error::new(io::ErrorKind::Unsupported, text))
}

#[cfg(feature = "archives")]
mod decoder {
    use lzma_rust2::{Action, Status, XzStream};
    use std::io::{self, BufRead, Read};

    /// Memory that a stream may ask for, in KiB: enough for the highest level of `xz`.
    const MEMORY_KIB: u32 = 80 << 10;

    /// Compressed bytes that are decoded at once: an error costs what came of them.
    const PIECE_BYTES: usize = 1 << 10;

    /// Hands on what was decoded before it reports an error. The reader of the crate decodes a
    /// chunk only when all of it is there, so that a file that was cut would lose megabytes.
    pub(super) struct Decoder<R> {
        raw: R,
        stream: XzStream,
        failed: Option<io::Error>,
        ended: bool,
    }

    impl<R: BufRead> Decoder<R> {
        pub(super) fn new(raw: R) -> Self {
            let stream = XzStream::new_mem_limit(true, MEMORY_KIB);
            Self { raw, stream, failed: None, ended: false }
        }

        /// Decodes a piece into `buf`; returns how many bytes that made.
        fn piece(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let buffered = self.raw.fill_buf()?;
            let piece = buffered.get(..PIECE_BYTES).unwrap_or(buffered);
            let action = if piece.is_empty() { Action::Finish } else { Action::Run };
            let before = self.stream.total_out();
            let outcome = self.stream.process(piece, buf, action);
            let made = usize::try_from(self.stream.total_out() - before).unwrap_or(buf.len());
            match outcome {
                Ok(found) => {
                    self.ended = found.status == Status::StreamEnd;
                    let stuck = found.bytes_consumed == 0 && made == 0 && !self.ended;
                    self.raw.consume(found.bytes_consumed);
                    if stuck {
                        return Err(io::ErrorKind::InvalidData.into());
                    }
                }
                Err(error) => self.failed = Some(error),
            }
            Ok(made)
        }
    }

    impl<R: BufRead> Read for Decoder<R> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            while !self.ended && !buf.is_empty() {
                if let Some(error) = self.failed.take() {
                    self.ended = true;
                    return Err(error);
                }
                let made = self.piece(buf)?;
                if made > 0 {
                    return Ok(made);
                }
            }
            Ok(0)
        }
    }
}

#[cfg(test)]
#[cfg(feature = "archives")]
mod tests {
    use super::*;

    /// The lines of `text`, as `xz` compresses them.
    const PACKED: &[u8] = &[
        253, 55, 122, 88, 90, 0, 0, 1, 105, 34, 222, 54, 2, 0, 33, 1, 22, 0, 0, 0, 116, 47, 229,
        163, 224, 5, 185, 1, 219, 93, 0, 24, 8, 10, 102, 231, 112, 80, 64, 200, 70, 27, 75, 9, 211,
        193, 97, 114, 177, 219, 68, 28, 76, 136, 194, 115, 252, 221, 77, 159, 203, 114, 28, 88,
        151, 93, 38, 39, 106, 2, 88, 31, 19, 252, 235, 205, 184, 80, 81, 201, 184, 82, 170, 195,
        160, 225, 105, 120, 210, 220, 177, 18, 99, 109, 204, 107, 66, 234, 177, 218, 103, 250, 219,
        217, 237, 191, 239, 87, 58, 91, 230, 71, 65, 203, 55, 27, 54, 96, 29, 58, 5, 189, 93, 58,
        114, 149, 72, 198, 54, 246, 204, 121, 240, 230, 165, 117, 19, 5, 207, 48, 244, 134, 122,
        34, 46, 78, 40, 240, 153, 114, 85, 248, 198, 219, 113, 211, 80, 208, 73, 19, 17, 95, 190,
        133, 179, 143, 142, 22, 191, 249, 178, 240, 231, 208, 233, 215, 234, 77, 40, 224, 25, 32,
        100, 40, 146, 15, 254, 253, 149, 189, 190, 1, 201, 82, 212, 245, 100, 90, 236, 12, 231,
        214, 197, 151, 188, 53, 54, 164, 35, 23, 132, 35, 161, 88, 65, 16, 142, 187, 45, 59, 43,
        63, 0, 96, 2, 97, 103, 164, 97, 202, 121, 110, 13, 250, 75, 15, 30, 247, 176, 162, 229,
        108, 131, 21, 55, 189, 21, 140, 101, 92, 156, 142, 139, 47, 157, 12, 66, 47, 164, 30, 19,
        79, 10, 66, 86, 85, 157, 188, 77, 242, 56, 241, 79, 15, 33, 98, 226, 169, 215, 192, 74, 69,
        164, 108, 127, 205, 100, 61, 145, 61, 127, 67, 69, 147, 18, 159, 23, 29, 100, 212, 184, 84,
        88, 92, 253, 198, 119, 231, 14, 194, 29, 17, 46, 133, 189, 204, 226, 241, 176, 64, 188,
        159, 216, 102, 119, 166, 91, 169, 143, 175, 119, 214, 96, 233, 72, 76, 229, 158, 157, 78,
        84, 119, 65, 41, 10, 238, 204, 118, 221, 29, 1, 5, 229, 155, 218, 18, 95, 49, 246, 108, 83,
        190, 190, 83, 8, 42, 165, 82, 34, 183, 117, 223, 220, 128, 8, 19, 223, 151, 15, 76, 199,
        218, 233, 93, 117, 175, 139, 125, 53, 6, 128, 100, 133, 156, 134, 6, 11, 119, 19, 79, 91,
        228, 18, 167, 205, 113, 73, 181, 199, 39, 65, 0, 48, 103, 180, 56, 63, 234, 27, 2, 232,
        239, 56, 191, 37, 220, 144, 223, 25, 109, 61, 79, 166, 199, 237, 70, 166, 245, 140, 82,
        216, 36, 113, 181, 34, 102, 215, 64, 225, 175, 50, 104, 104, 242, 189, 148, 115, 170, 203,
        133, 123, 242, 102, 150, 8, 42, 219, 254, 237, 231, 206, 208, 80, 198, 56, 115, 41, 193,
        34, 94, 36, 236, 37, 61, 156, 203, 43, 213, 161, 241, 24, 179, 211, 63, 62, 22, 164, 52,
        71, 179, 220, 97, 47, 46, 119, 27, 0, 0, 71, 87, 146, 108, 0, 1, 243, 3, 186, 11, 0, 0,
        165, 132, 105, 105, 62, 48, 13, 139, 2, 0, 0, 0, 0, 1, 89, 90,
    ];

    fn text() -> Vec<u8> {
        (0..160_u32).flat_map(|n| format!("{} of {n}\n", n * n % 97).into_bytes()).collect()
    }

    /// What comes out, in pieces of some size, and whether it ended well.
    fn read_in(stored: &[u8], most: usize) -> (Vec<u8>, bool) {
        let mut reader = reader(io::BufReader::with_capacity(most, stored)).unwrap();
        let (mut all, mut piece) = (Vec::new(), vec![0; most]);
        loop {
            match reader.read(&mut piece) {
                Ok(0) => return (all, true),
                Ok(got) => all.extend_from_slice(&piece[..got]),
                Err(_) => {
                    assert_eq!(reader.read(&mut piece).unwrap(), 0, "an error is told once");
                    return (all, false);
                }
            }
        }
    }

    #[test]
    fn what_precedes_the_end_of_a_cut_file_comes_out() {
        let text = text();
        for most in [1, 7, 4096, 1 << 20] {
            assert_eq!(read_in(PACKED, most), (text.clone(), true), "{most}");
            let twice = [PACKED, &[0; 8], PACKED].concat();
            assert_eq!(read_in(&twice, most), ([&text[..], &text].concat(), true), "{most}");
            let (part, whole) = read_in(&PACKED[..PACKED.len() / 2], most);
            assert!(!whole && text.starts_with(&part), "{most}");
            assert!(part.len() > text.len() / 4, "{most}: {} of {}", part.len(), text.len());
        }
        let mut bad = PACKED.to_vec();
        let middle = bad.len() / 2;
        bad[middle] ^= 0x55;
        assert!(!read_in(&bad, 4096).1);
        assert!(!read_in(&PACKED[..3], 9).1 && !read_in(b"", 9).1);
    }
}
