//! The regions that are shipped: their names, titles and countries.

/// A shipped region.
pub(super) struct Pack {
    /// Name in the configuration and in addresses.
    pub(super) name: &'static str,
    /// Title people read.
    pub(super) title: &'static str,
    /// ISO 3166-1 codes of its countries (`XK` for Kosovo, as CLDR has it).
    pub(super) countries: &'static [&'static str],
}

const fn pack(name: &'static str, title: &'static str, countries: &'static [&'static str]) -> Pack {
    Pack {
        name,
        title,
        countries,
    }
}

/// Borders follow UN M49 and, where diplomats draw them otherwise, the diplomats.
pub(super) const PACKS: [Pack; 12] = [
    pack(
        "central-asia",
        "Central Asia",
        &["KZ", "KG", "TJ", "TM", "UZ"],
    ),
    pack("south-caucasus", "South Caucasus", &["AM", "AZ", "GE"]),
    pack("levant", "Levant", &["SY", "LB", "JO", "IL", "PS"]),
    pack("gulf", "Gulf", &["AE", "BH", "KW", "OM", "QA", "SA"]),
    pack(
        "south-east-asia",
        "South-East Asia",
        &[
            "BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "TL", "VN",
        ],
    ),
    pack(
        "western-balkans",
        "Western Balkans",
        &["AL", "BA", "XK", "ME", "MK", "RS"],
    ),
    pack("baltic", "Baltic States", &["EE", "LV", "LT"]),
    pack(
        "horn-of-africa",
        "Horn of Africa",
        &["DJ", "ER", "ET", "SO"],
    ),
    pack("sahel", "Sahel", &["BF", "ML", "MR", "NE", "TD"]),
    pack("maghreb", "Maghreb", &["DZ", "LY", "MA", "MR", "TN"]),
    pack("arctic", "Arctic", &["GL", "IS", "SJ", "FO"]),
    pack(
        "latin-america",
        "Latin America",
        &[
            "MX", "GT", "BZ", "HN", "SV", "NI", "CR", "PA", "CU", "DO", "HT", "PR", "CO", "VE",
            "EC", "PE", "BO", "CL", "AR", "UY", "PY", "BR",
        ],
    ),
];

/// The shipped region of that name.
pub(super) fn pack_named(name: &str) -> Option<&'static Pack> {
    PACKS.iter().find(|pack| pack.name == name)
}

/// Names of the shipped regions.
pub fn pack_names() -> Vec<&'static str> {
    PACKS.iter().map(|pack| pack.name).collect()
}

/// Title of a shipped region, in English; `None` where none of that name is shipped.
pub fn pack_title(name: &str) -> Option<&'static str> {
    pack_named(name).map(|pack| pack.title)
}
