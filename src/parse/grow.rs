//! Tokens made a tree: what is unclosed is closed, what closes nothing is dropped, what stands
//! before, after or around the feed goes.
//!
//! Only the path of open elements is kept while reading, so nesting costs no stack. An entry in
//! which the document breaks off is left out unless it was as good as whole: half a text now
//! would come back as an edit later.

use std::borrow::Cow;

use crate::model::parsed::FeedFormat;
use crate::parse::ParseError;
use crate::parse::guard::{ATTRIBUTES_MAX, DEPTH_MAX, ELEMENTS_MAX, ENTRIES_READ_MAX};
use crate::parse::holder::{self, Inside};
use crate::parse::links::is_web_address;
use crate::parse::losses::{Loss, Losses};
use crate::parse::names::{Space, known_local};
use crate::parse::references::Resolver;
use crate::parse::scope::{self, Declarations, Scope};
use crate::parse::structure::{self, Role};
use crate::parse::tag::{Tag, split_name};
use crate::parse::token::{Token, Tokens};
use crate::parse::tree::{Element, Node, Tree};

/// A document as a tree.
#[derive(Debug)]
pub(super) struct Grown<'a> {
    /// Dialect, by the first part of a frame.
    pub(super) format: FeedFormat,
    /// The start tag of that part.
    pub(super) root: Tag<'a>,
    /// The tree.
    pub(super) tree: Tree<'a>,
    /// Entries beyond a limit, counted and not kept.
    pub(super) n_unread: u32,
    /// Resolves the references of the document.
    pub(super) resolver: Resolver<'a>,
    /// What had to be lived with.
    pub(super) losses: Losses,
}

/// Reads `text` as a tree.
///
/// # Errors
/// Where no part of a feed's frame is found.
pub(super) fn grow(text: &str) -> Result<Grown<'_>, ParseError> {
    let mut grower = Grower {
        text,
        tokens: Tokens::of(text),
        tree: Tree {
            nodes: Vec::with_capacity((text.len() / 128).clamp(64, ELEMENTS_MAX)),
            contexts: Vec::new(),
        },
        scope: Scope::default(),
        resolver: Resolver::default(),
        losses: Losses::default(),
        root: None,
        first: None,
        open: Vec::new(),
        entry: None,
        n_entries: 0,
        n_unread: 0,
        n_excess: 0,
        around: Vec::new(),
        patience: text.len().saturating_mul(4),
        is_counting: false,
        is_torn: false,
    };
    grower.run();
    grower.finish()
}

/// An open element.
#[derive(Clone, Copy, Debug)]
struct Open<'a> {
    node: usize,
    name: &'a str,
    role: Role,
    kind: (Space, &'static str),
}

struct Grower<'a> {
    text: &'a str,
    tokens: Tokens<'a>,
    tree: Tree<'a>,
    scope: Scope<'a>,
    resolver: Resolver<'a>,
    losses: Losses,
    root: Option<(FeedFormat, Tag<'a>)>,
    /// Name of the first element, where it is no feed's.
    first: Option<&'a str>,
    open: Vec<Open<'a>>,
    /// Number of the present entry's node.
    entry: Option<usize>,
    n_entries: usize,
    n_unread: u32,
    /// Elements open beyond the limit of depth.
    n_excess: usize,
    /// Elements around entries, closed before the entry, whose end tags are still to come.
    around: Vec<&'a str>,
    /// Bytes that may still be looked at twice to find the end of a text.
    patience: usize,
    /// A limit is reached: entries are only counted from here on.
    is_counting: bool,
    /// The document broke off inside a text or a tag.
    is_torn: bool,
}

impl<'a> Grower<'a> {
    fn run(&mut self) {
        loop {
            let name = self.open.last().map_or("", |open| open.name);
            let Some(token) = self.tokens.next_inside(name) else {
                return;
            };
            match token {
                Token::Start(tag) if self.is_counting => self.count(tag),
                Token::Start(tag) => self.start(tag),
                _ if self.is_counting => {}
                Token::Text(text) => self.text(text, Node::Text(text)),
                Token::CData(text) => self.text(text, Node::CData(text)),
                Token::End(name) => self.end(name),
                Token::Subset(subset) => self.resolver.declare(subset),
                Token::Aside => {}
            }
        }
    }

