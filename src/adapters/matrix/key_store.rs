//! The device's keys: the library's own store of them, but for one thing. The first message of somebody's device opens a
//! session with it. The library keeps that session before it has kept what the message brought, which may be the key
//! of a room: cut off between the two, it could not open the message a second time, and what was said with that key
//! would stay unreadable. So a session that is new waits here until it is kept together with what came through it.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use matrix_sdk::cross_process_lock::CrossProcessLockGeneration;
use matrix_sdk::ruma::events::secret::request::SecretName;
use matrix_sdk::ruma::{DeviceId, OwnedDeviceId, RoomId, TransactionId, UserId};
use matrix_sdk_crypto::olm::{
    Curve25519PublicKey, InboundGroupSession, OlmMessageHash, OutboundGroupSession,
    PrivateCrossSigningIdentity, SenderDataType,
};
use matrix_sdk_crypto::store::types::{
    BackupKeys, Changes, DehydratedDeviceKey, PendingChanges, RoomKeyCounts, RoomKeyWithheldEntry,
    RoomPendingKeyBundleDetails, RoomSettings, StoredRoomKeyBundleData, TrackedUser,
};
use matrix_sdk_crypto::store::{
    CryptoStore, CryptoStoreError, DynCryptoStore, IntoCryptoStore, Result,
};
use matrix_sdk_crypto::{
    Account, DeviceData, GossipRequest, SecretInfo, Session, UserIdentityData,
};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

/// The keys as they are kept, and new sessions that wait for what came through them.
#[derive(Debug)]
pub(super) struct KeyStore {
    kept: Arc<DynCryptoStore>,
    new: Mutex<Vec<Session>>,
}

impl KeyStore {
    pub(super) fn new(kept: impl IntoCryptoStore) -> Self {
        Self {
            kept: kept.into_crypto_store(),
            new: Mutex::default(),
        }
    }

    /// Whether all that changed is one session that nobody has heard of.
    async fn is_new(&self, changes: &Changes, waiting: &[Session]) -> Result<bool> {
        let [session] = changes.sessions.as_slice() else {
            return Ok(false);
        };
        if !changes.inbound_group_sessions.is_empty() || has(waiting, session) {
            return Ok(false);
        }
        let known = self
            .kept
            .get_sessions(&session.sender_key().to_base64())
            .await?;
        Ok(!has(&known.unwrap_or_default(), session))
    }

    /// Keeps the sessions that wait, whatever came through them.
    async fn keep_waiting(&self) -> Result<()> {
        let sessions = std::mem::take(&mut *self.new.lock().await);
        if sessions.is_empty() {
            return Ok(());
        }
        self.kept
            .save_changes(Changes {
                sessions,
                ..Changes::default()
            })
            .await
    }
}

fn has(sessions: &[Session], session: &Session) -> bool {
    sessions
        .iter()
        .any(|it| it.session_id() == session.session_id())
}

#[async_trait]
impl CryptoStore for KeyStore {
    type Error = CryptoStoreError;

    async fn save_changes(&self, mut changes: Changes) -> Result<()> {
        let mut waiting = self.new.lock().await;
        if self.is_new(&changes, &waiting).await? {
            waiting.append(&mut changes.sessions);
        } else {
            waiting.retain(|session| !has(&changes.sessions, session));
        }
        self.kept.save_changes(changes).await
    }

    /// The account forgets here the one-time keys that new sessions used up: those are kept before it.
    async fn save_pending_changes(&self, changes: PendingChanges) -> Result<()> {
        self.keep_waiting().await?;
        self.kept.save_pending_changes(changes).await
    }

    async fn get_sessions(&self, sender_key: &str) -> Result<Option<Vec<Session>>> {
        let waiting = self.new.lock().await;
        let theirs = waiting
            .iter()
            .filter(|it| it.sender_key().to_base64() == sender_key);
        let mut sessions: Vec<Session> = theirs.cloned().collect();
        let kept = self.kept.get_sessions(sender_key).await?;
        sessions.extend(kept.into_iter().flatten());
        Ok((!sessions.is_empty()).then_some(sessions))
    }

