//! Which addresses may be asked: public ones. A feed's text must not make this machine talk to
//! itself, its network or its cloud's metadata service.
//!
//! Registries followed: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};
use url::{Host, Url};

/// An address that is not asked, and why.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{what} is {why}; such addresses are asked only for feeds with allow-private = true")]
pub struct Refused {
    /// The host or address.
    pub what: String,
    /// What kind of address it is.
    pub why: &'static str,
}

/// Blocks of IPv4 that are not the public internet.
const NOT_PUBLIC_V4: &[(Ipv4Net, &str)] = &[
    (v4([0, 0, 0, 0], 8), "an unspecified address"),
    (v4([10, 0, 0, 0], 8), "a private address"),
    (v4([100, 64, 0, 0], 10), "a carrier's private address"),
    (v4([127, 0, 0, 0], 8), "a loopback address"),
    (
        v4([169, 254, 0, 0], 16),
        "a link-local or cloud metadata address",
    ),
    (v4([172, 16, 0, 0], 12), "a private address"),
    (v4([192, 0, 0, 0], 24), "a reserved address"),
    (v4([192, 0, 2, 0], 24), "a documentation address"),
    (v4([192, 88, 99, 0], 24), "a reserved address"),
    (v4([192, 168, 0, 0], 16), "a private address"),
    (v4([198, 18, 0, 0], 15), "a benchmarking address"),
    (v4([198, 51, 100, 0], 24), "a documentation address"),
    (v4([203, 0, 113, 0], 24), "a documentation address"),
    (v4([224, 0, 0, 0], 4), "a multicast address"),
    (v4([240, 0, 0, 0], 4), "a reserved address"),
];

/// The part of IPv6 that is given out; everything outside is not public.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// Blocks of IPv6 that are not public, the more telling first.
const NOT_PUBLIC_V6: &[(Ipv6Net, &str)] = &[
    (v6([0, 0, 0, 0, 0, 0, 0, 1], 128), "a loopback address"),
    (v6([0, 0, 0, 0, 0, 0, 0, 0], 128), "an unspecified address"),
    (
        v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7),
        "a unique-local (private) address",
    ),
    (
        v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10),
        "a link-local address",
    ),
    (v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8), "a multicast address"),
    (
        v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
        "a protocol or tunnel address",
    ),
    (
        v6([0x2001, 0x0db8, 0, 0, 0, 0, 0, 0], 32),
        "a documentation address",
    ),
    (
        v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
        "a documentation address",
    ),
];

/// IPv4 written as IPv6 (RFC 4291 §2.5.5.2).
const MAPPED: Ipv6Net = v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96);

/// IPv4 behind a NAT64 (RFC 6052).
const NAT64: Ipv6Net = v6([0x0064, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

/// IPv4 behind 6to4 (RFC 3056).
const SIX_TO_FOUR: Ipv6Net = v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16);

/// Endings of names that mean something only inside a network (RFC 6761, RFC 6762, RFC 8375,
/// ICANN's reservation of `.internal`).
const LOCAL_ENDINGS: &[&str] = &["localhost", "local", "internal", "home.arpa", "localdomain"];

/// Why `address` is not asked; `None` where it is public.
pub fn why_not_public(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => why_not_public_v4(address),
        IpAddr::V6(address) => why_not_public_v6(address),
    }
}

/// Checks what can be seen of an address before any look-up: literal addresses and local names.
///
/// # Errors
/// [`Refused`] where the host is one that is not asked.
pub fn check_url(url: &Url) -> Result<(), Refused> {
    let (what, why) = match url.host() {
        Some(Host::Ipv4(address)) => (address.to_string(), why_not_public_v4(address)),
        Some(Host::Ipv6(address)) => (format!("[{address}]"), why_not_public_v6(address)),
        Some(Host::Domain(name)) => (name.to_owned(), why_not_public_name(name)),
        None => (url.scheme().to_owned(), Some("an address without a host")),
    };
    why.map_or(Ok(()), |why| Err(Refused { what, why }))
}

/// The public ones of the addresses `host` has.
///
/// # Errors
/// [`Refused`] where it has addresses but none is public.
pub fn only_public(host: &str, addresses: Vec<IpAddr>) -> Result<Vec<IpAddr>, Refused> {
    let mut refused = None;
    let mut public = Vec::with_capacity(addresses.len());
    for address in addresses {
        match why_not_public(address) {
            None => public.push(address),
            Some(why) => refused = refused.or(Some((address, why))),
        }
    }
    match refused {
        Some((address, why)) if public.is_empty() => Err(Refused {
            what: format!("{host} ({address})"),
            why,
        }),
        Some(_) | None => Ok(public),
    }
}

fn why_not_public_v4(address: Ipv4Addr) -> Option<&'static str> {
    NOT_PUBLIC_V4
        .iter()
        .find(|(block, _)| block.contains(&address))
        .map(|(_, why)| *why)
}

