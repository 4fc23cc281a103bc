//! Floor 2. The vocabulary of chat, the same on every platform: what is said ([`Message`]),
//! what is heard ([`Inbound`]), what it asks for ([`command::Command`]) and how a platform is spoken to
//! ([`ChatPort`]). Imports the domain only.

pub mod asked;
pub mod command;
pub mod findings;
pub mod form;
pub mod handing;
pub mod html;
pub mod inbound;
pub mod message;
pub mod plain;
pub mod port;

pub use asked::{Asked, Outcome};
pub use findings::Findings;
pub use inbound::{Answer, Heard, Inbound, Said, Waiting};
pub use message::{Block, Button, Event, Letter, Line, Look, Message, Span};
pub use port::{Capabilities, ChatPort, Direct, Found, Sent};
