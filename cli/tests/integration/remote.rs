//! Inputs in object stores and on web servers, played by a small server of the tests.

#[cfg(feature = "object-store")]
mod server;
#[cfg(feature = "object-store")]
mod transfers;

#[cfg(not(feature = "object-store"))]
#[test]
fn an_address_is_refused_with_the_name_of_the_feature() {
    let dir = crate::util::Dir::new();
    for input in ["s3://bucket/news.jsonl", "https://example.org/news.jsonl", "gs://bucket/news/"] {
        for args in [&["scan", input][..], &["dedup", input, "-o", "out"]] {
            let run = dir.command(args).run().expect(2);
            let says = [
                input,
                "no feature `object-store`",
                "cargo install --path cli --features object-store",
            ];
            assert!(says.iter().all(|part| run.stderr.contains(part)), "{}", run.stderr);
        }
    }
}
