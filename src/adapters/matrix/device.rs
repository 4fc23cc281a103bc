//! The bot's device: its session, and how it came by one. It is one device for ever: a new
//! one could not read what was encrypted for the old one, and the homeserver would not know its transactions.

use hmac::{Hmac, KeyInit, Mac};
use matrix_sdk::authentication::matrix::MatrixSession;
use matrix_sdk::config::RequestConfig;
use matrix_sdk::cross_process_lock::CrossProcessLockConfig;
use matrix_sdk::encryption::{BackupDownloadStrategy, EncryptionSettings};
use matrix_sdk::ruma::UserId;
use matrix_sdk::ruma::api::client::keys::get_keys;
use matrix_sdk::ruma::api::client::session::get_login_types;
use matrix_sdk::{Client, SessionMeta, SessionTokens};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha1::Sha1;
use sha2::Sha256;

use super::folder::{self, unusable};
use super::{Known, MatrixError, MatrixOptions, SignIn, keep};

/// How long the homeserver may take to answer anything but a sync.
pub(super) const ANSWER: std::time::Duration = std::time::Duration::from_secs(30);

/// Opens the device of `me`, and signs it in where it is new.
pub(super) async fn open(options: &MatrixOptions, me: &UserId) -> Result<Client, MatrixError> {
    let client = client(options).await?;
    if let Some(session) = keep::get::<MatrixSession>(&client, keep::session()).await? {
        if session.meta.user_id != me {
            return Err(MatrixError::NewDevice(format!(
                "{} is the device of {}: name another state_dir for {me}",
                options.state_dir.display(),
                session.meta.user_id
            )));
        }
        client.restore_session(session).await?;
        return Ok(client);
    }
    let session = sign_in(&client, options, me).await?;
    keep::set(&client, keep::session(), &session).await?;
    tracing::info!(matrix.device = %session.meta.device_id, "signed in on a new device");
    Ok(client)
}

/// The device's folder, opened with its key; it is nobody's session yet.
async fn client(options: &MatrixOptions) -> Result<Client, MatrixError> {
    let stores = folder::open(options).await?;
    let encryption = EncryptionSettings {
        auto_enable_cross_signing: true,
        backup_download_strategy: BackupDownloadStrategy::AfterDecryptionFailure,
        auto_enable_backups: false,
    };
    // A request that fails is told to the outbox, which knows better than the library what to do then.
    let requests = RequestConfig::new().disable_retry().timeout(ANSWER);
    let built = Client::builder()
        .homeserver_url(&options.homeserver)
        // The address that is configured, also where the homeserver would name another at the sign-in.
        .respect_login_well_known(false)
        .store_config(stores)
        .cross_process_store_config(CrossProcessLockConfig::SingleProcess)
        .with_encryption_settings(encryption)
        .request_config(requests)
        .build();
    built
        .await
        .map_err(|error| unusable(&options.state_dir, &error))
}

fn known(secret: &Known) -> Result<SecretString, MatrixError> {
    secret.clone().map_err(MatrixError::Secret)
}

async fn sign_in(
    client: &Client,
    options: &MatrixOptions,
    me: &UserId,
) -> Result<MatrixSession, MatrixError> {
    match &options.sign_in {
        SignIn::Password(password) => log_in(client, options, me, &known(password)?).await,
        SignIn::AccessToken(token) => adopt(client, options, me, &known(token)?).await,
        SignIn::Registration(secret) => {
            let secret = known(secret)?;
            let password = own_password(&secret, me);
            register(client, me, &secret, &password).await?;
            log_in(client, options, me, &password).await
        }
    }
}

async fn log_in(
    client: &Client,
    options: &MatrixOptions,
    me: &UserId,
    password: &SecretString,
) -> Result<MatrixSession, MatrixError> {
    let asked = client.send(get_login_types::v3::Request::new()).await?;
    let by_password = |flow: &get_login_types::v3::LoginType| {
        matches!(flow, get_login_types::v3::LoginType::Password(_))
    };
    if !asked.flows.iter().any(by_password) {
        return Err(MatrixError::Refused(
            "it knows no sign-in by password; use access_token_file".to_owned(),
        ));
    }
    let device = own_name(client, options).await?;
    let login = client
        .matrix_auth()
        .login_username(me, password.expose_secret())
        .device_id(&device)
        .initial_device_display_name(&options.device_name);
    let response = login.send().await?;
    if !options.allow_new_login {
        let others = client
            .devices()
            .await?
            .devices
            .into_iter()
            .filter(|device| {
                device.device_id != response.device_id
                    && device.display_name.as_deref() == Some(&options.device_name)
            });
        let others: Vec<String> = others.map(|device| device.device_id.to_string()).collect();
        if !others.is_empty() {
            // The device that was just made goes again.
            if let Err(error) = client.matrix_auth().logout().await {
                tracing::warn!(error = %said(&error), "a device that is not used could not be removed");
            }
            return Err(MatrixError::NewDevice(format!(
                "the account has a device “{}” ({}) whose folder is not {}: put that folder back; or set \
                 allow_new_login, and what was encrypted for the old device stays unread",
                options.device_name,
                others.join(", "),
                options.state_dir.display()
            )));
        }
    }
    Ok(MatrixSession::from(&response))
}

