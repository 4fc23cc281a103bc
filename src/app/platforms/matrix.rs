//! Matrix, made of its sections in the configuration.

use std::sync::Arc;

use super::{Connected, Surroundings};
use crate::adapters::matrix::{Community, Matrix, MatrixOptions, SignIn, check};
use crate::chat::{ChatPort, Findings};
use crate::cli::config::matrix::SignIn as Configured;
use crate::cli::config::secret::Secret;
use crate::cli::config::{Config, Section};
use crate::domain::platform::Platform;

/// The bot's account, where a community is on Matrix. Its device is one for ever, so only one process may use it.
pub(super) fn make(config: &Config, around: &Surroundings) -> anyhow::Result<Option<Connected>> {
    let Some(options) = options(config) else {
        return Ok(None);
    };
    let lease = format!("matrix|{}", options.user);
    let matrix = Matrix::new(options, around.heard.clone(), Arc::clone(&around.clock))?;
    let port: Arc<dyn ChatPort> = matrix.clone();
    Ok(Some(Connected {
        port,
        routes: None,
        run: Some(Box::new(move |stop| {
            let matrix = Arc::clone(&matrix);
            Box::pin(async move { matrix.run(stop).await })
        })),
        lease: Some(lease),
    }))
}

/// What keeps the bot from its homeserver.
pub(super) async fn reach(config: &Config) -> Findings {
    match options(config) {
        Some(options) => check(&options).await,
        None => Findings::default(),
    }
}

fn options(config: &Config) -> Option<MatrixOptions> {
    let account = config.matrix.as_ref()?;
    let read = |secret: &Secret| secret.read().map_err(|error| error.to_string());
    let sign_in = match &account.sign_in {
        Configured::Password(secret) => SignIn::Password(read(secret)),
        Configured::AccessToken(secret) => SignIn::AccessToken(read(secret)),
        Configured::Registration(secret) => SignIn::Registration(read(secret)),
    };
    Some(MatrixOptions {
        homeserver: account.homeserver.clone(),
        user: account.user.clone(),
        sign_in,
        state_dir: account.state_dir.clone(),
        key_file: account.key_file.clone(),
        recovery_key_file: account.recovery_key_file.clone(),
        device_name: account.device_name.clone(),
        allow_new_login: account.allow_new_login,
        chance: super::super::key,
        communities: config.communities.iter().filter_map(community).collect(),
    })
}

/// What a community has on Matrix; one that only has rooms there counts as well.
fn community(section: &Section) -> Option<Community> {
    let rooms: Vec<String> = (section.named_rooms().into_iter())
        .filter(|(_, room)| room.platform == Platform::Matrix)
        .map(|(_, room)| room.id)
        .collect();
    if section.matrix.is_none() && rooms.is_empty() {
        return None;
    }
    let own = section.matrix.clone().unwrap_or_default();
    let managers = section.managers.iter();
    Some(Community {
        slug: section.slug.clone(),
        space: own.space,
        rooms,
        managers: managers
            .filter(|manager| manager.0.platform == Platform::Matrix)
            .map(|manager| manager.0.id.clone())
            .collect(),
        allowed_servers: own.allowed_servers,
        polls: own.polls,
    })
}
