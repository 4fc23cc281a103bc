//! The one direct room with each person: found among those that are there, or made.

use matrix_sdk::ruma::events::room::member::MembershipState;
use matrix_sdk::ruma::{OwnedUserId, UserId};
use matrix_sdk::{Client, Room, RoomMemberships, RoomState};

use super::Matrix;
use super::trouble::{self, AWAY};
use crate::chat::{Direct, Sent};

impl Matrix {
    /// The direct room with `account`.
    pub(super) async fn direct_room(&self, account: &str) -> Direct {
        let Some(client) = self.client() else {
            return Direct::RetryAfter(AWAY);
        };
        let Ok(user) = UserId::parse(account) else {
            return Direct::Refused(format!("“{account}” is no user id of Matrix."));
        };
        if user == self.me {
            return Direct::Refused("That is the bot itself.".to_owned());
        }
        let Some(this) = self.itself.upgrade() else {
            return Direct::RetryAfter(AWAY);
        };
        // Beside the one who asks, who may give up meanwhile: a room that is made has to be known.
        let opening = tokio::spawn(async move { this.open(&client, &user).await });
        match opening.await {
            Ok(direct) => direct,
            Err(_) => Direct::Unreachable("opening a direct room failed unexpectedly".to_owned()),
        }
    }

    async fn open(&self, client: &Client, user: &UserId) -> Direct {
        let opening = self.opening(user);
        let mut made = opening.lock().await;
        if let Some(room) = self.known_direct(client, user).await {
            *made = None;
            return Direct::Room(self.places.room(room.room_id()));
        }
        // Made a moment ago, and not learnt of yet.
        if let Some(room) = made.take().and_then(|id| client.get_room(&id))
            && self.is_with(&room, user).await
        {
            *made = Some(room.room_id().to_owned());
            return Direct::Room(self.places.room(room.room_id()));
        }
        let closed = self.gate.close().await;
        match client.create_dm(user).await {
            Ok(room) => {
                closed.until_told_of(room.room_id()).await;
                *made = Some(room.room_id().to_owned());
                Direct::Room(self.places.room(room.room_id()))
            }
            Err(error) => match trouble::sent(error) {
                Sent::RetryAfter(time) | Sent::Busy(time) => Direct::RetryAfter(time),
                Sent::Refused(reason) | Sent::Gone(reason) | Sent::Closed(reason) => {
                    Direct::Refused(reason)
                }
                Sent::Unclear(reason) | Sent::NotYet(reason) => Direct::Unreachable(reason),
                Sent::Done(_) => Direct::Unreachable("no room was made".to_owned()),
            },
        }
    }

    /// The direct room with `user`, where there is one that they have not left: by the account's list of them, or one
    /// that did not get into it, since the bot was stopped in between.
    async fn known_direct(&self, client: &Client, user: &UserId) -> Option<Room> {
        for room in client.get_dm_rooms(user) {
            if self.places.owner(room.room_id()).is_none() && self.is_with(&room, user).await {
                return Some(room);
            }
        }
        for room in client.joined_rooms() {
            if room.name().is_none()
                && room.direct_targets_length() == 0
                && self.is_direct(&room).await
                && company(&room).await.iter().any(|who| who == user)
            {
                return Some(room);
            }
        }
        None
    }

    /// Whether `user` is in `room` or invited: a new room is told of in several syncs, so of whom nothing is known yet
    /// has not left.
    async fn is_with(&self, room: &Room, user: &UserId) -> bool {
        let member = room.get_member_no_sync(user).await.ok().flatten();
        let gone = member.is_some_and(|member| {
            !matches!(
                member.membership(),
                MembershipState::Join | MembershipState::Invite
            )
        });
        room.state() == RoomState::Joined && !gone
    }

    /// Whether a room is one between the bot and a single person, and no community's.
    pub(super) async fn is_direct(&self, room: &Room) -> bool {
        self.places.owner(room.room_id()).is_none()
            && !room.is_space()
            && company(room).await.len() <= 2
    }
}

/// Who is in a room or invited, as the syncs told. Their ids are one question to the library's store; members with all that it
/// knows of each are several.
async fn company(room: &Room) -> Vec<OwnedUserId> {
    let there = RoomMemberships::JOIN | RoomMemberships::INVITE;
    let client = room.client();
    let ids = client.state_store().get_user_ids(room.room_id(), there);
    ids.await.unwrap_or_default()
}
