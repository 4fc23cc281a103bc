//! Somebody is forgotten: the rooms and the journal are written anew without them. Their direct room goes, and what
//! they said; where others named them stands that a name was removed. A post of the bot keeps its token, so that
//! the outbox still learns that it is there.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use super::{Inner, LocalChat};
use crate::domain::people::erasure::{Forgotten, NAME_REMOVED, Needle};
use crate::domain::platform::Platform;

impl LocalChat {
    pub(super) async fn let_go(&self, who: &Forgotten) -> Result<(), String> {
        let (inner, who) = (Arc::clone(&self.inner), who.clone());
        let done = tokio::task::spawn_blocking(move || inner.forget_now(&who)).await;
        match done {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(format!("the chat's journal: {error}")),
            Err(_) => Err("the chat's journal could not be written anew".to_owned()),
        }
    }
}

impl Inner {
    fn forget_now(&self, who: &Forgotten) -> io::Result<()> {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let here = who
            .accounts
            .iter()
            .filter(|it| it.platform == Platform::Local);
        let ids: Vec<&str> = here.map(|it| it.id.as_str()).collect();
        let mut store = self.store();
        store.forget(&ids, &needles(who));
        let written = match journal.as_mut() {
            Some(journal) => journal.rewrite(&store),
            None => Ok(()),
        };
        self.forgot.fetch_add(1, Ordering::SeqCst);
        let revision = store.tick();
        self.changed.send_modify(|tide| tide.revision = revision);
        written
    }
}

/// What is taken out of posts. A name of one word is taken out where the bot said it of a person.
fn needles(who: &Forgotten) -> Vec<Needle> {
    let mut needles = who.needles();
    for name in &who.names {
        let name = serde_json::Value::String(name.clone());
        for kind in ["user", "strong_user"] {
            needles.push(Needle {
                find: format!("\"{kind}\":{name}"),
                instead: format!("\"{kind}\":\"{NAME_REMOVED}\""),
            });
        }
    }
    needles
}
