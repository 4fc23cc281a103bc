//! Mail, made of its section in the configuration.

use std::sync::Arc;
use std::time::Duration;

use super::{Connected, Surroundings};
use crate::adapters::email::{
    Email, EmailOptions, MailboxServer, Patience, Security, SmtpServer, check,
};
use crate::chat::Findings;
use crate::cli::config::Config;
use crate::cli::config::mail::{Security as Configured, Server};

/// Mail, where it is configured.
pub(super) fn make(config: &Config, around: &Surroundings) -> anyhow::Result<Option<Connected>> {
    let Some(mail) = &config.mail else {
        return Ok(None);
    };
    let communities = config.communities.iter();
    let options = EmailOptions {
        smtp: server(&mail.smtp),
        from: mail.from.clone(),
        communities: communities
            .map(|one| (one.slug.clone(), one.name.clone()))
            .collect(),
        per_minute: mail.per_minute,
        base_url: config.base_url(),
        key_file: mail.key_file.clone(),
        chance: super::super::key,
        mailbox: mailbox(config),
        patience: Patience::default(),
    };
    let email = Email::new(options, around.heard.clone(), Arc::clone(&around.clock))?;
    Ok(Some(Connected {
        port: email.port(),
        routes: Some(email.routes()),
        run: Some(Box::new(move |stop| {
            let email = Arc::clone(&email);
            Box::pin(async move { email.run(stop).await })
        })),
        lease: None,
    }))
}

/// What keeps letters from going.
pub(super) async fn reach(config: &Config) -> Findings {
    match &config.mail {
        Some(mail) => check(server(&mail.smtp), mailbox(config).as_ref()).await,
        None => Findings::default(),
    }
}

/// How often the mailbox is looked at.
const EVERY: Duration = Duration::from_secs(15);

fn mailbox(config: &Config) -> Option<MailboxServer> {
    let (server, folder) = config.mail.as_ref()?.imap.as_ref()?;
    let (user, secret) = server.sign_in.as_ref()?;
    Some(MailboxServer {
        host: server.host.clone(),
        port: server.port,
        security: security(server.security),
        user: user.clone(),
        password: secret.read().map_err(|error| error.to_string()),
        folder: folder.clone(),
        every: EVERY,
    })
}

fn security(configured: Configured) -> Security {
    match configured {
        Configured::Tls => Security::Tls,
        Configured::StartTls => Security::StartTls,
        Configured::None => Security::None,
    }
}

fn server(server: &Server) -> SmtpServer {
    SmtpServer {
        host: server.host.clone(),
        port: server.port,
        security: security(server.security),
        sign_in: server.sign_in.as_ref().map(|(user, secret)| {
            (
                user.clone(),
                secret.read().map_err(|error| error.to_string()),
            )
        }),
    }
}
