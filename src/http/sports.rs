//! The sports with their rules, which every page reads: made when their files change, compressed once.

use std::sync::{Arc, Mutex, PoisonError};

use warp::http::HeaderMap;

use super::app::App;
use super::assets::Asset;
use super::reply::Json;
use super::wire::SportJson;
use crate::domain::Catalogue;

/// What was made of the newest catalogue. Cheap to clone.
#[derive(Clone, Default)]
pub struct SportsText(Arc<Mutex<Option<Made>>>);

type Made = (Arc<Catalogue>, Arc<Asset>);

impl SportsText {
    fn of(&self, catalogue: Arc<Catalogue>) -> Arc<Asset> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, text)) = &*made
            && Arc::ptr_eq(of, &catalogue)
        {
            return text.clone();
        }
        let sports: Vec<SportJson<'_>> = catalogue
            .sports()
            .map(|sport| SportJson::from(&**sport))
            .collect();
        // Sports have only plain fields and text keys, so this cannot fail.
        let json = serde_json::to_vec(&sports).unwrap_or_default();
        let text = Arc::new(Asset::new("application/json", json.into()));
        *made = Some((catalogue, text.clone()));
        text
    }
}

pub async fn list(app: App, headers: HeaderMap) -> Json<Vec<SportJson<'static>>> {
    let (catalogue, _) = app.sports.current().await;
    Json::encoded(app.sports_text.of(catalogue).answer(&headers))
}
