//! TLS of the process: all of it runs on ring.

/// Makes ring the provider of the process where there is none yet. Call it before a client is built.
pub fn use_ring() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Fails only where somebody else was quicker, and then there is one.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
