//! Names that filters may use: regions, countries and groups.

use std::collections::BTreeSet;

use toml::de::DeTable;

use crate::config::country::countries_meant;
use crate::config::file::KnownNames;
use crate::config::nearest::{did_you_mean, list, nearest};
use crate::config::walk::Complaint;
use crate::model::region::ALL;
use crate::model::rules::Selector;

/// Names of merged feeds that are no regions.
const TAKEN: [&str; 2] = [ALL, "operator"];

/// Names there are: shipped ones and those of the file.
#[derive(Debug)]
pub(super) struct Names<'a> {
    shipped: &'a KnownNames,
    own_regions: BTreeSet<&'a str>,
    own_groups: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    /// Collects them before any is used, so that one may be named before it is defined.
    pub(super) fn new(
        shipped: &'a KnownNames,
        regions: Option<&'a DeTable<'a>>,
        groups: Option<&'a DeTable<'a>>,
    ) -> Self {
        let keys = |table: Option<&'a DeTable<'a>>| {
            let keys = table.into_iter().flat_map(DeTable::keys);
            keys.map(|key| &**key.get_ref()).collect()
        };
        Self {
            shipped,
            own_regions: keys(regions),
            own_groups: keys(groups),
        }
    }

    fn regions(&self) -> BTreeSet<&str> {
        let shipped = self.shipped.regions.iter().map(String::as_str);
        shipped.chain(self.own_regions.iter().copied()).collect()
    }

    fn groups(&self) -> BTreeSet<&str> {
        let shipped = self.shipped.groups.iter().map(String::as_str);
        shipped.chain(self.own_groups.iter().copied()).collect()
    }

    /// Languages in which terms can be inflected.
    pub(super) fn languages(&self) -> &[String] {
        &self.shipped.languages
    }

    pub(super) fn is_shipped_region(&self, name: &str) -> bool {
        self.shipped.regions.iter().any(|shipped| shipped == name)
    }

    pub(super) fn is_shipped_group(&self, name: &str) -> bool {
        self.shipped.groups.iter().any(|shipped| shipped == name)
    }

    /// A region by its name.
    pub(super) fn region(&self, name: &str) -> Result<String, Complaint> {
        let regions = self.regions();
        if regions.contains(name) {
            return Ok(name.to_owned());
        }
        let hint = if TAKEN.contains(&name) {
            format!("`{name}` is always published and is no region; leave it out")
        } else if let Selector::Country(country) = Selector::read(name) {
            let own = country.code().to_ascii_lowercase();
            format!("make a region of that country: [region.{own}] with add = [\"{country}\"]")
        } else {
            did_you_mean(name, regions)
        };
        Err(Complaint::new(format!("there is no region `{name}`"), hint))
    }

    /// A region, a country or a group.
    pub(super) fn selector(&self, text: &str) -> Result<Selector, Complaint> {
        let selector = Selector::read(text);
        match &selector {
            Selector::Country(_) => Ok(selector),
            Selector::Group(name) => self.group(name).map(|()| selector),
            Selector::Region(name) if self.regions().contains(name.as_str()) => Ok(selector),
            Selector::Region(name) => Err(self.no_selector(name)),
        }
    }

    fn group(&self, name: &str) -> Result<(), Complaint> {
        let groups = self.groups();
        if groups.contains(name) {
            return Ok(());
        }
        let hint = if groups.is_empty() {
            format!("define it with [group.{name}]")
        } else {
            let near = nearest(name, groups.iter().copied());
            let shown: Vec<String> = if near.is_empty() {
                groups.iter().map(|it| format!("@{it}")).collect()
            } else {
                near.iter().map(|it| format!("@{it}")).collect()
            };
            let shown = shown.iter().map(String::as_str);
            if near.is_empty() {
                format!("groups there are: {}", list(shown, ", "))
            } else {
                format!("did you mean {}?", list(shown, " or "))
            }
        };
        Err(Complaint::new(format!("there is no group `@{name}`"), hint))
    }

    fn no_selector(&self, name: &str) -> Complaint {
        let message = format!("`{name}` is no region, country or group");
        let groups: Vec<String> = self.groups().iter().map(|it| format!("@{it}")).collect();
        if let Some(group) = groups.iter().find(|it| it.strip_prefix('@') == Some(name)) {
            return Complaint::new(message, format!("did you mean `{group}`?"));
        }
        let regions = self.regions();
        let all = regions.iter().copied();
        let near = nearest(name, all.clone().chain(groups.iter().map(String::as_str)));
        let hint = if let (true, Some(meant)) = (near.is_empty(), countries_meant(name)) {
            meant
        } else if near.is_empty() {
            format!(
                "regions there are: {}; a country is written by its code in capitals: \"KZ\"",
                list(all, ", ")
            )
        } else {
            format!("did you mean {}?", list(near, " or "))
        };
        Complaint::new(message, hint)
    }

    /// What regions there are, for somebody who named none.
    pub(super) fn examples(&self) -> String {
        let regions = self.regions();
        if regions.is_empty() {
            "define one with [region.NAME]".to_owned()
        } else {
            format!("regions there are: {}", list(regions, ", "))
        }
    }
}

/// Whether a region may be called so.
pub(super) fn check_region_name(name: &str) -> Result<(), Complaint> {
    if TAKEN.contains(&name) {
        return Err(Complaint::new(
            format!("a region cannot be called `{name}`"),
            "that merged feed exists already; choose another name",
        ));
    }
    crate::config::address::slug("name of a region", name).map(drop)
}
