//! Which file of `src` uses which: names are followed from `use` lines and paths to the file that
//! defines them, also through the re-exports of a `mod.rs`. Test modules do not count, nor does what
//! the files of a folder use of its `mod.rs`: what is defined there is for all of them.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::{self, Visit};

/// A module as the names from the root to it.
type Module = Vec<String>;

/// How often a name is followed through re-exports; a longer chain is a mistake.
const MOST_HOPS: usize = 16;

/// What one file says.
#[derive(Default)]
struct File {
    name: String,
    /// Names that `use` lines bind, with the paths that they stand for.
    bound: Vec<(String, Vec<String>)>,
    /// Paths that end in a star.
    globs: Vec<Vec<String>>,
    /// All other paths in the code.
    paths: Vec<Vec<String>>,
}

/// The files of a crate by their modules.
pub(crate) struct Graph {
    files: BTreeMap<Module, File>,
}

impl Graph {
    /// Reads files, given as their paths below `src` and their sources.
    pub(crate) fn read<'a>(sources: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let file = |(name, source): (&str, &str)| {
            let parsed = syn::parse_file(source).unwrap_or_else(|e| panic!("src/{name}: {e}"));
            let mut file = File { name: name.to_owned(), ..File::default() };
            file.visit_file(&parsed);
            (module_of(name), file)
        };
        Self { files: sources.map(file).collect() }
    }

    /// The circles of files, each as the sorted names of its files.
    pub(crate) fn circles(&self) -> Vec<Vec<&str>> {
        let edges = self.edges();
        let reached: BTreeMap<&str, BTreeSet<&str>> =
            edges.keys().map(|&name| (name, reachable(&edges, name))).collect();
        let mut circles = BTreeSet::new();
        for (&name, others) in &reached {
            let mut circle: Vec<&str> =
                others.iter().copied().filter(|other| reached[other].contains(name)).collect();
            if circle.len() > 1 {
                circle.sort_unstable();
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    /// Which other files each file uses.
    fn edges(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let edges_of = |(module, file): (&Module, &'_ File)| {
            let all = file.bound.iter().map(|(_, path)| path).chain(&file.globs);
            let used = all.chain(&file.paths).filter_map(|path| self.find(module, path, MOST_HOPS));
            // What a folder's `mod.rs` defines is there for the files of the folder.
            used.filter(|target| !module.starts_with(target)).collect::<BTreeSet<Module>>()
        };
        let name = |module: &Module| self.files[module].name.as_str();
        let edges = self.files.iter();
        edges.map(|one| (name(one.0), edges_of(one).iter().map(name).collect())).collect()
    }

    /// The module of the file that defines what `path` names in the file of `module`.
    fn find(&self, module: &Module, path: &[String], hops: usize) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.walk(Vec::new(), rest, hops),
            "self" => self.walk(module.clone(), rest, hops),
            "super" => {
                let mut up = module.clone();
                up.pop()?;
                let ups = rest.iter().take_while(|part| *part == "super").count();
                up.truncate(up.len().checked_sub(ups)?);
                self.walk(up, &rest[ups..], hops)
            }
            _ => {
                let mut child = module.clone();
                child.push(first.clone());
                if self.files.contains_key(&child) {
                    return self.walk(child, rest, hops);
                }
                let bound = self.bound(module, first)?;
                let path: Vec<String> = bound.iter().chain(rest).cloned().collect();
                self.find(module, &path, hops.checked_sub(1)?)
            }
        }
    }

    fn walk(&self, mut at: Module, path: &[String], hops: usize) -> Option<Module> {
        let Some((first, rest)) = path.split_first() else { return Some(at) };
        at.push(first.clone());
        if self.files.contains_key(&at) {
            return self.walk(at, rest, hops);
        }
        at.pop();
        match self.bound(&at, first) {
            Some(bound) => {
                let path: Vec<String> = bound.iter().chain(rest).cloned().collect();
                self.find(&at, &path, hops.checked_sub(1)?)
            }
            None => Some(at),
        }
    }

    /// The path that a name stands for in the file of a module.
    fn bound(&self, module: &Module, name: &str) -> Option<&[String]> {
        let file = self.files.get(module)?;
        let bound = file.bound.iter().find(|(known, _)| known == name);
        bound.map(|(_, path)| path.as_slice())
    }
}

/// The files that can be reached from one, by one step or more.
fn reachable<'a>(edges: &BTreeMap<&'a str, BTreeSet<&'a str>>, from: &str) -> BTreeSet<&'a str> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(name) = open.pop() {
        for &next in edges.get(name).into_iter().flatten() {
            if reached.insert(next) {
                open.push(next);
            }
        }
    }
    reached
}

