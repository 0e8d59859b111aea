//! What a reader remembers of earlier questions changes no answer.

use super::{documents, pairs, words};
use crate::corpus::Document;
use crate::detect::ScanConfig;
use crate::index::{QueryConfig, Reader, Writer};

#[test]
fn a_reader_that_was_asked_before_answers_as_a_new_one() {
    // Some share with a text no more than a phrase, so that they are looked at and left out.
    let phrase = words(90_000, 7);
    let with_phrase = |(n, one): (usize, Document)| match n % 5 {
        1 => Document { text: format!("{} {phrase} {n}", &*one.text).into(), ..one },
        _ => one,
    };
    let all: Vec<Document> = documents(0..100).into_iter().enumerate().map(with_phrase).collect();
    let (kept, asked) = all.split_at(80);
    let config = |memory| QueryConfig {
        scan: ScanConfig { memory, ..ScanConfig::default() },
        ..QueryConfig::default()
    };
    let configs = [config(None), config(Some(1))];
    for is_kept in [true, false] {
        let create = if is_kept { Writer::create } else { Writer::create_without_texts };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ix");
        let mut writer = create(&path, 5).unwrap();
        for part in kept.chunks(30) {
            writer.add(part.to_vec()).unwrap();
        }
        let before = Reader::open(&path).unwrap();
        let mut left_out = 0;
        for (text, config) in asked.iter().cycle().take(60).zip(configs.iter().cycle()) {
            let ask = |reader: &Reader| reader.query(text.clone(), config).unwrap();
            let (answer, fresh) = (ask(&before.clone()), ask(&Reader::open(&path).unwrap()));
            assert_eq!(pairs(&answer.result), pairs(&fresh.result));
            assert_eq!(answer.candidates, fresh.candidates);
            left_out += answer.candidates + 1 - answer.result.documents().len();
        }
        assert!(left_out > 0);
    }
}
