//! A device whose syncs are cut off.

use std::collections::BTreeMap;
use std::path::Path;
use std::pin::pin;
use std::task::Poll;

use matrix_sdk::ruma::api::client::keys::{claim_keys, get_keys, upload_keys};
use matrix_sdk::ruma::api::client::sync::sync_events::DeviceLists;
use matrix_sdk::ruma::serde::Raw;
use matrix_sdk::ruma::{OneTimeKeyAlgorithm, UInt, device_id, room_id, user_id};
use matrix_sdk::{SqliteCryptoStore, SqliteStoreConfig};
use matrix_sdk_crypto::store::types::RoomKeyInfo;
use matrix_sdk_crypto::types::requests::AnyOutgoingRequest;
use matrix_sdk_crypto::{
    DecryptionSettings, EncryptionSettings, EncryptionSyncChanges, OlmMachine, TrustRequirement,
};
use serde_json::{Value, json};

use super::KeyStore;

async fn bot(folder: &Path) -> OlmMachine {
    let files = SqliteStoreConfig::with_low_memory_config(folder);
    let kept = SqliteCryptoStore::open_with_config(&files).await.unwrap();
    OlmMachine::with_store(
        user_id!("@bot:x"),
        device_id!("BOT"),
        KeyStore::new(kept),
        None,
    )
    .await
    .unwrap()
}

/// The keys that the bot publishes: of its device, and one for one use.
async fn publishes(bot: &OlmMachine) -> (Value, Value) {
    let requests = bot.outgoing_requests().await.unwrap();
    let (id, keys) = requests
        .iter()
        .find_map(|it| match it.request() {
            AnyOutgoingRequest::KeysUpload(keys) => Some((it.request_id(), keys)),
            _ => None,
        })
        .unwrap();
    let counts = BTreeMap::from([(OneTimeKeyAlgorithm::SignedCurve25519, UInt::from(50u32))]);
    bot.mark_request_as_sent(id, &upload_keys::v3::Response::new(counts))
        .await
        .unwrap();
    let one = keys.one_time_keys.iter().next().unwrap();
    (
        serde_json::to_value(&keys.device_keys).unwrap(),
        json!({one.0.as_str(): one.1}),
    )
}

/// What brings the bot the key of a room from somebody whom it never had anything from.
async fn first_letter(bot: &OlmMachine) -> Value {
    let (device, one_time) = publishes(bot).await;
    let (me, them) = (user_id!("@ada:x"), user_id!("@bot:x"));
    let ada = OlmMachine::new(me, device_id!("ADA")).await;
    ada.update_tracked_users([them]).await.unwrap();
    let (id, _) = ada.query_keys_for_users([them]);
    let mut answer = get_keys::v3::Response::new();
    let devices = BTreeMap::from([("BOT".into(), serde_json::from_value(device).unwrap())]);
    answer.device_keys.insert(them.to_owned(), devices);
    ada.mark_request_as_sent(&id, &answer).await.unwrap();
    let (id, _) = ada
        .get_missing_sessions([them].into_iter())
        .await
        .unwrap()
        .unwrap();
    let claimed = json!({"@bot:x": {"BOT": one_time}});
    let answer = claim_keys::v3::Response::new(serde_json::from_value(claimed).unwrap());
    ada.mark_request_as_sent(&id, &answer).await.unwrap();
    let settings = EncryptionSettings::default();
    let letters = ada
        .share_room_key(room_id!("!room:x"), [them].into_iter(), settings)
        .await
        .unwrap();
    let letters: Vec<Value> = letters
        .iter()
        .flat_map(|it| it.messages.values().flat_map(BTreeMap::values))
        .map(|it| serde_json::to_value(it).unwrap())
        .collect();
    assert_eq!(letters.len(), 1);
    json!({"type": "m.room.encrypted", "sender": "@ada:x", "content": letters[0]})
}

async fn receives(bot: &OlmMachine, letter: &Value) -> Vec<RoomKeyInfo> {
    let changes = EncryptionSyncChanges {
        to_device_events: vec![Raw::from_json(
            serde_json::value::to_raw_value(letter).unwrap(),
        )],
        changed_devices: &DeviceLists::new(),
        one_time_keys_counts: &BTreeMap::new(),
        unused_fallback_keys: None,
        next_batch_token: None,
    };
    let settings = DecryptionSettings {
        sender_device_trust_requirement: TrustRequirement::Untrusted,
    };
    let received = bot.receive_sync_changes(changes, &settings).await;
    received.unwrap().1
}

/// Lets `work` go on for so many steps and drops it then; answers whether it came to its end.
async fn cut_after(steps: usize, work: impl Future) -> bool {
    let mut work = pin!(work);
    let mut left = steps;
    std::future::poll_fn(|context| {
        if work.as_mut().poll(context).is_ready() {
            return Poll::Ready(true);
        }
        match left.checked_sub(1) {
            Some(rest) => {
                left = rest;
                Poll::Pending
            }
            None => Poll::Ready(false),
        }
    })
    .await
}

#[tokio::test]
async fn wherever_it_is_cut_off_the_key_of_a_room_comes_with_the_next_sync() {
    let mut steps = 0;
    loop {
        let folder = tempfile::tempdir().unwrap();
        let first = bot(folder.path()).await;
        let letter = first_letter(&first).await;
        let whole = cut_after(steps, receives(&first, &letter)).await;
        drop(first);
        let again = bot(folder.path()).await;
        receives(&again, &letter).await;
        let keys = again.store().get_inbound_group_sessions().await.unwrap();
        assert_eq!(keys.len(), 1, "cut off after {steps} steps");
        if whole {
            break;
        }
        steps += 1;
    }
    assert!(steps > 3, "there is nothing to cut: {steps}");
}
