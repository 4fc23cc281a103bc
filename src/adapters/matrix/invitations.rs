//! Who may have the bot in their room: managers, and people of the homeservers that the configuration allows. Others
//! are turned down, politely: the invitation is declined and nothing is said in a room of theirs.

use std::convert::Infallible;
use std::time::Duration;

use matrix_sdk::ruma::UserId;
use matrix_sdk::{Client, Room, RoomState};

use super::Matrix;

/// How long to wait before invitations that could not be answered are answered again.
const AGAIN: Duration = Duration::from_secs(30);

impl Matrix {
    /// Joins rooms that the bot may be in, and declines the others, beside everything else: a flood of invitations holds
    /// nothing up.
    pub(super) async fn answer_invitations(&self, client: &Client) -> Infallible {
        loop {
            self.invited.notified().await;
            for room in client.invited_rooms() {
                self.answer_invitation(client, &room).await;
            }
            if !client.invited_rooms().is_empty() {
                let _ = tokio::time::timeout(AGAIN, self.invited.notified()).await;
                self.invited.notify_one();
            }
        }
    }

    async fn answer_invitation(&self, client: &Client, room: &Room) {
        let inviter = match room.invite_details().await {
            Ok(invite) => invite.inviter.map(|it| it.user_id().to_owned()),
            Err(error) => {
                tracing::warn!(%error, "who invites the bot is not known");
                None
            }
        };
        let welcome = inviter.as_deref().is_some_and(|who| self.may_invite(who));
        let known = self.places.owner(room.room_id()).is_some();
        let answered = match welcome || known {
            true => self.come_in(client, room).await,
            false => {
                tracing::info!("an invitation by somebody who may not invite the bot is declined");
                room.leave().await
            }
        };
        if let Err(error) = answered {
            tracing::warn!(%error, "an invitation could not be answered");
            // One that can never be answered must not be tried for ever.
            if room.state() == RoomState::Invited && known_to_fail(&error) {
                let _ = tokio::time::timeout(Duration::from_secs(5), room.forget()).await;
            }
        }
    }

    async fn come_in(&self, client: &Client, room: &Room) -> Result<(), matrix_sdk::Error> {
        let closed = self.gate.close().await;
        client.join_room_by_id(room.room_id()).await?;
        closed.until_told_of(room.room_id()).await;
        Ok(())
    }

    /// By the full user id: a name can be anybody's.
    fn may_invite(&self, who: &UserId) -> bool {
        self.places.communities().iter().any(|one| {
            let server = who.server_name().as_str();
            one.managers.iter().any(|manager| manager == who.as_str())
                || one.allowed_servers.iter().any(|allowed| allowed == server)
        })
    }
}

fn known_to_fail(error: &matrix_sdk::Error) -> bool {
    match error {
        matrix_sdk::Error::Http(error) => {
            matches!(super::trouble::status(error), Some(403 | 404))
        }
        _ => false,
    }
}
