//! Libraries in C that a test puts between the server and its system: a disk, a clock.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// What `LD_PRELOAD` names, built once from a source below `tests/integration`.
pub fn preloaded(source: &'static str) -> PathBuf {
    static BUILT: Mutex<BTreeMap<&str, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut built = BUILT.lock().unwrap();
    let build = || {
        let name = source.replace(['/', '.'], "-") + ".so";
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let source = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/integration")
            .join(source);
        let status = Command::new("cc")
            .args([
                "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-pthread", "-o",
            ])
            .arg(&library)
            .arg(&source)
            .arg("-ldl")
            .status()
            .expect("cc, which the build needs, too");
        assert!(status.success());
        library
    };
    built.entry(source).or_insert_with(build).clone()
}
