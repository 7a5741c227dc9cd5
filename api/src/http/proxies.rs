//! The address that a proxy names which is believed. Refuses to believe anybody else, and what stands left of what such a proxy
//! has written: that is any text of a client's.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, header::FORWARDED};

use crate::config::{ForwardedHeader, Proxies};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Whether there is a proxy at this address.
pub(super) fn has(proxies: &Proxies, address: IpAddr) -> bool {
    let address = address.to_canonical();
    proxies.networks.iter().any(|network| network.contains(&address))
}

/// The address that a proxy names: the last one in the list that is not a proxy's. `None` where there is none to be read.
pub(super) fn named(proxies: &Proxies, headers: &HeaderMap) -> Option<IpAddr> {
    let name = match proxies.header {
        ForwardedHeader::XForwardedFor => X_FORWARDED_FOR,
        ForwardedHeader::Forwarded => FORWARDED,
    };
    for value in headers.get_all(name).iter().rev() {
        // Not the value as a whole: what a client wrote left of it may be no text at all.
        for element in value.as_bytes().rsplit(|byte| *byte == b',') {
            let address = read(proxies.header, str::from_utf8(element).ok()?)?;
            if !has(proxies, address) {
                return Some(address);
            }
        }
    }
    None
}

fn read(header: ForwardedHeader, element: &str) -> Option<IpAddr> {
    match header {
        ForwardedHeader::XForwardedFor => node(element.trim()),
        ForwardedHeader::Forwarded => {
            let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
            let mut from = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
            node(from.next()?.1.trim().trim_matches('"'))
        }
    }
}

/// An address, with a port or without; of IPv6 in brackets where it has one.
fn node(text: &str) -> Option<IpAddr> {
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let address = text.parse().ok().or_else(|| text.parse().ok().map(|node: SocketAddr| node.ip())).or_else(bare);
    address.map(|address: IpAddr| address.to_canonical())
}

/// Whom a limit for each address counts as one: an address of IPv4, and a network of 64 bits of IPv6, which is what one
/// customer gets at least.
pub(super) fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn named(header: ForwardedHeader, values: &[&'static str]) -> Option<String> {
        let networks = vec!["10.0.0.0/8".parse().unwrap(), "2001:db8:1::/48".parse().unwrap()];
        let name = if header == ForwardedHeader::Forwarded { FORWARDED } else { X_FORWARDED_FOR };
        let headers = values.iter().map(|value| (name.clone(), value.parse().unwrap())).collect();
        super::named(&Proxies { networks, header }, &headers).map(|address| address.to_string())
    }

    #[test]
    fn the_last_address_that_is_no_proxys_is_the_clients() {
        let table: &[(&[&'static str], Option<&str>)] = &[
            (&[], None),
            (&[""], None),
            (&["192.0.2.7"], Some("192.0.2.7")),
            (&["198.51.100.1, 192.0.2.7"], Some("192.0.2.7")),
            (&["198.51.100.1", "192.0.2.7"], Some("192.0.2.7")),
            (&["198.51.100.1, 192.0.2.7, 10.1.2.3", "10.3.2.1"], Some("192.0.2.7")),
            (&["192.0.2.7:4711"], Some("192.0.2.7")),
            (&["2001:db8::7"], Some("2001:db8::7")),
            (&["[2001:db8::7]:4711"], Some("2001:db8::7")),
            (&["::ffff:192.0.2.7"], Some("192.0.2.7")),
            (&["10.1.2.3"], None),
            (&["198.51.100.1, unknown"], None),
            (&["198.51.100.1, unknown, 10.1.2.3"], None),
        ];
        for (values, expected) in table {
            assert_eq!(named(ForwardedHeader::XForwardedFor, values).as_deref(), *expected, "{values:?}");
        }
        let table: &[(&[&'static str], Option<&str>)] = &[
            (&["for=192.0.2.7;proto=https;by=10.0.0.1"], Some("192.0.2.7")),
            (&["for=198.51.100.1, Proto=https; For=\"192.0.2.7:4711\""], Some("192.0.2.7")),
            (&["for=192.0.2.7, for=\"[2001:db8:1::5]:443\""], Some("192.0.2.7")),
            (&["for=\"[2001:db8::7]\""], Some("2001:db8::7")),
            (&["for=192.0.2.7, for=_hidden"], None),
            (&["for=192.0.2.7, by=10.0.0.1"], None),
        ];
        for (values, expected) in table {
            assert_eq!(named(ForwardedHeader::Forwarded, values).as_deref(), *expected, "{values:?}");
        }
    }

    /// What is no text left of the proxy's own entry hides nobody.
    #[test]
    fn what_a_client_writes_keeps_no_entry_from_being_read() {
        let table: &[(&[&[u8]], Option<&str>)] = &[
            (&[b"\xff, 192.0.2.7"], Some("192.0.2.7")),
            (&[b"198.51.100.1\xe9, 192.0.2.7, 10.1.2.3"], Some("192.0.2.7")),
            (&[b"\x80", b"192.0.2.7"], Some("192.0.2.7")),
            (&[b"\xc3\xa9\t,\t192.0.2.7"], Some("192.0.2.7")),
            (&[b"192.0.2.7, \xff"], None),
            (&[b"192.0.2.7, \xff, 10.1.2.3"], None),
        ];
        let proxies = Proxies { networks: vec!["10.0.0.0/8".parse().unwrap()], ..Proxies::default() };
        for (values, expected) in table {
            let value = |value: &&[u8]| (X_FORWARDED_FOR, HeaderValue::from_bytes(value).unwrap());
            let found = super::named(&proxies, &values.iter().map(value).collect()).map(|address| address.to_string());
            assert_eq!(found.as_deref(), *expected, "{values:?}");
        }
        let proxies = Proxies { header: ForwardedHeader::Forwarded, ..proxies };
        let value = HeaderValue::from_bytes(b"for=\xff, for=192.0.2.7").unwrap();
        assert_eq!(super::named(&proxies, &[(FORWARDED, value)].into_iter().collect()), "192.0.2.7".parse().ok());
    }

    #[test]
    fn a_customer_is_one_neighbourhood() {
        let of = |text: &str| neighbourhood(text.parse().unwrap()).to_string();
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("2001:db8::1:2:3:4"), "2001:db8::");
        assert_eq!(of("2001:db8:0:1::1"), "2001:db8:0:1::");
    }
}
