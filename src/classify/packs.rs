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
pub(super) const PACKS: [Pack; 43] = [
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
    pack(
        "nordic",
        "Nordic Countries",
        &["DK", "FI", "IS", "NO", "SE", "FO", "GL", "AX"],
    ),
    pack(
        "black-sea",
        "Black Sea",
        &["BG", "GE", "RO", "RU", "TR", "UA", "MD"],
    ),
    pack(
        "eu",
        "European Union",
        &[
            "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE",
            "IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE",
        ],
    ),
    pack(
        "eastern-partnership",
        "Eastern Partnership",
        &["AM", "AZ", "BY", "GE", "MD", "UA"],
    ),
    pack("visegrad", "Visegrád Group", &["CZ", "HU", "PL", "SK"]),
    pack(
        "balkans",
        "Balkans",
        &[
            "AL", "BA", "BG", "GR", "HR", "XK", "ME", "MK", "RO", "RS", "SI",
        ],
    ),
    pack(
        "middle-east",
        "Middle East",
        &[
            "AE", "BH", "EG", "IL", "IQ", "IR", "JO", "KW", "LB", "OM", "PS", "QA", "SA", "SY",
            "TR", "YE",
        ],
    ),
    pack(
        "great-lakes",
        "African Great Lakes",
        &["BI", "CD", "RW", "UG", "TZ", "KE"],
    ),
    pack(
        "west-africa",
        "West Africa",
        &[
            "BJ", "BF", "CV", "CI", "GM", "GH", "GN", "GW", "LR", "ML", "MR", "NE", "NG", "SN",
            "SL", "TG",
        ],
    ),
    pack(
        "southern-africa",
        "Southern Africa",
        &[
            "AO", "BW", "LS", "MG", "MW", "MU", "MZ", "NA", "ZA", "SZ", "ZM", "ZW",
        ],
    ),
    pack(
        "east-africa",
        "East Africa",
        &[
            "BI", "KM", "DJ", "ER", "ET", "KE", "MG", "MW", "MU", "MZ", "RW", "SC", "SO", "SS",
            "TZ", "UG", "ZM", "ZW",
        ],
    ),
    pack(
        "central-africa",
        "Central Africa",
        &["AO", "CM", "CF", "TD", "CG", "CD", "GQ", "GA", "ST"],
    ),
    pack(
        "north-africa",
        "North Africa",
        &["DZ", "EG", "LY", "MA", "SD", "TN", "EH"],
    ),
    pack(
        "sub-saharan-africa",
        "Sub-Saharan Africa",
        &[
            "AO", "BJ", "BW", "BF", "BI", "CV", "CM", "CF", "TD", "KM", "CG", "CD", "CI", "DJ",
            "GQ", "ER", "SZ", "ET", "GA", "GM", "GH", "GN", "GW", "KE", "LS", "LR", "MG", "MW",
            "ML", "MR", "MU", "MZ", "NA", "NE", "NG", "RW", "ST", "SN", "SC", "SL", "SO", "ZA",
            "SS", "SD", "TZ", "TG", "UG", "ZM", "ZW",
        ],
    ),
    pack(
        "south-asia",
        "South Asia",
        &["AF", "BD", "BT", "IN", "MV", "NP", "PK", "LK"],
    ),
    pack(
        "east-asia",
        "East Asia",
        &["CN", "HK", "MO", "JP", "KP", "KR", "MN", "TW"],
    ),
    pack("korean-peninsula", "Korean Peninsula", &["KP", "KR"]),
    pack(
        "indo-pacific",
        "Indo-Pacific",
        &[
            "AU", "BD", "BN", "KH", "CN", "FJ", "IN", "ID", "JP", "KR", "LA", "MY", "MV", "MM",
            "NZ", "PG", "PH", "SG", "SB", "LK", "TW", "TH", "TL", "VU", "VN",
        ],
    ),
    pack(
        "pacific",
        "Pacific Islands",
        &[
            "AS", "CK", "FJ", "FM", "GU", "KI", "MH", "MP", "NC", "NR", "NU", "PF", "PG", "PW",
            "SB", "TK", "TO", "TV", "VU", "WF", "WS",
        ],
    ),
    pack(
        "caribbean",
        "Caribbean",
        &[
            "AG", "AI", "AW", "BB", "BS", "CU", "CW", "DM", "DO", "GD", "GP", "HT", "JM", "KN",
            "KY", "LC", "MQ", "MS", "PR", "TC", "TT", "VC", "VG", "VI",
        ],
    ),
    pack(
        "central-america",
        "Central America",
        &["BZ", "CR", "GT", "HN", "NI", "PA", "SV"],
    ),
    pack(
        "south-america",
        "South America",
        &[
            "AR", "BO", "BR", "CL", "CO", "EC", "FK", "GF", "GY", "PE", "PY", "SR", "UY", "VE",
        ],
    ),
    pack("andes", "Andes", &["BO", "CO", "EC", "PE", "VE"]),
    pack("southern-cone", "Southern Cone", &["AR", "CL", "PY", "UY"]),
    pack(
        "north-america",
        "North America",
        &["CA", "US", "GL", "BM", "PM"],
    ),
    pack(
        "western-europe",
        "Western Europe",
        &["AT", "BE", "FR", "DE", "LI", "LU", "MC", "NL", "CH"],
    ),
    pack(
        "northern-europe",
        "Northern Europe",
        &[
            "AX", "DK", "EE", "FO", "FI", "IS", "IE", "LV", "LT", "NO", "SJ", "SE", "GB",
        ],
    ),
    pack(
        "southern-europe",
        "Southern Europe",
        &[
            "AL", "AD", "BA", "HR", "GI", "GR", "VA", "IT", "MT", "ME", "MK", "PT", "SM", "RS",
            "SI", "ES", "XK",
        ],
    ),
    pack(
        "eastern-europe",
        "Eastern Europe",
        &["BY", "BG", "CZ", "HU", "MD", "PL", "RO", "RU", "SK", "UA"],
    ),
    pack(
        "western-asia",
        "Western Asia",
        &[
            "AM", "AZ", "BH", "CY", "GE", "IL", "IQ", "JO", "KW", "LB", "OM", "PS", "QA", "SA",
            "SY", "TR", "AE", "YE",
        ],
    ),
    pack(
        "australia-new-zealand",
        "Australia and New Zealand",
        &["AU", "NZ"],
    ),
];

/// The shipped region of that name.
pub(super) fn pack_named(name: &str) -> Option<&'static Pack> {
    PACKS.iter().find(|pack| pack.name == name)
}

/// The shipped regions that lie in `pack`, itself among them: more than two thirds of their
/// countries are its own. What is said of the Maghreb is said of North Africa.
pub(super) fn packs_inside(pack: &Pack) -> impl Iterator<Item = &'static Pack> + '_ {
    PACKS.iter().filter(|inner| {
        let countries = inner.countries.iter();
        let n_shared = countries
            .filter(|country| pack.countries.contains(country))
            .count();
        3 * n_shared > 2 * inner.countries.len()
    })
}

/// Names of the shipped regions.
pub fn pack_names() -> Vec<&'static str> {
    PACKS.iter().map(|pack| pack.name).collect()
}

/// Title of a shipped region, in English; `None` where none of that name is shipped.
pub fn pack_title(name: &str) -> Option<&'static str> {
    pack_named(name).map(|pack| pack.title)
}
