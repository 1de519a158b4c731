//! The bounds of what is created without a log-in. In the open mode everybody is an organiser, a stranger too.

use std::time::Duration;

use warp::http::StatusCode;

use super::error::ApiError;
use super::routes::call::Call;
use crate::store::Headroom;

/// Refuses a request that creates something if the disk keeps its room for scores, or if its address has created a lot lately.
/// An organiser who has logged in is asked for neither.
pub fn allow(call: &Call) -> Result<(), ApiError> {
    if call.role.is_some_and(|role| role.by().is_some()) {
        return Ok(());
    }
    if call.app.store.headroom() != Headroom::Enough {
        return Err(ApiError {
            retry_after_seconds: Some(60),
            ..ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "storage_unavailable",
                "the disk is full up to what is kept for scores: nothing is created until somebody makes room",
            )
        });
    }
    let bytes = match &call.body {
        Some(Ok(body)) => body.len(),
        Some(Err(_)) | None => 0,
    };
    call.peer.place.may_create(bytes).map_err(too_many)
}

fn too_many(wait: Duration) -> ApiError {
    ApiError {
        retry_after_seconds: Some(wait.as_secs() + 1),
        ..ApiError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            "so much was created from this address lately that it must pause; an organiser who has logged in need not",
        )
    }
}
