//! The shipped gazetteer holds together.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::compiled::{Case, EVERY_LANGUAGE, STOP};
use crate::classify::gazetteer::Gazetteer;
use crate::classify::packs::{PACKS, pack_named};
use crate::classify::tests::support::APART;
use crate::classify::{pack_names, pack_title};
use crate::model::country::Country;

#[test]
fn regions_are_shipped_with_their_titles() {
    for name in APART {
        assert!(pack_names().contains(&name), "{name}");
    }
    assert_eq!(pack_title("central-asia"), Some("Central Asia"));
    assert_eq!(pack_title("atlantis"), None);
    assert_eq!(
        pack_names().iter().collect::<BTreeSet<_>>().len(),
        PACKS.len()
    );
}

#[test]
fn every_owner_is_a_country_or_a_pack_and_every_country_of_a_pack_has_words() {
    let shipped = Gazetteer::shipped().unwrap();
    let owners: BTreeSet<_> = shipped.tables().owners.iter().map(String::as_str).collect();
    assert!(owners.len() > 200, "the gazetteer was not unpacked");
    let is_known = |owner: &&&str| {
        Country::from_code(owner).is_some_and(|country| country.code() == **owner)
            || pack_names().contains(owner)
    };
    assert_eq!(owners.iter().find(|owner| !is_known(owner)), None);
    for country in PACKS.iter().flat_map(|pack| pack.countries) {
        assert!(owners.contains(country), "{country}");
    }
}

#[test]
fn every_index_leads_somewhere() {
    let tables = Gazetteer::shipped().unwrap().tables();
    for entry in &tables.entries {
        assert!(entry.owner == STOP || usize::from(entry.owner) < tables.owners.len());
        assert!((entry.term as usize) < tables.terms.len());
        assert!((entry.rest as usize) < tables.rests.len());
        assert!(usize::from(entry.guards) < tables.guards.len());
    }
    for guards in &tables.guards {
        assert!(
            guards
                .context
                .is_none_or(|context| usize::from(context) < tables.contexts.len())
        );
    }
}

/// In one language a word means one country, or it is weak, or another language's press borrows it.
#[test]
fn no_word_by_hand_speaks_surely_for_two_countries() {
    let shipped = Gazetteer::shipped().unwrap();
    let tables = shipped.tables();
    let mut owners: BTreeMap<(String, usize), BTreeSet<&str>> = BTreeMap::new();
    for bit in 0..tables.languages.len() {
        for name in ["Georgia", "Jordan", "Niger", "Нигер", "Казахстан", "Congo"] {
            let folded = crate::text::fold::fold_str(name);
            shipped.words_at(&folded, 0, EVERY_LANGUAGE, |found, entry| {
                let guards = shipped.guards(entry);
                let is_sure = guards.weak != EVERY_LANGUAGE && entry.owner != STOP;
                if found.end == folded.len() && is_sure && entry.languages & (1 << bit) != 0 {
                    owners
                        .entry((folded.clone(), bit))
                        .or_default()
                        .insert(tables.owners[usize::from(entry.owner)].as_str());
                }
            });
        }
    }
    owners.retain(|_, owners| owners.len() > 1);
    assert_eq!(owners, BTreeMap::new());
}

#[test]
fn a_place_needs_a_capital_where_its_script_has_one() {
    let shipped = Gazetteer::shipped().unwrap();
    let folded = "samara";
    let mut n_found = 0;
    shipped.words_at(folded, 0, EVERY_LANGUAGE, |found, entry| {
        if found.end == folded.len() {
            n_found += 1;
            assert_ne!(shipped.guards(entry).case, Case::Any);
        }
    });
    assert!(n_found > 0);
}

/// Everything of `docs/regions.md` behind the head of its table.
fn regions_counted() -> String {
    let mut names = pack_names();
    names.sort_unstable();
    let row = |name| {
        let pack = pack_named(name).unwrap();
        let countries = pack.countries.join(" ");
        format!("| `{name}` | {} | {countries} |\n", pack.title)
    };
    names.into_iter().map(row).collect()
}

#[test]
fn the_manual_lists_the_shipped_regions() {
    const MANUAL: &str = include_str!("../../../docs/regions.md");
    const HEAD: &str = "|---|---|---|\n";
    let (by_hand, rows) = MANUAL.split_once(HEAD).unwrap();
    let expected = regions_counted();
    if rows != expected {
        let path = std::env::temp_dir().join("nuncio-regions.md");
        std::fs::write(&path, format!("{by_hand}{HEAD}{expected}")).unwrap();
        panic!(
            "docs/regions.md is not what is shipped: cp {} docs/regions.md",
            path.display()
        );
    }
}
