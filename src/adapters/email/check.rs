//! What keeps letters from going, asked of the server without sending one.

use super::mailbox::{MailboxServer, try_open};
use super::smtp::Smtp;
use super::{Patience, SmtpServer};
use crate::chat::Findings;

/// Connects, signs in, takes leave.
pub async fn check(server: SmtpServer, mailbox: Option<&MailboxServer>) -> Findings {
    let mut findings = Findings::default();
    let patience = Patience::default();
    let smtp = Smtp::new(server, patience);
    let tried = tokio::time::timeout(patience.before, smtp.connect()).await;
    match tried {
        Ok(Ok(mut connection)) => drop(connection.quit().await),
        Ok(Err(why)) => findings.bad.push(format!("letters cannot go out: {why}")),
        Err(_) => findings
            .bad
            .push("letters cannot go out: the mail server does not answer".to_owned()),
    }
    if let Some(mailbox) = mailbox
        && let Err(why) = try_open(mailbox).await
    {
        let words = format!("answers of calendars cannot be read in the mailbox: {why}");
        findings.bad.push(words);
    }
    findings
}
