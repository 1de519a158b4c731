//! A disk that gets full, or is read-only.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::venue::Folder;

/// A small disk of its own, as only root can make one.
pub struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// `None`, loudly, where there is no right to mount; in CI that is a failure.
    pub fn new(kib: u32) -> Option<SmallDisk> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kib}k"), "tmpfs"])
            .arg(folder.path())
            .status()
            .is_ok_and(|status| status.success());
        if !mounted {
            assert!(
                std::env::var_os("CI").is_none(),
                "CI must be able to mount a small disk"
            );
            eprintln!("SKIPPED: a full disk needs the right to mount one");
            return None;
        }
        Some(SmallDisk { folder })
    }

    pub fn data(&self) -> Folder {
        Folder::At(self.folder.path().to_owned())
    }

    pub fn ballast(&self) -> PathBuf {
        self.folder.path().join("ballast")
    }

    /// Takes all the room that is left.
    pub fn fill(&self) {
        let mut file = fs::File::create(self.ballast()).unwrap();
        while std::io::Write::write_all(&mut file, &[0; 4096]).is_ok() {}
    }

    pub fn make_room(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }

    pub fn remount(&self, how: &str) {
        let option = format!("remount,{how}");
        let status = Command::new("mount")
            .args(["-o", &option])
            .arg(self.folder.path())
            .status()
            .unwrap();
        assert!(status.success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // A server that a failed test left behind may still be on it.
        let _ = Command::new("umount")
            .arg("--lazy")
            .arg(self.folder.path())
            .status();
    }
}