/// The module that a file below `src` is.
fn module_of(file: &str) -> Module {
    let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
    if path == "lib" {
        return Module::new();
    }
    path.split('/').map(str::to_owned).collect()
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else { return false };
        list.path.is_ident("cfg") && list.tokens.to_string() == "test"
    })
}

impl<'ast> Visit<'ast> for File {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes = match item {
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Use(item) => &item.attrs,
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_test(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.flatten(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        // A name alone is of this file, or a `use` line has bound it.
        self.take(&mut path.segments.iter().map(|part| part.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    // `pub(in path)` and `pub(super)` use nothing of the module that they name.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        self.tokens(called.tokens.clone());
        visit::visit_macro(self, called);
    }
}

impl File {
    fn flatten(&mut self, tree: &syn::UseTree, before: &mut Vec<String>) {
        match tree {
            syn::UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.flatten(&path.tree, before);
                before.pop();
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.flatten(tree, before);
                }
            }
            syn::UseTree::Glob(_) => self.globs.push(before.clone()),
            syn::UseTree::Name(name) => self.bind(&name.ident, &name.ident, before),
            syn::UseTree::Rename(name) => self.bind(&name.ident, &name.rename, before),
        }
    }

    fn bind(&mut self, name: &syn::Ident, bound: &syn::Ident, before: &[String]) {
        let (name, bound) = (name.to_string(), bound.to_string());
        let mut path = before.to_vec();
        if name != "self" {
            path.push(name);
        }
        let own = if bound == "self" { path.last().cloned().unwrap_or_default() } else { bound };
        self.bound.push((own, path));
    }

    /// Paths inside a macro: names joined by two colons.
    fn tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut colons) = (Vec::new(), 0);
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.take(&mut path);
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(sign) if sign.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.take(&mut path);
                    self.tokens(group.stream());
                    colons = 0;
                }
                _ => self.take(&mut path),
            }
        }
        self.take(&mut path);
    }

    fn take(&mut self, path: &mut Vec<String>) {
        let path = std::mem::take(path);
        if path.len() > 1 {
            self.paths.push(path);
        }
    }
}

/// The circles of a made-up crate.
#[track_caller]
fn assert_circles(sources: &[(&str, &str)], expected: &[&[&str]]) {
    assert_eq!(Graph::read(sources.iter().copied()).circles(), expected);
}

#[test]
fn files_without_circles_are_accepted() {
    let root = ("lib.rs", "pub mod a; pub mod b;");
    assert_circles(
        &[
            root,
            ("a/mod.rs", "mod x; mod y; pub use x::X; pub struct Own; fn f() -> X { y::go() }"),
            ("a/x.rs", "pub struct X; pub(in crate::a) fn f() {}"),
            ("a/y.rs", "use super::{Own, X}; pub fn go() -> X { X }"),
            ("b.rs", "pub struct B; #[cfg(test)] mod tests { use crate::a::X; }"),
        ],
        &[],
    );
}

#[test]
fn circles_are_found_by_what_ties_them() {
    let root = ("lib.rs", "mod a;");
    // By a `use` line, through the re-export of the folder.
    let through = "mod x; mod y; use y::Y; pub use x::X;";
    let (x, y) = ("use super::y::Y; pub struct X;", "use super::X; pub struct Y;");
    let circle: &[&str] = &["a/x.rs", "a/y.rs"];
    assert_circles(&[root, ("a/mod.rs", through), ("a/x.rs", x), ("a/y.rs", y)], &[circle]);
    // By a path in an expression or a macro.
    for y in ["fn f() { super::x::g() }", "fn f() { assert!(1 == super::x::g(2)) }"] {
        let x = "use super::y; pub fn g() { y::f() }";
        let files = [root, ("a/mod.rs", "mod x; mod y;"), ("a/x.rs", x), ("a/y.rs", y)];
        assert_circles(&files, &[circle]);
    }
    // With the file of another folder.
    let inner = ("a/y/mod.rs", "use super::x::X; pub struct Y;");
    let files = [root, ("a/mod.rs", "mod x; mod y;"), ("a/x.rs", x), inner];
    assert_circles(&files, &[&["a/x.rs", "a/y/mod.rs"]]);
    // Over three files, with a star and another name.
    let files = [
        root,
        ("a/mod.rs", "mod x; mod y; mod z;"),
        ("a/x.rs", "use super::y::*;"),
        ("a/y.rs", "use super::z::Z as Other;"),
        ("a/z.rs", "use crate::a::x; pub struct Z;"),
    ];
    assert_circles(&files, &[&["a/x.rs", "a/y.rs", "a/z.rs"]]);
}
