//! Processor time and memory of processes, as the kernel counts them.

use std::fs;

use causeway_tests::Result;

/// What `/proc/PID/stat` counts in: a hundredth of a second on every Linux, whatever the kernel counts in itself.
const TICK_MICROSECONDS: u64 = 10_000;

struct Stat {
    parent: u32,
    ticks: u64,
    of_children: u64,
}

/// The processor time of a process so far, in microseconds.
pub fn cpu(pid: u32) -> Result<u64> {
    Ok(stat(pid)?.ticks * TICK_MICROSECONDS)
}

/// The processor time of a process and all its children, in microseconds.
pub fn cpu_of_family(pid: u32) -> Result<u64> {
    let own = stat(pid)?;
    let mut ticks = own.ticks + own.of_children;
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(child) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // A process may be gone by now.
        let Ok(child) = stat(child) else { continue };
        if child.parent == pid {
            ticks += child.ticks;
        }
    }
    Ok(ticks * TICK_MICROSECONDS)
}

/// The parent of a process.
pub fn parent(pid: u32) -> Result<u32> {
    Ok(stat(pid)?.parent)
}

/// Resident memory of a process, in bytes.
pub fn memory(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("the kernel tells no memory")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024)
}

fn stat(pid: u32) -> Result<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name, in brackets, may hold anything.
    let (_, behind) = text.rsplit_once(')').ok_or("no stat")?;
    let fields: Vec<&str> = behind.split_ascii_whitespace().collect();
    let number = |at: usize| -> Result<u64> { Ok(fields.get(at).ok_or("short stat")?.parse()?) };
    Ok(Stat {
        parent: u32::try_from(number(1)?)?,
        ticks: number(11)? + number(12)?,
        of_children: number(13)? + number(14)?,
    })
}