    async fn close(&self) -> Result<()> {
        self.keep_waiting().await?;
        self.kept.close().await
    }

    // What follows is the library's store and nothing else.

    async fn load_account(&self) -> Result<Option<Account>> {
        self.kept.load_account().await
    }

    async fn load_identity(&self) -> Result<Option<PrivateCrossSigningIdentity>> {
        self.kept.load_identity().await
    }

    async fn save_inbound_group_sessions(
        &self,
        sessions: Vec<InboundGroupSession>,
        backed_up_to_version: Option<&str>,
    ) -> Result<()> {
        self.kept
            .save_inbound_group_sessions(sessions, backed_up_to_version)
            .await
    }

    async fn get_inbound_group_session(
        &self,
        room_id: &RoomId,
        session_id: &str,
    ) -> Result<Option<InboundGroupSession>> {
        self.kept
            .get_inbound_group_session(room_id, session_id)
            .await
    }

    async fn get_withheld_info(
        &self,
        room_id: &RoomId,
        session_id: &str,
    ) -> Result<Option<RoomKeyWithheldEntry>> {
        self.kept.get_withheld_info(room_id, session_id).await
    }

    async fn get_withheld_sessions_by_room_id(
        &self,
        room_id: &RoomId,
    ) -> Result<Vec<RoomKeyWithheldEntry>> {
        self.kept.get_withheld_sessions_by_room_id(room_id).await
    }

    async fn get_inbound_group_sessions(&self) -> Result<Vec<InboundGroupSession>> {
        self.kept.get_inbound_group_sessions().await
    }

    async fn inbound_group_session_counts(
        &self,
        backup_version: Option<&str>,
    ) -> Result<RoomKeyCounts> {
        self.kept.inbound_group_session_counts(backup_version).await
    }

    async fn get_inbound_group_sessions_by_room_id(
        &self,
        room_id: &RoomId,
    ) -> Result<Vec<InboundGroupSession>> {
        self.kept
            .get_inbound_group_sessions_by_room_id(room_id)
            .await
    }

    async fn get_inbound_group_sessions_for_device_batch(
        &self,
        curve_key: Curve25519PublicKey,
        sender_data_type: SenderDataType,
        after_session_id: Option<String>,
        limit: usize,
    ) -> Result<Vec<InboundGroupSession>> {
        self.kept
            .get_inbound_group_sessions_for_device_batch(
                curve_key,
                sender_data_type,
                after_session_id,
                limit,
            )
            .await
    }

    async fn inbound_group_sessions_for_backup(
        &self,
        backup_version: &str,
        limit: usize,
    ) -> Result<Vec<InboundGroupSession>> {
        self.kept
            .inbound_group_sessions_for_backup(backup_version, limit)
            .await
    }

    async fn mark_inbound_group_sessions_as_backed_up(
        &self,
        backup_version: &str,
        room_and_session_ids: &[(&RoomId, &str)],
    ) -> Result<()> {
        self.kept
            .mark_inbound_group_sessions_as_backed_up(backup_version, room_and_session_ids)
            .await
    }

    async fn reset_backup_state(&self) -> Result<()> {
        self.kept.reset_backup_state().await
    }

    async fn load_backup_keys(&self) -> Result<BackupKeys> {
        self.kept.load_backup_keys().await
    }

    async fn load_dehydrated_device_pickle_key(&self) -> Result<Option<DehydratedDeviceKey>> {
        self.kept.load_dehydrated_device_pickle_key().await
    }

    async fn delete_dehydrated_device_pickle_key(&self) -> Result<()> {
        self.kept.delete_dehydrated_device_pickle_key().await
    }

    async fn get_outbound_group_session(
        &self,
        room_id: &RoomId,
    ) -> Result<Option<OutboundGroupSession>> {
        self.kept.get_outbound_group_session(room_id).await
    }

    async fn load_tracked_users(&self) -> Result<Vec<TrackedUser>> {
        self.kept.load_tracked_users().await
    }

    async fn save_tracked_users(&self, users: &[(&UserId, bool)]) -> Result<()> {
        self.kept.save_tracked_users(users).await
    }

