//! Numbers in few bytes, for rows that an engine shuffles.
//!
//! Written and read by `scanning`, `meeting` and `families`. Invariant: what reads back is what was
//! written, or nothing.

use std::collections::BTreeMap;

/// Numbers of seven bits a byte, the lowest first.
#[derive(Debug, Default)]
pub(crate) struct Packed(pub(crate) Vec<u8>);

impl Packed {
    /// Adds a number.
    pub(crate) fn push(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.0.push((number & 0x7f) as u8);
    }

    /// Adds what others hold, each with its length.
    pub(crate) fn push_all(&mut self, others: &[Self]) {
        for other in others {
            self.push_part(&other.0);
        }
    }

    /// Adds what another holds, with its length.
    pub(crate) fn push_part(&mut self, other: &[u8]) {
        self.push(other.len() as u64);
        self.0.extend_from_slice(other);
    }

    /// The same in fewer bytes, after the number of those that it has once it is read.
    pub(crate) fn compressed(&self) -> std::io::Result<Vec<u8>> {
        let mut block = (self.0.len() as u64).to_le_bytes().to_vec();
        block.append(&mut zstd::bulk::compress(&self.0, LEVEL)?);
        Ok(block)
    }

    /// Adds the low bytes of a number.
    pub(crate) fn push_bytes(&mut self, number: u64, count: usize) {
        self.0.extend(number.to_le_bytes().iter().take(count));
    }
}

/// Reads what [`Packed`] holds.
#[derive(Debug)]
pub(crate) struct Unpacked<'a>(pub(crate) &'a [u8]);

impl<'a> Unpacked<'a> {
    /// What was added with its length.
    pub(crate) fn part(&mut self) -> Option<Unpacked<'a>> {
        let size = usize::try_from(self.next()?).ok()?;
        let (part, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(Unpacked(part))
    }

    /// The next number; none at the end.
    pub(crate) fn next(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
            shift += 7;
        }
    }

    /// The next number of so many bytes.
    pub(crate) fn bytes(&mut self, count: usize) -> Option<u64> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }
}

/// What was compressed.
pub(crate) fn expanded(block: &[u8]) -> Option<Vec<u8>> {
    let (size, block) = block.split_first_chunk()?;
    let size =
        usize::try_from(u64::from_le_bytes(*size)).ok().filter(|&size| size <= MOST_BYTES)?;
    zstd::bulk::decompress(block, size).ok()
}

/// Tokens as bytes.
pub(crate) fn bytes_of(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// Bytes as tokens.
pub(crate) fn words_of(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|&word| u32::from_le_bytes(word)).collect()
}

/// Level of compression: most of the gain is that of any level, once tokens are ranks.
const LEVEL: i32 = 3;
/// Most bytes of a block of documents once it is read.
const MOST_BYTES: usize = 1 << 30;

/// Tokens of some texts, each by its rank among all of these, the most frequent first: in some ten
/// bits instead of 32.
pub(crate) fn push_tokens(packed: &mut Packed, texts: &[&[u32]]) {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    for token in texts.iter().copied().flatten() {
        *counts.entry(*token).or_default() += 1;
    }
    // Tokens about as frequent are in the order of their values, so that differences are small.
    let mut ranked: Vec<(u32, u32)> =
        counts.into_iter().map(|(token, count)| (u32::MAX - count.ilog2(), token)).collect();
    ranked.sort_unstable();
    packed.push(ranked.len() as u64);
    let mut last = (0, 0);
    for &(class, token) in &ranked {
        let is_new = class != last.0;
        packed.push(u64::from(is_new));
        packed.push(u64::from(token - if is_new { 0 } else { last.1 }));
        last = (class, token);
    }
    let mut ranks: Vec<(u32, u64)> =
        ranked.iter().zip(0..).map(|(&(_, token), rank)| (token, rank)).collect();
    ranks.sort_unstable();
    for tokens in texts {
        packed.push(tokens.len() as u64);
    }
    for token in texts.iter().copied().flatten() {
        let rank = ranks.binary_search_by_key(token, |&(other, _)| other);
        packed.push(rank.ok().and_then(|n| ranks.get(n)).map_or(0, |&(_, rank)| rank));
    }
}

impl Unpacked<'_> {
    /// What [`push_tokens`] has added of so many texts.
    pub(crate) fn tokens(&mut self, texts: usize) -> Option<Vec<Vec<u32>>> {
        let (mut ranked, mut last) = (Vec::new(), 0_u32);
        for _ in 0..self.next()? {
            let is_new = self.next()? == 1;
            let more = u32::try_from(self.next()?).ok()?;
            last = if is_new { more } else { last.checked_add(more)? };
            ranked.push(last);
        }
        let counts = (0..texts).map(|_| self.next()).collect::<Option<Vec<_>>>()?;
        let mut token = || ranked.get(usize::try_from(self.next()?).ok()?).copied();
        let text = |count| (0..count).map(|_| token()).collect::<Option<_>>();
        counts.into_iter().map(text).collect()
    }
}

/// Documents (number and tokens) as one block.
pub(crate) fn block_of(documents: &[(u64, Vec<u32>)]) -> std::io::Result<Vec<u8>> {
    let mut packed = Packed::default();
    packed.push(documents.len() as u64);
    for (number, _) in documents {
        packed.push(*number);
    }
    let texts: Vec<&[u32]> = documents.iter().map(|(_, tokens)| &tokens[..]).collect();
    push_tokens(&mut packed, &texts);
    packed.compressed()
}

/// Calls `sink` with the documents of a block.
pub(crate) fn each_of_block(block: &[u8], mut sink: impl FnMut(u64, Vec<u32>)) -> Option<()> {
    let bytes = expanded(block)?;
    let mut unpacked = Unpacked(&bytes);
    let count = usize::try_from(unpacked.next()?).ok()?;
    let numbers = (0..count).map(|_| unpacked.next()).collect::<Option<Vec<_>>>()?;
    let texts = unpacked.tokens(count)?;
    numbers.into_iter().zip(texts).for_each(|(number, tokens)| sink(number, tokens));
    Some(())
}
