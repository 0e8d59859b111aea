//! Copies by coverage: the quality on planted copies, and what must not be joined.
//!
//! The corpora are read from `$WIRECOPY_CORPORA` as in `corpora`; where they are missing, these
//! tests pass and print `SKIPPED`.

use crate::corpora::{corpus, read, table};
use crate::determinism::Random;
use crate::util::{Dir, count_of, text_of};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

/// A pair of ids, the lower first.
type Pair = (String, String);

fn ordered(a: &str, b: &str) -> Pair {
    if a <= b { (a.to_owned(), b.to_owned()) } else { (b.to_owned(), a.to_owned()) }
}

fn pairs_of(path: &Path) -> BTreeSet<Pair> {
    table(path).into_iter().map(|row| ordered(&row["doc_a"], &row["doc_b"])).collect()
}

/// Documents of a set with planted copies.
struct Planted {
    documents: Vec<Value>,
    copies: BTreeSet<Pair>,
    negatives: BTreeSet<Pair>,
}

impl Planted {
    fn of(name: &str) -> Option<Self> {
        let folder = corpus(name, false)?;
        let text = read(&folder.join("docs.jsonl"));
        let documents = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let negatives = folder.join("negatives.tsv");
        Some(Self {
            documents,
            copies: pairs_of(&folder.join("pairs.tsv")),
            negatives: if negatives.exists() { pairs_of(&negatives) } else { BTreeSet::new() },
        })
    }

    /// The group of every planted document: copies of one article.
    fn groups(&self) -> BTreeMap<String, String> {
        let both = |(a, b): &Pair| {
            let source = a.split('~').next().unwrap_or(a).to_owned();
            [(a.clone(), source.clone()), (b.clone(), source)]
        };
        self.copies.iter().flat_map(both).collect()
    }
}

/// Runs `dedup --measure coverage`; returns the pairs and the cluster of each document.
fn dedup(documents: &[Value]) -> (BTreeSet<Pair>, BTreeMap<String, usize>) {
    let dir = Dir::new();
    let lines: Vec<String> = documents.iter().map(Value::to_string).collect();
    let lines = lines.join("\n");
    dir.create("docs.jsonl", lines);
    let run = ["dedup", "docs.jsonl", "-o", "out", "--measure", "coverage", "--quiet"];
    dir.command(&run).limit(Duration::from_secs(300)).run().expect(0);
    let pairs = dir.records("out/pairs.jsonl");
    let pairs = pairs.iter().map(|pair| ordered(text_of(pair, "a"), text_of(pair, "b"))).collect();
    let members = dir.records("out/duplicates.jsonl");
    let cluster = |row: &Value| (text_of(row, "id").to_owned(), count_of(row, "cluster"));
    (pairs, members.iter().map(cluster).collect())
}

/// How well clusters agree with groups: 1 where they are the same, 0 by chance (Hubert and Arabie,
/// J. of Classification 1985). What is in neither is alone.
fn adjusted_rand(
    groups: &BTreeMap<String, String>,
    clusters: &BTreeMap<String, usize>,
    ids: &[&str],
) -> f64 {
    let pairs = |n: usize| (n * n.saturating_sub(1)) as f64 / 2.0;
    let mut counts: [BTreeMap<(String, String), usize>; 3] = Default::default();
    for id in ids {
        let group = groups.get(*id).map_or_else(|| format!("alone {id}"), Clone::clone);
        let cluster = clusters.get(*id).map_or_else(|| format!("alone {id}"), usize::to_string);
        for (count, key) in counts.iter_mut().zip([
            (group.clone(), cluster.clone()),
            (group, String::new()),
            (String::new(), cluster),
        ]) {
            *count.entry(key).or_default() += 1;
        }
    }
    let [both, of_groups, of_clusters] =
        counts.map(|count| count.values().map(|&n| pairs(n)).sum::<f64>());
    let expected = of_groups * of_clusters / pairs(ids.len());
    (both - expected) / (f64::midpoint(of_groups, of_clusters) - expected)
}