    async fn get_device(
        &self,
        user_id: &UserId,
        device_id: &DeviceId,
    ) -> Result<Option<DeviceData>> {
        self.kept.get_device(user_id, device_id).await
    }

    async fn get_user_devices(
        &self,
        user_id: &UserId,
    ) -> Result<HashMap<OwnedDeviceId, DeviceData>> {
        self.kept.get_user_devices(user_id).await
    }

    async fn get_own_device(&self) -> Result<DeviceData> {
        self.kept.get_own_device().await
    }

    async fn get_user_identity(&self, user_id: &UserId) -> Result<Option<UserIdentityData>> {
        self.kept.get_user_identity(user_id).await
    }

    async fn is_message_known(&self, message_hash: &OlmMessageHash) -> Result<bool> {
        self.kept.is_message_known(message_hash).await
    }

    async fn get_outgoing_secret_requests(
        &self,
        request_id: &TransactionId,
    ) -> Result<Option<GossipRequest>> {
        self.kept.get_outgoing_secret_requests(request_id).await
    }

    async fn get_secret_request_by_info(
        &self,
        secret_info: &SecretInfo,
    ) -> Result<Option<GossipRequest>> {
        self.kept.get_secret_request_by_info(secret_info).await
    }

    async fn get_unsent_secret_requests(&self) -> Result<Vec<GossipRequest>> {
        self.kept.get_unsent_secret_requests().await
    }

    async fn delete_outgoing_secret_requests(&self, request_id: &TransactionId) -> Result<()> {
        self.kept.delete_outgoing_secret_requests(request_id).await
    }

    async fn get_secrets_from_inbox(
        &self,
        secret_name: &SecretName,
    ) -> Result<Vec<Zeroizing<String>>> {
        self.kept.get_secrets_from_inbox(secret_name).await
    }

    async fn delete_secrets_from_inbox(&self, secret_name: &SecretName) -> Result<()> {
        self.kept.delete_secrets_from_inbox(secret_name).await
    }

    async fn get_room_settings(&self, room_id: &RoomId) -> Result<Option<RoomSettings>> {
        self.kept.get_room_settings(room_id).await
    }

    async fn get_received_room_key_bundle_data(
        &self,
        room_id: &RoomId,
        user_id: &UserId,
    ) -> Result<Option<StoredRoomKeyBundleData>> {
        self.kept
            .get_received_room_key_bundle_data(room_id, user_id)
            .await
    }

    async fn get_pending_key_bundle_details_for_room(
        &self,
        room_id: &RoomId,
    ) -> Result<Option<RoomPendingKeyBundleDetails>> {
        self.kept
            .get_pending_key_bundle_details_for_room(room_id)
            .await
    }

    async fn get_all_rooms_pending_key_bundles(&self) -> Result<Vec<RoomPendingKeyBundleDetails>> {
        self.kept.get_all_rooms_pending_key_bundles().await
    }

    async fn has_downloaded_all_room_keys(&self, room_id: &RoomId) -> Result<bool> {
        self.kept.has_downloaded_all_room_keys(room_id).await
    }

    async fn get_custom_value(&self, key: &str) -> Result<Option<Vec<u8>>> {
        self.kept.get_custom_value(key).await
    }

    async fn set_custom_value(&self, key: &str, value: Vec<u8>) -> Result<()> {
        self.kept.set_custom_value(key, value).await
    }

    async fn remove_custom_value(&self, key: &str) -> Result<()> {
        self.kept.remove_custom_value(key).await
    }

    async fn try_take_leased_lock(
        &self,
        lease_duration_ms: u32,
        key: &str,
        holder: &str,
    ) -> Result<Option<CrossProcessLockGeneration>> {
        self.kept
            .try_take_leased_lock(lease_duration_ms, key, holder)
            .await
    }

    async fn next_batch_token(&self) -> Result<Option<String>> {
        self.kept.next_batch_token().await
    }

    async fn reopen(&self) -> Result<()> {
        self.kept.reopen().await
    }

    async fn get_size(&self) -> Result<Option<usize>> {
        self.kept.get_size().await
    }
}

#[cfg(test)]
mod tests;
