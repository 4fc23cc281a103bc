//! From which address a request comes: the one that connected, or, where that is a proxy we trust, the one it names.
//! What a stranger writes into `X-Forwarded-For` is never believed.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The address of who asks. Proxies add the address that they saw at the end of `X-Forwarded-For`, so the list is read from
/// there, until somebody stands in it who is no proxy of ours.
pub fn of(peer: Option<SocketAddr>, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let mut address = peer.map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip().to_canonical());
    let named: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for name in named.iter().rev() {
        if !is_trusted(address, proxies) {
            break;
        }
        match name.trim().parse::<IpAddr>() {
            Ok(before) => address = before.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

fn is_trusted(address: IpAddr, proxies: &[IpNet]) -> bool {
    proxies.iter().any(|net| net.contains(&address))
}

/// What is counted as one visitor: an IPv4 address, or the network of 64 bits that an IPv6 address is in, since whoever
/// has one address of it has all.
pub fn visitor(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let proxies = [
            "127.0.0.0/8".parse().unwrap(),
            "10.1.0.0/16".parse().unwrap(),
        ];
        let peer = SocketAddr::new(peer.parse().unwrap(), 1);
        of(Some(peer), &headers, &proxies).to_string()
    }

    #[test]
    fn only_proxies_of_ours_are_believed() {
        assert_eq!(from("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(from("127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(
            from("127.0.0.1", &["1.2.3.4, 198.51.100.1", "10.1.2.3"]),
            "198.51.100.1"
        );
        assert_eq!(from("127.0.0.1", &["nonsense"]), "127.0.0.1");
        assert_eq!(from("::ffff:127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn a_network_is_one_visitor() {
        let one = visitor("2001:db8:1:2:3::4".parse().unwrap());
        assert_eq!(one, visitor("2001:db8:1:2:ffff::1".parse().unwrap()));
        assert_ne!(one, visitor("2001:db8:1:3::4".parse().unwrap()));
    }
}