/// Asserts that clusters agree with groups and that none joins two of them.
fn check_clusters(
    groups: &BTreeMap<String, String>,
    clusters: &BTreeMap<String, usize>,
    ids: &[&str],
) {
    let rand = adjusted_rand(groups, clusters, ids);
    println!("adjusted Rand index {rand:.4} of {} documents", ids.len());
    assert!(rand >= 0.98, "adjusted Rand index {rand}");
}

/// The clusters that hold documents of two groups.
fn joined(
    groups: &BTreeMap<String, String>,
    clusters: &BTreeMap<String, usize>,
) -> Vec<BTreeSet<String>> {
    let mut held: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for (id, cluster) in clusters {
        held.entry(*cluster).or_default().extend(groups.get(id).cloned());
    }
    held.into_values().filter(|groups| groups.len() > 1).collect()
}

/// Copies that contain other articles, pairs with which are neither right nor wrong.
fn is_expanded(id: &str) -> bool {
    id.ends_with("~expand")
}

#[test]
fn planted_copies_are_found_and_clustered() {
    for name in ["implant_dev", "hard_dev"] {
        let Some(set) = Planted::of(name) else { continue };
        let (pairs, clusters) = dedup(&set.documents);
        let expanded: BTreeSet<&str> = set
            .copies
            .iter()
            .filter(|(a, b)| is_expanded(a) || is_expanded(b))
            .flat_map(|(a, b)| [a.as_str(), b.as_str()])
            .collect();
        let counts = |pair: &&Pair| {
            let other = expanded.contains(&*pair.0) || expanded.contains(&*pair.1);
            set.copies.contains(*pair) || !other
        };
        let found = pairs.iter().filter(counts).count() as f64;
        let right = pairs.intersection(&set.copies).count() as f64;
        let (precision, recall) = (right / found, right / set.copies.len() as f64);
        let f1 = 2.0 * precision * recall / (precision + recall);
        println!("{name}: precision {precision:.4}, recall {recall:.4}, F1 {f1:.4}");
        assert!(f1 >= 0.99, "{name}: precision {precision}, recall {recall}");
        assert_eq!(pairs.intersection(&set.negatives).count(), 0, "{name}");
        let groups = set.groups();
        assert!(joined(&groups, &clusters).is_empty(), "{name}");
        let ids: Vec<&str> = set.documents.iter().map(|d| text_of(d, "id")).collect();
        check_clusters(&groups, &clusters, &ids);
    }
}

/// Words of articles that no planted copy is of, which are taken out of the set.
fn material(set: &mut Planted, count: usize) -> Vec<Vec<String>> {
    let groups = set.groups();
    let mut taken = Vec::new();
    set.documents.retain(|document| {
        let id = text_of(document, "id");
        let words: Vec<String> =
            text_of(document, "text").split_whitespace().map(str::to_owned).collect();
        let fits = !groups.contains_key(id) && words.len() >= 320 && taken.len() < count;
        if fits {
            taken.push(words);
        }
        !fits
    });
    assert_eq!(taken.len(), count, "too few articles");
    taken
}

fn article(id: &str, outlet: &str, day: usize, text: &[&[String]]) -> Value {
    let date = format!("2016-{:02}-{:02}", day / 28 % 12 + 1, day % 28 + 1);
    json!({"id": id, "outlet": outlet, "date": date, "text": text.concat().join(" ")})
}

