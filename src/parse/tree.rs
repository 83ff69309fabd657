//! A document as a tree: elements in document order, their text borrowed from the document.

use crate::parse::guard::ATTRIBUTES_MAX;
use crate::parse::names::Space;
use crate::parse::structure::Role;
use crate::parse::tag::Tag;

/// A node; what stands inside an element follows it, up to the element's `end`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Node<'a> {
    /// An element.
    Element(Element<'a>),
    /// Text, references not yet resolved.
    Text(&'a str),
    /// Text that is taken as it stands.
    CData(&'a str),
}

/// An element without its place in the tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    /// Its vocabulary.
    pub(super) space: Space,
    /// Its local name in lower case where it means something to us, else empty.
    pub(super) local: &'static str,
    /// Its start tag.
    pub(super) tag: Tag<'a>,
    /// What it is to the frame of the document.
    pub(super) role: Role,
    /// Number of the [`Context`] in force inside it.
    pub(super) context: u32,
    /// The inside as written, of an element whose markup is its text.
    pub(super) inner: Option<&'a str>,
    /// Number of the first node behind it.
    pub(super) end: u32,
}

/// What elements inherit.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    /// `xml:base` in force, joined from the root inwards.
    pub(super) base: Option<String>,
    /// `xml:lang` in force, as written.
    pub(super) language: Option<String>,
    /// Whether that language was said inside an entry.
    pub(super) is_of_entry: bool,
}

/// A whole document.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    /// Nodes in document order.
    pub(super) nodes: Vec<Node<'a>>,
    /// What is inherited; the first says nothing.
    pub(super) contexts: Vec<Context>,
}

impl<'a> Tree<'a> {
    /// The elements directly between `from` and `to`.
    pub(super) fn elements(&self, from: u32, to: u32) -> Children<'_, 'a> {
        Children {
            tree: self,
            at: from,
            end: to,
        }
    }

    /// The element numbered `at`.
    pub(super) fn element(&self, at: u32) -> Option<Place<'_, 'a>> {
        match self.node(at)? {
            Node::Element(element) => Some(Place {
                tree: self,
                at,
                element: *element,
            }),
            Node::Text(_) | Node::CData(_) => None,
        }
    }

    fn node(&self, at: u32) -> Option<&Node<'a>> {
        self.nodes.get(usize::try_from(at).ok()?)
    }
}

/// An element in its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'t, 'a> {
    tree: &'t Tree<'a>,
    at: u32,
    element: Element<'a>,
}

impl<'t, 'a> Place<'t, 'a> {
    /// The element itself.
    pub(super) fn element(&self) -> &Element<'a> {
        &self.element
    }

    /// Vocabulary and local name.
    pub(super) fn name(&self) -> (Space, &'static str) {
        (self.element.space, self.element.local)
    }

    /// What it inherits and hands on.
    pub(super) fn context(&self) -> Option<&'t Context> {
        self.tree
            .contexts
            .get(usize::try_from(self.element.context).ok()?)
    }

    /// The value of an attribute by its local name, whatever its prefix and case; references not
    /// yet resolved. `xml:` attributes have no such name.
    pub(super) fn attribute(&self, local: &str) -> Option<&'a str> {
        self.element
            .tag
            .attributes()
            .take(ATTRIBUTES_MAX)
            .find(|(name, _)| {
                let name = match name.split_once(':') {
                    Some(("xml" | "xmlns", _)) => return false,
                    Some((_, local)) => local,
                    None => name,
                };
                name.eq_ignore_ascii_case(local)
            })
            .map(|(_, value)| value)
    }

    /// The elements directly inside.
    pub(super) fn children(&self) -> Children<'t, 'a> {
        self.tree.elements(self.at + 1, self.element.end)
    }

    /// All nodes inside, at any depth.
    pub(super) fn inside(&self) -> &'t [Node<'a>] {
        let from = usize::try_from(self.at + 1).unwrap_or(usize::MAX);
        let to = usize::try_from(self.element.end).unwrap_or(usize::MAX);
        self.tree.nodes.get(from..to).unwrap_or_default()
    }

    /// All elements inside, at any depth, in document order.
    pub(super) fn descendants(&self) -> impl Iterator<Item = Place<'t, 'a>> {
        let tree = self.tree;
        (self.at + 1..self.element.end).filter_map(move |at| tree.element(at))
    }
}

/// Elements beside one another.
#[derive(Clone, Debug)]
pub(super) struct Children<'t, 'a> {
    tree: &'t Tree<'a>,
    at: u32,
    end: u32,
}

impl<'t, 'a> Iterator for Children<'t, 'a> {
    type Item = Place<'t, 'a>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.end {
            let at = self.at;
            if let Some(place) = self.tree.element(at) {
                self.at = place.element.end.max(at + 1);
                return Some(place);
            }
            self.at += 1;
        }
        None
    }
}
