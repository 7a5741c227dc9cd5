//! The slots in which operations run, and the lanes that lead to them: one for each mission, one for each region, one for
//! everywhere. Lanes take turns, and while others are about, a lane has at most a third of the slots: whoever floods the
//! gateway waits behind himself. A third and not half, because who runs beside others is slowed by them, too.

use std::{
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::oneshot,
    time::{Instant, timeout},
};

use crate::access::identity::Viewer;
use crate::config::FairnessConfig;
use crate::error::ClientError;
use crate::telemetry::instruments;

/// So long after its last request is a lane thought to be about.
const ABOUT: Duration = Duration::from_secs(1);

/// Viewers who hold their roles in the same places. Two lanes that are one by chance do no harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Lane(u64);

impl Lane {
    pub(super) fn of(viewer: &Viewer) -> Self {
        let mut hasher = DefaultHasher::new();
        let mut places: Vec<_> = viewer.memberships().iter().map(|membership| &membership.place).collect();
        places.sort();
        places.dedup();
        places.hash(&mut hasher);
        Self(hasher.finish())
    }

    #[cfg(test)]
    pub(super) const fn numbered(number: u64) -> Self {
        Self(number)
    }
}

/// The lanes of one gateway.
pub(super) struct Lanes(Arc<Crossing>);

/// Where they meet.
struct Crossing {
    slots: usize,
    most_waiting: usize,
    patience: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    taken: usize,
    lines: HashMap<Lane, Line>,
    /// Lanes in which somebody waits, each once, the next one first.
    turns: VecDeque<Lane>,
    /// The two lanes that were about last.
    about: [Option<(Lane, Instant)>; 2],
}

/// One lane.
#[derive(Default)]
struct Line {
    running: usize,
    waiting: VecDeque<oneshot::Sender<Slot>>,
}

/// A slot in which an operation runs. Dropped, it goes to the next.
pub struct Slot {
    crossing: Arc<Crossing>,
    lane: Lane,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.crossing.leave(self.lane);
    }
}

impl Lanes {
    pub(super) fn new(config: &FairnessConfig) -> Self {
        let crossing = Arc::new(Crossing {
            slots: config.concurrency,
            most_waiting: config.waiting,
            patience: Duration::from_secs(config.waiting_seconds),
            state: Mutex::default(),
        });
        let observed = Arc::downgrade(&crossing);
        instruments::admission(move || observed.upgrade().map(|crossing| crossing.usage()));
        Self(crossing)
    }

    /// Waits for a slot, though not for ever.
    ///
    /// # Errors
    /// `UNAVAILABLE` where too many wait in this lane, or none came in time.
    pub(super) async fn enter(&self, lane: Lane) -> Result<Slot, ClientError> {
        let waiting = match self.0.ask(lane)? {
            Answered::Slot(slot) => return Ok(slot),
            Answered::Wait(waiting) => waiting,
        };
        let slot = timeout(self.0.patience, waiting).await;
        slot.ok().and_then(Result::ok).ok_or(ClientError::Overloaded)
    }
}

/// What becomes of who asks for a slot.
enum Answered {
    Slot(Slot),
    Wait(oneshot::Receiver<Slot>),
}

impl Crossing {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many run, how many wait, and how many slots there are.
    fn usage(&self) -> [u64; 3] {
        let (running, waiting) = {
            let state = self.state();
            (state.taken, state.lines.values().map(|line| line.waiting.len()).sum())
        };
        [running, waiting, self.slots].map(|number| u64::try_from(number).unwrap_or(u64::MAX))
    }

    fn ask(self: &Arc<Self>, lane: Lane) -> Result<Answered, ClientError> {
        let mut state = self.state();
        state.came(lane);
        let share = state.share(lane, self.slots);
        let (taken, line) = (state.taken, state.lines.entry(lane).or_default());
        if taken < self.slots && line.running < share && line.waiting.is_empty() {
            line.running += 1;
            state.taken += 1;
            return Ok(Answered::Slot(Slot { crossing: Arc::clone(self), lane }));
        }
        if line.waiting.len() >= self.most_waiting {
            // Those who went away do not wait.
            line.waiting.retain(|waiting| !waiting.is_closed());
        }
        if line.waiting.len() >= self.most_waiting {
            return Err(ClientError::Overloaded);
        }
        let (sender, receiver) = oneshot::channel();
        line.waiting.push_back(sender);
        if !state.turns.contains(&lane) {
            state.turns.push_back(lane);
        }
        Ok(Answered::Wait(receiver))
    }

    fn leave(self: &Arc<Self>, lane: Lane) {
        let next = {
            let mut state = self.state();
            state.left(lane);
            state.next(self.slots)
        };
        // Outside of the lock: a slot that its receiver does not want comes back, and leaves again.
        for (lane, waiting) in next {
            drop(waiting.send(Slot { crossing: Arc::clone(self), lane }));
        }
    }
}

impl State {
    /// Notes who is about.
    fn came(&mut self, lane: Lane) {
        let now = Some((lane, Instant::now()));
        match self.about {
            [Some((last, _)), _] if last == lane => self.about[0] = now,
            [last, _] => self.about = [now, last],
        }
    }

    /// How many slots a lane may have: all of them while it is alone, else a third, and two in any case.
    fn share(&self, lane: Lane, slots: usize) -> usize {
        let others = self.about.iter().flatten().any(|(other, at)| *other != lane && at.elapsed() < ABOUT);
        if others { (slots / 3).max(2) } else { slots }
    }

    fn left(&mut self, lane: Lane) {
        self.taken -= 1;
        if let Some(line) = self.lines.get_mut(&lane) {
            line.running -= 1;
            if line.running == 0 && line.waiting.is_empty() {
                self.lines.remove(&lane);
            }
        }
    }

    /// Those who get the free slots: lane after lane, the first of each. A lane that has its share lets others go first.
    fn next(&mut self, slots: usize) -> Vec<(Lane, oneshot::Sender<Slot>)> {
        let mut next = Vec::new();
        let mut passed = 0;
        while self.taken < slots && passed < self.turns.len() {
            let Some(lane) = self.turns.pop_front() else { break };
            let share = self.share(lane, slots);
            let Some(line) = self.lines.get_mut(&lane) else { continue };
            if line.running >= share {
                self.turns.push_back(lane);
                passed += 1;
                continue;
            }
            while let Some(waiting) = line.waiting.pop_front() {
                if !waiting.is_closed() {
                    line.running += 1;
                    self.taken += 1;
                    next.push((lane, waiting));
                    break;
                }
            }
            if !line.waiting.is_empty() {
                self.turns.push_back(lane);
            } else if line.running == 0 {
                self.lines.remove(&lane);
            }
            passed = 0;
        }
        next
    }
}
