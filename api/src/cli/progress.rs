//! Progress of what takes long: a bar on a terminal; elsewhere a line after half a second, and then one every ten seconds.

use std::{
    io::{self, IsTerminal, Write},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::Duration,
};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// When the first line is written, where there is no terminal: what is done by then says nothing.
const FIRST: Duration = Duration::from_millis(500);
/// How long it is from one line to the next.
const PAUSE: Duration = Duration::from_secs(10);

/// How far something is. It leaves the terminal as it was when it is dropped.
pub(super) struct Progress {
    bar: ProgressBar,
    /// Ends with its sender.
    lines: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins something whose extent is not known yet: `what` is done, and `things` are counted.
    pub(super) fn begin(what: &'static str, things: &'static str) -> Self {
        let bar = ProgressBar::no_length();
        if io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
            bar.set_style(style("{spinner} {msg} {elapsed}"));
            bar.set_message(format!("{what}: {things}"));
            bar.enable_steady_tick(Duration::from_millis(200));
            return Self { bar, lines: None };
        }
        bar.set_draw_target(ProgressDrawTarget::hidden());
        let (sender, ended) = mpsc::channel();
        let watched = bar.clone();
        let tell = move || {
            let mut pause = FIRST;
            while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                // Who does not listen is not told.
                let _ = writeln!(io::stderr().lock(), "{}", line(&watched, what, things));
                pause = PAUSE;
            }
        };
        Self { bar, lines: Some((sender, thread::spawn(tell))) }
    }

    /// So many are done, of so many.
    pub(super) fn at(&self, done: usize, total: usize) {
        if self.bar.length().is_none() {
            self.bar.set_style(style("{msg} {wide_bar} {human_pos} of {human_len}, {elapsed} gone, {eta} to go"));
        }
        self.bar.set_length(total as u64);
        self.bar.set_position(done as u64);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        if let Some((sender, lines)) = self.lines.take() {
            drop(sender);
            let _ = lines.join();
        }
    }
}

/// One line of how far it is.
fn line(bar: &ProgressBar, what: &str, things: &str) -> String {
    let gone = HumanDuration(bar.elapsed());
    let Some(total) = bar.length() else { return format!("{what}: {things} are being counted, {gone} gone") };
    let (done, total) = (HumanCount(bar.position()), HumanCount(total));
    let eta = bar.eta();
    let to_go = if eta.is_zero() { String::new() } else { format!(", about {} to go", HumanDuration(eta)) };
    format!("{what}: {done} of {total} {things}, {gone} gone{to_go}")
}

/// The templates are constants, so that none is malformed.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_counts_things_against_their_number() {
        let progress = Progress::begin("importing", "rows");
        assert!(line(&progress.bar, "importing", "rows").starts_with("importing: rows are being counted, "));
        progress.at(0, 97_750);
        assert!(line(&progress.bar, "importing", "rows").starts_with("importing: 0 of 97,750 rows, "));
        progress.at(2_000, 97_750);
        assert!(line(&progress.bar, "importing", "rows").starts_with("importing: 2,000 of 97,750 rows, "));
    }
}
