//! What would keep the bot from its homeserver, asked without a sign-in and without touching the device.

use matrix_sdk::Client;
use matrix_sdk::config::RequestConfig;

use super::{MatrixOptions, SignIn, device, folder};
use crate::chat::Findings;

/// Asks the homeserver, and looks at the files of the device.
pub async fn check(options: &MatrixOptions) -> Findings {
    let mut findings = Findings::default();
    let folder = &options.state_dir;
    let signed_in = folder.join("matrix-sdk-crypto.sqlite3").exists();
    let secret = match &options.sign_in {
        SignIn::Password(secret) | SignIn::AccessToken(secret) | SignIn::Registration(secret) => {
            secret
        }
    };
    match secret {
        Err(why) if signed_in => findings.notes.push(format!(
            "{why}; the bot's device is signed in and does without, a new one would not"
        )),
        Err(why) => findings.bad.push(why.clone()),
        Ok(_) => {}
    }
    if signed_in && let Err(error) = folder::key(false, options) {
        findings.bad.push(error.to_string());
    }
    let asking = Client::builder()
        .homeserver_url(&options.homeserver)
        .request_config(RequestConfig::new().disable_retry().timeout(device::ANSWER))
        .build();
    let reached = match asking.await {
        Ok(client) => client
            .server_versions()
            .await
            .map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match reached {
        Ok(_) => findings
            .good
            .push(format!("the homeserver {} answers", options.homeserver)),
        Err(error) => findings.bad.push(format!(
            "the homeserver {} cannot be reached: {error}",
            options.homeserver
        )),
    }
    findings
}
