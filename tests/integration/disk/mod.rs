//! A disk that a test can watch and break (`shim.c`), and what is left on one after the plug was pulled.

pub mod small;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::chance::Chance;
use crate::preload::preloaded;
use crate::venue::{Folder, Venue, temporary};

/// What reaches a disk whole or not at all.
const SECTOR: usize = 512;
/// A journal's record before its name and bytes.
const HEAD: usize = 16;

/// What the disk does from now on; a number is the errno that it fails with.
#[derive(Default)]
pub struct Failing {
    pub write: u8,
    pub sync: u8,
    pub read: u8,
}

/// A data folder whose server is watched.
pub struct Disk {
    pub data: Folder,
    aside: TempDir,
}

impl Disk {
    pub fn new() -> Disk {
        let disk = Disk {
            data: temporary(),
            aside: tempfile::tempdir().unwrap(),
        };
        disk.fail(&Failing::default());
        disk
    }

    /// Starts a server on it; what it writes is noted after what servers before it wrote.
    pub fn serve(&self, arguments: &[&str]) -> Venue {
        let environment = [
            ("LD_PRELOAD", preloaded("disk/shim.c")),
            ("DISK_FOLDER", self.data.path().to_owned()),
            ("DISK_JOURNAL", self.aside.path().join("journal")),
            ("DISK_CONTROL", self.aside.path().join("control")),
        ];
        Venue::start_in(&environment, self.data.clone(), arguments)
    }

    pub fn fail(&self, failing: &Failing) {
        let bytes = [failing.write, failing.sync, failing.read];
        // In place: the server has mapped it.
        let mut control = fs::OpenOptions::new();
        let file = control.write(true).create(true).truncate(false);
        let file = file.open(self.aside.path().join("control")).unwrap();
        std::os::unix::fs::FileExt::write_all_at(&file, &bytes, 0).unwrap();
    }

    /// How much has been noted: everything that was answered before is in it.
    pub fn noted(&self) -> u64 {
        fs::metadata(self.aside.path().join("journal")).map_or(0, |journal| journal.len())
    }

    pub fn history(&self) -> History {
        History::read(&fs::read(self.aside.path().join("journal")).unwrap())
    }
}

#[derive(Debug)]
enum Op {
    Create,
    Write(u64, Vec<u8>),
    Truncate(u64),
    Sync,
    Unlink,
    SyncFolder,
}

/// Everything that happened to the database's files, in order.
pub struct History {
    /// The place in the journal after each operation, the file, and what was done.
    ops: Vec<(u64, String, Op)>,
}

impl History {
    fn read(journal: &[u8]) -> History {
        let (mut ops, mut at) = (Vec::new(), 0);
        // The server may have been killed amid the last one.
        while let Some(head) = journal.get(at..at + HEAD) {
            let name_len = usize::from(head[1]);
            let number = |range: std::ops::Range<usize>| {
                head[range]
                    .iter()
                    .rev()
                    .fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
            };
            let (len, offset) = (number(4..8) as usize, number(8..16));
            let body = at + HEAD + name_len;
            let held = if head[0] == 2 { len } else { 0 };
            let Some(bytes) = journal.get(body..body + held) else {
                break;
            };
            let name = String::from_utf8_lossy(&journal[at + HEAD..body]).into_owned();
            let op = match head[0] {
                1 => Op::Create,
                2 => Op::Write(offset, bytes.to_vec()),
                3 => Op::Truncate(offset),
                4 => Op::Sync,
                5 => Op::Unlink,
                6 => Op::SyncFolder,
                other => panic!("operation {other} at {at}"),
            };
            at = body + held;
            ops.push((at as u64, name, op));
        }
        History { ops }
    }

    /// The places where the plug can be pulled.
    pub fn places(&self) -> impl Iterator<Item = u64> {
        self.ops.iter().map(|(place, _, _)| *place)
    }

    /// The places amid a checkpoint: the database itself is being written.
    pub fn amid_checkpoints(&self) -> impl Iterator<Item = u64> {
        let amid = |(_, name, op): &&(u64, String, Op)| {
            name == "courtside.db" && matches!(op, Op::Write(..) | Op::Truncate(_))
        };
        self.ops.iter().filter(amid).map(|(place, _, _)| *place)
    }

    /// Writes into `folder` what a disk may hold that lost its power at this place: all that was synced, and of the rest any
    /// part, by sectors, one of them torn.
    pub fn cut(&self, place: u64, random: &mut Chance, folder: &Path) {
        let mut files = BTreeMap::<&str, Cut>::new();
        let before = self.ops.iter().take_while(|(at, _, _)| *at <= place);
        for (_, name, op) in before {
            match op {
                Op::SyncFolder => files.values_mut().for_each(|file| file.named = file.exists),
                Op::Create => files.entry(name).or_default().exists = true,
                Op::Unlink => files.entry(name).or_default().unlink(),
                Op::Sync => files.entry(name).or_default().sync(),
                Op::Write(..) | Op::Truncate(_) => files.entry(name).or_default().pending.push(op),
            }
        }
        // Sometimes nearly everything arrived, sometimes hardly anything.
        let chance = random.below(101);
        for (name, mut file) in files {
            let there = file.named || (file.exists && random.below(100) < chance);
            if there {
                file.lose_power(chance, random);
                fs::write(folder.join(name), file.content).unwrap();
            }
        }
    }
}

/// One file of a disk that may lose its power.
#[derive(Default)]
struct Cut<'a> {
    content: Vec<u8>,
    pending: Vec<&'a Op>,
    exists: bool,
    /// The folder was synced with its name in it.
    named: bool,
}

impl Cut<'_> {
    fn sync(&mut self) {
        for op in std::mem::take(&mut self.pending) {
            match op {
                Op::Write(offset, bytes) => self.put(*offset as usize, bytes),
                Op::Truncate(len) => self.content.resize(*len as usize, 0),
                _ => {}
            }
        }
    }

    fn unlink(&mut self) {
        // A name that is gone may be there again until the folder is synced; what it holds then does not matter to SQLite.
        *self = Cut::default();
    }

    fn put(&mut self, offset: usize, bytes: &[u8]) {
        if self.content.len() < offset + bytes.len() {
            self.content.resize(offset + bytes.len(), 0);
        }
        self.content[offset..offset + bytes.len()].copy_from_slice(bytes);
    }

    fn lose_power(&mut self, chance: u64, random: &mut Chance) {
        let pending = std::mem::take(&mut self.pending);
        let torn = random.below(pending.len() as u64 + 1) as usize;
        for (number, op) in pending.into_iter().enumerate() {
            match op {
                Op::Write(offset, bytes) => {
                    let mut at = 0;
                    while at < bytes.len() {
                        let place = *offset as usize + at;
                        let len = (SECTOR - place % SECTOR).min(bytes.len() - at);
                        if random.below(100) < chance {
                            let whole = number != torn || random.below(4) > 0;
                            let arrived = if whole { len } else { len / 2 };
                            self.put(place, &bytes[at..at + arrived]);
                        }
                        at += len;
                    }
                }
                Op::Truncate(len) if random.below(100) < chance => {
                    self.content.resize(*len as usize, 0)
                }
                _ => {}
            }
        }
    }
}
