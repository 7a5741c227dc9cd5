//! What this process remembers, within a bound of memory or number, and of time.
//!
//! There is one cache, of keys and values whose types are erased, and a typed shell over it: a cache of moka is some 30,000
//! lines for LLVM, and each type of keys and values used to make another one.

use std::any::Any;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

/// How much is remembered, and for how long.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounds {
    /// The most that all entries weigh together. An entry weighs 1 where [`Remembered::insert`] put it there, so that this is a
    /// number of entries.
    pub most: u64,
    /// How long an entry is remembered; none: until there is no room.
    pub life: Option<Duration>,
    /// How long an entry is remembered after somebody asked for it last; none: until there is no room.
    pub idle: Option<Duration>,
}

/// Values by their keys. A clone is the same memory.
pub struct Remembered<K, V> {
    cache: Cache<Arc<dyn Key>, Entry>,
    types: PhantomData<fn(K) -> V>,
}

#[derive(Clone)]
struct Entry {
    value: Arc<dyn Any + Send + Sync>,
    weight: u32,
}

/// A key of any type.
trait Key: Any + Send + Sync {
    fn equals(&self, other: &dyn Key) -> bool;
    fn hash_into(&self, state: &mut dyn Hasher);
}

impl<K: Hash + Eq + Send + Sync + 'static> Key for K {
    fn equals(&self, other: &dyn Key) -> bool {
        (other as &dyn Any).downcast_ref::<K>() == Some(self)
    }

    fn hash_into(&self, mut state: &mut dyn Hasher) {
        self.hash(&mut state);
    }
}

impl PartialEq for dyn Key {
    fn eq(&self, other: &Self) -> bool {
        self.equals(other)
    }
}

impl Eq for dyn Key {}

impl Hash for dyn Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash_into(state);
    }
}

impl<K, V> Clone for Remembered<K, V> {
    fn clone(&self) -> Self {
        Self { cache: self.cache.clone(), types: PhantomData }
    }
}

impl<K: Hash + Eq + Send + Sync + 'static, V: Clone + Send + Sync + 'static> Remembered<K, V> {
    /// Remembers nothing yet.
    #[must_use]
    pub fn within(bounds: Bounds) -> Self {
        Self { cache: cache(bounds), types: PhantomData }
    }

    /// What is remembered under a key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<V> {
        self.cache.get(key as &dyn Key).and_then(|entry| typed(&entry))
    }

    /// What is remembered under a key; where that is nothing, from now on this.
    pub fn get_or_insert(&self, key: K, value: V) -> V {
        let key: Arc<dyn Key> = Arc::new(key);
        let entry = self.cache.get_with(key, || Entry { value: Arc::new(value.clone()), weight: 1 });
        typed(&entry).unwrap_or(value)
    }

    /// Remembers a value.
    pub fn insert(&self, key: K, value: V) {
        self.insert_weighing(key, value, 1);
    }

    /// Remembers a value that takes so much of [`Bounds::most`].
    pub fn insert_weighing(&self, key: K, value: V, weight: u32) {
        self.cache.insert(Arc::new(key), Entry { value: Arc::new(value), weight });
    }

    /// Forgets everything.
    pub fn forget(&self) {
        self.cache.invalidate_all();
    }
}

fn cache(bounds: Bounds) -> Cache<Arc<dyn Key>, Entry> {
    let mut builder =
        Cache::builder().max_capacity(bounds.most).weigher(|_: &Arc<dyn Key>, entry: &Entry| entry.weight);
    if let Some(life) = bounds.life {
        builder = builder.time_to_live(life);
    }
    if let Some(idle) = bounds.idle {
        builder = builder.time_to_idle(idle);
    }
    builder.build()
}

/// Each cache holds values of one type, so there is always one.
fn typed<V: Clone + 'static>(entry: &Entry) -> Option<V> {
    entry.value.downcast_ref().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_put_under_an_equal_key() {
        let remembered = Remembered::within(Bounds { most: 10, ..Bounds::default() });
        remembered.insert("one".to_owned(), 1);
        assert_eq!(remembered.get(&"one".to_owned()), Some(1));
        assert_eq!(remembered.get(&"two".to_owned()), None);
        assert_eq!(remembered.get_or_insert("one".to_owned(), 3), 1);
        assert_eq!(remembered.get_or_insert("two".to_owned(), 2), 2);
        assert_eq!(remembered.clone().get(&"two".to_owned()), Some(2));
        remembered.forget();
        assert_eq!(remembered.get(&"one".to_owned()), None);
    }

    #[test]
    fn holds_no_more_than_its_bound() {
        let remembered = Remembered::within(Bounds { most: 100, ..Bounds::default() });
        for key in 0..50_u32 {
            remembered.insert_weighing(key, (), 10);
        }
        remembered.cache.run_pending_tasks();
        assert!(remembered.cache.weighted_size() <= 100);
        remembered.insert_weighing(99, (), 101);
        remembered.cache.run_pending_tasks();
        assert_eq!(remembered.get(&99), None, "what is larger than the bound is not remembered");
    }

    #[test]
    fn forgets_in_time() {
        let bounds = Bounds { most: 10, life: Some(Duration::from_millis(1)), idle: None };
        let remembered = Remembered::within(bounds);
        remembered.insert(1_u8, ());
        std::thread::sleep(Duration::from_millis(5));
        assert_eq!(remembered.get(&1), None);
    }
}
