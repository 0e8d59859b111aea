//! SHA-256 (FIPS 180-4), plainly: for the test that keeps the hashes of the policy true.

/// The digest of some bytes.
pub(super) fn sha256(bytes: &[u8]) -> Vec<u8> {
    let primes: Vec<u64> = (2_u64..).filter(is_prime).take(64).collect();
    let mut state: Vec<u32> = primes[..8].iter().map(|&n| root(n, 2)).collect();
    let keys: Vec<u32> = primes.iter().map(|&n| root(n, 3)).collect();
    for block in padded(bytes).chunks(64) {
        let mixed = rounds(&state, &schedule(block), &keys);
        state.iter_mut().zip(mixed).for_each(|(x, y)| *x = x.wrapping_add(y));
    }
    state.iter().flat_map(|&word| big_endian(u64::from(word), 4)).collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as filter wants it")]
fn is_prime(n: &u64) -> bool {
    (2..*n).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d))
}

/// The first 32 bits of the fraction of a root, found bit by bit.
fn root(n: u64, power: u32) -> u32 {
    let target = u128::from(n) << (32 * power);
    let root = (0..36).rev().fold(0_u128, |x, bit| {
        let next = x | 1 << bit;
        if next.pow(power) <= target { next } else { x }
    });
    u32::try_from(root & 0xffff_ffff).unwrap()
}

/// The lowest bytes of a number, the highest of them first.
fn big_endian(value: u64, bytes: u32) -> impl Iterator<Item = u8> {
    (0..bytes).rev().map(move |n| u8::try_from(value >> (8 * n) & 255).unwrap())
}

fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut message = bytes.to_vec();
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    message.extend(big_endian(8 * bytes.len() as u64, 8));
    message
}

fn schedule(block: &[u8]) -> Vec<u32> {
    let word = |bytes: &[u8]| bytes.iter().fold(0, |x, &y| x << 8 | u32::from(y));
    let mut w: Vec<u32> = block.chunks(4).map(word).collect();
    for n in 16..64 {
        let (x, y) = (w[n - 15], w[n - 2]);
        let s0 = x.rotate_right(7) ^ x.rotate_right(18) ^ (x >> 3);
        let s1 = y.rotate_right(17) ^ y.rotate_right(19) ^ (y >> 10);
        w.push(w[n - 16].wrapping_add(s0).wrapping_add(w[n - 7]).wrapping_add(s1));
    }
    w
}

fn rounds(state: &[u32], w: &[u32], keys: &[u32]) -> Vec<u32> {
    let mut s = state.to_vec();
    for n in 0..64 {
        let s1 = s[4].rotate_right(6) ^ s[4].rotate_right(11) ^ s[4].rotate_right(25);
        let choice = (s[4] & s[5]) ^ (!s[4] & s[6]);
        let one = [s1, choice, keys[n], w[n]].iter().fold(s[7], |x, &y| x.wrapping_add(y));
        let s0 = s[0].rotate_right(2) ^ s[0].rotate_right(13) ^ s[0].rotate_right(22);
        let majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        s.rotate_right(1);
        s[4] = s[4].wrapping_add(one);
        s[0] = one.wrapping_add(s0).wrapping_add(majority);
    }
    s
}

#[test]
fn vectors_of_the_standard() {
    let of = |text: &str| sha256(text.as_bytes());
    assert_eq!(of("abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
    assert_eq!(of("abc")[28..], [0xf2, 0x00, 0x15, 0xad]);
    assert_eq!(of("")[..4], [0xe3, 0xb0, 0xc4, 0x42]);
    assert_eq!(of(&"a".repeat(1_000_000))[..4], [0xcd, 0xc7, 0x6e, 0x5c]);
}