    fn count(&mut self, tag: Tag<'a>) {
        let (prefix, local) = split_name(tag.name);
        let space = self.scope.space(prefix);
        if self.is_entry(
            structure::role(space, known_local(local)),
            known_local(local),
        ) {
            self.n_unread = self.n_unread.saturating_add(1);
        }
    }

    fn text(&mut self, text: &'a str, node: Node<'a>) {
        if text.bytes().all(|b| b.is_ascii_whitespace()) {
            return;
        }
        self.is_torn = self.tokens.rest().is_empty();
        match self.open.last() {
            Some(open) if open.role == Role::Field => self.push(node),
            Some(_) if text == "<" => self.losses.note(Loss::Stray),
            Some(_) => self.void_link(text, node),
            None if self.root.is_none() => self.losses.note(Loss::JunkBefore),
            None => self.losses.note(Loss::JunkAfter),
        }
    }

    /// HTML knows `link` as an element without an inside, and so writes its text behind it.
    fn void_link(&mut self, text: &str, node: Node<'a>) {
        let next = u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX);
        let Some(Node::Element(last)) = self.tree.nodes.last_mut() else {
            return;
        };
        let is_void = last.local == "link" && last.tag.is_empty && last.tag.is_bare();
        if is_void && is_web_address(text.trim()) {
            last.end = next.saturating_add(1);
            self.losses.note(Loss::Tag);
            self.push(node);
        }
    }

    fn start(&mut self, tag: Tag<'a>) {
        let (prefix, name) = split_name(tag.name);
        let local = known_local(name);
        let declared = scope::declarations(&tag, &mut self.losses);
        let mut space = self.scope.space_of(prefix, declared.as_ref());
        let mut role = structure::role(space, local);
        if prefix.is_none()
            && role == Role::Field
            && matches!(local, "rss" | "rdf" | "feed" | "channel" | "item" | "entry")
        {
            // A frame's default namespace says nothing we need.
            role = structure::role(Space::Own, local);
            space = if role == Role::Field {
                space
            } else {
                Space::Own
            };
        }
        if self.root.is_none() {
            if !self.open_root(role, local, tag) {
                return;
            }
            // RSS has none.
            let has_one = self.scope.is_declared("", declared.as_ref());
            if prefix.is_none() && !has_one && matches!(local, "feed" | "entry" | "rdf") {
                self.losses.note(Loss::Namespace);
            }
        }
        if let Some(prefix) = prefix
            && !self.scope.is_declared(prefix, declared.as_ref())
        {
            self.losses.note(Loss::Prefix);
        }
        if self
            .root
            .is_some_and(|(format, _)| format == FeedFormat::Atom)
            && space == Space::Atom
        {
            space = Space::Own;
        }
        match role {
            Role::Entry if self.is_entry(role, local) => {
                if !self.start_entry() {
                    return;
                }
            }
            Role::Root | Role::Channel if self.entry.is_none() => {
                if role == Role::Root && self.open.is_empty() && !self.tree.nodes.is_empty() {
                    self.losses.note(Loss::Root);
                }
                self.close_fields();
            }
            _ if self.open.is_empty() => {
                self.losses.note(Loss::JunkAfter);
                return;
            }
            _ => {
                role = Role::Field;
                self.close_unclosed((space, local));
            }
        }
        self.open(tag, role, (space, local), declared.as_ref());
    }

    /// Whether the document has begun with this element.
    fn open_root(&mut self, role: Role, local: &str, tag: Tag<'a>) -> bool {
        let format = structure::format(local).filter(|_| role != Role::Field);
        let is_fragment = matches!(role, Role::Channel | Role::Entry);
        let Some(format) = format.filter(|_| !is_fragment || self.first.is_none()) else {
            self.first = self.first.or(Some(tag.name));
            self.losses.note(Loss::JunkBefore);
            return false;
        };
        // A document may be one entry (RFC 4287 §2).
        if is_fragment && (role, format) != (Role::Entry, FeedFormat::Atom) {
            self.losses.note(Loss::NoRoot);
        }
        self.root = Some((format, tag));
        true
    }

    /// Whether an element of `role` opens an entry where it stands: RSS has items, Atom entries,
    /// and the other's name is taken too where no entry is open.
    fn is_entry(&self, role: Role, local: &str) -> bool {
        let own = match self.root {
            Some((FeedFormat::Atom, _)) => "entry",
            _ => "item",
        };
        role == Role::Entry && (local == own || self.entry.is_none())
    }

    /// Makes place for an entry; false where it is only counted.
    fn start_entry(&mut self) -> bool {
        if self.n_entries >= ENTRIES_READ_MAX || self.is_full() {
            self.stop_reading();
            self.n_unread = self.n_unread.saturating_add(1);
            return false;
        }
        if self.entry.is_some() {
            self.losses.note(Loss::Tag);
            self.close_fields();
        } else {
            self.step_out();
        }
        while self
            .open
            .last()
            .is_some_and(|open| open.role == Role::Entry)
        {
            self.close_to(self.open.len().saturating_sub(1));
        }
        self.n_entries += 1;
        self.entry = Some(self.tree.nodes.len());
        true
    }

    /// Closes the fields around an entry: a wrapper (`items`), or one that was left open.
    fn step_out(&mut self) {
        let fields = self.open.iter().rev();
        let fields = fields.take_while(|open| open.role == Role::Field);
        let room = DEPTH_MAX.saturating_sub(self.around.len());
        self.around.extend(fields.map(|open| open.name).take(room));
        self.close_fields();
    }

    /// Closes all fields that are open inside the frame.
    fn close_fields(&mut self) {
        let frame = self.open.iter().rposition(|open| open.role != Role::Field);
        self.close_to(frame.map_or(0, |at| at + 1));
        self.n_excess = 0;
    }

    /// Closes the innermost element where it cannot hold what comes.
    fn close_unclosed(&mut self, kind: (Space, &'static str)) {
        while let Some(open) = self.open.last()
            && open.role == Role::Field
            && structure::closes(open.kind, kind)
        {
            self.losses.note(Loss::Tag);
            self.close_to(self.open.len().saturating_sub(1));
        }
    }

    fn open(
        &mut self,
        tag: Tag<'a>,
        role: Role,
        kind: (Space, &'static str),
        declared: Option<&Declarations<'a>>,
    ) {
        if self.is_full() {
            return self.stop_reading();
        }
        if self.open.len() >= DEPTH_MAX {
            self.losses.note(Loss::TooDeep);
            self.n_excess += usize::from(!tag.is_empty);
            return;
        }
        let is_of_entry = self.entry.is_some();
        let context = self.scope.enter(
            self.open.len(),
            declared,
            is_of_entry,
            &mut self.tree.contexts,
            &mut self.losses,
            |value| self.resolver.resolve(value),
        );
        let node = self.tree.nodes.len();
        self.push(Node::Element(Element {
            space: kind.0,
            local: kind.1,
            tag,
            role,
            context,
            inner: None,
            end: 0,
        }));
        self.open.push(Open {
            node,
            name: tag.name,
            role,
            kind,
        });
        if tag.is_empty {
            self.close_to(self.open.len().saturating_sub(1));
        } else if role == Role::Field && structure::holds_text(kind.0, kind.1) {
            self.read_inside(tag, node);
        }
    }

    /// Takes all up to the element's end as its text.
    fn read_inside(&mut self, tag: Tag<'a>, node: usize) {
        let Inside { inner, end } =
            holder::inside(self.text, &mut self.tokens, tag, &mut self.patience);
        if let Some(Node::Element(element)) = self.tree.nodes.get_mut(node) {
            element.inner = Some(inner);
        }
        match end {
            holder::End::Closed => {}
            holder::End::Left => self.losses.note(Loss::Tag),
            holder::End::Torn => self.is_torn = true,
        }
        self.close_to(self.open.len().saturating_sub(1));
    }

    fn end(&mut self, name: &'a str) {
        let is_frame = structure::is_frame_end(name);
        if self.n_excess > 0 && !is_frame {
            self.n_excess -= 1;
            return;
        }
        let find =
            |is_same: &dyn Fn(&str) -> bool| self.open.iter().rposition(|open| is_same(open.name));
        let found =
            find(&|open| open == name).or_else(|| find(&|open| open.eq_ignore_ascii_case(name)));
        let Some(at) = found else {
            if let Some(at) = self.around.iter().rposition(|around| *around == name) {
                self.around.swap_remove(at);
                return;
            }
            match (self.root, self.open.is_empty()) {
                (None, _) => {}
                (Some(_), true) => self.losses.note(Loss::JunkAfter),
                (Some(_), false) => self.losses.note(Loss::Tag),
            }
            return;
        };
        self.n_excess = 0;
        let is_too_much = at + 1 < self.open.len() && !self.is_open_end(at);
        self.losses.add(Loss::Tag, usize::from(is_too_much));
        self.close_to(at);
        self.is_torn = false;
    }

    /// Whether all that closes with the element at `at` may: a channel with its root.
    fn is_open_end(&self, at: usize) -> bool {
        self.open
            .get(at + 1..)
            .is_some_and(|inside| inside.iter().all(|open| open.role == Role::Channel))
    }

    /// Closes elements until `depth` are open.
    fn close_to(&mut self, depth: usize) {
        let end = u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX);
        while self.open.len() > depth
            && let Some(open) = self.open.pop()
        {
            if let Some(Node::Element(element)) = self.tree.nodes.get_mut(open.node) {
                element.end = end;
            }
            if open.role == Role::Entry {
                self.entry = None;
            }
        }
        self.scope.leave(depth);
    }

    fn push(&mut self, node: Node<'a>) {
        if self.tree.nodes.len() < ELEMENTS_MAX {
            self.tree.nodes.push(node);
        }
    }

    fn is_full(&self) -> bool {
        self.tree.nodes.len() >= ELEMENTS_MAX
    }

    /// The present entry is taken back and counted, and so are all that follow. One that takes up
    /// most of the limit alone is cut: wherever it stood, it would never be read.
    fn stop_reading(&mut self) {
        let n_nodes = self.tree.nodes.len();
        if let Some(entry) = self.entry {
            if n_nodes.saturating_sub(entry) > ELEMENTS_MAX / 2 {
                self.losses.note(Loss::Entry);
                self.close_fields();
                let entry = self.open.iter().position(|open| open.node == entry);
                self.close_to(entry.unwrap_or_default());
            } else {
                self.drop_entry();
                self.n_unread = self.n_unread.saturating_add(1);
            }
        }
        self.is_counting = true;
    }

    fn drop_entry(&mut self) {
        if let Some(node) = self.entry {
            let at = self.open.iter().position(|open| open.node == node);
            self.close_to(at.unwrap_or_default());
            self.tree.nodes.truncate(node);
            self.n_entries = self.n_entries.saturating_sub(1);
        }
    }

    fn finish(mut self) -> Result<Grown<'a>, ParseError> {
        let Some((format, root)) = self.root else {
            return Err(ParseError::not_a_feed(self.what_it_is()));
        };
        if !self.is_counting && !self.open.is_empty() {
            let is_whole = !self.is_torn && self.entry.is_some_and(|at| self.is_whole(at));
            if self.entry.is_some() && !is_whole {
                self.losses.note(Loss::EntryCut);
                self.drop_entry();
            } else {
                self.losses.note(Loss::Truncated);
            }
        }
        self.close_to(0);
        if !self.is_counting {
            self.losses.add(Loss::Tag, self.around.len());
        }
        self.losses.add(Loss::Tag, self.tokens.n_mended());
        Ok(Grown {
            format,
            root,
            tree: self.tree,
            n_unread: self.n_unread,
            resolver: self.resolver,
            losses: self.losses,
        })
    }

    /// Whether an entry that was never closed is as good as whole: no field of it is open, and it
    /// has title and text.
    fn is_whole(&self, entry: usize) -> bool {
        let has = |names: &[&str]| {
            self.tree.nodes.iter().skip(entry + 1).any(
                |node| matches!(node, Node::Element(element) if names.contains(&element.local)),
            )
        };
        self.open.last().is_some_and(|open| open.node == entry)
            && has(&["title"])
            && has(&["description", "summary", "content", "encoded"])
    }

    fn what_it_is(&self) -> Cow<'static, str> {
        let Some(name) = self.first else {
            return Cow::Borrowed("text without any element");
        };
        let (_, local) = split_name(name);
        if local.eq_ignore_ascii_case("opml") {
            Cow::Borrowed("a list of feeds (OPML)")
        } else if local.eq_ignore_ascii_case("urlset") || local.eq_ignore_ascii_case("sitemapindex")
        {
            Cow::Borrowed("a site map")
        } else {
            let local: String = local.chars().take(40).collect();
            Cow::Owned(format!(
                "an XML document of another kind (its root is {local:?})"
            ))
        }
    }
}

/// Whether a tag has more attributes than are read.
pub(super) fn has_too_many_attributes(tag: &Tag<'_>) -> bool {
    // An attribute takes three bytes at least.
    tag.raw.len() > 3 * ATTRIBUTES_MAX && tag.attributes().nth(ATTRIBUTES_MAX).is_some()
}