/// Fifty chains of six articles, of which each holds the half of the one before, and twenty
/// galleries, each under twelve articles of one outlet in a year. The group of a link is its own
/// half, since links that are next to each other may be one cluster and others may not.
#[test]
fn chains_and_galleries_join_nothing() {
    const CHAINS: usize = 50;
    const LINKS: usize = 6;
    const GALLERIES: usize = 20;
    const ARTICLES: usize = 12;
    for name in ["implant_dev", "hard_dev"] {
        let Some(mut set) = Planted::of(name) else { continue };
        let articles = material(&mut set, 350);
        let mut random = Random::new(15);
        let mut part = |length: usize| {
            let article = &articles[random.below(articles.len())];
            let mut words = article[random.below(article.len() - length)..][..length].to_vec();
            // Drawn twice, a part is no copy of itself.
            random.shuffle(&mut words);
            words
        };
        let mut groups = set.groups();
        let mut linked = BTreeSet::new();
        for chain in 0..CHAINS {
            let parts: Vec<Vec<String>> = (0..=LINKS).map(|_| part(150)).collect();
            for link in 0..LINKS {
                let id = format!("chain{chain}.{link}");
                let outlet = format!("Paper {}", chain % 7);
                let day = 5 * chain + link;
                let text = [&parts[link][..], &parts[link + 1][..]];
                set.documents.push(article(&id, &outlet, day, &text));
                linked.insert(id);
            }
        }
        for gallery in 0..GALLERIES {
            let block = part(250);
            for number in 0..ARTICLES {
                let (id, story) = (format!("gallery{gallery}.{number}"), part(120));
                let outlet = format!("House {gallery}");
                let text = [&story[..], &block[..]];
                set.documents.push(article(&id, &outlet, 28 * number + gallery, &text));
                groups.insert(id.clone(), id);
            }
        }
        random.shuffle(&mut set.documents);
        let (_, clusters) = dedup(&set.documents);
        assert_eq!(joined(&groups, &clusters), Vec::<BTreeSet<String>>::new(), "{name}");
        let mut links: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for (id, cluster) in clusters.iter().filter(|(id, _)| linked.contains(*id)) {
            links.entry(*cluster).or_default().push(id);
        }
        for own in links.values() {
            let place =
                |id: &&str| id[5..].split_once('.').map(|(c, n)| (c.to_owned(), n.to_owned()));
            let chains: BTreeSet<String> = own.iter().filter_map(place).map(|(c, _)| c).collect();
            assert!(chains.len() == 1 && own.len() <= 3, "{name}: {own:?}");
        }
        let ids: Vec<&str> = set
            .documents
            .iter()
            .map(|document| text_of(document, "id"))
            .filter(|id| !linked.contains(*id))
            .collect();
        check_clusters(&groups, &clusters, &ids);
    }
}

/// A hundred stories that one house prints three to ten times within weeks, lightly edited each
/// time, among stories that it prints once.
#[test]
fn stories_that_one_house_prints_again_are_linked() {
    let mut random = Random::new(100);
    let (mut documents, mut stories) = (Vec::new(), Vec::new());
    for story in 0..100 {
        let length = 60 + random.below(300);
        let words = random.words(length);
        let prints = 3 + random.below(8);
        for print in 0..prints {
            let mut text = words.clone();
            for word in random.words(length / 50) {
                let at = random.below(text.len());
                text[at] = word;
            }
            let id = format!("s{story}.{print}");
            documents.push(article(&id, "The House", 3 * story + 4 * print, &[&text]));
        }
        stories.push(prints);
        let alone = random.words(200);
        documents.push(article(&format!("alone{story}"), "The House", story, &[&alone]));
    }
    random.shuffle(&mut documents);
    let (_, clusters) = dedup(&documents);
    let (mut linked, mut all) = (0, 0);
    for (story, prints) in stories.into_iter().enumerate() {
        let of = |print: usize| clusters.get(&format!("s{story}.{print}"));
        for a in 0..prints {
            for b in a + 1..prints {
                all += 1;
                linked += usize::from(of(a).is_some() && of(a) == of(b));
            }
        }
    }
    assert!(linked * 100 >= all * 98, "{linked} of {all}");
    assert!((0..100).all(|n| !clusters.contains_key(&format!("alone{n}"))));
}