/// The id of the device, chosen here and kept before the first sign-in: one that was cut off or refused then goes on
/// with the same device, since the folder's keys are for no other.
async fn own_name(client: &Client, options: &MatrixOptions) -> Result<String, MatrixError> {
    if let Some(name) = keep::get(client, keep::device()).await? {
        return Ok(name);
    }
    let letters = (options.chance)()
        .into_iter()
        .map(|byte| char::from(b'A' + byte % 26));
    let name: String = letters.take(10).collect();
    keep::set(client, keep::device(), &name).await?;
    Ok(name)
}

fn said(error: &matrix_sdk::HttpError) -> String {
    super::trouble::said(error)
}

/// Takes over a device that was made for the bot and was never used.
async fn adopt(
    client: &Client,
    options: &MatrixOptions,
    me: &UserId,
    token: &SecretString,
) -> Result<MatrixSession, MatrixError> {
    let asking = Client::builder()
        .homeserver_url(&options.homeserver)
        .request_config(RequestConfig::new().disable_retry().timeout(ANSWER))
        .build();
    let asking = asking
        .await
        .map_err(|error| MatrixError::Library(error.to_string()))?;
    let url = format!("{}_matrix/client/v3/account/whoami", asking.homeserver());
    let request = asking
        .http_client()
        .get(url)
        .bearer_auth(token.expose_secret());
    #[derive(Deserialize)]
    struct Whoami {
        user_id: matrix_sdk::ruma::OwnedUserId,
        device_id: Option<matrix_sdk::ruma::OwnedDeviceId>,
    }
    let answer = request.send().await.map_err(away)?;
    if !answer.status().is_success() {
        return Err(MatrixError::Refused(format!(
            "it does not know the access token (status {})",
            answer.status().as_u16()
        )));
    }
    let who: Whoami = answer.json().await.map_err(away)?;
    let Some(device_id) = who.device_id.filter(|_| who.user_id == me) else {
        return Err(MatrixError::Refused(format!(
            "the access token is of {} and not of a device of {me}",
            who.user_id
        )));
    };
    let session = MatrixSession {
        meta: SessionMeta {
            user_id: who.user_id,
            device_id,
        },
        tokens: SessionTokens {
            access_token: token.expose_secret().to_owned(),
            refresh_token: None,
        },
    };
    client.restore_session(session.clone()).await?;
    let mut request = get_keys::v3::Request::new();
    request.device_keys.insert(me.to_owned(), Vec::new());
    let answer = client.send(request).await?;
    let there = answer
        .device_keys
        .get(me)
        .and_then(|own| own.get(&session.meta.device_id));
    let own = client.encryption().ed25519_key().await;
    let theirs = there.map(|keys| keys.deserialize());
    let same = match theirs {
        None => true,
        Some(Ok(keys)) => keys.keys.values().any(|key| Some(key) == own.as_ref()),
        Some(Err(_)) => false,
    };
    if !same {
        return Err(MatrixError::NewDevice(format!(
            "the access token is of a device that was used already, with keys that are not in {}: make a token for \
             the bot alone",
            options.state_dir.display()
        )));
    }
    Ok(session)
}

fn away(error: matrix_sdk::reqwest::Error) -> MatrixError {
    match error.status() {
        Some(status) => MatrixError::Away(format!("the homeserver answers with {status}")),
        None => MatrixError::Away("the homeserver cannot be reached".to_owned()),
    }
}

/// The password of an account that was registered: nobody has to keep it, since who holds the secret can make it
/// again.
fn own_password(secret: &SecretString, me: &UserId) -> SecretString {
    let secret = secret.expose_secret().as_bytes();
    // Any length of key will do.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        return SecretString::default();
    };
    mac.update(format!("convene|{me}").as_bytes());
    SecretString::from(hex::encode(mac.finalize().into_bytes()))
}

/// Registers `me` where it is not there, as Synapse's `/_synapse/admin/v1/register` wants it.
async fn register(
    client: &Client,
    me: &UserId,
    secret: &SecretString,
    password: &SecretString,
) -> Result<(), MatrixError> {
    let url = format!("{}_synapse/admin/v1/register", client.homeserver());
    let http = client.http_client();
    #[derive(Deserialize)]
    struct Nonce {
        nonce: String,
    }
    let answer = http.get(&url).send().await.map_err(away)?;
    if !answer.status().is_success() {
        return Err(MatrixError::Refused(format!(
            "it registers nobody by a secret (status {})",
            answer.status().as_u16()
        )));
    }
    let Nonce { nonce } = answer.json().await.map_err(away)?;
    let name = me.localpart();
    let parts = [&nonce, name, password.expose_secret(), "notadmin"];
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret.expose_secret().as_bytes()) else {
        return Err(MatrixError::Secret("the secret is no key".to_owned()));
    };
    mac.update(parts.join("\0").as_bytes());
    let body = serde_json::json!({
        "nonce": nonce,
        "username": name,
        "displayname": "Convene",
        "password": password.expose_secret(),
        "admin": false,
        "inhibit_login": true,
        "mac": hex::encode(mac.finalize().into_bytes()),
    });
    let answer = http.post(&url).json(&body).send().await.map_err(away)?;
    if answer.status().is_success() {
        tracing::info!("the account was registered");
        return Ok(());
    }
    let (status, said) = (
        answer.status().as_u16(),
        answer.text().await.unwrap_or_default(),
    );
    if said.contains("M_USER_IN_USE") {
        return Ok(());
    }
    Err(MatrixError::Refused(format!(
        "it does not register the account by the secret (status {status})"
    )))
}