fn why_not_public_v6(address: Ipv6Addr) -> Option<&'static str> {
    if let Some(embedded) = embedded_v4(address) {
        return why_not_public_v4(embedded);
    }
    NOT_PUBLIC_V6
        .iter()
        .find(|(block, _)| block.contains(&address))
        .map(|(_, why)| *why)
        .or_else(|| (!GLOBAL_V6.contains(&address)).then_some("a reserved address"))
}

/// The IPv4 address that traffic for this IPv6 address ends at.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let bits = address.to_bits();
    let low = |shift: u32| {
        let word = (bits >> shift) & u128::from(u32::MAX);
        u32::try_from(word).ok().map(Ipv4Addr::from_bits)
    };
    if MAPPED.contains(&address) || NAT64.contains(&address) {
        low(0)
    } else if SIX_TO_FOUR.contains(&address) {
        low(80)
    } else {
        None
    }
}

fn why_not_public_name(name: &str) -> Option<&'static str> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_local = LOCAL_ENDINGS.iter().any(|ending| {
        name.strip_suffix(ending)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    if is_local {
        Some("a name of the local network")
    } else if name.contains('.') {
        None
    } else {
        Some("a name without a domain, which only the local network knows")
    }
}

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::from_octets(octets), prefix)
}

const fn v6(segments: [u16; 8], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::from_segments(segments), prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str) -> Option<&'static str> {
        check_url(&Url::parse(url).unwrap())
            .err()
            .map(|refused| refused.why)
    }

    #[test]
    fn what_is_not_public_is_refused_however_it_is_written() {
        for (host, why) in [
            ("127.0.0.1", "a loopback address"),
            ("127.1", "a loopback address"),
            ("0x7f.0.0.1", "a loopback address"),
            ("2130706433", "a loopback address"),
            ("017700000001", "a loopback address"),
            ("127.0.0.1.", "a loopback address"),
            ("①②⑦.0.0.1", "a loopback address"),
            ("0.0.0.0", "an unspecified address"),
            ("10.1.2.3", "a private address"),
            ("172.31.255.255", "a private address"),
            ("192.168.0.1", "a private address"),
            ("100.64.0.1", "a carrier's private address"),
            ("169.254.169.254", "a link-local or cloud metadata address"),
            ("192.0.2.1", "a documentation address"),
            ("198.19.0.1", "a benchmarking address"),
            ("224.0.0.251", "a multicast address"),
            ("255.255.255.255", "a reserved address"),
            ("[::1]", "a loopback address"),
            ("[::]", "an unspecified address"),
            ("[::ffff:127.0.0.1]", "a loopback address"),
            (
                "[::ffff:a9fe:a9fe]",
                "a link-local or cloud metadata address",
            ),
            ("[::127.0.0.1]", "a reserved address"),
            ("[64:ff9b::10.0.0.1]", "a private address"),
            ("[64:ff9b:1::1]", "a reserved address"),
            ("[2002:7f00:1::]", "a loopback address"),
            ("[2002:c0a8:101::1]", "a private address"),
            ("[2001:0:5ef5:79fd::1]", "a protocol or tunnel address"),
            ("[2001:db8::1]", "a documentation address"),
            ("[fd00:ec2::254]", "a unique-local (private) address"),
            ("[fe80::1]", "a link-local address"),
            ("[fec0::1]", "a reserved address"),
            ("[ff02::1]", "a multicast address"),
            ("localhost", "a name of the local network"),
            ("LOCALHOST.", "a name of the local network"),
            ("feeds.localhost", "a name of the local network"),
            ("printer.local", "a name of the local network"),
            ("metadata.google.internal", "a name of the local network"),
            (
                "intranet",
                "a name without a domain, which only the local network knows",
            ),
        ] {
            assert_eq!(refusal(&format!("http://{host}/")), Some(why), "{host}");
        }
    }

    #[test]
    fn public_addresses_and_names_pass() {
        for host in [
            "9.9.9.9",
            "172.15.255.255",
            "172.32.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "[2620:fe::fe]",
            "[2a00:1450:4001::1]",
            "[2001:200::1]",
            "[::ffff:9.9.9.9]",
            "[64:ff9b::9.9.9.9]",
            "[2002:909:909::1]",
            "mfa.gov.kz",
            "notlocalhost.example",
            "мид.рф",
        ] {
            assert_eq!(refusal(&format!("http://{host}/")), None, "{host}");
        }
    }

    #[test]
    fn of_several_addresses_only_public_ones_are_left() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let (public, private) = (ip("9.9.9.9"), ip("10.0.0.1"));
        assert_eq!(
            only_public("a.example", vec![private, public]),
            Ok(vec![public])
        );
        assert_eq!(only_public("a.example", Vec::new()), Ok(Vec::new()));
        assert_eq!(
            only_public("a.example", vec![private, ip("::1")])
                .unwrap_err()
                .to_string(),
            "a.example (10.0.0.1) is a private address; such addresses are asked only for feeds \
             with allow-private = true"
        );
    }
}
