//! The server as a part of a program: `Serving` starts and stops in one process.

use courtside::client::{Client, create_match};
use courtside::config::{Config, Flags, Layer};
use courtside::serving::Serving;
use courtside::store;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stopped_starts_again_in_the_same_process_with_all_it_had() {
    let folder = tempfile::tempdir().unwrap();
    let layer = Layer {
        listen: Some("127.0.0.1:0".parse().unwrap()),
        data: Some(folder.path().to_owned()),
        open: Some(true),
        ..Layer::default()
    };
    let config = Config::load(Flags {
        layer,
        config: None,
    })
    .unwrap();
    let mut created = Vec::new();
    for before in 0..3 {
        let serving = Serving::start(&config).await.unwrap();
        assert_eq!(serving.new_pin(), None, "an open venue has no PIN");
        let url = format!("http://{}", serving.location().listening);
        let client = Client::new(url.parse().unwrap(), None).unwrap();
        let known = client.get("/api/matches").await.unwrap();
        assert_eq!(known.as_array().map(Vec::len), Some(before));
        let (id, _) = create_match(&client, "badminton", "Lyon", "Metz")
            .await
            .unwrap();
        created.push(id);
        serving.stop().await.unwrap();
        assert!(client.get("/api/matches").await.is_err(), "it is closed");
    }
    let report = store::check(&folder.path().join(store::DATABASE_FILE)).unwrap();
    assert_eq!((report.matches, report.findings.len()), (created.len(), 0));
}
