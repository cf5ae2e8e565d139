//! Which addresses a connector may be brought to: those of the open internet, and of the house only what was granted.
//!
//! A name is looked up once for each connection, what it stands for is judged, and the connection goes to exactly what
//! was judged. A name that stands for another address a moment later gains nothing.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use serde::{Deserialize, Serialize};
use ureq::{
    Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// Addresses of the house that were granted: `10.1.0.0/16`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Range {
    first: IpAddr,
    bits: u8,
}

/// Looks names up and judges what they stand for.
pub(super) struct Reach {
    granted: Vec<Range>,
    names: Box<dyn Resolver>,
}

/// A name stands for an address of the house that was not granted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{host} stands for {address}, an address that is not of the open internet; name it in `grants.private`")]
pub(super) struct Private {
    host: String,
    address: IpAddr,
}

/// Addresses in IPv4 that are nobody's on the open internet, each by its first one and its bits (IANA's registry of
/// special addresses, multicast and what is reserved).
const CLOSED: [(Ipv4Addr, u8); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];
/// What is handed out in IPv6.
const OPEN: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
/// Parts of that which lead elsewhere: Teredo and its neighbours, documentation, 6to4.
const CLOSED_WITHIN: [(Ipv6Addr, u8); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

impl Reach {
    /// The open internet, and the granted ranges of the house.
    pub(super) fn new(granted: Vec<Range>) -> Self {
        Reach { granted, names: Box::new(DefaultResolver::default()) }
    }

    /// The same, with names that stand for what a test says.
    #[cfg(test)]
    pub(super) fn with_names(granted: Vec<Range>, names: impl Resolver) -> Self {
        Reach { granted, names: Box::new(names) }
    }

    fn allows(&self, address: IpAddr) -> bool {
        // `::ffff:10.0.0.1` is 10.0.0.1.
        let address = address.to_canonical();
        is_open(address) || self.granted.iter().any(|range| range.contains(address))
    }
}

impl Resolver for Reach {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let addresses = self.names.resolve(uri, config, timeout)?;
        // One closed address among open ones is no accident that should be worked around.
        match addresses.iter().find(|address| !self.allows(address.ip())) {
            None => Ok(addresses),
            Some(address) => {
                let host = uri.host().unwrap_or_default().to_owned();
                Err(Error::Other(Box::new(Private { host, address: address.ip() })))
            }
        }
    }
}

impl fmt::Debug for Reach {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Reach").field("granted", &self.granted).finish_non_exhaustive()
    }
}

impl Range {
    fn contains(self, address: IpAddr) -> bool {
        match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(address)) => same_v4(first, address, self.bits),
            (IpAddr::V6(first), IpAddr::V6(address)) => same_v6(first, address, self.bits),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Range {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}`: expected addresses such as 10.1.0.0/16, or one such as 10.1.2.3");
        let (first, bits) = text.split_once('/').map_or((text, None), |(first, bits)| (first, Some(bits)));
        let first: IpAddr = first.parse().map_err(|_| wrong())?;
        let bits_max = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(bits_max), str::parse).map_err(|_| wrong())?;
        if bits <= bits_max { Ok(Range { first, bits }) } else { Err(wrong()) }
    }
}

impl TryFrom<String> for Range {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Range> for String {
    fn from(range: Range) -> Self {
        format!("{}/{}", range.first, range.bits)
    }
}

fn is_open(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !CLOSED.iter().any(|(first, bits)| same_v4(*first, address, *bits)),
        IpAddr::V6(address) => {
            let closed = CLOSED_WITHIN.iter().any(|(first, bits)| same_v6(*first, address, *bits));
            same_v6(OPEN.0, address, OPEN.1) && !closed
        }
    }
}

/// Whether two addresses begin with the same bits.
fn same_v4(one: Ipv4Addr, other: Ipv4Addr, bits: u8) -> bool {
    let differ = one.to_bits() ^ other.to_bits();
    differ.leading_zeros() >= u32::from(bits)
}

fn same_v6(one: Ipv6Addr, other: Ipv6Addr, bits: u8) -> bool {
    let differ = one.to_bits() ^ other.to_bits();
    differ.leading_zeros() >= u32::from(bits)
}

#[cfg(test)]
mod tests {
    use super::Reach;

    #[test]
    fn the_open_internet_is_open_and_the_house_is_not() {
        let (nothing, some) = (Reach::new(vec![]), Reach::new(vec!["10.1.0.0/16".parse().unwrap(), granted("::1")]));
        for (address, open, granted) in [
            ("8.8.8.8", true, true),
            ("172.32.0.1", true, true),
            ("2606:4700::1111", true, true),
            ("127.0.0.1", false, false),
            ("0.0.0.0", false, false),
            ("10.1.2.3", false, true),
            ("10.2.0.1", false, false),
            ("172.31.255.255", false, false),
            ("192.168.1.1", false, false),
            // Where clouds tell machines who they are.
            ("169.254.169.254", false, false),
            ("100.100.100.200", false, false),
            ("fd00:ec2::254", false, false),
            ("224.0.0.1", false, false),
            ("255.255.255.255", false, false),
            ("::", false, false),
            ("::1", false, true),
            ("fe80::1", false, false),
            ("ff02::1", false, false),
            ("::ffff:10.1.2.3", false, true),
            ("::ffff:127.0.0.1", false, false),
            ("::127.0.0.1", false, false),
            ("64:ff9b::7f00:1", false, false),
            ("2002:7f00:1::", false, false),
            ("2001::1", false, false),
        ] {
            let address = address.parse().unwrap();
            assert_eq!((nothing.allows(address), some.allows(address)), (open, granted), "{address}");
        }
    }

    fn granted(text: &str) -> super::Range {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_is_read_and_written() {
        for (text, written) in [("10.1.0.0/16", "10.1.0.0/16"), ("127.0.0.1", "127.0.0.1/32"), ("fd00::/8", "fd00::/8")]
        {
            assert_eq!(String::from(granted(text)), written);
        }
        for wrong in ["", "10.1", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "desk.example", "fd00::/129"] {
            let error = wrong.parse::<super::Range>().unwrap_err();
            assert!(error.contains("expected addresses such as 10.1.0.0/16"), "{error}");
        }
    }
}
