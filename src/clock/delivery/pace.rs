//! How long and how many: the numbers of the delivery loop.

use std::time::Duration;

/// The numbers of the delivery loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How many rows are in flight at once.
    pub flights: usize,
    /// How long a claim holds; longer than all of a row's requests together may take.
    pub lease: Duration,
    /// How long a platform may take to answer one request before nobody knows.
    pub send: Duration,
    /// How long a row may wait in flight for its platform's rate; beyond that it is put back.
    pub hold: Duration,
    /// How often the loop looks without being woken.
    pub look: Duration,
    /// How long what is in flight may take when the service stops.
    pub grace: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            flights: 16,
            lease: Duration::from_secs(60),
            send: Duration::from_secs(10),
            hold: Duration::from_millis(500),
            look: Duration::from_secs(1),
            grace: Duration::from_secs(10),
        }
    }
}
